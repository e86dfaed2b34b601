"""A real archive takes Segmentation and report by C-STORE and by STOW-RS and gives them back."""

import highdicom as hd
import numpy as np
import pydicom
import pytest
from dicomweb_client.api import DICOMwebClient
from pydicom.dataset import Dataset
from pynetdicom import AE
from pynetdicom.sop_class import PatientRootQueryRetrieveInformationModelFind

from CMRSegmentationLib.reporting.dicom_out import DicomRequest, write_dicom
from Testing.Lib import orthanc
from Testing.Lib.dicom_results import HEART, from_series, report_of

pytestmark = pytest.mark.skipif(orthanc.MISSING is not None, reason=str(orthanc.MISSING))


@pytest.fixture(scope="module")
def objects(tmp_path_factory) -> list[Dataset]:
    """A Segmentation and a report."""
    folder = tmp_path_factory.mktemp("objects")
    stack = from_series(tmp_path_factory.mktemp("series"), one_per_slice=True)
    write_dicom(folder, DicomRequest("all", report=True), stack, HEART.labels, report_of(stack))
    return [pydicom.dcmread(folder / name) for name in ("segmentation.dcm", "report.dcm")]


@pytest.fixture
def archive(tmp_path):
    with orthanc.running_archive(tmp_path) as running:
        yield running


def store(objects: list[Dataset], archive: orthanc.Archive) -> list[int]:
    """The status of each C-STORE."""
    entity = AE("SENDER")
    for dataset in objects:
        entity.add_requested_context(dataset.SOPClassUID, dataset.file_meta.TransferSyntaxUID)
    association = entity.associate("127.0.0.1", archive.dicom_port, ae_title=archive.title)
    assert association.is_established
    try:
        return [int(association.send_c_store(dataset).Status) for dataset in objects]
    finally:
        association.release()


def found(study_uid: str, archive: orthanc.Archive) -> set[str]:
    """The modalities of a study's series, by C-FIND."""
    entity = AE("FINDER")
    entity.add_requested_context(PatientRootQueryRetrieveInformationModelFind)
    association = entity.associate("127.0.0.1", archive.dicom_port, ae_title=archive.title)
    query = Dataset()
    query.QueryRetrieveLevel = "SERIES"
    query.StudyInstanceUID = study_uid
    query.Modality = ""
    query.SeriesInstanceUID = ""
    try:
        answers = association.send_c_find(query, PatientRootQueryRetrieveInformationModelFind)
        return {answer.Modality for _, answer in answers if answer is not None}
    finally:
        association.release()


def voxels(dataset: Dataset) -> np.ndarray:
    return hd.seg.Segmentation.from_dataset(dataset).pixel_array


def client_of(archive: orthanc.Archive) -> DICOMwebClient:
    return DICOMwebClient(f"{archive.url}/dicom-web")


def test_by_c_store_they_are_found_in_the_sources_study_and_come_back_the_same(objects, archive):
    assert store(objects, archive) == [0, 0]
    assert found(objects[0].StudyInstanceUID, archive) == {"SEG", "SR"}
    assert_back(objects, archive)


def test_by_stow_rs_they_come_back_the_same(objects, archive):
    client_of(archive).store_instances(objects)
    assert_back(objects, archive)


def assert_back(objects: list[Dataset], archive: orthanc.Archive) -> None:
    client = client_of(archive)
    for sent in objects:
        back = client.retrieve_instance(
            sent.StudyInstanceUID, sent.SeriesInstanceUID, sent.SOPInstanceUID
        )
        assert back.PatientID == sent.PatientID
        if sent.Modality == "SEG":
            np.testing.assert_array_equal(voxels(back), voxels(sent))
        else:
            assert back.ContentSequence == sent.ContentSequence
