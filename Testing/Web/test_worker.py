import json
import subprocess
import sys
from pathlib import Path

import pytest

from CMRSegmentationWeb.worker import LOADED_AHEAD, SERVER_IS_GONE
from Testing.bundles import PHANTOM_MODEL

ROOT = Path(__file__).parents[2]
LIMIT_S = 120


@pytest.fixture
def worker():
    process = subprocess.Popen(
        [sys.executable, "-m", "CMRSegmentationWeb.worker"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    yield process
    process.kill()
    process.stdout.close()
    process.wait()


def send(process, *arguments):
    process.stdin.write(json.dumps([str(one) for one in arguments]).encode() + b"\n")
    process.stdin.flush()


class TestWorker:
    def test_it_ends_when_its_server_ends_before_there_is_a_job(self, worker):
        worker.stdin.close()
        assert worker.wait(LIMIT_S) == SERVER_IS_GONE

    def test_it_ends_with_its_server_in_the_middle_of_a_job(self, worker, cine_file, tmp_path):
        out = ("-o", tmp_path, "--model", PHANTOM_MODEL, "--progress", "json", "--threads", 1)
        send(worker, "segment", cine_file, *out)
        assert json.loads(worker.stdout.readline())["stage"] == "read"
        worker.stdin.close()
        assert worker.wait(LIMIT_S) == SERVER_IS_GONE
        assert not (tmp_path / "phantom").exists()

    def test_what_it_loads_ahead_is_all_that_a_segmentation_loads(self, cine_file, tmp_path):
        script = (
            "import importlib, sys\n"
            "from CMRSegmentationWeb.worker import LOADED_AHEAD, run_command_line\n"
            "for name in LOADED_AHEAD: importlib.import_module(name)\n"
            "before = set(sys.modules)\n"
            "status = run_command_line(sys.argv[1:])\n"
            "print([one for one in set(sys.modules) - before if one.startswith('CMR')])\n"
            "sys.exit(status)\n"
        )
        arguments = ["segment", cine_file, "-o", tmp_path, "--model", PHANTOM_MODEL, "--pdf"]
        arguments += ["--threads", "1", "--progress", "none"]
        done = subprocess.run(
            [sys.executable, "-c", script, *map(str, arguments)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
            timeout=LIMIT_S,
        )
        assert done.stdout.splitlines()[-1] == "[]"
        assert "torch" in LOADED_AHEAD
