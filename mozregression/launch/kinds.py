"""Which launcher runs which apps."""

from dataclasses import dataclass, field

from mozregression.launch.launcher import Launcher
from mozregression.launch.profiles import ProfileOptions, Profiles
from mozregression.launch.workdirs import WorkDirs
from mozregression.model.apps import App, Launch, Platform


@dataclass(frozen=True, slots=True)
class LaunchOptions:
    """How builds are started. profile_dir: the folder on a device for profiles, None for any."""

    profile: ProfileOptions = field(default_factory=ProfileOptions)
    arguments: tuple[str, ...] = ()
    profile_dir: str | None = None


def launcher_for(app: App, platform: Platform, work: WorkDirs, options: LaunchOptions) -> Launcher:
    """The launcher for builds of an app. Raises ProfileError for options that cannot work."""
    if app.launch is Launch.SHELL:
        from mozregression.launch.shell import ShellLauncher

        return ShellLauncher(app, platform, options.arguments)
    profiles = Profiles(work, options.profile, app.profile)
    if app.launch is Launch.ANDROID:
        from mozregression.launch.android import AndroidLauncher

        return AndroidLauncher(
            app,
            platform,
            profiles,
            work,
            arguments=options.arguments,
            profile_dir=options.profile_dir,
        )
    from mozregression.launch.desktop import DesktopLauncher

    return DesktopLauncher(app, platform, profiles, options.arguments)
