"""What the user asked for, as values: the command line's arguments after they were checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from CMRSegmentationLib.image import View
from CMRSegmentationLib.patient import AUTOMATIC, UNKNOWN_PATIENT, ChosenPhases, Patient
from CMRSegmentationLib.reading.axes import Axes
from CMRSegmentationLib.reporting.dicom_out import NO_DICOM, DicomRequest
from CMRSegmentationLib.segmenting.options import SegmentingOptions


@dataclass(frozen=True)
class Knowledge:
    """What the user knows of an input beyond its images.

    Attributes:
        view: the imaging plane; None leaves it to the file and the image.
        chosen: the frames of end-diastole and end-systole, if the user chose them.
        patient: heart rate and body size, where they are known.
        axes: order of an image file's axes; None leaves it to the images.
    """

    view: View | None = None
    chosen: ChosenPhases = AUTOMATIC
    patient: Patient = UNKNOWN_PATIENT
    axes: Axes | None = None


@dataclass(frozen=True)
class RunOptions:
    """What holds for every input of a run.

    Attributes:
        model: name of a bundled model or a model folder; None for the first that fits.
        segmenting: device, frames, averaging and rules.
        threads: CPU threads; None for all cores.
        dicom: which DICOM objects to write in addition.
        with_pdf: whether to write `report.pdf`.
        with_redrawn: whether to write the labels as the model's auto-encoder redraws them.
    """

    model: str | None = None
    segmenting: SegmentingOptions = field(default_factory=SegmentingOptions)
    threads: int | None = None
    dicom: DicomRequest = NO_DICOM
    with_pdf: bool = False
    with_redrawn: bool = False


@dataclass(frozen=True)
class SegmentOptions:
    """What `segment` does.

    Attributes:
        inputs: files and folders.
        out: folder for the results.
        knowledge: what the user knows, the same for every input.
        run: model, device and the like.
        progress: "auto", "json" or "none".
        labels_first: folder for the labels as soon as they are there, if that is wanted.
    """

    inputs: tuple[Path, ...]
    out: Path
    knowledge: Knowledge = field(default_factory=Knowledge)
    run: RunOptions = field(default_factory=RunOptions)
    progress: str = "auto"
    labels_first: Path | None = None


@dataclass(frozen=True)
class BatchOptions:
    """What `batch` does.

    Attributes:
        source: a list, a folder, or `-` for standard input.
        out: folder for the results.
        knowledge: what the user knows of all studies; the list may say otherwise of one.
        run: model, device and the like.
        progress: "auto", "json" or "none".
        workers: processes on this computer.
        scheduler: address of a Dask scheduler whose workers do it instead.
        resume: whether what is done and unchanged is left as it is.
    """

    source: Path
    out: Path
    knowledge: Knowledge = field(default_factory=Knowledge)
    run: RunOptions = field(default_factory=RunOptions)
    progress: str = "auto"
    workers: int = 1
    scheduler: str | None = None
    resume: bool = False


@dataclass(frozen=True)
class CollectOptions:
    """What `collect` does.

    Attributes:
        out: folder of results.
        reference: table of reference values, if there is one.
    """

    out: Path
    reference: Path | None = None


@dataclass(frozen=True)
class MeasureOptions:
    """What `measure` does.

    Attributes:
        labels: the label map.
        out: folder for the results.
        knowledge: what the user knows.
        like: the cine that the labels belong to, if it is there.
    """

    labels: Path
    out: Path
    knowledge: Knowledge = field(default_factory=Knowledge)
    like: Path | None = None


@dataclass(frozen=True)
class ExportOptions:
    """What `export` does.

    Attributes:
        result: the folder of a result, with `labels.nii.gz` and `report.json`.
        like: the cine that it is of.
        out: folder for what is written.
        dicom: which DICOM objects to write.
        with_pdf: whether to write `report.pdf`.
        axes: order of an image file's axes; None leaves it to the images.
        progress: "auto", "json" or "none".
    """

    result: Path
    like: Path
    out: Path
    dicom: DicomRequest = NO_DICOM
    with_pdf: bool = False
    axes: Axes | None = None
    progress: str = "auto"


@dataclass(frozen=True)
class InfoOptions:
    """What `info` does.

    Attributes:
        inputs: what to describe.
        axes: order of an image file's axes; None leaves it to the images.
        with_files: whether to list where each file went.
    """

    inputs: tuple[Path, ...]
    axes: Axes | None = None
    with_files: bool = False


@dataclass(frozen=True)
class ModelsOptions:
    """What `models` does: there is nothing to choose."""
