"""Fields of a form, made of the settings table: what stands in them, and what is wrong with it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mozregression.settings.table import Kind, Setting, Value
from mozregression.settings.values import WrongValueError, read
from mozregui.models.helps import choice_named, help_of, label_of
from mozregui.models.notice import Notice


class Field:
    """One setting in a form.

    content: what the widget holds: text, or True and False for a flag, or texts for a list.
    Empty text stands for the default. choices: what can be chosen, with "" for the default where
    there is none that could be named; empty when anything may be typed.
    """

    def __init__(self, setting: Setting, value: Value) -> None:
        self.setting = setting
        self.changed = Notice()
        self.label = label_of(setting)
        self.help = help_of(setting)
        self.visible = True
        self._offered = [str(choice) for choice in setting.choices]
        self._error = ""
        self._value: Value = value
        self._content: str | bool | tuple[str, ...] = _content(setting, value)

    @property
    def name(self) -> str:
        return self.setting.name

    @property
    def kind(self) -> Kind:
        return self.setting.kind

    @property
    def choices(self) -> list[str]:
        named = self.setting.default is not None
        return self._offered if named or not self._offered else ["", *self._offered]

    def offer(self, choices: Iterable[str]) -> None:
        """Allow these only. What is chosen and no longer offered becomes the first."""
        self._offered = list(choices)
        if self._content not in self.choices:
            self._set(self.choices[0] if self.choices else "")
        self.changed()

    def named(self, choice: str) -> str:
        """What a choice is called."""
        return choice_named(self.setting, choice)

    @property
    def content(self) -> str | bool | tuple[str, ...]:
        return self._content

    @content.setter
    def content(self, content: str | bool | Sequence[str]) -> None:
        if content != self._content:
            self._set(content)
            self.changed()

    @property
    def text(self) -> str:
        return self._content if isinstance(self._content, str) else ""

    @property
    def value(self) -> Value:
        """What the setting becomes. The last right one while there is an error."""
        return self._value

    @property
    def error(self) -> str:
        return self._error

    def _set(self, content: str | bool | Sequence[str]) -> None:
        self._content = content if isinstance(content, str | bool) else tuple(content)
        try:
            self._value = _value(self.setting, self._content)
            self._error = ""
        except WrongValueError as error:
            self._error = str(error)


def _content(setting: Setting, value: Value) -> str | bool | tuple[str, ...]:
    if setting.kind is Kind.FLAG:
        return bool(value)
    if setting.kind is Kind.LIST:
        return tuple(value) if isinstance(value, tuple | list) else ()
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def _value(setting: Setting, content: str | bool | tuple[str, ...]) -> Value:
    if isinstance(content, bool):
        return content
    if isinstance(content, tuple):
        return tuple(str(read(setting, item)) for item in content if item.strip())
    return read(setting, content.strip()) if content.strip() else setting.default


class Form:
    """Fields by the names of their settings. changed: told whenever one of them is."""

    def __init__(self, settings: Iterable[Setting], values: Mapping[str, Any]) -> None:
        self.changed = Notice()
        self.fields = {
            setting.name: Field(setting, values.get(setting.name, setting.default))
            for setting in settings
        }
        for field in self.fields.values():
            field.changed.connect(self.changed)

    def __getitem__(self, name: str) -> Field:
        return self.fields[name]

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    @property
    def values(self) -> dict[str, Value]:
        return {name: field.value for name, field in self.fields.items()}

    @property
    def wrong(self) -> list[Field]:
        return [field for field in self.fields.values() if field.visible and field.error]
