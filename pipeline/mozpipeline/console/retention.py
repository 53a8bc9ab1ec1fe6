"""`mozpipeline retention plan`."""

import argparse

from mozpipeline.console.main import add_definitions, add_home
from mozpipeline.console.query import add_engine
from mozpipeline.home import Home
from mozpipeline.retention.archive import Archive
from mozpipeline.retention.plan import Outcome


def declare(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("plan",), help="compare ways to keep builds")
    add_home(parser)
    add_definitions(parser)
    add_engine(parser)
    add_archive(parser)
    parser.add_argument("--app", help="of this app only")
    parser.add_argument("--build-type", help="of this build type only")
    parser.set_defaults(run=run)


def add_archive(parser: argparse.ArgumentParser) -> None:
    """What there is to keep."""
    usual = Archive()
    numbers = (
        ("--pushes-a-day", "pushes_a_day", "pushes"),
        ("--push-size", "push_size", "MB of one push, all platforms"),
        ("--nightlies-a-day", "nightlies_a_day", "nightlies"),
        ("--nightly-size", "nightly_size", "MB of one nightly, all platforms"),
        ("--price", "price", "money per GB and month"),
    )
    for option, name, text in numbers:
        parser.add_argument(
            option,
            type=float,
            default=getattr(usual, name),
            metavar="NUMBER",
            help=f"{text} (default: %(default)s)",
        )
    parser.add_argument(
        "--horizon",
        type=int,
        default=usual.horizon,
        metavar="MONTHS",
        help="nothing is kept longer in any case (default: %(default)s)",
    )
    parser.add_argument("--budget", type=float, metavar="MONEY", help="that a month may cost")


def archive_of(options: argparse.Namespace) -> Archive:
    return Archive(
        options.pushes_a_day,
        options.push_size,
        options.nightlies_a_day,
        options.nightly_size,
        options.price,
        options.horizon,
    )


def run(options: argparse.Namespace) -> int:
    from mozpipeline.ask import engines, named
    from mozpipeline.ask.catalog import read_catalog
    from mozpipeline.definitions.history import read_history
    from mozpipeline.report.findings import demand_of
    from mozpipeline.retention.plan import compare, recommended
    from mozpipeline.retention.policies import usual

    home = Home(options.data, options.store)
    catalog = read_catalog(home, read_history(options.definitions))
    with engines.opened(options.engine, catalog, options.today, options.master) as engine:
        rows = engine.ask(named.query("build_ages_by_client").sql).dicts()
    demands = [
        one
        for one in demand_of(rows)
        if options.app in (None, one.app) and options.build_type in (None, one.build_type)
    ]
    outcomes = compare(archive_of(options), usual(), demands)
    print(
        f"{sum(one.uses for one in demands)} uses with dates of "
        f"{len({one.client for one in demands})} installations, twelve months to {options.today}.\n"
    )
    _print(outcomes)
    if options.budget is not None:
        best = recommended(outcomes, options.budget)
        print(f"\nWithin {options.budget:,.0f} a month: {best.policy.name if best else 'nothing'}.")
    return 0


def _print(outcomes: list[Outcome]) -> None:
    print(
        f"{'policy':44} {'GB':>9} {'cost':>8}  {'fail':>22} {'wider':>7} {'pushes':>7} "
        f"{'launches':>8}"
    )
    for one in outcomes:
        failed = f"{one.failed.value:.1%} ({one.failed.low:.1%} to {one.failed.high:.1%})"
        mark = "*" if one.frontier else " "
        print(
            f"{mark} {one.policy.name:42} {one.gigabytes:9,.0f} {one.cost:8,.0f}  {failed:>22} "
            f"{one.wider.value:7.1%} {one.width.value:7.2f} {one.launches.value:8.2f}"
        )
    print(
        "\n* no other policy is as good in cost, failures and width, and better in one of them."
        "\ncost: of a month. fail, wider: shares of uses. pushes: left in the last range, on"
        "\naverage of those that do not fail. launches: extra ones. In brackets: 95 % intervals."
    )
