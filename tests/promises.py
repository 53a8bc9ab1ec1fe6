"""What is promised to users, one by one, and which tests cover it.

A test says what it covers: @pytest.mark.covers("--lang", "bound: date"). Run this module to see
all promises with their tests.
"""

import sys
from argparse import SUPPRESS
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from mozregression.console.arguments import parser
from mozregression.model.apps import APPS
from mozregression.settings.table import BY_KEY

TESTS = Path(__file__).parent

BOUNDS = (
    "bound: date",
    "bound: today and yesterday",
    "bound: some time ago",
    "bound: build id",
    "bound: build id before 2011",
    "bound: release",
    "bound: dot release",
    "bound: beta",
    "bound: ESR",
    "bound: hg tag",
    "bound: tag of a release branch",
    "bound: hg hash",
    "bound: git hash",
    "bound: digits that mean two things",
    "bound: looked for, when left out",
    "bound: reversed",
    "bound: both in one push",
    "bound: bug number",
    "bound: in the future",
    "bound: malformed",
    "bound: unknown",
    "bound: ambiguous",
)


def promised() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Groups of promises."""
    actions = [action for action in parser()._actions if action.help != SUPPRESS]
    yield "options", tuple((action.option_strings or ["-- PROGRAM"])[-1] for action in actions)
    yield "config keys", tuple(f"{key} =" for key in BY_KEY)
    yield (
        "apps and platforms",
        tuple(f"{app} on {platform}" for app in APPS for platform in APPS[app].platforms),
    )
    yield "bounds", BOUNDS


def covering() -> dict[str, list[str]]:
    """Names of tests by what they say to cover."""
    tests: dict[str, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        module = import_module(".".join(path.relative_to(TESTS.parent).with_suffix("").parts))
        for name, thing in vars(module).items():
            for mark in getattr(thing, "pytestmark", ()) if name.startswith("test_") else ():
                for promise in mark.args if mark.name == "covers" else ():
                    where = path.relative_to(TESTS).as_posix()
                    tests.setdefault(promise, []).append(f"{where}::{name}")
    return tests


def table() -> str:
    """All promises with their tests, as Markdown."""
    tests = covering()
    lines = []
    for group, promises in promised():
        lines += [f"## {group}", "", "| promise | tests |", "| --- | --- |"]
        lines += [f"| `{one}` | {', '.join(tests.get(one, ['none']))} |" for one in promises]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(table())
