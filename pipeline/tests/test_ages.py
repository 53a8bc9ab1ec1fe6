"""From usage pings to what a bisection believes of the age of a change."""

from datetime import date
from pathlib import Path

import pytest

from mozpipeline.console.main import main
from mozpipeline.definitions.history import History
from mozpipeline.home import Home
from mozpipeline.report.ages import weights
from mozregression.faces.certainty import ages_of
from mozregression.search.prior import Prior
from stores import TODAY, filled, made_year


def written(home: Home, tmp_path: Path, today: date = TODAY) -> Path:
    """The file that the command writes."""
    file = tmp_path / "ages"
    assert main(["ages", str(file), "--data", str(home.folder), "--today", str(today)]) == 0
    return file


def test_a_bisection_counts_once_spread_over_its_days() -> None:
    spans = [{"days": 1, "uses": 2}, {"days": 4, "uses": 8}]
    assert weights(spans) == [4.0, 2.0, 2.0, 2.0]
    assert weights([]) == []


def test_pings_become_a_prior(tmp_path: Path, home: Home, history: History) -> None:
    """Of 20 bisections 15 were of the last week, so that is where most belief is."""
    used = {"client": "a", "app": "firefox", "day": date(2026, 11, 20)}
    used["bad_date"] = used["day"]
    near, far = (used | {"good_date": day} for day in (date(2026, 11, 14), date(2026, 8, 13)))
    filled(home, history, {"usage": [near] * 15 + [far] * 5})
    ages = ages_of(str(written(home, tmp_path, date(2026, 11, 21))))
    assert len(ages.days) == 100
    assert sum(ages.days[:7]) == pytest.approx(15 + 5 * 7 / 100, rel=1e-4)
    prior = Prior.by_age(range(200, -1, -1), ages.days)
    assert sum(prior.weights[-8:]) > 0.75 * sum(prior.weights)


def test_a_year_of_pings_is_taken_whole(tmp_path: Path, home: Home, history: History) -> None:
    made_year(home, history, 300)
    days = ages_of(str(written(home, tmp_path))).days
    assert days[0] == max(days)
    assert list(days) == sorted(days, reverse=True)


def test_too_few_pings_are_told(
    tmp_path: Path, home: Home, capsys: pytest.CaptureFixture[str], history: History
) -> None:
    filled(home, history, {})
    assert main(["ages", str(tmp_path / "ages"), "--data", str(home.folder)]) == 2
    assert "0 bisections" in capsys.readouterr().err
    assert not (tmp_path / "ages").exists()
