import bz2
import io
import lzma
import subprocess
import tarfile
import time
import zipfile
from pathlib import Path

import pytest

from mozregression.model.builds import Candidate, Nightly
from mozregression.sandbox import World, WorldSpec, blobs
from mozregression.sandbox.archives import Builds, make_tar
from mozregression.sandbox.contents import contents_of
from mozregression.sandbox.world import Compression, Condition


def unpacked(data: bytes, folder: Path) -> Path:
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        if hasattr(tarfile, "data_filter"):
            archive.extractall(folder, filter="data")
        else:  # Python before 3.11.4; the archive is of our own making
            archive.extractall(folder)  # noqa: S202
    return folder / "firefox" / "firefox"


def of_verdict(world: World, *, bad: bool) -> Nightly:
    return next(nightly for nightly in world.nightlies if world.is_bad(nightly) == bad)


@pytest.mark.parametrize(("compression", "opener"), [("xz", lzma.open), ("bz2", bz2.open)])
@pytest.mark.parametrize("size", [1, 50_000, 300_000])
def test_archives_can_be_streamed_and_have_the_wanted_size(
    world: World, compression: Compression, opener: object, size: int
) -> None:
    archive = make_tar(contents_of(world, world.nightlies[0]), compression, size)
    assert abs(archive.size - size) < 2_000
    assert callable(opener)
    with (
        opener(io.BytesIO(blobs.read(archive))) as stream,
        tarfile.open(fileobj=stream, mode="r|") as members,
    ):
        names = {member.name: member for member in members}
    assert names["firefox/firefox"].mode & 0o111
    assert names["firefox/omni.ja"].size == pytest.approx(size, rel=0.02, abs=2_000)


def test_the_ini_files_tell_where_a_build_comes_from(world: World, tmp_path: Path) -> None:
    nightly = world.nightlies[4]
    binary = unpacked(blobs.read(Builds(world).tar(nightly)), tmp_path)
    text = (binary.parent / "application.ini").read_text()
    assert text.startswith("[App]\nVendor=Mozilla\nName=Firefox\n")
    assert f"\nBuildID={nightly.stamp}\n" in text
    assert "\nSourceRepository=https://hg.mozilla.org/mozilla-central\n" in text
    assert f"\nSourceStamp={world.source(nightly).tip}\n" in text
    platform = (binary.parent / "platform.ini").read_text()
    assert platform.startswith(f"[Build]\nBuildID={nightly.stamp}\nMilestone=")


@pytest.mark.parametrize("bad", [False, True])
def test_a_check_tells_good_from_bad(world: World, tmp_path: Path, bad: bool) -> None:
    binary = unpacked(blobs.read(Builds(world).tar(of_verdict(world, bad=bad))), tmp_path)
    assert subprocess.run([binary, "--check"], check=False).returncode == int(bad)
    version = subprocess.run([binary, "--version"], check=True, capture_output=True, text=True)
    assert version.stdout.startswith("Mozilla Firefox 1")


def test_started_as_a_browser_it_runs_until_ended(world: World, tmp_path: Path) -> None:
    binary = unpacked(blobs.read(Builds(world).tar(world.nightlies[0])), tmp_path)
    profile = tmp_path / "profile"
    profile.mkdir()
    with subprocess.Popen([binary, "-profile", profile, "https://example.test"]) as browser:
        deadline = time.monotonic() + 30
        while not (profile / "launched").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert browser.poll() is None
        browser.terminate()
    assert (profile / "launched").exists()


def test_an_intermittent_bug_is_missed_now_and_then(tmp_path: Path) -> None:
    world = World(WorldSpec(days=5, miss_rate=0.5))
    bad = unpacked(blobs.read(Builds(world).tar(of_verdict(world, bad=True))), tmp_path / "bad")
    good = unpacked(blobs.read(Builds(world).tar(of_verdict(world, bad=False))), tmp_path / "good")
    codes = {subprocess.run([bad, "--check"], check=False).returncode for _ in range(60)}
    assert codes == {0, 1}
    assert {subprocess.run([good, "--check"], check=False).returncode for _ in range(5)} == {0}


@pytest.fixture(scope="module")
def broken() -> World:
    return World(WorldSpec(days=30, broken_rate=1))


def in_condition(world: World, condition: Condition) -> Candidate:
    return next(each for each in world.nightlies if world.condition(each) is condition)


@pytest.mark.parametrize("condition", [Condition.TRUNCATED, Condition.CORRUPT])
def test_broken_archives_stay_broken(broken: World, tmp_path: Path, condition: Condition) -> None:
    nightly = in_condition(broken, condition)
    data = blobs.read(Builds(broken).tar(nightly))
    assert data == blobs.read(Builds(broken).tar(nightly))
    with pytest.raises((EOFError, lzma.LZMAError, tarfile.ReadError)):
        unpacked(data, tmp_path)


def test_an_archive_may_lack_the_binary(broken: World, tmp_path: Path) -> None:
    nightly = in_condition(broken, Condition.NO_BINARY)
    binary = unpacked(blobs.read(Builds(broken).tar(nightly)), tmp_path)
    assert not binary.exists()
    assert (binary.parent / "application.ini").exists()


def test_windows_builds_are_zip_files(world: World) -> None:
    data = blobs.read(Builds(world).zip(world.nightlies[0]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert "firefox/firefox.exe" in archive.namelist()


class TwoBrought:
    """Brings bytes for one nightly and a file for another."""

    def __init__(self, one: Nightly, other: Nightly, path: Path) -> None:
        self._brought: dict[str, bytes | Path] = {one.key: b"bytes", other.key: path}

    def archive(self, candidate: Candidate) -> bytes | Path | None:
        return self._brought.get(candidate.key)


def test_archives_can_be_brought_along(world: World, tmp_path: Path) -> None:
    path = tmp_path / "real.tar.xz"
    path.write_bytes(b"x" * 200_000 + b"end")
    one, other, third = world.nightlies[:3]
    builds = Builds(world, TwoBrought(one, other, path))
    assert blobs.read(builds.tar(one)) == b"bytes"
    assert blobs.read(builds.tar(other)) == path.read_bytes()
    assert builds.tar(third).size > 40_000
