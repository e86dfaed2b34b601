"""What the user knows and the images do not show: heart rate, body size and the phases."""

from __future__ import annotations

import math
from dataclasses import dataclass

HEIGHT_RANGE_CM = (30.0, 250.0)
WEIGHT_RANGE_KG = (1.0, 400.0)
HEART_RATE_RANGE_BPM = (20.0, 250.0)


@dataclass(frozen=True)
class Patient:
    """What is known of the patient; None is "not given".

    Attributes:
        heart_rate_bpm: beats a minute, 20 to 250.
        height_cm: body height, 30 to 250.
        weight_kg: body weight, 1 to 400.

    Raises:
        ValueError: if a number is out of its range.
    """

    heart_rate_bpm: float | None = None
    height_cm: float | None = None
    weight_kg: float | None = None

    def __post_init__(self) -> None:
        _check_range("heart rate", self.heart_rate_bpm, HEART_RATE_RANGE_BPM, "beats a minute")
        _check_range("height", self.height_cm, HEIGHT_RANGE_CM, "cm")
        _check_range("weight", self.weight_kg, WEIGHT_RANGE_KG, "kg")

    @property
    def body_surface_area_m2(self) -> float | None:
        """√(height × weight / 3600) (Mosteller 1987), or None unless both are given."""
        if self.height_cm is None or self.weight_kg is None:
            return None
        return math.sqrt(self.height_cm * self.weight_kg / 3600.0)


def _check_range(name: str, value: float | None, limits: tuple[float, float], unit: str) -> None:
    if value is not None and not limits[0] <= value <= limits[1]:  # NaN fails as well
        raise ValueError(
            f"Expected a {name} of {limits[0]:g} to {limits[1]:g} {unit}, found {value:g}."
        )


UNKNOWN_PATIENT = Patient()
"""Nothing is known of the patient."""


@dataclass(frozen=True)
class ChosenPhases:
    """The frames the user chose as end-diastole and end-systole; None: found from the curve.

    Attributes:
        ed: 0-based frame of end-diastole.
        es: 0-based frame of end-systole.

    Raises:
        ValueError: if one frame is chosen as both.
    """

    ed: int | None = None
    es: int | None = None

    def __post_init__(self) -> None:
        if self.ed is not None and self.ed == self.es:
            raise ValueError(
                f"Phase {self.ed + 1} was chosen as end-diastole and as end-systole; expected two "
                "different phases."
            )

    @property
    def frames(self) -> tuple[int, ...]:
        """The frames that were chosen."""
        return tuple(frame for frame in (self.ed, self.es) if frame is not None)

    def require_within(self, frames: int) -> None:
        """Check the choice against a cine of so many frames.

        Raises:
            ValueError: if the cine does not have a frame that was chosen.
        """
        for frame in self.frames:
            if not 0 <= frame < frames:
                raise ValueError(f"Expected frames from 0 to {frames - 1}, found {frame}.")


AUTOMATIC = ChosenPhases()
"""Both phases are found from the curve."""
