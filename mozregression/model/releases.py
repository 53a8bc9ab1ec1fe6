"""Releases and the nightlies they were made from.

For the weeks of its cycle the main branch carries the version of a release to be; on the merge
day it goes on to the next one. What a release brought is bisected by nightlies of that time.
"""

import re
from datetime import date

# Merge days: Mozilla's calendar of trains, as planned from 57 on.
_MERGE_DAYS = """
5 2011-04-12  6 2011-05-24  7 2011-07-05  8 2011-08-16  9 2011-09-27 10 2011-11-08
11 2011-12-20 12 2012-01-31 13 2012-03-13 14 2012-04-24 15 2012-06-05 16 2012-07-16
17 2012-08-27 18 2012-10-08 19 2012-11-19 20 2013-01-07 21 2013-02-19 22 2013-04-01
23 2013-05-13 24 2013-06-24 25 2013-08-05 26 2013-09-16 27 2013-10-28 28 2013-12-09
29 2014-02-03 30 2014-03-17 31 2014-04-28 32 2014-06-09 33 2014-07-21 34 2014-09-02
35 2014-10-13 36 2014-11-28 37 2015-01-12 38 2015-02-23 39 2015-03-30 40 2015-05-11
41 2015-06-29 42 2015-08-10 43 2015-09-21 44 2015-10-29 45 2015-12-14 46 2016-01-25
47 2016-03-07 48 2016-04-25 49 2016-06-06 50 2016-08-01 51 2016-09-19 52 2016-11-14
53 2017-01-23 54 2017-03-06 55 2017-06-12 56 2017-08-02
57 2017-09-21 58 2017-11-13 59 2018-01-22 60 2018-03-12 61 2018-05-07 62 2018-06-25
63 2018-09-04 64 2018-10-22 65 2018-12-10 66 2019-01-28 67 2019-03-18 68 2019-05-13
69 2019-07-08 70 2019-09-02 71 2019-10-21 72 2019-12-09
"""

MERGE_DAYS: dict[int, date] = {
    int(version): date.fromisoformat(day)
    for version, day in re.findall(r"(\d+) (\d{4}-\d{2}-\d{2})", _MERGE_DAYS)
}
"""The day of the last nightly of each release."""

FIRST_RELEASE = min(MERGE_DAYS)
LAST_CERTAIN = 56
"""Days after this release are plans; its successors have tags, which know better."""

_VERSION = re.compile(
    r"""
    (?P<major> [1-9]\d{0,3}) (?P<minor> (\.\d{1,3}){0,3}) (?P<stage> b\d{1,2} | esr)?
    | esr-?(?P<esr> [1-9]\d{0,3})
    """,
    re.VERBOSE | re.ASCII,
)
_SHIPPED_TAG = re.compile(
    r"[A-Z]+(?:-[A-Z]+)?_(?P<version>\d+(_\d+)*(b\d+|esr)?)_(RELEASE|BUILD\d+)"
)
_CYCLE_TAG = re.compile(r"[A-Z]+_(BETA|RELEASE|AURORA|NIGHTLY)_(?P<version>\d+)_(BASE|END)")


def is_version(text: str) -> bool:
    """Whether it is written like a version (`57`, `100.0.1`, `150.0b3`, `128.4.0esr`, `esr140`)."""
    return _VERSION.fullmatch(text) is not None


def major(version: str) -> int:
    """The release whose nightlies a version was made from."""
    match = _parsed(version)
    return int(match["major"] or match["esr"])


def is_whole(version: str) -> bool:
    """Whether a version names a cycle (`57`, `57.0`, `esr140`), not something made later on."""
    match = _VERSION.fullmatch(version)
    return match is not None and not (match["minor"] or "").strip(".0") and match["stage"] is None


def end_tag(release: int) -> str:
    """The hg tag on the last changeset of a release's nightlies; there from 57 on."""
    return f"FIREFOX_NIGHTLY_{release}_END"


def is_release_branch(branch: str) -> bool:
    """Whether releases are made on it, so that it has their tags."""
    return _line(branch) is not None


def release_branch(version: str, *, comm: bool = False) -> str:
    """The branch that a version is made on (`mozilla-beta`); comm: for Thunderbird."""
    match = _parsed(version)
    beta, release = release_branches(comm=comm)
    if match["esr"] or match["stage"] == "esr":
        return f"{release.removesuffix('release')}esr{major(version)}"
    return beta if match["stage"] else release


def release_branches(*, comm: bool = False) -> tuple[str, str]:
    """The branches of betas and of releases."""
    return ("comm-beta", "comm-release") if comm else ("mozilla-beta", "mozilla-release")


def release_tag(version: str, branch: str, app: str) -> str:
    """What the state is tagged from which a release branch had the version.

    app: what tags of the app begin with (`FIREFOX`).
    """
    match, line = _parsed(version), _line(branch)
    if line == "beta" and is_whole(version):
        return f"{app}_RELEASE_{major(version)}_BASE"
    number = f"{match['esr']}.0" if match["esr"] else match["major"] + (match["minor"] or ".0")
    stage = match["stage"] or ("esr" if line not in ("beta", "release") else "")
    return f"{app}_{number.replace('.', '_')}{stage}_RELEASE"


def _line(branch: str) -> str | None:
    found = re.fullmatch(r"(?:mozilla|comm)-(beta|release|esr\d+)", branch)
    return found[1] if found else None


def _parsed(version: str) -> re.Match[str]:
    match = _VERSION.fullmatch(version)
    if match is None:
        raise ValueError(f"{version!r} is no version")
    return match


def version_of_tag(tag: str) -> str | None:
    """The version that a tag of a release branch belongs to, if its name tells."""
    match = _SHIPPED_TAG.fullmatch(tag) or _CYCLE_TAG.fullmatch(tag)
    version = match["version"].replace("_", ".") if match else ""
    return version if is_version(version) else None
