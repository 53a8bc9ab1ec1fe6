"""Reading along while a file grows."""

import threading
from pathlib import Path

from mozregression.launch.follow import following


def test_lines_are_told_while_they_come(tmp_path: Path) -> None:
    file = tmp_path / "output"
    file.write_text("of the last time\n")
    heard: list[str] = []
    first = threading.Event()

    def tell(line: str) -> None:
        heard.append(line)
        first.set()

    with following(file, tell), file.open("ab") as out:
        out.write(b"one\r\ntw")
        out.flush()
        assert first.wait(30)
        assert heard == ["one"]
        out.write("o ü\n\nthe end".encode())
    assert heard == ["one", "two ü", "", "the end"]


def test_a_file_that_nobody_writes(tmp_path: Path) -> None:
    heard: list[str] = []
    with following(tmp_path / "output", heard.append):
        pass
    assert heard == []
