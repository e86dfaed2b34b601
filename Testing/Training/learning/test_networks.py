from typing import get_args

import pytest
import torch

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.segmenting.unet import REFERENCE_CONFIG, UNet, UNetConfig
from Training.learning.networks import (
    OF_STACKS,
    AnySize,
    Architecture,
    build_network,
    config_to_predict_with,
    looks_at_neighbors,
    pad_to_multiple,
    size_multiple,
)
from Training.samples.windows import neighbor_table

SMALL = UNetConfig(channels=(4, 6, 8, 10, 12), deep_supervision=2)


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(5)


def given_besides(network):
    """Two slices that neighbor each other, for a network that looks at neighbors."""
    return [neighbor_table([2])] if looks_at_neighbors(network) else []


@pytest.mark.parametrize("architecture", get_args(Architecture))
def test_every_network_gives_four_classes_for_a_slice_of_75_by_50_pixels(architecture):
    network = build_network(architecture, SMALL).eval()
    with torch.no_grad():
        images = pad_to_multiple(torch.randn(2, 1, 75, 50), size_multiple(network))
        logits = network(images, *given_besides(network))[0]
    assert logits.shape == (2, 4, *images.shape[-2:])
    assert torch.isfinite(logits).all()


@pytest.mark.parametrize("architecture", get_args(Architecture))
def test_every_network_learns_from_every_parameter(architecture):
    network = build_network(architecture, SMALL).train()
    outputs = network(torch.randn(2, 1, 64, 64), *given_besides(network))
    assert isinstance(outputs, list)
    assert outputs[0].shape == (2, 4, 64, 64)
    sum(logits.square().mean() for logits in outputs).backward()
    unused = [name for name, p in network.named_parameters() if p.grad is None]
    # MONAI's U-Net++ holds the heads of its shallower paths, which speak in deep supervision only.
    assert all("final_conv" in name for name in unused)


def test_the_bundled_network_is_the_library_s_with_its_deep_supervision():
    network = build_network("unet", UNetConfig())
    assert isinstance(network, UNet)
    assert [tuple(logits.shape[2:]) for logits in network.train()(torch.randn(1, 1, 64, 32))] == [
        (64, 32),
        (32, 16),
        (16, 8),
    ]


def test_the_reference_network_has_seven_stages_of_the_reference_study():
    with torch.device("meta"):
        network = build_network("unet", REFERENCE_CONFIG)
    assert network.config.channels == (32, 64, 128, 256, 480, 480, 480)
    assert size_multiple(network) == 64
    assert [stage[0][0].out_channels for stage in network.encoder] == [
        32,
        64,
        128,
        256,
        480,
        480,
        480,
    ]


def test_the_channels_of_the_settings_are_those_of_the_monai_networks():
    network = build_network("dynunet", SMALL)
    assert network.network.filters == (4, 6, 8, 10, 12)
    swin = build_network("swin_unetr", UNetConfig(channels=(16, 32), deep_supervision=0)).network
    assert swin.swinViT.embed_dim == 24


def test_only_networks_of_stacks_look_at_neighbors():
    with torch.device("meta"):
        networks = {name: build_network(name, SMALL) for name in ("unet", "v_net", *OF_STACKS)}
    reach = {
        name: config_to_predict_with(network, SMALL).exchange_stages
        for name, network in networks.items()
    }
    assert {name for name, network in networks.items() if looks_at_neighbors(network)} == {
        *OF_STACKS
    }
    assert reach == {
        "unet": 0, "v_net": 0, "unet_2_5d": 1, "v_net_2_5d": 1, "unet_3d": 4, "v_net_3d": 4,
    }  # fmt: skip


def test_padding_repeats_the_last_row_and_column():
    images = torch.arange(6.0).reshape(1, 1, 2, 3)
    padded = pad_to_multiple(images, 4)
    assert padded.shape == (1, 1, 4, 4)
    assert padded[0, 0].tolist() == [[0, 1, 2, 2], [3, 4, 5, 5], [3, 4, 5, 5], [3, 4, 5, 5]]
    assert pad_to_multiple(padded, 4) is padded


def test_the_first_of_several_outputs_is_kept_and_cropped():
    class Pair(torch.nn.Module):
        def forward(self, images):
            return images + 1, images + 2

    (logits,) = AnySize(Pair(), 8)(torch.zeros(1, 1, 5, 9))
    assert logits.shape == (1, 1, 5, 9)
    assert logits.unique().tolist() == [1]


def test_an_unknown_network_is_refused_by_name():
    with pytest.raises(ValueError, match=r"'resnet'; known are unet, unet_plus_plus"):
        build_network("resnet", SMALL)


def test_a_u_net_plus_plus_of_three_stages_is_refused():
    with pytest.raises(ValueError, match="5 stages, found 3"):
        build_network("unet_plus_plus", UNetConfig(channels=(4, 8, 16), deep_supervision=1))


def test_channels_that_do_not_suit_a_network_end_a_command_with_a_sentence():
    with pytest.raises(UserError, match=r"U-Net\+\+ has 5 stages"):
        build_network("unet_plus_plus", UNetConfig(channels=(4, 8, 16), deep_supervision=1))
