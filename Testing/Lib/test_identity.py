"""No name, identifier or date of a patient reaches a file, a line or a log of this program."""

import gzip
import tempfile
from pathlib import Path

import pydicom
import pytest
from pydicom.datadict import dictionary_VR, tag_for_keyword

from Testing.dicom_phantoms import LIKE_A_HEART, STUDY, write_series
from Testing.Lib.running import WITH_THE_PHANTOM_MODEL, run
from Training.datasets.phantom import HeartPhantom

MARK = "ZQ7XK"
"""Stands in every text."""
BIRTH, EXAMINED = "19010203", "19810405"
HEART = HeartPhantom(frames=3, slices=5, es_frame=1, degrees_xyz=LIKE_A_HEART)
TEXTS = [
    "PatientName",
    "PatientID",
    "OtherPatientIDs",
    "PatientAddress",
    "PatientComments",
    "MilitaryRank",
    "AccessionNumber",
    "StudyID",
    "StudyDescription",
    "SeriesDescription",
    "ProtocolName",
    "InstitutionName",
    "InstitutionAddress",
    "StationName",
    "ReferringPhysicianName",
    "OperatorsName",
    "PerformingPhysicianName",
    "RequestedProcedureDescription",
    "ImageComments",
    "DeviceSerialNumber",
    "ManufacturerModelName",
    "AdditionalPatientHistory",
    "EthnicGroup",
    "Occupation",
    "SequenceName",
]


@pytest.fixture
def study(tmp_path) -> Path:
    """A study with the mark in every text, also in private ones and inside sequences."""
    marked = {name: f"{MARK}{number}" for number, name in enumerate(TEXTS)}
    marked |= {"PatientBirthDate": BIRTH, "StudyDate": EXAMINED, "SeriesDate": EXAMINED}
    files = write_series(tmp_path / "study", HEART.cine, **marked)
    for file in files:
        dataset = pydicom.dcmread(file)
        block = dataset.private_block(0x0029, f"{MARK} PRIVATE", create=True)
        block.add_new(0x01, "LO", f"{MARK}private")
        block.add_new(0x02, "UT", f"{MARK}private text")
        item = pydicom.Dataset()
        item.PatientID = f"{MARK}inner"
        dataset.OtherPatientIDsSequence = [item]
        dataset.save_as(file)
    return tmp_path / "study"


@pytest.fixture(autouse=True)
def traced(monkeypatch, tmp_path):
    """Temporary files go to a folder that is searched, too."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))


def traces_below(folder: Path) -> list[str]:
    """Files whose name or content, unpacked, holds an identifier."""
    words = [word.encode() for word in (MARK, BIRTH, EXAMINED, str(STUDY))]
    found = []
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        if path.name.endswith(".gz"):
            content += gzip.decompress(content)
        if any(word in content or word in path.name.encode() for word in words):
            found.append(path.relative_to(folder).as_posix())
    return found


def test_every_planted_element_is_a_text():
    kinds = {dictionary_VR(tag_for_keyword(name)) for name in TEXTS}
    assert kinds <= {"PN", "LO", "SH", "LT", "ST", "UT"}


@pytest.mark.parametrize("command", ["segment", "batch"])
def test_results_tables_logs_and_lines_carry_no_identity(command, study, tmp_path, capfd):
    source = study if command == "segment" else study.parent / "list.txt"
    (study.parent / "list.txt").write_text(f"{study}\n")
    more = (*WITH_THE_PHANTOM_MODEL, "--debug")
    assert run(command, source, "-o", tmp_path / "out", *more) == 0
    assert (tmp_path / "out" / "study" / "labels.nii.gz").is_file()
    assert traces_below(tmp_path / "out") == []
    assert traces_below(tmp_path / "temporary") == []
    said = capfd.readouterr()
    for word in (MARK, BIRTH, EXAMINED):
        assert word not in said.out + said.err


def test_info_and_failures_carry_no_identity(study, tmp_path, capfd):
    assert run("info", study) == 0
    for file in study.iterdir():
        dataset = pydicom.dcmread(file)
        dataset.Rows = 3
        dataset.save_as(file)
    assert run("info", study, "--debug") == 1
    said = capfd.readouterr()
    assert MARK not in said.out + said.err


def test_the_patients_own_dicom_objects_carry_it_and_the_help_says_so(capsys):
    assert run("segment", "--help") == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "carry the patient's name and identifiers" in text
