"""What the library says, in the language of the user.

The library writes English; the names of its texts and the values in them come along, and the
translations of all of them stand under one context in the module's `.ts` files.
"""

from __future__ import annotations

import logging

import slicer.i18n

from CMRSegmentationLib.findings import Finding
from CMRSegmentationLib.measuring.left_out import LeftOut
from CMRSegmentationLib.measuring.measures import Measure
from CMRSegmentationLib.measuring.segments import SEGMENTS
from CMRSegmentationLib.reporting.report import decimals_of
from CMRSegmentationLib.sentences import Values, say

CONTEXT = "CMRSegmentationLib"
LOGGER = logging.getLogger(__name__)


def in_language(text: str) -> str:
    """A text of the library, such as the name of a measure; as it is if nobody translated it."""
    return slicer.i18n.translate(CONTEXT, text) if text else ""


def finding_text(finding: Finding) -> str:
    """The sentence of a finding."""
    return _said(finding.phrase, finding.message)


def left_out_text(row: LeftOut) -> str:
    """What was not measured and why."""
    return _said({"phrase": "left_out", **row.values}, f"{row.what}: {row.why}")


def measure_cells(measure: Measure) -> tuple[str, str, str]:
    """Name, value and unit of a measure, as tables show them."""
    value = f"{measure.value:z.{decimals_of(measure.unit)}f}"
    return in_language(measure.name), value, in_language(measure.unit)


def definition_text(measure: Measure) -> str:
    """How a measure is computed; the parts of a definition are translated one by one."""
    return "; ".join(in_language(part) for part in measure.definition.split("; "))


def segment_name(number: int) -> str:
    """Level and wall of a segment by its number, such as "basal anterior"."""
    return in_language(" ".join(SEGMENTS[number]))


def _said(phrase: Values, english: str) -> str:
    """A sentence in the language of the user.

    The English one of the report stands in for it where values are missing, as in reports of before
    there were any, and where a translation asks for other values.
    """
    try:
        return say(phrase, in_language)
    except (KeyError, ValueError, IndexError):
        LOGGER.debug("%s cannot be said in the language of the user.", phrase["phrase"])
        return english
