"""Documentation and settings are one."""

import re
from argparse import ArgumentParser
from pathlib import Path

from mozregression.console.arguments import parser
from mozregression.faces.plan import plan
from mozregression.settings.table import BY_KEY, BY_NAME, SETTINGS, Kind
from tests.settings.tables import DOCUMENT, renewed


def test_the_console_document_has_the_tables() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text == renewed(text), "renew it: python3 -m tests.settings.tables"
    assert all(text.count(f"\n| `{key}` | ") == 1 for key in BY_KEY)


def test_every_option_is_in_the_console_document(help_parser: ArgumentParser) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    options = [option for action in help_parser._actions for option in action.option_strings]
    assert not [option for option in options if f"`{option}" not in text and option != "-h"]


def test_help_shows_every_setting(help_parser: ArgumentParser) -> None:
    text = help_parser.format_help()
    assert all(option in text for setting in SETTINGS for option in setting.options)


def test_names_keys_and_options_are_unique() -> None:
    options = [option for setting in SETTINGS for option in setting.options]
    assert len(BY_NAME) == len(SETTINGS)
    assert len(set(options)) == len(options)


def test_defaults_are_allowed() -> None:
    for setting in SETTINGS:
        if setting.choices and setting.default is not None:
            assert setting.default in setting.choices
        if setting.kind is Kind.FLAG:
            assert isinstance(setting.default, bool)
        assert setting.label
        assert setting.help


def test_every_setting_is_obeyed() -> None:
    """Each name is read somewhere, but for those of which the help says that they do nothing."""
    rooms = [Path(each.__code__.co_filename).parent for each in (parser, plan)]
    files = [path for room in rooms for path in room.glob("*.py")]
    code = "".join(path.read_text(encoding="utf-8") for path in files)
    unread = {name for name in BY_NAME if not re.search(rf"options\.{name}\b|\"{name}\"", code)}
    assert unread == {name for name, setting in BY_NAME.items() if setting.inert}
    for name in unread:
        assert re.search("accepted for old habits|sends none", BY_NAME[name].help)
