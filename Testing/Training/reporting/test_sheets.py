import numpy as np
import pytest
import torch

from CMRSegmentationLib.image import FOREGROUND, Label
from Testing.phantoms import oblique_geometry
from Testing.Training.cached_phantoms import phantom_patient, write_cache
from Training.reporting.sheets import (
    Comparison,
    augmentation_sheet,
    back_to_native,
    comparison_sheet,
    mean_dice,
    preprocessing_sheet,
    vendor_sheet,
    worst_slices,
)
from Training.samples.cache import CachedPhase, read_cache
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


def stored(name):
    image = np.random.default_rng(1).integers(0, 255, SHAPE_ZYX).astype(np.uint8)
    return CachedPhase(name, 0, image, truth(), GEOMETRY)


def test_preprocessing_is_shown_stored_in_the_network_and_back_at_both_phases():
    sheet = preprocessing_sheet([stored("ED"), stored("ES")], 2.0, slices=2)
    titles = titled(sheet)
    assert "ED, slice 1\nstored: 40 × 48 px" in titles
    # 40 rows of 1.6 mm and 48 columns of 1.4 mm are 32 and 34 pixels of 2 mm.
    assert titles.count("network\n32 × 34 px of 2 mm") == 4
    assert sum(title.startswith("ES, slice") for title in titles) == 2
    assert any(title.startswith("back\nDice 0.9") for title in titles)
    assert len(sheet.legends[0].get_texts()) == 5


def test_labels_that_go_to_the_network_and_back_stay_what_they_were_at_its_own_spacing():
    labels = truth()
    same = CachedPhase("ED", 0, labels, labels, oblique_geometry(SHAPE_ZYX, (10.0, 1.5, 1.5)))
    assert np.array_equal(back_to_native(labels, same, 1.5), labels)


def test_a_legend_explains_colors_and_line_styles():
    sheet = comparison_sheet([comparison("a", 0.5)])
    texts = [text.get_text() for text in sheet.legends[0].get_texts()]
    assert texts == ["LV", "MYO", "RV", "expert", "prediction"]


def test_each_vendor_has_its_slice_and_its_intensities(tmp_path):
    patients = [phantom_patient("a", "GE"), phantom_patient("b", "Canon")]
    sheet = vendor_sheet(read_cache(write_cache(tmp_path, *patients)))
    assert [title.split("\n")[0] for title in titled(sheet)] == ["Canon", "GE"]
    assert len(sheet.axes) == 4


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
