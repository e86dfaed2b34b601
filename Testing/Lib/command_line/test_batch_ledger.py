from dataclasses import replace

import pytest

from CMRSegmentationLib.command_line.batch_ledger import JOURNAL_FILE, PARQUET_FILE, Ledger
from CMRSegmentationLib.command_line.batch_work import StudyResult
from CMRSegmentationLib.reporting.results import SUMMARY_COLUMNS

NAMES = ["a", "b", "c"]


def result(name: str, status: str = "done", value: str = "100") -> StudyResult:
    row = [f"in/{name}", name, status, "", name if status == "done" else ""]
    row += [""] * (len(SUMMARY_COLUMNS) - len(row))
    measures = ((name, name, "lv_edv", value, "ml"),) if status == "done" else ()
    return StudyResult(name, f"hash of {name}", (tuple(row),), measures, 1.5)


def write_report(out, name):
    (out / name).mkdir(exist_ok=True)
    (out / name / "report.json").write_text("{}")


def rows(out, file="summary.csv"):
    return [line.split(",")[0] for line in (out / file).read_text().splitlines()]


def test_tables_grow_with_every_study(tmp_path):
    ledger = Ledger.open(tmp_path, NAMES, resume=False)
    assert rows(tmp_path) == ["input"]
    ledger.add(result("b"))
    ledger.add(result("a"))
    assert rows(tmp_path) == ["input", "in/b", "in/a"]
    assert rows(tmp_path, "measures.csv") == ["study", "b", "a"]


def test_at_the_end_they_are_in_the_order_of_the_list(tmp_path):
    ledger = Ledger.open(tmp_path, NAMES, resume=False)
    for name in ("b", "c", "a"):
        ledger.add(result(name))
    ledger.finish(NAMES)
    assert rows(tmp_path) == ["input", "in/a", "in/b", "in/c"]


def test_what_is_done_is_known_again_and_what_failed_is_not(tmp_path):
    ledger = Ledger.open(tmp_path, NAMES, resume=False)
    ledger.add(result("a"))
    ledger.add(result("b", "failed"))
    write_report(tmp_path, "a")
    again = Ledger.open(tmp_path, NAMES, resume=True)
    assert again.known("a") == "hash of a"
    assert again.known("b") is None
    assert again.known("c") is None


def test_results_that_were_removed_are_not_known(tmp_path):
    Ledger.open(tmp_path, NAMES, resume=False).add(result("a"))
    assert Ledger.open(tmp_path, NAMES, resume=True).known("a") is None


def test_studies_of_an_earlier_list_stay_behind_those_of_this_one(tmp_path):
    earlier = Ledger.open(tmp_path, NAMES, resume=False)
    for name in NAMES:
        earlier.add(result(name, "failed" if name == "b" else "done"))
        write_report(tmp_path, name)
    again = Ledger.open(tmp_path, ["c", "d"], resume=True)
    assert rows(tmp_path) == ["input", "in/c", "in/a"]  # b failed: its path may have been mended
    again.add(result("d"))
    again.finish(["c", "d"])
    assert rows(tmp_path) == ["input", "in/c", "in/d", "in/a"]
    assert rows(tmp_path, "measures.csv") == ["study", "c", "d", "a"]
    assert Ledger.open(tmp_path, NAMES, resume=True).known("a") == "hash of a"


def test_two_batches_at_once_in_one_folder_keep_the_rows_of_each_other(tmp_path):
    first = Ledger.open(tmp_path, ["a", "b"], resume=True)
    second = Ledger.open(tmp_path, ["c", "d"], resume=True)
    for ledger, name in ((first, "a"), (second, "c"), (first, "b")):
        ledger.add(result(name))
    first.finish(["a", "b"])
    second.add(result("d"))
    second.finish(["c", "d"])
    assert rows(tmp_path) == ["input", "in/c", "in/d", "in/a", "in/b"]
    assert rows(tmp_path, "measures.csv") == ["study", "c", "d", "a", "b"]


def test_a_study_of_an_earlier_list_whose_results_were_removed_leaves_the_tables(tmp_path):
    Ledger.open(tmp_path, NAMES, resume=False).add(result("a"))
    Ledger.open(tmp_path, ["b"], resume=True)
    assert rows(tmp_path) == ["input"]


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_a_line_that_was_cut_off_is_dropped_and_the_others_stay(cut, tmp_path):
    ledger = Ledger.open(tmp_path, NAMES, resume=False)
    ledger.add(result("a"))
    ledger.add(result("b"))
    journal = tmp_path / JOURNAL_FILE
    journal.write_text(journal.read_text()[:-cut])
    again = Ledger.open(tmp_path, NAMES, resume=True)
    again.add(result("c"))
    last = Ledger.open(tmp_path, NAMES, resume=True)
    assert sorted(last.results) == (["a", "b", "c"] if cut == 1 else ["a", "c"])
    assert len(rows(tmp_path)) == 1 + len(last.results)


def test_a_study_that_is_done_anew_stands_there_once(tmp_path):
    ledger = Ledger.open(tmp_path, NAMES, resume=False)
    ledger.add(result("a"))
    ledger.add(result("a", value="200"))
    ledger.finish(NAMES)
    assert rows(tmp_path) == ["input", "in/a"]
    assert "200" in (tmp_path / "measures.csv").read_text()


def test_what_is_unchanged_is_not_written_again(tmp_path):
    ledger = Ledger.open(tmp_path, NAMES, resume=False)
    ledger.add(result("a"))
    before = (tmp_path / JOURNAL_FILE).read_text()
    ledger.add(replace(StudyResult("a", "hash of a"), is_unchanged=True))
    assert (tmp_path / JOURNAL_FILE).read_text() == before
    assert ledger.results["a"].measures


def test_without_resume_a_batch_starts_empty(tmp_path):
    Ledger.open(tmp_path, NAMES, resume=False).add(result("a"))
    assert Ledger.open(tmp_path, NAMES, resume=False).results == {}
    assert rows(tmp_path) == ["input"]


def test_measures_are_numbers_in_parquet_where_pyarrow_is_installed(tmp_path):
    parquet = pytest.importorskip("pyarrow.parquet")
    ledger = Ledger.open(tmp_path, NAMES, resume=False)
    assert parquet.read_table(tmp_path / PARQUET_FILE).num_rows == 0
    ledger.add(result("b", value="98.5"))
    ledger.add(result("a"))
    ledger.finish(NAMES)
    rows = parquet.read_table(tmp_path / PARQUET_FILE).to_pylist()
    assert rows[1] == {
        "study": "b",
        "cine": "b",
        "key": "lv_edv",
        "unit": "ml",
        "value": 98.5,
    }
    assert [row["study"] for row in rows] == ["a", "b"]


def test_without_pyarrow_there_is_no_parquet(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    Ledger.open(tmp_path, NAMES, resume=False).finish(NAMES)
    assert not (tmp_path / PARQUET_FILE).exists()
