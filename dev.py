#!/usr/bin/env python3
"""All that a developer runs: `python3 dev.py WORD`. Needs nothing but Python; sets itself up."""

import sys

if sys.version_info < (3, 10):  # noqa: UP036 - the message is what this file may be run for
    sys.stderr.write(
        "dev.py needs Python 3.10 or newer, but this is Python %d.%d (%s).\n"  # noqa: UP031
        "Run it with a newer one, for example: python3.12 dev.py\n"
        % (sys.version_info[0], sys.version_info[1], sys.executable)
    )
    sys.exit(2)

import difflib
import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent
VENV = Path(os.environ.get("MOZREGRESSION_VENV") or ROOT / ".venv").absolute()
STATE = VENV / ".dev-state"  # digest of what was installed; anything else: the set-up is unfinished
LOCK = VENV / ".dev-lock"
VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
MAKE_BUNDLE = [str(PYTHON), str(ROOT / "packaging/bundle.py")]

APT_SECONDS = 900
PYSIDE2 = ("pyside2==5.15.2.1", "pytest-qt>=4.4,<4.5")  # newer ones of pytest-qt know it no more
APART = ("bundle", "real_firefox", "spark", "window")  # marks of tests that are run by themselves
DEFINITIONS = ("metrics.yaml", "pings.yaml")
SYSTEM = Path("/usr")


class Package(NamedTuple):
    """A Debian package: a program (or file below /usr) it brings, what about, words that use it."""

    name: str
    program: str
    purpose: str
    words: tuple[str, ...]

    def is_there(self) -> bool:
        return bool(shutil.which(self.program)) or any(SYSTEM.glob(self.program))


def packages(purpose: str, *words: str, of: dict[str, str]) -> tuple[Package, ...]:
    """Those that bring what is used for one purpose. of: by their names, what each brings."""
    return tuple(Package(name, program, purpose, words) for name, program in of.items())


WINDOW = {
    "fonts-dejavu-core": "share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "libdbus-1-3": "lib/*/libdbus-1.so.3",
    "libegl1": "lib/*/libEGL.so.1",
    "libfontconfig1": "lib/*/libfontconfig.so.1",
    "libgl1": "lib/*/libGL.so.1",
    "libglib2.0-0": "lib/*/libglib-2.0.so.0",
    "libx11-6": "lib/*/libX11.so.6",
    "libxcb-cursor0": "lib/*/libxcb-cursor.so.0",
    "libxcb-icccm4": "lib/*/libxcb-icccm.so.4",
    "libxcb-keysyms1": "lib/*/libxcb-keysyms.so.1",
    "libxcb-shape0": "lib/*/libxcb-shape.so.0",
    "libxkbcommon-x11-0": "lib/*/libxkbcommon-x11.so.0",
    "libxkbcommon0": "lib/*/libxkbcommon.so.0",
    "xauth": "xauth",
    "xvfb": "xvfb-run",
}
PYSIDE2_LIBRARIES = {"libxcb-xinerama0": "lib/*/libxcb-xinerama.so.0"}
BUNDLE_MAKERS = {
    "appstream": "appstreamcli",
    "binutils": "readelf",
    "desktop-file-utils": "desktop-file-validate",
    "gcc": "cc",
    "libc6-dev": "include/stdio.h",
    "nsis": "makensis",
}
if sys.base_prefix == str(SYSTEM):  # Debian's Python is one without its library
    BUNDLE_MAKERS[f"libpython{VERSION}"] = f"lib/*/libpython{VERSION}.so.1.0"

PACKAGES = (
    *packages("real Firefox", "test", of={"firefox-esr": "firefox-esr", "xz-utils": "xz"}),
    *packages("the window", "test", "screenshots", "bench", of=WINDOW),
    *packages("mouse and keys", "test", of={"xdotool": "xdotool"}),
    *packages("bundles", "test", "bundle", of=BUNDLE_MAKERS),
    *packages("the window with PySide2", "pyside2", of=PYSIDE2_LIBRARIES),
    *packages("pages in a browser", "test", of={"chromium": "chromium"}),
    *packages("nginx beside mozpipeline", "bench", of={"nginx-light": "nginx", "wrk": "wrk"}),
    *packages("completion in shells", "test", of={"fish": "fish", "zsh": "zsh"}),
)


class DevError(Exception):
    """Nothing can go on. The message says what to do."""


# What is printed


def say(text: str = "") -> None:
    print(text, flush=True)  # before the output of the next program


def painted(text: str, colour: str) -> str:
    codes = {"red": 31, "green": 32, "yellow": 33, "bold": 1}
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or os.name == "nt"
    if plain or not sys.stdout.isatty():
        return text
    return f"\033[{codes[colour]}m{text}\033[0m"


# The virtual environment


def set_up(*, small: bool = False) -> None:
    """Make the virtual environment what pyproject.toml asks for. Quick when it is already.

    small: the program alone will do, which is quicker to get.
    """
    enough = {digest(), digest(small=small)}
    if is_ready(enough):
        return
    refuse_foreign_folder()
    VENV.mkdir(parents=True, exist_ok=True)
    with only_one_at_a_time():
        if is_ready(enough):  # made by another dev.py meanwhile
            return
        start = time.monotonic()
        say(f"Setting up {VENV} with Python {VERSION}")
        reusable = is_finished() and is_same_python()
        STATE.write_text("unfinished")
        if not reusable:
            create_environment()
        say("  installing packages ...")
        pip("install", "pip>=25.1")  # the first that knows --group
        wanted_groups = [word for group in groups() for word in ("--group", group)]
        parts = ["."] if small else [".[gui,pipeline]", *wanted_groups]
        pip("install", "--editable", *parts)
        STATE.write_text(digest(small=small))
        say(f"  done in {time.monotonic() - start:.0f} s")


def groups() -> list[str]:
    """What is installed beside the project. Spark is large, and of no use without Java."""
    return ["dev", "spark"] if shutil.which("java") else ["dev"]


def digest(*, small: bool = False) -> str:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    parts = (VERSION, str(ROOT), *([] if small else groups()), project)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_ready(enough: Collection[str]) -> bool:
    return STATE.is_file() and STATE.read_text() in enough and PYTHON.exists()


def is_finished() -> bool:
    return STATE.is_file() and STATE.read_text() != "unfinished"


def is_same_python() -> bool:
    command = [str(PYTHON), "-c", "import pip, sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        answer = subprocess.check_output(command, text=True, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return False
    return answer.strip() == VERSION


def refuse_foreign_folder() -> None:
    if VENV.exists() and not LOCK.exists() and any(VENV.iterdir()):
        raise DevError(
            f"{VENV} was not made by dev.py, so it is left alone. Move it away, "
            "or name another folder: MOZREGRESSION_VENV=<folder>"
        )


@contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Wait while another dev.py sets up. The lock ends with its process."""
    with LOCK.open("w") as file:
        if sys.platform == "win32":
            import msvcrt

            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:  # still locked after ten seconds
                    continue
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def create_environment() -> None:
    need_ensurepip()
    for path in VENV.iterdir():
        if path in (STATE, LOCK):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    say("  creating the virtual environment ...")
    quietly([sys.executable, "-m", "venv", str(VENV)], "Read what venv says above.")


def need_ensurepip() -> None:
    """Debian packs the part of Python that makes virtual environments separately."""
    if importlib.util.find_spec("ensurepip"):
        return
    package = f"python{VERSION}-venv"
    if can_install():
        install_packages([package])
        importlib.invalidate_caches()
        if importlib.util.find_spec("ensurepip"):
            return
    raise DevError(
        f"{sys.executable} cannot make virtual environments: its module ensurepip is missing. "
        f"On Debian and Ubuntu, run: sudo apt-get install {package}"
    )


def pip(*arguments: str) -> None:
    quietly(
        [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--no-input", *arguments],
        "pip failed. Is the network there? Behind a proxy, set HTTPS_PROXY; with a certificate "
        "of your own, PIP_CERT; offline, PIP_NO_INDEX=1 and PIP_FIND_LINKS=<folder of wheels>. "
        "Then run the same command again.",
    )


def quietly(command: Sequence[str], advice: str) -> None:
    """Run a command, whose output is shown only if it fails."""
    environment = {**os.environ, "PIP_USER": "0"}  # a user's setting that no venv can obey
    result = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if result.returncode:
        say(result.stdout)
        raise DevError(advice)


# Debian packages


def need_packages(word: str) -> None:
    """Install what a word uses, or say what is skipped. Never fails."""
    missing = missing_packages(word)
    if missing and can_install():
        names = [package.name for package in missing]
        say(f"Installing Debian packages: {' '.join(names)} ...")
        install_packages(names)
        missing = missing_packages(word)
    for package in missing:
        say(painted(f"{package.name} is missing: {package.purpose} is left out.", "yellow"))
    if missing and shutil.which("apt-get"):
        names = [package.name for package in missing]
        say(f"To install by hand: sudo apt-get install {' '.join(names)}")


def missing_packages(word: str) -> list[Package]:
    return [package for package in PACKAGES if word in package.words and not package.is_there()]


def can_install() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and bool(shutil.which("apt-get"))


def install_packages(names: Sequence[str]) -> None:
    """Try to; what apt-get says is shown if it fails."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", *names]):
        try:
            result = subprocess.run(
                ["apt-get", "-qq", "-o", "Acquire::http::Timeout=30", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=APT_SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            say(f"apt-get failed: {error}")
            return
        if result.returncode:
            say(result.stdout)
            say(f"apt-get {arguments[0]} failed.")


# Checks


class Check(NamedTuple):
    """A program that is right when it exits with 0. empty: its code for "nothing to do"."""

    name: str
    command: list[str]
    empty: int | None = None


def module(name: str, *arguments: str) -> list[str]:
    return [str(PYTHON), "-m", name, *arguments]


def lint_checks() -> list[Check]:
    return [
        Check("ruff check", module("ruff", "check")),
        Check("ruff format", module("ruff", "format", "--check")),
        Check("mypy", module("mypy")),
        Check("mypy on the window's tests", module("mypy", "gui/tests")),
        Check("import contracts", [str(PYTHON.with_name("lint-imports")), "--no-logo"]),
        Check("telemetry", [str(PYTHON.with_name("glean_parser")), "glinter", *DEFINITIONS]),
    ]


def pytest(*arguments: str, serial: bool = False) -> list[str]:
    return module("pytest", *([] if serial else ["-n", "auto"]), *arguments)


def on_screen(command: list[str]) -> list[str]:
    """The command with a screen of its own, where there is a way to make one."""
    if not shutil.which("xvfb-run"):
        return command
    screen = ["xvfb-run", "-a", "-s", "-screen 0 1280x900x24 -noreset"]
    return [*screen, "env", "QT_QPA_PLATFORM=xcb", *command]


def run_checks(checks: Sequence[Check]) -> int:
    """Run all, whatever fails; then a table. Returns 1 if one failed, else 0."""
    rows = []
    for check in checks:
        say(painted(f"== {check.name}", "bold"))
        start = time.monotonic()
        code = run(check.command)
        result = "ok" if code == 0 else "nothing to do" if code == check.empty else "failed"
        rows.append((check.name, result, time.monotonic() - start))
        say()
    colours = {"ok": "green", "nothing to do": "yellow", "failed": "red"}
    width = max(len(check.name) for check in checks)
    for name, result, seconds in rows:
        say(f"{name:{width}}  {seconds:7.1f} s  {painted(result, colours[result])}")
    return int(any(result == "failed" for _, result, _ in rows))


def run(command: Sequence[str]) -> int:
    code = subprocess.call(command, cwd=ROOT)
    return code if code >= 0 else 128 - code  # ended by a signal: as shells say it


# Words


def test(arguments: Sequence[str]) -> int:
    """All checks, then a summary; `test ARGUMENTS` hands them to pytest; --serial: one by one"""
    serial = "--serial" in arguments
    rest = [argument for argument in arguments if argument != "--serial"]
    set_up()
    if rest:
        return run(pytest(*rest, serial=serial))
    need_packages("test")
    return run_checks(
        [
            *lint_checks(),
            Check("tests", pytest("-m", f"not ({' or '.join(APART)})", serial=serial)),
            Check("window", on_screen(pytest("-m", "window", serial=True)), empty=5),
            *bundle_checks(),
            Check("Spark", pytest("-m", "spark", "pipeline/tests", serial=True), empty=5),
            Check("real Firefox", on_screen(pytest("-m", "real_firefox", serial=True)), empty=5),
        ]
    )


def pyside2(arguments: Sequence[str]) -> int:
    """The tests of the window with PySide2, for which Python has to be 3.10"""
    refuse_arguments("pyside2", arguments)
    if VERSION != "3.10":
        raise DevError(
            f"PySide2 works with Python 3.10, but this is {VERSION}. In a folder of its own: "
            "MOZREGRESSION_VENV=.venv-pyside2 python3.10 dev.py pyside2"
        )
    set_up()
    need_packages("test")
    need_packages("pyside2")
    pip("install", *PYSIDE2)
    os.environ.update(QT_API="pyside2", PYTEST_QT_API="pyside2")
    return run(on_screen(pytest("gui/tests", "-m", "not real_firefox", serial=True)))


def bundle_checks() -> list[Check]:
    """The bundle is made, and bisects by itself. Only Linux has seen one so far."""
    if not sys.platform.startswith("linux"):
        return []
    tests = on_screen(pytest("-m", "bundle", "tests/bundle", serial=True))
    return [Check("bundle", MAKE_BUNDLE), Check("inside the bundle", tests)]


def lint(arguments: Sequence[str]) -> int:
    """Style, types and import contracts"""
    refuse_arguments("lint", arguments)
    set_up()
    return run_checks(lint_checks())


def screenshots(arguments: Sequence[str]) -> int:
    """The pictures in docs/images, of a search in a real window"""
    refuse_arguments("screenshots", arguments)
    set_up()
    need_packages("screenshots")
    return run(on_screen([str(PYTHON), str(ROOT / "gui/screenshots.py")]))


def catalogue(arguments: Sequence[str]) -> int:
    """The texts of the window for translators; `catalogue de` begins a language"""
    set_up()
    return run([str(PYTHON), str(ROOT / "gui/catalogue.py"), *arguments])


def bundle(arguments: Sequence[str]) -> int:
    """The program in dist/, for machines without Python"""
    refuse_arguments("bundle", arguments)
    set_up()
    need_packages("bundle")
    return run(MAKE_BUNDLE)


def demo(arguments: Sequence[str]) -> int:
    """A whole bisection on a stand-in for Mozilla's services"""
    set_up(small=True)
    return run(module("mozregression", "demo", *arguments))


def bench(arguments: Sequence[str]) -> int:
    """Measurements in benchmarks/, all or the named ones"""
    scripts = {path.stem[len("bench_") :]: path for path in ROOT.glob("benchmarks/**/bench_*.py")}
    names = [Path(name).stem.replace("bench_", "", 1) for name in arguments] or sorted(scripts)
    for name in names:
        if name not in scripts:
            raise DevError(f"There is no benchmark {name!r}. {nearest(name, scripts)}")
    if not names:
        say("There are no benchmarks yet.")
        return 0
    set_up()
    need_packages("bench")
    return run_checks([Check(name, [str(PYTHON), str(scripts[name])]) for name in names])


def help_(arguments: Sequence[str]) -> int:
    """This list"""
    refuse_arguments("help", arguments)
    say("python3 dev.py WORD\n")
    for name, word in WORDS.items():
        say(f"  {name:11}  {word.__doc__}")
    say(f"\nSets itself up in {VENV} first (another place: MOZREGRESSION_VENV=<folder>).")
    return 0


WORDS: dict[str, Callable[[Sequence[str]], int]] = {
    "test": test,
    "pyside2": pyside2,
    "lint": lint,
    "demo": demo,
    "screenshots": screenshots,
    "catalogue": catalogue,
    "bundle": bundle,
    "bench": bench,
    "help": help_,
}


def refuse_arguments(word: str, arguments: Sequence[str]) -> None:
    if arguments:
        raise DevError(f"{word} takes no arguments, but got: {' '.join(arguments)}")


def nearest(name: str, known: Collection[str]) -> str:
    matches = difflib.get_close_matches(name, known, 1, cutoff=0.5)
    return f"Did you mean {matches[0]!r}?" if matches else f"Known: {', '.join(known) or 'none'}."


def word_named(name: str) -> Callable[[Sequence[str]], int]:
    plain = "help" if name in ("-h", "--help") else name
    if plain not in WORDS:
        raise DevError(f"dev.py has no word {name!r}. {nearest(name, WORDS)}")
    return WORDS[plain]


def main(arguments: Sequence[str]) -> int:
    name, *rest = arguments or ["help"]
    try:
        return word_named(name)(rest)
    except DevError as error:
        print(f"dev.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nInterrupted; the same command starts again.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
