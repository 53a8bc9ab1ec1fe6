"""What a ping looks like on the wire and as a row, both derived from the definitions."""
