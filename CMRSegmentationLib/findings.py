"""What a reader, a segmentation or a check has to say about an input or a result, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from CMRSegmentationLib.sentences import Values, say


class Severity(StrEnum):
    """How much a finding should worry the reader of a report."""

    INFO = "info"
    WARNING = "warning"
    SERIOUS = "serious"


class Origin(StrEnum):
    """Which part of the work a finding comes from.

    The checks look at labels alone: once labels are edited they run again and replace their
    findings. Those of the reader and of the segmentation cannot be found again and stay.
    """

    READER = "reader"
    SEGMENTATION = "segmentation"
    CHECK = "check"


class FindingCode(StrEnum):
    """Every finding by its stable name, for programs; the value is what `report.json` holds."""

    # The input: files, grid, times and view.
    SEVERAL_STUDIES = "several_studies"
    FILE_LEFT_OUT = "file_left_out"
    SERIES_LEFT_OUT = "series_left_out"
    DUPLICATE_IMAGES = "duplicate_images"
    SLICE_LACKS_PHASES = "slice_lacks_phases"
    IRREGULAR_GAPS = "irregular_gaps"
    STACK_SPLIT = "stack_split"
    SLICES_RESAMPLED = "slices_resampled"
    PHASES_ALIGNED = "phases_aligned"
    IMAGES_INTERPOLATED = "images_interpolated"
    FRAMES_OF_REFERENCE_DIFFER = "frames_of_reference_differ"
    DERIVED_IMAGES = "derived_images"
    LOSSY_IMAGES = "lossy_images"
    AXES_RECOGNIZED = "axes_recognized"
    AXES_DOUBTED = "axes_doubted"
    SPACING_GUESSED = "spacing_guessed"
    ORIENTATION_UNKNOWN = "orientation_unknown"
    TIME_GUESSED = "time_guessed"
    TIME_MISSING = "time_missing"
    TIME_NOT_TRUSTED = "time_not_trusted"
    VIEW_UNSURE = "view_unsure"
    VIEW_UNKNOWN = "view_unknown"
    VIEW_FROM_DIRECTION = "view_from_direction"

    # The segmentation: how the view was decided, the model, the device.
    VIEW_FROM_CONTENT = "view_from_content"
    VIEW_ASSUMED = "view_assumed"
    VIEW_DOUBTED = "view_doubted"
    MODEL_EXPERIMENTAL = "model_experimental"
    GPU_MEMORY = "gpu_memory"

    # The phases.
    SINGLE_PHASE = "single_phase"
    PHASES_UNKNOWN = "phases_unknown"
    PHASE_CANDIDATE_IGNORED = "phase_candidate_ignored"

    # The labels.
    HEART_ABSENT = "heart_absent"
    STRUCTURE_ABSENT = "structure_absent"
    STRUCTURE_EMPTY = "structure_empty"
    STRUCTURE_GAP = "structure_gap"
    STRUCTURE_DROPOUT = "structure_dropout"
    APEX_LOST = "apex_lost"
    SINGLE_SLICE = "single_slice"
    FEW_LV_SLICES = "few_lv_slices"
    LV_NOT_ENCLOSED = "lv_not_enclosed"
    RV_MISSING_MID = "rv_missing_mid"
    BASE_NOT_COVERED = "base_not_covered"
    APEX_NOT_COVERED = "apex_not_covered"
    VOLUME_JUMP = "volume_jump"
    EF_OUT_OF_RANGE = "ef_out_of_range"
    STROKE_VOLUMES_DIFFER = "stroke_volumes_differ"
    LONG_AXIS_UNKNOWN = "long_axis_unknown"
    LONG_AXIS_STACK = "long_axis_stack"

    # The contours, judged by the evidence for them.
    WALL_OPEN = "wall_open"
    CONTOUR_MISSING = "contour_missing"
    CONTOUR_UNLIKELY = "contour_unlikely"
    CONTOUR_UNSTEADY = "contour_unsteady"
    CONTOUR_UNSURE = "contour_unsure"
    CONTOURS_TO_CHECK = "contours_to_check"

    # Several views together.
    NOT_COMBINED = "not_combined"
    SAX_LAX_DISAGREE = "sax_lax_disagree"


DOUBTS_OF_CONTOURS = frozenset(
    {
        FindingCode.WALL_OPEN,
        FindingCode.CONTOUR_MISSING,
        FindingCode.CONTOUR_UNLIKELY,
        FindingCode.CONTOUR_UNSTEADY,
        FindingCode.CONTOUR_UNSURE,
        FindingCode.CONTOURS_TO_CHECK,
    }
)
"""What only the network finds, so that measuring again keeps it as long as the contours stay."""


@dataclass(frozen=True)
class Finding:
    """One observation about an input or a result; it never hides or changes the result.

    Attributes:
        code: its stable name, for programs.
        origin: which part of the work it comes from.
        severity: how much it matters.
        message: one English sentence for people.
        frame: the 0-based frame it concerns, if it concerns one.
        slice: the 0-based slice (index along the array's slice axis) it concerns, if it concerns
            one.
        values: what stands in the sentence, see `sentences.py`; under `phrase` the name of the
            sentence where it is not the code. Empty in reports of before there were values.
    """

    code: FindingCode
    origin: Origin = field(kw_only=True)
    severity: Severity
    message: str
    frame: int | None = None
    slice: int | None = None
    values: Values = field(default_factory=dict, hash=False)

    @classmethod
    def of(
        cls,
        code: FindingCode,
        severity: Severity,
        origin: Origin,
        values: Values | None = None,
        *,
        frame: int | None = None,
        slice_: int | None = None,
    ) -> Finding:
        """A finding that says the sentence of its code, or the one that the values name, with them.

        Raises:
            KeyError: if there is no such sentence, or it needs a value that is not given.
        """
        values = dict(values or {})
        message = say({"phrase": code, **values})
        return cls(code, severity, message, frame, slice_, values, origin=origin)

    @property
    def phrase(self) -> Values:
        """Name and values of the sentence, to be said in another language."""
        return {"phrase": self.code, **self.values}

    @property
    def can_be_checked_again(self) -> bool:
        """Whether a check of the labels found it, so that a check of edited labels replaces it."""
        return self.origin is Origin.CHECK

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Finding:
        """The finding that `dataclasses.asdict` made a row of JSON.

        Rows of older reports, which have no origin, read as findings of a check.

        Raises:
            KeyError, ValueError: if something is missing or is no known word.
        """
        return cls(
            FindingCode(row["code"]),
            Severity(row["severity"]),
            row["message"],
            row["frame"],
            row["slice"],
            row.get("values", {}),
            origin=Origin(row.get("origin", Origin.CHECK)),
        )
