"""A result with segments in the scene, which the tests of regional function share."""

from functools import cache

from CMRSegmentationMRML import results, segmentations, sequences

from CMRSegmentationLib.reporting.report import InputSummary, make_report
from Testing.phantoms import HeartPhantom


@cache
def heart():
    """A heart of four phases and seven slices, which has three levels."""
    return HeartPhantom(frames=4, slices=7, rows=64, columns=72, es_frame=2)


@cache
def report():
    """Its report, which takes longer than all else and is the same each time."""
    return make_report(heart().labels, InputSummary.of(heart().cine))


def add_heart():
    """The cine of the heart, and its segmentation with the report."""
    cine = sequences.add_cine(heart().cine, "Heart")
    sequence = segmentations.add_segmentation(cine, heart().labels, range(4))
    results.keep_report(sequence, report())
    return cine, sequence
