"""Builds that embed the source of another repository, as Thunderbird does with gecko.

Each build of a comm branch takes the newest gecko of its day. So two builds of one changeset may
differ, and between two pushes there may be a range of gecko pushes as well. Nobody builds each of
those, so they are told, not tested.
"""

from mozregression.model.builds import Candidate, Push
from mozregression.model.report import Embedded
from mozregression.session.knowledge import Knowledge
from mozregression.session.phases import Narrowed


def embedded_between(good: Candidate, bad: Candidate, knowledge: Knowledge) -> Embedded | None:
    """What differs between two builds in the repository they embed; None: nothing that is known.

    Raises Needs.
    """
    older, newer = knowledge.embedded(good), knowledge.embedded(bad)
    if older is None or newer is None or older.node == newer.node:
        return None
    pushes = knowledge.pushes_between(newer.branch, older.node, newer.node)
    if not pushes:
        return Embedded(older, newer)
    landings = knowledge.described(pushes, before=True)  # the one before has the hash of `older`
    git = {landing.node: landing.git for landing in landings}
    return Embedded(
        older,
        newer,
        pushes,
        tuple(landing for landing in landings if landing.push >= pushes[0].id),
        git.get(older.node),
        git.get(newer.node),
    )


def embedding_line(
    left: Narrowed, upstream: tuple[Push, ...], knowledge: Knowledge
) -> tuple[Candidate, ...] | None:
    """Pushes between two nightlies with the nightlies themselves; None: they embed nothing.

    The build of a nightly's own push is another one, with an older state of what is embedded.
    """
    if upstream and knowledge.embedded(left.good) and knowledge.embedded(left.bad):
        return (left.good, *upstream, left.bad)
    return None
