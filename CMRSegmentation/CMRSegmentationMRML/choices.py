"""What the user can choose; the names of the members are what saved scenes hold."""

from __future__ import annotations

import enum

from slicer.i18n import tr as _


class Phases(enum.Enum):
    """Which phases are segmented."""

    ALL = "all"
    ED_AND_ES = "ed-es"
    CURRENT = "current"

    def label(self) -> str:
        """What the panel shows."""
        names = {
            "all": _("All"),
            "ed-es": _("End-diastole and end-systole"),
            "current": _("Current phase"),
        }
        return names[self.value]


class Device(enum.Enum):
    """Where the network runs."""

    AUTOMATIC = "auto"
    GPU = "cuda"
    CPU = "cpu"

    def label(self) -> str:
        """What the panel shows."""
        return {"auto": _("Automatic"), "cuda": _("GPU"), "cpu": _("CPU")}[self.value]


class CineView(enum.Enum):
    """The imaging plane."""

    AUTOMATIC = "auto"
    SHORT_AXIS = "sax"
    TWO_CHAMBER = "lax_2c"
    THREE_CHAMBER = "lax_3c"
    FOUR_CHAMBER = "lax_4c"

    def label(self) -> str:
        """What the panel shows."""
        names = {
            "auto": _("Automatic"),
            "sax": _("Short axis"),
            "lax_2c": _("Long axis, two chambers"),
            "lax_3c": _("Long axis, three chambers"),
            "lax_4c": _("Long axis, four chambers"),
        }
        return names[self.value]


class EarlierResult(enum.Enum):
    """What becomes of earlier segmentations of the same cine."""

    REPLACE = "replace"
    KEEP = "keep"

    def label(self) -> str:
        """What the panel shows."""
        return {"replace": _("Replace"), "keep": _("Keep, and add the new one")}[self.value]
