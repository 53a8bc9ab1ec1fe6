"""Files that come with a build, and what is written in them."""

import hashlib
import json
import re

from mozregression.model.builds import Candidate, Push
from mozregression.sandbox import blobs
from mozregression.sandbox.archives import Builds
from mozregression.sandbox.blobs import Blob, Late
from mozregression.sandbox.contents import FIREFOX, Product, contents_of
from mozregression.sandbox.world import World

_TEST_SUITES = ("common", "mochitest", "web-platform")


def suffix(world: World, push: Push) -> str:
    return f".tar.{world.compression(push.day)}"


def source_text(world: World, candidate: Candidate) -> str:
    """The .txt: build id and source; one line up to mid-2011, one for each source since."""
    push, contents = world.source(candidate), contents_of(world, candidate)
    if push.moment.year < 2011 or (push.moment.year == 2011 and push.moment.month < 7):
        return f"{contents.build_id} {push.tip[:12]}\n"
    sources = (contents.source, contents.platform)
    return "".join([f"{contents.build_id}\n", *(f"{source.url}\n" for source in sources if source)])


def info_text(world: World, candidate: Candidate) -> str:
    return f"buildID={contents_of(world, candidate).build_id}\n"


def build_json(
    world: World, candidate: Candidate, platform: str, product: Product = FIREFOX
) -> str:
    """The .json, with the keys of real ones."""
    contents = contents_of(world, candidate, product)
    return json.dumps(
        {
            "as": "$(CC)",
            "buildid": contents.build_id,
            "cc": "clang",
            "cxx": "clang++",
            "host": "x86_64-pc-linux-gnu",
            "moz_app_id": product.id,
            "moz_app_maxversion": contents.version.partition("a")[0] + ".*",
            "moz_app_name": product.name,
            "moz_app_vendor": "Mozilla",
            "moz_app_version": contents.version,
            "moz_pkg_platform": platform,
            "moz_source_repo": contents.source.repository,
            "moz_source_stamp": contents.source.node,
            "moz_update_channel": "nightly",
            "target": "x86_64-pc-linux-gnu",
        },
        indent=2,
    )


def checksums(
    world: World, candidate: Candidate, builds: Builds, name: str, product: Product = FIREFOX
) -> Blob:
    """Lines of hash, algorithm, size and name; of the build as it was made, not as it is kept."""
    archive = builds.sound_tar(candidate, product)
    note = source_text(world, candidate).encode()
    txt = re.sub(r"\.tar\.\w+$", ".txt", name)
    ending = f" sha512 {archive.size} {name}\n{hashlib.sha512(note).hexdigest()} "
    ending += f"sha512 {len(note)} {txt}\n"
    size = 2 * hashlib.sha512().digest_size + len(ending)

    def lines() -> bytes:
        return (blobs.digest(archive, "sha512").hex() + ending).encode()

    return Late(size, lines)


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
