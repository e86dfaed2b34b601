"""How a cine is segmented, apart from the model: device, frames, averaging, rules, precision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions

FrameChoice = Literal["all", "ed-es"] | Sequence[int]
Precision = Literal["auto", "float32", "bfloat16"]


@dataclass(frozen=True)
class SegmentingOptions:
    """How a cine is segmented.

    Attributes:
        device: "auto", "cpu" or "cuda".
        frames: "all", "ed-es" (which are found first) or 0-based frames.
        average_variants: average the predictions for four mirrored images, two of them brightened
            (four times slower); in a long axis, whose single slice costs little, they always are
            (`Training/RESULTS_LONG_AXIS.md` has what it brings).
        rules: of postprocessing.
        precision: "auto", "float32" or "bfloat16", see `segmenting.precision`.
    """

    device: str = "auto"
    frames: FrameChoice = "all"
    average_variants: bool = False
    rules: PostprocessingOptions = field(default_factory=PostprocessingOptions)
    precision: Precision = "auto"

    def require_within(self, frames: int) -> None:
        """Checks the frames that are asked for against a cine of so many.

        Raises:
            ValueError: if none is asked for, or the cine does not have one of them.
        """
        if isinstance(self.frames, str):
            return
        if not self.frames:
            raise ValueError("Expected at least one frame to segment, found none.")
        for frame in self.frames:
            if not 0 <= frame < frames:
                raise ValueError(f"Expected frames from 0 to {frames - 1}, found {frame}.")
