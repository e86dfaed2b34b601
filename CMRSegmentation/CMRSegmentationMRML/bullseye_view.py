"""The bullseye in the panel: the segments as colored sectors with their values, to be clicked."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import qt
from slicer.i18n import tr as _

from CMRSegmentationLib.reporting.bullseye import SCALES, SECTORS, Color, Scale, Sector, ink_on

from .library_words import segment_name

PIXELS = 40.0
"""Of the radius of 3; the whole fits into the narrowest panel."""
HALF_SIZE = 3.6 * PIXELS
PRESS_S = 0.3
"""Within this time a press and its release, each of which selects, are one click."""
NUMBER_POINTS, WORD_POINTS = 9, 8


@dataclass(frozen=True)
class Quantity:
    """What a bullseye may show.

    Attributes:
        attribute: of the library's `Segment`.
        title: what the user reads.
        unit: as it is written.
        at_es: whether it is looked at in end-systole.
    """

    attribute: str
    title: str
    unit: str
    at_es: bool

    @property
    def scale(self) -> Scale:
        """How values become colors."""
        return SCALES[self.attribute]


def quantities() -> tuple[Quantity, ...]:
    """Wall thickness at both phases, and thickening."""
    return (
        Quantity("ed_mean_mm", _("Wall thickness at ED"), "mm", at_es=False),
        Quantity("es_mean_mm", _("Wall thickness at ES"), "mm", at_es=True),
        Quantity("thickening_percent", _("Thickening"), "%", at_es=True),
    )


class BullseyeView:
    """Draws into a QGraphicsView.

    Args:
        view: of the panel.
        on_segment: called with the number of the segment that was clicked.
    """

    def __init__(self, view, on_segment: Callable[[int], None]) -> None:
        self._view, self._on_segment = view, on_segment
        self._scene = qt.QGraphicsScene(view)
        self._scene.setSceneRect(-HALF_SIZE, -HALF_SIZE, 2.0 * HALF_SIZE, 2.0 * HALF_SIZE)
        self._scene.connect("selectionChanged()", self._selected)
        self._items: dict[int, object] = {}
        self._clicked, self._clicked_at_s = 0, 0.0
        view.setScene(self._scene)

    def show(self, values: Mapping[int, float | None], quantity: Quantity) -> None:
        """Draws the values of the segments by their numbers."""
        self.clear()
        for sector in SECTORS:
            self._add_sector(sector, values.get(sector.number), quantity)
        ink = self._view.palette.color(qt.QPalette.Text)
        for x, y, word, turn in _words():
            self._add_text(word, (x, y), ink, WORD_POINTS, turn)

    def clear(self) -> None:
        """Draws nothing."""
        self._items = {}
        self._scene.clear()

    def _add_sector(self, sector: Sector, value: float | None, quantity: Quantity) -> None:
        color = quantity.scale.color_of(value)
        pen = qt.QPen(self._view.palette.color(qt.QPalette.Base))
        pen.setWidthF(1.5)
        item = self._scene.addPath(_path(sector), pen, qt.QBrush(_qcolor(color)))
        item.setFlag(qt.QGraphicsItem.ItemIsSelectable, True)
        item.setCursor(qt.QCursor(qt.Qt.PointingHandCursor))
        written = "" if value is None else f"{value:z.{quantity.scale.decimals}f}"
        item.setToolTip(_tooltip(sector.number, written, quantity))
        self._items[sector.number] = item
        if written:
            self._add_text(written, sector.middle, _qcolor(ink_on(color)), NUMBER_POINTS)

    def _add_text(
        self, text: str, place: tuple[float, float], ink, points: int, turn: float = 0.0
    ) -> None:
        """Text around a place of a bullseye of radius 3; clicks go through to what lies below."""
        font = qt.QFont(self._view.font)
        font.setPointSize(points)
        item = self._scene.addSimpleText(text, font)
        item.setBrush(qt.QBrush(ink))
        item.setAcceptedMouseButtons(qt.Qt.NoButton)
        box = item.boundingRect()
        item.setTransformOriginPoint(box.center())
        item.setRotation(-turn)
        x, y = (PIXELS * along for along in place)
        item.setPos(x - box.width() / 2.0, -y - box.height() / 2.0)

    def _selected(self) -> None:
        numbers = [number for number, item in self._items.items() if item.isSelected()]
        if not numbers:
            return
        self._scene.clearSelection()  # so that the same segment can be clicked again
        last, last_s = self._clicked, self._clicked_at_s
        self._clicked, self._clicked_at_s = numbers[0], time.monotonic()
        if numbers[0] != last or self._clicked_at_s - last_s > PRESS_S:
            self._on_segment(numbers[0])


def _words() -> tuple[tuple[float, float, str, float], ...]:
    """Around the bullseye: place, text, and turn in degrees."""
    return (
        (0.0, 3.3, _("anterior"), 0.0),
        (0.0, -3.3, _("inferior"), 0.0),
        (-3.3, 0.0, _("septal"), 90.0),
        (3.3, 0.0, _("lateral"), -90.0),
    )


def _path(sector: Sector):
    path = qt.QPainterPath()
    start, width = sector.start_degrees, sector.width_degrees
    path.arcMoveTo(_circle(sector.outer), start)
    path.arcTo(_circle(sector.outer), start, width)
    path.arcTo(_circle(sector.inner), start + width, -width)
    path.closeSubpath()
    return path


def _circle(radius: float):
    """The square around a circle about the middle."""
    return qt.QRectF(-radius * PIXELS, -radius * PIXELS, 2 * radius * PIXELS, 2 * radius * PIXELS)


def _qcolor(color: Color):
    return qt.QColor(*color)


def _tooltip(number: int, written: str, quantity: Quantity) -> str:
    name = f"{number} {segment_name(number)}"
    if not written:
        return _("{segment}: not measured").format(segment=name)
    text = _("{segment}: {value} {unit}. Click to go there.")
    return text.format(segment=name, value=written, unit=quantity.unit)
