"""The definitions are sound, documented, and found wherever the package is installed."""

import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from mozregression.model.bounds import ChangesetBound, ReleaseBound, TagBound, YearBefore
from mozregression.telemetry import definitions
from mozregression.telemetry.recorder import bisection, launch
from tests.telemetry.document import DOCUMENT, text
from tests.telemetry.request import REQUEST

ROOT = Path(__file__).parents[2]


def test_the_linter_of_glean_has_nothing_to_say() -> None:
    linted = subprocess.run(
        [Path(sys.executable).with_name("glean_parser"), "glinter", *definitions.FILES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert linted.returncode == 0, linted.stderr
    assert "no_lint" not in "".join(map(definitions.text, definitions.FILES))


def test_the_document_is_made_from_the_definitions() -> None:
    renew = "renew it: python3 -m tests.telemetry.document"
    assert DOCUMENT.read_text(encoding="utf-8") == text(), renew


def test_dates_are_told_of_days_alone() -> None:
    told = bisection(REQUEST, "gui")
    assert told.dates == {"good_date": "2026-05-01", "bad_date": "2026-11-01"}
    assert launch(REQUEST, "gui").dates == {"launch_date": "2026-11-01"}
    for bound in (ChangesetBound("f" * 12), TagBound("A_B"), ReleaseBound("57"), YearBefore()):
        assert bisection(replace(REQUEST, good=bound, bad=bound), "gui").dates == {}


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an sdist, and a wheel made from it."""
    folder = tmp_path_factory.mktemp("built")
    source = folder / "source"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build")
    shutil.copytree(ROOT, source, ignore=ignored)
    build = (
        "import setuptools.build_meta as b, sys; getattr(b, 'build_' + sys.argv[1])(sys.argv[2])"
    )
    _run([sys.executable, "-c", build, "sdist", str(folder)], source)
    (sdist,) = folder.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (unpacked,) = folder.glob("mozregression-*/")
    _run([sys.executable, "-c", build, "wheel", str(folder)], unpacked)
    return folder


def _run(command: list[str], cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True, capture_output=True)


def test_an_sdist_and_a_wheel_bring_them(distributions: Path) -> None:
    (wheel,) = distributions.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for name in definitions.FILES:
            held = archive.read(f"mozregression/telemetry/{name}")
            assert held == (ROOT / name).read_bytes()


def test_an_editable_install_has_those_of_the_repository() -> None:
    place = Path(definitions.__file__)
    assert not place.with_name("metrics.yaml").exists()
    assert definitions.text("metrics.yaml") == (ROOT / "metrics.yaml").read_text()
