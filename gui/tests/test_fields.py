"""Fields made of the settings table."""

import pytest

from mozregression.settings.table import BY_NAME, SETTINGS
from mozregui.models.fields import Field, Form


def test_every_setting_can_be_a_field() -> None:
    form = Form(SETTINGS, {})
    assert not form.wrong
    assert form.values == {setting.name: setting.default for setting in SETTINGS}


def test_a_wrong_value_is_told_and_the_right_one_kept() -> None:
    field = Field(BY_NAME["http_timeout"], 60.0)
    field.content = "soon"
    assert "'soon' is not a number of seconds" in field.error
    assert field.value == 60.0
    field.content = "5"
    assert (field.error, field.value) == ("", 5.0)


def test_an_empty_field_means_the_default() -> None:
    field = Field(BY_NAME["persist_size_limit"], 3.0)
    assert field.text == "3"
    field.content = " "
    assert field.value == BY_NAME["persist_size_limit"].default


def test_a_choice_that_is_no_longer_offered_becomes_the_first() -> None:
    field = Field(BY_NAME["build_type"], "shippable")
    told: list[str] = []
    field.changed.connect(lambda: told.append(field.text))
    field.offer(["opt"])
    assert field.text in field.choices
    assert field.text != "shippable"
    assert told


def test_lists_leave_empty_items_out() -> None:
    field = Field(BY_NAME["prefs"], ())
    field.content = ("a.b:true", "  ", "c:1")
    assert field.value == ("a.b:true", "c:1")


def test_a_hidden_field_is_never_in_the_way() -> None:
    form = Form([BY_NAME["http_timeout"]], {})
    form["http_timeout"].content = "x"
    assert form.wrong
    form["http_timeout"].visible = False
    assert not form.wrong


@pytest.mark.parametrize("content", [True, False])
def test_flags_are_yes_or_no(content: bool) -> None:
    field = Field(BY_NAME["background_dl"], True)
    field.content = content
    assert field.value is content
