"""A good build beside the one under test, for a person to compare with."""

from qtpy.QtGui import QKeySequence
from qtpy.QtWidgets import QHBoxLayout, QShortcut, QWidget

from mozregression.driver.events import Beside
from mozregui.models.bisection import Bisection
from mozregui.widgets.parts import button, faint, paragraph
from mozregui.words import tr

_KEY = "O"


class ReferenceBar(QWidget):
    """Buttons, and what became of the wish."""

    def __init__(self, bisection: Bisection) -> None:
        super().__init__()
        self._bisection = bisection
        text = tr("Open a good build beside it")
        tip = tr("Opens the nearest build that is known to be good, to compare with; no verdict")
        self.open = button(f"{text} ({_KEY})", bisection.reference.open, f"{tip} ({_KEY})")
        self.open.setAccessibleName(text)
        shortcut = QShortcut(QKeySequence(_KEY), self)
        shortcut.activated.connect(self.open.click)
        self._tip = tip
        self.close_it = button(tr("Close it"), bisection.reference.close)
        self.told = faint(paragraph())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.open)
        row.addWidget(self.close_it)
        row.addWidget(self.told, 1)
        bisection.reference.changed.connect(self.refresh)
        bisection.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show how it goes, and whether one may be asked for."""
        bisection, reference = self._bisection, self._bisection.reference
        self.setVisible(not bisection.automated and not bisection.is_over)
        self.open.setEnabled(bisection.can_judge and reference.can_ask)
        self.close_it.setVisible(reference.can_close)
        self.close_it.setText(tr("Cancel") if reference.state is Beside.OPENING else tr("Close it"))
        self.told.setText(reference.told)
        self.open.setAccessibleDescription(reference.told or self._tip)
