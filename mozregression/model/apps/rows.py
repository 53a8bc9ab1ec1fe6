"""Reading rows of a TOML table so that all mistakes are told at once."""

import string
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime, timezone
from typing import Any, TypeVar

from mozregression.model.apps.values import Era, Eras, moment_of

T = TypeVar("T")


class TableError(ValueError):
    """The table has mistakes. problems: one line for each, with its row and what is allowed."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        count = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        super().__init__("\n  ".join([f"The table of apps has {count}:", *problems]))


class Row:
    """One table of the file. where: its name in messages. Wrong values are noted in `problems`
    and replaced by harmless ones, so that reading goes on to the next mistake.
    """

    def __init__(self, where: str, value: Any, problems: list[str]) -> None:
        self._where = where
        self._problems = problems
        self._known: list[str] = []
        self._fields: Mapping[str, Any] = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            problems.append(f"{where}: {value!r} is not a table")

    def has(self, key: str) -> bool:
        return self._note(key) in self._fields

    @property
    def keys(self) -> list[str]:
        """All keys, for tables whose keys are names."""
        self._known.extend(self._fields)
        return list(self._fields)

    def wrong(self, key: str, what: str) -> None:
        self._problems.append(f"{self._where}, {key}: {what}")

    def text(self, key: str, default: str | None = None, *, fields: Collection[str] = ()) -> str:
        """fields: placeholders that the text may have."""
        return self._checked(key, self._get(key, default), fields)

    def flag(self, key: str, *, default: bool) -> bool:
        value = self._get(key, default)
        if not isinstance(value, bool):
            self.wrong(key, f"{value!r} is neither true nor false")
        return bool(value)

    def one_of(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        return self._member(key, self.text(key, default), allowed) or next(iter(allowed), "")

    def texts(
        self,
        key: str,
        default: tuple[str, ...] | None = None,
        *,
        allowed: Collection[str] | None = None,
        fields: Collection[str] = (),
    ) -> tuple[str, ...]:
        """A list of texts, of `allowed` ones if given."""
        return self._list(key, self._get(key, default), allowed, fields)

    def day(self, key: str, default: date | None = None) -> date:
        value = self._get(key, default)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if value is not None:
            self.wrong(key, f"{value!r} is not a day such as 2026-05-01")
        return date.min

    def until(self, key: str = "until") -> datetime | None:
        """A moment; None where nothing ended."""
        return self._moment(key, self._fields[key]) if self._note(key) in self._fields else None

    def eras_of_text(self, key: str, *, fields: Collection[str] = ()) -> Eras[str]:
        return self._eras(key, lambda value: self._checked(key, value, fields), None)

    def eras_of_texts(
        self, key: str, default: tuple[str, ...] | None = None
    ) -> Eras[tuple[str, ...]]:
        return self._eras(key, lambda value: self._list(key, value, None, ()), default)

    def row(self, key: str, default: dict[str, Any] | None = None) -> "Row":
        value = self._get(key, default)
        return Row(f"{self._where} {key}", {} if value is None else value, self._problems)

    def rows(self, key: str) -> Iterator["Row"]:
        """A list of tables."""
        value = self._get(key, [])
        if not isinstance(value, list):
            self.wrong(key, f"{value!r} is not a list of tables")
            return
        for number, each in enumerate(value, 1):
            yield Row(f"{key} {number}", each, self._problems)

    def end(self) -> None:
        """All keys have been asked for: what is left is a mistake."""
        for key in self._fields:
            if key not in self._known:
                self.wrong(key, f"is not known here{_allowed(key, self._known)}")

    def _note(self, key: str) -> str:
        self._known.append(key)
        return key

    def _get(self, key: str, default: Any) -> Any:
        value = self._fields.get(self._note(key), default)
        if value is None:
            self.wrong(key, "is missing")
        return value

    def _checked(self, key: str, value: Any, fields: Collection[str]) -> str:
        if not isinstance(value, str):
            if value is not None:
                self.wrong(key, f"{value!r} is not a text")
            return ""
        try:
            used = [name for _, name, _, _ in string.Formatter().parse(value) if name is not None]
        except ValueError as error:
            self.wrong(key, f"{value!r} cannot be filled in: {error}")
            return ""
        for name in used:
            if name not in fields:
                self.wrong(
                    key, f"{{{name}}} in {value!r} cannot be filled in{_allowed(name, fields)}"
                )
        return value

    def _list(
        self, key: str, value: Any, allowed: Collection[str] | None, fields: Collection[str]
    ) -> tuple[str, ...]:
        if not isinstance(value, list | tuple):
            if value is not None:
                self.wrong(key, f"{value!r} is not a list of texts")
            return ()
        texts = tuple(self._checked(key, each, fields) for each in value)
        if allowed is None:
            return texts
        return tuple(text for text in texts if self._member(key, text, allowed))

    def _member(self, key: str, value: str, allowed: Collection[str]) -> str:
        if value in allowed:
            return value
        self.wrong(key, f"{value!r} is not known{_allowed(value, allowed)}")
        return ""

    def _moment(self, key: str, value: Any) -> datetime | None:
        if not isinstance(value, date) or (isinstance(value, datetime) and value.tzinfo is None):
            self.wrong(key, f"{value!r} is neither a day nor a moment in UTC")
            return None
        return moment_of(value).astimezone(timezone.utc)

    def _eras(self, key: str, read: Callable[[Any], T], default: Any) -> Eras[T]:
        value = self._get(key, default)
        if not (isinstance(value, list) and value and all(isinstance(e, dict) for e in value)):
            return Eras.always(read(value))
        eras = []
        for number, each in enumerate(value, 1):
            row = Row(f"{self._where}, {key}, era {number}", each, self._problems)
            eras.append(Era(row.until(), read(row._get("is", None))))
            row.end()
        ends = [era.until for era in eras[:-1]]
        if None in ends or eras[-1].until is not None or ends != sorted(set(filter(None, ends))):
            self.wrong(key, "eras go from old to new: all but the last have an `until`, each later")
            return Eras.always(eras[-1].value)
        return Eras(tuple(eras))


def _allowed(name: str, allowed: Collection[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, list(allowed), 1)
    known = ", ".join(dict.fromkeys(allowed)) or "nothing"
    return f"; did you mean {near[0]}?" if near else f"; known: {known}"
