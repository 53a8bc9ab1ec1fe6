"""Tables: Delta Lake in a local folder or on an object store."""
