"""What a person has to know of usage data before the first search."""

from qtpy.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from mozregui.models.usage import Usage
from mozregui.widgets.parts import button, paragraph
from mozregui.words import tr


class UsageNotice(QFrame):
    """Seen until it is answered, or never."""

    def __init__(self, usage: Usage) -> None:
        super().__init__()
        self._usage = usage
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.told = paragraph()
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(button(tr("Do not send anything"), usage.turn_off))
        row.addWidget(button(tr("All right"), usage.dismiss))
        layout = QVBoxLayout(self)
        layout.addWidget(self.told)
        layout.addLayout(row)
        usage.changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        self.told.setText(self._usage.notice)
        self.setVisible(bool(self._usage.notice))
