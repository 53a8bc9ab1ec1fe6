"""A language that is none: every text that is not in brackets cannot be translated."""

import ast
import gettext
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from qtpy.QtWidgets import (
    QAbstractButton,
    QAction,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QTabBar,
    QTableWidget,
    QTabWidget,
    QWidget,
)

import catalogue
from mozregression.faces.wording import doing
from mozregression.model.steps import LookUpVersion
from mozregui import words
from mozregui.models.about import about
from mozregui.models.bisection import Doing
from mozregui.models.wizard import Search
from mozregui.widgets.about_dialog import AboutDialog, qt_versions
from mozregui.widgets.panels import PingsDialog
from mozregui.widgets.preferences import PreferencesDialog
from mozregui.words import tr
from tests.driver.conftest import Bench

from windows import opened  # isort: skip

ROOT = Path(words.__file__).parent
NAME = "mozregression"


@pytest.fixture(scope="module")
def pseudo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Catalogues of a language in which every collected text stands in brackets."""
    folder = tmp_path_factory.mktemp("locale")
    catalog = Catalog(locale="eo")
    for message in catalogue.template():
        if message.id:
            catalog.add(message.id, _bracketed(message), flags=message.flags)
    place = folder / "eo" / "LC_MESSAGES" / f"{words.DOMAIN}.mo"
    place.parent.mkdir(parents=True)
    catalogue.compiled(catalog, place)
    return folder


@pytest.fixture
def marked(pseudo: Path) -> Iterator[None]:
    words.speak(["eo-XX", "eo"], pseudo)
    yield
    words.use(gettext.NullTranslations())


def _bracketed(message: Message) -> Any:
    if isinstance(message.id, tuple):
        return tuple(f"⟦{text}⟧" for text in message.id)
    return f"⟦{message.id}⟧"


def texts(widget: QWidget) -> list[str]:
    """All that can be read or heard, but what a person has typed."""
    found: list[str] = [widget.windowTitle()] if widget.isWindow() else []
    found += [action.text() for action in widget.findChildren(QAction)]
    for part in widget.findChildren(QWidget):
        inner = part.objectName().startswith("qt_") or isinstance(part.parent(), QTabBar)
        if inner or not part.isVisible():  # or made by Qt
            continue
        found += [part.toolTip(), part.accessibleName(), part.accessibleDescription()]
        match part:
            case QLabel() | QAbstractButton():
                found.append(part.text())
            case QTabWidget():
                found += [part.tabText(place) for place in range(part.count())]
            case QLineEdit():
                found.append(part.placeholderText())
            case QListWidget() if part.accessibleName() == tr("Steps"):
                found += [part.item(row).text() for row in range(part.count())]
            case QTableWidget():
                found += [_header(part, place) for place in range(part.columnCount())]
            case QComboBox() if part.findData("classic") >= 0:
                found += [part.itemText(row) for row in range(part.count())]
    return [text for text in found if text.strip()]


def _header(table: QTableWidget, column: int) -> str:
    item = table.horizontalHeaderItem(column)
    return item.text() if item else ""


def plain(found: list[str]) -> set[str]:
    """What has no bracket although it holds words."""
    return {text for text in found if "⟦" not in text and any(map(str.isalpha, text))}


@pytest.mark.usefixtures("marked")
def test_every_text_on_the_way_to_an_answer_is_translated(
    bench: Bench, tmp_path: Path, qtbot: Any
) -> None:
    with opened(bench, tmp_path, qtbot) as person:
        window = person.window
        seen = texts(window)
        for search in Search:
            window.ask(search)
            for row in range(person.form._stack.count()):
                person.form._sections.setCurrentRow(row)
                seen += texts(window)
            window.show_start()
        window.ask_for_one()
        seen += texts(window)
        window.show_start()
        person.ask()
        person.until(lambda: "⟦" in person.form._forecast.text())
        person.form._begin()
        person.until(lambda: window.bisection)
        person.judge(2)
        person.asked()
        for place in range(person.page._tabs.count()):
            person.page._tabs.setCurrentIndex(place)
            seen += texts(window)
        person.bisection.stop()
        person.until(lambda: person.bisection.doing is Doing.STOPPED)
        seen += texts(window)
        account = person.bisection.account
    known = {account.report.detail if account else ""}  # reports are written in English
    assert not [text for text in plain(seen) - known if not _is_of_the_core(text)]


def _is_of_the_core(text: str) -> bool:
    """Names of builds and what is known of them."""
    return (
        text == NAME
        or any(word in text for word in ("mozilla-central", "autoland", "shippable", "Firefox"))
        or re.fullmatch("[0-9a-f]{12,}", text) is not None
    )


@pytest.mark.usefixtures("marked")
def test_every_text_of_the_dialogs_is_translated(bench: Bench, tmp_path: Path, qtbot: Any) -> None:
    with opened(bench, tmp_path, qtbot) as person:
        person.window.show_preferences()
        (dialog,) = person.window.findChildren(PreferencesDialog)
        assert isinstance(dialog, PreferencesDialog)
        person.until(lambda: dialog.usage.told.text() and not dialog.cache._cache.busy)
        seen = []
        for place in range(dialog.tabs.count()):
            dialog.tabs.setCurrentIndex(place)
            seen += texts(dialog)
        dialog.usage._show()
        (pings,) = dialog.findChildren(PingsDialog)
        seen += texts(pings)
        shown = about(bench.where, qt_versions())
        box = AboutDialog(shown, person.window)
        box.open()
        values = {value for _, value in (*shown.facts, *shown.links)}
        seen += [text for text in texts(box) if text not in values]
        folders = (str(bench.where.builds), str(dialog.preferences.path))
        left = {text for text in plain(seen) if text not in folders}
    assert not [text for text in left if not _is_of_the_core(text)]


def test_texts_are_given_as_they_are_collected() -> None:
    """A text that is put together before it is translated is in no catalogue."""
    wrong = [
        f"{path.name}: {ast.unparse(call)}"
        for path in ROOT.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in ("tr", "trn")
        and not all(
            isinstance(text, ast.Constant) for text in call.args[: 1 + (call.func.id == "trn")]
        )
    ]
    assert wrong == ["helps.py: tr(setting.label)"]  # of which all are collected


@pytest.mark.usefixtures("marked")
def test_what_goes_on_is_told_in_the_language() -> None:
    assert doing(LookUpVersion("150"), tr) == "⟦Looking for the release 150⟧"
    assert doing(LookUpVersion("150")) == "Looking for the release 150"


@pytest.mark.parametrize(
    ("languages", "told"),
    [
        (["eo-XX", "en"], "⟦Copy⟧"),
        (["fr", "eo"], "⟦Copy⟧"),
        (["en-GB", "eo"], "Copy"),
        (["fr"], "Copy"),
        ([], "Copy"),
    ],
)
def test_the_first_language_that_there_is_is_spoken(
    pseudo: Path, languages: list[str], told: str
) -> None:
    words.speak(languages, pseudo)
    assert tr("Copy") == told
    words.use(gettext.NullTranslations())


def test_a_language_is_begun_kept_and_checked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert catalogue.main(["de"], tmp_path) == 0
    place = tmp_path / "de" / "LC_MESSAGES" / f"{words.DOMAIN}.po"
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace('msgid "Copy"\nmsgstr ""', 'msgid "Copy"\nmsgstr "Kopieren"'))
    assert catalogue.main([], tmp_path) == 0
    words.speak(["de-AT", "de"], tmp_path)
    assert tr("Copy") == "Kopieren"
    words.use(gettext.NullTranslations())
    text = place.read_text(encoding="utf-8")
    wrong = 'msgid "{size} freed."\nmsgstr "{groesse} frei."'
    place.write_text(text.replace('msgid "{size} freed."\nmsgstr ""', wrong))
    capsys.readouterr()
    assert catalogue.main([], tmp_path) == 1
    assert "de: '{groesse} frei.' has to have ['size'] in braces" in capsys.readouterr().out


def test_the_languages_that_are_shipped_would_not_fail() -> None:
    for place in words.FOLDER.glob("*/LC_MESSAGES/*.po"):
        with place.open("rb") as file:
            faults = [catalogue.faults_of(message) for message in read_po(file) if message.id]
        assert not any(faults)
        assert place.with_suffix(".mo").exists()
