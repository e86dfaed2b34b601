"""Images on their way to the child process.

One NRRD file that keeps the grid and every frame time exactly.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from CMRSegmentationLib.image import CineStack, View
from CMRSegmentationLib.reading.nrrd import VIEW_KEY


def write_cine(path: Path, stack: CineStack, view: View | None = None) -> None:
    """Write a cine as a volume sequence (`.seq.nrrd`), uncompressed, float32.

    The index holds the times in ms.

    The format: http://teem.sourceforge.net/nrrd/format.html; the index fields: Slicer's developer
    guide, Sequences. A view is kept under `CMR.View`.

    Raises:
        OSError: if the file cannot be written, as on a full disk.
    """
    with path.open("wb") as file:
        file.write(_header(stack, view).encode("ascii"))
        file.write(np.ascontiguousarray(stack.array, dtype="<f4").data)


def _header(stack: CineStack, view: View | None) -> str:
    frames, slices, rows, columns = stack.shape_tzyx
    matrix = stack.geometry.ijk_to_ras
    directions = " ".join(_vector(matrix[:3, axis]) for axis in range(3))
    times = stack.frame_times_ms
    unit = "" if times is None else "ms"
    lines = [
        "NRRD0005",
        "type: float",
        "dimension: 4",
        "space: right-anterior-superior",
        f"sizes: {columns} {rows} {slices} {frames}",
        f"space directions: {directions} none",
        f"space origin: {_vector(matrix[:3, 3])}",
        "kinds: domain domain domain list",
        "endian: little",
        "encoding: raw",
        "axis 3 index type:=numeric",
        f"axis 3 index unit:={unit}",
    ]
    if times is not None:
        lines.append(f"axis 3 index values:={' '.join(repr(time) for time in times)}")
    if view is not None:
        lines.append(f"{VIEW_KEY}:={view}")
    return "\n".join(lines) + "\n\n"


def _vector(values: np.ndarray) -> str:
    return "(" + ",".join(repr(float(value)) for value in values) + ")"
