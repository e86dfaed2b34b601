"""The three structures as segments.

Fixed IDs, names, colors, and SNOMED CT codes from the module's own context.
"""

from __future__ import annotations

from dataclasses import dataclass

import slicer
from slicer.i18n import tr as _

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.palette import COLORS, rgb_of

CONTEXT = "CMR ventricles"
CATEGORY = "SCT^123037004^Anatomical Structure"


@dataclass(frozen=True)
class Structure:
    """A structure as Slicer shows it.

    Attributes:
        label: its value in a label map.
        segment_id: the ID of its segment in every frame.
        code: coding scheme, code value and meaning, joined as in a terminology entry.
    """

    label: Label
    segment_id: str
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
    def color(self) -> tuple[float, ...]:
        """Red, green and blue, 0 to 1."""
        return tuple(part / 255.0 for part in rgb_of(COLORS[self.label]))

    @property
    def terminology_entry(self) -> str:
        """The seven parts of Slicer's serialized terminology entry; no anatomic region is set."""
        return f"{CONTEXT}~{CATEGORY}~{self.code}~^^~~^^~^^"


STRUCTURES = (
    Structure(Label.LV, "LV", "SCT^87878005^Left ventricle"),
    Structure(Label.MYO, "MYO", "SCT^74281007^Myocardium"),
    Structure(Label.RV, "RV", "SCT^53085002^Right ventricle"),
)


def load_terminology(path: str) -> bool:
    """Adds the module's terminology context to Slicer's; false if the file could not be read."""
    logic = slicer.modules.terminologies.logic()
    return bool(
        logic.IsTerminologyContextLoaded(CONTEXT) or logic.LoadTerminologyFromFile(path) == CONTEXT
    )
