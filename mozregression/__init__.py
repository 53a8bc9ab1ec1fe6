"""mozregression: find the landing that broke (or fixed) Firefox."""

__version__ = "7.0.0.dev0"
