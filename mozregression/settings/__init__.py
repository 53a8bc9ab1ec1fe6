"""What a user may choose, declared once; and the file that keeps choices."""
