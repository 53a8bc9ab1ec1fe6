"""Numbers of bytes for people."""

_STEP = 1000


def human_size(count: float) -> str:
    """`count` bytes as a person reads them, such as `85.2 MB`."""
    for unit in ("bytes", "kB", "MB"):
        if count < _STEP:
            return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count /= _STEP
    return f"{count:.1f} GB"
