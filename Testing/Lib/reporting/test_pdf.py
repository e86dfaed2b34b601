"""The report on A4."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from CMRSegmentationLib.image import View
from CMRSegmentationLib.reporting.pdf import write_pdf
from CMRSegmentationLib.reporting.report import InputSummary, make_report
from Testing.phantoms import HeartPhantom

A4_POINTS = (841.68, 595.44)


@pytest.mark.parametrize(("slices", "pages"), [(9, 2), (3, 1)])
def test_a_stack_has_two_pages_of_a4_and_a_heart_without_segments_one(
    tmp_path: Path, slices: int, pages: int
):
    heart = HeartPhantom(frames=3, slices=slices, es_frame=1, empty_slices=(0, 0))
    labels = heart.labels
    if pages == 1:
        labels = type(labels)(labels.array * (labels.array != 2), labels.geometry)
    report = make_report(labels, InputSummary.of(heart.cine, View.SAX))
    files = [tmp_path / name for name in ("one.pdf", "two.pdf")]
    for file in files:
        write_pdf(file, heart.cine, labels, report)
    content = files[0].read_bytes()
    assert content.startswith(b"%PDF")
    boxes = re.findall(rb"/MediaBox \[ 0 0 ([\d.]+) ([\d.]+) \]", content)
    assert [(float(w), float(h)) for w, h in boxes] == [A4_POINTS] * pages
    assert files[1].read_bytes() == content
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.pdf", "two.pdf"]
