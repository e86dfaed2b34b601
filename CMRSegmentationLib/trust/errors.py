"""What can be wrong with the files that an estimate is made with."""

from __future__ import annotations

from CMRSegmentationLib.segmenting.model import ModelError


class TrustError(ModelError):
    """An auto-encoder or an estimate that is damaged or is not that of its model."""
