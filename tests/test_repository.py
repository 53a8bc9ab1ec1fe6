"""Rules for the repository as a whole."""

import re
import shutil
import subprocess
from importlib.metadata import entry_points, metadata, requires
from pathlib import Path

import pytest

import mozregression

ROOT = Path(__file__).parents[1]

# Put together here, so that this file does not break its own rule.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("deb", "debian", "org"),
        ("npmjs", "org"),
        ("crates", "io"),
        ("golang", "org"),
        ("anaconda", "org"),
    )
]
MACHINE_PATH = re.compile(r"(?<![\w.~})/-])/(work|farm|root|tmp)/")


@pytest.fixture(scope="module")
def texts() -> dict[Path, str]:
    """Tracked text files and what they hold."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("needs git and a checkout to know which files are tracked")
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    names = subprocess.check_output(command, cwd=ROOT, text=True).split("\0")
    texts = {}
    for path in (ROOT / name for name in names if name):
        content = path.read_bytes() if path.is_file() else b"\0"  # removed, not yet committed
        if b"\0" not in content:
            texts[path] = content.decode()
    return texts


def found(pattern: "re.Pattern[str]", texts: dict[Path, str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path, text in texts.items()
        for match in pattern.finditer(text)
    ]


def test_no_file_names_a_package_registry(texts: dict[Path, str]) -> None:
    assert not found(re.compile("|".join(map(re.escape, REGISTRY_HOSTS)), re.IGNORECASE), texts)


def test_no_file_names_a_path_of_one_machine(texts: dict[Path, str]) -> None:
    assert not found(MACHINE_PATH, texts)


@pytest.mark.parametrize("folder", ["work", "farm", "root", "tmp"])
def test_paths_of_a_machine_are_recognised(folder: str) -> None:
    assert MACHINE_PATH.search(f'open("/{folder}/file")')
    assert not MACHINE_PATH.search(f"https://example.org/{folder}/file")


def test_lines_end_the_same_way(texts: dict[Path, str]) -> None:
    assert not [path for path, text in texts.items() if "\r" in text]


def test_the_licence_is_there() -> None:
    assert "Mozilla Public License Version 2.0" in (ROOT / "LICENSE").read_text()


def test_what_is_installed_says_what_it_is() -> None:
    about = metadata("mozregression")
    assert about["Version"] == mozregression.__version__
    assert about["License-Expression"] == "MPL-2.0"
    assert about["Requires-Python"] == ">=3.10"
    assert about["Summary"]
    assert "dev.py demo" in about["Description"]


def test_the_command_exists() -> None:
    (command,) = entry_points(group="console_scripts", name="mozregression")
    assert callable(command.load())


@pytest.mark.parametrize(
    ("page", "extra"), [("docs/design.md", ""), ("docs/pipeline/design.md", "pipeline")]
)
def test_every_dependency_is_explained(page: str, extra: str) -> None:
    _, _, section = (ROOT / page).read_text().partition("\n## Packages\n")
    explained = set(re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE))
    declared = {
        re.split(r"[^\w-]", requirement)[0]
        for requirement in requires("mozregression") or ()
        if f'extra == "{extra}"' in requirement or not (extra or "extra ==" in requirement)
    }
    assert explained == declared


def test_the_readme_shows_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text()
    assert "python3 dev.py demo" in readme
    assert "python3 dev.py test" in readme


def test_continuous_integration_runs_all_checks() -> None:
    script = ROOT / ".ci/run"
    assert "python3 dev.py test\n" in script.read_text()
    assert script.stat().st_mode & 0o111


def test_the_changelog_knows_this_version() -> None:
    version = mozregression.__version__.partition(".dev")[0]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()
