"""Which old builds can go? A worked example, as a Marimo notebook.

    marimo edit docs/analysis/build_retention.py -- --data FOLDER
    python docs/analysis/build_retention.py --data FOLDER --html report.html

All heavy work is done here by the pipeline; a browser only shows it.
"""

import marimo

app = marimo.App(width="medium")


@app.cell
def _():
    from datetime import datetime, timezone
    from pathlib import Path

    import marimo as mo

    from mozpipeline.ask import duck, named
    from mozpipeline.ask.catalog import read_catalog
    from mozpipeline.definitions.history import read_history
    from mozpipeline.home import Home
    from mozpipeline.report import charts
    from mozpipeline.report.findings import find
    from mozpipeline.report.page import page
    from mozpipeline.retention.archive import Archive

    return (
        Archive, Home, Path, charts, datetime, duck, find, mo, named, page, read_catalog,
        read_history, timezone,
    )  # fmt: skip


@app.cell
def _(Home, Path, datetime, mo, read_catalog, read_history, timezone):
    given = mo.cli_args()
    today = datetime.now(timezone.utc).date()
    catalog = read_catalog(Home(Path(given.get("data") or "mozpipeline-data")), read_history(None))
    return catalog, given, today


@app.cell
def _(mo):
    mo.md("""
    # Which old builds can go?

    Every push makes builds, and keeping them costs money each month. The usage pings say how old
    the builds are that people ask for. First, the question as it is asked of the tables:
    """)


@app.cell
def _(mo, named):
    question = named.query("build_ages")
    mo.md(f"```sql\n{question.sql}\n```")
    return (question,)


@app.cell
def _(catalog, duck, mo, question, today):
    with duck.opened(catalog, today) as _engine:
        ages = _engine.ask(question.sql)
    mo.ui.table(ages.dicts()) if ages.rows else mo.md("There are no pings with dates yet.")
    return (ages,)


@app.cell
def _(Archive, catalog, duck, find, today):
    with duck.opened(catalog, today) as _engine:
        findings = find(_engine, today, Archive())
    return (findings,)


@app.cell
def _(charts, findings, mo):
    mo.vstack(
        [
            mo.md("Ages in months. The box is the middle half of all uses:"),
            mo.Html(charts.box_plot(findings.build_ages)),
            mo.md("The share of bisections that would fail if older builds were deleted:"),
            mo.Html(charts.curves(findings.curves, "Failures", "months that builds are kept")),
            mo.md("Keeping one push in a few costs little, and fails nothing:"),
            mo.Html(
                charts.policies(
                    findings.policies, findings.choice, "width", "Pushes left", shares=False
                )
            ),
        ]
    )


@app.cell
def _(findings, mo):
    mo.md(
        f"Without more failures than by keeping everything: **{findings.choice.policy.name}**, "
        f"{findings.choice.cost:,.0f} a month instead of {findings.policies[0].cost:,.0f}."
    )


@app.cell
def _(Path, findings, given, page):
    text = page(findings)
    if given.get("html"):
        Path(given["html"]).write_text(text, encoding="utf-8")
    return (text,)


if __name__ == "__main__":
    app.run()
