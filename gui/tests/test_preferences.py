"""What preferences show beside settings, and what the program says of itself."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qtpy.QtGui import QDesktopServices
from qtpy.QtWidgets import QApplication, QLabel

import mozregression
from mozregression.builds.clearing import taken
from mozregression.driver.release import PAGE
from mozregression.model.builds import Candidate
from mozregression.sandbox import github
from mozregression.settings.file import location
from mozregui.models.about import about
from mozregui.models.cache import Cache
from mozregui.widgets.about_dialog import AboutDialog, qt_versions
from mozregui.widgets.preferences import PreferencesDialog
from mozregui.work.background import Background
from tests.driver.conftest import Bench

from mailbox_of_a_window import Mailbox  # isort: skip
from windows import Person, button_named, opened  # isort: skip


@pytest.fixture
def person(bench: Bench, tmp_path: Path, qtbot: Any) -> Iterator[Person]:
    with opened(bench, tmp_path, qtbot) as person:
        yield person


def preferences(person: Person) -> PreferencesDialog:
    person.window.show_preferences()
    dialog = person.window.findChildren(PreferencesDialog)[-1]
    assert isinstance(dialog, PreferencesDialog)
    place = next(n for n in range(dialog.tabs.count()) if dialog.tabs.tabText(n) == "Downloads")
    dialog.tabs.setCurrentIndex(place)
    return dialog


def test_clearing_leaves_what_the_session_uses(person: Person) -> None:
    person.begin()
    person.judge(3)
    under_test: Candidate = person.asked()
    dialog = preferences(person)
    panel = dialog.cache
    person.until(lambda: panel.told.text().startswith("Builds take up"))
    before = taken(person.bench.where.builds)
    person.press(panel.clear)
    person.until(lambda: "freed" in panel.outcome.text())
    assert "a session uses them" in panel.outcome.text()
    assert 0 < taken(person.bench.where.builds) < before
    dialog.close()
    assert person.asked() == under_test
    person.finish()
    assert person.found_it


def test_the_folder_of_the_settings_is_what_is_shown(person: Person, tmp_path: Path) -> None:
    location().parent.mkdir(parents=True)
    location().write_text(f"persist = {tmp_path / 'mine'}\n")
    panel = preferences(person).cache
    assert str(tmp_path / "mine") in [label.text() for label in panel.findChildren(QLabel)]
    person.until(lambda: panel.told.text() == "Builds take up 0 bytes.")


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path, mailbox: Mailbox) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here/.mozregression").write_text("a file in the way")
    cache = Cache(tmp_path / "here", Background(mailbox.post))
    cache.clear()
    assert cache.busy
    mailbox.until(lambda: not cache.busy)
    assert "cannot be used" in cache.told
    assert not cache.outcome


def test_about_says_what_a_report_needs(person: Person) -> None:
    person.window.show_about()
    (dialog,) = person.window.findChildren(AboutDialog)
    person.press(button_named(dialog, "Copy"))
    copied = QApplication.clipboard().text()
    for part in (
        mozregression.__version__,
        "Mozilla Public License 2.0",
        qt_versions(),
        str(location()),
        str(person.bench.where.state),
    ):
        assert part in copied
    assert "PySide" in qt_versions()
    dialog.close()


def test_links_are_of_the_web(bench: Bench) -> None:
    links = about(bench.where, "").links
    assert links
    assert all(url.startswith("https://") for _, url in links)


def test_a_newer_release_is_told_and_opened(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_pages: list[str] = []
    monkeypatch.setattr(
        QDesktopServices, "openUrl", lambda url: opened_pages.append(url.toString())
    )
    told = f"mozregression {github.VERSION} is out."
    person.until(lambda: person.window.start_page._start.update == told)
    person.press_named(told)
    assert opened_pages == [PAGE]
    person.window.show_about()
    (dialog,) = person.window.findChildren(AboutDialog)
    assert told in [label.text() for label in dialog.findChildren(QLabel)]


def test_who_wants_no_hint_gets_none(bench: Bench, tmp_path: Path, qtbot: Any) -> None:
    location().parent.mkdir(parents=True)
    location().write_text("no-update-check = yes\n")
    with opened(bench, tmp_path, qtbot) as person:
        page = person.window.start_page
        person.until(lambda: not any(t.is_alive() for t in person.window._background._threads))
        QApplication.processEvents()
        assert not page._start.update
    assert not [line for line in bench.sandbox.log if "releases/latest" in line.path]
