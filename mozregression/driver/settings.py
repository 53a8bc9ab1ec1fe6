"""How a session's builds are tested and kept. Stored with it, so that resume repeats it."""

from dataclasses import dataclass

from mozregression.settings.table import DEFAULT_LIMIT


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything about a session but the question itself.

    command: a shell string; program: the same as an argument list; neither: a person judges.
    test_timeout, http_timeout: seconds. persist: folder for builds, None for the cache folder.
    persist_limit: GiB, 0 for no limit. prefs_files: as read_prefs takes
    them; prefs win over them. keep_guesses: builds fetched ahead of need are fetched to the
    end even when they proved needless. archive: base URL, None for the usual one.
    prefer_kept: builds on disk are preferred where that saves time. jobs: how many commands judge
    builds at once; a person judges one. explain: tell why each build is chosen.
    reference: a build that is known to be good is opened beside those that a person judges.
    adb_profile_dir: where profiles go on Android devices, None for mozdevice's choice.
    """

    command: str | None = None
    program: tuple[str, ...] = ()
    test_timeout: float | None = None
    timeout_verdict: str = "skip"
    profile: str | None = None
    profile_persistence: str = "clone"
    prefs: tuple[str, ...] = ()
    prefs_files: tuple[str, ...] = ()
    addons: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    show_output: bool = False
    persist: str | None = None
    persist_limit: float = DEFAULT_LIMIT
    http_timeout: float = 60.0
    work_ahead: bool = True
    keep_guesses: bool = False
    archive: str | None = None
    adb_profile_dir: str | None = None
    prefer_kept: bool = True
    jobs: int = 1
    explain: bool = False
    reference: bool = False

    @property
    def automated(self) -> bool:
        return bool(self.command or self.program)
