"""Two machines, each with its journals and its loader, and one store."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake.exceptions import CommitFailedError

from mozpipeline.definitions.history import History
from mozpipeline.home import Home
from mozpipeline.load.loader import Loader, loading
from mozpipeline.load.tidying import MOST_FILES
from mozpipeline.receive.serve import python_command
from mozpipeline.store.table import DAY
from pings import deletion, outcomes, packed, path, received, request, usage_rows, usages, uuid
from stores import made_year, table


@pytest.fixture
def machines(tmp_path: Path, history: History) -> Iterator[list[tuple[Home, Loader]]]:
    """Loaders that run all the time, as beside `serve --load`."""
    homes = [Home(tmp_path / name, str(tmp_path / "store")) for name in ("one", "two")]
    with ExitStack() as stack:
        yield [(home, stack.enter_context(loading(home, history))) for home in homes]


def documents(home: Home) -> list[str]:
    return sorted(row["document_id"] for row in usage_rows(home))


def ids(numbers: range) -> list[str]:
    return sorted(uuid(number) for number in numbers)


def test_what_one_has_stored_is_a_duplicate_to_the_other(
    machines: list[tuple[Home, Loader]],
) -> None:
    for turn in range(4):
        mine, others = machines[turn % 2], machines[1 - turn % 2]
        received(mine[0], usages(range(10 * turn, 10 * turn + 10)))
        received(others[0], usages(range(10 * turn, 10 * turn + 5)))
        assert mine[1].run().outcomes == {"stored": 10}
        assert others[1].run().outcomes == {"duplicate": 5}
    assert documents(machines[0][0]) == ids(range(40))


def test_what_both_stored_at_once_is_there_once_when_the_day_is_put_together(
    machines: list[tuple[Home, Loader]], history: History
) -> None:
    (home, loader), _ = machines
    received(home, usages(range(10)))
    loader.run()
    mine = table(home, history, "usage")
    (path,) = mine.paths
    rows = mine.read([path])
    day = date.fromisoformat(path.partition("/")[0].partition("=")[2])
    twice = rows.append_column(DAY, pa.array([day] * rows.num_rows))
    for _ in range(MOST_FILES):
        mine.append(twice.slice(5), {})
    assert len(documents(home)) == 10 + 5 * MOST_FILES
    received(home, usages(range(20)))
    assert loader.run().outcomes == {"stored": 10, "duplicate": 10}
    assert documents(home) == ids(range(20))
    assert loader.run().outcomes == {}
    received(home, usages(range(20)))
    assert loader.run().outcomes == {"duplicate": 20}


def test_commits_at_the_same_time_do_not_lose_each_others_rows(tmp_path: Path) -> None:
    homes = [Home(tmp_path / name, str(tmp_path / "store")) for name in ("one", "two")]
    for turn in range(2):
        for half, home in enumerate(homes):
            start = 100 * turn + 50 * half
            received(home, usages(range(start, start + 50)))
        loaders = [subprocess.Popen(load_command(home), stderr=subprocess.PIPE) for home in homes]
        for loader in loaders:
            _, said = loader.communicate(timeout=120)
            assert loader.returncode == 0, said
    assert documents(homes[0]) == ids(range(200))
    assert outcomes(homes[0])["stored", ""] == 200


def load_command(home: Home) -> list[str]:
    return python_command("load", "--data", str(home.folder), "--store", home.store)


def test_who_replaces_files_that_another_replaced_fails(tmp_path: Path, history: History) -> None:
    home = Home(tmp_path)
    made_year(home, history, 100)
    first, second = table(home, history, "usage"), table(home, history, "usage")
    first.rewrite(first.paths, lambda rows: rows)
    with pytest.raises(CommitFailedError):
        second.rewrite(second.paths, lambda rows: rows)
    assert table(home, history, "usage").rows() == 100


def test_a_file_that_another_is_about_to_commit_stays(tmp_path: Path, history: History) -> None:
    home = Home(tmp_path)
    made_year(home, history, 100)
    mine = table(home, history, "usage")
    old = [tmp_path / "tables" / mine.name / path for path in mine.paths]
    young = old[0].with_name("young.parquet")
    young.write_bytes(b"of another loader")
    mine.rewrite(mine.paths, lambda rows: rows)
    mine.forget(grace=3600)
    assert young.exists()
    assert not any(path.exists() for path in old)
    mine.forget()
    assert not young.exists()
    assert mine.rows() == 100


def test_a_deletion_on_one_machine_erases_what_the_other_stored(
    machines: list[tuple[Home, Loader]],
) -> None:
    (one, first), (two, second) = machines
    received(one, usages(range(5)))
    first.run()
    received(two, [request(path(9, "deletion-request"), packed(deletion(uuid(-3))))])
    assert second.run().erased_rows == 1
    assert documents(one) == sorted(uuid(number) for number in range(5) if number != 3)
