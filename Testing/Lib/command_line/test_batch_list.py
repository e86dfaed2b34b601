import io
import zipfile
from pathlib import Path

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
    return studies_of(path, tmp_path / "out")


def below(folder: Path, *files: str, out: Path | None = None) -> dict[str, str]:
    """The names and paths of the studies of a folder in which these files are made first."""
    for name in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(bytes(128) + b"DICM" if name.endswith(".dcm") else b"content")
    studies = studies_of(folder, out or folder.with_name("out"))
    return {study.name: study.path.relative_to(folder).as_posix() for study in studies}


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
    studies = studies_of(STANDARD_INPUT, Path("out"))
    assert [study.name for study in studies] == ["one", "two"]


@pytest.mark.parametrize(
    ("stream", "message"),
    [
        (None, "Expected studies in standard input, found none"),
        (io.StringIO("\n"), "Expected studies in standard input, found none"),
        (io.TextIOWrapper(io.BytesIO(b"M\xfcller.nii\n"), "utf-8"), "not a text in UTF-8"),
    ],
    ids=["closed", "empty", "in Latin-1"],
)
def test_standard_input_without_a_list_is_refused(stream, message, monkeypatch):
    monkeypatch.setattr("sys.stdin", stream)
    with pytest.raises(UsageError, match=message):
        studies_of(STANDARD_INPUT, Path("out"))


def test_a_link_is_called_by_its_own_name(tmp_path):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "MD5E-s51--1b2.nii.gz").write_bytes(b"content")
    (tmp_path / "sub-01.nii.gz").symlink_to(tmp_path / "store" / "MD5E-s51--1b2.nii.gz")
    assert [study.name for study in listed(tmp_path, "sub-01.nii.gz\n")] == ["sub-01"]
    assert [study.name for study in listed(tmp_path, "path\nsub-01.nii.gz\n")] == ["sub-01"]


def test_a_table_on_standard_input_may_begin_as_excel_begins_it(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("\ufeffpath,name\na.nii,first\n"))
    assert [study.name for study in studies_of(STANDARD_INPUT, Path("out"))] == ["first"]


@pytest.mark.parametrize(
    "text",
    [
        '"","path","name","weight_kg"\n"1","a.nii","first",75.5\n"2","b, c.nii",second,\n',
        "path;name;weight_kg;\na.nii;first;75,5;\nb, c.nii;second\n",
        "path\tname\tweight_kg\na.nii\tfirst\t75.5\nb, c.nii\tsecond\n\n",
        ' Path ,name, "weight_kg"\n a.nii , first,"75,5"\n"b, c.nii",second,,,\n',
    ],
    ids=["as of R, quoted, with row names", "as of Excel in Europe", "with tabs", "with spaces"],
)
def test_a_table_may_be_written_as_other_programs_write_it(text, tmp_path):
    first, second = listed(tmp_path, text)
    assert (first.path, first.name) == (tmp_path / "a.nii", "first")
    assert first.knowledge == Knowledge(patient=Patient(weight_kg=75.5))
    assert (second.path, second.name) == (tmp_path / "b, c.nii", "second")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Expected studies in .*list.csv, found none"),
        (
            "path,colour\na,red\n",
            "Unknown column 'colour' in list.csv; expected some of path, name",
        ),
        ("path,name\n,x\n", "Expected a path in list.csv, line 2"),
        ("name,path\nx\n", "Expected a path in list.csv, line 2"),
        ("path,name\n\na, b.nii,x\n", "Expected 2 cells in list.csv, line 3, found 3; put a cell"),
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
        studies_of(tmp_path / "list.csv", tmp_path / "out")
    with pytest.raises(UsageError, match="There is no list or folder"):
        studies_of(tmp_path / "none.csv", tmp_path / "out")


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
    assert {study.name for study in studies_of(tmp_path, tmp_path / "out")} == {
        "patient_1",
        "patient2_cine",
        "patient2_more_cine",
        "alone",
        input_name(tmp_path / "packed.zip"),
        "dicom_without_suffix",
    }


@pytest.mark.parametrize("dicom", ["im1.dcm", "series/1.dcm"])
def test_images_beside_dicom_do_not_take_its_place(dicom, tmp_path):
    assert below(tmp_path / "in", f"P1/{dicom}", "P1/mask.nii.gz") == {"P1": "P1"}


def test_images_beside_an_archive_of_dicom_do_not_take_its_place(tmp_path):
    (tmp_path / "in" / "P1").mkdir(parents=True)
    with zipfile.ZipFile(tmp_path / "in" / "P1" / "packed.zip", "w") as archive:
        archive.writestr("IM1", bytes(128) + b"DICM")
    assert below(tmp_path / "in", "P1/mask.nii.gz") == {"P1": "P1"}


def test_data_beside_their_header_are_no_dicom(tmp_path):
    (tmp_path / "in" / "P1").mkdir(parents=True)
    (tmp_path / "in" / "P1" / "c.raw").write_bytes(b"\x08\x00" * 100)
    assert below(tmp_path / "in", "P1/c.mhd") == {"P1_c": "P1/c.mhd"}


def test_hidden_files_are_no_studies(tmp_path):
    files = ("P2/c.nii.gz", "P2/._c.nii.gz", "P2/.trash/d.nii", "._a.nii")
    assert below(tmp_path / "in", *files) == {"P2_c": "P2/c.nii.gz"}


@pytest.mark.parametrize("out", ["out", "P2/out", "work/out"])
def test_results_are_no_studies(out, tmp_path):
    files = (f"{out}/P2_c/labels.nii.gz", f"{out}/P2_c/segmentation.dcm", "P2/c.nii.gz")
    assert below(tmp_path / "in", *files, out=tmp_path / "in" / out) == {"P2_c": "P2/c.nii.gz"}


def test_results_among_the_studies_are_refused(tmp_path):
    with pytest.raises(UsageError, match=r"other than that of the studies, found .*in for both"):
        below(tmp_path / "in", "a.nii", out=tmp_path / "in")


def test_a_link_that_leads_nowhere_is_left_to_its_study(tmp_path):
    (tmp_path / "in" / "P1").mkdir(parents=True)
    (tmp_path / "in" / "notes").symlink_to("nowhere")
    (tmp_path / "in" / "lost.nii").symlink_to("nowhere")
    (tmp_path / "in" / "P1" / "lost.nii").symlink_to("nowhere")
    assert below(tmp_path / "in", "P1/c.nii") == {"P1_c": "P1/c.nii", "lost": "lost.nii"}


def test_a_folder_without_files_is_a_study_whose_row_says_so(tmp_path):
    (tmp_path / "in" / "P1").mkdir(parents=True)
    assert below(tmp_path / "in") == {"P1": "P1"}
