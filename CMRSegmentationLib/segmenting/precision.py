"""In which precision the network computes on a processor.

bfloat16 has the range of single precision and 8 bits of its mantissa. Processors with AVX-512 BF16
or AMX multiply it twice as fast and more. Borders are drawn by the finest stages, whose rounding
moves them most; where labels come of it, these stay in single precision.
"""

from __future__ import annotations

import copy

import torch
from torch import Tensor, nn

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.segmenting.options import Precision
from CMRSegmentationLib.segmenting.unet import UNet

FINE_ENCODER_STAGES, FINE_DECODER_STAGES = 3, 2
"""Stages, from full resolution down, that compute in single precision whatever is chosen."""
MULTIPLY_BFLOAT16 = ("avx512_bf16", "amx_bf16")
"""Capabilities of a processor, as PyTorch names them, of which one suffices."""


class PrecisionError(UserError, RuntimeError):
    """A precision that was asked for and cannot be used."""


def choose_precision(name: Precision, device: torch.device) -> tuple[torch.dtype, str]:
    """The precision for "auto", "float32" or "bfloat16" on a device, and why.

    A GPU computes in half precision unless "float32" is asked for.

    Raises:
        PrecisionError: if bfloat16 was asked for and the device does not multiply it.
    """
    if name == "float32":
        return torch.float32, "chosen by the user"
    if device.type != "cpu":
        if name == "bfloat16":
            raise PrecisionError(
                "Expected a processor for bfloat16, found a GPU, which computes in half precision. "
                "Use --precision auto or float32, or --device cpu."
            )
        return torch.float16, "as on every GPU"
    if multiplies_bfloat16():
        return torch.bfloat16, "the processor multiplies it"
    if name == "bfloat16":
        raise PrecisionError(
            "Expected a processor that multiplies bfloat16 (AVX-512 BF16 or AMX), found none that "
            "PyTorch knows of. Use --precision auto or float32."
        )
    return torch.float32, "the processor does not multiply bfloat16"


def multiplies_bfloat16() -> bool:
    """Whether the processor does, as far as PyTorch says; releases before 2.10 do not."""
    capabilities: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
    return any(capabilities.get(name, False) for name in MULTIPLY_BFLOAT16)


def with_coarse_bfloat16(network: UNet) -> UNet:
    """A copy of the network whose stages below the finest compute in bfloat16."""
    mixed = copy.deepcopy(network)
    stages = len(mixed.encoder)
    exchanging = range(stages - len(mixed.exchanges), stages)
    decoding = reversed(range(stages - 1))
    for parts, levels, fine in (
        (mixed.encoder, range(stages), FINE_ENCODER_STAGES),
        (mixed.exchanges, exchanging, FINE_ENCODER_STAGES),
        (mixed.decoder, decoding, FINE_DECODER_STAGES),
    ):
        for number, level in enumerate(levels):
            if level >= fine:
                parts[number] = _InBfloat16(parts[number])
    return mixed


class _InBfloat16(nn.Module):
    """A part of a network that computes in bfloat16, between parts in single precision."""

    def __init__(self, part: nn.Module) -> None:
        super().__init__()
        self.part = part.to(torch.bfloat16)

    def forward(self, *given: Tensor | None) -> Tensor:
        """What the part makes of features and what else it takes; numbers of slices stay."""
        result: Tensor = self.part(*map(_rounded, given))
        return result.float()


def _rounded(tensor: Tensor | None) -> Tensor | None:
    if tensor is None or not tensor.is_floating_point():
        return tensor
    return tensor.bfloat16()
