"""A bisection that somebody asked for."""

from datetime import date

from mozregression.model.bounds import BuildIdBound, DateBound
from mozregression.model.request import Request

REQUEST = Request(
    "firefox",
    "linux",
    "x86_64",
    "shippable",
    DateBound(date(2026, 5, 1)),
    BuildIdBound("20261101093000"),
    1795000000,
)
