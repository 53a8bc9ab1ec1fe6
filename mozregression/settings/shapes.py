"""What a setting is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool | tuple[str, ...] | None


class Kind(Enum):
    """What a value looks like. The value says it to a person.

    FLAG: True or False. LIST: any number of texts. PATH: may begin with `~`.
    """

    TEXT = "any text"
    LIST = "texts, separated by commas"
    PATH = "a path"
    URL = "an http or https URL"
    NUMBER = "a whole number"
    COUNT = "a whole number above 0"
    RATE = "a number from 0 to 1"
    SECONDS = "a number of seconds above 0"
    GIBIBYTES = "a number of GiB, such as 20 or 0.5"
    FLAG = "true or false"


class Group(Enum):
    """Settings that belong together, under the heading they get."""

    RANGE = "range (or one build)"
    BUILDS = "builds"
    TEST = "test (without a command you are asked about each build)"
    CERTAINTY = "certainty (for bugs that hide at times, and tests that err)"
    BROWSER = "browser"
    DOWNLOADS = "downloads"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting.

    name: attribute of the parsed options. options: none for what only the file may hold. label:
    what a form calls it. key: in the config file, None for what belongs to one bisection. A flag's
    option turns its default around, and so does a key that begins with `no-`. several: one option
    may bring more than one value. inert: accepted, and nothing depends on it.
    """

    name: str
    group: Group
    options: tuple[str, ...]
    label: str
    help: str
    kind: Kind = Kind.TEXT
    default: Value = None
    choices: Sequence[str] | Sequence[int] = ()
    metavar: str | None = None
    key: str | None = None
    several: bool = False
    inert: bool = False
