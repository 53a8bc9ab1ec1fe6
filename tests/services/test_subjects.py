"""What pushes are about."""

import pytest

from mozregression.services.subjects import Change, subjects_of


def change(push: int, *files: str, message: str = "Bug 1 - x", node: str = "") -> Change:
    return Change(push, node or f"{push:040x}", message, files)


def test_a_folder_stands_for_all_below_it_and_a_file_for_itself() -> None:
    changes = [
        change(1, "dom/media/a.cpp"),
        change(2, "dom/mediafoo.cpp"),
        change(3, "a.txt", "js/src/b.cpp"),
        change(3, "dom/x.cpp"),
    ]
    assert subjects_of(changes, ["dom/media/"]).matching == (1,)
    assert subjects_of(changes, ["/js/src/b.cpp", "dom/media"]).matching == (1, 3)
    assert subjects_of(changes, ["nothing"]).matching == ()


def test_backouts_and_what_they_back_out_are_known() -> None:
    gone, other = "ab" * 20, "cd" * 20
    changes = [
        change(1, "a.cpp", node=gone),
        change(2, "b.cpp", node=other),
        change(3, "a.cpp", message=f"Backed out changeset {gone[:12]} (bug 1) for failures"),
        change(4, "c.cpp", message='Revert "Bug 2 - y" because'),
        change(5, "d.cpp", message="Bug 3 - do not go back out"),
    ]
    assert subjects_of(changes, []).backed_out == (1, 3, 4)


@pytest.mark.parametrize(
    ("files", "no_code"),
    [
        (["dom/tests/mochitest/a.html", "testing/web-platform/meta/b.ini"], True),
        (["docs/index.rst", "README.md"], True),
        (["taskcluster/kinds/test.yml"], True),
        (["dom/base/Element.cpp", "dom/tests/a.html"], False),
        (["dom/contested/a.cpp"], False),
        ([], False),  # a merge
    ],
)
def test_pushes_that_bring_nothing_into_builds(files: list[str], *, no_code: bool) -> None:
    found = subjects_of([change(7, *files)], [])
    assert found.no_code == ((7,) if no_code else ())
