"""A window without a window: the model of a session, and a person who knows the truth."""

from dataclasses import dataclass, field

from mozregression.driver.settings import Settings
from mozregression.journal import Journal, Session
from mozregression.model.builds import Candidate
from mozregression.model.certainty import EXACT, Certainty
from mozregression.model.verdicts import Verdict
from mozregression.services.endpoints import Endpoints
from mozregui.models.bisection import Bisection, Doing
from mozregui.work import worker
from mozregui.work.worker import Worker
from tests.driver.conftest import Bench

from mailbox_of_a_window import Mailbox  # isort: skip


@dataclass
class Face:
    """misses: of a bug that hides, which sights of it are missed, one in so many; 0: none."""

    bench: Bench
    mailbox: Mailbox
    misses: int = 0
    workers: list[Worker] = field(default_factory=list)
    sights: int = 0

    def open(self, settings: Settings | None = None, certainty: Certainty = EXACT) -> Bisection:
        settings = settings or Settings()
        session = self.bench.session(settings, certainty=certainty)
        bisection = Bisection(self._worker(session), self._again, automated=settings.automated)
        bisection.worker.start()
        self.bisection = bisection
        return bisection

    def _worker(self, session: Session) -> Worker:
        def tell(happening: worker.Happening) -> None:
            self.mailbox.post(lambda: self.bisection.hear(happening))

        made = Worker(session, self.bench.where, Endpoints.at(self.bench.sandbox.root), tell)
        self.workers.append(made)
        return made

    def _again(self, bisection: Bisection) -> None:
        session = Journal(self.bench.where.state).open(bisection.id)
        self.mailbox.post(lambda: bisection.carry_on(self._worker(session)))

    def until(self, *doing: Doing) -> None:
        self.mailbox.until(lambda: self.bisection.doing in doing)

    def asked(self) -> Candidate:
        """Wait to be asked; what about."""
        self.until(Doing.ASKING)
        assert self.bisection.candidate
        return self.bisection.candidate

    def truth(self) -> Verdict:
        if not self.bench.world.is_bad(self.asked()):
            return Verdict.GOOD
        self.sights += 1
        return Verdict.GOOD if self.misses and self.sights % self.misses == 0 else Verdict.BAD

    def judge(self, times: int) -> None:
        for _ in range(times):
            self.bisection.judge(self.truth())

    def finish(self) -> None:
        while True:
            self.until(Doing.ASKING, Doing.FINISHED)
            if self.bisection.doing is Doing.FINISHED:
                return
            self.judge(1)

    def close(self) -> None:
        for each in self.workers:
            assert each.close()

    @property
    def found_it(self) -> bool:
        account = self.bisection.account
        end = account.report.bad if account else None
        return end is not None and end.candidate == self.bench.world.culprit.push
