"""The beating heart of the README: `python -m scripts.make_animation RESULT PICTURE.gif`.

RESULT is the folder that `make demo` writes for the bundled public-domain cine,
`output/demo/CMR-cine-Sunnybrook`. Three slices, from the base to the apex, beat side by side.
"""

from __future__ import annotations

import argparse
import io
import json
from pathlib import Path

import SimpleITK
from PIL import Image, ImageSequence

from CMRSegmentationLib.image import FOREGROUND, LabelMap
from CMRSegmentationLib.palette import COLORS, rgb_of
from CMRSegmentationLib.reading.files import read_input
from CMRSegmentationLib.reporting.overview import chosen_slices
from CMRSegmentationLib.whole_files import whole_file
from CMRSegmentationWeb.animation import animation, frame_duration_ms

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "Resources" / "SampleData" / "CMR-cine-Sunnybrook.nii.gz"
SIDE_PIXELS, GAP_PIXELS = 224, 4
GRAYS, SHARES, MUSCLE_GRAY = 49, (1.0, 0.8, 0.6, 0.4, 0.2), 70
"""A palette of 64: few grays keep the file small; outlines fade into the muscle around them."""


def main() -> None:
    """Draw the picture from the labels of a finished run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("result", type=Path)
    parser.add_argument("picture", type=Path)
    options = parser.parse_args()
    stack = read_input(SAMPLE).cines[0].stack
    array = SimpleITK.GetArrayFromImage(SimpleITK.ReadImage(str(options.result / "labels.nii.gz")))
    labels = LabelMap(array.astype("uint8"), stack.geometry)
    report = json.loads((options.result / "report.json").read_text(encoding="utf-8"))
    slices = [place for _, place in chosen_slices(labels, report["ed_frame"], None)]
    chosen = [slices[0], slices[len(slices) // 2], slices[-1]]
    columns = [_frames(animation(stack, labels, slice_)) for slice_ in chosen]
    frames = [_side_by_side(row) for row in zip(*columns, strict=True)]
    with whole_file(options.picture) as partial:
        frames[0].save(
            partial,
            format="GIF",
            save_all=True,
            append_images=frames[1:],
            duration=frame_duration_ms(stack),
            loop=0,
        )


def _frames(gif: bytes) -> list[Image.Image]:
    """The pictures of one slice, small enough for a README."""
    pictures = ImageSequence.Iterator(Image.open(io.BytesIO(gif)))
    found = [picture.convert("RGB") for picture in pictures]
    scale = SIDE_PIXELS / max(found[0].size)
    size = round(found[0].width * scale), round(found[0].height * scale)
    return [picture.resize(size, Image.Resampling.LANCZOS) for picture in found]


def _side_by_side(pictures: tuple[Image.Image, ...]) -> Image.Image:
    width = sum(picture.width + GAP_PIXELS for picture in pictures) - GAP_PIXELS
    joined = Image.new("RGB", (width, pictures[0].height))
    place = 0
    for picture in pictures:
        joined.paste(picture, (place, 0))
        place += picture.width + GAP_PIXELS
    return joined.quantize(palette=_palette(), dither=Image.Dither.NONE)


def _palette() -> Image.Image:
    """Grays, and the colors of the outlines as they look where they were made smaller."""
    grays = [[round(255 * i / (GRAYS - 1))] * 3 for i in range(GRAYS)]
    outlines = [rgb_of(COLORS[label]) for label in FOREGROUND]
    mixed = [
        [round(share * part + (1 - share) * MUSCLE_GRAY) for part in color]
        for color in outlines
        for share in SHARES
    ]
    picture = Image.new("P", (1, 1))
    picture.putpalette([part for color in [*grays, *mixed] for part in color])
    return picture


if __name__ == "__main__":
    main()
