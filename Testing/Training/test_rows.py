import pytest

from Training.datasets.examination import DataSetError
from Training.datasets.rows import number_in, read_rows


def test_cells_are_stripped_and_those_that_are_missing_are_empty(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("patient,frame,note\nP1, 4 ,x\nP2\n", encoding="utf-8-sig")
    assert read_rows(path, ("patient", "frame")) == [
        {"patient": "P1", "frame": "4"},
        {"patient": "P2", "frame": ""},
    ]


def test_a_column_that_is_missing_is_named(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("patient;frame\nP1;4\n")
    with pytest.raises(DataSetError, match=r"columns patient, frame in .*found no patient, frame"):
        read_rows(path, ("patient", "frame"))


def test_other_bytes_than_utf_8_are_refused(tmp_path):
    path = tmp_path / "table.csv"
    path.write_bytes("patient\nZoë\n".encode("latin-1"))
    with pytest.raises(DataSetError, match="save it as CSV UTF-8"):
        read_rows(path, ("patient",))


def test_a_number_may_have_its_unit():
    assert number_in({"field": "1.5 t"}, "field", unit="T") == 1.5
    assert number_in({"field": "3"}, "field", unit="T") == 3.0


@pytest.mark.parametrize("cell", ["", "N/A", "nan", "inf", "3 mm"])
def test_what_is_no_number_is_shown_with_its_row(cell):
    row = {"patient": "P7", "field": cell}
    with pytest.raises(DataSetError, match=f"as field, found '{cell}' in the row .* P7, {cell}"):
        number_in(row, "field", unit="T")
