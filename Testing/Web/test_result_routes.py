import gzip
import io

import numpy as np
import pytest
from PIL import Image

from CMRSegmentationWeb.jobs import State
from Testing.Web.conftest import finished_job, running_job


@pytest.fixture
def job(site, cine_file, segmented):
    return finished_job(site.store, cine_file, segmented)


@pytest.fixture
def address(job):
    return f"/api/jobs/{job.id}/cines"


class TestResults:
    def test_voxels_come_compressed(self, client, address, phantom):
        size = int(np.prod(phantom.cine.shape_tzyx))
        for kind in ("images", "labels"):
            answer = client.get(f"{address}/0/{kind}")
            assert answer.headers["Content-Encoding"] == "gzip"
            assert len(gzip.decompress(answer.data)) == size

    def test_files_are_downloads_with_the_cines_name(self, client, address):
        for name in client.get(address).json[0]["files"]:
            answer = client.get(f"{address}/0/files/{name}")
            assert answer.status_code == 200
            assert f"phantom-{name}" in answer.headers["Content-Disposition"]
            answer.close()

    @pytest.mark.parametrize("name", ["..%2f..%2fjob.json", "%2e%2e/job.json", "job.json", "."])
    def test_other_files_are_not_found(self, client, address, name):
        assert client.get(f"{address}/0/files/{name}").status_code == 404

    def test_a_slice_is_animated(self, client, address, phantom):
        answer = client.get(f"{address}/0/animation.gif?slice=3")
        with Image.open(io.BytesIO(answer.data)) as gif:
            assert gif.n_frames == phantom.cine.frames

    @pytest.mark.parametrize("slice_", ["-1", "6", "x", "", "²", "9" * 50, "0" * 9 + "99"])
    def test_a_wrong_slice_is_refused(self, client, address, slice_):
        assert client.get(f"{address}/0/animation.gif?slice={slice_}").status_code == 400

    def test_other_phases_are_measured(self, client, address):
        answer = client.post(f"{address}/0/measure", json={"ed": 0, "es": 3})
        assert answer.json["report"]["es_frame"] == 3
        assert client.get(address).json[0]["report"]["es_frame"] == 3

    def test_a_body_size_that_is_given_later_is_kept(self, client, address):
        body = {"height_cm": 170, "weight_kg": 72}
        measures = client.post(f"{address}/0/measure", json=body).json["report"]["measures"]
        assert "bsa" in {one["key"] for one in measures}
        (entry,) = client.get(address).json
        assert entry["patient"] == {"heart_rate_bpm": None, "height_cm": 170, "weight_kg": 72}

    def test_images_of_a_job_that_is_removed_meanwhile_are_not_written(
        self, client, site, job, address, monkeypatch
    ):
        def remove(_cine):
            site.store.remove(job.id)
            return np.zeros(1, np.uint8)

        monkeypatch.setattr("CMRSegmentationWeb.images.gray_bytes", remove)
        answer = client.get(f"{address}/0/images")
        assert answer.status_code == 507
        assert not job.folder.exists()

    def test_phases_that_are_not_there_are_refused(self, client, address):
        assert client.post(f"{address}/0/measure", json={"ed": 0, "es": 99}).status_code == 400

    def test_there_is_no_other_cine(self, client, address):
        assert client.get(f"{address}/1/labels").status_code == 404
        assert client.get(f"{address}/-1/labels").status_code == 404

    def test_a_job_that_is_not_done_has_no_results(self, client, site):
        job = site.store.create("new")
        for kind in ("cines", "first"):
            assert client.get(f"/api/jobs/{job.id}/{kind}").status_code == 409


class TestFirstLooks:
    def test_labels_and_images_are_there_while_the_job_runs(
        self, client, site, cine_file, segmented, phantom
    ):
        job = running_job(site.store, cine_file, segmented)
        assert client.get(f"/api/jobs/{job.id}/cines").status_code == 409
        address = f"/api/jobs/{job.id}/first"
        (entry,) = client.get(address).json
        assert (entry["name"], entry["key"]) == ("phantom", "phantom")
        for kind in ("images", "labels"):
            voxels = gzip.decompress(client.get(f"{address}/0/{kind}").data)
            assert len(voxels) == np.prod(phantom.cine.shape_tzyx)
            assert client.get(f"{address}/1/{kind}").status_code == 404

    def test_nothing_is_shown_of_a_job_that_failed(self, client, site, cine_file, segmented):
        job = running_job(site.store, cine_file, segmented)
        site.store.change(job.id, state=State.FAILED)
        assert client.get(f"/api/jobs/{job.id}/first/0/labels").status_code == 409
