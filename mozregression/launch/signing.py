"""Signatures of macOS applications: what was changed may have to be signed again to run."""

import platform
import subprocess
from pathlib import Path

_SECONDS = 300.0  # for a whole browser
_STRICT_SINCE = (13,)
"""The macOS from which on a broken seal keeps an application from running."""

_UNSIGNED = "code object is not signed at all"


def make_runnable(bundle: Path, system: str | None = None) -> str:
    """Sign an application for this machine alone, if it would not run otherwise.

    bundle: the `.app` folder. system: version of macOS, None to ask it. Returns a sentence for a
    person when that was not possible, else "".
    """
    try:
        if _needs_signing(bundle, system or platform.mac_ver()[0]):
            signed = _codesign("--force", "--deep", "--sign", "-", str(bundle))
            return _complaint(bundle, signed.stderr) if signed.returncode else ""
    except (OSError, subprocess.TimeoutExpired) as error:
        return _complaint(bundle, str(error))
    return ""


def _needs_signing(bundle: Path, system: str) -> bool:
    """Apple processors refuse what is not signed; a seal is broken by policies.json."""
    checked = _codesign("-v", str(bundle))
    if checked.returncode != 1:
        return False
    return _UNSIGNED in checked.stderr or _numbers(system) >= _STRICT_SINCE


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def _codesign(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["codesign", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=_SECONDS,
        check=False,
    )


def _complaint(bundle: Path, reason: str) -> str:
    return f"macOS may refuse to run {bundle.name}, it cannot be signed: {' '.join(reason.split())}"
