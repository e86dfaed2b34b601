"""The part of the panel that shows regional function: bullseye, segment borders, strain."""

from __future__ import annotations

from collections.abc import Callable

import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.measuring.segment_borders import slice_of_segment
from CMRSegmentationLib.reporting.report import ClinicalReport

from . import display, regional_nodes
from .bullseye_view import BullseyeView, Quantity, quantities
from .cines import SceneCine
from .kept_points import keep_points, kept_points
from .library_words import left_out_text, segment_name
from .segment_overlay import hide_overlay, overlay_points, points_of, show_overlay
from .segmentations import read_labels


class RegionalPanel:
    """Shows the segments and strains of one segmentation at a time.

    Args:
        ui: the widgets of the panel by name.
        measure: measures again and shows the result; whether that was possible.
    """

    def __init__(self, ui, measure: Callable[[], bool]) -> None:
        self.ui, self._measure = ui, measure
        self.cine: SceneCine | None = None
        self.sequence: slicer.vtkMRMLSequenceNode | None = None
        self.report: ClinicalReport | None = None
        self._observed: tuple[slicer.vtkMRMLNode, int] | None = None
        self._quantities = quantities()
        for quantity in self._quantities:
            ui.bullseyeComboBox.addItem(f"{quantity.title} ({quantity.unit})")
        self._bullseye = BullseyeView(ui.bullseyeView, self.go_to_segment)
        ui.bullseyeComboBox.connect("currentIndexChanged(int)", self._quantity_chosen)
        ui.bordersCheckBox.connect("clicked(bool)", self.show_borders)
        ui.findPointsButton.connect("clicked()", self.find_points)
        ui.segmentsButton.connect("clicked()", self.show_segments)
        ui.strainButton.connect("clicked()", self.show_strain)

    def clear(self) -> None:
        """Shows nothing."""
        self._stop_observing()
        self.cine = self.sequence = self.report = None
        self._bullseye.clear()
        self.ui.regionalCollapsibleButton.visible = False

    def show(
        self,
        cine: SceneCine,
        sequence: slicer.vtkMRMLSequenceNode,
        report: ClinicalReport,
    ) -> None:
        """Shows what a report says of the regions; borders that are on follow it."""
        self._stop_observing()
        self.cine, self.sequence, self.report = cine, sequence, report
        regional = report.regional
        has_segments = bool(regional.segments)
        self.ui.regionalCollapsibleButton.visible = bool(
            has_segments or regional.strains or regional.left_out
        )
        for widget in (self.ui.bullseyeComboBox, self.ui.bullseyeView, self.ui.bordersCheckBox):
            widget.visible = has_segments
        self.ui.segmentsButton.visible = has_segments
        self.ui.strainButton.visible = (
            sequence.GetNodeReference(regional_nodes.CHART_ROLE) is not None
        )
        self.ui.regionalLabel.text = "\n".join(_sentences(report))
        self._draw()
        self._follow_overlay(has_segments)

    def _quantity_chosen(self, _index: int) -> None:
        self._draw()

    def _quantity(self) -> Quantity:
        return self._quantities[max(0, self.ui.bullseyeComboBox.currentIndex)]

    def _draw(self) -> None:
        if self.report is None or not self.report.regional.segments:
            self._bullseye.clear()
            return
        quantity = self._quantity()
        segments = self.report.regional.segments
        values = {row.number: getattr(row, quantity.attribute) for row in segments}
        self._bullseye.show(values, quantity)

    def go_to_segment(self, number: int) -> None:
        """Shows the middle slice of a segment, in the phase that the bullseye is of."""
        report = self.report
        late = self._quantity().at_es and report.es_frame is not None
        frame = report.es_frame if late else report.ed_frame
        labels = read_labels(self.sequence, self.cine)
        slice_index = slice_of_segment(labels, frame, report.ed_frame, number)
        display.go_to(self.cine, frame, slice_index)

    # Insertion points and borders

    def show_borders(self, visible: bool) -> None:
        """Shows or hides the insertion points and the borders between the segments."""
        self._stop_observing()
        if visible:
            self._show_overlay()
        else:
            hide_overlay(self.sequence)
        self._update_buttons()

    def find_points(self) -> None:
        """Takes the correction of the insertion points back."""
        keep_points(self.sequence, None)
        self._measure()

    def _follow_overlay(self, has_segments: bool) -> None:
        """Borders that are on are those of the report that is shown."""
        if overlay_points(self.sequence) is not None:
            if has_segments:
                self._show_overlay()
            else:
                hide_overlay(self.sequence)
        self._update_buttons()

    def _show_overlay(self) -> None:
        with slicer.util.WaitCursor():
            labels = read_labels(self.sequence, self.cine)
            markup = show_overlay(self.sequence, self.cine, self.report, labels)
        tag = markup.AddObserver(markup.PointEndInteractionEvent, self._point_moved)
        self._observed = (markup, tag)

    def _update_buttons(self) -> None:
        is_on = overlay_points(self.sequence) is not None
        blocked = self.ui.bordersCheckBox.blockSignals(True)
        self.ui.bordersCheckBox.checked = is_on
        self.ui.bordersCheckBox.blockSignals(blocked)
        corrected = kept_points(self.sequence) is not None
        self.ui.findPointsButton.visible = is_on or corrected
        self.ui.findPointsButton.enabled = corrected

    def _point_moved(self, markup: slicer.vtkMRMLNode, _event: str) -> None:
        """Measures with the points as they are; a place that is impossible is taken back."""
        before = kept_points(self.sequence)
        keep_points(self.sequence, points_of(markup))
        with slicer.util.WaitCursor():
            possible = self._measure()
        if not possible:
            keep_points(self.sequence, before)
            self._follow_overlay(has_segments=True)

    def _stop_observing(self) -> None:
        if self._observed is not None:
            node, tag = self._observed
            node.RemoveObserver(tag)
            self._observed = None

    # Table and chart

    def show_segments(self) -> None:
        """Shows the table of the segments."""
        table = self.sequence.GetNodeReference(regional_nodes.SEGMENTS_ROLE)
        if table is not None:
            display.show_table(table)

    def show_strain(self) -> None:
        """Shows the strain curves."""
        display.show_chart(self.sequence, regional_nodes.CHART_ROLE)


def _sentences(report: ClinicalReport) -> list[str]:
    """The largest thickness, whose the insertion points are, and what had to be left out."""
    regional, sentences = report.regional, []
    if regional.thickest is not None:
        text = _("Largest wall thickness {value} mm: {segment}, slice {slice}, phase {phase}.")
        sentences.append(
            text.format(
                value=f"{regional.thickest.thickness_mm:.1f}",
                segment=segment_name(regional.thickest.segment),
                slice=regional.thickest.slice + 1,
                phase=regional.thickest.frame + 1,
            )
        )
    points = regional.insertion_points
    if points is not None and points.source == "user":
        sentences.append(_("Measured with corrected insertion points."))
    left_out = _("Left out: {what_and_why}.")
    sentences += [left_out.format(what_and_why=left_out_text(row)) for row in regional.left_out]
    return sentences
