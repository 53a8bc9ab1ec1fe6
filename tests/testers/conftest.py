"""Builds to be judged."""

from collections.abc import Callable
from pathlib import Path

import pytest

from mozregression.launch.info import BuildInfo
from mozregression.launch.launcher import Installed
from mozregression.model.builds import Build, Candidate, Nightly, Push, Revision
from mozregression.model.verdicts import Purpose
from mozregression.testers.tester import Subject

NODE = "a" * 40
NIGHTLY = Nightly("mozilla-central", "20260501093012", "/pub/firefox/nightly/2026/05/x/")
PUSH = Push("autoland", 17, 1777627812, ("c" * 40, "b" * 40))

MakeSubject = Callable[..., Subject]


@pytest.fixture
def make_subject(tmp_path: Path) -> MakeSubject:
    """Makes subjects whose browser is a shell script in a folder that is awkward to quote."""

    def make(candidate: Candidate = NIGHTLY, script: str = "sleep 600", number: int = 1) -> Subject:
        folder = tmp_path / 'it\'s a "build" $HOME `id` \\'
        folder.mkdir(exist_ok=True)
        binary = folder / "firefox"
        binary.write_text(f"#!/bin/sh\n{script}\n")
        binary.chmod(0o755)
        info = BuildInfo(revision=Revision("mozilla-central", NODE))
        return Subject(
            candidate,
            Build(
                candidate.key,
                "firefox",
                "linux-x86_64",
                "shippable",
                "https://archive.mozilla.org/pub/firefox-150.0a1.en-US.linux-x86_64.tar.xz",
                "firefox-150.0a1.en-US.linux-x86_64.tar.xz",
                task_id="Task-1" if isinstance(candidate, Push) else None,
            ),
            Installed(folder, binary, info),
            folder / "firefox.tar.xz" if isinstance(candidate, Nightly) else None,
            Purpose.NARROW,
            number,
        )

    return make
