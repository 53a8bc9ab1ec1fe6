"""The guardian: runs one program and sees to it that nothing of it stays behind.

A script of its own (`python -I -S guardian.py`), because only another process can clean up
after mozregression was killed. It knows mozregression as two pipes. On stdin comes one header,

    <length of the rest in bytes> LF
    <kind> NUL <folder> NUL <output> NUL <grace> NUL
    <number of owned paths> NUL <owned path> … NUL <argument> …

(kind: `argv`, or `shell` when the one argument is a command line for the platform's shell;
folder: where to run, or empty; output: a file to append to, or empty; grace: seconds between
asking to end and killing when nobody orders otherwise), then any number of
orders, each a line with the seconds of grace between asking the program to end and killing it.
The end of the pipe is an order too: mozregression has gone. On stdout go the lines
`started <pid>`, and last, when every process has ended and the owned paths are removed, one of
`code <n>`, `signal <n>`, `failed <why>`.

The program's environment is the guardian's own. The guardian is started anew for every test of
a build, so it imports little.
"""
# ruff: noqa: PTH108, PTH106, PTH112, PTH114, PTH118, PTH123, PTH208, SIM105, PERF203
# pathlib and contextlib take longer to import than all of this takes to run.

import os
import sys
import time

PATIENCE = 10.0
"""Seconds to go on killing; a process stuck in the kernel ends when the kernel lets it."""

REPEAT = 0.02
"""Seconds between two rounds of killing or looking."""


class Parent:
    """The two pipes to mozregression."""

    def __init__(self) -> None:
        self.open = True
        self.grace = 0.0
        self._rest = b""

    def header(self) -> list[str]:
        """The fields of the header; ends the guardian when the pipe ends before them.

        An order may be there already; it stays in the pipe, where it is looked for.
        """
        length = b""
        while not length.endswith(b"\n"):
            length += self._read(1)
        fields = b""
        while len(fields) < int(length):
            fields += self._read(int(length) - len(fields))
        return [os.fsdecode(field) for field in fields.split(b"\0")]

    def _read(self, most: int) -> bytes:
        received = os.read(0, most)
        if not received:
            sys.exit(1)
        return received

    def order(self) -> float | None:
        """Read once, blocking, unless an order came with the header already. The grace of the
        last whole order, None when there is none yet.
        """
        if not self.ordered:
            received = os.read(0, 4096)
            if not received:
                self.open = False
                return self.grace
            self._rest += received
        *orders, self._rest = self._rest.split(b"\n")
        return float(orders[-1]) if orders else None

    @property
    def ordered(self) -> bool:
        """Whether an order was read and not yet obeyed."""
        return b"\n" in self._rest

    def tell(self, line: str) -> None:
        try:
            os.write(1, os.fsencode(line.replace("\n", " ")) + b"\n")
        except OSError:
            self.open = False


def main() -> None:
    parent = Parent()
    kind, folder, output, grace, owned_count, *rest = parent.header()
    parent.grace = float(grace)
    owned, arguments = rest[: int(owned_count)], rest[int(owned_count) :]
    command = arguments[0] if kind == "shell" else arguments
    try:
        os.chdir(folder or os.curdir)
        program = begin(command, output or os.devnull)
    except OSError as error:
        end = f"failed {error.strerror}: {error.filename or arguments[0]}"
    else:
        parent.tell(f"started {program.pid}")
        end = guard(parent, program)
    for path in owned:
        remove(path)
    parent.tell(end)


def remove(path: str) -> None:
    """Delete a file or folder; what cannot be deleted now is swept by a later mozregression."""
    if not os.path.islink(path):
        for folder, folders, files in os.walk(path, topdown=False):
            for name in files + folders:
                discard(os.path.join(folder, name))
    discard(path)


def discard(path: str) -> None:
    """Delete a file, a link or an empty folder."""
    try:
        if os.path.isdir(path) and not os.path.islink(path):
            os.rmdir(path)
        else:
            os.unlink(path)
    except OSError:
        pass


if sys.platform == "win32":
    import ctypes
    import subprocess
    import threading
    from ctypes import wintypes

    CREATE_SUSPENDED = 0x4
    KILL_ON_JOB_CLOSE = 0x2000
    BASIC_ACCOUNTING, EXTENDED_LIMITS = 1, 9

    class ExtendedLimits(ctypes.Structure):
        """JOBOBJECT_EXTENDED_LIMIT_INFORMATION, of which the flags alone are of interest."""

        _fields_ = [
            ("times", ctypes.c_int64 * 2),
            ("flags", wintypes.DWORD),
            ("working_sets", ctypes.c_size_t * 2),
            ("active_limit", wintypes.DWORD),
            ("affinity", ctypes.c_size_t),
            ("classes", wintypes.DWORD * 2),
            ("io_counters", ctypes.c_uint64 * 6),
            ("memory", ctypes.c_size_t * 4),
        ]

    class Accounting(ctypes.Structure):
        """JOBOBJECT_BASIC_ACCOUNTING_INFORMATION."""

        _fields_ = [
            ("times", ctypes.c_int64 * 4),
            ("page_faults", wintypes.DWORD),
            ("total", wintypes.DWORD),
            ("active", wintypes.DWORD),
            ("terminated", wintypes.DWORD),
        ]

    class Job:
        """A job object: every process started inside belongs to it, and dies when it is closed,
        be it because the guardian itself was ended.
        """

        def __init__(self) -> None:
            self._kernel = ctypes.WinDLL("kernel32", use_last_error=True)
            self._kernel.CreateJobObjectW.restype = wintypes.HANDLE
            self._handle = wintypes.HANDLE(self._kernel.CreateJobObjectW(None, None))
            limits = ExtendedLimits(flags=KILL_ON_JOB_CLOSE)
            self._kernel.SetInformationJobObject(
                self._handle, EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
            )

        def start(self, command: list[str] | str, output: str) -> None:
            """Start suspended, so that the program has no child before it is in the job."""
            with open(output, "ab") as stream:
                self.process = subprocess.Popen(
                    command,
                    shell=isinstance(command, str),
                    stdin=subprocess.DEVNULL,
                    stdout=stream,
                    stderr=subprocess.STDOUT,
                    creationflags=CREATE_SUSPENDED,
                )
            handle = wintypes.HANDLE(int(self.process._handle))  # type: ignore[attr-defined] # noqa: SLF001
            self._kernel.AssignProcessToJobObject(self._handle, handle)
            ctypes.WinDLL("ntdll").NtResumeProcess(handle)

        @property
        def pid(self) -> int:
            return self.process.pid

        def end(self) -> None:
            self._kernel.TerminateJobObject(self._handle, 1)

        def is_empty(self) -> bool:
            accounting = Accounting()
            self._kernel.QueryInformationJobObject(
                self._handle,
                BASIC_ACCOUNTING,
                ctypes.byref(accounting),
                ctypes.sizeof(accounting),
                None,
            )
            return bool(accounting.active == 0)

    def begin(command: list[str] | str, output: str) -> Job:
        job = Job()
        job.start(command, output)
        return job

    def guard(parent: Parent, job: Job) -> str:
        """Go on until nobody is left. Windows has no way to ask: grace is not used."""

        def obey() -> None:
            while parent.order() is None:
                pass
            job.end()

        threading.Thread(target=obey, daemon=True).start()
        code = job.process.wait()
        job.end()
        give_up = time.monotonic() + PATIENCE
        while not job.is_empty() and time.monotonic() < give_up:
            time.sleep(REPEAT)
        return f"code {code}"

else:
    # The C half of `signal`: the enums of the other half cost as much as Python's own start.
    import _signal as signal  # type: ignore[import-not-found]
    import select

    LINUX = sys.platform == "linux"

    class Tree:
        """The program and all its descendants, in whatever session or process group.

        On Linux the guardian is their subreaper: what loses its parent becomes its child. Elsewhere
        descendants are remembered, and those in the program's process group found.
        """

        def __init__(self, pid: int, wake: int) -> None:
            self.pid = pid
            self.wake = wake
            self.status: int | None = None
            self._seen = {pid}

        def reap(self) -> bool:
            """Take in who has ended; is anyone left?"""
            try:
                while True:
                    pid, status = os.waitpid(-1, os.WNOHANG)
                    if pid == 0:
                        return True
                    if pid == self.pid:
                        self.status = status
            except ChildProcessError:
                return not LINUX and bool(self._members())

        def send(self, number: int) -> None:
            for pid in self._members():
                try:
                    os.kill(pid, number)
                except (ProcessLookupError, PermissionError):
                    pass

        def _members(self) -> set[int]:
            rows = linux_processes() if LINUX else unix_processes()
            members = {os.getpid()} if LINUX else self._seen & {pid for pid, _, _ in rows}
            group = -1 if LINUX else self.pid
            while found := {
                pid
                for pid, parent, its_group in rows
                if pid not in members and (parent in members or its_group == group)
            }:
                members |= found
            self._seen = members
            return members - {os.getpid()}

    def linux_processes() -> list[tuple[int, int, int]]:
        """Process id, parent's id and process group of everything, from /proc/<pid>/stat:
        `<pid> (<name, may hold anything>) <state> <parent> <group> …`.
        """
        rows = []
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    _, parent, group = file.read().rpartition(b")")[2].split(None, 3)[:3]
            except OSError:
                continue
            rows.append((int(name), int(parent), int(group)))
        return rows

    def unix_processes() -> list[tuple[int, int, int]]:
        """The same from ps, zombies left out: macOS has no /proc."""
        with os.popen("ps -axo pid=,ppid=,pgid=,stat=") as lines:  # noqa: S605
            fields = [line.split() for line in lines]
        return [(int(f[0]), int(f[1]), int(f[2])) for f in fields if not f[3].startswith("Z")]

    def begin(command: list[str] | str, output: str) -> Tree:
        wake = wake_on_signals()
        if LINUX:
            become_subreaper()
        arguments = ["/bin/sh", "-c", command] if isinstance(command, str) else command
        return Tree(spawn(arguments, output), wake)

    def guard(parent: Parent, tree: Tree) -> str:
        """Go on until nobody is left."""
        watch(parent, tree)
        if tree.status is None:
            return f"signal {signal.SIGKILL}"
        if os.WIFSIGNALED(tree.status):
            return f"signal {os.WTERMSIG(tree.status)}"
        return f"code {os.WEXITSTATUS(tree.status)}"

    def wake_on_signals() -> int:
        """A descriptor that gets a byte, the signal's number, for each SIGCHLD and SIGTERM."""
        wake, trigger = os.pipe()
        os.set_blocking(wake, False)
        os.set_blocking(trigger, False)
        signal.set_wakeup_fd(trigger, warn_on_full_buffer=False)
        for number in (signal.SIGCHLD, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        return wake

    def become_subreaper() -> None:
        import ctypes

        set_child_subreaper = 36  # linux/prctl.h
        ctypes.CDLL(None).prctl(set_child_subreaper, 1, 0, 0, 0)

    def spawn(command: list[str], output: str) -> int:
        """Start the program in a session of its own, as if from a fresh terminal."""
        stream = os.open(output, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            return os.posix_spawnp(
                command[0],
                command,
                os.environ,
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_DUP2, stream, 1),
                    (os.POSIX_SPAWN_DUP2, stream, 2),
                ],
                setsid=True,
                setsigmask=[],
                setsigdef=[signal.SIGINT, signal.SIGHUP, signal.SIGPIPE, signal.SIGXFSZ],
            )
        finally:
            os.close(stream)

    def watch(parent: Parent, tree: Tree) -> None:
        """Until nobody is left: obey orders, and end what outlives the program."""
        kill_at: float | None = None
        while tree.reap():
            if tree.status is not None and kill_at is None:
                kill_at = ask_to_end(tree, parent.grace)
            pause = None
            if kill_at is not None:
                left = kill_at - time.monotonic()
                if left <= -PATIENCE:
                    return
                if left <= 0:
                    tree.send(signal.SIGKILL)
                pause = left if LINUX and left > 0 else REPEAT
            grace = next_order(parent, tree, pause)
            if grace is not None:
                kill_at = ask_to_end(tree, grace)

    def next_order(parent: Parent, tree: Tree, pause: float | None) -> float | None:
        """Wait `pause` seconds at most for somebody to end, or for an order: its grace."""
        if parent.ordered:
            return parent.order()
        sources = [tree.wake, 0] if parent.open else [tree.wake]
        ready, _, _ = select.select(sources, [], [], pause)
        if tree.wake in ready and signal.SIGTERM in os.read(tree.wake, 4096):
            return parent.grace
        return parent.order() if 0 in ready else None

    def ask_to_end(tree: Tree, grace: float) -> float:
        """Send SIGTERM, unless there is no time to obey. The moment to kill."""
        if grace > 0:
            tree.send(signal.SIGTERM)
        return time.monotonic() + grace


if __name__ == "__main__":
    main()
