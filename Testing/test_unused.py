"""No function, method or class that nothing calls."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ("CMRSegmentationLib", "CMRSegmentationWeb", "Training", "scripts", "CMRSegmentation")
CALLED_FROM_OUTSIDE = {
    # by Slicer, by their names
    "CMRSegmentation", "CMRSegmentationWidget", "CMRSegmentationFileReader", "CMRSegmentationTest",
    "fileType", "extensions", "canLoadFileConfidence", "runTest",
    "forward",  # by PyTorch
    "session", "http", "add_headers", "upload", "study_file",  # by Flask
    "first_looks", "first_images", "first_labels",  # by Flask, while a job runs
    "on_files", "on_page_markdown",  # by MkDocs
    "read_nifti", "read_nrrd",  # for programs: one file as it is, before it becomes a cine
    "beating_heart",  # for every test that needs a heart of known size
    "segment_at",  # the inverse of what a bullseye draws, which its test compares it with
}  # fmt: skip


def test_everything_that_is_written_is_used():
    command = [sys.executable, "-m", "vulture", "--min-confidence", "60", *PARTS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    found = re.findall(r"(\S+) unused (?:function|method|class|property) '(\w+)'", done.stdout)

    assert done.returncode in (0, 3), done.stderr
    assert [(place, name) for place, name in found if name not in CALLED_FROM_OUTSIDE] == []
