import contextlib
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.model.builds import Checksum, Revision
from mozregression.services.sources import read_checksum, read_sources

NODE = "0123456789abcdef0123456789abcdef01234567"
SHORT = NODE[:12]


@pytest.mark.parametrize(
    ("text", "revision"),
    [
        (
            f"20260501093012\nhttps://hg.mozilla.org/mozilla-central/rev/{NODE}\n",
            Revision("mozilla-central", NODE),
        ),
        (
            f"20131001030204\nhttp://hg.mozilla.org/mozilla-central/rev/{SHORT}\n",
            Revision("mozilla-central", SHORT),
        ),
        (
            f"20260501093012\r\nhttps://hg.mozilla.org/integration/autoland/rev/{NODE}\r\n",
            Revision("autoland", NODE),
        ),
        (f"20110126030333 {SHORT}\n", Revision("trunk", SHORT)),
        (f"2009012603 {SHORT}", Revision("trunk", SHORT)),
        ("buildID=20260501093012\n", None),
        ("20260501093012\n", None),
        ("\n", None),
    ],
)
def test_every_form_of_a_source_file(text: str, revision: Revision | None) -> None:
    assert read_sources(text, "trunk") == ((revision,) if revision else ())


@pytest.mark.parametrize("order", [1, -1])
def test_every_source_of_a_build_is_told(order: int) -> None:
    sources = [("comm-central", NODE), ("mozilla-central", SHORT)][::order]
    lines = [f"https://hg.mozilla.org/{name}/rev/{node}\n" for name, node in sources]
    told = read_sources("".join(["20260501093012\n", *lines]), "comm-central")
    assert told == tuple(Revision(name, node) for name, node in sources)


@pytest.mark.parametrize("text", ["", "<html>busy</html>\n", "20260501093012\nhttps://hg.mozilla"])
def test_what_is_no_source_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="it"):
        read_sources(text, "trunk")


@given(st.integers(0, 200))
def test_half_a_source_file_never_tells_another_revision(length: int) -> None:
    text = f"20260501093012\nhttps://hg.mozilla.org/integration/autoland/rev/{NODE}\n"
    try:
        told = read_sources(text[:length], "trunk")
    except ValueError:
        return
    if not told:
        assert length == text.index("\n") + 1
        return
    (revision,) = told
    assert revision.branch == "autoland"
    assert NODE.startswith(revision.node)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    for read in (read_sources, read_checksum):
        with contextlib.suppress(ValueError):
            read(text, "firefox.tar.xz")


def line(words: list[str], name: str) -> str:
    return " ".join([*words, name]) + "\n"


@given(
    st.permutations(["hash", "algorithm", "size"]),
    st.sampled_from(["sha512", "sha256", "sha1", "md5"]),
    st.sampled_from(["", "2026/05/folder/"]),
    st.integers(0, 10**32),
)
def test_checksums_in_any_order(order: list[str], algorithm: str, folder: str, size: int) -> None:
    digest = hashlib.new(algorithm, b"build").hexdigest()
    words = {"hash": digest, "algorithm": algorithm, "size": str(size)}
    if len(words["size"]) == len(digest):
        return  # decimal digits alone cannot be told from a hash
    name = "firefox-152.0a1.en-US.linux-x86_64.tar.xz"
    other = line(["0" * 128, "sha512", "12"], f"{name}.asc") + line(["1" * 128], f"other-{name}")
    text = other + line([words[each] for each in order], folder + name) + other
    assert read_checksum(text, name) == Checksum(algorithm, digest)


def test_the_strongest_checksum_counts() -> None:
    lines = [
        line([hashlib.new(name, b"x").hexdigest(), name, "1"], "a b.exe")
        for name in ("md5", "sha1", "sha512", "sha256")
    ]
    text = "".join(lines)
    assert read_checksum(text, "a b.exe") == Checksum("sha512", hashlib.sha512(b"x").hexdigest())
    assert read_checksum(text, "b.exe.asc") is None


@pytest.mark.parametrize("text", ["", "<html></html>\n", f"{'0' * 128} sha512 12 a.tar.xz"])
def test_what_is_no_checksums_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="it"):
        read_checksum(text, "a.tar.xz")


@pytest.mark.parametrize("part", ["http://", "http://a", "a/", "rev/", "0123456789ab"])
def test_no_file_takes_long(part: str) -> None:
    assert read_sources("http://" + part * 100_000 + "\n", "trunk") == ()
