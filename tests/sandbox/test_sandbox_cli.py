import re
import signal
import subprocess
import sys

import pytest
import requests

from mozregression.sandbox import Sandbox, World, WorldSpec
from mozregression.sandbox.cli import main, usage

# Whoever runs the tests in the background may have SIGINT ignored, and children inherit that.
SERVE = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from mozregression.sandbox.cli import main
sys.exit(main(["--days", "10", "--reveal"]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGINT for one process")
def test_it_serves_until_interrupted_and_says_how_to_use_it() -> None:
    command = [sys.executable, "-c", SERVE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            lines = [process.stdout.readline()]
            while lines[-1] and not lines[-1].startswith("The answer is autoland push "):
                lines.append(process.stdout.readline())
            match = re.search(
                r"MOZREGRESSION_SERVICES=(http://127\.0\.0\.1:\d+) mozregression \\\n"
                r" +--good (\d{4})-(\d\d)-\d\d --bad [\d-]{10} --command '\{binary\} --check'",
                "".join(lines),
            )
            assert match, lines
            root, year, month = match.groups()
            page = requests.get(f"{root}/pub/firefox/nightly/{year}/{month}/", timeout=60)
            assert "-mozilla-central/" in page.text
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0
        finally:
            process.kill()


def test_the_module_can_be_run() -> None:
    command = [sys.executable, "-m", "mozregression.sandbox", "--help"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    assert answer.stdout.startswith("usage: mozregression sandbox")


@pytest.mark.parametrize(
    "argv",
    [
        ["--broken-on", "oak"],
        ["--cert", "x.pem"],
        ["--days", "0"],
        ["--fault-error", "2"],
        ["--missing", "-1"],
    ],
)
def test_wrong_options_are_explained(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(argv)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("branch", "options"),
    [
        ("comm-central", "--app thunderbird --good "),
        ("mozilla-beta", "--app devedition --good "),
        ("mozilla-release", "--repo mozilla-release --good "),
    ],
)
def test_what_to_type_is_for_an_app_that_shows_the_change(branch: str, options: str) -> None:
    world = World(WorldSpec(days=9, pushes_a_day=2, all_apps=True, broken_on=branch))
    with Sandbox(world) as sandbox:
        told = usage(sandbox, reveal=True)
    assert f"mozregression \\\n    {options}" in told
    assert f"The answer is {branch} push " in told
