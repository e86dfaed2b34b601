"""What an image shows besides a cine's anatomy: maps, velocities, tags, contrast, and who made it.

The image type decides first (DICOM PS3.3, C.7.6.1.1.2 and C.8.13.3.1), then the names that the
scanner and its operator gave to the sequence and the series. Those names are matched against a few
words and never repeated: an operator may write anything into them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_WITHOUT_IMAGES_OF_ANATOMY = {
    "1.2.840.10008.5.1.4.1.1.4.2": "spectroscopy",
    "1.2.840.10008.5.1.4.1.1.30": "a parametric map",
    "1.2.840.10008.5.1.4.1.1.66": "raw data",
    "1.2.840.10008.5.1.4.1.1.66.4": "a segmentation",
}

_WORDS = {
    "localizer": {"LOCALIZER"},
    "phase-contrast images": {
        "P", "PHASE", "PHASE MAP", "PHASE CONTRAST", "VELOCITY", "VELOCITY MAP", "PCA", "M_PCA",
        "FLOW_ENCODED", "FLOW", "MAG_PCA", "PHASE_CONTRAST", "VELOCITY_MAP", "PHASE_MAP",
    },
    "real or imaginary parts of images": {"R", "I", "REAL", "IMAGINARY", "R_FFE", "I_FFE"},
    "a map of tissue properties": {
        "T1", "T2", "T2_STAR", "T2STAR", "T1 MAP", "T2 MAP", "T2_STAR MAP", "T1_MAP", "T2_MAP",
        "T2_STAR_MAP", "T1MAP", "T2MAP", "R2", "R2_MAP", "R2STAR", "R2_STAR_MAP", "ECV", "ECV_MAP",
        "ADC", "ADC_UNSPECIFIED", "ADC_MAP", "B0", "B0 MAP", "FIELD_MAP", "FAT_FRACTION", "MAP",
        "PARAMETRIC_MAP",
    },
    "perfusion images": {"PERFUSION", "FIRST_PASS"},
    "late-enhancement images": {"PSIR", "DELAYED_ENHANCEMENT", "LGE"},
    "derived images": {
        "MIP", "MINIP", "MPR", "SUBTRACTION", "SUB", "PROJECTION IMAGE", "PROJECTION",
        "REFORMATTED",
        "CSAMAX", "CSAPARALLEL", "SCREEN SAVE", "SCREENSHOT", "MEAN", "STDDEV", "RADIAL",
    },
    "tagged images": {"TAGGING", "TAGGED", "GRID_TAGGING"},
}  # fmt: skip

_SEQUENCES = {
    "phase-contrast images": r"_v\d+",
    "tagged images": r"tag|grid|spamm",
}
"""Siemens sequence names: `*fl2d1_v150in` encodes velocity, `*fl2d1_tag` lays a grid."""

_ALWAYS = {
    "tagged images": r"\btag|tagg|[cs]?spamm|grid.?tag|\bgrid\b",
    "phase-contrast images": (
        r"phase.?contrast|velocit|\bvenc|q.?flow|\bflow\b(?!.?comp)|4d.?flow|\bpc\b|\bpc.?mr"
    ),
}
"""Reasons that hold for a series that calls itself a cine as well; `_` was read as a space.

Flow compensation makes images of anatomy sharper and measures no flow.
"""
_UNLESS_CINE = {
    "an inversion-time scout": r"\bti.?scout|look.?locker|\bti\b",
    "a localizer": r"locali[sz]er|\bscout|survey|3.?plane|\bloc\b",
    "a map of tissue properties": (
        r"t[12].?(star)?.?map|t2\*|molli|sasha|saturation.?recovery|\becv\b|mapping|\bmaps?\b"
    ),
    "perfusion images": r"perf|first.?pass",
    "late-enhancement images": (
        r"\blge\b|delayed|late.?(gad|enh)|psir|viab|\bde\b.?(mri|sax|lax|ir)|\bmde\b"
    ),
    "angiography": r"angio|\bmra\b|whole.?heart|coronar|navigat",
}
_CINE = r"cine|true?fi|fiesta|b.?ffe|b.?tfe|ssfp|function|wall.?motion"


@dataclass(frozen=True)
class Kind:
    """What a header says about the content of an image.

    Attributes:
        storage: UID of the SOP class.
        words: of the image type, the frame type and the complex image component, in capitals.
        sequence: name of the pulse sequence.
        name: what people called the series.
        encodes_velocity: whether an attribute says that the phase encodes velocity.
        is_tagged: whether an attribute says that a tag pattern was laid.
    """

    storage: str = ""
    words: tuple[str, ...] = ()
    sequence: str = ""
    name: str = ""
    encodes_velocity: bool = False
    is_tagged: bool = False


def why_not_a_cine(kind: Kind) -> str:
    """Empty for magnitude images of anatomy that may be part of a cine, else the reason."""
    for reason in _reasons(kind):
        return reason
    return ""


def is_derived(kind: Kind) -> bool:
    """Whether the images were computed, for instance filtered or motion-corrected, by a scanner."""
    return kind.words[:1] == ("DERIVED",)


def _reasons(kind: Kind) -> Iterable[str]:
    if kind.storage.startswith(SECONDARY_CAPTURE):
        yield "a secondary capture, not images of a scanner"
    if kind.storage in _WITHOUT_IMAGES_OF_ANATOMY:
        yield _WITHOUT_IMAGES_OF_ANATOMY[kind.storage]
    if kind.is_tagged:
        yield "tagged images"
    if kind.encodes_velocity:
        yield "phase-contrast images"
    yield from (reason for reason, words in _WORDS.items() if words & set(kind.words))
    yield from _matches(_SEQUENCES, kind.sequence)
    if "SECONDARY" in kind.words[:2]:
        yield "derived images"
    yield from _named(kind.name.replace("_", " "))


def _named(text: str) -> Iterable[str]:
    yield from _matches(_ALWAYS, text)
    if re.search(_CINE, text, re.IGNORECASE) is None:
        yield from _matches(_UNLESS_CINE, text)


def _matches(patterns: dict[str, str], text: str) -> Iterable[str]:
    for reason, pattern in patterns.items():
        if re.search(pattern, text, re.IGNORECASE):
            yield reason
