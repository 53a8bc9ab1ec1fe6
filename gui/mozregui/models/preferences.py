"""The settings that are kept in the user's file."""

from pathlib import Path

from mozregression.settings.file import FileError, changed, load, store, text_of
from mozregression.settings.table import BY_NAME, SETTINGS, Kind, Setting
from mozregression.settings.values import WrongValueError
from mozregui.models.fields import Field, Form
from mozregui.models.notice import Notice
from mozregui.words import tr


class Preferences:
    """Reads the file when made. Raises FileError. turned_off: usage data is no longer wanted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.turned_off = Notice()
        self._before = load(path).values
        kept = [one for one in SETTINGS if one.key and not getattr(one, "inert", False)]
        self.form = Form(kept, self._before)

    @property
    def groups(self) -> list[tuple[str, list[Field]]]:
        """Fields by the titles of their groups."""
        titles = {
            "RANGE": tr("Search"),
            "BUILDS": tr("Builds"),
            "TEST": tr("Test"),
            "CERTAINTY": tr("Bugs that hide"),
            "BROWSER": tr("Browser"),
            "DOWNLOADS": tr("Downloads"),
            "OTHER": tr("Privacy and updates"),
        }
        groups: dict[str, list[Field]] = {}
        for field in self.form.fields.values():
            group = field.setting.group.name
            groups.setdefault(titles.get(group, tr("Other")), []).append(field)
        return list(groups.items())

    def save(self) -> str:
        """Write what was changed. Returns what is wrong; empty when nothing is."""
        values = {
            str(field.setting.key): _written(field)
            for field in self.form.fields.values()
            if field.value != self._before.get(field.name, field.setting.default)
        }
        if not values:
            return ""
        try:
            store(self.path, changed(self.path, text_of(self.path), values))
        except (FileError, WrongValueError) as error:
            return str(error)
        self._before = load(self.path).values
        if str(BY_NAME["telemetry"].key) in values and not self.form["telemetry"].value:
            self.turned_off()
        return ""


def _written(field: Field) -> str:
    """As `settings.file` reads it."""
    if field.kind is Kind.FLAG:
        return "true" if bool(field.value) is not _turned(field.setting) else "false"
    if isinstance(field.value, tuple):
        return ", ".join(field.value)
    return field.text.strip()


def _turned(setting: Setting) -> bool:
    """Whether the key says the opposite of the setting."""
    return (setting.key or "").startswith("no-")
