import numpy as np
import pytest

from CMRSegmentationLib.image import FOREGROUND, Label, View
from Testing.phantoms import oblique_geometry
from Training.datasets.examination import VENDORS, DataSetError, Examination, LabeledPhase
from Training.datasets.vendors import vendor_name


def load_nothing() -> tuple[LabeledPhase, ...]:
    raise DataSetError("the folder is gone")


def test_every_structure_is_annotated_unless_a_reader_says_otherwise():
    whole = Examination("p1", "acdc", "Siemens", View.SAX, load_nothing)
    pool = Examination("p2", "sunnybrook", "GE", View.SAX, load_nothing, annotated=(Label.LV,))
    assert whole.annotated == FOREGROUND
    assert pool.annotated == (Label.LV,)


def test_phases_are_read_when_they_are_loaded_and_not_before():
    examination = Examination("p1", "acdc", "Siemens", View.SAX, load_nothing)
    assert (examination.split, examination.ed_frame, examination.field_t) == ("train", None, None)
    with pytest.raises(DataSetError, match="the folder is gone"):
        examination.load()


def test_a_phase_carries_the_grid_of_its_image_and_labels():
    geometry = oblique_geometry((1, 6, 5), (8.0, 1.6, 1.4))
    image, labels = np.zeros((1, 6, 5), np.float32), np.ones((1, 6, 5), np.uint8)
    phase = LabeledPhase("ED", 3, image, labels, geometry)
    assert phase.image.shape == phase.labels.shape == phase.geometry.shape_zyx


def test_the_vendors_are_spelled_as_the_table_of_names_spells_them():
    assert [vendor_name(vendor, "P1") for vendor in VENDORS] == list(VENDORS)
