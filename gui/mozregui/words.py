"""Every sentence of the window goes through here, so that it can be translated.

`gui/catalogue.py` collects the sentences; docs/gui.md says how a language is added.
"""

import gettext
from collections.abc import Iterable
from itertools import takewhile
from pathlib import Path

DOMAIN = "mozregui"
FOLDER = Path(__file__).parent / "locale"

_current = gettext.NullTranslations()


def speak(languages: Iterable[str], folder: Path = FOLDER) -> None:
    """Speak the first of a person's languages that there is a catalogue for, from now on.

    languages: such as `pt-BR`, the best liked first. English is what sentences are written in.
    What is on the screen already stays.
    """
    foreign = takewhile(lambda name: not name.startswith("en"), languages)
    names = [name.replace("-", "_") for name in foreign]
    use(gettext.translation(DOMAIN, folder, names, fallback=True))


def use(translation: gettext.NullTranslations) -> None:
    global _current  # noqa: PLW0603 - a program speaks one language at a time
    _current = translation


def tr(text: str) -> str:
    """The text in the user's language. Give it as it stands in the code, or it is not collected."""
    return _current.gettext(text)


def trn(one: str, many: str, count: int) -> str:
    """The form of a text that fits the count, which it holds as `{count}`."""
    return _current.ngettext(one, many, count).format(count=count)
