"""metrics.yaml and pings.yaml: read, judged, and every version kept."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mozpipeline.definitions.history import History, read_history
from mozpipeline.definitions.model import Definitions, Metric, Ping, Released
from mozpipeline.definitions.reading import FILES, read, shipped_folder
from mozpipeline.errors import PipelineError

ROOT = Path(__file__).parents[2]


def test_the_linter_of_glean_finds_nothing() -> None:
    files = [str(shipped_folder() / name) for name in FILES]
    command = [sys.executable, "-m", "glean_parser", "glinter", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no_lint" not in "".join(Path(file).read_text() for file in files)


def test_what_is_defined(history: History) -> None:
    pings = {ping.name: ping for ping in history.pings()}
    assert pings.keys() == {"usage", "retention"}
    assert pings["usage"].has_client_id
    assert not pings["retention"].has_client_id
    usage = {metric.identifier: metric for metric in history.metrics_of("usage")}
    assert {"usage.variant", "usage.app", "usage.build_type"} <= usage.keys()
    for day in ("usage.good_date", "usage.bad_date", "usage.launch_date"):
        assert usage[day].is_day
    counters = [m for m in history.metrics_of("retention") if m.type == "labeled_counter"]
    assert {metric.labels for metric in counters} == {
        (*map(str, range(24)), "24-35", "36-59", "60+")
    }


def test_one_metric_lives_in_both_pings(history: History) -> None:
    both = set(history.metrics_of("usage")) & set(history.metrics_of("retention"))
    assert [metric.identifier for metric in both] == ["session.builds_launched"]


def test_each_definition_says_what_a_reviewer_asks(history: History) -> None:
    metrics = {*history.metrics_of("usage"), *history.metrics_of("retention")}
    things: list[Ping | Metric] = [*history.pings(), *metrics]
    for thing in things:
        assert thing.description
        assert thing.bugs
        assert thing.reviews
        assert thing.emails


def test_all_mistakes_are_told(tmp_path: Path) -> None:
    for name in FILES:
        text = (shipped_folder() / name).read_text()
        text = text.replace("type: string", "type: strong", 2).replace("lifetime: ping", "", 1)
        (tmp_path / name).write_text(text)
    with pytest.raises(PipelineError, match="variant") as caught:
        read(tmp_path)
    assert "strong" in str(caught.value)
    assert "glinter" in caught.value.advice


def released(*versions: str) -> History:
    return History(tuple(Released(version, Definitions({}, ())) for version in versions))


@pytest.mark.parametrize(
    ("asked", "judged_by"),
    [
        ("7.0.0", "7.0.0"),
        ("7.0.5", "7.0.0"),
        ("7.1.0", "7.1.0"),
        ("7.10.0", "7.1.0"),
        ("9.0", "8.0.0"),
        ("7.1.0.dev3", "7.0.0"),
        ("6.0", "7.0.0"),
        ("no version", "8.0.0"),
        ("", "8.0.0"),
    ],
)
def test_a_ping_is_judged_by_the_version_that_sent_it(asked: str, judged_by: str) -> None:
    history = released("7.0.0", "7.1.0", "8.0.0")
    (wanted,) = (one for one in history.released if one.version == judged_by)
    assert history.at(asked) is wanted.definitions


def with_another_metric(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(shipped_folder() / "pings.yaml", folder)
    text = (shipped_folder() / "metrics.yaml").read_text()
    (folder / "metrics.yaml").write_text(text.replace("  variant:", "  face:", 1))


def names(history: History, version: str) -> set[str]:
    return {metric.identifier for metric in history.at(version).metrics}


def test_versions_from_folders(tmp_path: Path) -> None:
    with_another_metric(tmp_path / "6.0.0")
    (tmp_path / "notes").mkdir()
    history = read_history(tmp_path)
    assert len(history.released) == 2
    assert "usage.face" in names(history, "6.0.0")
    assert "usage.face" not in names(history, "7.0.0")
    identifiers = {metric.identifier for metric in history.metrics_of("usage")}
    assert {"usage.face", "usage.variant"} <= identifiers


def test_versions_from_tags(tmp_path: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        command = ["git", "-C", str(tmp_path), *who, *arguments]
        subprocess.run(command, check=True, capture_output=True)

    git("init")
    (tmp_path / "README").write_text("from before there was telemetry")
    git("add", ".")
    git("commit", "-m", "1")
    git("tag", "5.0.0")
    with_another_metric(tmp_path)
    git("add", ".")
    git("commit", "-m", "2")
    git("tag", "6.0.0")
    git("tag", "nightly")
    (tmp_path / "metrics.yaml").write_text("not released")
    history = read_history(tmp_path)
    assert history.released[0].version == "6.0.0"
    assert history.released[0].released is not None
    assert "usage.face" in names(history, "6.1")


def test_a_place_without_definitions(tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="no version"):
        read_history(tmp_path)
    with pytest.raises(PipelineError, match="There is no folder"):
        read_history(tmp_path / "nowhere")


@pytest.mark.skipif(not (ROOT / "setup.py").exists(), reason="needs a checkout")
def test_a_checkout_reads_the_files_at_its_top() -> None:
    assert shipped_folder() == ROOT
