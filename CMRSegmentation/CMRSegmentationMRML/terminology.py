"""The three structures as segments.

Fixed IDs, names, colors, and SNOMED CT codes from the module's own context.
"""

from __future__ import annotations

from dataclasses import dataclass

import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.image import Label

CONTEXT = "CMR ventricles"
CATEGORY = "SCT^123037004^Anatomical Structure"


@dataclass(frozen=True)
class Structure:
    """A structure as Slicer shows it.

    Attributes:
        label: its value in a label map.
        segment_id: the ID of its segment in every frame.
        color: red, green and blue, 0 to 1.
        code: coding scheme, code value and meaning, joined as in a terminology entry.
    """

    label: Label
    segment_id: str
    color: tuple[float, float, float]
    code: str

    @property
    def name(self) -> str:
        """What the user reads."""
        names = {
            Label.LV: _("Left ventricle blood pool"),
            Label.MYO: _("Left ventricle myocardium"),
            Label.RV: _("Right ventricle blood pool"),
        }
        return names[self.label]

    @property
    def terminology_entry(self) -> str:
        """The seven parts of Slicer's serialized terminology entry; no anatomic region is set."""
        return f"{CONTEXT}~{CATEGORY}~{self.code}~^^~~^^~^^"


STRUCTURES = (
    Structure(Label.LV, "LV", (0.847, 0.255, 0.231), "SCT^87878005^Left ventricle"),
    Structure(Label.MYO, "MYO", (0.353, 0.741, 0.404), "SCT^74281007^Myocardium"),
    Structure(Label.RV, "RV", (0.271, 0.459, 0.902), "SCT^53085002^Right ventricle"),
)


def load_terminology(path: str) -> bool:
    """Adds the module's terminology context to Slicer's; false if the file could not be read."""
    logic = slicer.modules.terminologies.logic()
    return bool(
        logic.IsTerminologyContextLoaded(CONTEXT) or logic.LoadTerminologyFromFile(path) == CONTEXT
    )
