"""Pictures of the module with the bundled sample, without a display.

`python scripts/make_screenshots.py FOLDER`.

The real panel runs on the test host, the real child process segments the sample, and MRML's own
displayable managers draw the views. Needs the packages of the test environment.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from Testing.Slicer.host import qt_host, views

APPLICATION = qt_host.start()

import qt
import slicer
import vtk

MODULE = ROOT / "CMRSegmentation" / "CMRSegmentation.py"
VIEW_SIZE = (360, 360)
WIDE_SIZE = (724, 360)
PANEL_WIDTH = 430
GAP = 4
BACKGROUND = "#1d1f24"
THUMBNAIL_SIZE = (260, 280)
SECONDS_TO_WAIT = 900.0


def main(arguments: list[str] | None = None) -> int:
    """Segments the sample and writes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, help="a model folder in place of the bundled model")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    widget = segmented_panel(options.model)
    with tempfile.TemporaryDirectory() as parts:
        draw(widget, Path(parts), options.folder)
    qt_host.unload_module("CMRSegmentation")
    for path in sorted(options.folder.glob("*.png")):
        sys.stdout.write(f"{path}\n")
    return 0


def segmented_panel(model: Path | None):
    """The panel after a run on the sample."""
    _, widget = qt_host.load_module(MODULE)
    if model is not None:
        widget.logic.modelsFolder = model.resolve().parent
    slicer.modules.cmrsegmentation.widgetRepresentation().enter()
    widget.ui.sampleButton.click()
    if model is not None:
        widget._parameterNode.model = str(model.resolve())
    widget.ui.applyButton.click()
    end = time.monotonic() + SECONDS_TO_WAIT
    while widget.run.running and time.monotonic() < end:
        APPLICATION.processEvents()
        time.sleep(0.02)
    if widget.results.sequence is None:
        raise SystemExit(f"The sample could not be segmented: {widget.ui.statusLabel.text}")
    return widget


def draw(widget, parts: Path, folder: Path) -> None:
    """Every picture, the single ones first; the composed ones are made of them."""
    from CMRSegmentationMRML import display

    results = widget.results
    report, cine = results.report, results.cine
    slice_view = views.SliceView("Red", size=VIEW_SIZE)
    slice_view.show_volume(cine.volume)
    display.align_to_slices(slice_view.logic.GetSliceNode(), cine)
    slice_view.logic.FitSliceToBackground()
    levels = heart_slices(results)
    for phase, frame in (("ED", report.ed_frame), ("ES", report.es_frame)):
        for index, level in enumerate(levels):
            display.go_to(cine, frame, level)
            slice_view.save_png(parts / f"{phase}{index}.png")
    draw_surfaces(results, parts)
    draw_chart(results, parts / "chart.png")
    display.go_to(cine, report.ed_frame, levels[1])
    grab_panel(widget, folder / "panel.png")
    rows = [[parts / f"{phase}{index}.png" for index in range(3)] for phase in ("ED", "ES")]
    captions = [["End-diastole, base", "Middle", "Apex"], ["End-systole, base", "Middle", "Apex"]]
    compose(rows, captions, folder / "slices.png")
    compose(
        [[parts / "3D-ED.png", parts / "3D-ES.png"]],
        [["End-diastole", "End-systole"]],
        folder / "surfaces.png",
    )
    compose_overview(folder / "panel.png", parts, folder / "overview.png")
    thumbnail = qt.QImage(str(parts / "ED1.png")).scaled(
        *THUMBNAIL_SIZE, qt.Qt.KeepAspectRatioByExpanding
    )
    cropped = thumbnail.copy((thumbnail.width() - THUMBNAIL_SIZE[0]) // 2, 0, *THUMBNAIL_SIZE)
    cropped.save(str(ROOT / "CMRSegmentation/Resources/Icons/CMRCineSunnybrook.png"))


def heart_slices(results) -> tuple[int, int, int]:
    """A basal, a middle and an apical slice of the LV at end-systole."""
    from CMRSegmentationMRML.segmentations import read_labels

    from CMRSegmentationLib.anatomy.levels import base_to_apex

    labels = read_labels(results.sequence, results.cine)
    frame = results.report.es_frame
    present = [
        level for level in base_to_apex(labels, frame) if (labels.array[frame, level] == 1).any()
    ]
    return present[len(present) // 5], present[len(present) // 2], present[-1 - len(present) // 5]


def draw_surfaces(results, parts: Path) -> None:
    """The ventricles in 3-D at end-diastole and end-systole, seen from the front of the patient."""
    from CMRSegmentationMRML import display

    view = views.ThreeDView(size=VIEW_SIZE)
    view.node.SetBoxVisible(False)
    view.node.SetAxisLabelsVisible(False)
    view.node.SetBackgroundColor(0.11, 0.12, 0.14)
    view.node.SetBackgroundColor2(0.25, 0.27, 0.31)
    display.show_surfaces(results.sequence, results.cine, True)
    shown = results.cine.browser.GetProxyNode(results.sequence).GetDisplayNode()
    shown.SetSegmentOpacity3D("MYO", 0.45)
    for phase, frame in (("ED", results.report.ed_frame), ("ES", results.report.es_frame)):
        display.go_to(results.cine, frame)
        if phase == "ED":
            view.render()
            camera = view.renderer.GetActiveCamera()
            camera.SetFocalPoint(0, 0, 0)
            camera.SetPosition(-0.5, 1, 0.35)
            camera.SetViewUp(0, 0, 1)
            view.reset_camera()
            camera.Zoom(1.35)
        view.save_png(parts / f"3D-{phase}.png")
    display.show_surfaces(results.sequence, results.cine, False)


def draw_chart(results, path: Path) -> None:
    """The chart node, drawn with VTK, which also draws Slicer's plot views."""
    from CMRSegmentationMRML.plots import CHART_ROLE

    node = results.sequence.GetNodeReference(CHART_ROLE)
    chart = vtk.vtkChartXY()
    chart.SetShowLegend(True)
    chart.GetLegend().SetVerticalAlignment(vtk.vtkChartLegend.BOTTOM)
    chart.GetLegend().SetHorizontalAlignment(vtk.vtkChartLegend.RIGHT)
    for index in range(node.GetNumberOfPlotSeriesNodes()):
        add_series(chart, node.GetNthPlotSeriesNode(index))
    for axis, title in (
        (vtk.vtkAxis.BOTTOM, node.GetXAxisTitle()),
        (vtk.vtkAxis.LEFT, node.GetYAxisTitle()),
    ):
        chart.GetAxis(axis).SetTitle(title)
        chart.GetAxis(axis).GetTitleProperties().SetFontSize(13)
    highest = max(value for curve in results.report.volumes_ml.values() for value in curve)
    chart.GetAxis(vtk.vtkAxis.LEFT).SetBehavior(vtk.vtkAxis.FIXED)
    chart.GetAxis(vtk.vtkAxis.LEFT).SetRange(0.0, 1.08 * highest)
    view = vtk.vtkContextView()
    view.GetRenderer().SetBackground(1, 1, 1)
    view.GetRenderWindow().SetOffScreenRendering(1)
    view.GetRenderWindow().SetSize(*WIDE_SIZE)
    view.GetRenderWindow().SetMultiSamples(4)
    view.GetScene().AddItem(chart)
    view.GetRenderWindow().Render()
    grab = vtk.vtkWindowToImageFilter()
    grab.SetInput(view.GetRenderWindow())
    grab.ReadFrontBufferOff()
    writer = vtk.vtkPNGWriter()
    writer.SetFileName(str(path))
    writer.SetInputConnection(grab.GetOutputPort())
    writer.Write()


def add_series(chart: vtk.vtkChartXY, series) -> None:
    """One plot series node as a plot."""
    has_line = series.GetLineStyle() != series.LineStyleNone
    plot = chart.AddPlot(vtk.vtkChart.LINE if has_line else vtk.vtkChart.POINTS)
    table = series.GetTableNode().GetTable()
    plot.SetInputData(table, series.GetXColumnName(), series.GetYColumnName())
    red, green, blue = (round(255 * part) for part in series.GetColor())
    plot.SetColor(red, green, blue, 255)
    plot.SetWidth(series.GetLineWidth())
    plot.SetLabel(series.GetName())
    plot.SetMarkerStyle(vtk.vtkPlotPoints.CIRCLE if has_line else vtk.vtkPlotPoints.DIAMOND)
    plot.SetMarkerSize(series.GetMarkerSize())


def grab_panel(widget, path: Path) -> None:
    """The panel as Slicer shows it at the left, with the regional function open."""
    widget.ui.regionalCollapsibleButton.collapsed = False
    panel = slicer.modules.cmrsegmentation.widgetRepresentation()
    panel.show()
    for _ in range(5):
        panel.resize(PANEL_WIDTH, panel.minimumSizeHint.height())
        APPLICATION.processEvents()
    panel.grab().save(str(path))
    panel.hide()


def compose(rows: list[list[Path]], captions: list[list[str]], path: Path) -> None:
    """Pictures of one size in rows, each with a caption in its corner."""
    width, height = VIEW_SIZE
    columns = len(rows[0])
    image = canvas(columns * (width + GAP) + GAP, len(rows) * (height + GAP) + GAP)
    painter = qt.QPainter(image)
    for y, (row, texts) in enumerate(zip(rows, captions, strict=True)):
        for x, (part, text) in enumerate(zip(row, texts, strict=True)):
            place(painter, part, GAP + x * (width + GAP), GAP + y * (height + GAP), text)
    painter.end()
    image.save(str(path))


def compose_overview(panel: Path, parts: Path, path: Path) -> None:
    """Panel, slices at both phases, surfaces and curves in one picture, as in Slicer's window."""
    width, height = VIEW_SIZE
    total_height = 3 * (height + GAP) + GAP
    left = qt.QImage(str(panel)).copy(0, 0, PANEL_WIDTH, total_height)
    image = canvas(left.width() + 2 * (width + GAP) + 2 * GAP, total_height)
    painter = qt.QPainter(image)
    painter.drawImage(0, 0, left)
    x = left.width() + GAP
    for row, (one, two, texts) in enumerate(
        (
            ("ED1.png", "ES1.png", ("End-diastole", "End-systole")),
            ("3D-ED.png", "3D-ES.png", ("", "")),
        )
    ):
        place(painter, parts / one, x, GAP + row * (height + GAP), texts[0])
        place(painter, parts / two, x + width + GAP, GAP + row * (height + GAP), texts[1])
    place(painter, parts / "chart.png", x, GAP + 2 * (height + GAP), "")
    painter.end()
    image.save(str(path))


def canvas(width: int, height: int) -> qt.QImage:
    """An empty picture."""
    image = qt.QImage(width, height, qt.QImage.Format_RGB32)
    image.fill(qt.QColor(BACKGROUND))
    return image


def place(painter: qt.QPainter, part: Path, x: int, y: int, caption: str) -> None:
    """Draws a picture with a caption in its upper left corner."""
    painter.drawImage(x, y, qt.QImage(str(part)))
    font = painter.font()
    font.setPixelSize(17)
    painter.setFont(font)
    painter.setPen(qt.QColor("#ffffff"))
    painter.drawText(x + 10, y + 24, caption)


if __name__ == "__main__":
    sys.exit(main())
