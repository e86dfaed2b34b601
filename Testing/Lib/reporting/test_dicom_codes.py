from pydicom.sr._concepts_dict import concepts

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.measuring.definitions import DEFINITIONS
from CMRSegmentationLib.measuring.segments import SEGMENTS
from CMRSegmentationLib.reporting import dicom_codes
from CMRSegmentationLib.reporting.dicom_codes import MEASURES, STRUCTURES, UNITS, structure_of


def known_codes() -> set[tuple[str, str]]:
    """Scheme and value of every term in pydicom's copy of the standard's context groups."""
    return {
        (scheme, value)
        for scheme, terms in concepts.items()
        for values in terms.values()
        for value in values
    }


def test_every_code_is_one_of_the_standard():
    terms = [*MEASURES.values(), *STRUCTURES.values(), *dicom_codes.SEGMENTS.values()]
    terms += [term for term in vars(dicom_codes).values() if isinstance(term, dicom_codes.Term)]
    known = known_codes() | {("SCT", "74281007")}  # SNOMED CT's myocardium, as in Slicer's panel
    assert [term for term in terms if (term.scheme, term.value) not in known] == []


def test_segments_are_coded_in_the_order_of_their_numbers():
    assert {number: term.meaning for number, term in dicom_codes.SEGMENTS.items()} == {
        number: f"left ventricle {level} {wall} segment"
        for number, (level, wall) in SEGMENTS.items()
    }
    assert len({term.value for term in dicom_codes.SEGMENTS.values()}) == 16


def test_every_coded_measure_is_defined_and_has_a_coded_unit():
    for key in MEASURES:
        assert DEFINITIONS[key].unit in UNITS
        if f"{key}_index" in DEFINITIONS:
            assert DEFINITIONS[f"{key}_index"].unit in UNITS


def test_a_measure_belongs_to_the_structure_of_its_key():
    assert structure_of("lv_edv") is Label.LV
    assert structure_of("lv_mass_index") is Label.MYO
    assert structure_of("rv_ef") is Label.RV
    assert structure_of("bsa") is None
