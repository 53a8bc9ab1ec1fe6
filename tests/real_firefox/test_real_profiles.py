"""What a person chooses takes effect in real Firefox, and a person's own profile stays as it is."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mozregression.driver.assembly import launch_options
from mozregression.driver.settings import Settings
from mozregression.launch.kinds import launcher_for
from mozregression.launch.launcher import Installed
from mozregression.launch.workdirs import WorkDirs
from mozregression.model.apps import APPS, LINUX_X86_64
from tests.real_firefox.archives import installed_firefox, why_not
from tests.real_firefox.screenshot import OFFLINE
from tests.real_firefox.visits import Visit, visits

pytestmark = pytest.mark.real_firefox

PREFS = (
    *(f"{name}:{value}" for name, value in OFFLINE.items()),
    "xpinstall.signatures.required:false",
)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with Firefox, as the store hands it over."""
    if reason := why_not():
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("build")
    shutil.copytree(installed_firefox(), folder / "firefox")
    (folder / "firefox" / "firefox-esr").rename(folder / "firefox" / "firefox")
    yield folder
    shutil.rmtree(folder)


def visit_with(settings: Settings, build: Path, room: Path) -> Visit:
    """What a build that is opened with these settings tells a page."""
    with visits() as page:
        asked = replace(
            settings, arguments=("--headless", page.url), prefs=(*PREFS, *settings.prefs)
        )
        work = WorkDirs(room / "work")
        launcher = launcher_for(APPS["firefox"], LINUX_X86_64, work, launch_options(asked))
        installed = launcher.prepare(build)
        assert isinstance(installed, Installed)
        opened = launcher.open(installed, room / "log")
        try:
            return page.next()
        finally:
            opened.running.stop(grace=opened.grace)
            opened.discard()
            launcher.close()


def test_a_preference_takes_effect(build: Path, room: Path) -> None:
    settings = Settings(prefs=("general.useragent.override:Tested by hand",))
    assert visit_with(settings, build, room).agent == "Tested by hand"


def test_preference_files_take_effect(build: Path, room: Path) -> None:
    (room / "prefs.json").write_text(json.dumps({"general.useragent.override": "From a file"}))
    (room / "prefs.ini").write_text("[mine]\nintl.accept_languages = 'tlh'\n")
    settings = Settings(prefs_files=(str(room / "prefs.json"), f"{room / 'prefs.ini'}:mine"))
    visit = visit_with(settings, build, room)
    assert (visit.agent, visit.languages) == ("From a file", "tlh")


def test_addons_take_effect(build: Path, room: Path) -> None:
    settings = Settings(addons=(str(packed(room, "one")), str(unpacked(room, "two"))))
    visit = visit_with(settings, build, room)
    assert set(visit.marks) == {"data-one", "data-two"}


def test_nothing_takes_effect_without_being_asked_for(build: Path, room: Path) -> None:
    visit = visit_with(Settings(), build, room)
    assert "Firefox/" in visit.agent
    assert visit.marks == []


def test_a_cloned_profile_takes_effect_and_stays_as_it_is(build: Path, room: Path) -> None:
    mine = room / "mine"
    extensions = mine / "extensions"
    extensions.mkdir(parents=True)
    packed(room, "own").rename(extensions / "own@example.org.xpi")
    (mine / "prefs.js").write_text('user_pref("general.useragent.override", "My own");\n')
    visit_with(Settings(profile=str(mine), profile_persistence="reuse"), build, room)
    before = contents(mine)
    assert len(before) > 10  # a real profile
    visit = visit_with(Settings(profile=str(mine)), build, room)
    assert visit.agent == "My own"
    assert visit.marks == ["data-own"]
    assert contents(mine) == before


def contents(profile: Path) -> dict[str, str]:
    """What every file in the profile hashes to, and where every link points."""
    return {
        str(path.relative_to(profile)): str(path.readlink())
        if path.is_symlink()
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(profile.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


def unpacked(room: Path, name: str) -> Path:
    """The folder of an add-on, not signed, that marks every page with its name."""
    folder = room / name
    folder.mkdir()
    manifest = {
        "manifest_version": 2,
        "name": name,
        "version": "1.0",
        "browser_specific_settings": {"gecko": {"id": f"{name}@example.org"}},
        "content_scripts": [
            {"matches": ["<all_urls>"], "js": ["mark.js"], "run_at": "document_start"}
        ],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "mark.js").write_text(f"document.documentElement.dataset.{name} = 'here';\n")
    return folder


def packed(room: Path, name: str) -> Path:
    """The same as an xpi."""
    folder = unpacked(room, name)
    file = room / f"{name}.xpi"
    with zipfile.ZipFile(file, "w") as archive:
        for path in folder.iterdir():
            archive.write(path, path.name)
    return file
