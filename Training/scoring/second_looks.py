"""Segmentations of labeled phases, good and failed: what the network saw and how right.

They are kept in files, so that the evidence can be gathered anew without running a network.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.anatomy.levels import base_is_first
from CMRSegmentationLib.image import FOREGROUND, CineStack, Geometry, Label, LabelArray
from CMRSegmentationLib.segmenting.inference import Predictor
from CMRSegmentationLib.segmenting.localization import heart_box
from CMRSegmentationLib.segmenting.network_cine import NetworkCine
from CMRSegmentationLib.segmenting.orientation import common_orientation
from CMRSegmentationLib.segmenting.postprocessing import PostprocessingOptions
from CMRSegmentationLib.segmenting.preprocessing import Box, InPlaneGrid
from CMRSegmentationLib.stages import Stages
from CMRSegmentationLib.trust.evidence import Seen, Variants
from CMRSegmentationLib.trust.judging import base_first
from CMRSegmentationLib.trust.looking import look_again, on_network_grid
from CMRSegmentationLib.whole_files import whole_file
from Training.datasets.examination import UNKNOWN
from Training.samples.cache import CachedExamination, CachedPhase
from Training.samples.failures import OF_STACKS, Failure, fail

COLLECTION_SEED = 17


@dataclass(frozen=True)
class Source:
    """Where a segmentation comes from.

    Attributes:
        network: name of the run or model.
        patient, dataset, vendor, view, pathology, phase: of the examination.
        failure: what was done to its images.
        annotated: names of the structures that experts drew.
        pixel_ml: volume of a pixel of the network's grid, times the slice pitch.
        pixel_cm2: its area.
    """

    network: str
    patient: str
    dataset: str
    vendor: str
    view: str
    pathology: str
    phase: str
    failure: str
    annotated: tuple[str, ...]
    pixel_ml: float
    pixel_cm2: float


@dataclass(frozen=True, eq=False)
class SecondLook:
    """A segmented phase, base first.

    Attributes:
        source: where it comes from.
        seen: one frame, around the heart.
        pixels: (Z, S, 3) of each slice and structure: drawn, drawn by the expert, and both.
        truth: (Z, Y, X) the expert's labels on the grid of `seen`.
    """

    source: Source
    seen: Seen
    pixels: NDArray[np.int64]
    truth: LabelArray


def second_looks(
    predictor: Predictor,
    spacing_mm: float,
    network: str,
    examinations: list[CachedExamination],
    failures: int | None,
    known: Collection[str] = (),
) -> Iterator[SecondLook]:
    """Segments every labeled phase as it is and with failures.

    Args:
        predictor: the network.
        spacing_mm: its resolution.
        network: its name.
        examinations: whose phases.
        failures: how many kinds of failure each phase suffers, drawn by its name; None for all.
        known: names (`look_name`) of those that are not wanted.
    """
    for examination in examinations:
        for phase in examination.phases:
            for kind in failures_of(examination, phase, failures):
                if look_name(examination, phase.name, kind) not in known:
                    yield _look(predictor, spacing_mm, network, examination, phase, kind)


def look_name(of: CachedExamination | Source, phase: str, failure: str) -> str:
    """What tells looks by one network apart."""
    return f"{of.dataset}_{of.patient}_{of.view}_{phase}_{failure}"


def failures_of(
    examination: CachedExamination, phase: CachedPhase, count: int | None
) -> list[Failure]:
    """No failure, and `count` kinds of failure that names decide on; all of them if None.

    What happens to the order of slices does not happen to a single one.
    """
    kinds = [kind for kind in Failure if kind is not Failure.NONE]
    if count is not None:
        name = f"{examination.patient} {phase.name}"
        rng = np.random.default_rng((COLLECTION_SEED, zlib.crc32(name.encode())))
        kinds = [kinds[i] for i in rng.permutation(len(kinds))]
    if len(phase.image) == 1:
        kinds = [kind for kind in kinds if kind not in OF_STACKS]
    return [Failure.NONE, *kinds[:count]]


def _look(
    predictor: Predictor,
    spacing_mm: float,
    network: str,
    examination: CachedExamination,
    phase: CachedPhase,
    kind: Failure,
) -> SecondLook:
    name = f"{examination.patient} {phase.name} {kind}"
    rng = np.random.default_rng((COLLECTION_SEED, zlib.crc32(name.encode())))
    images, truth = fail(kind, phase.image.astype(np.float32) / 255.0, phase.labels, rng)
    geometry = Geometry((len(images), *phase.geometry.shape_zyx[1:]), phase.geometry.ijk_to_ras)
    stack = CineStack(images[None], geometry, view=examination.view)
    cine = _cine(stack, truth, spacing_mm, predictor)
    segmented = cine.segment_and_keep((0,), PostprocessingOptions(), Stages())
    seen = look_again(cine, segmented, (0,), (0,))
    known = on_network_grid(cine.orientation.apply(truth[None]), cine.grid, segmented.box)[0]
    if not base_is_first(segmented.labels[0]):
        seen, known = base_first(seen), known[::-1]
    pixel_mm2 = seen.spacing_mm**2
    shown = examination.view.structures if examination.view is not None else FOREGROUND
    source = Source(
        network,
        examination.patient,
        examination.dataset,
        examination.vendor,
        str(examination.view),
        examination.pathology,
        phase.name,
        kind.value,
        tuple(s.name for s in shown if s in examination.annotated),
        pixel_mm2 * geometry.voxel_volume_mm3 / geometry.pixel_area_mm2 / 1000.0,
        pixel_mm2 / 100.0,
    )
    return _around_the_heart(source, seen, known)


def _cine(
    stack: CineStack, truth: LabelArray, spacing_mm: float, predictor: Predictor
) -> NetworkCine:
    """As `NetworkCine.of` would, with the heart located by the expert."""
    spacing_yx_mm = stack.geometry.spacing_zyx_mm[1:]
    orientation = common_orientation(stack.array, spacing_yx_mm)
    array = orientation.apply(stack.array)
    grid = InPlaneGrid.between(
        (array.shape[-2], array.shape[-1]), orientation.pair(spacing_yx_mm), spacing_mm
    )
    drawn = np.where(truth == UNKNOWN, Label.BACKGROUND, truth)[None].astype(np.uint8)
    whole = Box.whole(grid.network_yx)
    there = on_network_grid(orientation.apply(drawn), grid, whole)
    box = heart_box(there, spacing_mm, predictor.size_multiple)
    return NetworkCine(array, orientation, grid, predictor, box, stack.view)


def _around_the_heart(source: Source, seen: Seen, truth: LabelArray) -> SecondLook:
    labels = np.where(truth == UNKNOWN, Label.BACKGROUND, seen.labels[0])
    pixels = np.stack([_counts(labels == s, truth == s) for s in FOREGROUND], axis=1)
    marked = replace(seen, labels=np.maximum(seen.labels, (truth[None] > 0).astype(np.uint8)))
    rows, columns = marked.heart_span()
    return SecondLook(source, seen.cut(rows, columns), pixels, truth[:, rows, columns])


def _counts(one: NDArray[np.bool_], two: NDArray[np.bool_]) -> NDArray[np.int64]:
    return np.stack([np.count_nonzero(mask, axis=(1, 2)) for mask in (one, two, one & two)], -1)


def write_look(look: SecondLook, path: Path) -> None:
    """One file, half precision, not packed."""
    with whole_file(path) as partial, partial.open("wb") as file:
        np.savez(
            file,
            source=np.array(json.dumps(asdict(look.source))),
            images=look.seen.images.astype(np.float16),
            probabilities=look.seen.probabilities.astype(np.float16),
            labels=look.seen.labels,
            spacing_mm=np.array(look.seen.spacing_mm),
            variants=np.stack(look.seen.variants.probabilities).astype(np.float16),
            coarse=look.seen.variants.coarse.astype(np.float16),
            pixels=look.pixels,
            truth=look.truth,
        )


def read_look(path: Path) -> SecondLook:
    """What `write_look` wrote."""
    with np.load(path, allow_pickle=False) as file:
        values: dict[str, Any] = json.loads(str(file["source"]))
        variants = file["variants"].astype(np.float32)
        seen = Seen(
            file["images"].astype(np.float32),
            file["probabilities"].astype(np.float32),
            file["labels"],
            float(file["spacing_mm"]),
            Variants((0,), tuple(variants), file["coarse"].astype(np.float32)),
        )
        source = Source(**values | {"annotated": tuple(values["annotated"])})
        return SecondLook(source, seen, file["pixels"], file["truth"])
