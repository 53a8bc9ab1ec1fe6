"""Fields of a form on the screen, with those that few people need folded away."""

from typing import Any

from qtpy.QtWidgets import QVBoxLayout, QWidget

from mozregui.models.fields import Field
from mozregui.models.request_form import RequestForm, Section
from mozregui.widgets.bound_editor import BoundEditor
from mozregui.widgets.editors import Editor, editor
from mozregui.widgets.parts import button, faint, heading, left, paragraph
from mozregui.words import tr


class SectionView(QWidget):
    """Shows one section of a form. editors: of its fields, in their order."""

    def __init__(self, form: RequestForm[Any], section: Section) -> None:
        super().__init__()
        self._form = form
        self._section = section
        self._unfolded = any(_is_set(field) for field in section.more)
        self.editors: list[Editor] = []
        self._more = button(tr("More …"), self._unfold)
        self._folded = QWidget()
        layout = QVBoxLayout(self)
        layout.addWidget(heading(section.title, 1.25))
        if section.intro:
            layout.addWidget(faint(paragraph(section.intro)))
        for field in section.fields:
            layout.addWidget(self._editor(field))
        inner = QVBoxLayout(self._folded)
        inner.setContentsMargins(0, 0, 0, 0)
        for field in section.more:
            inner.addWidget(self._editor(field))
        layout.addLayout(left(self._more))
        layout.addWidget(self._folded)
        layout.addStretch()
        self.refresh()

    def refresh(self) -> None:
        for each in self.editors:
            each.refresh()
        any_more = any(field.visible for field in self._section.more)
        self._folded.setVisible(any_more and self._unfolded)
        self._more.setVisible(any_more and not self._unfolded)

    def focus_first(self) -> bool:
        """Put the cursor where typing begins; False where nothing can be typed."""
        for each in self.editors:
            if each.isVisibleTo(self):
                each.input.setFocus()
                return True
        return False

    def _unfold(self) -> None:
        self._unfolded = True
        self.refresh()

    def _editor(self, field: Field) -> Editor:
        made: Editor
        if field.name in self._form.bounds:
            made = BoundEditor(self._form, field.name)
        else:
            made = editor(field, lambda: self._form.error_of(field))
        self.editors.append(made)
        return made


def _is_set(field: Field) -> bool:
    return field.value != field.setting.default
