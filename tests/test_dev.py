"""dev.py: its words, its set-up and what it does when something is missing."""

import ast
import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(__file__).parents[1] / "dev.py"
posix_only = pytest.mark.skipif(os.name == "nt", reason="stands in for apt-get with a shell script")


class Recorder:
    """Stands in for the programs of the set-up: notes their names, may fail, changes little."""

    def __init__(self, dev: Any) -> None:
        self.dev = dev
        self.calls: list[str] = []
        self.fail_at: str | None = None

    def __call__(self, command: Sequence[str], _advice: str) -> None:
        call = "venv" if "venv" in command else " ".join(command[command.index("install") :])
        self.calls.append(call)
        if call == self.fail_at:
            raise KeyboardInterrupt
        self.dev.PYTHON.parent.mkdir(exist_ok=True)
        self.dev.PYTHON.touch()


INSTALLS = ["install pip>=25.1", "install --editable .[gui,pipeline] --group dev"]


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module, with its virtual environment in a temporary place."""
    monkeypatch.setenv("MOZREGRESSION_VENV", str(tmp_path / "venv"))
    spec = importlib.util.spec_from_file_location("dev", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def programs(dev: Any, monkeypatch: pytest.MonkeyPatch) -> Recorder:
    recorder = Recorder(dev)
    monkeypatch.setattr(dev, "quietly", recorder)
    monkeypatch.setattr(dev, "is_same_python", lambda: True)
    monkeypatch.setattr(dev, "groups", lambda: ["dev"])
    return recorder


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


# Words


@pytest.mark.parametrize("arguments", [(), ("help",), ("--help",), ("-h",)])
def test_help_lists_the_words(dev: Any, arguments: tuple[str, ...]) -> None:
    result = run(str(SCRIPT), *arguments)
    assert result.returncode == 0
    first = [line.split()[0] for line in result.stdout.splitlines() if line.startswith("  ")]
    assert first == list(dev.WORDS)


def test_an_unknown_word_gets_the_nearest() -> None:
    result = run(str(SCRIPT), "tets")
    assert result.returncode == 2
    assert "no word 'tets'. Did you mean 'test'?" in result.stderr


def test_a_word_like_none_gets_the_list(dev: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["xyzzy"]) == 2
    known = "test, pyside2, lint, demo, screenshots, catalogue, bundle, bench, help"
    assert f"Known: {known}." in capsys.readouterr().err


def test_an_older_python_is_told_what_is_needed() -> None:
    pretend = (
        "import runpy, sys; sys.version_info = (3, 6, 15, 'final', 0); "
        f"runpy.run_path({str(SCRIPT)!r}, run_name='__main__')"
    )
    result = run("-c", pretend)
    assert result.returncode == 2
    assert "dev.py needs Python 3.10 or newer, but this is Python 3.6" in result.stderr


def test_an_older_python_can_read_the_file() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("word", ["lint", "help"])
def test_words_without_arguments_refuse_them(
    dev: Any, word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.main([word, "now"]) == 2
    assert f"{word} takes no arguments, but got: now" in capsys.readouterr().err


# Set-up


def test_set_up_is_done_once(dev: Any, programs: Recorder) -> None:
    dev.set_up()
    assert programs.calls == ["venv", *INSTALLS]
    dev.set_up()
    assert len(programs.calls) == 3


def test_set_up_follows_pyproject(
    dev: Any, programs: Recorder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    (tmp_path / "pyproject.toml").write_text("one")
    dev.set_up()
    (tmp_path / "pyproject.toml").write_text("two")
    dev.set_up()
    assert programs.calls == ["venv", *INSTALLS, *INSTALLS]


def test_a_demo_needs_the_program_alone(dev: Any, programs: Recorder) -> None:
    dev.set_up(small=True)
    assert programs.calls[-1] == "install --editable ."
    dev.set_up()
    assert programs.calls[-1] == INSTALLS[-1]
    done = list(programs.calls)
    dev.set_up(small=True)
    assert programs.calls == done


def test_spark_is_installed_once_there_is_java(
    dev: Any, programs: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev.set_up()
    monkeypatch.setattr(dev, "groups", lambda: ["dev", "spark"])
    dev.set_up()
    assert programs.calls[-1].endswith(" --group dev --group spark")


@pytest.mark.parametrize("moment", ["venv", *INSTALLS])
def test_an_interrupted_set_up_starts_anew(dev: Any, programs: Recorder, moment: str) -> None:
    programs.fail_at = moment
    with pytest.raises(KeyboardInterrupt):
        dev.set_up()
    (dev.VENV / "half").mkdir()
    programs.calls, programs.fail_at = [], None
    dev.set_up()
    assert programs.calls == ["venv", *INSTALLS]
    assert not (dev.VENV / "half").exists()


def test_another_python_gets_a_new_environment(
    dev: Any, programs: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev.set_up()
    monkeypatch.setattr(dev, "digest", lambda *, small=False: f"other {small}")
    monkeypatch.setattr(dev, "is_same_python", lambda: False)
    dev.set_up()
    assert programs.calls == ["venv", *INSTALLS] * 2


def test_a_python_that_is_gone_is_replaced(
    dev: Any, programs: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    dev.set_up()
    dev.PYTHON.unlink()
    monkeypatch.setattr(dev, "is_same_python", lambda: False)
    dev.set_up()
    assert programs.calls == ["venv", *INSTALLS] * 2


def test_pythons_are_compared(dev: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "PYTHON", Path(sys.executable))
    assert dev.is_same_python()
    monkeypatch.setattr(dev, "PYTHON", Path("no-such-python"))
    assert not dev.is_same_python()


def test_a_folder_of_somebody_else_is_left_alone(
    dev: Any, programs: Recorder, capsys: pytest.CaptureFixture[str]
) -> None:
    dev.VENV.mkdir()
    (dev.VENV / "thesis.txt").write_text("important")
    assert dev.main(["lint"]) == 2
    assert "was not made by dev.py" in capsys.readouterr().err
    assert [path.name for path in dev.VENV.iterdir()] == ["thesis.txt"]
    assert programs.calls == []


def test_a_failing_program_shows_its_output(dev: Any, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-c", "print('what went wrong'); raise SystemExit(1)"]
    with pytest.raises(dev.DevError, match="do this next"):
        dev.quietly(command, "do this next")
    assert "what went wrong" in capsys.readouterr().out


# Debian packages


def fake_apt_get(dev: Any, folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only program on the PATH. Returns the file it notes its arguments in."""
    log = folder / "apt-get.log"
    program = folder / "apt-get"
    program.write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND: $*" >> {log}\n{script}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(dev, "SYSTEM", folder / "usr")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    return log


@posix_only
def test_root_gets_missing_packages(
    dev: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    places = [
        tmp_path / "usr" / package.program.replace("*", "any")
        if "/" in package.program
        else tmp_path / package.program
        for package in dev.PACKAGES
        if "test" in package.words
    ]
    brings = "\n".join(
        f"/bin/mkdir -p {place.parent}; /bin/cp {tmp_path}/apt-get {place}" for place in places
    )
    log = fake_apt_get(dev, tmp_path, brings, monkeypatch)
    dev.need_packages("test")
    update, install = log.read_text().splitlines()
    assert update.startswith("noninteractive: ")
    assert update.endswith(" update")
    names = " ".join(package.name for package in dev.PACKAGES if "test" in package.words)
    assert install.endswith(f" install --yes --no-install-recommends {names}")
    assert "left out" not in capsys.readouterr().out
    dev.need_packages("test")
    assert len(log.read_text().splitlines()) == 2


@posix_only
def test_a_failing_apt_get_only_skips(
    dev: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_apt_get(dev, tmp_path, "echo no network; exit 100", monkeypatch)
    dev.need_packages("test")
    out = capsys.readouterr().out
    assert "no network" in out
    assert "firefox-esr is missing: real Firefox is left out." in out
    assert "sudo apt-get install firefox-esr xz-utils" in out


@posix_only
def test_others_are_told_what_is_missing(
    dev: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = fake_apt_get(dev, tmp_path, "", monkeypatch)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    dev.need_packages("test")
    assert "To install by hand: sudo apt-get install firefox-esr" in capsys.readouterr().out
    assert not log.exists()


@posix_only
def test_a_missing_ensurepip_is_installed(
    dev: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = fake_apt_get(dev, tmp_path, "", monkeypatch)
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda _: log.exists() or None)
    dev.need_ensurepip()
    package = "python{}.{}-venv".format(*sys.version_info)
    assert log.read_text().endswith(f" {package}\n")


def test_a_missing_ensurepip_is_told(dev: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "can_install", lambda: False)
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(dev.DevError, match=r"run: sudo apt-get install python3\.\d+-venv"):
        dev.need_ensurepip()


# Checks


def check(dev: Any, name: str, code: int, empty: int | None = None) -> Any:
    return dev.Check(name, [sys.executable, "-c", f"raise SystemExit({code})"], empty)


def test_checks_go_on_after_a_failure(dev: Any, capsys: pytest.CaptureFixture[str]) -> None:
    checks = [check(dev, "one", 3), check(dev, "two", 0), check(dev, "three", 5, empty=5)]
    assert dev.run_checks(checks) == 1
    table = [line.split() for line in capsys.readouterr().out.splitlines()[-3:]]
    assert [(row[0], " ".join(row[3:])) for row in table] == [
        ("one", "failed"),
        ("two", "ok"),
        ("three", "nothing to do"),
    ]


def test_checks_that_are_all_right(dev: Any) -> None:
    assert dev.run_checks([check(dev, "one", 0), check(dev, "two", 5, empty=5)]) == 0


@posix_only
def test_a_program_ended_by_a_signal_fails(dev: Any) -> None:
    assert dev.run(["sh", "-c", "kill -9 $$"]) == 137


@pytest.fixture
def commands(dev: Any, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What would be run, without the interpreter."""
    commands: list[list[str]] = []

    def run(command: Sequence[str]) -> int:
        commands.append(list(command[1:]))
        return 0

    monkeypatch.setattr(dev, "set_up", lambda **_: None)
    monkeypatch.setattr(dev, "need_packages", lambda _: None)
    monkeypatch.setattr(dev, "on_screen", lambda command: command)
    monkeypatch.setattr(dev, "run", run)
    return commands


LINUX_CHECKS = [
    [str(SCRIPT.parent / "packaging/bundle.py")],
    ["-m", "pytest", "-m", "bundle", "tests/bundle"],
]


def test_test_runs_all_checks(dev: Any, commands: list[list[str]]) -> None:
    assert dev.main(["test"]) == 0
    assert commands == [
        ["-m", "ruff", "check"],
        ["-m", "ruff", "format", "--check"],
        ["-m", "mypy"],
        ["-m", "mypy", "gui/tests"],
        ["--no-logo"],
        ["glinter", "metrics.yaml", "pings.yaml"],
        ["-m", "pytest", "-n", "auto", "-m", "not (bundle or real_firefox or spark or window)"],
        ["-m", "pytest", "-m", "window"],
        *(LINUX_CHECKS if sys.platform == "linux" else []),
        ["-m", "pytest", "-m", "spark", "pipeline/tests"],
        ["-m", "pytest", "-m", "real_firefox"],
    ]


def test_test_hands_arguments_to_pytest_alone(dev: Any, commands: list[list[str]]) -> None:
    assert dev.main(["test", "tests/x", "-k", "y"]) == 0
    assert dev.main(["test", "--serial", "tests/x"]) == 0
    assert commands == [
        ["-m", "pytest", "-n", "auto", "tests/x", "-k", "y"],
        ["-m", "pytest", "tests/x"],
    ]


def test_demo_runs_the_demo(dev: Any, commands: list[list[str]]) -> None:
    assert dev.main(["demo", "--seed", "1"]) == 0
    assert commands == [["-m", "mozregression", "demo", "--seed", "1"]]


def test_bench_runs_all_or_the_named(
    dev: Any, commands: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    (tmp_path / "benchmarks").mkdir()
    for name in ("bench_b.py", "bench_a.py", "helper.py"):
        (tmp_path / "benchmarks" / name).touch()
    assert dev.main(["bench"]) == 0
    assert dev.main(["bench", "b"]) == 0
    assert dev.main(["bench", "bench_a.py"]) == 0
    assert [Path(path).name for (path,) in commands] == [
        "bench_a.py",
        "bench_b.py",
        "bench_b.py",
        "bench_a.py",
    ]


def test_bench_knows_its_names(
    dev: Any,
    commands: list[list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    assert dev.main(["bench"]) == 0
    assert "no benchmarks" in capsys.readouterr().out
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks/bench_startup.py").touch()
    assert dev.main(["bench", "startp"]) == 2
    assert "Did you mean 'startup'?" in capsys.readouterr().err
    assert commands == []


# Colours


@pytest.mark.skipif(os.name == "nt", reason="plain on Windows")
def test_colours_are_for_terminals_that_want_them(
    dev: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    assert dev.painted("x", "red") == "x"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert dev.painted("x", "red") == "\033[31mx\033[0m"
    monkeypatch.setenv("NO_COLOR", "1")
    assert dev.painted("x", "red") == "x"
