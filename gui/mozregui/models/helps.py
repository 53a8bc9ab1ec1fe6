"""Settings in the words of a window, for people who never used a terminal.

The settings table speaks of options. Here stands what fields are called, what is told under them,
and what their choices are called.
"""

import re
from functools import cache

from mozregression.settings.table import SETTINGS, Setting
from mozregui.words import tr


def label_of(setting: Setting) -> str:
    """What a field is called."""
    return _labels().get(setting.name) or tr(setting.label)


def help_of(setting: Setting) -> str:
    """What stands under a field; empty where its name and choices say it all."""
    return _helps().get(setting.name, "")


def choice_named(setting: Setting, choice: str) -> str:
    """What a choice is called, where its word alone says too little."""
    if not choice:
        return tr("(as usual)")
    return _choices().get((setting.name, choice), choice)


def without_options(text: str) -> str:
    """A sentence of the core with fields in place of options of the command line."""
    return re.sub(r"--[a-z][a-z-]*", lambda found: _field_named(found[0]), text)


def _field_named(option: str) -> str:
    name = _fields().get(option)
    return option if name is None else tr("“{field}”").format(field=label_of(name))


@cache
def _fields() -> dict[str, Setting]:
    return {option: setting for setting in SETTINGS for option in setting.options}


def _labels() -> dict[str, str]:
    return {
        "build": tr("Build"),
        "shows": tr("The bug shows"),
        "starts_with": tr("Each build starts with"),
        "reference": tr("Open a good build beside each one"),
        "mode": tr("Before the search"),
        "build_type": tr("Kind of build"),
        "repo": tr("Branch"),
        "command": tr("Command that judges"),
        "timeout_verdict": tr("A test that takes too long means"),
        "profile": tr("Folder of a profile"),
        "profile_persistence": tr("That profile is"),
        "prefs": tr("Preferences (about:config)"),
        "miss_rate": tr("How often the bug hides, if you know"),
        "false_rate": tr("How often it is seen although it is not there"),
        "suspects": tr("Suspected files or folders"),
        "test_timeout": tr("Longest time for a test (seconds)"),
        "background_dl_policy": tr("A likely next build, when another is needed"),
        "process_output": tr("What the browser prints"),
        "explain": tr("Log why each build is chosen"),
    }


def _helps() -> dict[str, str]:
    return {
        "app": tr("firefox is the one for desktops; fenix, focus and fennec run on Android."),
        "build_type": tr(
            "The first is right for most. Where it is missing, another kind stands in."
        ),
        "arch": tr("The processor that builds are made for. Left alone: this computer's."),
        "bits": tr("32 or 64 bits. Left alone: as this computer."),
        "lang": tr("For example de or pt-BR."),
        "repo": tr(
            "Only for a bug of one branch, such as beta, release or esr140. Left empty: where "
            "nightly builds come from."
        ),
        "command": tr(
            "Left empty, you judge. A command is run for each build, with {binary} for the "
            "program; it ends with 0 for good, 1 to 124 for bad and 125 for skip."
        ),
        "test_timeout": tr("A command that takes longer is ended. Left empty: no limit."),
        "confirm": tr("In the end, both builds beside the change are tested once more."),
        "jobs": tr("How many commands judge builds side by side."),
        "shows": tr(
            "If it comes and goes, you are asked whether you saw it. Seeing it once proves that "
            "it is there; not seeing it proves little, so builds are tested more than once."
        ),
        "build": tr("A date, a release, a build id or a changeset."),
        "miss_rate": tr(
            "In which part of your tries do you not see it: 0.3 for three of ten. Left empty, it "
            "is learnt during the search."
        ),
        "false_rate": tr("0.05 for one of twenty tests. Left empty, it is learnt."),
        "confidence": tr(
            "0.95 means that 95 of 100 such answers are right; more takes more tests. Counts for "
            "bugs that do not show in every test."
        ),
        "max_tests": tr(
            "After so many answers you are told what is known by then. Left empty: no limit."
        ),
        "suspects": tr(
            "Of the source code, such as dom/media. Changes there are believed likelier; none is "
            "excluded."
        ),
        "prior": tr(
            "age: recent changes are likelier where no good build is known. uniform: all are as "
            "likely. Or a file with one weight a line: changes up to a day old, up to two …"
        ),
        "reference": tr("To compare with, as soon as one is known to be good."),
        "profile": tr("about:profiles names the folder of yours (its “Root Directory”)."),
        "prefs": tr(
            "Set before each build starts. One a line: its name, a colon, its value, such as "
            "browser.startup.page:0"
        ),
        "prefs_files": tr("Files with such preferences. The ones above win."),
        "addons": tr("Installed into each build."),
        "cmdargs": tr("Given to the browser when it starts, such as --headless or an address."),
        "adb_profile_dir": tr("For Android only. Left empty: the device's own folder for tests."),
        "process_output": tr("It is kept with the session in any case."),
        "persist": tr("Where fetched builds are kept. Left empty: a folder of the system."),
        "persist_size_limit": tr("Beyond this the builds used longest ago go. 0: no limit."),
        "http_timeout": tr("After so long without an answer a request is given up."),
        "archive_base_url": tr("Left empty: Mozilla's. For a mirror of your own."),
        "taskcluster_clientid": tr("Only for private builds."),
        "taskcluster_accesstoken": tr("Never shown, and kept nowhere but in your file."),
        "telemetry_endpoint": tr("Left empty: Mozilla's."),
    }


def _choices() -> dict[tuple[str, str], str]:
    return {
        ("shows", "always"): tr("in every test"),
        ("shows", "hides"): tr("only at times: it is intermittent"),
        ("shows", "errs"): tr("at times, and tests may see it where it is not"),
        ("starts_with", "fresh"): tr("a fresh profile"),
        ("starts_with", "clone"): tr("a copy of a profile, made anew for each build"),
        ("starts_with", "clone-first"): tr("a copy of a profile, made once for all builds"),
        ("starts_with", "reuse"): tr("a profile itself, which builds will change"),
        ("mode", "classic"): tr("test whether both ends are as said (safer)"),
        ("mode", "no-first-check"): tr("take both ends for what they are said to be (quicker)"),
        ("profile_persistence", "clone"): tr("copied anew for each build"),
        ("profile_persistence", "clone-first"): tr("copied once, for all builds"),
        ("profile_persistence", "reuse"): tr("used itself, and changed by builds"),
        ("timeout_verdict", "skip"): tr("skip: it cannot be judged"),
        ("timeout_verdict", "good"): tr("good: the bug is not there"),
        ("timeout_verdict", "bad"): tr("bad: the bug is there"),
        ("process_output", "none"): tr("goes to a file only"),
        ("process_output", "stdout"): tr("goes to the log, too"),
        ("background_dl_policy", "cancel"): tr("is given up"),
        ("background_dl_policy", "keep"): tr("is fetched later"),
        ("approx_policy", "auto"): tr("are preferred where that saves time"),
        ("approx_policy", "none"): tr("are like all others"),
    }
