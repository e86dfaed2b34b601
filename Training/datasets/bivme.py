"""The example examination of biv-me: Siemens 3 T, short and long axis.

Contours of every phase; Apache-2.0.

`dicoms/patient1/` is the examination as the scanner sent it, `guidepoints/default/patient1/` holds
one `GPFile_007.txt` for each 0-based frame, tables of points (x, y, z in mm, DICOM's LPS; contour
type; slice), and
`SliceInfoFile.txt`, the plane of each slice. The contours are those of an automatic segmentation,
not of an expert: every point is the center of a pixel on the border of a structure. Which cine a
slice belongs to follows from where the two lie, never from a description.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial.distance import cdist
from skimage.draw import polygon, polygon_perimeter

from CMRSegmentationLib.anatomy.views import normal_ras
from CMRSegmentationLib.image import CineStack, Geometry, Label
from CMRSegmentationLib.reading.files import read_input
from CMRSegmentationLib.reading.study import ReadError
from Training.datasets.examination import UNKNOWN, DataSetError, Examination, LabeledPhase
from Training.datasets.rows import read_rows

DATASET, VENDOR, SCANNER, FIELD_T = "bivme", "Siemens", "Vida Fit", 3.0

COLUMNS = ("x", "y", "z", "contour type", "frameID")
SLICE_TABLE = "SliceInfoFile.txt"
LPS_TO_RAS = np.array([-1.0, -1.0, 1.0])

PLANE_TOLERANCE_MM = 1.0
"""Slices of one orientation are 6 mm or more apart."""
PLANE_TOLERANCE_DEGREES = 1.0
MINIMUM_POINTS = 6
"""Fewest points of a structure's walls; fewer outline a speck of ten pixels or less.

Every second pixel of a border is a point.
"""
OTHER_WALL = 3.0
"""How many times farther a point of another wall counts as a neighbor."""

_OUTLINES: dict[Label, tuple[tuple[str, ...], tuple[str, ...]]] = {
    Label.MYO: (("LV_EPICARDIAL", "RV_SEPTUM"), ("MITRAL_VALVE", "AORTA_VALVE")),
    Label.RV: (("RV_FREEWALL", "RV_SEPTUM"), ("TRICUSPID_VALVE",)),
    Label.LV: (("LV_ENDOCARDIAL",), ("MITRAL_VALVE", "AORTA_VALVE")),
}
"""The walls and valves that enclose each structure, in the order of painting.

The epicardium of the left ventricle is closed by the septum as the right ventricle sees it, so the
right ventricle keeps the pixels of that border.
"""

Points = NDArray[np.float64]
SlicePoints = dict[str, Points]
"""Contour type without `SAX_` or `LAX_` → (N, 3) points in RAS mm."""


@dataclass(frozen=True, eq=False)
class _Plane:
    """A slice of the guide points: its number, a point of it and its normal, RAS mm."""

    number: int
    origin_ras_mm: Points
    normal: Points


def read(raw: Path) -> list[Examination]:
    """The examinations of every patient below a folder with `dicoms` and `guidepoints`.

    One examination for each view and one for the remaining planes.

    The rest are planes of no view and without labels, through the right ventricle alone. In a view
    all phases are labeled. The largest LV is called "ED", the smallest "ES", the others "frame_07"
    and so on. A slice of a stack without guide points in a phase is unknown, not empty, so it is
    left out of that phase.

    Raises:
        DataSetError: if a folder is missing, a table is damaged, or no guide point lies on a cine
            of a known view.
    """
    folders = sorted(path.parent for path in raw.glob(f"guidepoints/*/*/{SLICE_TABLE}"))
    if not folders:
        found = (
            sorted(path.name for path in raw.iterdir())[:8] if raw.is_dir() else "no such folder"
        )
        raise DataSetError(
            f"Expected {raw}/guidepoints/default/patient1/{SLICE_TABLE} and so on, found "
            f"{found or 'nothing'}."
        )
    return [examination for folder in folders for examination in _read_patient(raw, folder)]


def _read_patient(raw: Path, guide_points: Path) -> list[Examination]:
    dicoms = raw / "dicoms" / guide_points.name
    if not dicoms.is_dir():
        raise DataSetError(
            f"Expected the images of {guide_points.name} in {dicoms}; is dicoms.tar.xz unpacked?"
        )
    try:
        study = read_input(dicoms)
    except ReadError as error:
        raise DataSetError(f"The images of {guide_points.name} cannot be read: {error}") from error
    planes = _read_planes(guide_points / SLICE_TABLE)
    points = _read_frames(guide_points)
    examinations = []
    for stack in (cine.stack for cine in study.cines if cine.stack.view is not None):
        contours = {
            frame: _on_cine(stack.geometry, planes, slices) for frame, slices in points.items()
        }
        if any(contours.values()):
            examinations.append(_examination(guide_points.name, stack, contours))
    if not examinations:
        raise DataSetError(
            f"No guide point of {guide_points} lies on a short- or long-axis cine of {dicoms}."
        )
    others = [cine.stack for cine in study.cines if cine.stack.view is None]
    return [*examinations, _unlabeled(guide_points.name, others)] if others else examinations


def _unlabeled(patient: str, stacks: list[CineStack]) -> Examination:
    """All phases of the planes of no view, one cine after the other."""
    return Examination(
        patient=patient,
        dataset=DATASET,
        vendor=VENDOR,
        view=None,
        load=lambda: tuple(
            _unlabeled_phase(n, t, stack)
            for n, stack in enumerate(stacks)
            for t in range(stack.frames)
        ),
        scanner=SCANNER,
        field_t=FIELD_T,
        annotated=(),
    )


def _unlabeled_phase(plane: int, frame: int, stack: CineStack) -> LabeledPhase:
    labels = np.full(stack.geometry.shape_zyx, UNKNOWN, dtype=np.uint8)
    return LabeledPhase(
        f"plane_{plane}_frame_{frame:02d}", frame, stack.array[frame], labels, stack.geometry
    )


def _examination(
    patient: str, stack: CineStack, contours: dict[int, dict[int, SlicePoints]]
) -> Examination:
    if stack.view is None or sorted(contours) != list(range(stack.frames)):
        raise DataSetError(
            f"{patient}: expected guide points for each of the {stack.frames} frames of the "
            f"{stack.view} cine, found "
            f"them for {len(contours)}: {sorted(contours)}."
        )
    return Examination(
        patient=patient,
        dataset=DATASET,
        vendor=VENDOR,
        view=stack.view,
        load=partial(_load_phases, stack, contours),
        scanner=SCANNER,
        field_t=FIELD_T,
    )


def _read_planes(path: Path) -> list[_Plane]:
    """The planes of a table with one row per slice.

    A row names a file, then `sliceID:`, ImagePositionPatient and so on, with numbers.
    """
    planes = []
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("\t")]
        try:
            number = int(cells[cells.index("sliceID:") + 1])
            place = cells.index("ImagePositionPatient") + 1
            turn = cells.index("ImageOrientationPatient") + 1
            origin, axes = (
                np.array(cells[at : at + n], dtype=np.float64) for at, n in ((place, 3), (turn, 6))
            )
            normal = np.cross(axes[:3] * LPS_TO_RAS, axes[3:] * LPS_TO_RAS)
        except (ValueError, IndexError) as error:
            raise DataSetError(
                f"Expected sliceID and the plane of a slice in {path}, found {line!r}."
            ) from error
        planes.append(_Plane(number, origin * LPS_TO_RAS, normal))
    return planes


def _read_frames(folder: Path) -> dict[int, dict[int, SlicePoints]]:
    """Frame → slice number → points."""
    return {
        int(path.stem.removeprefix("GPFile_")): _read_points(path)
        for path in sorted(folder.glob("GPFile_*.txt"))
    }


def _read_points(path: Path) -> dict[int, SlicePoints]:
    """Slice number → points.

    The column of the time frame is ignored: it is wrong for the three-chamber slice.
    """
    points: dict[int, dict[str, list[Points]]] = defaultdict(lambda: defaultdict(list))
    for line, row in enumerate(read_rows(path, COLUMNS, delimiter="\t"), start=2):
        kind = row["contour type"].removeprefix("SAX_").removeprefix("LAX_")
        try:
            place = np.array([row["x"], row["y"], row["z"]], dtype=np.float64) * LPS_TO_RAS
            points[int(row["frameID"])][kind].append(place)
        except ValueError as error:
            raise DataSetError(
                f"{path.name}, line {line}: expected three numbers, found {row}."
            ) from error
    return {
        number: {kind: np.array(p) for kind, p in kinds.items()} for number, kinds in points.items()
    }


def _on_cine(
    geometry: Geometry, planes: list[_Plane], points: dict[int, SlicePoints]
) -> dict[int, SlicePoints]:
    """Slice index of the cine → the points of the slice that lies in the same plane."""
    normal = normal_ras(geometry)
    found = {}
    for z in range(geometry.shape_zyx[0]):
        corner = (geometry.ijk_to_ras @ [0.0, 0.0, z, 1.0])[:3]
        for plane in planes:
            parallel = abs(float(normal @ plane.normal)) > np.cos(
                np.deg2rad(PLANE_TOLERANCE_DEGREES)
            )
            near = abs(float(normal @ (plane.origin_ras_mm - corner))) < PLANE_TOLERANCE_MM
            if parallel and near and plane.number in points:
                found[z] = points[plane.number]
    return found


def _load_phases(
    stack: CineStack, contours: dict[int, dict[int, SlicePoints]]
) -> tuple[LabeledPhase, ...]:
    labels = {frame: _paint(stack.geometry, slices) for frame, slices in contours.items() if slices}
    lv_pixels = {frame: int((painted == Label.LV).sum()) for frame, painted in labels.items()}
    names = {frame: f"frame_{frame:02d}" for frame in labels}
    names[min(labels, key=lv_pixels.__getitem__)] = "ES"
    names[max(labels, key=lv_pixels.__getitem__)] = "ED"
    return tuple(
        _phase(name, frame, stack, labels[frame], sorted(contours[frame]))
        for frame, name in sorted(names.items())
    )


def _phase(
    name: str, frame: int, stack: CineStack, labels: NDArray[np.uint8], known: list[int]
) -> LabeledPhase:
    """The slices with guide points; the grid starts at the first of them."""
    first, last = known[0], known[-1]
    if last - first + 1 != len(known):
        raise DataSetError(
            f"Frame {frame} of the {stack.view} cine has guide points in slices {known}, with a "
            "gap."
        )
    matrix = stack.geometry.ijk_to_ras.copy()
    matrix[:, 3] = matrix @ [0.0, 0.0, first, 1.0]
    kept = slice(first, last + 1)
    geometry = Geometry((len(known), *stack.geometry.shape_zyx[1:]), matrix)
    return LabeledPhase(name, frame, stack.array[frame, kept], labels[kept], geometry)


def _paint(geometry: Geometry, slices: dict[int, SlicePoints]) -> NDArray[np.uint8]:
    """(Z, Y, X) labels of one phase."""
    labels = np.zeros(geometry.shape_zyx, dtype=np.uint8)
    for z, points in slices.items():
        for label, (walls, valves) in _OUTLINES.items():
            wall = [points[kind] for kind in walls if kind in points]
            if sum(map(len, wall)) >= MINIMUM_POINTS:
                outline = closed_contour(wall, [points[kind] for kind in valves if kind in points])
                labels[z][_inside(geometry, outline)] = label
        labels[z][_islands(labels[z] == Label.MYO)] = Label.BACKGROUND
    return labels


def closed_contour(walls: list[Points], valves: list[Points]) -> Points:
    """The points of all walls and valves as a closed contour, whatever order they come in.

    Neighbors are joined from the closest pair on, unless that closes the contour early or gives a
    point a third neighbor. Points of one wall are preferred, so that two walls are not sewn
    together where they lie close; the two points of a valve are neighbors in any case, however far
    apart they are.

    Args:
        walls: (N, 3) points of each wall, mm.
        valves: (2, 3) hinge points of each valve, mm.

    Returns:
        (all points, 3); the last is joined to the first.

    Raises:
        DataSetError: if a valve has not two points.
    """
    if any(len(valve) != 2 for valve in valves):
        raise DataSetError(
            f"Expected two points of a valve, found {[len(valve) for valve in valves]}."
        )
    parts = [*valves, *walls]
    points = np.concatenate(parts)
    part = np.repeat(np.arange(len(parts)), [len(points) for points in parts])
    distance = cdist(points, points)
    is_wall = part >= len(valves)
    distance[(part[:, None] != part) & is_wall[:, None] & is_wall] *= OTHER_WALL
    distance[(part[:, None] == part) & ~is_wall] = -1.0
    return np.asarray(points[_chain(distance)])


def _chain(distance: Points) -> NDArray[np.intp]:
    """The points from one end of an open chain to the other, the closest pairs joined first."""
    first, second = np.triu_indices(len(distance), 1)
    closest = np.argsort(distance[first, second], kind="stable")
    neighbors: list[list[int]] = [[] for _ in distance]
    piece = list(range(len(distance)))
    for a, b in zip(first[closest].tolist(), second[closest].tolist(), strict=True):
        if len(neighbors[a]) < 2 and len(neighbors[b]) < 2 and piece[a] != piece[b]:
            neighbors[a].append(b)
            neighbors[b].append(a)
            kept, merged = piece[a], piece[b]
            piece = [kept if number == merged else number for number in piece]
    path = [next(n for n, others in enumerate(neighbors) if len(others) == 1)]
    while len(path) < len(neighbors):
        path.append(next(n for n in neighbors[path[-1]] if n not in path[-2:]))
    return np.array(path)


def _inside(geometry: Geometry, outline_ras_mm: Points) -> NDArray[np.bool_]:
    """(Y, X) pixels within a contour and on it, as its points are pixels of the structure."""
    homogeneous = np.column_stack([outline_ras_mm, np.ones(len(outline_ras_mm))])
    column, row = np.linalg.solve(geometry.ijk_to_ras, homogeneous.T)[:2]
    mask = np.zeros(geometry.shape_zyx[1:], dtype=bool)
    mask[polygon(row, column, mask.shape)] = True  # type: ignore[no-untyped-call]
    mask[polygon_perimeter(row, column, mask.shape)] = True
    return mask


def _islands(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """All but the largest part: pixels that are left over on the line of a valve."""
    parts, _ = ndimage.label(mask, np.ones((3, 3)))
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    return np.asarray(mask & (parts != sizes.argmax()))
