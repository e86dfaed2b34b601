"""The training cache: every labeled phase of a data set in one small file per patient.

Images are kept on their native grid, clipped at the 0.1 and 99.9 percentile and quantized to 8 bits
(a step is 0.4 % of the range, below the noise of cine MRI). LZMA packs them a sixth smaller than
the deflate that NumPy writes, which makes ACDC fit in 60 MB; NumPy reads either.
"""

from __future__ import annotations

import json
import lzma
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.errors import UserError
from CMRSegmentationLib.image import Geometry, Label, View
from CMRSegmentationLib.whole_files import whole_file
from Training.datasets.examination import DataSetError, Examination, LabeledPhase

CACHE_VERSION = 1
CLIP_PERCENTILES = (0.1, 99.9)
DESCRIPTION = (
    "patient",
    "dataset",
    "vendor",
    "centre",
    "scanner",
    "field_t",
    "pathology",
    "split",
)
"""What a file of the cache says about an examination, as it is."""
PSEUDO_SUFFIX = "_pseudo"
"""Of the data set of labels that no expert drew (`Training.pseudo_label`)."""
WHOLE_FILES = "[!.]*.npz"
"""What a killed process was writing has a hidden name, and is none of them."""
OTHER_PLANES = "other"
"""In a file's name, for planes of no view."""


class CacheError(UserError, ValueError):
    """A cache that is missing, incomplete or of another version."""


@dataclass(frozen=True, eq=False)
class CachedExamination:
    """An examination as the cache holds it: metadata and phases, images as uint8."""

    patient: str
    dataset: str
    vendor: str
    view: View | None
    centre: str
    scanner: str
    field_t: float | None
    pathology: str
    split: str
    annotated: tuple[Label, ...]
    phases: tuple[CachedPhase, ...]


@dataclass(frozen=True, eq=False)
class CachedPhase:
    """One labeled phase: (Z, Y, X) uint8 image and labels on the native grid."""

    name: str
    frame: int
    image: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    geometry: Geometry


def quantize(image: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Intensities clipped at `CLIP_PERCENTILES` and spread over 0 to 255."""
    low, high = np.percentile(image, CLIP_PERCENTILES)
    scaled = (np.clip(image, low, high) - low) * (255.0 / max(float(high - low), 1e-6))
    return np.asarray(np.round(scaled), dtype=np.uint8)


def write_examination(examination: Examination, folder: Path) -> Path:
    """Loads an examination and writes it into the cache folder.

    Raises:
        DataSetError: if its files are damaged or hold values that are no numbers.
    """
    phases = []
    for phase in examination.load():
        _check_finite(examination.patient, phase)
        phases.append(
            CachedPhase(
                phase.name, phase.frame, quantize(phase.image), phase.labels, phase.geometry
            )
        )
    described = {name: getattr(examination, name) for name in (*DESCRIPTION, "annotated", "view")}
    return write_cached(CachedExamination(**described, phases=tuple(phases)), folder)


def write_cached(examination: CachedExamination, folder: Path) -> Path:
    """Writes an examination into a cache folder, whole or not at all."""
    arrays: dict[str, NDArray[Any]] = {}
    for phase in examination.phases:
        arrays[f"{phase.name}_image"], arrays[f"{phase.name}_labels"] = phase.image, phase.labels
    header = {name: getattr(examination, name) for name in DESCRIPTION}
    header |= {"version": CACHE_VERSION, "view": examination.view}
    header["phases"] = [_describe(phase) for phase in examination.phases]
    header["annotated"] = [int(label) for label in examination.annotated]
    name = f"{examination.patient}_{examination.view or OTHER_PLANES}.npz"
    path = folder / examination.dataset / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path) as partial:
        _write_arrays({"header": np.array(json.dumps(header)), **arrays}, partial)
    return path


def _write_arrays(arrays: dict[str, NDArray[Any]], path: Path) -> None:
    """An `.npz` file whose members are packed with LZMA."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def _check_finite(patient: str, phase: LabeledPhase) -> None:
    wrong = int((~np.isfinite(phase.image)).sum())
    if wrong:
        raise DataSetError(
            f"{patient}, {phase.name}: {wrong} of {phase.image.size} voxels are not finite numbers "
            "(NaN or infinite), so the image is damaged. Get it again, or leave the patient out "
            "with --skip-damaged."
        )


def _describe(phase: CachedPhase) -> dict[str, Any]:
    return {
        "name": phase.name,
        "frame": phase.frame,
        "ijk_to_ras": phase.geometry.ijk_to_ras.tolist(),
    }


def read_cache(folder: Path, datasets: Iterable[str] = ()) -> list[CachedExamination]:
    """The examinations of the named data sets, else all that no network labeled.

    Raises:
        CacheError: if there is none, or it was written by another version of this program.
    """
    wanted = tuple(datasets) or _data_sets_of_experts(folder)
    found = {name: sorted((folder / name).glob(WHOLE_FILES)) for name in wanted}
    missing = [name for name, paths in found.items() if not paths]
    if missing or not found:
        raise CacheError(
            f"Expected a cache of {', '.join(missing) or 'at least one data set'} in {folder}, "
            "found none. "
            "Make it with `python -m Training.prepare`."
        )
    return [read_examination(path) for paths in found.values() for path in paths]


def _data_sets_of_experts(folder: Path) -> tuple[str, ...]:
    """Labels of a network are no truth to score by, so they have to be asked for by name."""
    if not folder.is_dir():
        return ()
    names = sorted(path.name for path in folder.glob("[!.]*") if path.is_dir())
    return tuple(name for name in names if not name.endswith(PSEUDO_SUFFIX))


def read_examination(path: Path) -> CachedExamination:
    """One file of the cache.

    Raises:
        CacheError: if it was written by another version of this program, or is damaged.
    """
    try:
        with path.open("rb") as stream, np.load(stream) as file:
            header = json.loads(str(file["header"]))
            if header.get("version") != CACHE_VERSION:
                raise CacheError(
                    f"{path.name} is of cache version {header.get('version')}, this program reads "
                    f"{CACHE_VERSION}. "
                    "Run `python -m Training.prepare` again."
                )
            phases = tuple(_read_phase(file, values) for values in header["phases"])
    except CacheError:
        raise
    except (zipfile.BadZipFile, lzma.LZMAError, EOFError, KeyError, ValueError) as error:
        raise CacheError(
            f"{path} is damaged ({error}). Run `python -m Training.prepare` again."
        ) from error
    return CachedExamination(
        **{name: header[name] for name in DESCRIPTION},
        view=View(header["view"]) if header["view"] else None,
        annotated=tuple(Label(value) for value in header["annotated"]),
        phases=phases,
    )


def _read_phase(file: Any, values: dict[str, Any]) -> CachedPhase:
    image, labels = file[f"{values['name']}_image"], file[f"{values['name']}_labels"]
    geometry = Geometry(image.shape, np.array(values["ijk_to_ras"]))
    return CachedPhase(values["name"], values["frame"], image, labels, geometry)
