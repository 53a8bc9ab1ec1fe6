"""The program as people run it: arguments, output in a pipe, stopping and resuming."""

import re
import signal
import sys
import time
from pathlib import Path

import psutil
import pytest
import trustme

from mozregression import __version__
from mozregression.sandbox.sandbox import Sandbox
from tests.console.conftest import Console
from tests.driver.conftest import make_world

CHECK = ("--command", "{binary} --check")
PUSHLOG = re.compile(
    r"https://hg\.mozilla\.org/integration/autoland/pushloghtml"
    r"\?fromchange=[0-9a-f]{40}&tochange=([0-9a-f]{40})"
)


@pytest.mark.covers("--version")
def test_version(console: Console) -> None:
    assert console.run("--version").stdout == f"mozregression {__version__}\n"


@pytest.mark.covers("--help")
def test_help_names_everything_a_newcomer_needs(console: Console) -> None:
    text = console.run("--help").stdout
    for word in ("--good", "--bad", "--command", "resume", "sessions", "sandbox", "demo"):
        assert word in text


@pytest.mark.covers("--good", "--bad", "--command", "bound: date", "firefox on linux-x86_64")
def test_finds_the_culprit_and_prints_a_report_to_paste(console: Console) -> None:
    result = console.run(*console.bounds, *CHECK)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    culprit = console.sandbox.world.culprit.push
    assert PUSHLOG.findall(result.stdout) == [culprit.tip]
    assert result.stdout.count("pushloghtml") == 1
    assert f"First bad:  {culprit.tip}" in result.stdout
    assert "https://github.com/mozilla-firefox/firefox/compare/" in result.stdout
    assert "Confidence: exact: one push, confirmed" in result.stdout


def test_a_pipe_gets_plain_lines(console: Console) -> None:
    output = console.run(*console.bounds, *CHECK).stdout
    assert "\x1b" not in output
    assert "\r" not in output


@pytest.mark.covers("-- PROGRAM")
def test_a_program_after_two_dashes(console: Console, tmp_path: Path) -> None:
    script = tmp_path / "check it.py"
    script.write_text(
        "import subprocess, sys\nsys.exit(subprocess.call([sys.argv[1], '--check']))\n"
    )
    result = console.run(*console.bounds, "--", sys.executable, str(script), "{binary}")
    assert result.returncode == 0, result.stderr
    assert console.sandbox.world.culprit.push.tip in result.stdout


def test_over_https_with_a_ca_of_ones_own(tmp_path: Path) -> None:
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    chain, key, bundle = tmp_path / "chain.pem", tmp_path / "key.pem", tmp_path / "ca.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
    certificate.private_key_pem.write_to_path(key)
    authority.cert_pem.write_to_path(bundle)
    with Sandbox(make_world(), certificate=(chain, key)) as sandbox:
        console = Console(sandbox, {"REQUESTS_CA_BUNDLE": str(bundle)})
        result = console.run(*console.bounds, *CHECK)
    assert result.returncode == 0, result.stderr
    assert sandbox.world.culprit.push.tip in result.stdout


@pytest.mark.covers("bound: malformed", "bound: bug number")
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--good", "yesterdayish"), "'yesterdayish' is neither"),
        (("--mode", "classic"), "--good is missing"),
        (("--good", "bug 1933103"), "looks like bug 1933103"),
        (("--good", "2026-01-01", "--command", "x", "--", "y"), "not both"),
        (("--good", "2026-01-01", "stray"), "unexpected argument 'stray'"),
        (("--good", "2026-01-01", "--test-timeout", "soon"), "'soon' is not a number"),
        (("--good", "2026-01-01", "--profile-persistence", "reuse"), "--profile"),
        (("--good", "2026-01-01", "--pref", "nonsense"), "nonsense"),
        (("resume", "77"), "no session 77"),
        (("resume",), "no unfinished session"),
    ],
)
def test_mistakes_are_told_without_a_traceback(
    console: Console, arguments: tuple[str, ...], says: str
) -> None:
    result = console.run(*arguments)
    assert result.returncode == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.covers("bound: reversed")
@pytest.mark.parametrize("told_reversed", [True, False])
def test_the_fix_is_found_when_newer_builds_are_good(
    console: Console, *, told_reversed: bool
) -> None:
    older, newer = console.bounds[1::2]
    bounds = ("--good", newer, "--bad", older) if told_reversed else console.bounds
    result = console.run(*bounds, "--command", "! {binary} --check")
    assert result.returncode == 0, result.stderr
    culprit = console.sandbox.world.culprit.push
    assert PUSHLOG.findall(result.stdout) == [culprit.tip]
    assert f"The fix is in {culprit}." in result.stdout
    assert f"First good: {culprit.tip}" in result.stdout
    if told_reversed:
        assert "Sought: the fix: the good bound is newer" in result.stdout
    else:
        assert "Looking for the fix: the good end shows the bug" in result.stdout


@pytest.mark.covers("bound: looked for, when left out")
def test_a_good_bound_that_nobody_gave_is_looked_for(console: Console) -> None:
    result = console.run(*console.bounds[2:], *CHECK)
    assert result.returncode == 0, result.stderr
    assert "none given; looked for from" in result.stdout
    assert console.sandbox.world.culprit.push.tip in result.stdout


@pytest.mark.covers("bound: both in one push")
def test_two_changesets_of_one_push_are_an_answer(console: Console) -> None:
    push = console.sandbox.world.culprit.push
    git = console.sandbox.world.git(console.sandbox.world.numbers[push.tip])
    result = console.run("--good", git, "--bad", push.changesets[0], *CHECK)
    assert result.returncode == 0, result.stderr
    assert f"Both bounds are in {push}." in result.stdout
    assert push.tip[:12] in result.stdout


@pytest.mark.covers("bound: in the future")
def test_a_future_bound_is_a_usage_error(console: Console) -> None:
    result = console.run("--good", "2026-01-01", "--bad", "2999-01-01", *CHECK)
    assert result.returncode == 2
    assert "2999-01-01 is in the future" in result.stdout


def test_an_unreachable_service_is_told_and_the_session_kept(console: Console) -> None:
    console.variables["MOZREGRESSION_SERVICES"] = "http://127.0.0.1:9"
    result = console.run(*console.bounds, *CHECK)
    assert result.returncode == 4
    assert "127.0.0.1:9" in result.stderr
    assert "mozregression resume 1" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_person_answers_with_single_letters(console: Console) -> None:
    world = console.sandbox.world
    result = console.run(*console.bounds, typed="g\nb\ne\n")
    assert result.returncode == 3
    assert "[g]ood, [b]ad, [s]kip, [r]etry, bac[k] or [e]xit?" in result.stdout
    assert "mozregression resume 1" in result.stderr
    assert str(world.nightlies[0]) in result.stdout


def test_a_broken_command_names_its_output_and_how_to_go_on(console: Console) -> None:
    result = console.run(*console.bounds, "--command", "echo out of order; exit 126")
    assert result.returncode == 4
    assert "out of order" in result.stderr
    assert "mozregression resume" in result.stderr


def test_ctrl_c_ends_the_test_and_resume_asks_nothing_twice(
    console: Console, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    slow = f"echo {{build_url}} >> {log}; sleep 0.3; {{binary}} --check"
    process = console.start(*console.bounds, "--command", slow)
    _wait_for_lines(log, 4)
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 3
    assert "mozregression resume 1" in errors
    _, alive = psutil.wait_procs(children, timeout=5)
    assert not alive
    given = re.findall(r"^ +\d+ .*(?:good|bad)", output, re.MULTILINE)
    before = log.read_text().splitlines()[: len(given)]
    result = console.run("resume")
    assert result.returncode == 0, result.stderr
    assert console.sandbox.world.culprit.push.tip in result.stdout
    narrowing = log.read_text().splitlines()[len(before) :]
    again = [url for url in before if narrowing.count(url) > 1]
    assert not again  # once more is the confirmation, never a second narrowing


def test_sessions_are_listed(console: Console) -> None:
    assert "No sessions yet" in console.run("sessions").stdout
    console.run(*console.bounds, typed="g\ne\n")
    assert re.search(r"1 .* firefox .* 1 +stopped", console.run("sessions").stdout)


def test_debug_shows_the_requests(console: Console) -> None:
    result = console.run(*console.bounds, "--debug", typed="e\n")
    assert f"GET {console.sandbox.root}/pub/firefox/nightly/" in result.stderr


def _wait_for_lines(path: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if path.exists() and len(path.read_text().splitlines()) >= count:
            return
        time.sleep(0.02)
    raise AssertionError(f"{path} has not grown to {count} lines")


def test_two_processes_cannot_have_one_session(console: Console, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    process = console.start(*console.bounds, "--command", f"touch {begun}; sleep 60")
    deadline = time.monotonic() + 60
    while not begun.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    refused = console.run("resume", "1")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert refused.returncode == 2
    assert str(process.pid) in refused.stderr


def test_a_reader_that_goes_away_gets_no_traceback(console: Console) -> None:
    process = console.start(*console.bounds, *CHECK, "--json")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    process.wait(60)
    process.stderr.close()
    if process.stdin is not None:
        process.stdin.close()
    assert "Traceback" not in errors
    assert process.returncode == 3


def test_a_relative_folder_means_the_same_after_resume_from_elsewhere(
    console: Console, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.chdir(here)
    console.run(*console.bounds, "--persist", "kept", typed="g\ne\n")
    monkeypatch.chdir(there)
    console.run("resume", typed="e\n")
    assert (here / "kept").is_dir()
    assert not (there / "kept").exists()
