"""Bug numbers in the summary of a landing."""

import re

_NUMBER = r"#?\d{1,8}(?!\d)"
_AND = r"\s*(?:,\s*(?:and\s+)?|\band\s+|&\s*)"
# "Bug 12", "bug #12", and after a plural all of "bugs 12, 13 and 14".
_BUGS = re.compile(rf"\bbugs\s+{_NUMBER}(?:{_AND}{_NUMBER})*|\bbug\s*{_NUMBER}", re.IGNORECASE)


def bug_numbers(summary: str) -> tuple[int, ...]:
    """The bugs that a summary names, each once, in its order; backouts name theirs too."""
    found = (number for bugs in _BUGS.findall(summary) for number in re.findall(r"\d+", bugs))
    return tuple(dict.fromkeys(int(number) for number in found))
