"""What requests say: their paths and bodies, and how they can end."""
