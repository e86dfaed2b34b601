import numpy as np

from CMRSegmentationLib.image import Label
from Training.adaptation.completion import complete_labels
from Training.datasets.examination import UNKNOWN

MYO, LV, RV = int(Label.MYO), int(Label.LV), int(Label.RV)


def rows(*slices):
    """(Z, 1, X) labels of slices of one row."""
    return np.array(slices, dtype=np.uint8)[:, None, :]


def test_what_both_segmentations_say_completes_what_the_experts_drew():
    drawn = rows([0, 0, LV, LV, 0, 0])
    segmented = rows([RV, MYO, LV, LV, MYO, 0])
    labels, completed = complete_labels(drawn, segmented, segmented, (Label.LV,), 0.9)
    assert labels.tolist() == segmented.tolist()
    assert completed.tolist() == [True]


def test_the_experts_are_right_where_the_network_differs():
    """The network's pool is wider by a pixel: of that pixel nothing but "no pool" is known."""
    drawn = rows([0, 0, LV, LV, LV, 0, 0])
    segmented = rows([0, MYO, MYO, LV, LV, LV, MYO])
    labels, _ = complete_labels(drawn, segmented, segmented, (Label.LV,), 0.6)
    assert labels[0, 0].tolist() == [0, MYO, LV, LV, LV, UNKNOWN, MYO]


def test_pixels_that_the_segmentations_disagree_on_stay_unknown():
    drawn = rows([0, 0, LV, 0])
    plain, averaged = rows([RV, MYO, LV, MYO]), rows([0, MYO, LV, RV])
    labels, _ = complete_labels(drawn, plain, averaged, (Label.LV,), 0.9)
    assert labels[0, 0].tolist() == [UNKNOWN, MYO, LV, UNKNOWN]


def test_a_slice_in_which_the_network_misses_the_experts_contour_is_not_completed():
    """Dice 2 · 1 / (2 + 1) = 0.67 in the first slice, 1 in the second; the third has no contour."""
    drawn = rows([0, LV, LV, 0], [0, LV, LV, 0], [0, 0, 0, 0])
    segmented = rows([MYO, LV, MYO, RV], [MYO, LV, LV, RV], [0, MYO, 0, RV])
    labels, completed = complete_labels(drawn, segmented, segmented, (Label.LV,), 0.7)
    assert completed.tolist() == [False, True, False]
    assert labels[0, 0].tolist() == [UNKNOWN, LV, LV, UNKNOWN]
    assert labels[1, 0].tolist() == [MYO, LV, LV, RV]
    assert (labels[2] == UNKNOWN).all()
