"""Programs under their guardian: nothing of them stays, whatever happens."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from mozregression.launch.process import Ended, start

PATIENCE = 30.0

# A program that writes its pid to argv[1]; asked to end, it takes argv[2] seconds and exits with 7.
OBEDIENT = """
import os, signal, sys, time
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
with open(sys.argv[1] + ".part", "w") as file:
    file.write(str(os.getpid()))
os.rename(sys.argv[1] + ".part", sys.argv[1])
signal.sigwait([signal.SIGTERM])
time.sleep(float(sys.argv[2]))
open(sys.argv[1] + ".done", "w").close()
sys.exit(7)
"""

# A program that writes its pid to argv[1] and stays, deaf to SIGTERM.
STUBBORN = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
with open(sys.argv[1] + ".part", "w") as file:
    file.write(str(os.getpid()))
os.rename(sys.argv[1] + ".part", sys.argv[1])
time.sleep(600)
"""

# Runs Python with argv[2:] as a daemon: in a session of its own, without a living parent.
# Goes on for argv[1] seconds after the file argv[-1] has appeared.
DAEMONISE = """
import os, sys, time
if os.fork():
    os.wait()
    while not os.path.exists(sys.argv[-1]):
        time.sleep(0.01)
    time.sleep(float(sys.argv[1]))
else:
    os.setsid()
    if os.fork():
        os._exit(0)
    os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""


def stubborn(pid_file: Path) -> list[str]:
    return [sys.executable, "-c", STUBBORN, str(pid_file)]


def obedient(pid_file: Path, seconds: float = 0) -> list[str]:
    return [sys.executable, "-c", OBEDIENT, str(pid_file), str(seconds)]


def polite(pid_file: Path) -> list[str]:
    write = f"echo $$ > '{pid_file}.part'; mv '{pid_file}.part' '{pid_file}'"
    return ["/bin/sh", "-c", f"{write}; exec sleep 600"]


def with_daemon(pid_file: Path, seconds: int = 600) -> list[str]:
    return [sys.executable, "-c", DAEMONISE, str(seconds), "-c", STUBBORN, str(pid_file)]


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def pid_in(file: Path) -> int:
    until(file.exists)
    return int(file.read_text())


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize(
    ("command", "ended", "wording"),
    [
        (["true"], Ended(code=0), "exited with 0"),
        ("exit 3", Ended(code=3), "exited with 3"),
        ("kill -SEGV $$", Ended(signal=11), "was killed by SIGSEGV"),
        ("kill -40 $$", Ended(signal=40), "was killed by signal 40"),
    ],
)
def test_tells_how_a_program_ended(command: str, ended: Ended, wording: str) -> None:
    assert start(command).wait(PATIENCE) == ended
    assert str(ended) == wording


def test_a_program_that_does_not_exist_is_a_value(tmp_path: Path) -> None:
    running = start([str(tmp_path / "nothing")])
    assert running.pid is None
    ended = running.wait(PATIENCE)
    assert str(ended) == f"did not start: No such file or directory: {tmp_path / 'nothing'}"


@pytest.mark.parametrize(
    ("mode", "why"), [(0o644, "Permission denied"), (0o755, "Exec format error")]
)
def test_a_file_that_is_no_program_is_a_value(tmp_path: Path, mode: int, why: str) -> None:
    program = tmp_path / "program"
    program.write_text("neither script nor binary")
    program.chmod(mode)
    ended = start([str(program)]).wait(PATIENCE)
    assert ended == Ended(failed_to_start=f"{why}: {program}")


def test_a_missing_folder_is_a_value(tmp_path: Path) -> None:
    ended = start(["true"], cwd=tmp_path / "gone").wait(PATIENCE)
    assert ended == Ended(failed_to_start=f"No such file or directory: {tmp_path / 'gone'}")


def test_a_line_break_in_a_name_does_not_break_the_report(tmp_path: Path) -> None:
    ended = start([str(tmp_path / "two\nlines")]).wait(PATIENCE)
    assert ended
    assert ended.failed_to_start == f"No such file or directory: {tmp_path / 'two lines'}"


def test_folder_environment_input_and_output(tmp_path: Path) -> None:
    output = tmp_path / "out put.log"
    output.write_text("before\n")
    running = start(
        'pwd; echo "$FLAVOUR"; cat; echo error >&2',
        cwd=tmp_path,
        env={**os.environ, "FLAVOUR": "süß"},
        output=output,
    )
    assert running.wait(PATIENCE) == Ended(code=0)
    assert output.read_text() == f"before\n{tmp_path}\nsüß\nerror\n"


def test_arguments_arrive_as_they_are(tmp_path: Path) -> None:
    output = tmp_path / "log"
    arguments = ["", "a b", "'\"$HOME", "line\nbreak", "x" * 100_000, os.fsdecode(b"\xff")]
    show = "import os, sys; sys.stdout.buffer.write(b'|'.join(map(os.fsencode, sys.argv[1:])))"
    assert start([sys.executable, "-c", show, *arguments], output=output).wait(PATIENCE)
    assert output.read_bytes() == b"|".join(os.fsencode(argument) for argument in arguments)


def test_signals_are_as_in_a_fresh_process(tmp_path: Path) -> None:
    output = tmp_path / "log"
    start(["grep", "-E", "Sig(Blk|Ign)", "/proc/self/status"], output=output).wait(PATIENCE)
    masks = [int(line.split()[1], 16) for line in output.read_text().splitlines()]
    assert [mask & 0x7FFFFFFF for mask in masks] == [0, 0]  # above are the C library's own


def test_wait_gives_up_after_its_timeout(tmp_path: Path) -> None:
    with start(polite(tmp_path / "pid")) as running:
        assert running.wait(0.05) is None
        assert running.pid == pid_in(tmp_path / "pid")


def test_stop_lets_a_program_end_by_itself(tmp_path: Path) -> None:
    running = start(obedient(tmp_path / "pid"))
    pid_in(tmp_path / "pid")
    assert running.stop(grace=PATIENCE) == Ended(code=7)
    assert (tmp_path / "pid.done").exists()


def test_stop_without_grace_does_not_ask(tmp_path: Path) -> None:
    running = start(obedient(tmp_path / "pid"))
    pid_in(tmp_path / "pid")
    assert running.stop(grace=0) == Ended(signal=signal.SIGKILL)
    assert not (tmp_path / "pid.done").exists()


def test_stop_kills_what_does_not_obey(tmp_path: Path) -> None:
    running = start(stubborn(tmp_path / "pid"))
    pid = pid_in(tmp_path / "pid")
    assert running.stop(grace=0.05) == Ended(signal=signal.SIGKILL)
    assert not is_alive(pid)


def test_a_program_that_was_just_started_can_be_stopped() -> None:
    """The order is in the guardian's pipe before the guardian looks."""
    with start([sys.executable, "-c", "import time; time.sleep(600)"]) as running:
        running.end(grace=0)
        assert running.wait(PATIENCE)


def test_stop_twice_and_after_the_end_tells_the_same() -> None:
    running = start("exit 4")
    assert running.wait(PATIENCE) == running.stop() == running.stop() == Ended(code=4)


def test_a_stopped_program_can_be_ended() -> None:
    running = start("kill -STOP $$; exit 1")
    pid = running.pid
    assert pid
    until(lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    assert running.stop(grace=0.05) == Ended(signal=signal.SIGKILL)


def test_daemons_end_with_the_program(tmp_path: Path) -> None:
    running = start(with_daemon(tmp_path / "pid", seconds=0))
    pid = pid_in(tmp_path / "pid")
    assert running.wait(PATIENCE) == Ended(code=0)
    assert not is_alive(pid)


def test_daemons_end_when_the_program_is_stopped(tmp_path: Path) -> None:
    running = start(with_daemon(tmp_path / "pid"))
    pid = pid_in(tmp_path / "pid")
    running.stop(grace=0.05)
    assert not is_alive(pid)


def test_what_is_owned_is_removed_after_the_last_process(tmp_path: Path) -> None:
    profile, lock, outside = tmp_path / "profile", tmp_path / "lock", tmp_path / "outside"
    (profile / "deep" / "er").mkdir(parents=True)
    (profile / "deep" / "file").touch()
    outside.mkdir()
    (outside / "kept").touch()
    (profile / "link").symlink_to(outside)
    lock.touch()
    assert start(["true"], owned=[profile, lock, tmp_path / "gone"]).wait(PATIENCE)
    assert not profile.exists()
    assert not lock.exists()
    assert (outside / "kept").exists()


def test_what_is_owned_is_removed_when_the_program_does_not_start(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    start([str(tmp_path / "nothing")], owned=[profile]).wait(PATIENCE)
    assert not profile.exists()


PARENT = """
import sys, time
from pathlib import Path
from mozregression.launch.process import start
folder = Path(sys.argv[1])
running = start(sys.argv[2:], owned=[folder / "profile"])
(folder / "started").touch()
time.sleep(600)
"""


@pytest.mark.parametrize(
    ("number", "program"),
    [
        (signal.SIGKILL, stubborn),
        (signal.SIGKILL, with_daemon),
        (signal.SIGINT, polite),
        (signal.SIGHUP, polite),
    ],
)
def test_nothing_stays_when_mozregression_is_killed(
    tmp_path: Path, number: int, program: Callable[[Path], list[str]]
) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), *program(tmp_path / "pid")],
        stderr=subprocess.DEVNULL,
    )
    pid = pid_in(tmp_path / "pid")
    guardians = psutil.Process(parent.pid).children()
    parent.send_signal(number)
    parent.wait(PATIENCE)
    until(lambda: not is_alive(pid))
    until(lambda: not profile.exists())
    for guardian in guardians:
        until(lambda: not is_alive(guardian.pid))  # noqa: B023 - called at once


def test_ctrl_c_in_the_terminal_does_not_reach_guardian_or_program(tmp_path: Path) -> None:
    with start(polite(tmp_path / "pid")):
        pid = pid_in(tmp_path / "pid")
        guardian = psutil.Process(pid).ppid()
        assert len({os.getsid(0), os.getsid(guardian), os.getsid(pid)}) == 3
        os.kill(guardian, signal.SIGINT)
        os.kill(guardian, signal.SIGHUP)
        assert is_alive(pid)
        assert is_alive(guardian)


def test_a_guardian_asked_to_end_takes_the_program_along(tmp_path: Path) -> None:
    running = start(polite(tmp_path / "pid"))
    pid = pid_in(tmp_path / "pid")
    os.kill(psutil.Process(pid).ppid(), signal.SIGTERM)
    assert running.wait(PATIENCE) == Ended(signal=signal.SIGTERM)


def test_a_program_may_need_long_to_end_when_nobody_orders_it(tmp_path: Path) -> None:
    running = start(obedient(tmp_path / "pid", seconds=1.5), grace=PATIENCE)
    pid = pid_in(tmp_path / "pid")
    os.kill(psutil.Process(pid).ppid(), signal.SIGTERM)
    assert running.wait(PATIENCE) == Ended(code=7)
    assert (tmp_path / "pid.done").exists()


def test_a_killed_guardian_is_replaced_by_its_parent(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    running = start(stubborn(tmp_path / "pid"), owned=[profile])
    pid = pid_in(tmp_path / "pid")
    os.kill(psutil.Process(pid).ppid(), signal.SIGKILL)
    ended = running.wait(PATIENCE)
    assert str(ended) == "ended in an unknown way, because its guardian was killed"
    until(lambda: not is_alive(pid))
    assert not profile.exists()


def test_leaving_the_context_by_an_exception_stops_the_program(tmp_path: Path) -> None:
    def interrupted() -> None:
        with start(polite(tmp_path / "pid")):
            until((tmp_path / "pid").exists)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not is_alive(pid_in(tmp_path / "pid"))


def test_an_environment_that_is_too_big_is_a_fault_and_owned_paths_still_go(tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    profile.mkdir()
    with pytest.raises(OSError, match="too long"):
        start(["true"], env={"BIG": "x" * 10_000_000}, owned=[profile])
    assert not profile.exists()


def test_an_order_that_comes_before_the_guardian_has_begun_is_obeyed() -> None:
    running = start(["/bin/sh", "-c", "sleep 600"])
    running.end(grace=0)  # in the pipe together with what is to be run
    ended = running.wait(PATIENCE)
    running.end()  # wakes up a guardian that has overlooked the first
    running.wait()
    assert ended is not None
