import pytest

from CMRSegmentationLib.segmenting.options import SegmentingOptions
from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions


def test_every_rule_is_applied_unless_it_is_switched_off():
    assert SegmentingOptions().rules == PostprocessingOptions()


@pytest.mark.parametrize("frames", ["all", "ed-es", (0, 5)])
def test_frames_that_a_cine_of_six_has(frames):
    SegmentingOptions(frames=frames).require_within(6)


@pytest.mark.parametrize(
    ("frames", "message"),
    [((0, 6), "frames from 0 to 5, found 6"), ((-1,), "found -1"), ((), "at least one frame")],
)
def test_frames_that_it_does_not_have(frames, message):
    with pytest.raises(ValueError, match=message):
        SegmentingOptions(frames=frames).require_within(6)
