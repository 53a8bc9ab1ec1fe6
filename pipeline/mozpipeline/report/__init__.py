"""What the pings tell, as one page and as tables that can be public."""
