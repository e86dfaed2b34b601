"""`segment_cine`: the one function that predicts; widget, command line and evaluation all call it.

cine → network grid → heart located in a frame or a few → all frames on the crop → probabilities →
labels → report
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import CineStack, LabelArray, LabelMap, View
from CMRSegmentationLib.measuring.phases import find_phases
from CMRSegmentationLib.patient import AUTOMATIC, UNKNOWN_PATIENT, ChosenPhases, Patient
from CMRSegmentationLib.reporting.report import (
    ClinicalReport,
    InputSummary,
    ModelSummary,
    first_report,
    measured_report,
)
from CMRSegmentationLib.segmenting.inference import (
    AS_IT_IS,
    AVERAGED,
    Predictor,
    choose_device,
    load_network,
)
from CMRSegmentationLib.segmenting.model import ModelBundle
from CMRSegmentationLib.segmenting.network_cine import NetworkCine
from CMRSegmentationLib.segmenting.options import FrameChoice, Precision, SegmentingOptions
from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions
from CMRSegmentationLib.segmenting.precision import choose_precision
from CMRSegmentationLib.segmenting.recognition import Choice, choose
from CMRSegmentationLib.segmenting.unet import UNet
from CMRSegmentationLib.stages import Progress, Stages
from CMRSegmentationLib.trust.judging import Judge
from CMRSegmentationLib.trust.trust import Trust

LOGGER = logging.getLogger(__name__)

OnLabels = Callable[[LabelMap, ClinicalReport], None]
Judgment = tuple[Trust, tuple[Finding, ...]]


@dataclass(frozen=True, eq=False)
class Prediction:
    """A segmented cine.

    Attributes:
        labels: on the grid of the input; frames that were not asked for are empty.
        frames: the 0-based frames that were segmented.
        report: phases, measures, findings, device and times.
    """

    labels: LabelMap
    frames: tuple[int, ...]
    report: ClinicalReport

    @property
    def ed_frame(self) -> int:
        """0-based frame of end-diastole."""
        return self.report.ed_frame

    @property
    def es_frame(self) -> int | None:
        """0-based frame of end-systole, if there is one."""
        return self.report.es_frame

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What to doubt."""
        return self.report.findings


def segment_cine(
    stack: CineStack,
    bundle: ModelBundle,
    *,
    view: View | None = None,
    device: str = "auto",
    frames: FrameChoice = "all",
    chosen: ChosenPhases = AUTOMATIC,
    patient: Patient = UNKNOWN_PATIENT,
    average_variants: bool = False,
    precision: Precision = "auto",
    postprocessing: PostprocessingOptions | None = None,
    progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Prediction:
    """Segments a cine with one model and measures it.

    Args:
        stack: the cine.
        bundle: the model.
        view: the imaging plane; None for the reader's, else what direction or content show.
        device, frames, average_variants, precision: see `SegmentingOptions`.
        chosen: the frames that the user chose as end-diastole and end-systole, if any.
        patient: heart rate and body size, where they are known.
        postprocessing: rules to apply; None for all.
        progress: called with the stage, how much of it is done, and the frame.
        should_stop: asked after every batch of slices.

    Raises:
        ModelError: if the model does not serve the view, or is damaged.
        ViewError: if the view is not given and cannot be determined.
        DeviceError, PrecisionError: if the device or the precision cannot be used.
        StoppedError: if `should_stop` answered yes.
        ValueError: if the cine does not have a frame that is asked for.
    """
    rules = postprocessing or PostprocessingOptions()
    return segment_chosen(
        stack,
        choose(stack, view, [bundle], device),
        SegmentingOptions(device, frames, average_variants, rules, precision),
        chosen=chosen,
        patient=patient,
        stages=Stages(progress, should_stop),
    )


def segment_chosen(
    stack: CineStack,
    choice: Choice,
    options: SegmentingOptions,
    *,
    chosen: ChosenPhases,
    patient: Patient,
    stages: Stages,
    load: Callable[[ModelBundle], UNet] | None = None,
    on_labels: OnLabels | None = None,
) -> Prediction:
    """Segments a cine whose view and model are chosen; see `segment_cine`.

    Args:
        stack: the cine.
        choice: view and model.
        options: how.
        chosen: the frames that the user chose as end-diastole and end-systole, if any.
        patient: heart rate and body size, where they are known.
        stages: progress and times.
        load: gives the network of a model; None reads it from its file.
        on_labels: called with the labels and what they show at once, before they are measured.

    Raises:
        ModelError, DeviceError, PrecisionError, StoppedError, ValueError: as `segment_cine`.
    """
    options.require_within(stack.frames)
    chosen.require_within(stack.frames)
    predictor, judge = _load(choice.bundle, options, load or load_network, stages)
    images = _seen_by_network(stack, choice, options, predictor, stages)
    wanted, doubts = _resolve_frames(options.frames, chosen, images, stages)
    segmented = images.segment_and_keep(wanted, options.rules, stages)
    labels = _on_all_frames(segmented.labels, wanted, stack)
    first = first_report(labels, InputSummary.of(stack, choice.view), frames=wanted, chosen=chosen)
    if on_labels is not None:
        on_labels(labels, first)
    findings = (*stack.findings, *choice.findings, *_caution(choice.bundle), *predictor.findings)
    findings += doubts

    def measured() -> ClinicalReport:
        soft = images.soft_borders(segmented, wanted)
        return measured_report(
            first, labels, frames=wanted, patient=patient, soft_borders=soft, findings=findings
        )

    phases = first.ed_frame, first.es_frame
    judged = partial(judge.judge, images, segmented, labels, wanted, phases) if judge else None
    report = _measured_and_judged(measured, judged, predictor.threads, stages)
    return Prediction(labels, wanted, _signed(report, choice.bundle, predictor, stages))


def _signed(
    report: ClinicalReport, bundle: ModelBundle, predictor: Predictor, stages: Stages
) -> ClinicalReport:
    """The report with what it was made by: model, device, precision, and the times."""
    return replace(
        report,
        model=ModelSummary(bundle.name, bundle.weights_sha256),
        device=predictor.device.type,
        precision=predictor.precision_name,
        seconds=stages.seconds,
    )


def _measured_and_judged(
    measured: Callable[[], ClinicalReport],
    judged: Callable[[], Judgment] | None,
    threads: int,
    stages: Stages,
) -> ClinicalReport:
    """Measures, and judges beside it where there are threads for both."""
    with ThreadPoolExecutor(1) as beside:
        judgment = beside.submit(judged).result if judged and threads > 1 else judged
        with stages.whole("measure"):
            report = measured()
        if judgment is None:
            return report
        with stages.whole("judge"):
            return report.judged(*judgment())


def _on_all_frames(segmented: LabelArray, frames: tuple[int, ...], stack: CineStack) -> LabelMap:
    """The labels of some frames as a map of the whole cine, empty in the others."""
    array = np.zeros(stack.shape_tzyx, dtype=np.uint8)
    array[list(frames)] = segmented
    return LabelMap(array, stack.geometry)


def _load(
    bundle: ModelBundle,
    options: SegmentingOptions,
    load: Callable[[ModelBundle], UNet],
    stages: Stages,
) -> tuple[Predictor, Judge | None]:
    """The model on its device, and who judges its contours, if the bundle has one."""
    with stages.whole("model"):
        device, reason = choose_device(options.device)
        LOGGER.info("runs on %s: %s", device.type, reason)
        precision, reason = choose_precision(options.precision, device)
        predictor = Predictor(load(bundle), device, precision=precision)
        LOGGER.info("computes in %s: %s", predictor.precision_name, reason)
        return predictor, Judge.of(bundle)


def _seen_by_network(
    stack: CineStack,
    choice: Choice,
    options: SegmentingOptions,
    predictor: Predictor,
    stages: Stages,
) -> NetworkCine:
    is_averaged = options.average_variants or choice.view.is_long_axis
    return NetworkCine.of(
        replace(stack, view=choice.view),
        choice.bundle.spacing_mm,
        predictor,
        stages,
        AVERAGED if is_averaged else AS_IT_IS,
    )


def _caution(bundle: ModelBundle) -> tuple[Finding, ...]:
    if not bundle.caution:
        return ()
    code, values = FindingCode.MODEL_EXPERIMENTAL, {"caution": bundle.caution}
    return (Finding.of(code, Severity.WARNING, Origin.SEGMENTATION, values),)


def _resolve_frames(
    frames: FrameChoice, chosen: ChosenPhases, images: NetworkCine, stages: Stages
) -> tuple[tuple[int, ...], tuple[Finding, ...]]:
    """The frames to segment, and what stood in the way of finding them.

    For "ed-es" the LV's area in the middle slices of all frames decides. No check of two frames
    could find again what it shows.
    """
    if not isinstance(frames, str):
        return tuple(sorted({*frames, *chosen.frames})), ()
    if frames == "all" or images.frames < 3:
        return tuple(range(images.frames)), ()
    if len(chosen.frames) == 2:
        return tuple(sorted(chosen.frames)), ()
    phases = find_phases(images.mid_lv_curve(stages), chosen)
    found = [frame for frame in (phases.ed_frame, phases.es_frame) if frame is not None]
    doubts = (replace(finding, origin=Origin.SEGMENTATION) for finding in phases.findings)
    return tuple(sorted(found)), tuple(doubts)
