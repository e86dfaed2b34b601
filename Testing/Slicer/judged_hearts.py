"""Reports whose contours were judged, with marks that are known."""

from CMRSegmentationLib.findings import Finding, FindingCode, Origin, Severity
from CMRSegmentationLib.trust.trust import Limits, StructureTrust, Trust

LIMITS = Limits(
    slice_doubtful=0.8,
    slice_wrong=0.6,
    volume_doubtful=0.85,
    volume_wrong=0.7,
    missing_doubtful=0.6,
    missing_wrong=0.8,
)
GOOD = (0.95, 0.9, 0.92)
LV_SLICES = (GOOD, GOOD, (0.95, 0.7, 0.5), (None, 0.9, 0.92))
DRAWN = (None, None, None)
LV_MISSING = (DRAWN, DRAWN, DRAWN, (0.1, None, None))
"""Four phases of three slices: at end-systole, phase 3, one is doubtful and one likely wrong.

In the last phase nothing is drawn in the first slice, and rightly so.
"""
TRUST = Trust(
    {
        "lv": StructureTrust(LV_SLICES, LV_MISSING, (0.93, 0.93, 0.75, 0.9), LIMITS, (48.0, 61.0)),
        "myo": StructureTrust((GOOD,) * 4, (DRAWN,) * 4, (0.9,) * 4, LIMITS),
        "rv": StructureTrust((GOOD,) * 4, (DRAWN,) * 4, (0.9,) * 4, LIMITS, (50.0, 56.0)),
    }
)
DOUBT = Finding(
    FindingCode.WALL_OPEN,
    Severity.WARNING,
    "The LV wall is open in slices 2–3 at end-systole: the estimated Dice is 0.75.",
    frame=2,
    slice=1,
    origin=Origin.CHECK,
)


def judged(report):
    """The report of a small heart of four phases and three slices, judged."""
    return report.judged(TRUST, [DOUBT])
