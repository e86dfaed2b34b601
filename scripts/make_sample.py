"""Makes the bundled sample from the public-domain cine SCD0000101 of Sunnybrook.

python -m scripts.make_sample SUNNYBROOK_PATIENT_FOLDER --out Resources/SampleData

The patient folder holds `dicom/` and `contours/i-contours/`. The cine is cropped in-plane around
the expert contours with a margin and written as 4-D NIfTI with its true geometry and times; nothing
of the DICOM header is kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import nibabel as nib
import numpy as np

from CMRSegmentationLib.anatomy.sizes import percent_decrease
from CMRSegmentationLib.image import CineStack, Geometry
from CMRSegmentationLib.reading.files import read_input
from CMRSegmentationLib.segmenting.preprocessing import Box
from Training.datasets.sunnybrook_contours import ContouredSlice, read_contours, volume_ml

NAME = "CMR-cine-Sunnybrook"
MARGIN_MM = 60.0
"""Leaves the right ventricle, the chest wall and the liver in the picture."""


def crop(stack: CineStack, slices: list[ContouredSlice]) -> CineStack:
    """The cine cropped in-plane around the contours with a margin."""
    union = np.any([s.mask for s in slices], axis=0)
    box = Box.around(union, margin=round(MARGIN_MM / stack.geometry.spacing_zyx_mm[1]))
    matrix = stack.geometry.ijk_to_ras.copy()
    matrix[:3, 3] += matrix[:3, 0] * box.x0 + matrix[:3, 1] * box.y0
    geometry = Geometry((stack.geometry.shape_zyx[0], *box.shape_yx), matrix)
    return CineStack(
        stack.array[..., box.rows, box.columns], geometry, stack.frame_times_ms, stack.view
    )


def write(stack: CineStack, path: Path) -> None:
    """Writes a cine as 4-D NIfTI of 16-bit integers, with the time step in ms."""
    image = nib.Nifti1Image(
        np.round(stack.array).astype(np.int16).transpose(3, 2, 1, 0), stack.geometry.ijk_to_ras
    )
    times = stack.frame_times_ms or (0.0, 1.0)
    image.header.set_zooms(
        (*image.header.get_zooms()[:3], (times[-1] - times[0]) / (len(times) - 1))
    )
    image.header.set_xyzt_units("mm", "msec")
    image.set_sform(stack.geometry.ijk_to_ras, code=1)
    image.set_qform(stack.geometry.ijk_to_ras, code=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    nib.save(image, path)


def main() -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Make the bundled sample cine.")
    parser.add_argument("patient", type=Path, help="folder with dicom/ and contours/i-contours/")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    cine = read_input(options.patient / "dicom").cines[0].stack
    slices = read_contours(
        options.patient / "contours" / "i-contours", options.patient / "dicom", cine.geometry
    )
    sample = crop(cine, slices)
    write(sample, options.out / f"{NAME}.nii.gz")
    volumes = {
        frame: volume_ml(slices, frame, cine.geometry) for frame in {s.frame for s in slices}
    }
    ed, es = max(volumes, key=lambda f: volumes[f]), min(volumes, key=lambda f: volumes[f])
    ef_percent = percent_decrease(volumes[ed], volumes[es])
    reference = {
        "ed_frame": ed,
        "es_frame": es,
        "lv_edv_ml": round(volumes[ed], 1),
        "lv_esv_ml": round(volumes[es], 1),
        "lv_ef_percent": None if ef_percent is None else round(ef_percent, 1),
    }
    (options.out / f"{NAME}.json").write_text(
        json.dumps(reference, indent=2) + "\n", encoding="utf-8"
    )
    sys.stdout.write(f"{sample.shape_tzyx} {reference}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
