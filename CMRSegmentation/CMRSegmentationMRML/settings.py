"""What the user chose, as options of the child's command line and as numbers for the measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from slicer.i18n import tr as _

from CMRSegmentationLib.image import View
from CMRSegmentationLib.patient import Patient

from .choices import CineView, EarlierResult, Phases
from .cines import SceneCine, view_of
from .studies import are_of_several_studies, study_of


@dataclass(frozen=True)
class RunSettings:
    """What the user chose; each field is an option of the command line.

    Attributes:
        model: name of a bundled model or a model folder; None for the one that fits the view.
        view: the imaging plane, or `auto`.
        device: `auto`, `cpu` or `cuda`.
        frames: `all`, `ed-es` or 0-based frame numbers joined by commas.
        mirror: whether predictions of mirrored images are averaged.
        postprocessing: whether islands are removed and holes filled.
        replace: whether earlier segmentations of the same cine are removed when this one is there,
            but for those that the user corrected or loaded, or with other phases.
        patient: for the measures.
    """

    model: str | None = None
    view: str = "auto"
    device: str = "auto"
    frames: str = "all"
    mirror: bool = False
    postprocessing: bool = True
    replace: bool = True
    patient: Patient = field(default_factory=Patient)

    def arguments(self, images: Sequence[Path], output: Path) -> list[str]:
        """The child's command after `python`."""
        arguments = [
            "-m",
            "CMRSegmentationLib",
            "segment",
            *map(str, images),
            "-o",
            str(output),
            "--progress",
            "json",
        ]
        arguments += ["--view", self.view, "--device", self.device, "--frames", self.frames]
        if self.model:
            arguments += ["--model", self.model]
        if self.mirror:
            arguments.append("--mirror")
        if not self.postprocessing:
            arguments.append("--no-postprocessing")
        return arguments


def settings_of(parameters, cine: SceneCine) -> RunSettings:
    """The settings that a parameter node of the module holds, for a cine."""
    current = str(cine.current_frame)
    return RunSettings(
        model=parameters.model or None,
        view=_view(parameters, cine),
        device=parameters.device.value,
        frames=current if parameters.phases is Phases.CURRENT else parameters.phases.value,
        mirror=parameters.mirrorAveraging,
        postprocessing=parameters.postprocessing,
        replace=parameters.earlierResult is EarlierResult.REPLACE,
        patient=patient_of(parameters),
    )


def settings_among_several(parameters, cine: SceneCine) -> RunSettings:
    """The settings for one of several cines, each of which keeps the view that its reader found.

    Raises:
        ValueError: if the user chose the current phase alone, which is another one in each cine.
    """
    if parameters.phases is Phases.CURRENT:
        message = _("Several cines have no current phase in common; choose Phases: All.")
        raise ValueError(message)
    view = view_of(cine) or asked_view(parameters, cine)
    return replace(settings_of(parameters, cine), view=str(view or CineView.AUTOMATIC.value))


def orders(parameters, cines: Sequence[SceneCine]) -> list[tuple[SceneCine, RunSettings]]:
    """Each cine with its settings; of several studies, one alone is that of the entered patient.

    Raises:
        ValueError: as `settings_among_several`.
    """
    of = settings_of if len(cines) == 1 else settings_among_several
    found = [(cine, of(parameters, cine)) for cine in cines]
    if not are_of_several_studies(cines):
        return found
    return [
        (cine, of_cine if _is_of_patient(parameters, cine) else replace(of_cine, patient=Patient()))
        for cine, of_cine in found
    ]


def _is_of_patient(parameters, cine: SceneCine) -> bool:
    """Whether a cine is known to be of the study that the patient was entered for."""
    return bool(parameters.patientStudy) and study_of(cine) == parameters.patientStudy


def _view(parameters, cine: SceneCine) -> str:
    """What the child is told, which cannot see what the reader of the cine could tell."""
    return str(asked_view(parameters, cine) or CineView.AUTOMATIC.value)


def asked_view(parameters, cine: SceneCine | None) -> View | None:
    """The user's choice, else what the reader of the cine could tell; None where neither says."""
    if parameters.view is CineView.AUTOMATIC:
        return view_of(cine) if cine is not None else None
    return View(parameters.view.value)


def patient_of(parameters) -> Patient:
    """The patient of a parameter node, where 0 is "not given"; nothing if there is no node."""
    if parameters is None:
        return Patient()
    return Patient(
        heart_rate_bpm=parameters.heartRate or None,
        height_cm=parameters.height or None,
        weight_kg=parameters.weight or None,
    )
