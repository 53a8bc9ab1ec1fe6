"""Reports in every format, also of what others wrote to disturb them."""

import html
import json
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mozregression.model.builds import Missing, MissingReason
from mozregression.model.facts import BuildMissing, Fact, VerdictGiven, VerdictRetracted
from mozregression.model.report import Outcome
from mozregression.model.verdicts import Purpose, Verdict
from mozregression.reports import FORMATS, Account, account_of
from mozregression.reports.bugzilla import bugzilla
from mozregression.reports.data import conclusion, document, json_text
from mozregression.reports.markdown import escaped, markdown
from mozregression.reports.page import page
from mozregression.reports.story import story
from mozregression.reports.text import summary, text
from tests.documented import DOCS, Shapes
from tests.reports.told import BAIT, ENVIRONMENT, disturbed, embedding, finished, told
from tests.session.comm_world import CommWorld
from tests.session.paper_world import PaperWorld

PUSHLOG = re.compile(r"https://hg\.mozilla\.org/\S+/pushloghtml\?\S+")
FORBIDDEN = re.compile(r"find-fix|first good revision|last bad revision", re.IGNORECASE)


@pytest.fixture(scope="module")
def account() -> Account:
    return finished()


# What is told


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_names_the_answer(form: str, account: Account) -> None:
    report = FORMATS[form](account)
    assert report.endswith("\n")
    assert account.report.bad is not None
    assert account.report.bad.revision is not None
    assert account.report.bad.revision.node in report
    assert "pushloghtml" in report


def test_verdicts_are_told_with_the_range_they_narrowed(account: Account) -> None:
    narrowing = [trial for trial in account.trials if trial.span]
    assert [trial.given.purpose for trial in account.trials[:2]] == [
        Purpose.GOOD_END,
        Purpose.BAD_END,
    ]
    assert len(narrowing) > 4
    for trial in narrowing:
        assert trial.span is not None
        assert trial.span.low < trial.span.probe < trial.span.high
        assert trial.candidate is not None
    assert len(account.trials) == len(account.report.tested)


def test_an_unfinished_session_tells_what_is_left() -> None:
    world = PaperWorld()
    request = world.request()
    facts: list[Fact] = []
    whole = world.run(request, facts)
    verdicts = [place for place, fact in enumerate(facts) if isinstance(fact, VerdictGiven)]
    known = facts[: verdicts[6]]
    account = account_of(request, known, ENVIRONMENT)
    report = account.report
    assert report.outcome is Outcome.UNFINISHED
    assert len(report.tested) == 6
    assert report.good is not None
    assert report.bad is not None
    assert whole.bad is not None
    assert report.good.candidate.moment < whole.bad.candidate.moment <= report.bad.candidate.moment
    assert all(make(account) for make in FORMATS.values())


def test_retracted_verdicts_are_not_told() -> None:
    world = PaperWorld()
    request = world.request()
    facts: list[Fact] = []
    world.run(request, facts)
    standing = sum(isinstance(fact, VerdictGiven) for fact in facts)
    account = account_of(request, [*facts, VerdictRetracted(1), VerdictRetracted(2)], ENVIRONMENT)
    assert len(account.trials) == len(account.report.tested) == standing - 2


def test_a_session_without_facts_has_a_report() -> None:
    account = account_of(PaperWorld().request(), [], ENVIRONMENT)
    assert account.report.outcome is Outcome.UNFINISHED
    assert all(make(account) for make in FORMATS.values())


def test_builds_nobody_knows_any_more_keep_their_names() -> None:
    skip = VerdictGiven("push/autoland/77", Verdict.SKIP, Purpose.NARROW, 1)
    account = account_of(PaperWorld().request(), [skip], ENVIRONMENT)
    assert account.trials[0].candidate is None
    assert "autoland push 77" in bugzilla(account)


# What builds embed


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_tells_the_range_of_what_builds_embed(form: str) -> None:
    account = embedding()
    embedded = account.report.embedded
    assert embedded is not None
    report = FORMATS[form](account)
    assert embedded.good.node in report
    assert embedded.bad.node in report
    assert embedded.landings[0].node[:12] in report
    pushlogs = PUSHLOG.findall(html.unescape(report))
    assert any("/comm-central/" in url for url in pushlogs)
    assert any("/mozilla-central/" in url for url in pushlogs) is (form != "bugzilla")


def test_embedded_states_are_compared_on_github_when_their_hashes_are_known() -> None:
    account = embedding()
    embedded = account.report.embedded
    assert embedded is not None
    known = replace(embedded, good_git="a" * 40, bad_git="b" * 40)
    account = replace(account, report=replace(account.report, embedded=known))
    url = f"https://github.com/mozilla-firefox/firefox/compare/{'a' * 40}...{'b' * 40}"
    for make in FORMATS.values():
        assert url in make(account)


def test_the_range_of_an_app_with_a_repository_of_its_own_is_compared_there() -> None:
    report = embedding().report
    assert report.good is not None
    assert report.bad is not None
    report = replace(
        report, good=replace(report.good, git="a"), bad=replace(report.bad, git="b"), embedded=None
    )
    url = "https://github.com/thunderbird/thunderbird-desktop/compare/a...b"
    assert url in summary(report)


def test_where_only_what_is_embedded_differs_its_range_is_the_one_told() -> None:
    world = CommWorld(apart=72, gecko_culprit=31)
    account = told(world, world.asked_of())
    (url,) = PUSHLOG.findall(bugzilla(account))
    assert url.startswith("https://hg.mozilla.org/mozilla-central/")
    assert "both built from comm-central" in bugzilla(account)


# Why builds could not be tested


def test_what_was_tried_is_told() -> None:
    tried = ("gecko.v2.autoland.revision.abc", "https://x/abc/")
    missing = Missing("push/autoland/7", MissingReason.NOT_BUILT, tried)
    (line,) = story([BuildMissing(missing)])
    assert line.endswith(f"no build was made; tried: {tried[0]}, {tried[1]}")
    report = replace(finished().report, untestable=(missing,))
    assert f"autoland push 7: no build was made ({tried[0]})" in summary(report)
    assert conclusion(report)["untestable"][0]["tried"] == list(tried)


def test_the_environment_names_the_language_and_the_branch() -> None:
    account = finished()
    account = replace(account, request=replace(account.request, lang="de", branch="autoland"))
    assert "    Language: de" in bugzilla(account)
    assert "    Branch: autoland" in bugzilla(account)


# Bugzilla


@given(message=st.text(max_size=60) | st.just(BAIT))
@settings(max_examples=100, deadline=None)
def test_a_comment_suits_triage_automation_whatever_others_wrote(message: str) -> None:
    comment = bugzilla(disturbed(message))
    assert "mozregression" in comment
    assert len(PUSHLOG.findall(comment)) == 1
    assert len(re.findall("pushloghtml", comment, re.IGNORECASE)) == 1
    assert not FORBIDDEN.search(comment)
    assert not [line for line in comment.splitlines() if line.lstrip().startswith(">")]


def test_a_comment_ends_with_the_environment_and_every_verdict(account: Account) -> None:
    _, _, environment = bugzilla(account).partition("\nEnvironment:\n\n")
    lines = environment.splitlines()
    assert "    mozregression: 7.0" in lines
    assert "    Python: 3.13.1" in lines
    assert "    System: Linux 6.1" in lines
    assert "    Build type: shippable" in lines
    verdicts = [line for line in lines if re.match(r"    [ \d]\d\. (good|bad|skip) ", line)]
    assert len(verdicts) == len(account.trials)
    assert lines[-len(verdicts) :] == verdicts


def test_ends_without_hashes_still_have_one_pushlog() -> None:
    world = PaperWorld(kept=False)
    request = world.request()
    facts: list[Fact] = []
    world.run(request, facts)
    unknown = [fact for fact in facts if type(fact).__name__ != "SourceIdentified"]
    account = account_of(request, unknown, ENVIRONMENT)
    (url,) = PUSHLOG.findall(bugzilla(account))
    assert "startdate=2026-05-" in url


# HTML


class Page(HTMLParser):
    """Elements and text of a page."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_needs_nothing_else(account: Account) -> None:
    parsed = Page(page(account))
    assert not parsed.open
    tags = {tag for tag, _ in parsed.elements}
    assert not tags & {"script", "img", "link", "iframe", "object", "base", "form"}
    for tag, attributes in parsed.elements:
        assert not {"src", "style", "onclick", "onload", "srcdoc"} & attributes.keys(), tag
        if "href" in attributes:
            assert tag == "a"
            assert re.match(
                r"https://(hg\.mozilla\.org|github\.com|bugzilla\.mozilla\.org)/",
                attributes["href"] or "",
            )


def test_the_page_pictures_every_verdict(account: Account) -> None:
    marks = [
        attributes["class"]
        for _, attributes in Page(page(account)).elements
        if (attributes.get("class") or "").startswith("mark ")
    ]
    assert marks == [f"mark {trial.given.verdict.value}" for trial in account.trials]


def test_what_others_wrote_is_no_markup() -> None:
    ordinary = Page(page(disturbed("x")))
    baited = Page(page(disturbed(BAIT)))
    assert baited.elements == ordinary.elements
    assert "<script>alert(1)</script>" in "".join(baited.words)


# Markdown, text, JSON


@given(st.text() | st.just(BAIT) | st.just("www.x.org http://a@b"))
def test_markdown_has_no_markup_of_others(words: str) -> None:
    left = re.sub(r"\\[\W_]", "", escaped(words))
    assert not re.search(r"[\\`*_{}\[\]<>|~&@\n\r]|://|www\.", left, re.IGNORECASE)


@pytest.mark.parametrize("make", [text, markdown, bugzilla, page])
@given(message=st.text(max_size=60) | st.just(BAIT))
@settings(max_examples=40, deadline=None)
def test_nothing_others_wrote_moves_a_screen_or_adds_a_line(
    make: Callable[[Account], str], message: str
) -> None:
    def lines(words: str) -> list[str]:
        report = make(disturbed(words))
        assert all(c.isprintable() or c == "\n" for c in report)
        report.encode()
        return report.splitlines()

    assert len(lines(message)) == len(lines("x"))


def test_text_is_the_summary_a_bisection_ends_with(account: Account) -> None:
    assert text(account) == summary(account.report)


@pytest.mark.parametrize(
    "account", [finished(), embedding(), told(PaperWorld(kept=False))], ids=["a", "b", "c"]
)
def test_the_json_report_is_as_documented(account: Account) -> None:
    read = json.loads(json_text(account))
    assert read == document(account)
    Shapes("reports.md").check(read, "report")


def test_json_has_what_others_wrote_as_they_wrote_it() -> None:
    read = json.loads(json_text(disturbed(BAIT)))
    assert read["changesets"][0]["summary"] == BAIT


def test_the_documented_outcomes_are_all_there_are() -> None:
    documented = re.findall(r"`([A-Z_]+)`", _row("reports.md", "outcome"))
    assert documented == [outcome.name for outcome in Outcome]


def _row(file: str, field: str) -> str:
    lines = (DOCS / file).read_text().splitlines()
    return next(line for line in lines if line.startswith(f"| `{field}` |"))
