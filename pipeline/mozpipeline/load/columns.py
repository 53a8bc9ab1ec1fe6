"""From many JSON objects to the columns of a struct.

Most objects have the same keys in the same order as others. Those are put together as they are,
and become columns all at once.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

Convert = Callable[[Any], Any]
Known = Mapping[str, tuple[str, Convert | None]]
"""By key in an object: the column, and how its cells are made of values."""

MOST_SHAPES = 100
"""Of one reader. Senders choose keys; further objects are brought into one shape, one by one."""


class _Shape:
    """Objects with the same keys: which rows they are, and what they say."""

    def __init__(self, keys: tuple[str, ...], known: Known) -> None:
        self._columns = {
            column: (place, convert)
            for place, key in enumerate(keys)
            for column, convert in (known.get(key, ("", None)),)
            if column
        }
        self._width = len(keys)
        self.complete = all(key in known for key in keys)
        self.rows: list[int] = []
        self.values: list[Any] = []  # of one object after the other

    def take(self) -> dict[str, list[Any]]:
        """Cells by column; nothing is left."""
        found = {}
        for column, (place, convert) in self._columns.items():
            cells = self.values[place :: self._width]
            if convert is not None:
                cells = [None if cell is None else convert(cell) for cell in cells]
            found[column] = cells
        self.rows, self.values = [], []
        return found


class Section:
    """The columns below one struct."""

    def __init__(self, fields: Iterable[pa.Field]) -> None:
        self._fields = list(fields)
        self.shapes: list[_Shape] = []

    @property
    def names(self) -> list[str]:
        return [field.name for field in self._fields]

    def take(self, rows: int) -> pa.StructArray:
        """So many rows of what was read, empty where nothing was; nothing is left."""
        parts: dict[str, list[pa.Array]] = {name: [] for name in self.names}
        order: list[int] = []
        for shape in self.shapes:
            if size := len(shape.rows):
                order += shape.rows
                cells = shape.take()
                for field in self._fields:
                    found = cells.get(field.name)
                    nothing = found is None
                    column = pa.nulls(size, field.type) if nothing else pa.array(found, field.type)
                    parts[field.name].append(column)
        arrays = [_in_order(parts[field.name], order, rows, field.type) for field in self._fields]
        return pa.StructArray.from_arrays(arrays, fields=self._fields)


def _in_order(parts: list[pa.Array], order: list[int], rows: int, kind: pa.DataType) -> pa.Array:
    """One array of `rows` cells. order: the row of each cell of the parts."""
    if not parts:
        return pa.nulls(rows, kind)
    if len(parts) == 1 and len(order) == rows:
        return parts[0]
    places = np.full(rows, -1)
    places[order] = np.arange(len(order))
    return pa.concat_arrays(parts).take(pa.array(places, mask=places < 0))


class Reader:
    """Reads objects into a section, as one version defines them."""

    def __init__(self, section: Section, known: Known) -> None:
        self._section = section
        self._known = known
        self._shapes: dict[tuple[str, ...], _Shape] = {}
        self._any = self._new(tuple(known))

    def read(self, row: int, entries: dict[str, Any]) -> bool:
        """Put what is known into a row, later than all before. Whether that was all."""
        keys = tuple(entries)
        shape = self._shapes.get(keys)
        if shape is None:
            if len(self._shapes) >= MOST_SHAPES:
                self._any.rows.append(row)
                self._any.values += map(entries.get, self._known)
                return entries.keys() <= self._known.keys()
            shape = self._shapes[keys] = self._new(keys)
        shape.rows.append(row)
        shape.values += entries.values()
        return shape.complete

    def rest(self, entries: dict[str, Any], dropped: frozenset[str]) -> dict[str, Any]:
        """What is not known, but for what must not be kept."""
        return {
            key: value
            for key, value in entries.items()
            if key not in self._known and key not in dropped
        }

    def _new(self, keys: tuple[str, ...]) -> _Shape:
        shape = _Shape(keys, self._known)
        self._section.shapes.append(shape)
        return shape
