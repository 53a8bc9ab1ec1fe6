"""Collects the sentences of the window for translators: `python3 dev.py catalogue [LANGUAGE ...]`.

Writes the template `mozregui.pot`, brings the catalogue of every language up to date, begins
those that are named, and compiles what is translated. Translations that would fail are told.
"""

import re
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from mozregression import __version__
from mozregression.faces import wording
from mozregression.settings.table import SETTINGS
from mozregui import words

_KEYWORDS = {"tr": None, "trn": (1, 2)}
_WIDTH = 100
_HEADER: dict[str, Any] = {
    "project": "mozregression",
    "version": __version__,
    "header_comment": "# The window of mozregression. Licence: MPL-2.0",
    "msgid_bugs_address": "https://github.com/mozilla/mozregression/issues",
    "charset": "utf-8",
}
_PLACE = re.compile(r"\{(\w*)\}")


def main(languages: list[str], folder: Path = words.FOLDER) -> int:
    """Returns 1 when a translation has a fault, else 0."""
    folder.mkdir(exist_ok=True)
    collected = template()
    write(collected, folder / f"{words.DOMAIN}.pot")
    there = {file.parents[1].name for file in folder.glob(f"*/LC_MESSAGES/{words.DOMAIN}.po")}
    faults = []
    for language in sorted(there | set(languages)):
        faults += [f"{language}: {fault}" for fault in update(collected, language, folder)]
    print("\n".join(faults) or f"{len(collected)} texts in {folder}")
    return int(bool(faults))


def template() -> Catalog:
    """All texts: those in the code of the window, and what it takes from the core."""
    catalog = Catalog(**_HEADER)
    root = Path(words.__file__).parent
    code = extract_from_dir(root, [("**.py", "python")], keywords=_KEYWORDS, comment_tags=())
    for file, line, text, *_ in code:
        catalog.add(text, locations=[(f"mozregui/{file}", line)])
    for line, text, *_ in extract_from_file("python", wording.__file__, keywords=_KEYWORDS):
        catalog.add(text, locations=[("mozregression/faces/wording.py", line)])
    for setting in SETTINGS:
        catalog.add(setting.label, locations=[("mozregression/settings/table.py", 1)])
    return catalog


def update(collected: Catalog, language: str, folder: Path) -> list[str]:
    """Bring one language up to date and compile it; what is wrong with its translations."""
    place = folder / language / "LC_MESSAGES" / f"{words.DOMAIN}.po"
    place.parent.mkdir(parents=True, exist_ok=True)
    catalog = Catalog(locale=language, **_HEADER)
    if place.exists():
        with place.open("rb") as file:
            catalog = read_po(file, locale=language)
    catalog.update(collected)
    write(catalog, place)
    compiled(catalog, place.with_suffix(".mo"))
    return [fault for message in catalog if message.id for fault in faults_of(message)]


def compiled(catalog: Catalog, place: Path) -> None:
    with place.open("wb") as file:
        write_mo(file, catalog)


def write(catalog: Catalog, place: Path) -> None:
    with place.open("wb") as file:
        write_po(file, catalog, width=_WIDTH, sort_by_file=True, ignore_obsolete=True)


def faults_of(message: Message) -> list[str]:
    """Places in braces that the translation has too many or too few of."""
    wanted = {place for text in _forms(message.id) for place in _PLACE.findall(text)}
    return [
        f"{text!r} has to have {sorted(wanted)} in braces, and nothing else"
        for text in _forms(message.string)
        if text and set(_PLACE.findall(text)) != wanted
    ]


def _forms(text: Any) -> tuple[str, ...]:
    """One, or those that go by a count."""
    return tuple(text) if isinstance(text, tuple | list) else (text,)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
