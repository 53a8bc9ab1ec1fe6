"""Whatever is typed or written: a bisection that could begin, or one line that says why not.

Much more of it: pytest tests/settings/test_anything.py --hypothesis-profile=many
"""

import io
from argparse import Namespace
from contextlib import redirect_stderr, redirect_stdout

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mozregression.console import arguments, bisect, main, single
from mozregression.console.exits import EXIT_FOUND, EXIT_STOPPED, EXIT_USAGE
from mozregression.faces import plan
from mozregression.settings.file import location
from mozregression.settings.table import BY_KEY, SETTINGS

OPTIONS = [
    option
    for action in arguments.parser()._actions
    for option in action.option_strings
]  # fmt: skip
CHOICES = sorted({str(choice) for setting in SETTINGS for choice in setting.choices})
SENSIBLE = [
    *CHOICES,
    *("2026-05-01", "2026-02-30", "20260501093012", "20261301093012", "3f2b5c81aa40", "today"),
    *(
        "0",
        "-1",
        "1e9",
        "1e400",
        "nan",
        "0.5",
        "64",
        "true",
        "No",
        "http://127.0.0.1:1/",
        "http://[",
    ),
    *("name:value", "name:", ":", "a:99999999999", "./{binary}", "{binari}", "{", "/", "~", "~x/y"),
    *("m-c", "inbound", "esr140", "releases/mozilla-beta", "de", "pt-BR", "arm64-v8a", "i686"),
    *("x" * 5000, "'", '"', "a, b", "nowhere.json:section", ".", "--", "-", ""),
]
TYPED = st.one_of(
    st.sampled_from(SENSIBLE),
    st.text(st.characters(exclude_characters="\0", exclude_categories=())),
)
WORDS = st.one_of(
    st.sampled_from(OPTIONS),
    TYPED,
    st.builds("{}={}".format, st.sampled_from(OPTIONS), TYPED),
    st.builds("{}{}".format, st.sampled_from(OPTIONS), TYPED),
)
LINES = st.lists(WORDS, max_size=8).map(lambda words: ["--good", "2026-05-01", *words])

KEYS = st.sampled_from([*BY_KEY, "persits", "mode", "[section]", "#", ";", ""])
ENTRIES = st.one_of(
    st.builds("{} = {}".format, KEYS, st.sampled_from(SENSIBLE)),
    st.builds("{}{}{}".format, KEYS, st.sampled_from(["=", " = ", ":", " "]), st.text()),
    st.text(),
)
FILES = st.one_of(st.lists(ENTRIES).map("\n".join).map(str.encode), st.binary())


def outcome(words: list[str]) -> tuple[int, str]:
    """Exit status and errors. A bisection is planned, not begun; nobody is at the keyboard."""
    errors = io.StringIO()

    def start(options: Namespace) -> int:
        try:
            (plan.plan_launch if options.launch else plan.plan)(options)
        except plan.UsageError as error:
            return bisect.refuse(str(error))
        return EXIT_FOUND

    with (
        pytest.MonkeyPatch.context() as patch,
        redirect_stdout(io.StringIO()),
        redirect_stderr(errors),
    ):
        patch.setattr(bisect, "start", start)
        patch.setattr(single, "start", start)
        patch.setattr("sys.stdin", io.StringIO())
        try:
            status = main.run(words)
        except SystemExit as leaving:
            status = int(leaving.code or 0)
    return status, errors.getvalue()


def is_right(words: list[str]) -> None:
    status, errors = outcome(words)
    lines = errors.strip("\n").split("\n") if errors else []
    assert all(line.startswith("mozregression: ") for line in lines if status != EXIT_STOPPED)
    if status == EXIT_USAGE:
        warnings = [line for line in lines if line.endswith("It does nothing.")]
        assert len(lines) == len(warnings) + 1
    else:
        assert status == EXIT_FOUND or (status, lines[-1]) == (EXIT_STOPPED, "Nothing was written.")


@settings(deadline=None)
@given(st.one_of(LINES, st.lists(WORDS, min_size=1, max_size=4)))
@example(["--good", "2026-05-01", "--preferences", "x" * 5000])
@example(["--good", "2026-05-01", "--preferences", "."])
@example(["--print-completion=--"])
def test_any_command_line(words: list[str]) -> None:
    location().unlink(missing_ok=True)
    is_right(words)


@settings(deadline=None)
@given(FILES)
def test_any_config_file(content: bytes) -> None:
    location().parent.mkdir(parents=True, exist_ok=True)
    location().write_bytes(content)
    is_right(["--good", "2026-05-01"])
    is_right(["--write-config"])
    assert location().read_bytes() == content
