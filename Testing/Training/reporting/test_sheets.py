import numpy as np
import pytest
import torch

from CMRSegmentationLib.image import FOREGROUND, Label
from Testing.phantoms import oblique_geometry
from Training.reporting.sheets import (
    Comparison,
    augmentation_sheet,
    comparison_sheet,
    mean_dice,
    preprocessing_sheet,
    worst_slices,
)
from Training.samples.cache import CachedPhase
from Training.samples.slices import Batch

SHAPE_ZYX = (5, 40, 48)
GEOMETRY = oblique_geometry(SHAPE_ZYX, (10.0, 1.6, 1.4))


def truth():
    labels = np.zeros(SHAPE_ZYX, dtype=np.uint8)
    labels[:, 15:20, 20:26] = Label.LV
    return labels


def comparison(title, score, predicted=None, annotated=FOREGROUND):
    image = np.random.default_rng(0).random(SHAPE_ZYX).astype(np.float32)
    return Comparison(
        title,
        score,
        image,
        truth() if predicted is None else predicted,
        truth(),
        GEOMETRY,
        annotated,
    )


def titled(figure):
    return [axes.get_title() for axes in figure.axes if axes.get_title()]


def test_the_worst_case_is_the_first_row():
    sheet = comparison_sheet(
        [comparison("good", 0.9), comparison("bad", 0.2), comparison("fair", 0.6)]
    )
    names = [title.split("\n")[0] for title in titled(sheet) if "Dice" in title]
    assert names == ["bad", "fair", "good"]


def test_the_slices_that_agree_least_come_first():
    predicted = truth()
    predicted[3] = 0
    predicted[1, 15, 20] = 0
    assert worst_slices(comparison("x", 0.5, predicted), 3) == [3, 1, 0]


def test_structures_that_nobody_drew_are_no_disagreement():
    predicted = truth()
    predicted[4, :10, :10] = Label.RV
    assert worst_slices(comparison("x", 0.5, predicted, annotated=(Label.LV,)), 1) == [0]
    assert worst_slices(comparison("x", 0.5, predicted), 1) == [4]


def test_the_expert_is_solid_and_the_prediction_dashed():
    sheet = comparison_sheet([comparison("x", 1.0)], slices_per_case=1)
    expert, predicted = sheet.axes[0].collections
    assert expert.get_linestyle()[0][1] is None
    assert predicted.get_linestyle()[0][1] is not None


def test_cases_with_fewer_slices_leave_panels_empty():
    single = Comparison(
        "lax", 0.1, np.random.default_rng(0).random((1, 40, 48)).astype(np.float32),
        truth()[:1], truth()[:1],
        oblique_geometry((1, 40, 48), (8.0, 1.6, 1.4)), FOREGROUND,
    )  # fmt: skip
    sheet = comparison_sheet([single, comparison("sax", 0.5)], slices_per_case=3)
    assert len(sheet.axes) == 6
    assert [bool(axes.images) for axes in sheet.axes] == [True, False, False, True, True, True]


def test_a_case_without_any_structure_is_shown_whole():
    empty = np.zeros(SHAPE_ZYX, dtype=np.uint8)
    case = Comparison(
        "x", 1.0, np.random.default_rng(0).random(SHAPE_ZYX), empty, empty, GEOMETRY, FOREGROUND
    )
    assert comparison_sheet([case], 1).axes[0].images[0].get_array().shape == (40, 48)


def test_mean_dice_is_that_of_the_annotated_structures():
    predicted = truth()
    predicted[0, 0, 0] = Label.RV
    assert mean_dice(predicted, truth(), (Label.LV,)) == 1
    # LV 1, MYO empty in both 1, RV invented 0.
    assert mean_dice(predicted, truth(), FOREGROUND) == pytest.approx(2 / 3)


def test_preprocessing_is_shown_on_the_native_and_on_the_network_grid():
    image = np.random.default_rng(0).integers(0, 255, SHAPE_ZYX).astype(np.uint8)
    sheet = preprocessing_sheet(
        CachedPhase("ED", 0, image, truth(), GEOMETRY), spacing_mm=2.0, slices=3
    )
    shapes = [axes.images[0].get_array().shape for axes in sheet.axes]
    # 40 × 1.6 mm and 48 × 1.4 mm at 2 mm are 32 × 33.6 pixels.
    assert shapes == [(40, 48)] * 3 + [(32, 34)] * 3
    assert sheet.axes[0].get_aspect() == pytest.approx(1.6 / 1.4)
    assert [title.split(",")[0] for title in titled(sheet)[:3]] == ["slice 1", "slice 3", "slice 5"]


def test_the_augmentation_sheet_has_a_panel_per_training_slice_with_its_vendor():
    target = torch.zeros(4, 4, 16, 16)
    target[:, 0] = 1
    batch = Batch(
        torch.rand(4, 1, 16, 16),
        target,
        torch.ones(4, 4, dtype=torch.bool),
        ("GE", "GE", "Siemens", "GE"),
    )
    sheet = augmentation_sheet([batch], columns=3)
    assert titled(sheet) == ["GE", "GE", "Siemens", "GE"]
    assert [bool(axes.images) for axes in sheet.axes] == [True] * 4 + [False] * 2
