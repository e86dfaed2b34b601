import io

import pydicom
import pytest

from CMRSegmentationWeb.dicom_files import dicom_files, make_dicom
from CMRSegmentationWeb.refusals import RefusedError
from CMRSegmentationWeb.results import cine_of, cines_of

pytest.importorskip("highdicom")


class TestDicomFiles:
    def test_a_cine_from_dicom_has_labels_and_report(self, done_study):
        cine = next(one for one in cines_of(done_study) if one.name == "sax")
        assert dicom_files(cine) == ("segmentation.dcm", "report.dcm")
        made = [pydicom.dcmread(io.BytesIO(make_dicom(cine, one))) for one in dicom_files(cine)]
        assert [one.Modality for one in made] == ["SEG", "SR"]
        assert made[0].Rows == cine.stack().shape_tzyx[2]
        source = pydicom.dcmread(next(cine.input.rglob("*.dcm")), stop_before_pixels=True)
        assert {one.StudyInstanceUID for one in made} == {source.StudyInstanceUID}

    def test_until_it_is_whole_it_lies_in_the_job_that_may_be_removed(
        self, done_study, monkeypatch
    ):
        folders = []

        def write(folder, *_):
            folders.append(folder)
            (folder / "segmentation.dcm").touch()

        monkeypatch.setattr("CMRSegmentationWeb.dicom_files.write_dicom", write)
        make_dicom(cines_of(done_study)[0], "segmentation.dcm")
        assert done_study.folder in folders[0].parents
        assert not folders[0].exists()

    def test_a_cine_from_another_kind_of_file_has_none(self, done):
        cine = cine_of(done, 0)
        assert dicom_files(cine) == ()
        with pytest.raises(RefusedError):
            make_dicom(cine, "segmentation.dcm")

    def test_without_highdicom_there_are_none(self, done_study, monkeypatch):
        monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
        assert dicom_files(cines_of(done_study)[0]) == ()

    def test_a_highdicom_that_is_too_old_makes_none(self, done_study, monkeypatch):
        monkeypatch.setattr("importlib.metadata.version", lambda name: "0.26.1")
        assert dicom_files(cines_of(done_study)[0]) == ()

    @pytest.mark.parametrize("name", ["other.dcm", "..%2fjob.json"])
    def test_other_files_are_not_found(self, client, done_study, name):
        assert client.get(f"/api/jobs/{done_study.id}/cines/0/dicom/{name}").status_code == 404

    def test_it_is_a_download_with_the_cines_name(self, client, done_study):
        answer = client.get(f"/api/jobs/{done_study.id}/cines/0/dicom/segmentation.dcm")
        assert answer.mimetype == "application/dicom"
        assert "lax_4c-segmentation.dcm" in answer.headers["Content-Disposition"]
        assert answer.data[128:132] == b"DICM"
