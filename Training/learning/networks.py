"""Networks by name: the library's U-Net and those of MONAI, of slices and of stacks.

All of them return a list of logits like `UNet`, full resolution first. Those of stacks take the
neighbors of each slice besides the images (`stack_networks`). The library's U-Net is the product
and the only one that can be exported; the others are there to be compared with it. MONAI takes
seconds to import, so only the function that needs it does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal, get_args

import torch.nn.functional as F  # noqa: N812
from torch import Tensor, nn

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.segmenting.unet import UNet, UNetConfig
from Training.learning.stack_networks import NEIGHBOR_CHANNELS, NeighborsAsChannels, Volumes

Architecture = Literal[
    "unet",
    "unet_plus_plus",
    "v_net",
    "attention_unet",
    "dynunet",
    "swin_unetr",
    "unet_2_5d",
    "v_net_2_5d",
    "unet_3d",
    "v_net_3d",
]
"""The networks that `build_network` knows."""
OF_STACKS = ("unet_2_5d", "v_net_2_5d", "unet_3d", "v_net_3d")
"""Those that see more than one slice; they learn from windows of neighboring slices."""

SWIN_FEATURE_MULTIPLE = 12
SWIN_SIZE_MULTIPLE = 32
V_NET_SIZE_MULTIPLE = 16
V_NET_MIXED_CHANNELS = 4
PLUS_PLUS_STAGES = 5


class NetworkError(UserError, ValueError):
    """A network that does not exist, or not with such channels."""


class AnySize(nn.Module):
    """A network that takes images of any size: they are padded, and the logits cropped.

    Attributes:
        network: maps (N, C, Y, X) to one tensor of logits or a list of them, of which the first is
            kept.
        padded_multiple: rows and columns are padded to multiples of this many pixels.
        size_multiple: 1, because any size is taken.
    """

    def __init__(self, network: nn.Module, padded_multiple: int) -> None:
        super().__init__()
        self.network = network
        self.padded_multiple = padded_multiple
        self.size_multiple = 1

    def forward(self, images: Tensor) -> list[Tensor]:
        """Logits (N, classes, Y, X) at full resolution, in a list of one."""
        outputs = self.network(pad_to_multiple(images, self.padded_multiple))
        logits = outputs if isinstance(outputs, Tensor) else outputs[0]
        return [logits[..., : images.shape[-2], : images.shape[-1]]]


def build_network(architecture: str, config: UNetConfig) -> nn.Module:
    """A new network with the channels of `config`, at random weights.

    Args:
        architecture: a name of `Architecture`.
        config: its image channels and classes hold for all; its feature channels for those that
            have stages of their own choice (V-Net has not, and SwinUNETR takes the first, rounded
            up to a multiple of 12); normalization, downsampling and deep supervision for the
            library's U-Net alone.

    Raises:
        NetworkError: if the name is unknown or the channels do not suit it.
    """
    if architecture == "unet":
        return UNet(config)
    if architecture not in _BUILDERS:
        raise NetworkError(
            f"Unknown network {architecture!r}; known are {', '.join(get_args(Architecture))}."
        )
    return _BUILDERS[architecture](config)


def size_multiple(network: nn.Module) -> int:
    """How many pixels rows and columns must be multiples of for a network of `build_network`."""
    return network.config.size_multiple if isinstance(network, UNet) else int(network.size_multiple)  # type: ignore[arg-type]


def looks_at_neighbors(network: nn.Module) -> bool:
    """Whether a network of `build_network` takes the neighbors of its slices besides the images."""
    if isinstance(network, UNet):
        return network.config.exchange_stages > 0
    return isinstance(network, NeighborsAsChannels | Volumes)


def config_to_predict_with(network: nn.Module, config: UNetConfig) -> UNetConfig:
    """What the library's `Predictor` reads of a network: classes, sizes, and how far it looks."""
    if not isinstance(network, NeighborsAsChannels | Volumes):
        return config
    return replace(config, exchange_stages=min(network.reach, len(config.channels) - 1))


def pad_to_multiple(images: Tensor, multiple: int) -> Tensor:
    """(N, C, Y, X) images padded with their edge pixels up to a multiple of `multiple` pixels."""
    rows, columns = (-n % multiple for n in images.shape[-2:])
    return F.pad(images, (0, columns, 0, rows), mode="replicate") if rows or columns else images


def _unet_plus_plus(config: UNetConfig) -> nn.Module:
    """U-Net++ (Zhou et al. 2018, doi:10.1007/978-3-030-00889-5_1), five stages."""
    from monai.networks.nets.basic_unetplusplus import BasicUNetPlusPlus

    if len(config.channels) != PLUS_PLUS_STAGES:
        raise NetworkError(
            f"U-Net++ has {PLUS_PLUS_STAGES} stages, found {len(config.channels)} channels; set "
            "network.channels."
        )
    features = (*config.channels, config.channels[0])
    return AnySize(
        BasicUNetPlusPlus(2, config.in_channels, config.out_channels, features),
        2 ** (PLUS_PLUS_STAGES - 1),
    )


def _v_net(config: UNetConfig) -> nn.Module:
    """V-Net in 2-D."""
    return AnySize(_monai_v_net(config, 2), V_NET_SIZE_MULTIPLE)


def _v_net_3d(config: UNetConfig) -> nn.Module:
    """V-Net as it was published: volumes, which it halves along every axis."""
    return Volumes(_monai_v_net(config, 3), (V_NET_SIZE_MULTIPLE,) * 3)


def _monai_v_net(config: UNetConfig, dimensions: int) -> nn.Module:
    """V-Net (Milletari et al. 2016, doi:10.1109/3DV.2016.79), without dropout."""
    from monai.networks.nets.vnet import VNet

    return VNet(
        dimensions,
        config.in_channels,
        config.out_channels,
        dropout_prob_down=None,
        dropout_prob_up=(None, 0.0),
        dropout_dim=dimensions,
    )


def _attention_unet(config: UNetConfig) -> nn.Module:
    """Attention U-Net (Oktay et al. 2018, arXiv:1804.03999)."""
    from monai.networks.nets.attentionunet import AttentionUnet

    strides = [2] * (len(config.channels) - 1)
    network = AttentionUnet(2, config.in_channels, config.out_channels, config.channels, strides)
    return AnySize(network, config.size_multiple)


def _dynunet(config: UNetConfig) -> nn.Module:
    """The plain U-Net of nnU-Net (Isensee et al. 2021, doi:10.1038/s41592-020-01008-z)."""
    from monai.networks.nets.dynunet import DynUNet

    downs = len(config.channels) - 1
    network = DynUNet(
        2,
        config.in_channels,
        config.out_channels,
        kernel_size=[3] * (downs + 1),
        strides=[1] + [2] * downs,
        upsample_kernel_size=[2] * downs,
        filters=config.channels,
    )
    return AnySize(network, config.size_multiple)


def _unet_3d(config: UNetConfig) -> nn.Module:
    """The U-Net of nnU-Net for volumes whose slices lie far apart (doi:10.1038/s41592-020-01008-z).

    It halves slices and never their number, and the two finest stages convolve within slices.
    """
    from monai.networks.nets.dynunet import DynUNet

    downs = len(config.channels) - 1
    within, across = (1, 3, 3), (3, 3, 3)
    network = DynUNet(
        3,
        config.in_channels,
        config.out_channels,
        kernel_size=[within if stage < 2 else across for stage in range(downs + 1)],
        strides=[(1, 1, 1)] + [(1, 2, 2)] * downs,
        upsample_kernel_size=[(1, 2, 2)] * downs,
        filters=config.channels,
    )
    return Volumes(network, (1, config.size_multiple, config.size_multiple))


def _unet_2_5d(config: UNetConfig) -> nn.Module:
    """The library's U-Net, which gets the neighbors of a slice as channels."""
    wider = replace(config, in_channels=NEIGHBOR_CHANNELS)
    return NeighborsAsChannels(UNet(wider), config.size_multiple)


def _v_net_2_5d(config: UNetConfig) -> nn.Module:
    """V-Net in 2-D, which gets the neighbors of a slice as channels, mixed into four.

    It repeats its input up to 16 channels, which three do not divide.
    """
    mixed = nn.Conv2d(NEIGHBOR_CHANNELS, V_NET_MIXED_CHANNELS, 1)
    v_net = _v_net(replace(config, in_channels=V_NET_MIXED_CHANNELS))
    return NeighborsAsChannels(nn.Sequential(mixed, v_net), 1)


def _swin_unetr(config: UNetConfig) -> nn.Module:
    """Swin UNETR (Hatamizadeh et al. 2022, doi:10.1007/978-3-031-08999-2_22), in two dimensions."""
    from monai.networks.nets.swin_unetr import SwinUNETR

    features = -(-config.channels[0] // SWIN_FEATURE_MULTIPLE) * SWIN_FEATURE_MULTIPLE
    network = SwinUNETR(
        config.in_channels, config.out_channels, feature_size=features, spatial_dims=2
    )
    return AnySize(network, SWIN_SIZE_MULTIPLE)


_BUILDERS: dict[str, Callable[[UNetConfig], nn.Module]] = {
    "unet_plus_plus": _unet_plus_plus,
    "v_net": _v_net,
    "attention_unet": _attention_unet,
    "dynunet": _dynunet,
    "swin_unetr": _swin_unetr,
    "unet_2_5d": _unet_2_5d,
    "v_net_2_5d": _v_net_2_5d,
    "unet_3d": _unet_3d,
    "v_net_3d": _v_net_3d,
}
