"""What options say of tests and of the change, as a request holds it."""

from argparse import Namespace
from pathlib import Path

from mozregression.model.certainty import Ages, Certainty, Kind

_LONGEST = 100 * 366  # days


def certainty_of(options: Namespace) -> Certainty:
    """Raises ValueError with a line for a person."""
    if options.intermittent and options.flaky:
        raise ValueError(
            "--intermittent says that seeing the bug proves it, --flaky that it does not: give one."
        )
    rates = options.miss_rate, options.false_rate
    return Certainty(
        _kind(options, given=rates != (None, None)), *rates, options.confidence, options.max_tests
    )


def ages_of(prior: str) -> Ages:
    """Of `age`, `uniform`, or a file of weights. Raises ValueError with a line for a person."""
    if prior in ("age", "uniform"):
        return Ages(uniform=prior == "uniform")
    path = Path(prior).expanduser()
    try:
        with path.open(encoding="utf-8") as file:
            return Ages(_weights(file.read(_LONGEST * 32)))
    except OSError as error:
        raise ValueError(
            f"--prior is age, uniform or a file of weights; {prior!r:.80} cannot be read: "
            f"{error.strerror}."
        ) from error
    except ValueError as error:
        raise ValueError(f"{path} is no file of weights, one number a line: {error}") from error


def suspects_of(paths: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Paths as the repository has them. Raises ValueError with a line for a person."""
    suspects = tuple(path.replace("\\", "/").removeprefix("./").strip("/ ") for path in paths)
    if "" in suspects or "." in suspects:
        raise ValueError("--suspect needs a path in the source, such as dom/media.")
    return suspects


def _kind(options: Namespace, *, given: bool) -> Kind:
    if options.intermittent:
        return Kind.INTERMITTENT
    if options.flaky:
        return Kind.FLAKY
    return Kind.KNOWN if given else Kind.EXACT


def _weights(text: str) -> tuple[float, ...]:
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    weights = tuple(float(line) for line in lines if line)
    if not 0 < len(weights) <= _LONGEST:
        raise ValueError(f"it has {len(weights)} of them")
    return weights
