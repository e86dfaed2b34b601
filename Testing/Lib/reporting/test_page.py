"""A page: places in inches, words, and the same bytes for the same content."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from CMRSegmentationLib.reporting.overview import LEGEND_LEFT_IN
from CMRSegmentationLib.reporting.page import (
    HEIGHT_IN,
    WIDTH_IN,
    PictureUnavailable,
    add_axes,
    add_text,
    as_png,
    count_of,
    draw_header,
    new_figure,
    shortened,
)
from CMRSegmentationLib.reporting.report import RESEARCH_USE, ModelSummary
from Testing.Lib.reporting.test_report_files import small_report

ROOT = Path(__file__).parents[3]


def test_axes_are_placed_in_inches_from_the_upper_left_corner():
    axes = add_axes(new_figure(), 1.0, 2.0, 3.0, 1.5)
    box = axes.get_position()
    assert (box.x0 * WIDTH_IN, (1 - box.y1) * HEIGHT_IN) == pytest.approx((1.0, 2.0))
    assert (box.width * WIDTH_IN, box.height * HEIGHT_IN) == pytest.approx((3.0, 1.5))


def test_the_header_names_the_view_the_model_and_what_it_may_be_used_for():
    figure = new_figure()
    draw_header(figure, small_report())
    texts = [text.get_text() for text in figure.texts]
    assert texts == ["Short axis cine", "2 phases · 5 slices · model sax", RESEARCH_USE]


def test_a_long_name_of_a_model_ends_before_the_legend():
    figure = new_figure()
    report = replace(small_report(), model=ModelSummary("mnms_seed1_fold3_" * 5, "ab" * 32))
    draw_header(figure, report)
    line = figure.texts[1]
    assert line.get_text().endswith("model mnms_seed1_fold3_mnms_seed1_fold3_mnms_…")
    right_in = line.get_window_extent().x1 / figure.dpi
    assert right_in < LEGEND_LEFT_IN[0]


def test_the_same_page_has_the_same_bytes():
    pages = []
    for _ in range(2):
        figure = new_figure()
        add_text(figure, 1.0, 1.0, "Größe")
        pages.append(as_png(figure))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("text", ["$HOME$ and 5 $", r"file_$x_y_z$.nii", r"$\frac{$"])
def test_a_dollar_sign_starts_no_formula(text):
    figure = new_figure()
    add_text(figure, 1.0, 1.0, text)
    assert as_png(figure).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("text", "drawn"), [("모델 ä·²–", "\ufffd\ufffd ä·²–"), ("a\n²", "a\n²"), ("plain", "plain")]
)
def test_what_the_font_lacks_is_replaced_without_a_warning(text, drawn):
    figure = new_figure()
    add_text(figure, 1.0, 1.0, text)
    assert figure.texts[0].get_text() == drawn
    assert as_png(figure).startswith(b"\x89PNG")  # a warning would be an error here


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("It lies from 5 to 9 %.", "It lies from 5 to 9 %."),
        ("The ejection fraction may lie from 55 to 99 %.", "The ejection fraction…"),
        ("File study/of/a/patient.dcm is damaged.", "File study/of/a/patie…"),
        ("two\nlines\tof text", "two lines of text"),
    ],
)
def test_a_text_is_cut_between_words_and_in_a_word_that_is_too_long_for_a_line(text, shown):
    assert shortened(text, 22) == shown


def test_one_is_singular():
    assert (count_of(1, "slice"), count_of(12, "slice")) == ("1 slice", "12 slices")


@pytest.mark.parametrize("is_there", [True, False])
def test_matplotlib_is_loaded_ahead_where_it_is_there(is_there):
    script = (
        "import sys, threading\n"
        "from CMRSegmentationLib.reporting.page import load_ahead\n"
        f"sys.modules.update({{}} if {is_there} else {{'matplotlib': None}})\n"
        "load_ahead()\n"
        "for thread in threading.enumerate()[1:]: thread.join()\n"
        "print('matplotlib.figure' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert (done.stdout.strip(), done.stderr) == (str(is_there), "")


def test_without_matplotlib_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(PictureUnavailable, match="pip install matplotlib"):
        new_figure()
