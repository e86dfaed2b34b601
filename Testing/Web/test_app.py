import errno
import random

from CMRSegmentationLib import __version__
from CMRSegmentationLib.errors import UserError
from Testing.Web.conftest import finished_job

TRICKS = [
    "../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/job.json",
    "....//....//job.json",
    "<script>alert(1)</script>",
    "'; DROP TABLE jobs; --",
    "\\\\server\\share",
    "C:\\Windows",
    "%00",
    "A" * 5000,
]
ADDRESSES = [
    "/static/{}",
    "/api/jobs/{}",
    "/api/jobs/{}/cines",
    "/api/jobs/{id}/cines/{}/labels",
    "/api/jobs/{id}/cines/0/files/{}",
    "/api/jobs/{id}/cines/0/animation.gif?slice={}",
    "/api/jobs/{id}/cines/0/dicom/{}",
    "/api/jobs/{id}/studies/0/files/{}",
    "/api/jobs/{id}/files?name={}",
    "/{}",
]


def snapshot(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


class TestApp:
    def test_the_session_has_key_version_and_models(self, client):
        session = client.get("/api/session").json
        assert session["version"] == __version__
        assert len(session["key"]) >= 32
        assert {"sax", "lax"} <= {one["name"] for one in session["models"]}

    def test_the_page_and_its_parts_are_there(self, client):
        page = client.get("/", buffered=True).get_data(as_text=True)
        for part in ("main.js", "style.css", "icon.png"):
            assert f"/static/{part}" in page
            assert client.get(f"/static/{part}", buffered=True).status_code == 200

    def test_failures_are_sentences(self, site):
        @site.app.get("/fails")
        def fails():
            raise UserError("Expected one thing, found another.")

        answer = site.app.test_client().get("/fails")
        assert answer.status_code == 422
        assert answer.json == {"error": "Expected one thing, found another."}

    def test_a_full_disk_is_a_sentence_without_names_of_files(self, client, monkeypatch):
        def fail(*_):
            raise OSError(errno.ENOSPC, "No space left on device", "/secret/name")

        monkeypatch.setattr("CMRSegmentationWeb.job_routes.receive", fail)
        job = client.post("/api/jobs", json={"name": "x"}).json
        answer = client.put(f"/api/jobs/{job['id']}/files?name=a", data=b"x")
        assert answer.status_code == 507
        sentence = "The server cannot read or write its files: No space left on device."
        assert answer.json == {"error": sentence}

    def test_400_hostile_requests_change_nothing(self, client, site, cine_file, segmented):
        job = finished_job(site.store, cine_file, segmented)
        before = snapshot(site.store.folder.parent)
        chance = random.Random(1)
        for address in ADDRESSES:
            for trick in TRICKS:
                target = address.replace("{id}", job.id).replace("{}", trick)
                for method in ("GET", "POST", "PUT", "DELETE"):
                    content = chance.choice([b"", b"{", b"[]", bytes(1000)])
                    answer = client.open(
                        target, method=method, data=content, content_type="application/json"
                    )
                    assert 400 <= answer.status_code < 500, (method, target)
                    assert b"root:" not in answer.data
        assert snapshot(site.store.folder.parent) == before
        assert [one.id for one in site.store.all()] == [job.id]
