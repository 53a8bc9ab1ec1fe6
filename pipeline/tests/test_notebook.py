"""The worked example runs without a browser, and makes the same page."""

import subprocess
import sys
from pathlib import Path

import pytest

from mozpipeline.definitions.history import History
from mozpipeline.home import Home
from stores import made_year

NOTEBOOK = Path(__file__).parents[2] / "docs/analysis/build_retention.py"


@pytest.mark.skipif(not NOTEBOOK.exists(), reason="needs a checkout")
def test_the_notebook_makes_the_page(home: Home, history: History, tmp_path: Path) -> None:
    made_year(home, history, 400)
    page = tmp_path / "page.html"
    command = [sys.executable, str(NOTEBOOK), "--data", str(home.folder), "--html", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "How old are the builds that people ask for?" in page.read_text()
