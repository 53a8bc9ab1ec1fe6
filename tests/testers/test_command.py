"""Verdicts from commands."""

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.model.verdicts import Verdict
from mozregression.testers import placeholders
from mozregression.testers.command import CommandError, CommandTester
from mozregression.testers.tester import Fault, Judged, Stop, Subject
from tests.testers.conftest import NODE, PUSH, MakeSubject

PATIENCE = 30.0


@pytest.fixture
def subject(make_subject: MakeSubject) -> Subject:
    return make_subject()


@pytest.fixture
def outputs(tmp_path: Path) -> Path:
    return tmp_path / "outputs"


def log_of(outputs: Path) -> str:
    (file,) = outputs.iterdir()
    return file.read_text()


def printed(outputs: Path) -> list[str]:
    return [line for line in log_of(outputs).splitlines() if not line.startswith("# ")]


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not file.exists():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        (0, Verdict.GOOD),
        (1, Verdict.BAD),
        (124, Verdict.BAD),
        (125, Verdict.SKIP),
    ],
)
def test_exit_codes_that_judge(
    subject: Subject, outputs: Path, code: int, verdict: Verdict
) -> None:
    answer = CommandTester(f"exit {code}", outputs).test(subject)
    assert isinstance(answer, Judged)
    assert answer.verdict is verdict
    assert answer.seconds > 0
    assert log_of(outputs).startswith(f"# exited with {code} after ")
    assert f": {verdict.value} " in log_of(outputs)


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("exit 126", "exited with 126 (found, but not executable)"),
        ("no-such-command-here", "exited with 127 (command not found)"),
        ("exit 128", "exited with 128."),
        ("exit 255", "exited with 255."),
        ("sh -c 'kill -SEGV $$'; exit $?", "exited with 139 (something in it was killed by SIG"),
        ("kill -KILL $$", "was killed by SIGKILL"),
        (["no-such-command-here"], "did not start: No such file or directory"),
    ],
)
def test_faults_of_the_test(
    subject: Subject, outputs: Path, command: str | list[str], what: str
) -> None:
    answer = CommandTester(command, outputs).test(subject)
    assert isinstance(answer, Fault)
    assert f"The test command {what}" in answer.what
    assert str(outputs / subject.output_name) in answer.what
    assert answer.what.endswith("mozregression resume")


def test_a_fault_shows_the_last_lines_of_output(subject: Subject, outputs: Path) -> None:
    answer = CommandTester("seq 1 20000; exit 200", outputs).test(subject)
    assert isinstance(answer, Fault)
    shown = [line.strip() for line in answer.what.splitlines() if line.startswith("    ")]
    assert shown == [str(number) for number in range(19991, 20001)]


def test_a_fault_without_output_shows_none(subject: Subject, outputs: Path) -> None:
    answer = CommandTester("exit 200", outputs).test(subject)
    assert isinstance(answer, Fault)
    assert "printed" not in answer.what


def test_output_is_kept_for_each_test_under_its_command_and_result(
    make_subject: MakeSubject, outputs: Path
) -> None:
    tester = CommandTester("echo first\necho second >&2; exit 1", outputs)
    tester.test(make_subject(number=3))
    tester.test(make_subject(PUSH, number=4))
    names = {file.name for file in outputs.iterdir()}
    assert names == {"3-nightly-mozilla-central-20260501093012.log", "4-push-autoland-17.log"}
    lines = (outputs / "4-push-autoland-17.log").read_text().splitlines()
    assert lines[1:] == ["# echo first", "# echo second >&2; exit 1", "first", "second"]


def test_a_repeated_test_starts_its_file_anew(subject: Subject, outputs: Path) -> None:
    CommandTester("echo once", outputs).test(subject)
    CommandTester("echo twice", outputs).test(subject)
    assert printed(outputs) == ["twice"]


def test_what_a_command_is_told_about_a_nightly(subject: Subject, outputs: Path) -> None:
    binary = subject.installed.binary
    assert placeholders.values(subject) == {
        "binary": str(binary),
        "app_name": "firefox",
        "build_type": "shippable",
        "build_url": subject.build.url,
        "build_file": str(binary.parent / "firefox.tar.xz"),
        "build_date": "2026-05-01",
        "changeset": NODE,
        "repo_name": "mozilla-central",
        "repo_url": "https://hg.mozilla.org/mozilla-central",
        "task_id": "",
    }


def test_what_a_command_is_told_about_a_push(make_subject: MakeSubject) -> None:
    told = placeholders.values(make_subject(PUSH))
    assert told["build_file"] == ""
    assert told["build_date"] == "2026-05-01T09:30:12+00:00"
    assert told["changeset"] == "b" * 40
    assert told["repo_url"] == "https://hg.mozilla.org/integration/autoland"
    assert told["task_id"] == "Task-1"


def test_everything_is_in_the_environment_too(subject: Subject, outputs: Path) -> None:
    CommandTester(["env"], outputs).test(subject)
    told = dict(line.split("=", 1) for line in printed(outputs) if "=" in line)
    assert {
        name.removeprefix("MOZREGRESSION_").lower(): value
        for name, value in told.items()
        if name.startswith("MOZREGRESSION_") and name not in os.environ
    } == placeholders.values(subject)


def test_a_test_finds_what_the_build_needs(subject: Subject, outputs: Path) -> None:
    needs = {"LD_LIBRARY_PATH": "/libraries"}
    subject = replace(subject, installed=replace(subject.installed, environment=needs))
    CommandTester("echo $LD_LIBRARY_PATH", outputs).test(subject)
    assert printed(outputs) == ["/libraries"]


@pytest.mark.parametrize(
    "command",
    [
        "echo {binary}",
        'echo "{binary}"',
        "echo '{binary}'",
        'echo "$(echo {binary})"',
        'echo "$(echo "{binary}")"',
        "(echo {binary})",
        "# don't mind\necho {binary}",
        "echo \\' >/dev/null; echo {binary}",
        "echo '\\' >/dev/null; echo {binary}",
        "printf '%s\\n' \"${{MOZREGRESSION_BINARY}}\"".replace("{{", "{").replace("}}", "}"),
    ],
)
def test_values_survive_the_shell_in_any_quotes(
    make_subject: MakeSubject, outputs: Path, command: str
) -> None:
    subject = make_subject()
    path = str(subject.installed.binary)
    CommandTester(command.replace("echo", "printf '%s\\n'"), outputs).test(subject)
    assert printed(outputs)[-1] == path


@given(
    value=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    quote=st.sampled_from(["", "'", '"']),
)
def test_any_value_survives_the_shell(value: str, quote: str) -> None:
    command = placeholders.fill_shell(
        f"x {quote}{{binary}}{quote}", dict.fromkeys(placeholders.NAMES, value)
    )
    if quote == '"':  # shlex knows less escapes there than a shell
        command = command.replace("\\$", "$").replace("\\`", "`")
    assert shlex.split(command) == ["x", value]


@given(st.text(alphabet="ab{}()$'\"\\# \n`"))
def test_commands_without_placeholders_stay_as_they_are(command: str) -> None:
    known = dict.fromkeys(placeholders.NAMES, "x")
    assert placeholders.fill_shell(command, known) == command
    assert placeholders.fill_argument(command, known) == command


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("echo {a,b}c ${binary:-none} | awk '{print $1}'", "ac bc none"),
        ("binary=mine; echo ${binary} {} {binary }", "mine {} {binary }"),
    ],
)
def test_other_braces_are_the_shells(
    subject: Subject, outputs: Path, command: str, expected: str
) -> None:
    CommandTester(["bash", "-c", command], outputs).test(subject)
    # awk prints the first field alone
    assert printed(outputs) == [expected.split(maxsplit=1)[0] if "awk" in command else expected]


def test_arguments_are_filled_without_any_shell(subject: Subject, outputs: Path) -> None:
    code = "import sys; print(*sys.argv[1:], sep='|')"
    command = [sys.executable, "-c", code, "{binary}", "--app={app_name}", "$HOME {print}"]
    CommandTester(command, outputs).test(subject)
    assert printed(outputs) == [f"{subject.installed.binary}|--app=firefox|$HOME {{print}}"]


@pytest.mark.parametrize("command", ["test {binray}", ["test", "{binray}"]])
def test_a_misspelt_placeholder_is_told_at_once(outputs: Path, command: str | list[str]) -> None:
    with pytest.raises(CommandError, match=r"no placeholder \{binray\}; \{binary\} is one"):
        CommandTester(command, outputs)


@pytest.mark.parametrize(
    "command",
    [
        "awk '{binray}' file",
        'python3 -c "print({changesets})"',
        "git diff HEAD@{date} {file} {} {a,b}",
        "echo ${binray}",
        ["python3", "-c", "print({changesets})"],
        ["{print}"],
    ],
)
def test_text_that_may_be_meant_is_no_misspelling(outputs: Path, command: str | list[str]) -> None:
    CommandTester(command, outputs)


@pytest.mark.parametrize("command", ["", [], [""]])
def test_an_empty_command(outputs: Path, command: str | list[str]) -> None:
    with pytest.raises(CommandError, match="empty"):
        CommandTester(command, outputs)


@pytest.mark.parametrize("verdict", Verdict)
def test_a_timeout_ends_the_whole_tree(
    subject: Subject, outputs: Path, tmp_path: Path, verdict: Verdict
) -> None:
    pids = tmp_path / "pids"
    command = f"echo $$ >> '{pids}'; setsid sh -c 'echo $$ >> \"{pids}\"; exec sleep 600' & wait"
    tester = CommandTester(command, outputs, timeout=0.3, timeout_verdict=verdict)
    answer = tester.test(subject)
    assert isinstance(answer, Judged)
    assert answer.verdict is verdict
    assert answer.note == "no result within 0.3 s"
    assert log_of(outputs).startswith(f"# no result within 0.3 s: {verdict.value} ")
    assert not any(is_alive(int(pid)) for pid in pids.read_text().split())


def test_what_a_test_leaves_in_the_background_is_ended(
    subject: Subject, outputs: Path, tmp_path: Path
) -> None:
    pid = tmp_path / "pid"
    command = f"setsid sleep 600 & echo $! > '{pid}'; exit 1"
    answer = CommandTester(command, outputs).test(subject)
    assert isinstance(answer, Judged)
    assert answer.verdict is Verdict.BAD
    assert not is_alive(int(pid.read_text()))


def test_cancel_ends_a_running_test(subject: Subject, outputs: Path, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    tester = CommandTester(f"echo $$ > '{pid}.part'; mv '{pid}.part' '{pid}'; sleep 600", outputs)
    tester.cancel()  # nothing runs yet: without effect

    def cancel() -> None:
        wait_for(pid)
        tester.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    assert tester.test(subject) == Stop()
    thread.join()
    assert not is_alive(int(pid.read_text()))
    assert log_of(outputs).startswith("# was cancelled ")


INTERRUPTED = """
import pickle, sys
from mozregression.testers.command import CommandTester
from pathlib import Path
subject = pickle.load(sys.stdin.buffer)
try:
    CommandTester(sys.argv[1], Path(sys.argv[2])).test(subject)
except KeyboardInterrupt:
    print("interrupted")
"""


def test_ctrl_c_leaves_nothing_running(subject: Subject, outputs: Path, tmp_path: Path) -> None:
    import pickle

    pid = tmp_path / "pid"
    command = f"echo $$ > '{pid}.part'; mv '{pid}.part' '{pid}'; sleep 600"
    other = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, command, str(outputs)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdin
    assert other.stdout
    with other.stdin as stdin:
        pickle.dump(subject, stdin)
    wait_for(pid)
    os.kill(other.pid, signal.SIGINT)
    with other.stdout as stdout:
        assert stdout.read() == b"interrupted\n"
    assert other.wait(PATIENCE) == 0
    assert not is_alive(int(pid.read_text()))
