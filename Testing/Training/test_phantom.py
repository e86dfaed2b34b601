import numpy as np
import pytest

from CMRSegmentationLib.image import FOREGROUND, Label
from Testing.phantoms import HeartPhantom, beating_heart


@pytest.mark.parametrize("label", FOREGROUND)
@pytest.mark.parametrize("frame", [0, 8])
def test_counted_volume_is_within_one_percent_of_the_formula(label: Label, frame: int) -> None:
    phantom = HeartPhantom()
    counted = phantom.labels.mask(label)[frame].sum() * phantom.geometry.voxel_volume_ml
    assert counted == pytest.approx(phantom.volume_ml(label, frame), rel=0.01)


def test_eight_full_slices_of_24_mm_at_the_base_hold_105_ml() -> None:
    # 10 mm · π · 24² mm² · (8 − (0² + … + 7²) / 8²) = 10 · 1809.56 · (8 − 140 / 64) mm³
    assert HeartPhantom().volume_ml(Label.LV, 0) == pytest.approx(105.18, abs=0.01)


def test_ventricles_are_largest_at_ed_and_smallest_at_es_also_across_the_end_of_the_cycle() -> None:
    _, labels = beating_heart(frames=12, ed_frame=10, es_frame=3)
    volumes = labels.mask(Label.LV).sum(axis=(1, 2, 3))
    assert (np.argmax(volumes), np.argmin(volumes)) == (10, 3)


def test_single_slice_and_single_frame_are_possible() -> None:
    cine, labels = beating_heart(frames=1, slices=1, empty_slices=(0, 0))
    assert cine.shape_tzyx == (1, 1, 96, 112)
    assert set(np.unique(labels.array)) == {0, 1, 2, 3}
