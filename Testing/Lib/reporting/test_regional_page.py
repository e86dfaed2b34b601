"""Page two: what it shows of a stack and of a long axis."""

from __future__ import annotations

import numpy as np
import pytest

from CMRSegmentationLib.image import Label, LabelMap, View
from CMRSegmentationLib.reporting.page import as_png
from CMRSegmentationLib.reporting.pdf import _fit_to_a4
from CMRSegmentationLib.reporting.regional_page import has_regional_page, regional_figure
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from CMRSegmentationLib.trust.trust import Limits, StructureTrust, Trust
from Testing.Lib.long_axis_phantoms import ED, ES, drawn
from Testing.Lib.reporting.test_report_files import small_report
from Testing.phantoms import HeartPhantom


def texts_of(figure) -> list[str]:
    found = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        found += [text.get_text() for text in axes.texts]
        found.append(axes.get_title())
    return found


def test_a_stack_has_three_bullseyes_its_curves_and_its_thickest_place():
    heart = HeartPhantom(frames=4, slices=9, es_frame=2)
    report = make_report(heart.labels, InputSummary.of(heart.cine, View.SAX))
    assert has_regional_page(report)
    figure = regional_figure(report)
    texts = texts_of(figure)
    assert {"Wall at ED (mm)", "Wall at ES (mm)", "Thickening (%)"} <= set(texts)
    assert any(text.startswith("Largest wall thickness") for text in texts)
    assert "GCS, endocardial" in texts
    assert any("not tracked" in text for text in texts)
    assert any("ejection and filling rates" in text for text in texts)
    assert as_png(figure).startswith(b"\x89PNG")


def test_a_long_axis_has_its_strain_and_says_what_segments_need():
    labels = drawn(ED, ES)
    summary = InputSummary(
        View.LAX_4C, (2, *labels.geometry.shape_zyx), labels.geometry.spacing_zyx_mm
    )
    texts = texts_of(regional_figure(make_report(labels, summary)))
    assert "No segments: they need a short-axis stack." in texts
    assert "GLS" in texts


def test_a_stack_with_strain_and_no_segments_says_what_they_lack():
    heart = HeartPhantom(frames=4, slices=9, es_frame=2)
    array = heart.labels.array.copy()
    bare = array[:, [z for z in range(9) if z not in (3, 4)]]
    array[:, [z for z in range(9) if z not in (3, 4)]] = np.where(bare == Label.MYO, 0, bare)
    labels = LabelMap(array, heart.labels.geometry)
    report = make_report(labels, InputSummary.of(heart.cine, View.SAX))
    assert report.regional.strains
    texts = texts_of(regional_figure(report))
    assert "No segments: fewer than 3 slices have a closed wall." in texts
    assert not any("short-axis stack" in text for text in texts)


def test_measures_that_rest_on_doubtful_contours_are_marked():
    heart = HeartPhantom(frames=4, slices=9, es_frame=2)
    plain = make_report(heart.labels, InputSummary.of(heart.cine, View.SAX))
    slices, nothing = ((0.9,) * 9,) * 4, ((None,) * 9,) * 4
    limits = Limits(0.7, 0.5, 0.8, 0.6, 0.6, 0.8)
    wall = StructureTrust(slices, nothing, (0.9, 0.9, 0.7, 0.9), limits)
    report = plain.judged(Trust({"myo": wall}), [])  # doubted at end-systole alone
    texts = texts_of(regional_figure(report))
    place = texts.index("LV wall at ED")
    assert not texts[place + 1].endswith("?")
    assert texts[place + 2] == "LV wall at ES"
    assert texts[place + 3].endswith(" mm ?")
    assert "?: doubtful contours" in texts
    assert not any("?" in text for text in texts_of(regional_figure(plain)))


@pytest.mark.parametrize("on_a4", [False, True])
def test_the_name_of_the_time_axis_ends_above_the_notes(on_a4):
    heart = HeartPhantom(frames=4, slices=9, es_frame=2)
    figure = regional_figure(make_report(heart.labels, InputSummary.of(heart.cine, View.SAX)))
    if on_a4:
        _fit_to_a4(figure)
    figure.draw_without_rendering()
    (curves,) = [axes for axes in figure.axes if axes.get_ylabel() == "Strain (%)"]
    (note,) = [text for text in figure.texts if "not tracked" in text.get_text()]
    assert curves.xaxis.label.get_window_extent().y0 > note.get_window_extent().y1


def test_a_report_without_regions_has_no_page():
    assert not has_regional_page(small_report())
