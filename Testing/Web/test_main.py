import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from CMRSegmentationLib.errors import UsageError
from CMRSegmentationWeb.__main__ import add_file, main, make_parser, settings_of, usual_folder
from CMRSegmentationWeb.jobs import State
from Testing.Web.servers import LIMIT_S, ROOT, asked_of_others, end, start, watched_environment


def jobs(address):
    with urllib.request.urlopen(f"{address}/api/jobs") as answer:
        return json.load(answer)


def wait_for(address, state):
    limit = time.monotonic() + LIMIT_S
    while jobs(address)[0]["state"] != state:
        assert time.monotonic() < limit, jobs(address)
        time.sleep(0.1)


class TestPackages:
    @pytest.mark.parametrize("name", ["flask", "waitress", "PIL"])
    def test_without_its_extra_it_says_in_one_line_what_to_install(self, name):
        start_without = (
            f"import runpy, sys; sys.modules[{name!r}] = None; "
            "runpy.run_module('CMRSegmentationWeb', run_name='__main__')"
        )
        command = [sys.executable, "-c", start_without]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S)
        assert ended.returncode == 1
        assert ended.stderr.startswith(f"The Python package {name}")
        assert ended.stderr.endswith('pip install ".[web]"\n')
        assert ended.stderr.count("\n") == 1


class TestSettings:
    def test_usual_is_this_computer_alone(self):
        settings = settings_of(make_parser().parse_args([]))
        assert (settings.host, settings.password) == ("127.0.0.1", None)
        assert settings.folder == usual_folder(settings.port).resolve()

    def test_the_password_is_read_from_a_file(self, tmp_path):
        (tmp_path / "p").write_text("a long password\n")
        options = make_parser().parse_args(
            ["--host", "192.0.2.7", "--password-file", str(tmp_path / "p")]
        )
        assert settings_of(options).password == "a long password"

    def test_a_password_that_is_no_text_is_wrong_usage(self, tmp_path, capsys):
        (tmp_path / "p").write_bytes("ein langes Paßwort".encode("latin-1"))
        assert main(["--password-file", str(tmp_path / "p")]) == 2
        assert "UTF-8" in capsys.readouterr().err

    @pytest.mark.parametrize("option", ["--keep-hours", "--most-gib"])
    @pytest.mark.parametrize("number", ["nan", "inf", "0", "-1"])
    def test_a_limit_that_is_none_is_wrong_usage(self, option, number, capsys):
        with pytest.raises(SystemExit) as caught:
            make_parser().parse_args([option, number])
        assert caught.value.code == 2
        assert "above 0" in capsys.readouterr().err

    def test_an_address_that_is_none_is_wrong_usage(self, tmp_path, capsys):
        (tmp_path / "p").write_text("a long password")
        arguments = ["--host", "no address", "--password-file", str(tmp_path / "p")]
        assert main([*arguments, "--folder", str(tmp_path / "web")]) == 2
        assert "Expected an address" in capsys.readouterr().err

    def test_a_folder_that_cannot_be_written_to_is_named(self, tmp_path, capsys):
        (tmp_path / "file").touch()
        assert main(["--port", "0", "--folder", str(tmp_path / "file" / "web")]) == 2
        told = capsys.readouterr().err
        assert str(tmp_path / "file" / "web") in told
        assert "--folder" in told

    def test_without_a_home_a_folder_is_asked_for(self, monkeypatch, capsys):
        def fail():
            raise RuntimeError("Could not determine home directory.")

        monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
        monkeypatch.setattr("pathlib.Path.home", fail)
        assert main([]) == 2
        assert "--folder" in capsys.readouterr().err

    def test_another_address_without_a_password_is_wrong_usage(self, capsys):
        with pytest.raises(UsageError):
            settings_of(make_parser().parse_args(["--host", "0.0.0.0"]))
        assert main(["--host", "0.0.0.0"]) == 2
        assert "password" in capsys.readouterr().err


class TestLoad:
    def test_a_file_waits_once(self, store, cine_file):
        for _ in range(2):
            add_file(store, cine_file)
        (job,) = store.all()
        assert job.state is State.WAITING
        assert (job.upload_folder / cine_file.name).is_file()


class TestWatch:
    def test_what_is_asked_of_another_computer_would_be_noted(self, tmp_path):
        script = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
        environment = watched_environment(tmp_path)
        done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True)
        assert b"Asked 192.0.2.1" in done.stderr
        assert "192.0.2.1" in (tmp_path / "others.txt").read_text()


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
class TestServer:
    def test_killed_its_jobs_are_there_and_ended_they_are_gone(self, tmp_path, cine_file):
        server, address = start(tmp_path / "web", 0, "--load", cine_file)
        wait_for(address, "done")
        end(server, signal.SIGKILL)
        server, address = start(tmp_path / "web")
        assert [job["state"] for job in jobs(address)] == ["done"]
        end(server, signal.SIGTERM)
        assert server.returncode == 0
        assert not (tmp_path / "web").exists()
        assert asked_of_others(tmp_path / "web") == ""

    def test_what_was_running_when_it_was_killed_says_so(self, tmp_path, cine_file):
        server, address = start(tmp_path / "web", 0, "--load", cine_file)
        wait_for(address, "running")
        end(server, signal.SIGKILL)
        server, address = start(tmp_path / "web")
        assert [job["state"] for job in jobs(address)] == ["interrupted"]
        end(server, signal.SIGINT)
        assert server.returncode == 0
