"""Profiles: quiet, isolated, and a user's own left alone."""

import json
import os
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.launch.profiles import (
    QUIET_PREFS,
    PrefValue,
    ProfileError,
    ProfileMode,
    ProfileOptions,
    Profiles,
    install_addons,
    parse_pref,
    read_prefs,
    write_prefs,
)
from mozregression.launch.workdirs import WorkDirs


@pytest.fixture
def work(tmp_path: Path) -> WorkDirs:
    return WorkDirs(tmp_path / "work")


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """A profile of the user's, with a browser running in it."""
    profile = tmp_path / "mine"
    (profile / "extensions").mkdir(parents=True)
    (profile / "prefs.js").write_text('user_pref("my.own", 1);\n')
    (profile / "user.js").write_text('user_pref("my.choice", "süß");')
    (profile / "lock").symlink_to("127.0.0.1:+4711")
    (profile / ".parentlock").touch()
    os.mkfifo(profile / "pipe")
    return profile


def prefs_in(profile: Path) -> dict[str, PrefValue]:
    """What the browser would read from user.js: the last of each name counts."""
    pairs = re.findall(
        r'^user_pref\(("[^"]+"), (.+)\);$', (profile / "user.js").read_text(), re.MULTILINE
    )
    return {json.loads(name): json.loads(value) for name, value in pairs}


def snapshot(folder: Path) -> dict[str, bytes]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {str(file.relative_to(folder)): file.read_bytes() for file in files}


def addon(file: Path, identity: str) -> Path:
    manifest = {
        "manifest_version": 2,
        "name": "An add-on",
        "version": "1.0",
        "browser_specific_settings": {"gecko": {"id": identity}},
    }
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("manifest.json", json.dumps(manifest))
    return file


def test_every_build_gets_a_quiet_profile_of_its_own(work: WorkDirs) -> None:
    with Profiles(work, ProfileOptions()) as profiles:
        first, second = profiles.take(), profiles.take()
        assert first.path != second.path
        assert not first.foreign
        assert prefs_in(first.path) == QUIET_PREFS
        for profile in (first, second):
            assert profile.owned == (profile.path.parent,)
            profile.remove()
            assert not profile.path.exists()


def test_thunderbird_is_quiet_in_its_own_way(work: WorkDirs) -> None:
    options = ProfileOptions(prefs={"mail.provider.enabled": True})
    with Profiles(work, options, "thunderbird") as profiles:
        profile = profiles.take()
        assert prefs_in(profile.path) == {
            "app.update.enabled": False,
            "app.update.auto": False,
            "extensions.update.enabled": False,
            "extensions.update.notifyUser": False,
            "browser.shell.checkDefaultBrowser": False,
            "browser.tabs.warnOnClose": False,
            "browser.warnOnQuit": False,
            "browser.sessionstore.resume_from_crash": False,
            "mail.provider.enabled": True,
        }
        profile.remove()


def test_the_users_preferences_win(work: WorkDirs) -> None:
    prefs: dict[str, PrefValue] = {"app.update.auto": True, "a.b": "x\"y'\\z\nä"}
    profile = Profiles(work, ProfileOptions(prefs=prefs)).take()
    assert prefs_in(profile.path) == {**QUIET_PREFS, **prefs}
    profile.remove()


def test_clone_copies_for_each_build_and_leaves_the_original_alone(
    work: WorkDirs, mine: Path
) -> None:
    before = snapshot(mine)
    profiles = Profiles(work, ProfileOptions(path=mine))
    profile = profiles.take()
    assert profile.foreign
    assert {path.name for path in profile.path.iterdir()} == {"extensions", "prefs.js", "user.js"}
    assert prefs_in(profile.path) == {"my.choice": "süß", **QUIET_PREFS}
    (profile.path / "prefs.js").write_text("changed by the build")
    profile.remove()
    again = profiles.take()
    assert (again.path / "prefs.js").read_bytes() == before["prefs.js"]
    again.remove()
    assert snapshot(mine) == before


def test_clone_first_shares_one_copy_until_the_end(work: WorkDirs, mine: Path) -> None:
    before = snapshot(mine)
    with Profiles(work, ProfileOptions(path=mine, mode=ProfileMode.CLONE_FIRST)) as profiles:
        first = profiles.take()
        (first.path / "bookmark").touch()
        first.remove()
        second = profiles.take()
        assert second.owned == ()
        assert (second.path / "bookmark").exists()
    assert not second.path.exists()
    assert snapshot(mine) == before


def test_reuse_works_in_place_and_does_not_pile_up(work: WorkDirs, mine: Path) -> None:
    for value in (1, 2):
        options = ProfileOptions(path=mine, mode=ProfileMode.REUSE, prefs={"a": value})
        profile = Profiles(work, options).take()
        assert profile.path == mine
        assert profile.owned == ()
        profile.remove()
    text = (mine / "user.js").read_text()
    assert text.startswith('user_pref("my.choice", "süß");\n')
    assert text.count('user_pref("a"') == 1
    assert prefs_in(mine)["a"] == 2


@pytest.mark.parametrize("mode", ProfileMode)
def test_a_profile_that_does_not_exist_is_made_and_kept(
    work: WorkDirs, tmp_path: Path, mode: ProfileMode
) -> None:
    path = tmp_path / "new" / "profile"
    with Profiles(work, ProfileOptions(path=path, mode=mode)) as profiles:
        for _ in range(2):
            profile = profiles.take()
            assert profile.path == path
            profile.remove()
    assert prefs_in(path) == QUIET_PREFS


def test_nothing_to_reuse(work: WorkDirs) -> None:
    with pytest.raises(ProfileError, match="--profile"):
        Profiles(work, ProfileOptions(mode=ProfileMode.REUSE))


def test_a_profile_that_cannot_be_copied_leaves_nothing(work: WorkDirs, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ProfileError, match="cannot be copied"):
        Profiles(work, ProfileOptions(path=tmp_path / "file")).take()
    assert list(work.root.glob("profile-*")) == []


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("javascript.enabled:false", "javascript.enabled", False),
        ("a.b:true", "a.b", True),
        ("a.b:True", "a.b", "True"),
        ("a.b:12", "a.b", 12),
        ("a.b:-12", "a.b", -12),
        ("a.b:'12'", "a.b", "12"),
        ('a.b:"true"', "a.b", "true"),
        ("a.b:1.5", "a.b", "1.5"),
        ("a.b:", "a.b", ""),
        ("home:https://example.org:80/", "home", "https://example.org:80/"),
    ],
)
def test_preferences_as_typed(text: str, name: str, value: PrefValue) -> None:
    parsed = parse_pref(text)
    assert parsed == (name, value)
    assert type(parsed[1]) is type(value)


@pytest.mark.parametrize("text", ["", "javascript.enabled", ":true", " : 1"])
def test_no_preference(text: str) -> None:
    with pytest.raises(ProfileError, match=re.escape(repr(text))):
        parse_pref(text)


def test_a_number_the_browser_cannot_hold() -> None:
    assert parse_pref(f"a:{2**31 - 1}") == ("a", 2**31 - 1)
    with pytest.raises(ProfileError, match="32 bits"):
        parse_pref(f"a:{2**31}")


@given(st.text())
def test_quoted_text_stays_as_it_is(text: str) -> None:
    assert parse_pref(f"a:'{text}'") == ("a", text)


def test_preference_files(tmp_path: Path) -> None:
    (tmp_path / "prefs.json").write_text('{"a": 1, "b": true, "c": "x"}')
    (tmp_path / "prefs.ini").write_text("[one]\na.B = 2\n[two]\nc = 'true'\n")
    assert read_prefs(str(tmp_path / "prefs.json")) == {"a": 1, "b": True, "c": "x"}
    assert read_prefs(f"{tmp_path / 'prefs.ini'}:one") == {"a.B": 2}
    assert read_prefs(f"{tmp_path / 'prefs.ini'}:two") == {"c": "true"}


@pytest.mark.parametrize("content", ["{", "\xff", '{"a": 1.5}', '{"a": [1]}', "[1]", "3"])
def test_files_without_preferences(tmp_path: Path, content: str) -> None:
    (tmp_path / "prefs.json").write_text(content)
    with pytest.raises(ProfileError, match=r"prefs\.json cannot be read"):
        read_prefs(str(tmp_path / "prefs.json"))


@pytest.mark.parametrize("section", ["", ":three"])
def test_files_without_the_section(tmp_path: Path, section: str) -> None:
    (tmp_path / "prefs.ini").write_text("[one]\na.B = 2\n")
    with pytest.raises(ProfileError, match=rf"prefs\.ini{section} cannot be read"):
        read_prefs(f"{tmp_path / 'prefs.ini'}{section}")


@pytest.mark.parametrize("source", ["nothing.json", "nothing.ini:one"])
def test_no_preference_file(source: str) -> None:
    with pytest.raises(ProfileError, match=re.escape(source)):
        read_prefs(source)


def test_preferences_after_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "user.js").write_bytes(b"// caf\xe9")
    write_prefs(tmp_path, {"a": 1})
    write_prefs(tmp_path, {"a": 2})
    content = (tmp_path / "user.js").read_bytes()
    assert content.startswith(b"// caf\xe9\n")
    assert content.count(b"user_pref") == 1


def test_addons_packed_unpacked_and_by_the_folder(tmp_path: Path) -> None:
    folder, unpacked, profile = tmp_path / "folder", tmp_path / "unpacked", tmp_path / "profile"
    folder.mkdir()
    addon(folder / "two.xpi", "two@example.org")
    addon(folder / "three.xpi", "three@example.org")
    with zipfile.ZipFile(addon(tmp_path / "one.xpi", "one@example.org")) as archive:
        archive.extractall(unpacked)
    install_addons(profile, [tmp_path / "one.xpi", folder])
    install_addons(profile, [tmp_path / "one.xpi"])
    install_addons(tmp_path / "second", [unpacked])
    assert {path.name for path in (profile / "extensions").iterdir()} == {
        "one@example.org.xpi",
        "two@example.org.xpi",
        "three@example.org.xpi",
    }
    assert (tmp_path / "second" / "extensions" / "one@example.org" / "manifest.json").exists()


@pytest.mark.parametrize("content", [None, b"", b"text", b"PK\5\6" + b"\0" * 18])
def test_no_addon(work: WorkDirs, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "thing.xpi"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ProfileError, match=r"thing\.xpi is not an add-on"):
        Profiles(work, ProfileOptions(addons=(file,))).take()
    assert list(work.root.glob("profile-*")) == []
