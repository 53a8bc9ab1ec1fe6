"""Writing a text to a file that the person chooses."""

from pathlib import Path

from qtpy.QtWidgets import QFileDialog, QWidget

from mozregui.widgets.dialogs import tell_trouble
from mozregui.words import tr


def save_text(parent: QWidget, title: str, name: str, pattern: str, text: str) -> None:
    """Ask where to, then write. What goes wrong is told."""
    chosen, _ = QFileDialog.getSaveFileName(parent, title, name, pattern)
    if not chosen:
        return
    try:
        Path(chosen).write_text(text, encoding="utf-8")
    except OSError as error:
        tell_trouble(
            parent,
            tr("{path} cannot be written.").format(path=chosen),
            tr("{error}. Choose another place.").format(error=error.strerror or error),
        )
