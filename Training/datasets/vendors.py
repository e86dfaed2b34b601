"""One spelling for every manufacturer, whatever a data set writes."""

from __future__ import annotations

from Training.datasets.examination import VENDORS, DataSetError

_PREFIXES = {
    "siemens": "Siemens",
    "philips": "Philips",
    "ge": "GE",
    "general electric": "GE",
    "canon": "Canon",
    "toshiba": "Canon",
}
"""How names start, in lower case; Toshiba's scanners are Canon's since 2018."""


def vendor_name(text: str, patient: str) -> str:
    """The entry of `VENDORS` for a name such as "SIEMENS" or "GE MEDICAL SYSTEMS".

    Args:
        text: the name.
        patient: whose examination it is.

    Raises:
        DataSetError: if the name is of no known manufacturer.
    """
    words = text.strip().lower()
    for prefix, vendor in _PREFIXES.items():
        if words == prefix or words.startswith(f"{prefix} "):
            return vendor
    raise DataSetError(
        f"Expected a vendor among {', '.join(VENDORS)}, found {text!r} of {patient}."
    )
