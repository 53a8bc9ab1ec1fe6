"""Pages as a person sees them: in Debian's Chromium, without a network."""

import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

CHROMIUM = shutil.which("chromium")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium")


def _run(profile: Path, *arguments: str) -> str:
    command = [
        str(CHROMIUM),
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--hide-scrollbars",
        "--host-resolver-rules=MAP * ~NOTFOUND",
        f"--user-data-dir={profile}",
        *arguments,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True)
    return done.stdout


def document(page: Path, folder: Path, fragment: str = "") -> str:
    """The page's HTML once its scripts have run."""
    return _run(
        folder / "profile", "--virtual-time-budget=5000", "--dump-dom", page.as_uri() + fragment
    )


def picture(page: Path, folder: Path, height: int) -> Image.Image:
    """The first so many pixels of the page, 900 wide, as it looks."""
    shot = folder / "page.png"
    _run(folder / "profile", f"--window-size=900,{height}", f"--screenshot={shot}", page.as_uri())
    return Image.open(shot).convert("RGB")
