from dataclasses import replace

import highdicom as hd
import pytest

from CMRSegmentationLib.reporting.dicom_codes import SEGMENTS
from CMRSegmentationLib.reporting.dicom_objects import Maker
from CMRSegmentationLib.reporting.dicom_seg import make_segmentation
from CMRSegmentationLib.reporting.dicom_sources import DicomOutputError, SourceImages
from CMRSegmentationLib.reporting.dicom_sr import code_of, make_structured_report
from Testing.Lib.dicom_results import (
    HEART,
    MODEL,
    errors_of,
    from_enhanced,
    from_series,
    report_of,
)

MAKER = Maker(MODEL)


@pytest.fixture(scope="module", params=["series", "multi-frame"])
def stack(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("sources")
    if request.param == "multi-frame":
        return from_enhanced(folder)
    return from_series(folder, one_per_slice=True)


@pytest.fixture(scope="module")
def segmentation(stack):
    return make_segmentation(HEART.labels, SourceImages.of(stack), range(4), MAKER)


@pytest.fixture(scope="module")
def path(stack, segmentation, tmp_path_factory):
    report = make_structured_report(report_of(stack), segmentation, SourceImages.of(stack), MAKER)
    path = tmp_path_factory.mktemp("report") / "report.dcm"
    report.save_as(path, enforce_file_format=True)
    return path


def test_it_is_valid(path):
    assert errors_of(path) == []


def test_measures_come_back_with_code_value_and_unit_below_their_structure(path, stack):
    report = report_of(stack)
    found = {}
    for group in hd.sr.srread(path).content.get_volumetric_roi_measurement_groups():
        for measure in group.get_measurements():
            is_index = any(
                item.ConceptNameCodeSequence[0].CodeValue == "121425"
                for item in measure[0].get("ContentSequence", [])
            )
            key = (group.finding_type.value, measure.name.value, is_index)
            found[key] = (measure.value, measure.unit.value)
    left, wall, right = "87878005", "74281007", "53085002"
    expected = {
        (left, "8821-1", False): ("lv_edv", "mL"),
        (left, "8823-7", False): ("lv_esv", "mL"),
        (left, "8811-2", False): ("lv_ef", "%"),
        (left, "90096001", False): ("lv_sv", "mL"),
        (left, "82799009", False): ("lv_co", "L/min"),
        (left, "8821-1", True): ("lv_edv_index", "mL/m2"),
        (left, "8823-7", True): ("lv_esv_index", "mL/m2"),
        (left, "277381004", False): ("lv_sv_index", "mL/m2"),
        (left, "54993008", False): ("lv_co_index", "L/min/m2"),
        (wall, "18087-7", False): ("lv_mass", "g"),
        (wall, "18087-7", True): ("lv_mass_index", "g/m2"),
        (right, "8822-9", False): ("rv_edv", "mL"),
        (right, "8824-5", False): ("rv_esv", "mL"),
        (right, "8818-7", False): ("rv_ef", "%"),
        (right, "429483009", False): ("rv_sv", "mL"),
    }
    for key, (measure, unit) in expected.items():
        assert found[key] == (pytest.approx(report.value(measure), rel=1e-6), unit)


def codes_below(item):
    """The value of each coded item below another one, by the code of its name."""
    return {
        below.ConceptNameCodeSequence[0].CodeValue: below.ConceptCodeSequence[0].CodeValue
        for below in item.get("ContentSequence", [])
        if "ConceptCodeSequence" in below
    }


def test_the_wall_is_as_thick_in_every_segment_and_phase_as_in_the_report(path, stack):
    (wall,) = [
        group
        for group in hd.sr.srread(path).content.get_volumetric_roi_measurement_groups()
        if group.finding_type.value == "74281007"
    ]
    found = {}
    for measure in wall.get_measurements():
        if measure.name.value == "122445":
            codes = codes_below(measure[0])
            assert codes["121401"] == "373098007"  # derivation: mean
            found[codes["363698007"], codes["272518008"]] = (measure.value, measure.unit.value)
    ed, es = "416190007", "416430001"
    expected = {}
    for segment in report_of(stack).regional.segments:
        code = SEGMENTS[segment.number].value
        expected[code, ed] = (pytest.approx(segment.ed_mean_mm, abs=1e-5), "mm")
        expected[code, es] = (pytest.approx(segment.es_mean_mm, abs=1e-5), "mm")
    assert len(expected) == 32
    assert found == expected


def test_what_concerns_the_whole_heart_has_a_group_of_its_own(path):
    groups = hd.sr.srread(path).content.get_image_measurement_groups()
    (values,) = [
        {measure.name.value: measure.value for measure in group.get_measurements()}
        for group in groups
    ]
    assert values["8277-6"] == pytest.approx(2.0)  # √(180 × 80 / 3600)
    assert values["8867-4"] == pytest.approx(60.0)


def test_every_structure_is_linked_to_its_segment(path, segmentation):
    for group in hd.sr.srread(path).content.get_volumetric_roi_measurement_groups():
        reference = group.reference_type
        assert reference.meaning == "Referenced Segment"
        item = next(
            item
            for item in group[0].ContentSequence
            if item.ConceptNameCodeSequence[0].CodeValue == "121191"
        )
        referenced = item.ReferencedSOPSequence[0]
        assert referenced.ReferencedSOPInstanceUID == segmentation.SOPInstanceUID
        number = int(referenced.ReferencedSegmentNumber)
        segment = segmentation.SegmentSequence[number - 1]
        assert segment.SegmentedPropertyTypeCodeSequence[0].CodeValue == group.finding_type.value


def test_patient_and_study_are_the_sources(path, stack):
    report, source = hd.sr.srread(path), SourceImages.of(stack).first
    for name in ("PatientName", "PatientID", "StudyInstanceUID"):
        assert report[name].value == source[name].value


def test_an_index_without_a_code_has_that_of_what_it_is_an_index_of():
    assert code_of("lv_edv_index") == code_of("lv_edv")
    assert code_of("lv_sv_index") != code_of("lv_sv")
    assert code_of("lv_area_ed") is None


def test_measures_without_any_code_are_refused(stack, segmentation):
    report = replace(report_of(stack), measures=())
    with pytest.raises(DicomOutputError, match="needs a measure that has a code"):
        make_structured_report(report, segmentation, SourceImages.of(stack), MAKER)
