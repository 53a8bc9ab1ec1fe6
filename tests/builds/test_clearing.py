"""Having room back, whatever else is in the folder and whoever uses what."""

from pathlib import Path

from mozregression.builds.clearing import Cleared, clear, taken
from mozregression.builds.store import Ready, Store
from mozregression.services.http import Http
from tests.builds.conftest import HASTE, Shop, tarball
from tests.builds.test_store import child, fetch_and_release, several


def test_what_nobody_uses_goes_and_is_counted(shop: Shop, door: Http, tmp_path: Path) -> None:
    root = tmp_path / "persist"
    root.mkdir()
    (root / "notes.txt").write_text("mine")
    store = Store(root, None, door, patience=HASTE)
    one, two, three = several(shop, 3)
    fetch_and_release(store, one, two)
    held = store.obtain(three)
    assert isinstance(held, Ready)
    before = taken(root)
    cleared = clear(root)
    assert cleared.stays == taken(root) > 0
    assert cleared.freed == before - cleared.stays
    assert (held.folder / "firefox/firefox").exists()
    held.release()
    assert clear(root) == Cleared(cleared.stays, 0)
    assert [path.name for path in root.iterdir() if path.name[0] != "."] == ["notes.txt"]
    (build,) = several(shop, 1)
    fetch_and_release(store, build)  # which goes on working


def test_what_another_process_uses_stays(shop: Shop, tmp_path: Path) -> None:
    root = tmp_path / "cache"
    url = shop.serve("firefox.tar.xz", tarball())
    with child(root, url) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        assert clear(root).freed == 0
        assert list(root.glob("*/unpacked/firefox/libxul.so"))
        other.kill()
        other.wait()
    assert clear(root).stays == 0
    assert not list(root.glob("*/unpacked"))


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    assert taken(tmp_path / "cache") == 0
    assert clear(tmp_path / "cache") == Cleared(0, 0)
    assert not (tmp_path / "cache").exists()
