"""What is known of a build: the one under test, and one that was tested."""

from collections.abc import Sequence

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from mozregui.models.bisection import Bisection
from mozregui.models.steps import Step
from mozregui.widgets.parts import button, faint, heading, open_page, paragraph
from mozregui.words import tr


class Details(QWidget):
    """back: the person wants to go back to before a step, by its number."""

    back = Signal(int)

    def __init__(self, bisection: Bisection) -> None:
        super().__init__()
        self._bisection = bisection
        self._step: Step | None = None
        self._now = Facts()
        self._before = Facts()
        self._back = button(tr("Take back this verdict and all after it"), self._go_back)
        self._hint = faint(paragraph(tr("Choose a verdict in the list to see its details here.")))
        layout = QVBoxLayout(self)
        for widget in (self._now, self._before, self._back, self._hint):
            layout.addWidget(widget)
        layout.addStretch()

    def show_step(self, step: Step | None) -> None:
        """What was tested."""
        self._step = step
        self.refresh()

    def refresh(self) -> None:
        shown, step = self._bisection.shown, self._step
        self._now.show_facts(
            tr("Under test: {build}").format(build=shown.name) if shown else "",
            shown.facts if shown else (),
            shown.url if shown else "",
        )
        self._before.show_facts(
            tr("Verdict {number}").format(number=step.number) if step else "",
            step.facts(hides=self._bisection.hides) if step else (),
            step.url if step else "",
        )
        self._back.setVisible(step is not None)
        self._back.setEnabled(self._bisection.can_undo)
        self._hint.setVisible(step is None and bool(self._bisection.steps))

    def _go_back(self) -> None:
        if self._step:
            self.back.emit(self._step.number)


class Facts(QWidget):
    """Names and values under a title."""

    def __init__(self) -> None:
        super().__init__()
        self._form = QFormLayout(self)
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        self._shown: object = None

    def show_facts(self, title: str, facts: Sequence[tuple[str, str]], url: str) -> None:
        """url: a page about the source, or empty."""
        if (title, facts, url) == self._shown:
            return
        self._shown = (title, facts, url)
        self.setVisible(bool(facts))
        while self._form.rowCount():
            self._form.removeRow(0)
        if title:
            self._form.addRow(heading(title, 1.1))
        for name, value in facts:
            self._form.addRow(faint(paragraph(name)), paragraph(value))
        if url:
            self._form.addRow(button(tr("Show the changeset"), lambda: open_page(url), url))
