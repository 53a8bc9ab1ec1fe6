"""Apps that can be bisected, as data: apps.toml says where their builds live and what their
files are called; lookups.py answers questions about it.
"""

from mozregression.model.apps.branches import (
    archives_pushes,
    branches_of,
    has_nightlies,
    pushes_kept_since,
    why_no_branch,
    why_not_bisected,
)
from mozregression.model.apps.lookups import (
    Route,
    UnknownPlatformError,
    architectures,
    artifact_names,
    build_file,
    build_types,
    candidate_folder,
    choose_platform,
    has_push_builds,
    index_day,
    index_routes,
    integration_file,
    integration_folder,
    integration_note,
    nightly_folder,
    note_file,
    note_folder,
    release_folder,
    release_names,
    why_sourceless,
    why_unusable,
)
from mozregression.model.apps.shipped import APPS, BRANCHES, branch_named
from mozregression.model.apps.values import Android, App, Branch, Launch, Platform, PlatformFiles

CENTRAL = "mozilla-central"
AUTOLAND = "autoland"
LINUX_X86_64 = Platform("linux", "x86_64")

__all__ = [
    "APPS",
    "AUTOLAND",
    "BRANCHES",
    "CENTRAL",
    "LINUX_X86_64",
    "Android",
    "App",
    "Branch",
    "Launch",
    "Platform",
    "PlatformFiles",
    "Route",
    "UnknownPlatformError",
    "architectures",
    "archives_pushes",
    "artifact_names",
    "branch_named",
    "branches_of",
    "build_file",
    "build_types",
    "candidate_folder",
    "choose_platform",
    "has_nightlies",
    "has_push_builds",
    "index_day",
    "index_routes",
    "integration_file",
    "integration_folder",
    "integration_note",
    "nightly_folder",
    "note_file",
    "note_folder",
    "pushes_kept_since",
    "release_folder",
    "release_names",
    "why_no_branch",
    "why_not_bisected",
    "why_sourceless",
    "why_unusable",
]
