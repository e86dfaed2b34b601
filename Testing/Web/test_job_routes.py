import time

import pytest

from CMRSegmentationWeb.jobs import State
from CMRSegmentationWeb.uploads import inputs_of, receive


def create(client, name="cine"):
    return client.post("/api/jobs", json={"name": name}).json["id"]


def put(client, identifier, name, content):
    return client.put(f"/api/jobs/{identifier}/files", query_string={"name": name}, data=content)


class TestJobs:
    def test_from_the_upload_to_the_result_and_away(self, client, site, cine_file):
        site.queue.start()
        identifier = create(client, "My <b>cine</b>")
        assert put(client, identifier, "phantom.nii.gz", cine_file.read_bytes()).status_code == 204
        assert client.post(f"/api/jobs/{identifier}/start", json={}).json["state"] in (
            "waiting",
            "running",
        )
        end = time.monotonic() + 120
        while (job := client.get("/api/jobs").json[0])["state"] != "done":
            assert time.monotonic() < end, job
            time.sleep(0.1)
        assert job["name"] == "My <b>cine</b>"
        assert client.delete(f"/api/jobs/{identifier}").status_code == 204
        assert client.get("/api/jobs").json == []

    def test_a_started_job_takes_no_more_files(self, client):
        identifier = create(client)
        put(client, identifier, "a.nii", b"x")
        client.post(f"/api/jobs/{identifier}/start", json={})
        assert put(client, identifier, "b.nii", b"x").status_code == 409

    def test_a_job_without_files_does_not_start(self, client):
        answer = client.post(f"/api/jobs/{create(client)}/start", json={})
        assert answer.status_code == 400
        assert "found none" in answer.json["error"]

    @pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../../x", "", "a\0b"])
    def test_a_name_that_leads_out_is_refused(self, client, site, name):
        identifier = create(client)
        assert put(client, identifier, name, b"x").status_code == 400
        assert list(site.store.get(identifier).upload_folder.iterdir()) == []

    @pytest.mark.parametrize("name", [None, 3, ["x"], {}])
    def test_a_wrong_name_is_refused(self, client, name):
        assert client.post("/api/jobs", json={"name": name}).status_code == 400

    def test_anything_but_json_is_refused(self, client):
        assert client.post("/api/jobs", data={"name": "x"}).status_code == 415
        assert client.post("/api/jobs", json=[1]).status_code == 400
        long = client.post("/api/jobs", json={"name": "x" * 100_000})
        assert long.status_code in (400, 413)

    def test_an_interrupted_job_runs_again(self, client, site):
        identifier = create(client)
        put(client, identifier, "a.nii", b"x")
        site.store.change(identifier, state=State.INTERRUPTED, message="Stopped.")
        job = client.post(f"/api/jobs/{identifier}/again", json={"device": "cpu"}).json
        assert (job["state"], job["message"], job["choices"]["device"]) == ("waiting", "", "cpu")
        assert client.post(f"/api/jobs/{identifier}/again", json={}).status_code == 409

    def test_half_an_examination_is_not_run_again(self, client, site, monkeypatch):
        identifier = create(client)

        def cancel_and_receive(stream, name, folder, room):
            site.queue.cancel(identifier)
            receive(stream, name, folder, room)

        monkeypatch.setattr("CMRSegmentationWeb.job_routes.receive", cancel_and_receive)
        assert put(client, identifier, "a.nii", b"x").status_code == 204
        (job,) = client.get("/api/jobs").json
        assert (job["state"], job["lacks_files"]) == ("cancelled", True)
        answer = client.post(f"/api/jobs/{identifier}/again", json={})
        assert answer.status_code == 409
        assert "drop them again" in answer.json["error"]
        assert list(site.store.get(identifier).upload_folder.iterdir()) == []

    def test_files_of_one_name_in_two_folders_are_inputs_of_their_own(self, client, site):
        identifier = create(client)
        for name in ("p1/cine.nii", "p2/cine.nii"):
            put(client, identifier, name, b"x")
        assert client.post(f"/api/jobs/{identifier}/start", json={}).status_code == 200
        inputs = inputs_of(site.store.get(identifier).upload_folder)
        assert [path.name for path in inputs] == ["p1-cine.nii", "p2-cine.nii"]

    def test_an_upload_that_is_too_large_is_refused(self, client, site, settings, monkeypatch):
        monkeypatch.setattr("CMRSegmentationWeb.uploads.CHUNK_BYTES", 10)
        identifier = create(client)
        site.app.config["MAX_CONTENT_LENGTH"] = 100
        assert put(client, identifier, "a.nii", b"x" * 101).status_code == 413

    def test_unknown_jobs_are_not_found(self, client):
        for address in ("start", "again", "cancel"):
            assert client.post(f"/api/jobs/0123/{address}", json={}).status_code in (400, 404)
        assert client.delete("/api/jobs/..%2f..").status_code == 404

    def test_events_are_a_stream(self, client):
        answer = client.get("/api/events", buffered=False)
        assert answer.mimetype == "text/event-stream"
        answer.close()
