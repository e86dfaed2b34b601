from dataclasses import replace

import pytest

from CMRSegmentationWeb.app import Site
from CMRSegmentationWeb.guards import host_name

PASSWORD = "a long password"


class TestHost:
    @pytest.mark.parametrize(
        ("host", "name"),
        [("localhost:8018", "localhost"), ("[::1]:8018", "::1"), ("LAB", "lab"), ("[x", "")],
    )
    def test_the_name_is_told_from_the_port(self, host, name):
        assert host_name(host) == name

    @pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example:8018", "192.0.2.1"])
    def test_a_foreign_host_gets_nothing(self, client, host):
        answer = client.get("/api/session", headers={"Host": host})
        assert answer.status_code in (400, 421)
        assert b"key" not in answer.data


class TestSender:
    def test_a_change_without_the_key_is_refused(self, site):
        client = site.app.test_client()
        assert client.post("/api/jobs", json={"name": "x"}).status_code == 403
        assert site.store.all() == []

    @pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://localhost:1"])
    def test_a_foreign_origin_is_refused_even_with_the_key(self, client, site, origin):
        answer = client.post("/api/jobs", json={"name": "x"}, headers={"Origin": origin})
        assert answer.status_code == 403
        assert site.store.all() == []

    def test_the_pages_own_origin_is_served(self, client):
        headers = {"Origin": "http://localhost"}
        assert client.post("/api/jobs", json={"name": "x"}, headers=headers).status_code == 201


class TestAnswers:
    @pytest.mark.parametrize("address", ["/", "/static/main.js", "/api/jobs", "/nothing"])
    def test_every_answer_allows_nothing_from_elsewhere(self, client, address):
        headers = client.get(address, buffered=True).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in headers


class TestPassword:
    @pytest.fixture
    def guarded(self, settings):
        return Site.of(replace(settings, password=PASSWORD)).app.test_client()

    def test_without_it_even_the_page_is_hidden(self, guarded):
        answer = guarded.get("/")
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic")

    def test_a_wrong_one_is_refused_and_the_right_one_let_in(self, guarded):
        assert guarded.get("/", auth=("anyone", "another password")).status_code == 401
        assert guarded.get("/", auth=("anyone", PASSWORD), buffered=True).status_code == 200
