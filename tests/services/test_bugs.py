import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.services.bugs import bug_numbers


@pytest.mark.parametrize(
    ("summary", "numbers"),
    [
        ("Bug 1965907 - Simplify layout. r=somebody", (1965907,)),
        ("bug 1, bug 2: both", (1, 2)),
        ("Backed out 3 changesets (bug 1310885) for 12 failures", (1310885,)),
        (
            "Backed out changesets 69be1a2ffd39 and f9abb9c83452 (bugs 912244, 912245)",
            (912244, 912245),
        ),
        ("Bugs 12, 13, and 14 - three at once", (12, 13, 14)),
        ("Bugs #12 & #13", (12, 13)),
        ('Revert "Bug 1965907 - Part 2" (Bug 1965907) for bustage', (1965907,)),
        ("Bug1965907 and BUG #7", (1965907, 7)),
        ("Bug 12, 13 tests added", (12,)),
        ("No bug - update pinned lists", ()),
        ("Merge autoland to mozilla-central", ()),
        ("debug 12 builds, a bug in 3 tests", ()),
        ("bug 123456789012345678901234567890", ()),
        ("", ()),
    ],
)
def test_bugs_of_real_and_odd_summaries(summary: str, numbers: tuple[int, ...]) -> None:
    assert bug_numbers(summary) == numbers


_numbers = st.lists(st.integers(1, 99_999_999), min_size=1, unique=True)


@given(_numbers, st.sampled_from([", ", " and ", " (", "; ", " - "]))
def test_each_bug_named_alone_is_found(numbers: list[int], between: str) -> None:
    assert bug_numbers(between.join(f"Bug {number}" for number in numbers)) == tuple(numbers)


@given(_numbers, st.sampled_from([", ", " and ", ", and ", " & ", ","]))
def test_each_bug_of_a_plural_is_found(numbers: list[int], between: str) -> None:
    summary = f"Backed out (bugs {between.join(map(str, numbers))}) for failures"
    assert bug_numbers(summary) == tuple(numbers)


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert len(set(bug_numbers(text))) == len(bug_numbers(text))
