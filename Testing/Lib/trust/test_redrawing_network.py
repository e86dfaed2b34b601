import numpy as np
import pytest
import torch

from CMRSegmentationLib.trust.errors import TrustError
from CMRSegmentationLib.trust.redrawing_network import (
    RedrawingConfig,
    RedrawingNetwork,
    load_redrawing,
    memberships,
    save_redrawing,
)

SMALL = RedrawingConfig(size_px=16, spacing_mm=4.0, channels=(4, 6), latent=10)


@pytest.fixture
def network():
    torch.manual_seed(3)
    return RedrawingNetwork(SMALL).eval()


def test_every_pixel_is_a_member_of_one_class():
    labels = np.array([[[0, 1], [2, 3]]], np.uint8)
    members = memberships(labels)
    assert members.shape == (1, 4, 2, 2)
    assert (members.argmax(axis=1) == labels).all()
    assert (members.sum(axis=1) == 1).all()


def test_a_redrawing_has_the_shape_of_the_mask_and_nothing_stays_nothing(network):
    canvases = np.zeros((3, 16, 16), np.uint8)
    canvases[1, 4:9, 4:9] = 1
    redrawn = network.redraw(canvases)
    assert redrawn.shape == canvases.shape
    assert redrawn.dtype == np.uint8
    assert not redrawn[[0, 2]].any()


def test_a_network_comes_back_from_its_file_in_half_precision(network, tmp_path):
    save_redrawing(network, tmp_path / "redraw.pt")
    again = load_redrawing(tmp_path / "redraw.pt")
    assert again.config == SMALL
    for name, value in network.state_dict().items():
        torch.testing.assert_close(again.state_dict()[name], value, rtol=1e-3, atol=1e-3)


def test_the_one_of_the_standard_size_stays_below_2_megabytes(tmp_path):
    save_redrawing(RedrawingNetwork(RedrawingConfig()), tmp_path / "redraw.pt")
    assert (tmp_path / "redraw.pt").stat().st_size < 2_000_000


def test_a_file_that_would_run_code_is_refused(tmp_path):
    torch.save({"config": {}, "weights": RedrawingNetwork(SMALL)}, tmp_path / "redraw.pt")
    with pytest.raises(TrustError, match="no auto-encoder"):
        load_redrawing(tmp_path / "redraw.pt")


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(TrustError, match=r"redraw\.pt"):
        load_redrawing(tmp_path / "redraw.pt")


def test_a_canvas_that_cannot_be_halved_so_often_is_refused():
    with pytest.raises(ValueError, match="multiples of 8"):
        RedrawingConfig(size_px=60)
