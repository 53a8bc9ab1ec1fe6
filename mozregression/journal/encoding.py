"""Values of the model to JSON text and back.

Members of a union carry their class name under `type`; enums are written by name, as their
values are sentences that may be reworded; dates are ISO 8601.
"""

import json
from enum import Enum
from typing import Any

from cattrs.preconf.json import make_converter
from cattrs.strategies import configure_tagged_union

from mozregression.model.bounds import Bound
from mozregression.model.builds import Candidate
from mozregression.model.facts import Fact

TAG = "type"


class DecodingError(ValueError):
    """The text is not JSON, or not what the wanted type looks like."""


# Plain instead of detailed validation: one fault is enough to tell that a text is not ours.
_converter = make_converter(detailed_validation=False)
_converter.register_unstructure_hook(Enum, lambda member: member.name)
_converter.register_structure_hook(Enum, lambda name, kind: kind[name])
for _union in (Bound, Candidate, Fact):
    configure_tagged_union(_union, _converter, tag_name=TAG)


def to_json(value: object, kind: Any) -> str:
    """One line of ASCII. kind: the declared type of value, which may be a union (`Fact`)."""
    return json.dumps(_converter.unstructure(value, unstructure_as=kind), separators=(",", ":"))


def from_json(text: str, kind: Any) -> Any:
    """The value of type `kind` that to_json wrote. Raises DecodingError."""
    try:
        return _converter.structure(json.loads(text), kind)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        start = text if len(text) <= 80 else f"{text[:80]}..."
        raise DecodingError(f"{start!r} cannot be read: {error!r}") from error
