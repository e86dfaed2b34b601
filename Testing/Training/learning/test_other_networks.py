from dataclasses import replace

import numpy as np
import pytest

from CMRSegmentationLib.image import View
from Testing.Training.cached_phantoms import TINY
from Testing.Training.tiny_run import TINY as TINY_RUN
from Testing.Training.tiny_run import tiny_run
from Training.evaluate import segmenter_of
from Training.learning.other_networks import RunNetwork, architecture_of


def test_a_run_of_the_u_net_segments_as_its_bundle_does_but_for_half_precision(tmp_path):
    run, _ = tiny_run(tmp_path)
    assert architecture_of(run) == "unet"
    labels = RunNetwork.load(run, "last").segment(
        TINY.cine, device="cpu", mirror=False, postprocessing=None
    )
    with segmenter_of(run, device="cpu") as (segment, views):
        expected = segment(TINY.cine, View.SAX)
    assert views == (View.SAX,)
    assert labels.shape == TINY.cine.shape_tzyx
    assert np.mean(labels == expected) > 0.99


@pytest.mark.parametrize(
    ("architecture", "window"), [("attention_unet", 1), ("unet_2_5d", 3), ("unet_3d", 3)]
)
def test_a_run_of_another_network_learns_and_segments_too(architecture, window, tmp_path):
    sampling = replace(TINY_RUN.sampling, windows=(window,), crops=((32, 2 * window),))
    run, _ = tiny_run(tmp_path, architecture=architecture, sampling=sampling)
    with segmenter_of(run, "best", device="cpu") as (segment, views):
        labels = segment(TINY.cine, View.SAX)
    assert views == (View.SAX,)
    assert labels.shape == TINY.cine.shape_tzyx
    assert labels.dtype == np.uint8
