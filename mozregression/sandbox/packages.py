"""Files of a build as folders of the archive hold them: packages, shells and notes, by name."""

from datetime import date

from mozregression.model.builds import Candidate
from mozregression.sandbox import blobs, files
from mozregression.sandbox.archives import Builds
from mozregression.sandbox.contents import FIREFOX, Product
from mozregression.sandbox.listings import Maker
from mozregression.sandbox.world import World

ABIS = ("arm64-v8a", "armeabi-v7a", "x86", "x86_64")
LANGUAGES = ("de", "fr", "ja")
FENNEC_UNTIL = date(2019, 7, 8)

_ARM_LINUX_SINCE, _ARM_WINDOWS_SINCE = date(2025, 1, 1), date(2019, 1, 1)
_MAC64, _LONG_WIN64_UNTIL = (date(2010, 7, 1), date(2011, 7, 1)), date(2015, 1, 1)
_ASAN = (date(2018, 1, 1), date(2026, 1, 1))


def desktop_names(day: date) -> list[str]:
    """What nightlies of a day call the platforms."""
    names = ["linux-x86_64", "linux-i686", "win32"]
    names.append("win64-x86_64" if day < _LONG_WIN64_UNTIL else "win64")
    names.append("mac64" if _MAC64[0] <= day < _MAC64[1] else "mac")
    names += ["linux-aarch64"] if day >= _ARM_LINUX_SINCE else []
    return names + (["win64-aarch64"] if day >= _ARM_WINDOWS_SINCE else [])


def asan_names(day: date) -> list[str]:
    asan = _ASAN[0] <= day < _ASAN[1]
    return ["linux-x86_64-asan-reporter", "win64-asan-reporter"] if asan else []


class Packages:
    """Packages of a world's builds."""

    def __init__(self, world: World, builds: Builds) -> None:
        self.world = world
        self.builds = builds

    def desktop(
        self, candidate: Candidate, stem: str, platform: str, product: Product = FIREFOX
    ) -> dict[str, Maker]:
        """The package for one platform. stem: its name without the suffix."""
        builds = self.builds
        if platform.startswith("linux"):
            suffix = files.suffix(self.world, self.world.source(candidate))
            return {stem + suffix: lambda: builds.tar(candidate, product)}
        if platform.startswith("mac"):
            return {f"{stem}.dmg": lambda: builds.dmg(candidate, product)}
        return {f"{stem}.zip": lambda: builds.zip(candidate, product)}

    def translated(
        self, candidate: Candidate, version: str, product: Product = FIREFOX
    ) -> dict[str, Maker]:
        """Packages in every language but English, for all platforms."""
        makers: dict[str, Maker] = {}
        for platform in desktop_names(self.world.source(candidate).day):
            for code in LANGUAGES:
                stem = f"{product.name}-{version}.{code}.{platform}"
                makers |= self.desktop(candidate, stem, platform, product)
        return makers

    def apk(self, candidate: Candidate, stem: str, product: Product) -> dict[str, Maker]:
        return {f"{stem}.apk": lambda: self.builds.apk(candidate, product)}

    def shell(self, candidate: Candidate, platform: str) -> dict[str, Maker]:
        windows = platform.startswith("win")
        name = f"jsshell-{platform}.zip"
        return {name: lambda: self.builds.shell(candidate, windows=windows)}

    def notes(
        self, candidate: Candidate, stem: str, platform: str, product: Product = FIREFOX
    ) -> dict[str, Maker]:
        world = self.world

        def as_json() -> str:
            return files.build_json(world, candidate, platform, product)

        return {
            f"{stem}.txt": lambda: blobs.of(files.source_text(world, candidate)),
            f"{stem}_info.txt": lambda: blobs.of(files.info_text(world, candidate)),
            f"{stem}.json": lambda: blobs.of(as_json()),
        }

    def checksums(
        self, candidate: Candidate, name: str, product: Product = FIREFOX
    ) -> dict[str, Maker]:
        """The list beside a Linux package. name: of the package."""
        world, builds = self.world, self.builds
        stem = name.removesuffix(files.suffix(world, world.source(candidate)))
        maker: Maker = lambda: files.checksums(world, candidate, builds, name, product)  # noqa: E731
        return {f"{stem}.checksums": maker}
