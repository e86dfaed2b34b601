import re
from html.parser import HTMLParser

import numpy as np
import pytest

from CMRSegmentationLib.reporting.cohort import Agreement, CohortRow, Outlier
from CMRSegmentationLib.reporting.cohort_page import cohort_page

ROWS = [CohortRow(f"s{i}", "sax", {"lv_edv": 100.0 + i, "lv_ef": 55.0}) for i in range(10)]


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.names: list[str] = []

    def handle_starttag(self, tag, attributes):
        self.names.append(tag)


def tags(page: str) -> list[str]:
    parser = Tags()
    parser.feed(page)
    return parser.names


def test_every_measure_has_its_distribution():
    page = cohort_page(ROWS, [])
    assert "<td>LV end-diastolic volume</td><td>ml</td><td>10</td><td>104.5</td>" in page
    assert tags(page).count("svg") == 2
    assert "No measure lies far from the others of its view" in page
    assert "Fewer than 8 are not compared" in page


def test_the_height_of_a_histogram_is_not_taken_for_the_number_of_cines():
    values = (50.0, 50.0, 50.0, 60.0)  # three in the highest bar
    page = cohort_page([CohortRow(str(i), "sax", {"lv_ef": v}) for i, v in enumerate(values)], [])
    assert re.findall(r'<text x="245" [^>]*>([^<]*)</text>', page) == ["3 cines"]


def test_each_view_has_its_own_distributions():
    planes = [CohortRow("a", "lax_4c", {"lv_ef": 40.0}), CohortRow("b", "", {"lv_ef": 30.0})]
    page = cohort_page([*planes, *ROWS], [])
    assert re.findall("<h3>(.*?)</h3>", page) == [
        "Short axis: 10 cines",
        "View not known: 1 cine",
        "Four-chamber long axis: 1 cine",
    ]
    assert re.findall(r"LV ejection fraction</td><td>%</td><td>(\d+)</td><td>([\d.]+)<", page) == [
        ("10", "55.0"),
        ("1", "30.0"),
        ("1", "40.0"),
    ]
    assert "<h3>" not in cohort_page(ROWS, [])


def test_one_cine_has_no_standard_deviation_and_a_surface_two_decimals():
    page = cohort_page([CohortRow("a", "sax", {"bsa": 1.846})], [])
    assert "<h1>1 cine</h1>" in page
    assert "<td>m²</td><td>1</td><td>1.85</td><td></td><td>1.85</td>" in page


def test_the_page_needs_nothing_from_outside():
    page = cohort_page(ROWS, [], [])
    assert not re.search(r"https?://|src=|@import|<script|<link", page)
    assert "Research use, not for clinical decisions." in page


def test_outliers_are_listed_and_names_cannot_break_the_page():
    page = cohort_page(ROWS, [Outlier("<b>x", "lv_edv", 300.0, 12.34)])
    assert "<td>&lt;b&gt;x</td><td>LV end-diastolic volume</td>" in page
    assert "<td>300.0</td><td>ml</td><td>+12.3</td>" in page


def test_agreement_has_bias_limits_and_a_point_for_each_study():
    found, reference = np.array([90.0, 110.0, 121.0]), np.array([92.0, 108.0, 119.0])
    page = cohort_page(ROWS, [], [Agreement("lv_edv", found, reference)])
    assert tags(page).count("circle") == 3
    assert "<td>ml</td><td>3</td><td>+0.7</td>" in page  # (−2 + 2 + 2) / 3


def test_the_lines_of_the_plot_have_their_values():
    found, reference = np.array([1.0, 2.0, 3.0]), np.array([2.0, 2.0, 2.0])
    page = cohort_page(ROWS, [], [Agreement("lv_edv", found, reference)])
    numbers = re.findall(r'<text x="245" [^>]*>([^<]*)</text>', page)
    assert numbers[-3:] == ["+0.0", "-2.0", "+2.0"]
    same = cohort_page(ROWS, [], [Agreement("lv_edv", reference + 1.0, reference)])
    assert re.findall(r'<text x="245" [^>]*>([+-][^<]*)</text>', same) == ["+1.0"]


@pytest.mark.parametrize("value", [55.0, 0.0])
def test_values_that_are_all_the_same_are_drawn(value):
    rows = [CohortRow("a", "sax", {"lv_ef": value}), CohortRow("b", "sax", {"lv_ef": value})]
    assert "nan" not in cohort_page(rows, [])
