"""What is in a build: a small script in place of the program, and the files that describe it."""

from dataclasses import dataclass
from typing import NamedTuple

from mozregression.model.apps import BRANCHES
from mozregression.model.builds import Candidate
from mozregression.sandbox.world import Condition, World

_PROGRAM = """\
#!/bin/sh
# Stands in for a browser. `firefox --check` exits 0 when this build is good, 1 when it shows
# the bug. Started as a browser it leaves a mark in its profile and runs until it is ended.
misses_in_65536=@misses@
case "$1" in
--check)
    if [ "$misses_in_65536" -gt 0 ]; then
        draw=$(od -An -N2 -tu2 /dev/urandom)
        [ "$draw" -lt "$misses_in_65536" ] && exit 0
    fi
    exit @status@
    ;;
--version)
    echo "Mozilla @title@ @version@"
    exit 0
    ;;
esac
"""
_BROWSER = """\
while [ $# -gt 0 ]; do
    case "$1" in
    -profile | --profile) [ -d "$2" ] && : >"$2/launched" ;;
    esac
    shift
done
exec sleep 2147483
"""
# A shell runs a script to its end; one that shows the bug fails at that.
_SHELL = """\
exec "$0" --check
"""


class Product(NamedTuple):
    """name: of folder and program. package: what Android calls it."""

    name: str
    title: str
    id: str = ""
    package: str = ""


FIREFOX = Product("firefox", "Firefox", "{ec8030f7-c20a-464f-9b0e-13a3a9e97384}")
THUNDERBIRD = Product("thunderbird", "Thunderbird", "{3550f703-e582-4d05-9a08-453d09bdfdc6}")
SHELL = Product("js", "JavaScript")
FENNEC = Product("fennec", "Fennec", "{aa3c5121-dab2-40e2-81ca-7ea25febc110}", "org.mozilla.fennec")
FENIX = Product("fenix", "Firefox", package="org.mozilla.fenix")
FOCUS = Product("focus", "Focus", package="org.mozilla.focus.nightly")
EXAMPLE = Product("geckoview_example", "GeckoView", package="org.mozilla.geckoview_example")


@dataclass(frozen=True, slots=True)
class Source:
    """repository: URL. node: hash of the changeset that was built."""

    repository: str
    node: str

    @property
    def url(self) -> str:
        return f"{self.repository}/rev/{self.node}"


@dataclass(frozen=True, slots=True)
class Contents:
    """What tells one build from another. platform: the Gecko inside, if it is another source."""

    product: Product
    version: str
    build_id: str
    source: Source
    platform: Source | None
    status: int
    misses: int
    binary: bool = True

    @property
    def program(self) -> str:
        """The script of a browser, or of a shell."""
        script = _PROGRAM + (_SHELL if self.product is SHELL else _BROWSER)
        script = script.replace("@status@", str(self.status))
        script = script.replace("@misses@", str(self.misses))
        return script.replace("@version@", self.version).replace("@title@", self.product.title)

    @property
    def application_ini(self) -> str:
        product, version = self.product, self.version
        return (
            f"[App]\nVendor=Mozilla\nName={product.title}\nRemotingName={product.name}-nightly\n"
            f"Version={version}\nBuildID={self.build_id}\n"
            f"SourceRepository={self.source.repository}\nSourceStamp={self.source.node}\n"
            f"ID={product.id}\n\n[Gecko]\nMinVersion={version}\nMaxVersion={version}\n"
        )

    @property
    def platform_ini(self) -> str:
        source = self.platform or self.source
        return (
            f"[Build]\nBuildID={self.build_id}\nMilestone={self.version}\n"
            f"SourceRepository={source.repository}\nSourceStamp={source.node}\n"
        )


def contents_of(world: World, candidate: Candidate, product: Product = FIREFOX) -> Contents:
    push, platform = world.source(candidate), world.platform(candidate)
    bad = world.is_bad(candidate)
    moment = candidate.moment if platform else push.moment
    return Contents(
        product=product,
        version=world.version_of(push),
        build_id=f"{moment:%Y%m%d%H%M%S}",
        source=_source(push.branch, push.tip),
        platform=_source(platform.branch, platform.tip) if platform else None,
        status=int(bad),
        misses=round(65536 * world.spec.miss_rate) if bad else 0,
        binary=world.condition(candidate) is not Condition.NO_BINARY,
    )


def _source(branch: str, node: str) -> Source:
    return Source(f"https://hg.mozilla.org/{BRANCHES[branch].path}", node)
