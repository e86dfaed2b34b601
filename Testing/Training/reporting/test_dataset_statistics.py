import numpy as np
import pytest

from CMRSegmentationLib.image import FOREGROUND, Label, View
from Testing.phantoms import oblique_geometry
from Training.reporting.dataset_statistics import (
    composition_table,
    dimensions_table,
    distribution_figure,
    labels_table,
    statistics_figure,
)
from Training.samples.cache import CachedExamination, CachedPhase


def phase(name, lv_voxels, shape_zyx=(3, 8, 9), spacing_zyx_mm=(10.0, 1.6, 1.4)):
    labels = np.zeros(shape_zyx, dtype=np.uint8)
    labels[0].flat[:lv_voxels] = Label.LV
    return CachedPhase(
        name,
        0,
        np.zeros(shape_zyx, dtype=np.uint8),
        labels,
        oblique_geometry(shape_zyx, spacing_zyx_mm),
    )


def examination(
    patient,
    phases,
    *,
    vendor="GE",
    view=View.SAX,
    annotated=(Label.LV,),
    pathology="HCM",
    split="train",
):
    return CachedExamination(
        patient=patient,
        dataset="mnms",
        vendor=vendor,
        view=view,
        centre="",
        scanner="",
        field_t=None,
        pathology=pathology,
        split=split,
        annotated=annotated,
        phases=phases,
    )


@pytest.fixture
def examinations():
    return [
        examination("p1", (phase("ED", 50), phase("ES", 20))),
        examination(
            "p2",
            (phase("ED", 60, (4, 8, 12), (8.0, 1.5, 1.5)), phase("ES", 0)),
            pathology="",
            split="test",
        ),
        examination(
            "p3", (phase("ED", 10, (1, 8, 9)),), vendor="Canon", view=View.LAX_4C, annotated=()
        ),
    ]


def cells(table, line):
    return dict(zip(table.columns, table.rows[line], strict=True))


def test_sizes_and_spacings_are_ranges_over_each_vendor_and_view(examinations):
    table = dimensions_table(examinations)
    assert [row[:5] for row in table.rows] == [
        ("mnms", "Canon", "lax_4c", "1", "1"),
        ("mnms", "GE", "sax", "2", "2"),
    ]
    line = cells(table, 1)
    assert (line["slices"], line["rows"], line["columns"]) == ("3–4", "8", "9–12")
    assert (line["slice pitch (mm)"], line["pixel (mm)"]) == ("8.0–10.0", "1.40–1.60")


def test_splits_diagnoses_and_annotations_are_counted(examinations):
    table = composition_table(examinations)
    assert cells(table, 0)["annotated"] == "none 1"
    line = cells(table, 1)
    assert (line["split"], line["pathology"]) == ("test 1, train 1", "HCM 1, unknown 1")
    assert (line["centre"], line["annotated"]) == ("unknown 2", "LV 2")


def test_volumes_of_annotated_structures_have_mean_sd_range_and_empty_masks(examinations):
    table = labels_table(examinations)
    assert [row[3:5] for row in table.rows] == [("ED", "LV"), ("ES", "LV")]
    ed, es = cells(table, 0), cells(table, 1)
    # 50 voxels of 10 × 1.6 × 1.4 mm are 1.12 ml, 60 of 8 × 1.5 × 1.5 mm are 1.08 ml.
    assert (ed["masks"], ed["mean"], ed["range"], ed["unit"], ed["empty"]) == (
        "2",
        "1.1",
        "1.1",
        "ml",
        "0",
    )
    # 20 voxels are 0.448 ml, and 0: mean 0.224, SD 0.448 / sqrt(2).
    assert (es["mean"], es["SD"], es["range"], es["empty"]) == ("0.2", "0.3", "0.0–0.4", "1")


def test_a_single_slice_has_an_area_in_square_centimeters():
    plane = examination("p", (phase("ED", 40, (1, 8, 9)),), view=View.LAX_4C, annotated=FOREGROUND)
    line = cells(labels_table([plane]), 0)
    # 40 pixels of 1.6 × 1.4 mm are 0.896 cm².
    assert (line["structure"], line["mean"], line["SD"], line["unit"]) == ("LV", "0.9", "–", "cm²")


def test_the_figure_counts_every_examination_once(examinations):
    figure = statistics_figure(examinations)
    pixels, _, diagnoses = figure.axes
    assert pixels.get_legend().get_texts()[0].get_text() == "Canon"
    assert sum(bar.get_height() for bar in diagnoses.patches) == 3
    assert [label.get_text() for label in diagnoses.get_xticklabels()] == ["HCM", "unknown"]


def test_the_distributions_count_every_examination_in_each_panel(examinations):
    figure = distribution_figure(examinations)
    assert [axes.get_title() for axes in figure.axes] == [
        "centre", "vendor", "pathology", "field", "scanner"
    ]  # fmt: skip
    for axes in figure.axes:
        assert sum(bar.get_height() for bar in axes.patches) == 3


def test_pitches_that_differ_by_the_rounding_of_an_affine_are_one_bar():
    """Of 10 mm, the axis would else show parts of a millionth of a millimeter."""
    alike = [
        examination(f"p{i}", (phase("ED", 40, spacing_zyx_mm=(10 + 1e-7 * i, 1.6, 1.4)),))
        for i in range(3)
    ]
    pitches = statistics_figure(alike).axes[1]
    assert [bar.get_height() for bar in pitches.patches if bar.get_height()] == [3]
    low, high = pitches.get_xlim()
    assert high - low > 0.5
