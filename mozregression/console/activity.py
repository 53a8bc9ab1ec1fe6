"""`mozregression activity`."""

from collections.abc import Sequence


def main(argv: Sequence[str]) -> int:
    raise NotImplementedError(argv)
