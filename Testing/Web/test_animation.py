import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from CMRSegmentationLib.palette import COLORS, rgb_of
from CMRSegmentationWeb.animation import SIDE_PIXELS, animation, frame_duration_ms, middle_slice


class TestAnimation:
    def test_it_beats_with_contours_in_their_colors(self, phantom):
        content = animation(phantom.cine, phantom.labels, 3)
        with Image.open(io.BytesIO(content)) as gif:
            assert gif.n_frames == phantom.cine.frames
            assert abs(max(gif.size) - SIDE_PIXELS) <= 2
            assert gif.info["loop"] == 0
            colors = np.asarray(gif.convert("RGB")).reshape(-1, 3).astype(int)
        for wanted in COLORS.values():
            assert np.abs(colors - rgb_of(wanted)).sum(axis=1).min() < 30

    @pytest.mark.parametrize(
        ("times", "duration"),
        [((0.0, 38.3, 76.6), 40), ((0.0, 5.0, 10.0), 20), (None, 40), ((0.0, 61.0, 122.0), 60)],
    )
    def test_a_frame_lasts_as_long_as_in_the_body(self, phantom, times, duration):
        stack = replace(phantom.cine, array=phantom.cine.array[:3], frame_times_ms=times)
        assert frame_duration_ms(stack) == duration

    def test_the_usual_slice_has_the_ventricle(self, phantom):
        assert (phantom.labels.array[1, middle_slice(phantom.labels, 1)] == 1).any()
