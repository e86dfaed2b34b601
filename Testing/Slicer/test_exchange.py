"""What the child process reads is exactly what the scene holds."""

import numpy as np
import pytest
from CMRSegmentationMRML.exchange import write_cine

from CMRSegmentationLib.image import CineStack
from CMRSegmentationLib.reading.files import read_cine
from Testing.phantoms import HeartPhantom

from .conftest import SMALL


def round_trip(stack, folder):
    path = folder / "größe 1" / "cine.seq.nrrd"
    path.parent.mkdir()
    write_cine(path, stack)
    return read_cine(path)


def test_values_geometry_and_irregular_times_of_an_oblique_cine_arrive_exactly(tmp_path, phantom):
    times = (3.0, 180.1, 444.4, 630.0)
    arrived = round_trip(CineStack(phantom.cine.array, phantom.geometry, times), tmp_path)
    np.testing.assert_array_equal(arrived.array, phantom.cine.array)
    np.testing.assert_array_equal(arrived.geometry.ijk_to_ras, phantom.geometry.ijk_to_ras)
    assert arrived.frame_times_ms == times


@pytest.mark.parametrize(
    "change", [{"slices": 1, "empty_slices": (0, 0)}, {"frames": 1}, {"cycle_ms": None}]
)
def test_single_slice_single_frame_and_time_less_cines_arrive(tmp_path, change):
    phantom = HeartPhantom(**SMALL | change)
    arrived = round_trip(phantom.cine, tmp_path)
    np.testing.assert_array_equal(arrived.array, phantom.cine.array)
    assert arrived.frame_times_ms == (phantom.frame_times_ms if phantom.frames > 1 else None)
