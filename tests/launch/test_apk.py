"""The name of the app in an Android package."""

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mozregression.launch.apk import package_in, package_of
from tests.launch.apks import apk, manifest


@given(name=st.text(st.characters(codec="utf-8", max_codepoint=0xFFFF)), utf8=st.booleans())
def test_a_manifest_names_its_package(name: str, utf8: bool) -> None:
    assert package_in(manifest(name, utf8=utf8)) == name


@given(cut=st.integers(0), flips=st.lists(st.tuples(st.integers(0), st.integers(0, 255))))
def test_a_damaged_manifest_names_something_or_nothing(
    cut: int, flips: list[tuple[int, int]]
) -> None:
    data = bytearray(manifest("org.mozilla.fenix"))
    for at, value in flips:
        data[at % len(data)] = value
    found = package_in(bytes(data[: cut % (len(data) + 1)]))
    assert found is None or isinstance(found, str)


def test_an_old_apk_says_it_in_a_file_of_its_own(tmp_path: Path) -> None:
    files = {"package-name.txt": "org.mozilla.fennec\nmore\n"}
    assert package_of(apk(tmp_path, files=files) / "app.apk") == "org.mozilla.fennec"


def test_an_apk_without_manifest_says_nothing(tmp_path: Path) -> None:
    assert package_of(apk(tmp_path, None) / "app.apk") is None


def test_no_apk(tmp_path: Path) -> None:
    (tmp_path / "app.apk").write_text("nothing")
    with pytest.raises(zipfile.BadZipFile):
        package_of(tmp_path / "app.apk")
