"""A world on paper whose builds embed the newest state of another repository."""

from dataclasses import dataclass, field
from datetime import timedelta

from mozregression.model.apps import CENTRAL
from mozregression.model.bounds import Bound
from mozregression.model.builds import Candidate, Nightly, Push, Revision
from mozregression.model.facts import Fact, SourceIdentified
from mozregression.model.report import Report
from mozregression.model.request import Request
from mozregression.model.steps import Finish, TestBuild
from mozregression.model.verdicts import Verdict
from mozregression.session import next_step
from tests.session.paper_world import HOUR, START, PaperWorld, node

COMM = "comm-central"


@dataclass
class CommWorld(PaperWorld):
    """Pushes of comm-central every `apart` hours, and a nightly every day at 20:30.

    comm_culprit: index of the comm push that brings the bug, if any. gecko_culprit: index of the
    main-branch push that brings it; those come every four hours.
    """

    apart: int = 5
    comm_culprit: int = 10_000
    gecko_culprit: int = 10_000
    comm: list[Push] = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        start = int(START.timestamp())
        self.comm = [
            Push(COMM, 300 + i, start + i * self.apart * HOUR, (node("c", i),))
            for i in range(self.days * 24 // self.apart)
        ]
        self.others[COMM] = self.comm
        moments = [START + timedelta(days=n, hours=20, minutes=30) for n in range(self.days)]
        self.nightlies = [
            Nightly(COMM, f"{moment:%Y%m%d%H%M%S}", f"/pub/{moment:%d}/") for moment in moments
        ]

    def asked_of(
        self, good: Bound | None = None, bad: Bound | None = None, *, confirm: bool = False
    ) -> Request:
        return self.request(good, bad, app="thunderbird", build_type="opt", confirm=confirm)

    def parts(self, candidate: Candidate) -> tuple[Push, Push]:
        """What a build is made from and what it embeds."""
        if isinstance(candidate, Push):
            own = candidate
        else:
            own = [push for push in self.comm if push.moment <= candidate.moment][-1]
        known = [push for push in self.central if push.moment <= candidate.moment]
        return own, (known or self.central)[-1 if known else 0]

    def identified(self, candidate: Candidate) -> SourceIdentified:
        own, embedded = self.parts(candidate)
        return SourceIdentified(
            candidate.key, Revision(COMM, own.tip), Revision(CENTRAL, embedded.tip)
        )

    def verdict(self, candidate: Candidate) -> Verdict:
        return Verdict.SKIP if candidate.key in self.skipped else self.truth(candidate)

    def truth(self, candidate: Candidate) -> Verdict:
        """What a tester would say who can judge everything."""
        own, embedded = self.parts(candidate)
        bad = (
            self.comm.index(own) >= self.comm_culprit
            or self.central.index(embedded) >= self.gecko_culprit
        )
        return Verdict.BAD if bad is not self.fixes else Verdict.GOOD

    def _identified(self, key: str) -> SourceIdentified:
        return self.identified(next(each for each in self.nightlies if each.key == key))

    def run(self, request: Request, facts: list[Fact] | None = None) -> Report:
        """As the driver does it: a build that is tested tells its sources first."""
        facts = [] if facts is None else facts
        for _ in range(500):
            step = next_step(request, facts)
            if isinstance(step, Finish):
                return step.report
            if isinstance(step, TestBuild):
                facts.append(self.identified(step.candidate))
            facts.append(self.answer(step))
        raise AssertionError("the session does not come to an end")
