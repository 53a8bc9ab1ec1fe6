"""What the program is, and where it keeps what."""

import platform
from dataclasses import dataclass

import mozregression
from mozregression.driver import release
from mozregression.driver.places import Places
from mozregression.settings.file import location
from mozregui.models.cache import folder_of_builds
from mozregui.words import tr


@dataclass(frozen=True, slots=True)
class About:
    """facts: name and value. links: name and URL."""

    facts: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The facts, to be copied into a report."""
        return "".join(f"{name}: {value}\n" for name, value in self.facts)


def about(places: Places, qt: str, newer: str = "") -> About:
    """qt: the versions of Qt and what binds it. newer: what is told of a newer release."""
    facts = (
        (tr("Version"), mozregression.__version__),
        (tr("Newer"), newer),
        (tr("Licence"), "Mozilla Public License 2.0"),
        (tr("Qt"), qt),
        (tr("Python"), platform.python_version()),
        (tr("System"), platform.platform(terse=True)),
        (tr("Preferences"), str(location())),
        (tr("Sessions"), str(places.state)),
        (tr("Builds"), str(folder_of_builds(places))),
    )
    links = (
        (tr("Website"), "https://mozilla.github.io/mozregression/"),
        (tr("Source"), "https://github.com/mozilla/mozregression"),
        (tr("Releases"), release.PAGE),
        (tr("Licence"), "https://www.mozilla.org/MPL/2.0/"),
    )
    return About(tuple(fact for fact in facts if fact[1]), links)
