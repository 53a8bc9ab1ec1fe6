"""The desktop face of mozregression."""
