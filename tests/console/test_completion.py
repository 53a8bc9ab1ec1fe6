"""Completion in the shells people use, each of them asked itself."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.console.conftest import Console

Complete = Callable[[str], set[str]]


def lines(*command: str) -> list[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.splitlines()


def bash(script: Path, line: str) -> set[str]:
    words = shlex.split(line) + ([""] if line.endswith(" ") else [])
    ask = (
        f"source {script}; COMP_WORDS=({' '.join(map(shlex.quote, words))});"
        f"COMP_CWORD={len(words) - 1}; _shtab_mozregression; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    )
    return set(lines("bash", "--norc", "-c", ask))


def fish(script: Path, line: str) -> set[str]:
    answers = lines("fish", "-N", "-c", f"source {script}; complete -C {shlex.quote(line)}")
    return {answer.partition("\t")[0] for answer in answers}


ZSH = """
zmodload zsh/zpty
zpty inner zsh -f -i
say() { zpty -w inner "$1" }
say 'autoload -U compinit; compinit -u -D; PS1=; source SCRIPT'
say 'compdef _shtab_mozregression mozregression'
say 'compadd() { if [[ "$*" != *-[OAD]* ]]; then local -a hits; builtin compadd -O hits "$@"'
say '  print -rl -- "<${^hits}>"; fi; builtin compadd "$@" }'
say 'tell() { _main_complete; print "<""end>" }'
say 'zle -C tell complete-word tell; bindkey "^X" tell; print "<""ready>"'
zpty -r inner told '*<ready>*'
zpty -w -n inner LINE$'\\C-X'
zpty -r inner told '*<end>*'
print -r -- "$told"
"""


def zsh(script: Path, line: str) -> set[str]:
    """Zsh completes on a terminal alone, so it is given one, and tells what it would add."""
    ask = ZSH.replace("SCRIPT", str(script)).replace("LINE", shlex.quote(line))
    told = re.findall("<(.+?)>", "\n".join(lines("zsh", "-f", "-c", ask)))
    return set(" ".join(told).split()) - {"end"}


SHELLS = {"bash": bash, "zsh": zsh, "fish": fish}


@pytest.fixture(params=SHELLS)
def complete(request: pytest.FixtureRequest, console: Console, tmp_path: Path) -> Complete:
    name: str = request.param
    if not shutil.which(name):
        pytest.skip(f"needs {name}")
    script = tmp_path / "completion"
    script.write_text(console.run("--print-completion", name).stdout)
    return lambda line: SHELLS[name](script, line)


@pytest.mark.parametrize("shell", SHELLS)
def test_scripts_are_made_for_shells_that_are_not_here(console: Console, shell: str) -> None:
    result = console.run("--print-completion", shell)
    assert result.returncode == 0, result.stderr
    for word in ("good", "profile-persistence", "clone-first"):
        assert word in result.stdout


@pytest.mark.covers("--print-completion")
def test_values_of_an_option(complete: Complete) -> None:
    assert complete("mozregression --profile-persistence cl") == {"clone", "clone-first"}
    assert "thunderbird" in complete("mozregression --app th")


def test_options(complete: Complete) -> None:
    assert {"--profile", "--profile-persistence"} <= complete("mozregression --prof")
