"""Files that come with a build, and what is written in them."""

import hashlib
import json
import re

from mozregression.model.builds import Candidate, Push
from mozregression.sandbox import blobs
from mozregression.sandbox.archives import Builds, contents_of, make_tar
from mozregression.sandbox.blobs import Blob, Late
from mozregression.sandbox.world import World

_TEST_SUITES = ("common", "mochitest", "web-platform")


def suffix(world: World, push: Push) -> str:
    return f".tar.{world.compression(push.day)}"


def source_text(world: World, candidate: Candidate) -> str:
    """The .txt: build id and source; one line up to mid-2011, two since."""
    push, contents = world.source(candidate), contents_of(world, candidate)
    if push.moment.year < 2011 or (push.moment.year == 2011 and push.moment.month < 7):
        return f"{contents.build_id} {push.tip[:12]}\n"
    return f"{contents.build_id}\n{contents.repository}/rev/{push.tip}\n"


def info_text(world: World, candidate: Candidate) -> str:
    return f"buildID={contents_of(world, candidate).build_id}\n"


def build_json(world: World, candidate: Candidate, platform: str) -> str:
    """The .json, with the keys of real ones."""
    contents = contents_of(world, candidate)
    return json.dumps(
        {
            "as": "$(CC)",
            "buildid": contents.build_id,
            "cc": "clang",
            "cxx": "clang++",
            "host": "x86_64-pc-linux-gnu",
            "moz_app_id": "{ec8030f7-c20a-464f-9b0e-13a3a9e97384}",
            "moz_app_maxversion": contents.version.partition("a")[0] + ".*",
            "moz_app_name": "firefox",
            "moz_app_vendor": "Mozilla",
            "moz_app_version": contents.version,
            "moz_pkg_platform": platform,
            "moz_source_repo": contents.repository,
            "moz_source_stamp": contents.node,
            "moz_update_channel": "nightly",
            "target": "x86_64-pc-linux-gnu",
        },
        indent=2,
    )


def checksums(world: World, candidate: Candidate, builds: Builds, name: str) -> Blob:
    """Lines of hash, algorithm, size and name; of the build as it was made, not as it is kept."""
    archive = sound_archive(world, candidate, builds)
    note = source_text(world, candidate).encode()
    txt = re.sub(r"\.tar\.\w+$", ".txt", name)
    ending = f" sha512 {archive.size} {name}\n{hashlib.sha512(note).hexdigest()} "
    ending += f"sha512 {len(note)} {txt}\n"
    size = 2 * hashlib.sha512().digest_size + len(ending)

    def lines() -> bytes:
        return (blobs.digest(archive, "sha512").hex() + ending).encode()

    return Late(size, lines)


def sound_archive(world: World, candidate: Candidate, builds: Builds) -> Blob:
    if builds.brings(candidate):
        return builds.tar(candidate)
    contents = contents_of(world, candidate)
    compression = world.compression(world.source(candidate).day)
    return make_tar(contents, compression, world.spec.build_size)


def filler(name: str) -> Blob:
    """A file nobody reads: other platforms, symbols, tests."""
    return blobs.of(f"{name}: not part of this world\n" * (1 + len(name) % 50))


def linux_decoys(stem: str, archive_suffix: str) -> list[str]:
    """Names of the files beside a Linux build that are easily taken for it."""
    suites = [f"{stem}.{suite}.tests.tar.gz" for suite in _TEST_SUITES]
    endings = (
        f"{archive_suffix}.asc",
        ".complete.mar",
        ".buildhub.json",
        ".mozinfo.json",
        ".crashreporter-symbols.zip",
        ".langpack.xpi",
        ".test_packages.json",
    )
    return suites + [stem + ending for ending in endings]
