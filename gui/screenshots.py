"""The pictures in docs/images: a search of a made world in a real window, light, dark and at 200 %.

Needs an X server; `python3 dev.py screenshots` brings one. Names of variants may be given.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from io import BytesIO
from itertools import count, cycle
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qtpy.QtWidgets import QWidget

    from mozregression.sandbox.world import World

IMAGES = Path(__file__).parents[1] / "docs" / "images"
VARIANTS = {"light": "1", "dark": "1", "large": "2"}
_PATIENCE = 60.0
_COLOURS = 256
_DAYS = 180
_VARIABLES = ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")


def main() -> int:
    if len(sys.argv) == 3 and sys.argv[1] == "--one":
        with tempfile.TemporaryDirectory() as folder:
            for name in _VARIABLES:
                os.environ[name] = folder
            take(sys.argv[2], Path(folder))
        return 0
    for variant in sys.argv[1:] or VARIANTS:
        environment = {**os.environ, "QT_SCALE_FACTOR": VARIANTS[variant]}
        command = [sys.executable, __file__, "--one", variant]
        if code := subprocess.call(command, env=environment):
            return code
    return 0


def take(variant: str, folder: Path) -> None:
    """All pictures of one variant."""
    from qtpy.QtCore import QSettings
    from qtpy.QtTest import QTest

    from mozregression.driver.places import places
    from mozregression.model.verdicts import Verdict
    from mozregression.sandbox.misbehaviour import Line
    from mozregression.sandbox.sandbox import Sandbox
    from mozregression.services.endpoints import VARIABLE, Endpoints
    from mozregression.settings.file import location
    from mozregui import app
    from mozregui.models.bisection import Doing
    from mozregui.models.running import Phase
    from mozregui.models.wizard import Search
    from mozregui.widgets import theme
    from mozregui.widgets.run_page import RunPage
    from mozregui.widgets.window import Window
    from mozregui.widgets.wizard_page import WizardPage

    def until(reached: Callable[[], object]) -> None:
        limit = time.monotonic() + _PATIENCE
        while not reached():
            QTest.qWait(20)
            if time.monotonic() > limit:
                raise TimeoutError("The window does not get on.")

    def shot(name: str) -> None:
        QTest.qWait(600)  # until nothing moves
        _save(window, IMAGES / f"{name}-{variant}.png")

    def judged(until_asked: int, skipped: int = 0, sights: Iterator[bool] | None = None) -> None:
        """Answer until so many were asked. sights: of a bug that hides, whether it shows."""
        bisection = window.bisection
        assert bisection
        for number in count(1):
            until(lambda: bisection.doing in (Doing.ASKING, Doing.FINISHED))
            if number == until_asked or bisection.doing is Doing.FINISHED:
                return
            candidate = bisection.candidate
            assert candidate
            seen = world.is_bad(candidate) and (sights is None or next(sights))
            before = len(bisection.steps)
            bisection.judge(
                Verdict.SKIP if number == skipped else Verdict.BAD if seen else Verdict.GOOD
            )
            until(lambda: len(bisection.steps) > before)  # noqa: B023 - called at once

    def asked(section: str) -> WizardPage:
        """The form of a search, at a section."""
        window.ask(Search.REGRESSION)
        page = window.page
        assert isinstance(page, WizardPage)
        names = [each.name for each in page.wizard.sections]
        page._sections.setCurrentRow(names.index(section))  # noqa: SLF001 - as a person does
        page.wizard.form["good"].content = str(world.spec.first)
        return page

    application = app.make_application(["mozregression-gui"])
    theme.apply(application, theme.Scheme.DARK if variant == "dark" else theme.Scheme.LIGHT)
    location().parent.mkdir(parents=True, exist_ok=True)
    location().write_text("no-update-check = true\nenable-telemetry = false\n")
    world = _world()
    with Sandbox(world, line=Line(bandwidth=20_000_000, latency=0.02)) as sandbox:
        os.environ[VARIABLE] = sandbox.root
        keep = QSettings(str(folder / "window.ini"), QSettings.Format.IniFormat)
        window = Window(places(), Endpoints.at(sandbox.root), keep)
        window.resize(860, 700)
        window.show()

        form = asked("when")
        until(lambda: form.wizard.forecast)
        shot("wizard")
        form._begin()  # noqa: SLF001
        until(lambda: window.bisection)
        judged(7, skipped=5)
        shot("judging")
        judged(-1)
        shot("result")

        form = asked("certainty")
        form.wizard.form["shows"].content = "hides"
        form.wizard.look_up()
        until(lambda: form.wizard.forecast)
        shot("hides")
        window._bisection = None  # noqa: SLF001
        form._begin()  # noqa: SLF001
        until(lambda: window.bisection)
        judged(9, sights=cycle((True, False, True)))
        shot("belief")
        judged(-1, sights=cycle((True, True, False)))
        shot("confidence")

        window.ask_for_one()
        run = window.page
        assert isinstance(run, RunPage)
        run.form.form["build"].content = "3 weeks ago"
        run.form.look_up()
        until(lambda: "nightly" in run.form.told("build").told)
        shot("one-build")
        run._want()  # noqa: SLF001
        until(lambda: run.view and run.view.run.phase is Phase.RUNNING)
        shot("running")
        assert run.view
        run.view.run.leave()
        until(lambda: run.view is None)
        window.show_start()
        until(lambda: window.start_page._start.rows)  # noqa: SLF001
        shot("start")
        window.close()
        until(lambda: not window.isVisible())


def _save(window: "QWidget", path: Path) -> None:
    """As a PNG of few colours, which is small."""
    from PIL import Image
    from qtpy.QtCore import QBuffer, QByteArray, QIODevice

    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    window.grab().save(buffer, "PNG")
    path.parent.mkdir(exist_ok=True)
    with Image.open(BytesIO(bytes(data.data()))) as image:
        few = image.convert("RGB").quantize(_COLOURS, Image.Quantize.FASTOCTREE)
        few.save(path, optimize=True)


def _world() -> "World":
    """Half a year with holes in it, but none beside the culprit."""
    from mozregression.sandbox.world import World, WorldSpec

    first: date = datetime.now(timezone.utc).date() - timedelta(days=_DAYS - 1)
    worlds = (
        World(WorldSpec(seed=seed, first=first, days=_DAYS, missing_rate=0.08, build_size=500_000))
        for seed in count()
    )
    return next(world for world in worlds if len(world.suspects) == 1)


if __name__ == "__main__":
    sys.exit(main())
