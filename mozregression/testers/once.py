"""A command run on one build for its own sake: its exit status is no verdict."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from mozregression.launch.follow import following
from mozregression.launch.process import Ended, start
from mozregression.testers.placeholders import environment, filled, values
from mozregression.testers.tester import Subject


def run_once(
    command: str | Sequence[str],
    subject: Subject,
    output: Path,
    tell: Callable[[str], None],
    *,
    timeout: float | None = None,
) -> Ended | None:
    """How a command ended, a string by the shell, a list of arguments without one.

    None: it was ended after `timeout` seconds. tell: told each line it prints, from a thread;
    output: where they go meanwhile.
    """
    known = values(subject)
    variables = {**os.environ, **subject.installed.environment, **environment(known)}
    with (
        following(output, tell),
        start(filled(command, known), env=variables, output=output) as running,
    ):
        return running.wait(timeout)
