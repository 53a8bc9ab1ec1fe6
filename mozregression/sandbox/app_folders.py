"""Nightlies of all apps but Firefox, and releases: folders that are known by their whole path."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cached_property, partial

from mozregression.model.builds import Nightly, Push
from mozregression.sandbox.branches import BETA, RELEASE
from mozregression.sandbox.contents import FENIX, FENNEC, FOCUS, THUNDERBIRD
from mozregression.sandbox.history import DAY
from mozregression.sandbox.listings import Folder, Maker, decoy
from mozregression.sandbox.packages import ABIS, FENNEC_UNTIL, Packages, desktop_names
from mozregression.sandbox.world import Condition

_FENIX_SINCE = date(2022, 1, 1)
_ZIP_SINCE = date(2010, 3, 18)
_TRANSLATED_SINCE = date(2015, 10, 8)
_API_LEVELS = {
    date(2014, 12, 6): "",
    date(2014, 12, 13): "-api-10",
    date(2016, 1, 29): "-api-11",
    date(2017, 8, 30): "-api-15",
    FENNEC_UNTIL: "-api-16",
}
_VERSION_TAG = re.compile(r"FIREFOX_(\d+_0(?:b\d+|_\d+)?)_RELEASE")
_RELEASE_NAMES = ("linux-x86_64", "linux-i686", "linux-aarch64", "mac", "win32", "win64")

Files = Callable[[], dict[str, Maker]]


class AppFolders:
    """Finds folders by path; those above the ones with files follow from them."""

    def __init__(self, packages: Packages) -> None:
        self._packages = packages
        self._world = packages.world

    def folder(self, path: str) -> Folder | None:
        if path in self._leaves:
            modified, make = self._leaves[path]
            return Folder((), make(), modified)
        inside = {leaf[len(path) :] for leaf in self._leaves if leaf.startswith(path)}
        names = sorted({rest.partition("/")[0] + "/" for rest in inside})
        return Folder(tuple(names)) if names else None

    @cached_property
    def _leaves(self) -> dict[str, tuple[int, Files]]:
        if not self._world.spec.all_apps:
            return {}
        leaves: dict[str, tuple[int, Files]] = {}
        for nightly in self._world.comm_nightlies:
            leaves |= self._dated(nightly, self._thunderbird(nightly))
        for nightly in self._world.nightlies:
            leaves |= self._dated(nightly, self._mobile(nightly))
        return leaves | dict(self._releases())

    def _dated(
        self, nightly: Nightly, folders: Iterator[tuple[str, Files]]
    ) -> dict[str, tuple[int, Files]]:
        modified = self._world.source(nightly).time + 2 * 3600
        built = self._world.condition(nightly) is not Condition.MISSING
        return {path: (modified, make if built else dict) for path, make in folders}

    # Nightlies

    def _thunderbird(self, nightly: Nightly) -> Iterator[tuple[str, Files]]:
        version = self._world.version(nightly.day)

        def english() -> dict[str, Maker]:
            makers: dict[str, Maker] = {}
            for platform in desktop_names(nightly.day):
                stem = f"thunderbird-{version}.en-US.{platform}"
                makers |= self._packages.notes(nightly, stem, platform, THUNDERBIRD)
                if platform.startswith("win"):
                    makers[f"{stem}.installer.exe"] = decoy(f"{stem}.installer.exe")
                if not platform.startswith("win") or nightly.day >= _ZIP_SINCE:
                    makers |= self._packages.desktop(nightly, stem, platform, THUNDERBIRD)
            return makers

        yield nightly.path, english
        if nightly.day >= _TRANSLATED_SINCE:
            path = nightly.path.removesuffix("/") + "-l10n/"
            yield path, partial(self._packages.translated, nightly, version, THUNDERBIRD)

    def _mobile(self, nightly: Nightly) -> Iterator[tuple[str, Files]]:
        month, stamp = nightly.path.split("/")[4:6], nightly.path.split("/")[6]
        stamp = re.sub(r"-[a-z].*", "", stamp)
        version = self._world.version(nightly.day)
        place = f"nightly/{'/'.join(month)}/{stamp}"
        if nightly.day < FENNEC_UNTIL:
            level = next(each for until, each in _API_LEVELS.items() if nightly.day < until)
            path = f"/pub/mobile/{place}-mozilla-central-android"
            yield f"{path}{level}/", partial(self._fennec, nightly, version)
            yield f"{path}-x86/", dict
        if nightly.day >= _FENIX_SINCE:
            for product in (FENIX, FOCUS):
                name = f"{product.name}-{version}"
                path = f"/pub/{product.name}/{place}-{name}-android"
                for abi in ABIS:
                    stem = f"{name}.multi.android-{abi}"
                    yield f"{path}-{abi}/", partial(self._packages.apk, nightly, stem, product)
                universal = f"{name}.multi.android-universal.apk"
                yield f"{path}/", partial(_decoys, universal)

    def _fennec(self, nightly: Nightly, version: str) -> dict[str, Maker]:
        stem = f"fennec-{version}.multi.android-arm"
        notes = self._packages.notes(nightly, stem, "android-arm", FENNEC)
        return notes | self._packages.apk(nightly, stem, FENNEC)

    # Releases

    def _releases(self) -> Iterator[tuple[str, tuple[int, Files]]]:
        for branch in (BETA, RELEASE):
            log = self._world.logs[branch]
            for tag, number in self._world.tags_of(branch).items():
                if match := _VERSION_TAG.fullmatch(tag):
                    push = self._world.push(branch, log.arrival[number])
                    version = match[1].replace("_", ".")
                    for path, make in self._of_version(push, version):
                        yield path, (push.time + DAY, make)

    def _of_version(self, push: Push, version: str) -> Iterator[tuple[str, Files]]:
        names = ["firefox", *(["devedition"] if push.branch == BETA else [])]
        for name in names:
            candidates = f"/pub/{name}/candidates/{version}-candidates/build1"
            for platform in _RELEASE_NAMES:
                make = partial(self._release, push, version, platform)
                yield f"/pub/{name}/releases/{version}/{platform}/en-US/", make
                make = partial(self._candidate, push, version, platform)
                yield f"{candidates}/{platform}/en-US/", make
        for abi in ABIS:
            path = f"/pub/fenix/releases/{version}/android/fenix-{version}-android-{abi}/"
            stem = f"fenix-{version}.multi.android-{abi}"
            yield path, partial(self._packages.apk, push, stem, FENIX)

    def _release(self, push: Push, version: str, platform: str) -> dict[str, Maker]:
        if platform.startswith("win"):
            return _decoys(f"Firefox Setup {version}.exe")
        stem = f"Firefox {version}" if platform == "mac" else f"firefox-{version}"
        return self._packages.desktop(push, stem, platform)

    def _candidate(self, push: Push, version: str, platform: str) -> dict[str, Maker]:
        makers = self._release(push, version, platform)
        makers |= self._packages.notes(push, f"firefox-{version}", platform)
        if platform.startswith("win"):
            makers |= self._packages.desktop(push, f"firefox-{version}", platform)
        return makers


def _decoys(*names: str) -> dict[str, Maker]:
    return {name: decoy(name) for name in names}
