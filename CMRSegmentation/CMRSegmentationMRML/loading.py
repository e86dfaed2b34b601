"""Cines from files and DICOM folders into the scene, through the library's readers."""

from __future__ import annotations

from pathlib import Path

from slicer.i18n import tr as _

from CMRSegmentationLib.findings import Finding
from CMRSegmentationLib.image import View
from CMRSegmentationLib.reading.files import read_input

from .cines import CineError, SceneCine, out_of_memory, view_of
from .dicom_source import keep_source
from .display import show_cine
from .library_words import finding_text
from .sequences import add_cine, unchanged_on_failure
from .studies import keep_study

EXTENSIONS = ("*.nii", "*.nii.gz", "*.nrrd", "*.nhdr", "*.seq.nrrd", "*.mha", "*.mhd", "*.dcm")

LOOSE_STUDIES = "several_studies.loose"
"""What the reader says where a study of its own was written for each plane of one examination."""


def load_cines(path: Path) -> tuple[list[SceneCine], tuple[Finding, ...]]:
    """Every cine of a 3-D or 4-D image file, a DICOM file or a DICOM folder, each with its browser.

    Raises:
        ReadError: if there is nothing that can be segmented; the scene is as it was.
    """
    study = read_input(path)
    with unchanged_on_failure():
        cines = [add_cine(named.stack, named.name) for named in study.cines]
        for cine, named in zip(cines, study.cines, strict=True):
            keep_source(cine.node, named.stack, path, named.name)
            if not any(finding.phrase["phrase"] == LOOSE_STUDIES for finding in study.findings):
                keep_study(cine.node, named.stack)
    return cines, study.findings


def load_and_show(path: Path) -> tuple[SceneCine, list[str]]:
    """Loads every cine of a file or folder and shows the first short-axis one, or else the first.

    Returns:
        The cine that is shown, and what there is to say about the others.

    Raises:
        ReadError: if there is nothing that can be segmented; the scene is as it was.
        CineError: if there is not enough memory; the same.
    """
    try:
        cines, findings = load_cines(path)
    except MemoryError as error:
        raise CineError(out_of_memory(path.name)) from error
    chosen = next((cine for cine in cines if view_of(cine) is View.SAX), cines[0])
    show_cine(chosen)
    return chosen, [finding_text(finding) for finding in findings]


def file_filter() -> str:
    """The files that a dialog offers."""
    return _("Cine images ({extensions})").format(extensions=" ".join(EXTENSIONS))
