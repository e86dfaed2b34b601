"""Tables of documents from stored results, with means worked out by hand."""

import json
import shutil
from pathlib import Path

import pytest

from Training.reporting.validation import (
    ValidationError,
    all_tables,
    card_table,
    cine_table,
    filled,
    measures_table,
    read_model,
    short_table,
    speed_table,
)

STORED = Path(__file__).parents[3] / "Training" / "results"
HEAD = "patient,ed_dice,es_dice,ed_stack_dice,es_stack_dice,ef_percent,expert_ef_percent"


@pytest.fixture
def results(tmp_path):
    """Two patients of ACDC with one structure and phase, one cine, and a speed."""
    lines = (STORED / "sax" / "results.csv").read_text(encoding="utf-8").splitlines()
    names = lines[0].split(",")
    first = lines[1].split(",")
    rows = []
    for patient, dice in (("patient010", "0.9"), ("patient020", "0.8")):
        changed = {"patient": patient, "dice": dice, "phase": "ED", "structure": "LV"}
        cells = [changed.get(name, cell) for name, cell in zip(names, first, strict=True)]
        rows.append(",".join(cells))
    (tmp_path / "sax").mkdir()
    (tmp_path / "sax" / "results.csv").write_text("\n".join([lines[0], *rows, ""]))
    cine = f"{HEAD},ed_frames_off,es_frames_off\nSCD1,0.95,0.9,0.94,0.89,30.04,26,0,1\n"
    (tmp_path / "sax" / "cines.csv").write_text(cine)
    shutil.copy(STORED / "speed.csv", tmp_path)
    return tmp_path


def test_the_mean_of_0_9_and_0_8_is_0_850_and_what_was_not_drawn_stays_empty(results):
    table = short_table(read_model(results / "sax"))

    assert table.rows == (("2 of ACDC (Siemens)", "sax", "ED", "0.850", "", ""),)


def test_a_cine_has_its_dice_ejection_fractions_and_frames(results):
    table = cine_table(read_model(results / "sax"))

    assert table.rows == (("SCD1", "0.950", "0.900", "30.0", "26.0", "0", "1"),)


def model_folder(folder):
    """A model whose description has the accuracy of one plane, without an RV at end-systole."""
    model = folder / "models" / "lax"
    model.mkdir(parents=True)
    dice = {"LV all phases": 0.9446, "LV ES": 0.934, "MYO ES": 0.8154, "LV ED": 0.9566}
    accuracy = {"acdc_lax (Siemens) lax_2c": {"patients": 10, "mean_dice": dice}}
    (model / "model.json").write_text(json.dumps({"accuracy": accuracy}))
    return model


def test_what_a_model_says_of_its_accuracy_is_a_line_for_each_phase(tmp_path):
    group = "acdc_lax (Siemens) lax_2c"
    assert card_table(model_folder(tmp_path)).rows == (
        (group, "10", "ED", "0.957", "", ""),
        (group, "10", "ES", "0.934", "0.815", ""),
        (group, "10", "all phases", "0.945", "", ""),
    )


def test_every_table_can_be_asked_for_by_name(results):
    tables = all_tables(results, model_folder(results).parent)

    assert set(tables) == {"speed", "measures", "short sax", "cines sax", "all sax", "card lax"}
    assert tables["short sax"] in tables["all sax"]


def test_without_cines_there_is_no_table_of_them(results):
    (results / "sax" / "cines.csv").unlink()

    assert "cines sax" not in all_tables(results, results / "models")


def test_speed_is_as_it_was_measured():
    what, seconds, *_ = speed_table(STORED / "speed.csv").rows[0]

    assert what.startswith("whole command")
    assert float(seconds) > 0


def test_measures_have_unit_and_source_and_no_index():
    rows = {row[0]: row for row in measures_table().rows}

    assert rows["`lv_edv`"][2] == "ml"
    assert "doi:10.1186/s12968-020-00610-6" in rows["`lv_edv`"][3]
    assert "`lv_edv_index`" not in rows


def test_a_table_that_nothing_makes_is_named():
    with pytest.raises(ValidationError, match="found 'short none'"):
        filled("<!-- table: short none -->\n<!-- table: end -->", {"speed": ""})


def test_a_changed_digit_is_written_anew():
    text = "a\n<!-- table: speed -->\nold\n<!-- table: end -->\nb"

    expected = "a\n<!-- table: speed -->\nnew\n<!-- table: end -->\nb"
    assert filled(text, {"speed": "new\n"}) == expected
