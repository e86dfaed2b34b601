"""The views of one examination: biplane volumes, agreement with the short axis, table and JSON."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import View
from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.measuring.measures import Measure
from CMRSegmentationLib.reporting.examination import (
    COMBINED,
    LIMITS,
    CineResult,
    Examination,
    combine,
    examination_as_csv,
    examination_as_json,
    write_examination,
)
from CMRSegmentationLib.reporting.report import ClinicalReport, InputSummary

NOTHING: dict[str, tuple[float | None, ...]] = {"lv": (), "myo": (), "rv": ()}


def cine(name: str, view: View, findings: tuple[Finding, ...] = (), **values: float) -> CineResult:
    """A report of these measures."""
    measures = tuple(
        Measure(key, value, DEFINITIONS[key].unit, DEFINITIONS[key].text)
        for key, value in values.items()
    )
    summary = InputSummary(view, (2, 1, 40, 50), (8.0, 1.6, 1.4))
    return CineResult(
        name, ClinicalReport(summary, 0, 1, measures, NOTHING, NOTHING, findings=findings)
    )


def two(name: str = "lax_2c", **changes: float) -> CineResult:
    values = {"lv_area_ed": 12.0, "lv_area_es": 8.0, "lv_length_ed": 60.0, "lv_length_es": 45.0}
    return cine(name, View.LAX_2C, **{**values, **changes})


FOUR = cine(
    "lax_4c", View.LAX_4C, lv_area_ed=10.0, lv_area_es=6.0, lv_length_ed=50.0, lv_length_es=40.0
)
SAX = cine("sax", View.SAX, lv_edv=25.0, lv_esv=12.0, lv_ef=52.0)


def values(examination: Examination) -> dict[str, float]:
    return {one.key: one.value for one in examination.measures}


def test_biplane_volumes_and_ejection_fraction_are_those_worked_out_by_hand():
    found = values(combine([two(), FOUR]))
    # 8 · 12 · 10 / (3 π · 5) and 8 · 8 · 6 / (3 π · 4)
    assert found == pytest.approx(
        {
            "lv_edv_biplane": 20.3718,
            "lv_esv_biplane": 10.1859,
            "lv_sv_biplane": 10.1859,
            "lv_ef_biplane": 50.0,
        },
        abs=1e-3,
    )


def test_the_order_of_the_cines_does_not_matter():
    assert values(combine([SAX, two(), FOUR])) == values(combine([FOUR, two(), SAX]))


def test_long_axis_less_short_axis_is_the_agreement_and_within_the_limits_no_finding():
    examination = combine([SAX, two(), FOUR])
    found = values(examination)
    assert found["lv_edv_lax_minus_sax"] == pytest.approx(20.3718 - 25.0, abs=1e-3)
    assert found["lv_ef_lax_minus_sax"] == pytest.approx(-2.0, abs=1e-3)
    assert all(key.endswith(("_biplane", "_lax_minus_sax")) for key in found)
    assert examination.findings == ()


def test_the_limits_are_those_of_two_core_laboratories():
    # √2 · 28.4 ml, √2 · 21.5 ml and √2 · 7.5 points
    assert pytest.approx({"edv": 40.16, "esv": 30.41, "ef": 10.61}, abs=0.01) == LIMITS


@pytest.mark.parametrize(
    ("ef", "disagrees"), [(60.5, False), (60.7, True), (39.5, False), (39.3, True)]
)
def test_an_ejection_fraction_more_than_10_6_points_off_is_a_finding(ef: float, disagrees: bool):
    sax = cine("sax", View.SAX, lv_edv=20.0, lv_esv=10.0, lv_ef=ef)
    findings = combine([sax, two(), FOUR]).findings
    assert [finding.code for finding in findings] == ["sax_lax_disagree"] * disagrees
    if disagrees:
        assert "ejection fraction" in findings[0].message
        assert "10.7 percentage points apart" in findings[0].message
        assert findings[0].severity is Severity.WARNING


def test_without_a_two_chamber_view_one_plane_is_compared():
    four = cine(
        "lax_4c",
        View.LAX_4C,
        lv_edv_area_length=100.0,
        lv_esv_area_length=40.0,
        lv_ef_area_length=60.0,
    )
    found = values(combine([SAX, four]))
    assert found == pytest.approx(
        {"lv_edv_lax_minus_sax": 75.0, "lv_esv_lax_minus_sax": 28.0, "lv_ef_lax_minus_sax": 8.0}
    )


def test_what_is_missing_is_left_out_and_never_nan():
    no_length_at_es = cine(
        "lax_2c", View.LAX_2C, lv_area_ed=12.0, lv_area_es=8.0, lv_length_ed=60.0
    )
    assert set(values(combine([no_length_at_es, FOUR]))) == {"lv_edv_biplane"}
    assert values(combine([two(lv_area_es=0.0), FOUR])).keys() == {"lv_edv_biplane"}
    assert values(combine([SAX, two()])) == {}
    assert values(combine([two(), cine("lax_3c", View.LAX_3C, lv_length_ed=90.0)])) == {}


def test_of_two_cines_of_a_view_the_first_that_has_the_measures_counts():
    empty = cine("lax_2c_se03", View.LAX_2C)
    again = two("lax_2c_se09", lv_area_ed=24.0)
    assert values(combine([empty, two("lax_2c_se05"), again, FOUR])) == values(
        combine([two(), FOUR])
    )


def test_area_and_length_of_different_cines_are_never_mixed():
    no_length = cine("lax_2c_se03", View.LAX_2C, lv_area_ed=30.0, lv_area_es=20.0)
    assert values(combine([no_length, two("lax_2c_se05"), FOUR])) == values(combine([two(), FOUR]))
    no_area = cine("lax_2c_se05", View.LAX_2C, lv_length_ed=60.0, lv_length_es=45.0)
    assert values(combine([no_length, no_area, FOUR])) == {}


def test_end_diastole_and_end_systole_of_different_stacks_give_no_difference():
    first = cine("sax_se01", View.SAX, lv_edv=90.0)
    found = values(
        combine([first, cine("sax_se02", View.SAX, lv_edv=25.0, lv_esv=12.0), two(), FOUR])
    )
    assert found["lv_edv_lax_minus_sax"] == pytest.approx(20.3718 - 25.0, abs=1e-3)


def test_several_studies_in_a_folder_are_not_mixed():
    several = Finding(
        FindingCode.SEVERAL_STUDIES,
        Severity.WARNING,
        "The folder holds more than one study.",
        origin=Origin.READER,
    )
    examination = combine([cine("sax", View.SAX, (several,), lv_edv=25.0), two(), FOUR])
    assert examination.measures == ()
    assert [finding.code for finding in examination.findings] == ["not_combined"]


def test_a_cine_that_does_not_look_like_its_view_is_left_out_by_name():
    doubted = Finding(
        FindingCode.VIEW_DOUBTED,
        Severity.SERIOUS,
        "The contours look like those of a short axis.",
        origin=Origin.CHECK,
    )
    examination = combine(
        [SAX, cine("lax_9", View.LAX_2C, (doubted,), lv_ef_area_length=60.0), FOUR]
    )
    assert examination.measures == ()
    (finding,) = examination.findings
    assert (finding.code, "lax_9" in finding.message) == ("not_combined", True)


def test_the_table_has_every_measure_of_every_cine_and_those_of_several_views():
    rows = list(csv.DictReader(examination_as_csv(combine([SAX, two(), FOUR])).splitlines()))
    assert [row["cine"] for row in rows] == ["sax"] * 3 + ["lax_2c"] * 4 + ["lax_4c"] * 4 + [
        COMBINED
    ] * 7
    assert rows[0] == {
        "cine": "sax",
        "view": "sax",
        "key": "lv_edv",
        "name": "LV end-diastolic volume",
        "value": "25.000",
        "unit": "ml",
        "definition": DEFINITIONS["lv_edv"].text,
    }
    assert [row["value"] for row in rows if row["key"] == "lv_edv_biplane"] == ["20.372"]


def test_the_json_holds_the_table_the_findings_and_the_notice(tmp_path: Path):
    examination = combine([SAX, two(), FOUR])
    files = write_examination(examination, tmp_path / "new")
    assert [file.name for file in files] == ["study.csv", "study.json"]
    content = json.loads(files[1].read_text(encoding="utf-8"))
    assert content["schema"] == "cmrsegmentation-study/1"
    assert "not for clinical decisions" in content["notice"]
    assert [(one["name"], one["view"]) for one in content["cines"]] == [
        ("sax", "sax"),
        ("lax_2c", "lax_2c"),
        ("lax_4c", "lax_4c"),
    ]
    written = {row["key"]: row["value"] for row in content["measures"]}
    assert written == pytest.approx(values(examination), abs=5e-7)
    assert content["findings"] == []


def test_the_same_examination_gives_the_same_text():
    assert examination_as_json(combine([SAX, two(), FOUR])) == examination_as_json(
        combine([SAX, two(), FOUR])
    )


def test_a_folder_that_cannot_be_made_is_an_os_error(tmp_path: Path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OSError, match="file"):
        write_examination(combine([SAX, FOUR]), tmp_path / "file")
