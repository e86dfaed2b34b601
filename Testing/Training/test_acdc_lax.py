import numpy as np
import pytest

from CMRSegmentationLib.image import FOREGROUND, Label, View
from Testing.phantoms import HeartPhantom
from Testing.Training.raw_datasets import write_acdc_info
from Testing.Training.test_acdc import write_volume
from Training.datasets.acdc_lax import read
from Training.datasets.examination import UNKNOWN, DataSetError

HEART = HeartPhantom(frames=12, es_frame=11)
RV_1_MYO_2_LV_3 = np.array([0, 3, 2, 1], dtype=np.uint8)


@pytest.fixture(scope="module")
def examinations(tmp_path_factory):
    folder = write_acdc_info(tmp_path_factory.mktemp("raw") / "training" / "patient001", 1, 12)
    for frame in (1, 12):
        stem = f"{folder.name}_frame{frame:02d}"
        images = {
            f"{stem}.nii.gz": HEART.cine.array,
            f"{stem}_gt.nii.gz": RV_1_MYO_2_LV_3[HEART.labels.array],
        }
        for name, array in images.items():
            write_volume(
                folder / name, array[frame - 1].transpose(2, 1, 0), HEART.spacing_zyx_mm[::-1]
            )
    return {e.view: e for e in read(folder.parent.parent)}


def test_a_patient_has_three_planes_under_its_own_name(examinations):
    assert set(examinations) == {View.LAX_4C, View.LAX_3C, View.LAX_2C}
    assert {(e.patient, e.dataset, e.vendor, e.pathology) for e in examinations.values()} == {
        ("patient001", "acdc_lax", "Siemens", "DCM")
    }


def test_two_chambers_say_nothing_of_a_right_ventricle(examinations):
    assert examinations[View.LAX_4C].annotated == FOREGROUND
    assert examinations[View.LAX_2C].annotated == (Label.LV, Label.MYO)
    for phase in examinations[View.LAX_2C].load():
        assert set(np.unique(phase.labels)) == {Label.BACKGROUND, Label.LV, Label.MYO, UNKNOWN}


def test_both_phases_are_cut_and_the_pool_is_the_smaller_at_end_systole(examinations):
    ed, es = examinations[View.LAX_4C].load()
    assert [(p.name, p.frame, p.image.shape[0]) for p in (ed, es)] == [("ED", 0, 1), ("ES", 11, 1)]
    assert (ed.labels == Label.LV).sum() > 1.3 * (es.labels == Label.LV).sum()
    assert set(np.unique(ed.labels)) == {*Label, UNKNOWN}


def test_a_folder_without_patients_is_refused_as_acdc_is(tmp_path):
    with pytest.raises(DataSetError, match="ACDC"):
        read(tmp_path)
