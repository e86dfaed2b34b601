"""Which imaging plane a cine shows, from where it lies in the patient and what moves in it.

Directions are those of the patient, RAS+. The long axis of the left ventricle points to the apex:
left, anterior and inferior. About that axis the septum lies to the right and the long-axis planes
are some 60° apart, because each passes through one pair of opposite segments of the 17-segment
model (Cerqueira et al. 2002, doi:10.1161/hc0402.102975): two chambers anterior and inferior, three
chambers anteroseptal and inferolateral, four chambers inferoseptal and anterolateral.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.image import CineStack, Geometry, View
from CMRSegmentationLib.sentences import Values

Vector = NDArray[np.float64]

TO_APEX = np.array([-0.59, 0.65, -0.47]) / np.linalg.norm([-0.59, 0.65, -0.47])
"""RAS direction of the long axis: mean of four adults (Sunnybrook, bivme), all within 12°."""
SAX_STACK_DEGREES = 45.0
"""An axial, sagittal or coronal stack is 49° or more from TO_APEX."""
SAX_SLICE_DEGREES = 30.0
"""A long-axis plane is 60° or more from this."""
MINIMUM_SAX_SLICES = 3

LONG_AXIS_DEGREES = {View.LAX_4C: 10.0, View.LAX_2C: 68.0, View.LAX_3C: 130.0}
"""Turn of the plane about the long axis from the patient's right, anterior last (mod 180)."""
LONG_AXIS_TOLERANCE_DEGREES = 20.0
LONG_AXIS_TILT_DEGREES = 12.0
"""A plane through the LV's long axis; planes of the right ventricle tilt by 16° or more."""
PLANE_ALONE_TILT_DEGREES = 25.0
"""Against TO_APEX in place of the patient's own axis, which lies up to 12° from it.

The planes of the bivme examination: 14° (4CH), 18° (3CH) and 2° (2CH); its right-ventricular
outflow tract 29°.
"""
SURE_TURN_DEGREES, SURE_TILT_DEGREES = 12.0, 20.0
"""A plane this near to the usual one is no matter of doubt."""
ALIGNED_DEGREES = 0.5
"""A plane along the axes of the world to this accuracy comes from a file without a direction."""

LEFT_VENTRICLE_MM = (-5.0, 30.0)
"""Distance of the center of motion to the right of a plane through the left ventricle.

9 mm in the bivme examination; -34 and -11 mm for its planes through the right ventricle and its
outflow tract.
"""


def geometry_view(geometry: Geometry) -> tuple[View | None, tuple[Finding, ...]]:
    """The view of a cine by its place alone: SAX for parallel slices, or one that lies so."""
    degrees = _degrees_between(normal_ras(geometry), TO_APEX)
    degrees = min(degrees, 180.0 - degrees)
    if geometry.shape_zyx[0] >= MINIMUM_SAX_SLICES:
        if degrees <= SAX_STACK_DEGREES:
            return View.SAX, ()
        off = {"degrees": degrees}
        return View.SAX, (
            Finding.of(FindingCode.VIEW_UNSURE, Severity.WARNING, Origin.READER, off),
        )
    return (View.SAX, ()) if degrees <= SAX_SLICE_DEGREES else (None, ())


def long_axis_view(plane: CineStack, sax: CineStack) -> tuple[View | None, tuple[Finding, ...]]:
    """The long-axis view of a plane, given the short-axis stack of the same examination.

    The plane has to hold the long axis, to be turned about it like one of the three views, and to
    pass the center of motion on the side of the left ventricle: planes through the right ventricle
    pass it on the other.
    """
    axis = normal_ras(sax.geometry)
    axis = axis if axis @ TO_APEX > 0 else -axis
    normal = normal_ras(plane.geometry)
    tilt = abs(90.0 - _degrees_between(normal, axis))
    if tilt > LONG_AXIS_TILT_DEGREES:
        return None, (_unknown({"phrase": "view_unknown.tilted", "degrees": tilt}),)
    turn = turn_degrees(normal, axis)
    view = min(LONG_AXIS_DEGREES, key=lambda v: _line_difference(turn, LONG_AXIS_DEGREES[v]))
    if _line_difference(turn, LONG_AXIS_DEGREES[view]) > LONG_AXIS_TOLERANCE_DEGREES:
        return None, (_unknown({"phrase": "view_unknown.turned", "degrees": turn}),)
    if view is not View.LAX_4C and not _passes_left_ventricle(plane, sax, axis):
        return None, (_unknown({"phrase": "view_unknown.elsewhere"}),)
    return view, ()


def plane_view(geometry: Geometry) -> tuple[View | None, tuple[Finding, ...]]:
    """The long-axis view of a plane alone, against the usual direction of the long axis, or None.

    Only a stack of the same examination shows the patient's own axis and which plane passes through
    the right ventricle, so that there is a finding unless the plane lies as a four-chamber view
    does, which has no such double.
    """
    if not has_direction(geometry) or not geometry.is_single_slice:
        return None, ()
    normal = normal_ras(geometry)
    tilt = abs(90.0 - _degrees_between(normal, TO_APEX))
    turn = turn_degrees(normal, TO_APEX)
    view = min(LONG_AXIS_DEGREES, key=lambda v: _line_difference(turn, LONG_AXIS_DEGREES[v]))
    off = _line_difference(turn, LONG_AXIS_DEGREES[view])
    if tilt > PLANE_ALONE_TILT_DEGREES or off > LONG_AXIS_TOLERANCE_DEGREES:
        return None, ()
    sure = view is View.LAX_4C and off <= SURE_TURN_DEGREES and tilt <= SURE_TILT_DEGREES
    values = {"view": str(view), "turned_degrees": off, "tilted_degrees": tilt}
    severity = Severity.INFO if sure else Severity.WARNING
    return view, (Finding.of(FindingCode.VIEW_FROM_DIRECTION, severity, Origin.READER, values),)


def has_direction(geometry: Geometry) -> bool:
    """Whether the header gives a direction: slices along the world's axes come from a bare file."""
    axes = geometry.ijk_to_ras[:3, :3] / np.linalg.norm(geometry.ijk_to_ras[:3, :3], axis=0)
    return bool(np.abs(axes).max(axis=0).min() < np.cos(np.deg2rad(ALIGNED_DEGREES)))


def turn_degrees(normal: Vector, axis: Vector) -> float:
    """Angle (modulo 180) from the patient's right to a plane, about the axis toward the apex."""
    right = np.array([1.0, 0.0, 0.0])
    right = right - axis * (axis @ right)
    right /= np.linalg.norm(right)
    line = np.cross(axis, normal)
    return float(np.degrees(np.arctan2(line @ np.cross(axis, right), line @ right)) % 180.0)


def normal_ras(geometry: Geometry) -> Vector:
    """(3,) unit normal of the slices."""
    matrix = geometry.ijk_to_ras
    normal = np.cross(matrix[:3, 0], matrix[:3, 1])
    return np.asarray(normal / np.linalg.norm(normal))


def moving_center_ras(stack: CineStack) -> Vector:
    """(3,) center in mm of what moves most: between the ventricles, nearer to the left one."""
    slices = stack.geometry.shape_zyx[0]
    first = slices // 4
    part = stack.array[:, first : slices - first]
    change = part.std(axis=0)
    change = np.where(change >= np.quantile(change, 0.98), change, 0.0)
    z, y, x = np.nonzero(change)
    weight = change[z, y, x]
    center = np.array([np.average(axis, weights=weight) for axis in (x, y, z + first)])
    return np.asarray((stack.geometry.ijk_to_ras @ [*center, 1.0])[:3])


def _passes_left_ventricle(plane: CineStack, sax: CineStack, axis: Vector) -> bool:
    """Whether the center of motion lies on the plane or to the right of it, as the septum does."""
    right = np.array([1.0, 0.0, 0.0])
    right = right - axis * (axis @ right)
    normal = normal_ras(plane.geometry)
    normal = normal if normal @ right > 0 else -normal
    distance = float(normal @ (moving_center_ras(sax) - plane.geometry.ijk_to_ras[:3, 3]))
    return LEFT_VENTRICLE_MM[0] <= distance <= LEFT_VENTRICLE_MM[1]


def _line_difference(a: float, b: float) -> float:
    """Angle in degrees between two undirected lines."""
    return abs((a - b + 90.0) % 180.0 - 90.0)


def _degrees_between(a: Vector, b: Vector) -> float:
    return float(np.degrees(np.arccos(np.clip(a @ b, -1.0, 1.0))))


def _unknown(values: Values) -> Finding:
    return Finding.of(FindingCode.VIEW_UNKNOWN, Severity.INFO, Origin.READER, values)
