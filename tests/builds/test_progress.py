from mozregression.builds.progress import Progress, Reporter, State
from mozregression.model.builds import Build

BUILD = Build("push/autoland/1", "firefox", "linux", "opt", "http://x/a.zip", "a.zip", size=1000)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def reporter() -> tuple[Reporter, Clock, list[Progress]]:
    clock, told = Clock(), list[Progress]()
    return Reporter(BUILD, told.append, clock=clock), clock, told


def test_at_most_ten_reports_a_second_but_every_change_of_state() -> None:
    report, clock, told = reporter()
    for step in range(1000):
        clock.now = 100 + step / 1000
        report.arrived(step, 1000)
    report.enter(State.CHECKING)
    report.enter(State.UNPACKING)
    assert 9 <= sum(progress.state is State.DOWNLOADING for progress in told) <= 11
    assert [progress.state for progress in told[-2:]] == [State.CHECKING, State.UNPACKING]
    assert told[-1].done == 999


def test_the_rate_is_that_of_the_last_seconds() -> None:
    report, clock, told = reporter()
    for second in range(10):
        clock.now += 1
        report.arrived(second * 10, None)
    for second in range(10):
        clock.now += 1
        report.arrived(100 + second * 50, None)
    assert told[5].rate == 10
    assert told[-1].rate == 50


def test_bytes_of_an_earlier_run_are_no_rate() -> None:
    report, clock, told = reporter()
    report.arrived(900, 1000)
    clock.now += 1
    report.arrived(910, 1000)
    assert [progress.rate for progress in told] == [0, 10]


def test_starting_over_measures_anew() -> None:
    report, clock, told = reporter()
    report.arrived(500, 1000)
    clock.now += 1
    report.arrived(0, 1000)
    clock.now += 1
    report.arrived(30, 1000)
    assert [progress.rate for progress in told] == [0, 0, 30]
