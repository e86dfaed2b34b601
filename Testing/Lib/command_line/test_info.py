from pathlib import Path

import pytest

from Testing.Lib.running import run, write_cine


@pytest.fixture(scope="module")
def cine(tmp_path_factory, phantom) -> Path:
    return write_cine(tmp_path_factory.mktemp("cine") / "heart.nii.gz", phantom.cine)


def test_tells_what_an_input_holds(cine, capsys):
    assert run("info", cine) == 0
    text = capsys.readouterr().out
    assert "1 cine" in text
    assert "6 phases × 6 slices × 96 rows × 112 columns" in text
    assert "spacing 10 × 1.6 × 1.4 mm (slices, rows, columns)" in text
    assert "phase times 0 to 750 ms" in text


def test_the_other_inputs_are_told_although_one_cannot_be_read(cine, tmp_path, capsys):
    assert run("info", tmp_path / "none.nii", cine) == 1
    captured = capsys.readouterr()
    assert "6 phases" in captured.out
    assert captured.err.splitlines()[-1] == "error: 1 of 2 inputs could not be read."
