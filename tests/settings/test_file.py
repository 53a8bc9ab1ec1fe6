"""The config file: read as people write it, mistakes told, changes that keep the rest."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.console import arguments
from mozregression.faces.plan import plan
from mozregression.model.certainty import Ages, Certainty
from mozregression.settings.file import FileError, changed, load, location, store
from mozregression.settings.table import BY_KEY, Value
from mozregression.settings.values import WrongValueError
from tests.settings.conftest import Configure

GOOD = ("--good", "2026-05-01")

# For each key: what a file says, which attribute of Settings or Request that sets, and to what.
OBEYED: dict[str, tuple[str, str, object]] = {
    "adb-profile-dir": ("/sdcard/mine", "adb_profile_dir", "/sdcard/mine"),
    "app": ("jsshell", "app", "jsshell"),
    "archive-base-url": ("http://127.0.0.1:1/pub/", "archive", "http://127.0.0.1:1/pub"),
    "background-dl-policy": ("keep", "keep_guesses", True),
    "bits": ("64", "arch", "x86_64"),
    "build-type": ("opt", "build_type", "opt"),
    "cmdargs": ("--headless, 'a, b'", "arguments", ("--headless", "a, b")),
    "confidence": ("0.8", "certainty", Certainty(confidence=0.8)),
    "explain": ("yes", "explain", True),
    "prior": ("uniform", "prior", Ages(uniform=True)),
    "approx-policy": ("none", "prefer_kept", False),
    "http-timeout": ("12.5", "http_timeout", 12.5),
    "mode": ("no-first-check", "check_ends", False),
    "no-background-dl": ("true", "work_ahead", False),
    "persist": ("/builds/here", "persist", "/builds/here"),
    "persist-size-limit": ("0.5", "persist_limit", 0.5),
    "process-output": ("stdout", "show_output", True),
    "profile": ("'/my profile'", "profile", "/my profile"),
    "profile-persistence": ("clone-first", "profile_persistence", "clone-first"),
    "reference": ("on", "reference", True),
    "repo": ("inbound", "branch", "mozilla-inbound"),
}

# The same of keys that neither change the request nor its settings.
READ: dict[str, tuple[str, Value]] = {
    "enable-telemetry": ("no", False),
    "telemetry-endpoint": ("http://127.0.0.1:1/", "http://127.0.0.1:1"),
    "no-update-check": ("true", False),
    "taskcluster-accesstoken": ("abc", "abc"),
    "taskcluster-clientid": ("me/at/home", "me/at/home"),
}


def test_all_keys_are_tried() -> None:
    assert sorted((*OBEYED, *READ)) == sorted(BY_KEY)


def chosen(name: str, *more: str) -> Value:
    request, settings = plan(arguments.parse([*GOOD, *more]))
    value: Value = getattr(settings if hasattr(settings, name) else request, name)
    return value


@pytest.mark.covers(*(f"{key} =" for key in OBEYED))
@pytest.mark.parametrize("form", ["{} = {}", "[settings]\n{}={}", "# so\n\n  {} = {}  # this\r\n"])
@pytest.mark.parametrize("key", OBEYED)
def test_each_key_is_obeyed(configure: Configure, key: str, form: str) -> None:
    text, name, value = OBEYED[key]
    configure(form.format(key, text))
    assert chosen(name) == value


def test_the_command_line_beats_the_file_and_the_file_the_default(configure: Configure) -> None:
    assert chosen("http_timeout") == 60
    configure("http-timeout = 5\ncmdargs = --one, --two\n")
    assert chosen("http_timeout") == 5
    assert chosen("http_timeout", "--http-timeout", "7") == 7
    assert chosen("arguments") == ("--one", "--two")
    assert chosen("arguments", "--arg=--three", "--arg=--four") == ("--three", "--four")


def test_a_home_is_found(configure: Configure) -> None:
    configure("persist = ~/builds\n")
    assert chosen("persist") == str(Path.home() / "builds")


@pytest.mark.parametrize("text", ["persist =", 'persist = ""', "persist = # nothing", "cmdargs =,"])
def test_what_is_empty_is_not_chosen(configure: Configure, text: str) -> None:
    contents = load(configure(text))
    assert not any(contents.values.values())


@pytest.mark.covers(*(f"{key} =" for key in READ))
@pytest.mark.parametrize("key", READ)
def test_other_keys_are_read(
    configure: Configure, capsys: pytest.CaptureFixture[str], key: str
) -> None:
    text, value = READ[key]
    contents = load(configure(f"{key} = {text}\n"))
    assert contents.values == {BY_KEY[key].name: value}
    arguments.parse(GOOD)
    assert capsys.readouterr().err == ""


@pytest.mark.covers("enable-telemetry =")
@pytest.mark.parametrize(
    ("written", "value"),
    [
        *((word, True) for word in ("yes", "true", "on", "1", "True", "YES")),
        *((word, False) for word in ("no", "false", "off", "0", "False", "OFF")),
    ],
)
def test_yes_and_no_have_many_spellings(configure: Configure, written: str, *, value: bool) -> None:
    configure(f"enable-telemetry = {written}\nno-background-dl = {written}\n")
    options = arguments.parse(GOOD)
    assert options.telemetry is value
    assert options.background_dl is not value


@pytest.mark.covers("--no-telemetry")
def test_an_option_beats_consent_in_the_file(configure: Configure) -> None:
    configure("enable-telemetry = yes\n")
    assert arguments.parse([*GOOD, "--no-telemetry"]).telemetry is False


def test_credentials_get_into_no_options(configure: Configure) -> None:
    configure("taskcluster-accesstoken = hidden-thing\ntaskcluster-clientid = me\n")
    assert "hidden-thing" not in repr(arguments.parse(GOOD))


@pytest.mark.parametrize("text", ["{} hidden", "{} = hidden\0", "{} = 'hidden", "{}: hidden"])
def test_mistakes_do_not_tell_secrets(
    configure: Configure, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    configure(text.format("taskcluster-accesstoken"))
    with pytest.raises(SystemExit):
        arguments.parse(GOOD)
    error = capsys.readouterr().err
    assert "taskcluster-accesstoken" in error
    assert "hidden" not in error


def test_an_unknown_key_is_told(configure: Configure, capsys: pytest.CaptureFixture[str]) -> None:
    path = configure("# mine\npersits = /builds\nmode = no-first-check")
    assert chosen("check_ends") is False
    assert capsys.readouterr().err == (
        f"mozregression: {path}, line 2: there is no setting 'persits'. Did you mean persist? "
        "It does nothing.\n"
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "\nmode = clasic",
            "line 2: mode: 'clasic' is not one of classic, no-first-check. Did you mean classic?",
        ),
        ("app = firefix", "line 1: app: 'firefix' is not one of firefox, firefox-l10n,"),
        ("bits = 63", "line 1: bits: '63' is not one of 32, 64."),
        ("http-timeout = soon", "line 1: http-timeout: 'soon' is not a number of seconds above 0"),
        ("http-timeout = 0", "line 1: http-timeout: 0 seconds"),
        ("persist-size-limit = nan", "'nan' is not a number of GiB"),
        ("persist-size-limit = -1", "'-1' is not a number of GiB"),
        ("no-background-dl = perhaps", "'perhaps' is not true or false"),
        ("archive-base-url = archive.mozilla.org", "is not an http or https URL"),
        ("mode", "line 1: what begins with 'mode' is not of the form"),
        ("persist = 'here", "line 1: persist: a quote is not closed"),
        ("bits = 64\nbits = 32", "line 2: bits is set in line 1 already"),
        ("profile = a\0b", "line 1: profile: it holds a NUL character"),
    ],
)
def test_mistakes_are_told_in_one_line(
    configure: Configure, capsys: pytest.CaptureFixture[str], text: str, says: str
) -> None:
    path = configure(text)
    with pytest.raises(SystemExit) as leaving:
        arguments.parse(GOOD)
    error = capsys.readouterr().err
    assert leaving.value.code == 2
    assert says in error
    assert error.startswith(f"mozregression: {path}, line ")
    assert error.count("\n") == 1


def test_a_file_that_cannot_be_read_is_told(configure: Configure) -> None:
    path = configure("")
    path.write_bytes(b"mode = \xff")
    with pytest.raises(FileError, match="byte 7 is not UTF-8"):
        load(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(FileError, match="cannot be read"):
        load(path)


def test_help_works_whatever_the_file_holds(
    configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    configure("nonsense")
    with pytest.raises(SystemExit) as leaving:
        arguments.parse(["--help"])
    assert leaving.value.code == 0
    assert "--good" in capsys.readouterr().out


BEFORE = """\
# my choices
persist = '/old'   # on the big disk
[more]
  mode=classic
unheard-of = 1

"""

AFTER = """\
# my choices
persist = "/new # disk"   # on the big disk
[more]
  mode=no-first-check
unheard-of = 1
http-timeout = 5
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_change_keeps_what_the_user_wrote(end: str) -> None:
    before, after = BEFORE.replace("\n", end), AFTER.replace("\n", end)
    new = {"persist": "/new # disk", "mode": "no-first-check", "http-timeout": "5"}
    assert changed(location(), before, new) == after


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])).map(str.strip),
    st.sampled_from(["", "# head\n", "profile = x\n", "profile =# empty", "profile='q' # c\n"]),
)
def test_what_is_written_is_read(value: str, before: str) -> None:
    path = location()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        store(path, changed(path, before, {"profile": value}))
    except WrongValueError:
        assert {'"', "'"} <= set(value)  # nothing else cannot be written
        return
    assert load(path).values.get("profile") == (os.path.expanduser(value) or None)  # noqa: PTH111


def test_a_write_keeps_link_and_mode_and_leaves_nothing_else(tmp_path: Path) -> None:
    real = tmp_path / "dotfiles"
    real.write_text("old")
    real.chmod(0o640)
    link = tmp_path / "folder" / "file.cfg"
    link.parent.mkdir()
    link.symlink_to(real)
    store(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert sorted(tmp_path.rglob("*")) == [real, link.parent, link]


def test_a_write_that_fails_is_told_and_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("I am no folder")
    with pytest.raises(FileError, match="cannot be written"):
        store(tmp_path / "file" / "x.cfg", "new")
    (tmp_path / "folder").mkdir()
    with pytest.raises(FileError, match="cannot be written"):
        store(tmp_path / "folder", "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
