"""The cine of Slicer's own test and its labels lie on one grid."""

from CMRSegmentationMRML import cines
from CMRSegmentationMRML.self_test import FRAMES, add_cine_with_labels


def test_the_cine_shows_what_the_labels_say(scene):
    cine, labels = add_cine_with_labels()
    stack = cines.read_stack(cine)
    assert stack.frames == labels.frames == FRAMES
    assert stack.geometry.matches(labels.geometry)
    assert (stack.array == 100.0 * labels.array).all()
    assert [int((labels.array[0] == label).sum()) for label in (1, 2, 3)] == [240, 264, 192]
