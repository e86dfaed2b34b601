import pytest

from CMRSegmentationLib.reading.dicom_kinds import Kind, is_derived, why_not_a_cine


@pytest.mark.parametrize(
    "words",
    [
        ("ORIGINAL", "PRIMARY", "M", "RETRO", "NORM", "DIS2D"),
        ("ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"),
        ("ORIGINAL", "PRIMARY", "CARDIAC", "NONE"),
        ("DERIVED", "PRIMARY", "M", "RETRO", "NORM", "MOCO"),
        ("ORIGINAL", "PRIMARY", "CINE", "NONE", "ORIGINAL", "PRIMARY", "CINE", "NONE"),
    ],
)
def test_magnitude_images_may_be_a_cine(words) -> None:
    assert why_not_a_cine(Kind(words=words)) == ""
    assert is_derived(Kind(words=words)) is (words[0] == "DERIVED")


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("ORIGINAL", "PRIMARY", "P", "RETRO"), "phase-contrast images"),
        (("ORIGINAL", "PRIMARY", "PHASE MAP", "P", "PCA"), "phase-contrast images"),
        (("ORIGINAL", "PRIMARY", "VELOCITY", "NONE"), "phase-contrast images"),
        (("DERIVED", "PRIMARY", "T1 MAP", "T1"), "a map of tissue properties"),
        (("DERIVED", "PRIMARY", "M", "T2", "MAP"), "a map of tissue properties"),
        (("ORIGINAL", "PRIMARY", "R", "IR"), "real or imaginary parts of images"),
        (("DERIVED", "SECONDARY", "M"), "derived images"),
        (("DERIVED", "PRIMARY", "PROJECTION IMAGE", "MIP"), "derived images"),
        (("ORIGINAL", "PRIMARY", "LOCALIZER"), "localizer"),
        (("DERIVED", "PRIMARY", "PERFUSION", "NONE"), "perfusion images"),
    ],
)
def test_image_types_of_other_images_are_named(words, reason) -> None:
    assert why_not_a_cine(Kind(words=words)) == reason


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("SAX_cine_tagging", "tagged images"),
        ("GRID_TAG_mid", "tagged images"),
        ("cine 2D flow aorta venc150", "phase-contrast images"),
        ("fl_pc_retro_through plane", "phase-contrast images"),
        ("flow comp 2D flow aorta", "phase-contrast images"),
        ("T1 MAP MOLLI", "a map of tissue properties"),
        ("ShMOLLI_192i", "a map of tissue properties"),
        ("T2map_SAX", "a map of tissue properties"),
        ("STRESS_PERF_SAX", "perfusion images"),
        ("first pass rest", "perfusion images"),
        ("PSIR_SAX_LGE", "late-enhancement images"),
        ("delayed enhancement", "late-enhancement images"),
        ("TI scout", "an inversion-time scout"),
        ("3-plane loc", "a localizer"),
        ("whole heart navigator", "angiography"),
    ],
)
def test_names_of_series_give_other_images_away(name, reason) -> None:
    assert why_not_a_cine(Kind(name=name)) == reason


@pytest.mark.parametrize(
    "name",
    [
        "cine_trufi_retro", "CINE SAX post LGE", "cine after stress perfusion",
        "FIESTA SAX 12 slices",
        "B-TFE BH SA", "ssfp function dynamic", "SAX", "SA_stack", "", "local shim cine", "4CH",
        "Sebastian Devonshire", "heart stage 2", "CINE SAX flow comp", "SAX_flow-compensated",
    ],
)  # fmt: skip
def test_names_of_cines_do_not(name) -> None:
    assert why_not_a_cine(Kind(name=name)) == ""


def test_storage_sequence_and_attributes_decide_as_well() -> None:
    secondary = Kind(storage="1.2.840.10008.5.1.4.1.1.7.2")
    assert why_not_a_cine(secondary) == "a secondary capture, not images of a scanner"
    assert why_not_a_cine(Kind(storage="1.2.840.10008.5.1.4.1.1.30")) == "a parametric map"
    assert why_not_a_cine(Kind(sequence="*fl2d1_v150in")) == "phase-contrast images"
    assert why_not_a_cine(Kind(sequence="*fl2d1_tag")) == "tagged images"
    assert why_not_a_cine(Kind(encodes_velocity=True)) == "phase-contrast images"
    assert why_not_a_cine(Kind(is_tagged=True)) == "tagged images"
