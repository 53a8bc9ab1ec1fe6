"""From an entry that lacks something to one with an unpacked build."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mozregression.builds.door import Door
from mozregression.builds.download import ChecksumOf, Downloaded, Hooks, Patience, download
from mozregression.builds.entries import Entry
from mozregression.builds.growing import GrowingFile, Growth, StartedOver, Stopped
from mozregression.builds.progress import Reporter, State
from mozregression.builds.shelf import Shelf
from mozregression.builds.unpack import Broken, Unpacked, can_unpack, unpack
from mozregression.builds.whole import must_be_whole, unpack_whole
from mozregression.model.builds import Build, Missing, MissingReason

_UNPACKED_RATIO = 4  # an unpacked build is at most about so many times its archive
_ROUNDS = 2  # downloads of an archive without a checksum that turns out corrupt


@dataclass(frozen=True, slots=True)
class Supply:
    """Where bytes come from, and how patiently they are asked for."""

    door: Door
    checksum_of: ChecksumOf | None
    patience: Patience | None


@dataclass(frozen=True, slots=True)
class Filling:
    """Gets an unpacked build into an entry that nobody else touches meanwhile."""

    entry: Entry
    build: Build
    supply: Supply
    shelf: Shelf
    report: Reporter
    cancelled: threading.Event

    def run(self) -> bool | Missing:
        """Whether the cache was enough, or why there is no such build."""
        if not can_unpack(self.build.file_name) and not must_be_whole(self.build.file_name):
            return self._broken("no kind of archive that mozregression can unpack")
        if self.entry.has_unpacked():
            return True
        self.entry.remove_unpacked()
        try:
            if self.entry.has_archive() and self._unpack_archive():
                return True
            self.entry.remove_archive()
            return self._fetch() or False
        finally:
            self.entry.remove_fresh_folder()

    def _unpack_archive(self) -> bool:
        """Whether the archive that is kept could be used."""
        size = self.entry.archive.stat().st_size
        self.report.found(size)
        self.shelf.make_room(self.entry, size * _UNPACKED_RATIO)
        folder = self.entry.fresh_folder()
        if must_be_whole(self.build.file_name):
            unpacked = self._unpack_whole(self.entry.archive, folder)
        else:
            stream = self.entry.archive.open("rb", buffering=0)
            unpacked = unpack(stream, self.build.file_name, folder, cancelled=self.cancelled)
        if isinstance(unpacked, Broken):
            return False
        self.entry.keep_unpacked(unpacked.files)
        return True

    def _fetch(self) -> Missing | None:
        reason = ""
        for _ in range(_ROUNDS):
            downloaded, unpacked = self._download_and_unpack()
            if isinstance(downloaded, Missing):
                self.entry.remove_part()
                return downloaded
            if isinstance(unpacked, Unpacked):
                self.entry.keep_archive(downloaded.size)
                self.entry.keep_unpacked(unpacked.files)
                return None
            self.entry.remove_part()
            reason = unpacked.reason
            if downloaded.verified:
                break  # these are the bytes that were published
        return self._broken(reason)

    def _download_and_unpack(self) -> tuple[Downloaded | Missing, Unpacked | Broken]:
        growth = Growth(self.cancelled)
        self.entry.part.touch()
        with ThreadPoolExecutor(1, thread_name_prefix="unpack") as threads:
            unpacking = threads.submit(self._unpack_along, growth)
            downloaded = download(
                self.build,
                self.entry.part,
                self.supply.door,
                growth=growth,
                hooks=self._hooks(unpacking),
                cancelled=self.cancelled,
                patience=self.supply.patience,
            )
            if isinstance(downloaded, Downloaded):
                self.report.enter(State.UNPACKING)
            return downloaded, unpacking.result()

    def _hooks(self, unpacking: "Future[Unpacked | Broken]") -> Hooks:
        def arrived(done: int, total: int | None) -> None:
            if unpacking.done():
                unpacking.result()  # it ends first only by a fault, such as a full disk
            self.report.arrived(done, total)

        def sized(total: int, done: int) -> None:
            self.shelf.make_room(self.entry, total - done + total * _UNPACKED_RATIO)

        return Hooks(
            arrived=arrived,
            sized=sized,
            checking=lambda: self.report.enter(State.CHECKING),
            checksum_of=self.supply.checksum_of,
        )

    def _unpack_along(self, growth: Growth) -> Unpacked | Broken:
        """Unpack what is being downloaded, anew whenever the download starts over."""
        while True:
            folder = self.entry.fresh_folder()
            try:
                stream = GrowingFile(self.entry.part, growth)
                if must_be_whole(self.build.file_name):
                    with stream:
                        stream.wait_accepted()
                    return self._unpack_whole(self.entry.part, folder)
                unpacked = unpack(stream, self.build.file_name, folder, cancelled=self.cancelled)
                stream.wait_accepted()
            except StartedOver:
                continue
            except Stopped:
                return Broken("the download was given up")
            return unpacked

    def _unpack_whole(self, archive: Path, folder: Path) -> Unpacked | Broken:
        return unpack_whole(archive, self.build.file_name, folder, cancelled=self.cancelled)

    def _broken(self, reason: str) -> Missing:
        tried = (f"{self.build.url} ({reason})",)
        return Missing(self.build.candidate, MissingReason.BROKEN, tried)
