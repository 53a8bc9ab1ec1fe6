"""What people wrote about a changeset: authors, summaries, merge and backout messages."""

from dataclasses import dataclass
from datetime import date, datetime, timezone

from mozregression.model.apps import AUTOLAND
from mozregression.sandbox.branches import BETA, COMM
from mozregression.sandbox.history import MERGES, Kind
from mozregression.sandbox.world import World

GIT_ERA = date(2025, 5, 1)

_PEOPLE = (
    ("Ada Weaver", "aweaver"),
    ("Björn Ström", "bstrom"),
    ("Chidi Okafor", "cokafor"),
    ("Dana <dee> Miles", "dmiles"),
    ("Emi Tanaka", "etanaka"),
    ("Farid Haddad", "fhaddad"),
    ("Gül Aydin", "gaydin"),
)
_PARTS = ("layout", "the JIT", "WebRender", "necko", "the address bar", "IndexedDB", "a11y", "CSS")
_DEEDS = (
    "Fix a crash in",
    "Simplify",
    "Add tests for",
    "Part 2: rework",
    "Remove dead code from",
    'Use "auto" & <T> in',
)
_SHERIFFS = ("sheriff.one@mozilla.com", "sheriff.two@mozilla.com")
_AUTOMATION = "ffxbld@lando.moz.tools"


@dataclass(frozen=True, slots=True)
class Writing:
    """author: of the changeset. user: who pushed it when it landed first. desc: whole text."""

    author: str
    user: str
    desc: str


def written(world: World, number: int) -> Writing:
    """What changeset `number` says."""
    dice = world.digest("text", number)
    name, nick = _PEOPLE[dice[0] % len(_PEOPLE)]
    reviewer = _PEOPLE[dice[1] % len(_PEOPLE)][1]
    kind = world.history.kinds[number]
    mail = f"{nick}@mozilla.com"
    if kind in MERGES:
        sheriff = _SHERIFFS[dice[0] % 2]
        return Writing(f"Sheriff <{sheriff}>", sheriff, _merge(world, number, dice[2]))
    if kind is Kind.DIRECT:
        desc = "No Bug, mozilla-central repo-update HSTS HPKP remote-settings a=repo-update r=dlee"
        return Writing("ffxbld <ffxbld@mozilla.com>", _AUTOMATION, desc)
    if kind is Kind.BACKOUT:
        sheriff = _SHERIFFS[dice[0] % 2]
        return Writing(f"Sheriff <{sheriff}>", sheriff, _backout(world, number, dice))
    if kind is Kind.ROOT:
        return Writing("", "", "Initial import")
    desc = f"{_summary(dice)} r={reviewer}"
    if number in world.history.dontbuild:
        desc += " DONTBUILD"
    if kind is Kind.UPLIFT:
        desc += " a=uplift"
    revision = 200_000 + int.from_bytes(dice[6:8], "big")
    desc += f"\n\nDifferential Revision: https://phabricator.services.mozilla.com/D{revision}"
    return Writing(f"{name} <{mail}>", mail, desc)


def user_of_push(world: World, branch: str, index: int) -> str:
    """Who pushed: sheriffs bring landings from one branch to the other."""
    log = world.logs[branch]
    tip = log.tip(index)
    if branch in (AUTOLAND, COMM) or world.history.kinds[tip] in {Kind.DIRECT, Kind.MERGE}:
        return written(world, tip).user
    return _SHERIFFS[world.digest("push", branch, index)[0] % 2]


def _day(world: World, number: int) -> date:
    return datetime.fromtimestamp(world.history.dates[number], timezone.utc).date()


def _summary(dice: bytes) -> str:
    bug = 1_900_000 + int.from_bytes(dice[3:6], "big") % 100_000
    return f"Bug {bug} - {_DEEDS[dice[8] % len(_DEEDS)]} {_PARTS[dice[9] % len(_PARTS)]}."


def _merge(world: World, number: int, choice: int) -> str:
    if world.history.kinds[number] is Kind.CYCLE_MERGE:
        to_beta = number in world.logs[BETA].arrival
        way = "central to mozilla-beta" if to_beta else "beta to mozilla-release"
        return f"Merge mozilla-{way} a=merge"
    to_autoland = world.history.kinds[number] is Kind.BACK_MERGE
    git_era = _day(world, number) >= GIT_ERA
    names = ("mozilla-central", "autoland")
    if git_era and choice % 4 == 0:
        names = ("firefox-main", "firefox-autoland")
    source, target = names if to_autoland else names[::-1]
    return f"Merge {source} to {target}" + ("" if git_era else ". a=merge CLOSED TREE")


def _backout(world: World, number: int, dice: bytes) -> str:
    """Takes back an earlier landing in words alone: builds stay as good or bad as they were."""
    kinds = world.history.kinds
    earlier = range(max(1, number - 40), number)
    landings = [each for each in earlier if kinds[each] is Kind.LANDING and each != world.change]
    if not landings:
        return "Revert a landing for causing bustages CLOSED TREE"
    target = landings[dice[10] % len(landings)]
    summary = _summary(world.digest("text", target))
    git = world.recorded_git(target)
    if git and _day(world, number) >= GIT_ERA:
        return f'Revert "{summary}" for causing build bustages\n\nThis reverts commit {git}.'
    bug = summary.split()[1]
    return f"Backed out changeset {world.nodes[target][:12]} (bug {bug}) for causing bustages"
