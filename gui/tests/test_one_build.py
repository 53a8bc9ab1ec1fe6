"""One build without a search: which one it is, fetching, running, errors. No Qt here."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import psutil
import pytest

from mozregression.driver.places import Places
from mozregression.driver.settings import Settings
from mozregression.model.bounds import DateBound
from mozregression.model.request import Request
from mozregression.sandbox.misbehaviour import Faults
from mozregression.sandbox.sandbox import Sandbox
from mozregression.services.endpoints import Endpoints
from mozregression.services.errors import Cancelled, ServiceError
from mozregression.settings.file import settings_of_person
from mozregui.models.one_build import OneBuild
from mozregui.models.running import Phase, Run
from mozregui.work.background import Background
from mozregui.work.launching import Launching
from mozregui.work.preview import Meant, Refused, Single, preview_single
from tests.driver.conftest import Bench, make_world

from mailbox_of_a_window import Mailbox  # isort: skip


@dataclass
class Bystander:
    """Runs builds through the models."""

    bench: Bench
    mailbox: Mailbox
    launchings: list[Launching] = field(default_factory=list)

    def form(self) -> OneBuild:
        endpoints = Endpoints.at(self.bench.sandbox.root)

        def look(request: Request, settings: Settings, cancelled: threading.Event) -> Single:
            return preview_single(request, settings, self.bench.where, endpoints, cancelled)

        return OneBuild(settings_of_person(), Background(self.mailbox.post), look)

    def run(self, build: str) -> Run:
        form = self.form()
        form.form["build"].content = build
        made = Launching(
            *form.requested(),
            self.bench.where,
            Endpoints.at(self.bench.sandbox.root),
            lambda happening: self.mailbox.post(lambda: run.hear(happening)),
        )
        run = Run(made)
        self.launchings.append(made)
        made.start()
        return run

    def until(self, run: Run, phase: Phase) -> None:
        self.mailbox.until(lambda: run.phase is phase)


@pytest.fixture
def bystander(bench: Bench, mailbox: Mailbox) -> Iterator[Bystander]:
    made = Bystander(bench, mailbox)
    yield made
    for each in made.launchings:
        assert each.close()


# Asking


def test_the_form_needs_a_build_and_complains_of_wrong_ones_alone(bystander: Bystander) -> None:
    form = bystander.form()
    assert (form.can_run, form.problems) == (False, [])
    assert form.told("build").told == "Needed: a date, a release, a build id or a changeset"
    form.form["build"].content = "nonsense"
    assert form.problems == ["To be put right: Build"]
    form.form["build"].content = "2026-05-01"
    assert form.problems == []
    request, settings = form.requested()
    assert request.good == request.bad == DateBound(date(2026, 5, 1))
    assert settings == Settings()


def test_what_was_typed_and_deleted_again_is_not_looked_up(bystander: Bystander) -> None:
    form = bystander.form()
    for content in ("0", "", "   "):
        form.form["build"].content = content
        form.look_up()
    assert not form.is_looking
    assert not form.problems


def test_which_build_it_is_stands_under_the_field(bystander: Bystander) -> None:
    form = bystander.form()
    day = bystander.bench.world.spec.last
    form.form["build"].content = str(day)
    assert form.told("build").told == f"A day: {day:%A}, {day}"
    form.look_up()
    bystander.mailbox.until(lambda: not form.is_looking)
    assert "mozilla-central nightly" in form.told("build").told


def test_a_changeset_nobody_knows_is_a_problem(bystander: Bystander) -> None:
    form = bystander.form()
    form.form["build"].content = "abcdef1234567890"
    form.look_up()
    bystander.mailbox.until(lambda: not form.is_looking)
    assert "abcdef1234567890" in form.problems[0]


def test_services_out_of_reach_do_not_keep_anybody_from_running(mailbox: Mailbox) -> None:
    def fail(*_: object) -> Single:
        raise ServiceError("nobody answers", url="")

    form = OneBuild(settings_of_person(), Background(mailbox.post), fail)
    form.form["build"].content = "2026-05-01"
    form.look_up()
    mailbox.until(lambda: not form.is_looking)
    assert "nobody answers" in form.told("build").told


def test_a_profile_that_is_wanted_has_to_be_named(bystander: Bystander, tmp_path: Path) -> None:
    form = bystander.form()
    form.form["build"].content = "2026-05-01"
    shown = [form.form["profile"].visible]
    form.form["starts_with"].content = "clone"
    assert [*shown, form.form["profile"].visible] == [False, True]
    assert form.problems == ["Choose the folder of the profile: “Folder of a profile”."]
    assert form.error_of(form.form["profile"]) == form.problems[0]
    form.form["profile"].content = str(tmp_path)
    assert not form.problems
    assert form.requested()[1].profile == str(tmp_path)


def test_looking_up_ends_soon_when_it_is_given_up(bystander: Bystander, tmp_path: Path) -> None:
    cancelled = threading.Event()
    cancelled.set()
    form = bystander.form()
    form.form["build"].content = "2026-05-01"
    with pytest.raises(Cancelled):
        preview_single(*form.requested(), Places(tmp_path, tmp_path), Endpoints(), cancelled)


def test_what_is_meant_and_what_is_not_there(bystander: Bystander) -> None:
    bench = bystander.bench
    form, endpoints = bystander.form(), Endpoints.at(bench.sandbox.root)
    seen = []
    for build in (str(bench.world.spec.first), "2004-01-01"):
        form.form["build"].content = build
        seen.append(preview_single(*form.requested(), bench.where, endpoints, threading.Event()))
    assert isinstance(seen[0], Meant)
    assert isinstance(seen[1], Refused)


# Running


def test_a_build_is_fetched_run_closed_and_run_again(bystander: Bystander) -> None:
    run = bystander.run(str(bystander.bench.world.spec.last))
    told: list[str] = []
    run.progressed.connect(lambda: told.append(run.download.told if run.download else ""))
    bystander.until(run, Phase.RUNNING)
    assert any(told)
    facts = dict(run.facts)
    assert "mozilla-central nightly" in facts["Asked for"]
    assert facts["From"].endswith(".tar.xz")
    assert run.url.startswith("https://hg.mozilla.org/")
    run.close_build()
    bystander.until(run, Phase.CLOSED)
    assert not run.detail
    run.again()
    bystander.until(run, Phase.RUNNING)
    run.again()
    bystander.until(run, Phase.STARTING)
    bystander.until(run, Phase.RUNNING)
    run.leave()
    bystander.until(run, Phase.LEFT)
    assert run.is_over


def test_a_build_that_the_person_closes_is_seen_as_closed(bystander: Bystander) -> None:
    run = bystander.run(str(bystander.bench.world.spec.last))
    bystander.until(run, Phase.RUNNING)

    def programs() -> list[psutil.Process]:
        running = psutil.Process().children(recursive=True)
        return [each for each in running if each.name() == "sleep"]

    bystander.mailbox.until(programs)
    programs()[0].terminate()  # as a person does with its window
    bystander.until(run, Phase.CLOSED)
    assert run.detail.startswith("It was killed by SIGTERM.")
    run.again()
    bystander.until(run, Phase.RUNNING)


def test_what_cannot_be_run_is_told(bystander: Bystander) -> None:
    run = bystander.run("2004-01-01")
    bystander.until(run, Phase.FAILED)
    assert run.failure
    assert run.failure in run.log.text


def test_a_mistake_of_the_program_is_told(
    bystander: Bystander, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("mozregui.work.launching.launches", broken)
    run = bystander.run("2026-05-01")
    bystander.until(run, Phase.FAILED)
    assert "planted" in run.trace


@pytest.mark.parametrize("moment", ["at once", "while it is fetched"])
def test_fetching_is_given_up(mailbox: Mailbox, tmp_path: Path, moment: str) -> None:
    never = Faults(slow=1, slow_seconds=3, paths=r"\.tar\.xz$" if moment != "at once" else "")
    with Sandbox(make_world(), faults=never) as sandbox:
        bench = Bench(sandbox, Places(tmp_path / "state", tmp_path / "cache"))
        bystander = Bystander(bench, mailbox)
        run = bystander.run(str(bench.world.spec.last))
        if moment != "at once":
            mailbox.until(lambda: run.download)
        run.leave()
        bystander.until(run, Phase.LEFT)
        assert bystander.launchings[0].close()
