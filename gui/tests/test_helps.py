"""The words of a window are not those of a command line."""

import pytest

from mozregression.settings.table import SETTINGS, Kind, Setting
from mozregui.models.helps import choice_named, help_of, label_of, without_options
from mozregui.models.own_settings import BUILD, SHOWS, STARTS_WITH

SHOWN = [one for one in (*SETTINGS, BUILD, SHOWS, STARTS_WITH) if not one.inert]


@pytest.mark.parametrize("setting", SHOWN, ids=lambda setting: setting.name)
def test_nothing_speaks_of_options(setting: Setting) -> None:
    told = [label_of(setting), help_of(setting)]
    if setting.name not in ("app", "build_type"):  # whose choices are names
        told += [choice_named(setting, str(choice)) for choice in setting.choices]
    for text in told:
        assert "--" not in text.replace("--headless", "")
        assert "stdout" not in text
        assert "default" not in text


@pytest.mark.parametrize("setting", SHOWN, ids=lambda setting: setting.name)
def test_every_field_that_is_typed_says_what_it_is_for(setting: Setting) -> None:
    typed = setting.kind is not Kind.FLAG and not setting.choices and setting.options
    if typed and setting.name not in ("good", "bad", "launch"):  # these say it as they are typed
        assert help_of(setting).endswith((".", "…", "address.", ":0"))


def test_complaints_of_the_core_name_fields() -> None:
    told = without_options("Name one with --profile, or leave --lang out; --unheard-of stays.")
    assert told == (
        "Name one with “Folder of a profile”, or leave “Language” out; --unheard-of stays."
    )
