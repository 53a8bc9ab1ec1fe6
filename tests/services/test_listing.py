import html
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.services.listing import Entry, read_listing

FOLDER = "/pub/firefox/nightly/2025/06/"
URL = f"https://archive.example{FOLDER}"

_ROW = """
			<tr>
				<td>{kind}</td>
				<td><a href="{href}">{name}</a></td>
				<td>{size}</td>
				<td>{date}</td>
			</tr>
"""


def page(folders: list[str], files: dict[str, str], folder: str = FOLDER) -> str:
    """A listing with the tags of the real one; files: size texts by name."""
    parent = folder.rstrip("/").rpartition("/")[0] + "/"
    rows = [_ROW.format(kind="Dir", href=parent, name="..", size="", date="")]
    for name in folders:
        href = html.escape(quote(f"{folder}{name}/"))
        rows.append(_ROW.format(kind="Dir", href=href, name=html.escape(name), size="", date=""))
    for name, size in files.items():
        href = html.escape(quote(folder + name))
        date = "24-Jun-2025 11:32"
        rows.append(
            _ROW.format(kind="File", href=href, name=html.escape(name), size=size, date=date)
        )
    return (
        f"<!DOCTYPE html>\n<html>\n<head><title>Directory Listing: {folder}</title></head>\n"
        f"<body><h1>Index of {folder}</h1>\n<table><tr><th>Type</th></tr>{''.join(rows)}</table>\n"
        "</body>\n</html>\n"
    )


_names = st.text(st.characters(codec="utf-8", exclude_characters="/\x00"), min_size=1).filter(
    lambda name: name not in {".", ".."}
)


@given(st.lists(_names, unique=True), st.dictionaries(_names, st.integers(0, 1023)))
def test_every_name_is_read_back(folders: list[str], files: dict[str, int]) -> None:
    files = {name: size for name, size in files.items() if name not in folders}
    entries = read_listing(page(folders, {name: str(size) for name, size in files.items()}), URL)
    assert [entry.name for entry in entries if entry.is_folder] == folders
    assert {entry.name: entry.size for entry in entries if not entry.is_folder} == files


@pytest.mark.parametrize(
    ("text", "size"), [("0", 0), ("1023", 1023), ("1K", None), ("80M", None), ("", None)]
)
def test_only_exact_sizes_count(text: str, size: int | None) -> None:
    assert read_listing(page([], {"a.zip": text}), URL)[0].size == size


def test_hrefs_of_the_real_lister() -> None:
    rows = (
        f'<a href="{FOLDER}Firefox%20Installer.en-US.exe">Firefox Installer.en-US.exe</a>'
        f'<a href="{FOLDER}a%2Bb.txt">a&#43;b.txt</a><a href="{FOLDER}latest/">latest/</a>'
    )
    entries = read_listing(f"<html>{rows}</html>", URL)
    assert [entry.name for entry in entries] == ["Firefox Installer.en-US.exe", "a+b.txt", "latest"]
    assert entries[2] == Entry("latest", FOLDER + "latest/")


def test_links_out_of_the_folder_are_not_entries() -> None:
    rows = "".join(
        f'<a href="{href}">x</a>'
        for href in ("/pub/other/", "../../", "?sort=size", "#top", FOLDER, f"{FOLDER}a/b.txt", "c")
    )
    assert read_listing(f"<html>{rows}</html>", URL) == (Entry("c", FOLDER + "c"),)


def test_an_empty_folder_is_known_by_its_parent() -> None:
    assert read_listing(page([], {}), URL) == ()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Not Found",
        "{}",
        "<html><a href='https://login.example/'>Log in</a></html>",
        page(["2025-06-24-09-44-15-mozilla-central"], {})[:-200],
    ],
)
def test_what_is_no_whole_listing_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="the page"):
        read_listing(text, URL)


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        entries = read_listing(text + "</html>", URL)
    except ValueError:
        return
    assert all(entry.path.startswith(FOLDER) for entry in entries)


@pytest.mark.parametrize("part", ["<a ", "<a href='", "href=", "<a href='x'>", "<td>"])
def test_no_page_takes_long(part: str) -> None:
    with pytest.raises(ValueError, match="does not list"):
        read_listing("<a " + part * 300_000 + "</html>", URL)
