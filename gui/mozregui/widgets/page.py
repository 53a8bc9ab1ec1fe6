"""What the window shows one of at a time."""

from qtpy.QtWidgets import QWidget


class Page(QWidget):
    """A page of the window."""

    def closing(self) -> None:
        """It is left, and never comes back."""
