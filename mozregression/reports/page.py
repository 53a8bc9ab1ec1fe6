"""The report as one HTML page that needs nothing else: no script, no font, no picture from afar."""

from collections.abc import Iterable, Iterator
from html import escape

from mozregression.model import links
from mozregression.model.builds import Landing
from mozregression.model.report import Embedded, Report
from mozregression.reports import wording
from mozregression.reports.account import Account, Trial
from mozregression.reports.picture import STYLE, picture

HEAD = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<meta name="referrer" content="no-referrer">
"""

PAGE_STYLE = """
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1b1b22; --faint: #6b6b76; --line: #dcdce3; --link: #0050b8;
  --good: #1a7f37; --bad: #c4262e; --skip: #b26a00; --open: #b4b4be;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #1c1b22; --text: #f4f4f6; --faint: #a2a2ae; --line: #3d3c46; --link: #7cc0ff;
    --good: #4ac26b; --bad: #ff6b70; --skip: #e3a008; --open: #63626d;
  }
}
body {
  margin: 2rem auto; max-width: 62rem; padding: 0 1rem;
  background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif;
}
h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin-top: 2rem; }
a { color: var(--link); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { color: var(--faint); }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .6rem .25rem 0;
  text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--faint); font-weight: normal; }
code { font-size: .9em; }
td.good { color: var(--good); } td.bad { color: var(--bad); } td.skip { color: var(--skip); }
"""


def page(account: Account) -> str:
    """The whole page; ends with a line break."""
    report = account.report
    parts = (
        f"{HEAD}<title>mozregression: {_text(report.outcome.value)}</title>",
        f"<style>{PAGE_STYLE}{STYLE}</style>\n</head>\n<body>",
        f"<h1>{_text(report.detail)}</h1>",
        _pairs(_range(report)),
        picture(account.trials),
        *_landings("Changesets in the range", report.landings),
        *(
            _landings("Changesets in the embedded range", report.embedded.landings)
            if report.embedded
            else ()
        ),
        *_tests(account),
        "<h2>Environment</h2>",
        _pairs((name, _text(value)) for name, value in wording.environment(account)),
        "</body>\n</html>",
    )
    return "\n".join(part for part in parts if part) + "\n"


def _text(text: str) -> str:
    """Foreign text as text: nothing in it is markup."""
    return escape(wording.plain(text))


def _link(url: str, text: str) -> str:
    return f'<a href="{escape(url)}">{escape(text)}</a>'


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values that are HTML already."""
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>\n" for name, value in pairs) + "</dl>"


def _table(headings: Iterable[str], rows: Iterable[str]) -> str:
    head = "".join(f"<th>{heading}</th>" for heading in headings)
    return f"<table>\n<tr>{head}</tr>\n" + "\n".join(rows) + "\n</table>"


def _range(report: Report) -> Iterator[tuple[str, str]]:
    for name, value in wording.ends(report):
        yield name, _text(value)
    yield "Confidence", _text(wording.confidence(report))
    for name, lines in (
        ("Chances", wording.chances(report)),
        ("The bug came and went", wording.transitions(report)),
    ):
        if lines:
            yield name, "<br>".join(map(_text, lines))
    yield from _links(wording.pushlog_url(report), wording.compare_url(report))
    if report.embedded:
        yield from _embedded(report.embedded)


def _embedded(embedded: Embedded) -> Iterator[tuple[str, str]]:
    yield "Embedded", _text(wording.embedded(embedded))
    yield from _links(
        wording.embedded_pushlog_url(embedded), wording.embedded_compare_url(embedded)
    )


def _links(pushlog: str | None, github: str | None) -> Iterator[tuple[str, str]]:
    for name, url in (("Pushlog", pushlog), ("GitHub", github)):
        if url:
            yield name, _link(url, url)


def _landings(heading: str, landings: tuple[Landing, ...]) -> Iterator[str]:
    if not landings:
        return
    yield f"<h2>{heading} ({len(landings)})</h2>"
    yield _table(("changeset", "summary", "author", "bugs"), map(_landing, landings))


def _landing(landing: Landing) -> str:
    bugs = " ".join(_link(links.bug(number), str(number)) for number in landing.bugs)
    return (
        f"<tr><td><code>{_text(landing.node[:12])}</code></td><td>{_text(landing.summary)}</td>"
        f"<td>{_text(landing.author)}</td><td>{bugs}</td></tr>"
    )


def _tests(account: Account) -> Iterator[str]:
    if not account.trials:
        return
    yield f"<h2>{wording.tested(account.report)}</h2>"
    yield _table(
        ("", "verdict", "build", "why", "seconds", "note"),
        (_trial(number, trial) for number, trial in enumerate(account.trials, 1)),
    )
    evidence = wording.evidence(account.report)
    if evidence:
        yield "<h2>How often the bug was seen</h2>"
        yield "<ul>" + "".join(f"<li>{_text(line)}</li>" for line in evidence) + "</ul>"
    if account.report.missing:
        counted = _text(wording.counted(account.report.missing))
        yield f"<p>Without a usable build, and gone around: {counted}</p>"


def _trial(number: int, trial: Trial) -> str:
    given = trial.given
    verdict = given.verdict.value
    return (
        f'<tr><td>{number}</td><td class="{verdict}">{verdict}</td>'
        f"<td>{_text(wording.candidate(trial))}</td>"
        f"<td>{wording.PURPOSES.get(given.purpose, '')}</td>"
        f"<td>{given.seconds:.1f}</td><td>{_text(given.note)}</td></tr>"
    )
