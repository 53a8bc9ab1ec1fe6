"""The demo, with fewer people."""

import json
from pathlib import Path

import pytest

from mozpipeline.ask.named import all_queries
from mozpipeline.console.main import main

FEW = ("--people", "60", "--uses", "500", "--today", "2026-11-21")


def test_the_demo_asks_everything_and_writes_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "demo"
    assert main(["demo", "--out", str(out), *FEW]) == 0
    told = capsys.readouterr().out
    assert all(query.title in told for query in all_queries())
    assert "<svg" in (out / "report.html").read_text()
    assert json.loads((out / "report.json").read_text())["uses_by_app"]
    assert (out / "dictionary" / "index.html").is_file()


def test_the_demo_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("kept")
    assert main(["demo", "--out", str(tmp_path), *FEW]) != 0
    assert "is not empty" in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["mine"]
