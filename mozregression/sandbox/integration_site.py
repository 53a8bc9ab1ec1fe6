"""Builds of single autoland pushes that the archive keeps."""

import re
from collections.abc import Callable
from datetime import datetime, timezone
from functools import lru_cache

from mozregression.model.apps import AUTOLAND
from mozregression.model.builds import Push
from mozregression.sandbox.contents import EXAMPLE
from mozregression.sandbox.history import midnight
from mozregression.sandbox.listings import Folder, Maker, decoy
from mozregression.sandbox.packages import Packages
from mozregression.sandbox.world import World

FIRST_DAYS = 21


class IntegrationSite:
    """Folders under root, by path. build: what is in the folder of one push."""

    def __init__(self, world: World, root: str, build: Callable[[Push], dict[str, Maker]]) -> None:
        self.world = world
        self._root = root
        self._build = build
        self._days = lru_cache(maxsize=8)(self._pushes_of)

    def folder(self, path: str) -> Folder | None:
        parts = path.removeprefix(self._root).split("/")[:-1]
        if len(parts) < 3:
            inside = {
                day[len(parts)] + "/" for day in self._dates() if list(day[: len(parts)]) == parts
            }
            return Folder(tuple(sorted(inside)))
        if not re.fullmatch(r"\d{4}/\d{2}/\d{2}", "/".join(parts[:3])):
            return None
        pushes = self._days("/".join(parts[:3]))
        if len(parts) == 3:
            return Folder(tuple(sorted(node + "/" for node in pushes)))
        push = pushes.get(parts[3]) if len(parts) == 4 else None
        return Folder((), self._build(push), push.time + 3600) if push else None

    def _dates(self) -> set[tuple[str, str, str]]:
        pushes = (push for push in self.world.pushes(AUTOLAND) if self.world.archived(push))
        return {(f"{push.day:%Y}", f"{push.day:%m}", f"{push.day:%d}") for push in pushes}

    def _pushes_of(self, day: str) -> dict[str, Push]:
        """The archived pushes of a day (`2026/05/01`) by their tips."""
        log = self.world.logs[AUTOLAND]
        try:
            begin = midnight(datetime.strptime(day, "%Y/%m/%d").replace(tzinfo=timezone.utc).date())
        except ValueError:
            return {}
        within = (i for i, when in enumerate(log.times) if begin <= when < begin + 86_400)
        pushes = (self.world.push(AUTOLAND, index) for index in within)
        return {push.tip: push for push in pushes if self.world.archived(push)}


class DesktopFiles:
    """What is in the folder of a push of Firefox."""

    def __init__(self, packages: Packages) -> None:
        self._packages = packages

    def __call__(self, push: Push) -> dict[str, Maker]:
        world, packages = self._packages.world, self._packages
        early = (push.day - world.spec.archive_integration_since).days < FIRST_DAYS
        platforms = ["linux64-x86_64" if early else "linux64", "win64"]
        if world.spec.all_apps:
            platforms += ["mac", "win32", *(["linux-i686"] if early else [])]
        makers: dict[str, Maker] = {}
        for platform in platforms:
            stem = f"firefox-{world.version(push.day)}.en-US.{platform}"
            makers |= packages.notes(push, stem, platform) | packages.shell(push, platform)
            makers |= packages.desktop(push, stem, platform)
            makers[f"{stem}.mozinfo.json"] = decoy(f"{stem}.mozinfo.json")
            if platform.startswith("win"):
                makers[f"{stem}.installer.exe"] = decoy(f"{stem}.installer.exe")
        return makers


class ExampleFiles:
    """What is in the folder of a push of GeckoView."""

    def __init__(self, packages: Packages) -> None:
        self._packages = packages

    def __call__(self, push: Push) -> dict[str, Maker]:
        packages, version = self._packages, self._packages.world.version(push.day)
        makers: dict[str, Maker] = {}
        for platform in ("android-arm", "android-aarch64", "android-x86_64"):
            end = f"{version}.en-US.{platform}"
            makers |= packages.apk(push, f"geckoview_example-{end}", EXAMPLE)
            makers |= packages.notes(push, f"geckoview-{end}", platform, EXAMPLE)
            makers[f"geckoview-test_runner-{end}.apk"] = decoy(f"geckoview-test_runner-{end}.apk")
        return makers
