"""The overview picture: its slices, its crop, and that every kind of cine is drawn."""

from __future__ import annotations

import builtins
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import CineStack, Geometry, Label, LabelMap, View
from CMRSegmentationLib.measuring.definitions import DEFINITIONS, REGIONAL_MEASURES
from CMRSegmentationLib.palette import COLORS
from CMRSegmentationLib.patient import Patient
from CMRSegmentationLib.reporting.overview import (
    ROWS,
    chosen_slices,
    heart_window,
    overview_figure,
    write_overview,
)
from CMRSegmentationLib.reporting.page import PictureUnavailable
from CMRSegmentationLib.reporting.report import ClinicalReport, InputSummary, make_report
from CMRSegmentationLib.trust.trust import Limits, StructureTrust, Trust
from Testing.Lib.long_axis_phantoms import ED, ES, Plane, drawn
from Testing.phantoms import HeartPhantom, oblique_geometry

PHANTOM = HeartPhantom(frames=4, es_frame=2, slices=11, empty_slices=(1, 3))
"""Heart in slices 1 to 7, the base first."""


def draw(folder: Path, stack: CineStack, labels: LabelMap, **settings: Any) -> bytes:
    path = folder / "overview.png"
    write_overview(path, stack, labels, make_report(labels, InputSummary.of(stack), **settings))
    return path.read_bytes()


def pixels(png: bytes) -> np.ndarray[Any, Any]:
    """(Y, X, 3) values 0 to 255."""
    import io

    image = pytest.importorskip("matplotlib.image")
    return np.asarray(np.round(image.imread(io.BytesIO(png))[..., :3] * 255).astype(int))


def has_color(png: bytes, color: str) -> bool:
    wanted = [int(color[start : start + 2], 16) for start in (1, 3, 5)]
    return bool((np.abs(pixels(png) - wanted).max(axis=-1) <= 2).sum() > 30)


def test_a_basal_a_mid_and_an_apical_slice_are_shown():
    # Seven slices: one sixth of the ventricle from either end, and the middle.
    assert chosen_slices(PHANTOM.labels, 0, 2) == (("Basal · ", 2), ("Mid · ", 4), ("Apical · ", 6))


def test_reversed_slices_show_the_same_places():
    reversed_labels = LabelMap(PHANTOM.labels.array[:, ::-1], PHANTOM.geometry)
    assert chosen_slices(reversed_labels, 0, 2) == (
        ("Basal · ", 8),
        ("Mid · ", 6),
        ("Apical · ", 4),
    )


def test_slices_that_are_empty_in_systole_are_not_shown():
    array = PHANTOM.labels.array.copy()
    array[2, 1:3] = 0
    # LV in both phases: slices 3 to 7.
    chosen = chosen_slices(LabelMap(array, PHANTOM.geometry), 0, 2)
    assert [z for _, z in chosen] == [4, 5, 6]


@pytest.mark.parametrize(("slices", "shown"), [(1, 1), (2, 2), (3, 3)])
def test_a_short_ventricle_shows_the_slices_it_has(slices: int, shown: int):
    array = PHANTOM.labels.array.copy()
    array[:, 1 + slices :] = 0
    assert len(chosen_slices(LabelMap(array, PHANTOM.geometry), 0, 2)) == shown


def test_the_window_is_a_square_in_millimetres_around_the_heart():
    array = np.zeros((1, 2, 100, 120), np.uint8)
    array[0, 0, 40:61, 50:71] = Label.LV  # 20 steps of 1.0 mm and 20 steps of 2.0 mm
    rows, columns = heart_window(
        LabelMap(array, Geometry.from_spacing((2, 100, 120), (8.0, 1.0, 2.0)))
    )
    # Half the larger side, 20 mm, and 18 mm of margin: 38 rows and 19 columns either side of pixel
    # (50, 60).
    assert (rows, columns) == (slice(12, 89), slice(41, 80))


def test_the_window_stays_within_the_image():
    array = np.zeros((1, 2, 60, 50), np.uint8)
    array[0, 0, :10, 45:] = Label.RV
    rows, columns = heart_window(
        LabelMap(array, Geometry.from_spacing((2, 60, 50), (8.0, 1.5, 1.25)))
    )
    assert rows.start == 0
    assert columns.stop == 50
    assert 0 <= columns.start < 45


def test_without_a_heart_the_whole_image_is_shown():
    empty = LabelMap(
        np.zeros((1, 2, 60, 50), np.uint8), Geometry.from_spacing((2, 60, 50), (8.0, 1.5, 1.25))
    )
    assert heart_window(empty) == (slice(0, 60), slice(0, 50))


def test_the_picture_is_a_png_with_every_structure_in_its_color(tmp_path: Path):
    png = draw(tmp_path, PHANTOM.cine, PHANTOM.labels, patient=Patient(height_cm=180, weight_kg=80))
    assert png.startswith(b"\x89PNG")
    assert all(has_color(png, color) for color in COLORS.values())
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["overview.png", "overview_2.png"]


def test_the_same_content_gives_the_same_bytes(tmp_path: Path):
    assert draw(tmp_path, PHANTOM.cine, PHANTOM.labels) == draw(
        tmp_path, PHANTOM.cine, PHANTOM.labels
    )


def test_contours_are_drawn_on_the_images_and_not_only_in_the_legend(tmp_path: Path):
    with_heart = pixels(draw(tmp_path, PHANTOM.cine, PHANTOM.labels))
    wanted = [int(COLORS[Label.MYO][start : start + 2], 16) for start in (1, 3, 5)]
    green = (np.abs(with_heart - wanted).max(axis=-1) <= 2)[100:700, 20:880]
    assert green[:300].any()  # end-diastole
    assert green[310:].any()  # end-systole


def test_every_measure_of_a_structure_has_its_row():
    structures = {
        key: key.partition("_")[2]
        for key in DEFINITIONS
        if key.partition("_")[0] in ("lv", "myo", "rv")
    }
    of_one_cine = {
        key: part
        for key, part in structures.items()
        if not key.endswith(("_biplane", "_lax_minus_sax")) and key not in REGIONAL_MEASURES
    }
    without_indices = {part for key, part in of_one_cine.items() if not key.endswith("_index")}
    assert {part for _, part in ROWS} >= without_indices


def test_the_body_surface_has_the_decimals_by_which_an_index_can_be_checked():
    heart = HeartPhantom(frames=1, slices=4)
    patient = Patient(height_cm=181.0, weight_kg=92.0)
    report = make_report(heart.labels, InputSummary.of(heart.cine, View.SAX), patient=patient)
    texts = [text.get_text() for text in overview_figure(heart.cine, heart.labels, report).texts]
    assert any(text.endswith("Body surface area 2.15 m²") for text in texts)  # √(181 × 92 / 3600)


def texts_of(report: ClinicalReport) -> list[str]:
    page = overview_figure(PHANTOM.cine, PHANTOM.labels, report)
    return [text.get_text() for text in page.texts]


def trust_at_end_systole(dice: float) -> Trust:
    """Four phases of eleven slices, believed but for the LV at end-systole, phase 3."""
    limits = Limits(0.7, 0.5, 0.8, 0.6, 0.6, 0.8)
    slices, nothing = ((0.9,) * 11,) * 4, ((None,) * 11,) * 4
    lv = StructureTrust(slices, nothing, (0.9, 0.9, dice, 0.9), limits)
    return Trust({"lv": lv, "rv": replace(lv, volumes=(0.9,) * 4)})


def test_doubtful_measures_and_the_colors_of_the_trust_maps_are_explained_on_the_page():
    plain = make_report(PHANTOM.labels, InputSummary.of(PHANTOM.cine))
    texts = texts_of(plain.judged(trust_at_end_systole(0.7), []))
    assert {"believed", "look at it", "likely wrong", "?: doubtful contours"} <= set(texts)
    ejection_fractions = [text for text in texts if text.endswith((" %", " % ?"))]
    assert [text.endswith("?") for text in ejection_fractions] == [True, False]  # LV and RV


def test_no_mark_is_explained_where_there_is_none():
    plain = make_report(PHANTOM.labels, InputSummary.of(PHANTOM.cine))
    assert not {"believed", "?: doubtful contours"} & set(texts_of(plain))
    believed = texts_of(plain.judged(trust_at_end_systole(0.9), []))
    assert "believed" in believed
    assert "?: doubtful contours" not in believed


def test_a_finding_that_starts_with_a_long_path_is_cut_in_it():
    plain = make_report(PHANTOM.labels, InputSummary.of(PHANTOM.cine))
    message = "study/" * 40 + "1.dcm is damaged and was left out."
    finding = Finding(FindingCode.FILE_LEFT_OUT, Severity.WARNING, message, origin=Origin.READER)
    texts = texts_of(replace(plain, findings=(finding,)))
    assert any(text.startswith("study/study/") and text.endswith("…") for text in texts)


def test_the_longest_table_of_a_long_axis_ends_above_the_findings(tmp_path: Path):
    labels = drawn(ED, ES, Plane(base_mm=7.0))
    image = np.random.default_rng(0).normal(100.0, 20.0, labels.array.shape).astype(np.float32)
    png = draw(tmp_path, CineStack(image, labels.geometry, None, View.LAX_4C), labels)
    table, gap = pixels(png)[420:665, 915:], pixels(png)[660:674, 915:]
    assert (table < 100).any()
    assert (gap == 255).all()


@pytest.mark.parametrize(("view", "shown"), [(View.LAX_2C, False), (View.LAX_4C, True)])
def test_two_chambers_show_no_right_ventricle_in_legend_or_curves(
    tmp_path: Path, view: View, shown: bool
):
    heart = drawn(ED, ES)
    labels = LabelMap(np.where(heart.array == Label.RV, np.uint8(0), heart.array), heart.geometry)
    stack = CineStack(heart.array.astype(np.float32), heart.geometry, None, view)
    assert has_color(draw(tmp_path, stack, labels), COLORS[Label.RV]) == shown


@pytest.mark.parametrize("empty", [False, True])
def test_a_single_slice_is_drawn(tmp_path: Path, empty: bool):
    geometry = oblique_geometry((1, 96, 112), (8.0, 2.0, 1.25))
    labels = LabelMap(PHANTOM.labels.array[:, 4:5] * np.uint8(not empty), geometry)
    stack = CineStack(PHANTOM.cine.array[:, 4:5], geometry, None, View.LAX_4C)
    assert draw(tmp_path, stack, labels).startswith(b"\x89PNG")


def test_a_single_phase_is_drawn(tmp_path: Path):
    phantom = HeartPhantom(frames=1, cycle_ms=None)
    assert draw(tmp_path, phantom.cine, phantom.labels).startswith(b"\x89PNG")


def test_a_partial_run_with_many_findings_is_drawn(tmp_path: Path):
    array = PHANTOM.labels.array.copy()
    array[[1, 3]] = 0
    array[0, 3] = 0
    array[2, 5][array[2, 5] == Label.MYO] = 0
    assert draw(
        tmp_path, PHANTOM.cine, LabelMap(array, PHANTOM.geometry), frames=(0, 2)
    ).startswith(b"\x89PNG")


def test_without_matplotlib_one_sentence_says_so_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    real_import = builtins.__import__

    def without_matplotlib(name: str, *rest: Any, **named: Any) -> Any:
        if name.split(".")[0] == "matplotlib":
            raise ModuleNotFoundError("No module named 'matplotlib'")
        return real_import(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without_matplotlib)
    with pytest.raises(PictureUnavailable, match="pip install matplotlib"):
        draw(tmp_path, PHANTOM.cine, PHANTOM.labels)
    assert list(tmp_path.iterdir()) == []


def test_a_second_picture_of_a_large_cine_takes_less_than_a_second_and_a_half(tmp_path: Path):
    phantom = HeartPhantom(frames=12, es_frame=4, slices=12, rows=200, columns=200)
    stack, labels = phantom.cine, phantom.labels
    report = make_report(labels, InputSummary.of(stack))
    write_overview(tmp_path / "first.png", stack, labels, report)
    seconds = []
    for _ in range(3):  # other programs, or Python's own tidying up, may slow down one of them
        start = time.process_time()
        write_overview(tmp_path / "second.png", stack, labels, report)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 1.5
