"""What is told of a build."""

from mozregression.builds.sizes import human_size
from mozregression.launch.info import BuildInfo
from mozregression.model import links
from mozregression.model.builds import Build, Candidate, Push
from mozregression.reports.wording import plain
from mozregui.words import tr


def build_facts(info: BuildInfo, build: Build) -> tuple[tuple[str, str], ...]:
    """Names and values of what is known of a build that is there."""
    revision = info.revision
    facts = (
        (tr("Version"), f"{info.name or ''} {info.version or ''}".strip()),
        (tr("Build ID"), info.build_id or ""),
        (tr("Revision"), f"{revision.branch} {revision.node}" if revision else ""),
        *file_facts(build),
    )
    return tuple((name, plain(value)) for name, value in facts if value)


def file_facts(build: Build) -> tuple[tuple[str, str], ...]:
    """Names and values of what is known of a build before it is there."""
    size = f", {human_size(build.size)}" if build.size else ""
    return (
        (tr("Kind"), f"{build.build_type}, {build.platform}{size}"),
        (tr("From"), build.url),
    )


def page_of(candidate: Candidate | None) -> str:
    """A page for people about a candidate's source; empty when there is none."""
    if isinstance(candidate, Push):
        return _page(candidate.branch, candidate.tip)
    return ""


def page_of_build(info: BuildInfo) -> str:
    """The same of a build that is there; each carries its revision in itself."""
    return _page(info.revision.branch, info.revision.node) if info.revision else ""


def _page(branch: str, node: str) -> str:
    return f"{links.repository(branch)}/rev/{node}"
