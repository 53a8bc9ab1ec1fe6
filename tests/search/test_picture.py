"""The picture in the documentation is what the search does."""

from tests.search.picture import PAGE, renewed


def test_the_picture_is_current() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert renewed(page) == page, "run python3 -m tests.search.picture"
