import contextlib
import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.builds.members import Gate, Kind, Limits, Member, Placed, Refused

PART = st.sampled_from(
    ["a", "b", "A", "..", ".", "", "...", ".. ", "a.", "C:", "x\\y", "..\\..", "nul\0", "\udcff"]
)
NAME = st.builds(
    lambda start, parts: start + "/".join(parts),
    st.sampled_from(["", "/", "./", "//", "C:/", "\\"]),
    st.lists(PART, max_size=5),
) | st.text(max_size=12)
MEMBER = st.builds(
    Member, NAME, st.sampled_from(Kind), st.integers(0, 5), st.integers(0, 0o7777), NAME
)


class Tree:
    """What a file system would make of admitted members, links followed as it follows them."""

    def __init__(self) -> None:
        self.links: dict[tuple[str, ...], str] = {}

    def resolve(self, parts: tuple[str, ...]) -> tuple[str, ...] | None:
        """Where a path leads, None when it leads out. Raises RecursionError in circles."""
        at: tuple[str, ...] = ()
        for part in parts:
            if part == "..":
                if not at:
                    return None
                at = at[:-1]
                continue
            at = (*at, part)
            if at in self.links:
                link = tuple(bit for bit in self.links[at].split("/") if bit not in ("", "."))
                inner = self.resolve((*at[:-1], *link))
                if inner is None:
                    return None
                at = inner
        return at


@given(st.lists(MEMBER, max_size=12))
def test_whatever_the_names_everything_stays_inside(members: list[Member]) -> None:
    gate, tree = Gate(Limits()), Tree()
    for member in members:
        placed = gate.admit(member)
        if isinstance(placed, Refused):
            continue
        assert tree.resolve(placed.parts[:-1]) == placed.parts[:-1], "written through a link"
        assert not {"..", ".", ""} & set(placed.parts)
        assert not any(set(part) & set("/\\:\0") for part in placed.parts)
        assert placed.mode in (0o755, 0o644)
        tree.links.pop(placed.parts, None)
        if placed.kind is Kind.SYMLINK:
            assert not posixpath.isabs(placed.link)
            tree.links[placed.parts] = placed.link
    for path in tree.links:
        with contextlib.suppress(RecursionError):
            assert tree.resolve(path) is not None, "a link leads out"


@pytest.mark.parametrize(
    "member",
    [
        Member("/etc/passwd", Kind.FILE),
        Member("../up", Kind.FILE),
        Member("a/../../up", Kind.FILE),
        Member("a/..", Kind.FOLDER),
        Member("C:/windows", Kind.FILE),
        Member("C:stream", Kind.FILE),
        Member("..\\up", Kind.FILE),
        Member(".. /up", Kind.FILE),
        Member("", Kind.FILE),
        Member("a", Kind.SYMLINK, link="/etc"),
        Member("a", Kind.SYMLINK, link="../b"),
        Member("a/b", Kind.SYMLINK, link="../../c"),
        Member("a", Kind.SYMLINK, link="b/../c"),
        Member("a", Kind.SYMLINK, link="\\\\host\\share"),
        Member("a", Kind.HARDLINK, link="b"),
        Member("a", Kind.HARDLINK, link="../b"),
        Member("a", Kind.OTHER),
        Member("a", Kind.FILE, size=-1),
    ],
)
def test_refused_on_its_own(member: Member) -> None:
    assert isinstance(Gate(Limits()).admit(member), Refused)


@pytest.mark.parametrize(
    "second",
    [
        Member("link/x", Kind.FILE),
        Member("LINK/x", Kind.FILE),
        Member("link./x", Kind.FILE),
        Member("link", Kind.FOLDER),
        Member("hard", Kind.HARDLINK, link="link"),
    ],
)
def test_nothing_is_written_through_a_link(second: Member) -> None:
    gate = Gate(Limits())
    assert isinstance(gate.admit(Member("link", Kind.SYMLINK, link="elsewhere")), Placed)
    assert isinstance(gate.admit(second), Refused)


def test_a_folder_is_never_replaced_by_a_link() -> None:
    gate = Gate(Limits())
    gate.admit(Member("a/b/file", Kind.FILE))
    assert isinstance(gate.admit(Member("a", Kind.SYMLINK, link="c")), Refused)
    assert isinstance(gate.admit(Member("A/b", Kind.FILE)), Refused)


def test_an_ordinary_archive_is_admitted() -> None:
    gate = Gate(Limits())
    placed = [
        gate.admit(Member("./firefox/", Kind.FOLDER, mode=0o700)),
        gate.admit(Member("firefox/firefox", Kind.FILE, 3, 0o4750)),
        gate.admit(Member("firefox/a.txt", Kind.FILE, 3, 0o600)),
        gate.admit(Member("firefox/firefox-bin", Kind.HARDLINK, link="firefox/firefox")),
        gate.admit(Member("firefox/lib/x.so", Kind.SYMLINK, link="../a.txt")),
        gate.admit(Member("firefox/a.txt", Kind.FILE, 4, 0o600)),
    ]
    assert placed == [
        Placed(("firefox",), Kind.FOLDER, 0, 0o755, "", replaces=False),
        Placed(("firefox", "firefox"), Kind.FILE, 3, 0o755, "", replaces=False),
        Placed(("firefox", "a.txt"), Kind.FILE, 3, 0o644, "", replaces=False),
        Placed(("firefox", "firefox-bin"), Kind.HARDLINK, 0, 0o644, "firefox/firefox", False),
        Placed(("firefox", "lib", "x.so"), Kind.SYMLINK, 0, 0o644, "../a.txt", replaces=False),
        Placed(("firefox", "a.txt"), Kind.FILE, 4, 0o644, "", replaces=True),
    ]


def test_bounds() -> None:
    many = Gate(Limits(members=2))
    assert [type(many.admit(Member(name, Kind.FILE))) for name in "abc"] == [
        Placed,
        Placed,
        Refused,
    ]
    assert isinstance(Gate(Limits(file_size=9)).admit(Member("a", Kind.FILE, 10)), Refused)
    large = Gate(Limits(total_size=9))
    assert isinstance(large.admit(Member("a", Kind.FILE, 5)), Placed)
    assert isinstance(large.admit(Member("b", Kind.FILE, 5)), Refused)


def test_a_refusal_names_the_member() -> None:
    refused = Gate(Limits()).admit(Member("../x", Kind.FILE))
    assert isinstance(refused, Refused)
    assert "'../x'" in refused.reason
