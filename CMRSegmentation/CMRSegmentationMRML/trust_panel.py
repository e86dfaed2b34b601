"""The part of the panel that shows which contours are to be believed: slices by phases."""

from __future__ import annotations

import qt
from slicer.i18n import tr as _

from CMRSegmentationLib.reporting.report import ClinicalReport
from CMRSegmentationLib.reporting.trust_map import MARK_COLORS, NOTHING_COLOR
from CMRSegmentationLib.trust.trust import Mark, StructureTrust

from . import display, trust_words
from .cines import SceneCine

SIGNS = {Mark.BELIEVED: "", Mark.DOUBTFUL: "?", Mark.WRONG: "!"}
"""Beside the colors, for those who do not tell them apart."""
INK = "#1b2430"
CELL_HEIGHT, HEADER_HEIGHT, HEADER_WIDTH = 16, 18, 24
MINIMUM_CELL_WIDTH, MAP_WIDTH = 8, 300
"""In pixels: what a sign needs, and what the narrowest panel leaves for all phases."""
SCROLL_BAR, HEADER_POINTS = 14, 7


class TrustPanel:
    """Shows the map of one structure at a time.

    Args:
        ui: the widgets of the panel by name.
    """

    def __init__(self, ui) -> None:
        self.ui = ui
        self._cine: SceneCine | None = None
        self._report: ClinicalReport | None = None
        self._names: list[str] = []
        table = ui.trustTable
        table.horizontalHeader().setMinimumSectionSize(MINIMUM_CELL_WIDTH)
        table.horizontalHeader().setSectionResizeMode(qt.QHeaderView.Stretch)
        table.horizontalHeader().setFixedHeight(HEADER_HEIGHT)
        font = table.horizontalHeader().font
        font.setPointSize(HEADER_POINTS)
        table.horizontalHeader().font = font
        table.verticalHeader().setFixedWidth(HEADER_WIDTH)
        table.verticalHeader().setMinimumSectionSize(CELL_HEIGHT)
        table.verticalHeader().setDefaultSectionSize(CELL_HEIGHT)
        table.connect("cellClicked(int,int)", self.go_to)
        table.connect("cellActivated(int,int)", self.go_to)
        ui.trustComboBox.connect("currentIndexChanged(int)", self._structure_chosen)
        ui.trustLegendLabel.text = _legend()

    def clear(self) -> None:
        """Shows nothing."""
        self._cine = self._report = None
        self.ui.trustCollapsibleButton.visible = False
        self.ui.trustTable.setRowCount(0)

    def show(self, cine: SceneCine, report: ClinicalReport) -> None:
        """Shows what is to be believed of a result; or says that it was not judged."""
        self._cine, self._report = cine, report
        self.ui.trustCollapsibleButton.visible = True
        self.ui.trustLabel.text = trust_words.summary(report)
        judged = report.trust is not None
        for widget in (self.ui.trustComboBox, self.ui.trustTable, self.ui.trustLegendLabel):
            widget.visible = judged
        self._list_structures()
        self._draw()

    def _list_structures(self) -> None:
        """Keeps the choice where the structures are the same as before."""
        trust = self._report.trust
        names = list(trust.structures) if trust is not None else []
        if names == self._names:
            return
        combo = self.ui.trustComboBox
        blocked = combo.blockSignals(True)
        combo.clear()
        for name in names:
            combo.addItem(trust_words.structure_names()[name])
        combo.blockSignals(blocked)
        self._names = names

    def _structure_chosen(self, _index: int) -> None:
        self._draw()

    def _draw(self) -> None:
        table = self.ui.trustTable
        if self._report is None or self._report.trust is None:
            table.setRowCount(0)
            return
        name = self._names[max(0, self.ui.trustComboBox.currentIndex)]
        structure = self._report.trust.structures[name]
        frames, slices = len(structure.slices), len(structure.slices[0])
        table.setRowCount(slices)
        table.setColumnCount(frames)
        table.setHorizontalHeaderLabels([_sign_of_phase(self._report, t) for t in range(frames)])
        table.setVerticalHeaderLabels([str(z + 1) for z in range(slices)])
        for frame in range(frames):
            for slice_ in range(slices):
                table.setItem(slice_, frame, _cell(name, structure, frame, slice_))
        scroll = SCROLL_BAR if MINIMUM_CELL_WIDTH * frames > MAP_WIDTH else 0
        table.setFixedHeight(HEADER_HEIGHT + CELL_HEIGHT * slices + scroll + 2 * table.frameWidth)

    def go_to(self, slice_: int, frame: int) -> None:
        """Shows a place of the map, by its row and column."""
        display.go_to(self._cine, frame, slice_)


def _cell(name: str, structure: StructureTrust, frame: int, slice_: int):
    mark = structure.slice_mark(frame, slice_)
    item = qt.QTableWidgetItem("" if mark is None else SIGNS[mark])
    item.setTextAlignment(qt.Qt.AlignCenter)
    color = NOTHING_COLOR if mark is None else MARK_COLORS[mark]
    item.setBackground(qt.QBrush(qt.QColor(color)))
    item.setForeground(qt.QBrush(qt.QColor(INK)))
    item.setToolTip(trust_words.place(name, structure, frame, slice_))
    return item


def _sign_of_phase(report: ClinicalReport, frame: int) -> str:
    """A letter above end-diastole and end-systole."""
    return {report.es_frame: _("S"), report.ed_frame: _("D")}.get(frame, "")


def _legend() -> str:
    """The three colors with their signs and meanings, and below them what D and S are."""
    names = trust_words.mark_names()
    parts = [
        f'<span style="background-color:{color}; color:{INK}">&nbsp;{SIGNS[mark] or "&nbsp;"}&nbsp;'
        f"</span>&nbsp;{names[mark]}"
        for mark, color in MARK_COLORS.items()
    ]
    return " &nbsp; ".join(parts) + "<br>" + _("D, S: end-diastole, end-systole")
