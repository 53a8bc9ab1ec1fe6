"""Bisecting from Python: the documented example, and what goes wrong."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Event

import pytest

from mozregression.api import Outcome, Report, Testable, Transition, Verdict, bisect
from mozregression.driver.events import Judged
from mozregression.journal import Journal, State
from mozregression.model.bounds import BadBoundError
from mozregression.model.builds import Candidate
from mozregression.sandbox.sandbox import Sandbox
from tests.documented import DOCS
from tests.driver.conftest import make_world


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    with Sandbox(make_world()) as sandbox:
        monkeypatch.setenv("MOZREGRESSION_SERVICES", sandbox.root)
        yield sandbox


def test_the_documented_example_finds_the_culprit(
    sandbox: Sandbox, capsys: pytest.CaptureFixture[str]
) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (DOCS / "api.md").read_text(), re.DOTALL)
    spec = sandbox.world.spec
    dated = example.replace("2026-05-01", str(spec.first)).replace("2026-11-01", str(spec.last))
    exec(compile(dated, "docs/api.md", "exec"), {})  # noqa: S102 - it is our own
    culprit = sandbox.world.culprit.push
    printed = capsys.readouterr().out
    assert str(culprit) in printed
    assert culprit.tip in printed


def test_a_session_of_its_own_folder_is_kept_and_announced(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    seen: list[int] = []
    events: list[object] = []

    def judge(build: Testable) -> Verdict:
        seen.append(build.number)
        return Verdict.BAD if sandbox.world.is_bad(build.candidate) else Verdict.GOOD

    spec = sandbox.world.spec
    report = bisect(
        str(spec.first),
        str(spec.last),
        judge,
        confirm=False,
        folder=tmp_path,
        listener=events.append,
    )
    assert report.outcome is Outcome.FOUND
    assert report.confirmed is None
    assert seen == list(range(1, len(seen) + 1))
    assert {"Understood", "Testing", "Judged"} <= {type(event).__name__ for event in events}
    assert Journal(tmp_path / "state").read().summary.state is State.FINISHED


def test_what_the_judge_raises_passes_through_and_the_session_stays(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    def judge(_: Testable) -> Verdict:
        raise ZeroDivisionError

    spec = sandbox.world.spec
    with pytest.raises(ZeroDivisionError):
        bisect(str(spec.first), str(spec.last), judge, folder=tmp_path)
    assert Journal(tmp_path / "state").read().summary.state is State.STOPPED


def test_several_builds_are_judged_at_once_if_wanted(sandbox: Sandbox, tmp_path: Path) -> None:
    both_ends = Barrier(2, timeout=60)

    def judge(build: Testable) -> Verdict:
        if build.number <= 2:
            both_ends.wait()
        bad = sandbox.world.is_bad(build.candidate)
        return Verdict.BAD if bad else Verdict.GOOD

    spec = sandbox.world.spec
    report = bisect(str(spec.first), str(spec.last), judge, jobs=2, folder=tmp_path)
    assert report.suspects == (sandbox.world.culprit.push,)


def test_what_one_of_several_judges_raises_passes_through(sandbox: Sandbox, tmp_path: Path) -> None:
    def judge(build: Testable) -> Verdict:
        if build.number == 2:
            raise ZeroDivisionError
        return Verdict.SKIP

    spec = sandbox.world.spec
    with pytest.raises(ZeroDivisionError):
        bisect(str(spec.first), str(spec.last), judge, jobs=3, folder=tmp_path)


def test_where_the_bug_came_and_went_one_place_is_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was there for some days, which two judges at once notice, and came back for good."""
    world = make_world(regression=600)
    earlier = range(9, 13)
    asked: list[Report] = []
    both_began, noticed = Barrier(2, timeout=60), Event()

    def was_there(candidate: Candidate) -> bool:
        return (candidate.day - world.spec.first).days in earlier

    def judge(build: Testable) -> Verdict:
        at_once = build.number in {3, 4}  # neither is given up for what the other one tells
        if at_once:
            both_began.wait()
        if was_there(build.candidate) or world.is_bad(build.candidate):
            return Verdict.BAD
        if at_once:
            assert noticed.wait(60)
        return Verdict.GOOD

    def listen(event: object) -> None:
        if isinstance(event, Judged) and was_there(event.step.candidate):
            noticed.set()

    def choose(report: Report) -> Transition:
        asked.append(report)
        return report.transitions[-1]

    bounds = str(world.spec.first), str(world.spec.last)
    with Sandbox(world) as sandbox:
        monkeypatch.setenv("MOZREGRESSION_SERVICES", sandbox.root)
        report = bisect(*bounds, judge, jobs=2, choose=choose, folder=tmp_path, listener=listen)
    assert [contradictory.outcome for contradictory in asked] == [Outcome.CONTRADICTORY]
    assert [one.into_bad for one in asked[0].transitions] == [True, False, True]
    assert report.suspects == (world.culprit.push,)
    assert Journal(tmp_path / "state").read().summary.outcome is Outcome.FOUND


def test_only_verdicts_are_verdicts(sandbox: Sandbox, tmp_path: Path) -> None:
    spec = sandbox.world.spec
    with pytest.raises(TypeError, match="no Verdict"):
        bisect(str(spec.first), str(spec.last), lambda _: True, folder=tmp_path)  # type: ignore[arg-type,return-value]


def test_bad_bounds_are_told() -> None:
    with pytest.raises(BadBoundError, match="'soon'"):
        bisect("soon", "2026-01-01", lambda _: Verdict.GOOD)


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({"app": "netscape"}, "no app 'netscape', but firefox"),
        ({"app": "firefox-l10n"}, "needs a language"),
        ({"build_type": "asam"}, "Did you mean asan?"),
        ({"arch": "sparc"}, "sparc"),
        ({"branch": "nowhere"}, "no known branch 'nowhere'"),
    ],
)
def test_builds_that_are_not_there_are_told(wishes: dict[str, str], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        bisect("2026-01-01", "2026-01-03", lambda _: Verdict.GOOD, **wishes)  # type: ignore[arg-type]


def test_the_package_itself_imports_nothing_heavy() -> None:
    code = "import sys, mozregression; print([m for m in sys.modules if m in ('requests', 'rich')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
