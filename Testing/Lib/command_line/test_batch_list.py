import io

import pytest

from CMRSegmentationLib.command_line.batch_list import STANDARD_INPUT, studies_of
from CMRSegmentationLib.command_line.options import Knowledge
from CMRSegmentationLib.errors import UsageError
from CMRSegmentationLib.image import View
from CMRSegmentationLib.patient import ChosenPhases, Patient
from CMRSegmentationLib.reading.files import input_name


def listed(tmp_path, text):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    return studies_of(path)


def test_a_list_has_a_path_in_each_line_starting_at_its_folder(tmp_path):
    studies = listed(tmp_path, "one.nii.gz\n\nsub/two\n")
    assert [study.path for study in studies] == [tmp_path / "one.nii.gz", tmp_path / "sub/two"]
    assert [study.name for study in studies] == ["one", "two"]
    assert studies[0].knowledge == Knowledge()


def test_a_table_says_what_is_known_of_each_study(tmp_path):
    text = (
        "path,name,view,ed,es,heart_rate_bpm,height_cm,weight_kg\n"
        'a.nii,first,lax_4c,0,9,61.5,180,75.5\n"b, c.nii",,,,,,,\n'
    )
    first, second = listed(tmp_path, text)
    assert first.name == "first"
    assert first.knowledge == Knowledge(View.LAX_4C, ChosenPhases(0, 9), Patient(61.5, 180.0, 75.5))
    assert (second.path.name, second.name) == ("b, c.nii", "b_c")
    assert second.knowledge == Knowledge()


def test_standard_input_is_a_list_too(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("one.nii\ntwo.nii\n"))
    assert [study.name for study in studies_of(STANDARD_INPUT)] == ["one", "two"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expected studies in .*list.csv, found none"),
        (
            "path,colour\na,red\n",
            "Unknown column 'colour' in list.csv; expected some of path, name",
        ),
        ("path,name\n,x\n", "Expected a path in list.csv, line 2"),
        ("path,view\na,coronal\n", "list.csv, line 2: 'coronal' is no view"),
        ("path,height_cm\na,1.8\n", "list.csv, line 2: Expected a height"),
        ("path,ed,es\na,3,3\n", "line 2: .*two different phases"),
        ("a/x.nii\nb/X.nrrd\n", "would both be written to X"),
        ("path,name\na,../b\n", "Expected a name of letters"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_its_line(text, message, tmp_path):
    with pytest.raises(UsageError, match=message):
        listed(tmp_path, text)


def test_a_file_that_is_no_text_and_one_that_is_not_there(tmp_path):
    (tmp_path / "list.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not a text in UTF-8"):
        studies_of(tmp_path / "list.csv")
    with pytest.raises(UsageError, match="There is no list or folder"):
        studies_of(tmp_path / "none.csv")


def test_of_a_folder_every_dicom_folder_archive_and_image_is_a_study(tmp_path):
    for name in (
        "patient 1/series/1.dcm",
        "patient2/cine.nii.gz",
        "patient2/more/cine.nii.gz",
        "alone.nrrd",
        "packed.zip",
        "notes.txt",
        ".hidden/x.nii",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"content")
    (tmp_path / "dicom without suffix").write_bytes(bytes(128) + b"DICM")
    assert {study.name for study in studies_of(tmp_path)} == {
        "patient_1",
        "patient2_cine",
        "patient2_more_cine",
        "alone",
        input_name(tmp_path / "packed.zip"),
        "dicom_without_suffix",
    }
