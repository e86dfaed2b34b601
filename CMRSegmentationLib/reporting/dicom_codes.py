"""Coded terms of what is segmented and measured: SNOMED CT, LOINC, DICOM and UCUM.

Measures follow the context groups for cardiac MR reports in DICOM PS3.16 (CID 3833 ejection
fractions, CID 3835 ventricular volumes) and those for echocardiography (CID 12200, 12204, 12300)
where MR has none. Segments are those of CID 3717, phases those of CID 12233.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from CMRSegmentationLib.image import Label

if TYPE_CHECKING:
    from highdicom.sr import CodedConcept


@dataclass(frozen=True)
class Term:
    """A coded term.

    Attributes:
        scheme: designator of the coding scheme, such as `SCT`.
        value: the code.
        meaning: for people.
    """

    scheme: str
    value: str
    meaning: str

    def concept(self) -> CodedConcept:
        """The term as highdicom wants it."""
        from highdicom.sr import CodedConcept

        return CodedConcept(self.value, self.scheme, self.meaning)


ANATOMICAL_STRUCTURE = Term("SCT", "123037004", "Anatomical Structure")
SEGMENTATION = Term("DCM", "113076", "Segmentation")
SOURCE_IMAGE = Term("DCM", "121322", "Source image for image processing operation")
ARTIFICIAL_INTELLIGENCE = Term("DCM", "123110", "Artificial Intelligence")
MEASUREMENT_REPORT = Term("DCM", "126000", "Imaging Measurement Report")
CARDIAC_MRI = Term("SCT", "241620005", "Cardiac MRI")
DEVICE = Term("DCM", "121007", "Device")
INDEX = Term("DCM", "121425", "Index")
BODY_SURFACE_AREA = Term("LN", "8277-6", "Body Surface Area")

WALL_THICKNESS = Term("DCM", "122445", "Wall Thickness")
MEAN = Term("SCT", "373098007", "Mean")
CYCLE_POINT = Term("SCT", "272518008", "Cardiac Cycle Point")
END_DIASTOLE = Term("SCT", "416190007", "End Diastole")
END_SYSTOLE = Term("SCT", "416430001", "End Systole")

STRUCTURES = {
    Label.LV: Term("SCT", "87878005", "Left ventricle"),
    Label.MYO: Term("SCT", "74281007", "Myocardium"),
    Label.RV: Term("SCT", "53085002", "Right ventricle"),
}
"""The same codes as in Slicer's panel."""

"""The panel's colors, 0 to 255."""

MEASURES = {
    "lv_edv": Term("LN", "8821-1", "Left Ventricular ED Volume"),
    "lv_esv": Term("LN", "8823-7", "Left Ventricular ES Volume"),
    "lv_ef": Term("LN", "8811-2", "Left ventricular ejection fraction by MR"),
    "lv_sv": Term("SCT", "90096001", "Stroke Volume"),
    "lv_co": Term("SCT", "82799009", "Cardiac Output"),
    "lv_mass": Term("LN", "18087-7", "Left Ventricle Mass"),
    "lv_sv_index": Term("SCT", "277381004", "Stroke Index"),
    "lv_co_index": Term("SCT", "54993008", "Cardiac Index"),
    "rv_edv": Term("LN", "8822-9", "Right Ventricular ED Volume"),
    "rv_esv": Term("LN", "8824-5", "Right Ventricular ES Volume"),
    "rv_ef": Term("LN", "8818-7", "Right ventricular ejection fraction by MR"),
    "rv_sv": Term("SCT", "429483009", "RV Stroke Volume"),
    "rv_sv_index": Term("SCT", "429619008", "RV Stroke Index"),
    "rv_fac": Term("LN", "79936-1", "Right ventricular fractional area change"),
    "rv_tapse": Term("LN", "77903-3", "Tricuspid Annular Plane Systolic Excursion (TAPSE)"),
    "heart_rate": Term("LN", "8867-4", "Heart rate"),
    "bsa": BODY_SURFACE_AREA,
}
"""Measures with a code of their own; an index of one of them is coded as its index to body size."""

_SEGMENTS = (
    ("264850008", "basal anterior"),
    ("396482007", "basal anteroseptal"),
    ("396646008", "basal inferoseptal"),
    ("264846001", "basal inferior"),
    ("396652009", "basal inferolateral"),
    ("396654005", "basal anterolateral"),
    ("264848000", "mid anterior"),
    ("396647004", "mid anteroseptal"),
    ("396649001", "mid inferoseptal"),
    ("264847005", "mid inferior"),
    ("396655006", "mid inferolateral"),
    ("396656007", "mid anterolateral"),
    ("264844003", "apical anterior"),
    ("264845002", "apical septal"),
    ("264849008", "apical inferior"),
    ("264853005", "apical lateral"),
)
SEGMENTS = {
    number: Term("SCT", code, f"left ventricle {place} segment")
    for number, (code, place) in enumerate(_SEGMENTS, start=1)
}
"""The AHA segments of the left ventricle by number."""

UNITS = {
    "ml": Term("UCUM", "mL", "milliliter"),
    "%": Term("UCUM", "%", "percent"),
    "g": Term("UCUM", "g", "gram"),
    "mm": Term("UCUM", "mm", "millimeter"),
    "cm²": Term("UCUM", "cm2", "square centimeter"),
    "m²": Term("UCUM", "m2", "square meter"),
    "l/min": Term("UCUM", "L/min", "liter per minute"),
    "ml/m²": Term("UCUM", "mL/m2", "milliliter per square meter"),
    "g/m²": Term("UCUM", "g/m2", "gram per square meter"),
    "l/min/m²": Term("UCUM", "L/min/m2", "liter per minute per square meter"),
    "beats/min": Term("UCUM", "{H.B.}/min", "heart beats per minute"),
}


def structure_of(key: str) -> Label | None:
    """The structure that a measure belongs to, by its key; None for the whole heart."""
    if key.startswith("lv_mass"):
        return Label.MYO
    return {"lv": Label.LV, "rv": Label.RV, "myo": Label.MYO}.get(key.partition("_")[0])
