"""Temporary folders outlive nobody."""

import subprocess
import sys
import threading
from pathlib import Path

from mozregression.launch.workdirs import WorkDirs

OTHER = """
import sys, time
from pathlib import Path
from mozregression.launch.workdirs import WorkDirs
work = WorkDirs(Path(sys.argv[1])).make("profile")
(work.path / "file").touch()
print(work.whole, flush=True)
time.sleep(600)
"""


def test_a_folder_is_empty_and_ours_until_removed(tmp_path: Path) -> None:
    work = WorkDirs(tmp_path / "work").make("profile")
    assert list(work.path.iterdir()) == []
    (work.path / "deep").mkdir()
    work.remove()
    assert not work.whole.exists()
    work.remove()


def test_as_a_context(tmp_path: Path) -> None:
    with WorkDirs(tmp_path).make("profile") as path:
        (path / "file").touch()
    assert not path.parent.exists()


def test_someone_else_may_remove_it_first(tmp_path: Path) -> None:
    work = WorkDirs(tmp_path).make("profile")
    (work.whole / "in-use.lock").unlink()
    work.path.rmdir()
    work.whole.rmdir()
    work.remove()


def test_sweep_keeps_what_is_in_use_even_when_made_by_another_thread(tmp_path: Path) -> None:
    dirs = WorkDirs(tmp_path)
    made = []
    thread = threading.Thread(target=lambda: made.append(dirs.make("profile")))
    thread.start()
    thread.join()
    dirs.sweep()
    assert made[0].path.exists()
    made[0].remove()
    assert not made[0].whole.exists()


def test_sweep_removes_what_a_killed_process_left_and_only_then(tmp_path: Path) -> None:
    dirs = WorkDirs(tmp_path)
    other = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout
    with other.stdout as lines:
        whole = Path(lines.readline().strip())
    dirs.sweep()
    assert (whole / "content" / "file").exists()
    other.kill()
    other.wait()
    dirs.sweep()
    assert not whole.exists()


def test_sweep_touches_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "someone's folder").mkdir()
    (tmp_path / "someone's folder" / "file").touch()
    (tmp_path / "file").touch()
    before = sorted(tmp_path.rglob("*"))
    WorkDirs(tmp_path).sweep()
    assert sorted(tmp_path.rglob("*")) == before


def test_sweep_before_there_is_anything(tmp_path: Path) -> None:
    WorkDirs(tmp_path / "none").sweep()
    assert not (tmp_path / "none").exists()
