"""Every curve of a report is shown with its name, unit and color, whatever the library computes."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pytest
from CMRSegmentationMRML.curves import axis_title, curves_of, frames_of
from CMRSegmentationMRML.terminology import STRUCTURES

from CMRSegmentationLib.image import View
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from Testing.Lib.long_axis_phantoms import ED, ES, drawn
from Testing.phantoms import HeartPhantom

from .conftest import SMALL


@pytest.fixture
def long_axis():
    """Four-chamber planes, of which the middle one was not segmented."""
    labels = drawn(ED, ED, ES)
    summary = InputSummary(View.LAX_4C, (3, *labels.geometry.shape_zyx), (8.0, 1.3, 0.9))
    return make_report(labels, summary, frames=(0, 2))


def test_a_short_axis_stack_has_three_volumes(phantom):
    report = make_report(phantom.labels, InputSummary.of(phantom.cine))
    curves = curves_of(report)
    assert [curve.title for curve in curves] == ["LV (ml)", "MYO (ml)", "RV (ml)"]
    assert [curve.color for curve in curves] == [structure.color for structure in STRUCTURES]
    assert curves[2].values == report.volumes_ml["rv"]
    assert axis_title(curves) == "Volume (ml)"


def test_a_single_slice_has_three_areas():
    phantom = HeartPhantom(**SMALL | {"slices": 1, "empty_slices": (0, 0)})
    curves = curves_of(make_report(phantom.labels, InputSummary.of(phantom.cine)))
    assert [curve.unit for curve in curves] == ["cm²"] * 3
    assert axis_title(curves) == "Area (cm²)"


def test_a_long_axis_plane_has_a_length_too(long_axis):
    length = curves_of(long_axis)[3]
    assert (length.column, length.title, length.is_extent) == ("LV length", "LV length (mm)", False)
    assert length.color == STRUCTURES[0].color
    assert axis_title(curves_of(long_axis)) == "Area (cm²), Length (mm)"


def test_frames_that_were_not_segmented_have_no_value(long_axis):
    assert frames_of(long_axis) == [0, 2]
    assert [len(curve.values) for curve in curves_of(long_axis)] == [2, 2, 2, 2]


def test_a_value_that_was_not_found_is_a_gap(long_axis):
    without = replace(long_axis, lengths_mm={"lv": (80.0, None, None)})
    first, second = curves_of(without)[3].values
    assert first == 80.0
    assert math.isnan(second)


def test_a_quantity_that_is_not_known_here_is_shown_as_it_is_called(long_axis):
    curves = {"la_volume_ml": (40.0, None, 60.0), "lv_strain_%": (0.0, None, -18.0)}
    later = SimpleNamespace(
        volumes_ml=long_axis.volumes_ml, areas_cm2=long_axis.areas_cm2, curves=curves
    )
    volume, strain = curves_of(later)
    assert (volume.title, strain.title) == ("LA volume (ml)", "LV strain (%)")
    assert strain.values == (0.0, -18.0)
    assert axis_title([volume, strain]) == "Volume (ml), %"
