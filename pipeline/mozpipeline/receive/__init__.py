"""The HTTP door: a ping is acknowledged once it is on the disk."""
