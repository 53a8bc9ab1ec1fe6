"""The icon as a picture of pixels, for the systems whose programs carry one."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

_SIZE = 512  # in pixels; PyInstaller makes smaller ones of it, with Pillow


def draw(svg: Path, png: Path) -> None:
    """Draw a square SVG. Raises ValueError when that cannot be."""
    renderer = QSvgRenderer(str(svg))
    image = QImage(_SIZE, _SIZE, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    if not renderer.isValid() or not image.save(str(png)):
        raise ValueError(f"{svg} cannot be drawn to {png}")
