"""A test command: `screenshot.py BINARY`. Good is a build whose scripts turn a page green.

Exits with 0 for good, 1 for bad, 125 when the browser gave no picture of the page, and 255
when the mistake is in here.
"""

import json
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

GOOD, BAD, SKIP, FAULT = 0, 1, 125, 255

OFFLINE: dict[str, int | str] = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}
"""Preferences that keep a browser on this machine: nobody is at that proxy."""

_PAGE = """\
<!DOCTYPE html>
<title>Red, or green by script</title>
<style>html { background: #c00000 }</style>
<script>document.documentElement.style.background = "#00a000"</script>
"""
_VERDICTS: dict[tuple[int, ...], int] = {(0, 160, 0): GOOD, (192, 0, 0): BAD}
_SECONDS = 60


def judge(binary: str, folder: Path) -> int:
    """The exit status for a build. folder: an empty one for the page, the picture, a profile."""
    page, picture, profile = folder / "page.html", folder / "picture.png", folder / "profile"
    page.write_text(_PAGE)
    profile.mkdir()
    prefs = [f"user_pref({json.dumps(name)}, {json.dumps(OFFLINE[name])});\n" for name in OFFLINE]
    (profile / "user.js").write_text("".join(prefs))
    options = ["--headless", "--window-size=200,200", "-profile", str(profile)]
    command = [binary, *options, "--screenshot", str(picture), page.as_uri()]
    try:
        subprocess.run(command, timeout=_SECONDS, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        print(f"The browser failed: {error}")
        return SKIP
    return _verdict(picture)


def _verdict(picture: Path) -> int:
    from PIL import Image

    if not picture.exists():
        print("The browser took no picture.")
        return SKIP
    with Image.open(picture) as image:
        colour = tuple(image.convert("RGB").crop((100, 100, 101, 101)).tobytes())
    print(f"The page has the colour {colour}.")
    return _VERDICTS.get(colour, SKIP)


def main() -> int:
    try:
        with tempfile.TemporaryDirectory(prefix="screenshot-") as folder:
            return judge(sys.argv[1], Path(folder))
    except Exception:  # noqa: BLE001 - Python's own status for it, 1, would mean bad
        traceback.print_exc()
        return FAULT


if __name__ == "__main__":
    sys.exit(main())
