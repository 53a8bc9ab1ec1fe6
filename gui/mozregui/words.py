"""Every sentence of the window goes through here, so that it can be translated."""

import gettext
from pathlib import Path

DOMAIN = "mozregui"
_FOLDER = Path(__file__).parent / "locale"

_current: gettext.NullTranslations = gettext.translation(DOMAIN, _FOLDER, fallback=True)


def use(translation: gettext.NullTranslations) -> None:
    """Speak another language from now on. What is on the screen already stays."""
    global _current  # noqa: PLW0603 - a program speaks one language at a time
    _current = translation


def tr(text: str) -> str:
    """The text in the user's language."""
    return _current.gettext(text)


def trn(one: str, many: str, count: int) -> str:
    """The form of a text that fits the count, which it holds as `{count}`."""
    return _current.ngettext(one, many, count).format(count=count)
