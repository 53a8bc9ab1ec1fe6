"""Nightlies of Firefox, with all that lies beside them in a month's folder."""

import re
from collections.abc import Iterator
from datetime import date

from mozregression.model.builds import Nightly, Push
from mozregression.sandbox import files
from mozregression.sandbox.listings import Folder, Maker, decoy
from mozregression.sandbox.packages import LANGUAGES, Packages, asan_names, desktop_names
from mozregression.sandbox.world import Condition, World

ROOT = "/pub/firefox/nightly/"
OTHER_BRANCHES = ("oak", "pine", "mozilla-aurora", "mozilla-esr45")


class FirefoxNightlies:
    """Folders under ROOT, by path."""

    def __init__(self, world: World, packages: Packages) -> None:
        self.world = world
        self._packages = packages
        self._nightlies: dict[str, Nightly] = {n.path: n for n in world.nightlies}

    def folder(self, path: str) -> Folder | None:
        rest = path.removeprefix(ROOT)
        if rest == "":
            years = sorted({n.path.split("/")[4] + "/" for n in self.world.nightlies})
            return Folder((*years, "latest-mozilla-central-l10n/", "latest-mozilla-central/"))
        if re.fullmatch(r"\d{4}/", rest):
            months = {n.path.split("/")[5] + "/" for n in self._under(path)}
            return Folder(tuple(sorted(months)))
        if re.fullmatch(r"\d{4}/\d{2}/", rest):
            return Folder(tuple(sorted(self._month(path))))
        latest = self.world.nightlies[-1:]
        path = path.replace("/latest-mozilla-central", latest[0].path[:-1]) if latest else path
        return self._inside_month(path)

    def _inside_month(self, path: str) -> Folder | None:
        if path in self._nightlies:
            return self._nightly(self._nightlies[path])
        if path.endswith("/mar-tools/") and path.removesuffix("mar-tools/") in self._nightlies:
            return Folder((), {name: decoy(name) for name in ("mar", "mbsdiff")})
        original = self._nightlies.get(path.replace("-l10n/", "/"))
        return self._translations(original) if original else self._other_branch(path)

    def _under(self, path: str) -> Iterator[Nightly]:
        return (nightly for nightly in self.world.nightlies if nightly.path.startswith(path))

    def _month(self, path: str) -> Iterator[str]:
        """Folders of a month: every nightly, its translations, and branches nobody asked for."""
        for nightly in self._under(path):
            name = nightly.path.removeprefix(path)
            yield name
            if nightly.day >= date(2015, 10, 19):
                yield name.replace("/", "-l10n/")
            if nightly.day.day % 7 == 3:
                stamp = re.sub(r"-[a-z].*", "", name)
                yield from (f"{stamp}-{branch}/" for branch in OTHER_BRANCHES)
                yield f"{nightly.day}-mozilla-central-debug/"

    def _other_branch(self, path: str) -> Folder | None:
        match = re.fullmatch(r"(/pub/firefox/nightly/\d{4}/\d{2}/)([^/]+/)", path)
        if not match or match[2] not in set(self._month(match[1])):
            return None
        name = "firefox-9.0a2.en-US.linux-x86_64.tar.bz2"
        return Folder((), {name: decoy(name)}, self.world.now)

    def _nightly(self, nightly: Nightly) -> Folder:
        push, version = self.world.source(nightly), self.world.version(nightly.day)
        makers: dict[str, Maker] = {}
        for platform, endings in (
            ("mac", (".dmg", ".pkg")),
            ("win64", (".installer.exe",)),
        ):
            stem = f"firefox-{version}.en-US.{platform}"
            makers |= {stem + ending: decoy(stem + ending) for ending in endings}
            makers |= self._packages.notes(nightly, stem, platform)
        names = ("Firefox Installer.en-US.exe", "mozharness.zip", "jsshell-linux-x86_64.zip")
        makers |= {name: decoy(name) for name in names}
        if self.world.spec.all_apps:
            makers = {name: maker for name, maker in makers.items() if not name.endswith(".dmg")}
        if self.world.condition(nightly) is not Condition.MISSING:
            makers |= self._built(nightly, push, version)
        if self.world.chance("no txt", nightly.key) < self.world.spec.no_txt_rate:
            lost = r"[^o]\.txt$" if self.world.spec.all_apps else r"x86_64\.txt$"
            makers = {k: v for k, v in makers.items() if not re.search(lost, k)}
        return Folder(("mar-tools/",), makers, push.time + 2 * 3600)

    def _built(self, nightly: Nightly, push: Push, version: str) -> dict[str, Maker]:
        makers: dict[str, Maker] = {}
        every = self.world.spec.all_apps
        names = desktop_names(nightly.day) if every else ["linux-x86_64", "win64"]
        for platform in names + (asan_names(nightly.day) if every else []):
            stem = f"firefox-{version}.en-US.{platform}"
            if platform.startswith("linux"):
                makers |= self._beside(nightly, stem, push)
            makers |= self._packages.desktop(nightly, stem, platform)
            makers |= self._packages.notes(nightly, stem, platform)
            if every:
                makers |= self._packages.shell(nightly, platform.removesuffix("-reporter"))
        return makers

    def _beside(self, nightly: Nightly, stem: str, push: Push) -> dict[str, Maker]:
        ending = files.suffix(self.world, push)
        makers = {name: decoy(name) for name in files.linux_decoys(stem, ending)}
        return makers | self._packages.checksums(nightly, stem + ending)

    def _translations(self, nightly: Nightly) -> Folder:
        push, version = self.world.source(nightly), self.world.version(nightly.day)
        ending = files.suffix(self.world, push)
        names = [f"firefox-{version}.{code}.linux-x86_64{ending}" for code in LANGUAGES]
        names.append("Firefox Installer.de.exe")
        makers = {name: decoy(name) for name in names}
        if self.world.spec.all_apps:
            makers |= self._packages.translated(nightly, version)
        return Folder((), makers, push.time + 3 * 3600)
