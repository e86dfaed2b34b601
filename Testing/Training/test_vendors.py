import pytest

from Training.datasets.examination import VENDORS, DataSetError
from Training.datasets.vendors import vendor_name


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("SIEMENS", "Siemens"),
        ("Siemens", "Siemens"),
        ("Philips Medical Systems", "Philips"),
        ("GE MEDICAL SYSTEMS", "GE"),
        ("GE", "GE"),
        (" Canon ", "Canon"),
        ("TOSHIBA", "Canon"),
    ],
)
def test_the_spellings_of_the_data_sets_become_one(written, expected):
    assert vendor_name(written, "P1") == expected
    assert expected in VENDORS


@pytest.mark.parametrize("written", ["", "Gebrüder", "Hitachi"])
def test_an_unknown_vendor_is_refused_by_name(written):
    with pytest.raises(DataSetError, match=f"found '{written}'"):
        vendor_name(written, "P1")
