"""The log names what took part, and carries nothing of the user or the patient when copied."""

import dataclasses
import platform

import pytest
from CMRSegmentationMRML import run_log
from CMRSegmentationMRML.run_log import describe_run, versions, without_names

from CMRSegmentationLib import __version__
from CMRSegmentationLib.reporting.report import InputSummary, ModelSummary, make_report


def test_the_versions_of_all_that_takes_part_are_one_line(monkeypatch):
    monkeypatch.setattr(run_log, "PACKAGES", ("numpy", "no-such-package"))
    line = versions()
    assert line.startswith(f"CMRSegmentation {__version__}, Slicer 5.13.0-host, Python ")
    assert platform.platform() in line
    assert line.endswith("no-such-package not installed")


def test_a_run_is_described_with_device_model_and_seconds(phantom):
    report = make_report(phantom.labels, InputSummary.of(phantom.cine))
    report = dataclasses.replace(
        report,
        device="cpu",
        model=ModelSummary("sax", "0" * 64),
        seconds={"read": 0.25, "infer": 2.5},
    )
    assert describe_run("Heart", report) == [
        "Heart: device cpu, model sax",
        "read 0.2 s, infer 2.5 s; 2.8 s in all",
    ]


def test_a_report_that_no_run_made_has_neither(phantom):
    report = make_report(phantom.labels, InputSummary.of(phantom.cine))
    assert describe_run("Heart", report) == ["Heart: device not known, model none"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("cannot read /media/Miller_Jane/cine 1.nii.gz", "cannot read <path> 1.nii.gz"),
        ("cannot read '/media/Miller Jane/cine 1.nii.gz'", "cannot read '<path>'"),
        (r"cannot read C:\Clinic\Jane\cine.dcm, sorry", "cannot read <path>, sorry"),
        (r'File "D:\Miller Jane\x.dcm", line 3', 'File "<path>", line 3'),
        (
            'File "/opt/Slicer 5/lib/CMRSegmentationLib/pipeline.py", line 12',
            'File "…/CMRSegmentationLib/pipeline.py", line 12',
        ),
        (
            "/opt/Slicer/lib/python3.12/site-packages/torch/nn/functional.py:9: UserWarning",
            "…/site-packages/torch/nn/functional.py:9: UserWarning",
        ),
        ("series 1.2.840.113619.2.55.3.2831.4 lacks a slice", "series <UID> lacks a slice"),
        ("Miller Jane SAX: device cpu", "<cine>: device cpu"),
        ("numpy 2.4.6, 3 of 25 phases", "numpy 2.4.6, 3 of 25 phases"),
        ("1.4 × 1.4 mm and/or 5 s/frame", "1.4 × 1.4 mm and/or 5 s/frame"),
    ],
)
def test_names_paths_and_identifiers_do_not_leave(line, expected):
    assert without_names(line, ["Miller Jane SAX", "Miller Jane"]) == expected
