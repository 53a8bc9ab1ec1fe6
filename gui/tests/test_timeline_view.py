"""The picture of the range: drawn once, and anew when it has to look different."""

from collections.abc import Iterator
from typing import Any

import pytest
from qtpy.QtCore import QSize
from qtpy.QtGui import QImage
from qtpy.QtWidgets import QApplication

from mozregui.models.shape import Shape
from mozregui.models.timeline import Axis, Mark, Tick, Timeline
from mozregui.widgets import theme
from mozregui.widgets.timeline_view import TimelineView

WIDE, NARROW = QSize(700, 200), QSize(400, 200)


def range_with(*shapes: Shape) -> Timeline:
    """Builds at equal distances."""
    marks = tuple(
        Mark(place / (len(shapes) - 1), shape, str(place), "a build")
        for place, shape in enumerate(shapes)
    )
    axis = Axis(marks, (Tick(0.5, "2026-05-01"),), 0.2, 0.8)
    return Timeline(axis, axis)


@pytest.fixture
def view(qtbot: Any) -> Iterator[TimelineView]:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, theme.Scheme.LIGHT)
    yield shown(range_with(Shape.GOOD, Shape.OPEN, Shape.BAD), WIDE, qtbot)
    theme.apply(application, theme.Scheme.LIGHT)


def shown(timeline: Timeline, size: QSize, bot: Any) -> TimelineView:
    made = TimelineView()
    bot.addWidget(made)
    made.show_timeline(timeline)
    made.resize(size)
    return made


def picture(view: TimelineView) -> QImage:
    return view.grab().toImage()


def test_another_timeline_is_another_picture(view: TimelineView, qtbot: Any) -> None:
    before = picture(view)
    assert picture(view) == before
    later = range_with(Shape.GOOD, Shape.PROBE, Shape.BAD)
    view.show_timeline(later)
    assert picture(view) != before
    assert picture(view) == picture(shown(later, WIDE, qtbot))


def test_another_size_is_another_picture(view: TimelineView, qtbot: Any) -> None:
    picture(view)
    view.resize(NARROW)
    fresh = shown(range_with(Shape.GOOD, Shape.OPEN, Shape.BAD), NARROW, qtbot)
    assert picture(view) == picture(fresh)


def test_other_colours_are_another_picture(view: TimelineView, qtbot: Any) -> None:
    light = picture(view)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, theme.Scheme.DARK)
    qtbot.waitUntil(lambda: theme.is_dark(view.palette()))
    fresh = shown(range_with(Shape.GOOD, Shape.OPEN, Shape.BAD), WIDE, qtbot)
    assert picture(view) != light
    assert picture(view) == picture(fresh)
