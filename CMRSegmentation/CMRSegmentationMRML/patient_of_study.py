"""What was entered of a patient belongs to one study, and is not carried to the next patient."""

from __future__ import annotations

from slicer.i18n import tr as _

from CMRSegmentationLib.patient import Patient

from .cines import CineError, find_cine
from .results import measured_patient
from .segmentations import shown_segmentation
from .studies import study_of


def follow_study(parameters) -> str:
    """Takes heart rate, height and weight back where a cine of another study is chosen.

    If the cine has a result, what it was measured with takes their place.

    Args:
        parameters: of the module, with the cine that is chosen now and the study of the one before;
            a cine whose study is not known changes nothing.

    Returns:
        A sentence for the user if something was cleared; else nothing.
    """
    try:
        cine = find_cine(parameters.inputNode)
    except CineError:
        return ""
    study, before = study_of(cine), parameters.patientStudy
    if study in ("", before):
        return ""
    parameters.patientStudy = study
    entered = (parameters.heartRate, parameters.height, parameters.weight)
    if not before and any(entered):  # for this cine, before it was chosen
        return ""
    shown = shown_segmentation(cine)
    known = measured_patient(shown) if shown is not None else Patient()
    parameters.heartRate = known.heart_rate_bpm or 0.0
    parameters.height = known.height_cm or 0.0
    parameters.weight = known.weight_kg or 0.0
    if known != Patient() or not any(entered):
        return ""
    return _("Heart rate, height and weight were cleared: this cine is of another study.")
