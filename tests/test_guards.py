"""The guards in conftest.py are worth something only if they fail bad tests: each is shown one."""

import re
from pathlib import Path

import psutil
import pytest

pytest_plugins = ["pytester"]

CONFTEST = Path(__file__).with_name("conftest.py")


@pytest.fixture
def guarded(pytester: pytest.Pytester) -> pytest.Pytester:
    """A test folder with our guards; its runs are processes of their own, as audit hooks stay."""
    pytester.makeconftest(CONFTEST.read_text().replace("GRACE = 3.0", "GRACE = 0.5"))
    return pytester


def test_loopback_and_unix_sockets_are_allowed(guarded: pytest.Pytester) -> None:
    guarded.makepyfile(
        """
        import socket

        def test_loopback():
            with socket.create_server(("127.0.0.1", 0)) as server:
                port = server.getsockname()[1]
                for host in ("127.0.0.1", "localhost"):
                    socket.create_connection((host, port)).close()

        def test_pair():
            left, right = socket.socketpair()
            with left, right:
                left.sendall(b"x")

        def test_unix(tmp_path, monkeypatch):
            monkeypatch.chdir(tmp_path)  # as socket paths must be short
            with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
                server.bind("s")
                server.listen()
                client.connect("s")
        """
    )
    guarded.runpytest_subprocess().assert_outcomes(passed=3)


def test_leaving_the_machine_fails_even_when_swallowed(guarded: pytest.Pytester) -> None:
    guarded.makepyfile(
        """
        import socket
        import pytest

        def lookup():
            socket.getaddrinfo("example.org", 443)

        def old_lookup():
            socket.gethostbyname("example.org")

        def connect():
            with socket.socket() as sock:
                sock.connect(("192.0.2.1", 80))

        def connect_ex():
            with socket.socket() as sock:
                sock.connect_ex(("192.0.2.1", 80))

        def connect_6():
            with socket.socket(socket.AF_INET6) as sock:
                sock.connect(("2001:db8::1", 80))

        def datagram():
            with socket.socket(type=socket.SOCK_DGRAM) as sock:
                sock.sendto(b"x", ("192.0.2.1", 53))

        @pytest.mark.parametrize(
            "leave", [lookup, old_lookup, connect, connect_ex, connect_6, datagram]
        )
        def test_swallowed(leave):
            try:
                leave()
            except BaseException:
                pass

        def test_seen():
            connect()
        """
    )
    result = guarded.runpytest_subprocess()
    result.assert_outcomes(passed=6, failed=1, errors=7)
    result.stdout.fnmatch_lines(["*tried to leave this machine: socket.connect*192.0.2.1*"])


def test_environment_is_isolated(guarded: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = str(guarded.path)
    for name in ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_DIRS", "MOZREGRESSION_X", "https_proxy"):
        monkeypatch.setenv(name, outside)
    monkeypatch.setenv("NO_COLOR", "1")
    guarded.makepyfile(
        f"""
        import os
        from pathlib import Path

        def test_nothing_points_outside():
            names = [name for name, value in os.environ.items() if value == {outside!r}]
            assert set(names) <= {{"PWD", "OLDPWD", "PYTHONPATH"}}
            assert "NO_COLOR" not in os.environ

        def test_home_is_writable():
            (Path.home() / "file").write_text("x")

        def test_home_is_new():
            assert not (Path.home() / "file").exists()
        """
    )
    guarded.runpytest_subprocess().assert_outcomes(passed=3)


def test_threads_left_running_fail(guarded: pytest.Pytester) -> None:
    guarded.makepyfile(
        """
        import threading
        import pytest

        end = threading.Event()

        def forget_me():
            end.wait(20)

        @pytest.fixture(scope="session", autouse=True)
        def at_the_end():
            yield
            end.set()

        @pytest.fixture(scope="module")
        def server():
            thread = threading.Thread(target=forget_me)
            thread.start()

        def test_plain():
            threading.Thread(target=forget_me, name="lost").start()

        def test_our_daemon():
            threading.Thread(target=forget_me, name="mozregression-x", daemon=True).start()

        def test_foreign_daemon():
            threading.Thread(target=forget_me, daemon=True).start()

        def test_ends_within_grace():
            threading.Timer(0.1, int).start()

        def test_shared_between_tests(server):
            pass
        """
    )
    result = guarded.runpytest_subprocess()
    result.assert_outcomes(passed=5, errors=2)
    result.stdout.fnmatch_lines(["*left something running: thread 'lost'*.forget_me*"])


def test_processes_left_running_fail_and_are_ended(guarded: pytest.Pytester) -> None:
    guarded.makepyfile(
        """
        import subprocess
        import sys

        SLEEP = [sys.executable, "-c", "import time; time.sleep(20)"]
        kept = []

        def test_child():
            kept.append(subprocess.Popen(SLEEP))
            print("pid", kept[-1].pid)

        def test_orphan():
            starter = f"import subprocess; print('pid', subprocess.Popen({SLEEP}).pid)"
            subprocess.run([sys.executable, "-W", "ignore", "-c", starter], check=True)

        def test_ended():
            subprocess.run([sys.executable, "-c", ""], check=True)

        def test_ends_within_grace():
            kept.append(subprocess.Popen([sys.executable, "-c", ""]))
        """
    )
    result = guarded.runpytest_subprocess("--capture=no")
    result.assert_outcomes(passed=4, errors=2)
    result.stdout.fnmatch_lines(["*left something running: process *time.sleep(20)*"])
    pids = [int(pid) for pid in re.findall(r"pid (\d+)", result.stdout.str())]
    assert len(pids) == 2
    assert not any(is_alive(pid) for pid in pids)


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
