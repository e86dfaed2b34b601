"""What the page's user chose for a job, checked, and the command line that says the same."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from CMRSegmentationLib.image import View
from CMRSegmentationLib.patient import AUTOMATIC, UNKNOWN_PATIENT, ChosenPhases, Patient
from CMRSegmentationLib.segmenting.model import bundled_models
from CMRSegmentationWeb.refusals import RefusedError

DEVICES = ("auto", "cpu", "cuda")
KEYS = frozenset({"model", "device", "view", "ed", "es", "heart_rate", "height_cm", "weight_kg"})


@dataclass(frozen=True)
class Choices:
    """Model, device, view, phases and patient of a job.

    Attributes:
        model: name of a bundled model; None for the server's own or the best fit.
        device: one of `DEVICES`.
        view: the imaging plane; None to find it.
        chosen: frames of end-diastole and end-systole, where they are chosen.
        patient: heart rate and body size, where they are known.
    """

    model: str | None = None
    device: str = "auto"
    view: View | None = None
    chosen: ChosenPhases = AUTOMATIC
    patient: Patient = UNKNOWN_PATIENT

    @classmethod
    def from_json(cls, content: Any) -> Choices:
        """The choices in what a page sent or a job's file holds; missing or null is "automatic".

        Raises:
            RefusedError: for an unknown name, a wrong type, or a number out of range.
        """
        if not isinstance(content, dict) or set(content) - KEYS:
            raise RefusedError(f"Expected the options {', '.join(sorted(KEYS))}.")
        try:
            return cls(
                model=_one_of(content, "model", model_names()),
                device=_one_of(content, "device", DEVICES) or "auto",
                view=View(view) if (view := _one_of(content, "view", list(View))) else None,
                chosen=ChosenPhases(_frame(content, "ed"), _frame(content, "es")),
                patient=Patient(
                    _number(content, "heart_rate"),
                    _number(content, "height_cm"),
                    _number(content, "weight_kg"),
                ),
            )
        except RefusedError:
            raise
        except ValueError as error:
            raise RefusedError(str(error)) from error

    def as_json(self) -> dict[str, Any]:
        """What `from_json` reads again."""
        return {
            "model": self.model,
            "device": self.device,
            "view": self.view and str(self.view),
            "ed": self.chosen.ed,
            "es": self.chosen.es,
            "heart_rate": self.patient.heart_rate_bpm,
            "height_cm": self.patient.height_cm,
            "weight_kg": self.patient.weight_kg,
        }

    def arguments(self) -> list[str]:
        """The same for `python -m CMRSegmentationLib segment`."""
        values = {
            "--model": self.model,
            "--device": self.device,
            "--view": self.view and str(self.view),
            "--ed": self.chosen.ed,
            "--es": self.chosen.es,
            "--heart-rate": self.patient.heart_rate_bpm,
            "--height-cm": self.patient.height_cm,
            "--weight-kg": self.patient.weight_kg,
        }
        given = {name: value for name, value in values.items() if value is not None}
        return [text for name, value in given.items() for text in (name, str(value))]


def model_names() -> list[str]:
    """The bundled models."""
    return [bundle.name for bundle in bundled_models()]


def _one_of(content: Mapping[str, Any], key: str, allowed: Any) -> str | None:
    value = content.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or value not in allowed:
        raise RefusedError(f"Expected for {key} one of {', '.join(allowed)}.")
    return value


def _number(content: Mapping[str, Any], key: str) -> float | None:
    value = content.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RefusedError(f"Expected a number for {key}.")
    return float(value)


def _frame(content: Mapping[str, Any], key: str) -> int | None:
    value = content.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10_000:
        raise RefusedError(f"Expected a frame number from 0 on for {key}.")
    return value
