"""From loading the sample to measures and curves, with the real child and the bundled model."""

import json
import re

import numpy as np
import pytest
import slicer
from CMRSegmentationMRML import plots, registration, results, segmentations

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.reporting.report_files import report_as_json
from Testing.Slicer.host import core_host, qt_host

from .conftest import MODULE_FOLDER, node_ids, temporary_folders, volume_node, wait_until

SECONDS = 900
"""On a busy machine with two cores."""


@pytest.fixture
def widget(tmp_path, monkeypatch):
    """The panel; the folder for temporary files has a blank and non-ASCII letters in its name."""
    monkeypatch.setattr(slicer.app, "temporaryPath", str(tmp_path / "Größe 心臓"))
    core_host.clear_scene()
    _, widget = qt_host.load_module(MODULE_FOLDER / "CMRSegmentation.py")
    slicer.modules.cmrsegmentation.widgetRepresentation().enter()
    yield widget
    qt_host.unload_module("CMRSegmentation")


def test_the_sample_is_segmented_by_the_bundled_model_in_the_real_child(widget):
    ui = widget.ui
    ui.sampleButton.click()
    ui.deviceComboBox.setCurrentIndex(2)
    ui.applyButton.click()
    wait_until(lambda: not widget.run.running, SECONDS)
    assert ui.statusLabel.text == "Done."
    assert temporary_folders() == []

    sequence, report = widget.results.sequence, widget.results.report
    reference = json.loads(
        (registration.sample_path().parent / "CMR-cine-Sunnybrook.json").read_text()
    )
    assert report.value("lv_edv") == pytest.approx(reference["lv_edv_ml"], rel=0.25)
    assert report.value("lv_ef") == pytest.approx(reference["lv_ef_percent"], abs=12)
    assert report.device.startswith("cpu")
    labels = segmentations.read_labels(sequence, widget.cine).array
    assert segmentations.segmented_frames(sequence) == tuple(range(20))
    assert all(np.isin([Label.LV, Label.MYO, Label.RV], frame).all() for frame in labels)
    assert report_as_json(results.stored_report(sequence)) == report_as_json(report)
    assert sequence.GetNodeReference(plots.CURVES_ROLE).GetNumberOfRows() == 20
    assert ui.measuresTable.rowCount == len(report.measures)


def test_the_real_child_tries_a_convolution_and_says_what_it_would_run_on(widget):
    widget.ui.deviceButton.click()
    wait_until(lambda: widget.ui.deviceButton.enabled, SECONDS)
    assert re.fullmatch(r"The (CPU|GPU) will be used: .+\.", widget.ui.deviceLabel.text)
    assert temporary_folders() == []


def test_a_bottle_of_water_has_no_heart_and_leaves_the_scene_as_it_was(widget):
    """8 slices of an ellipse of 14 × 17 cm with noise, 1.4 mm a pixel, as of a test bottle."""
    y, x = np.mgrid[:160, :160] - 80
    bottle = np.where((x / 50) ** 2 + (y / 62) ** 2 < 1, 120, 8)
    volume_node(
        slicer.mrmlScene,
        "Bottle",
        bottle + np.random.default_rng(0).normal(0, 3, (8, 160, 160)),
        (6, 1.4, 1.4),
    )
    wait_until(lambda: widget.cine is not None)
    before = node_ids(slicer.mrmlScene)
    widget.ui.applyButton.click()
    wait_until(lambda: not widget.run.running, SECONDS)
    assert widget.ui.statusLabel.text.startswith(
        "No heart was found in Bottle, so nothing was added"
    )
    assert node_ids(slicer.mrmlScene) == before
    assert temporary_folders() == []
