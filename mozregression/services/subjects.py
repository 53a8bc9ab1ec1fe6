"""What pushes are about: the files they change, and whether they were backed out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# How the sheriffs' tool and hg itself begin the message of a backout.
_BACKOUT = re.compile(r"(back(ed|ing|s)?[\s-]?out|revert(ed|s|ing)?)\b", re.IGNORECASE)
_NODE = re.compile(r"\b[0-9a-f]{12,40}\b")

# Files that get into no build: tests, documents, what the automation runs.
_NO_CODE = re.compile(
    r"""
    (?: .*/ )? (?: tests? | testing | docs? | \.github ) /
    | taskcluster/ | tools/(?:lint|tryselect|vcs)/
    | .*\. (?: md | rst | txt ) $
    | (?: .*/ )? (?: moz\.yaml | CODEOWNERS | \.[^/]*ignore ) $
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Change:
    """One changeset. push: the id of its push. files: paths that it changes."""

    push: int
    node: str
    message: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subjects:
    """Ids of pushes, rising: those that change a suspect, were or are backouts, hold no code."""

    matching: tuple[int, ...]
    backed_out: tuple[int, ...]
    no_code: tuple[int, ...]


def subjects_of(changes: Sequence[Change], suspects: Iterable[str]) -> Subjects:
    """suspects: paths; a folder stands for all below it."""
    paths = [suspect.strip("/") for suspect in suspects]
    matching = {
        change.push
        for change in changes
        if any(_is_below(file, path) for file in change.files for path in paths)
    }
    backouts = [change for change in changes if _BACKOUT.match(change.message)]
    named = {node for change in backouts for node in _NODE.findall(change.message)}
    gone = {change.push for change in backouts} | {
        change.push
        for change in changes
        if any(change.node[:length] in named for length in range(12, 41))
    }
    code = {change.push for change in changes if _has_code(change)}
    no_code = {change.push for change in changes} - code
    return Subjects(*(tuple(sorted(ids)) for ids in (matching, gone, no_code)))


def _is_below(file: str, path: str) -> bool:
    return file == path or file.startswith(f"{path}/")


def _has_code(change: Change) -> bool:
    """Whether it changes something that gets into a build; a merge does not say what."""
    return not change.files or not all(map(_NO_CODE.match, change.files))
