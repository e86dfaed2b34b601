import math

import pytest

from Testing.Training.scoring.test_results import ROW
from Training.reporting.domains import domain_table, write_probe
from Training.reporting.run_folder import Run, find_runs
from Training.scoring.results import ResultsError, write_results


def run_of(name, *, held_out=None, probe=None):
    metrics = {} if held_out is None else {
        "warm_up_domain_accuracy": [0.6, 0.8],
        "held_out_domain_accuracy": held_out,
    }  # fmt: skip
    return Run(name, [ROW], metrics=metrics, probe=probe or {})


def test_a_strategy_has_the_mean_over_its_seeds_of_what_adversary_and_probe_found():
    table = domain_table(
        {
            "baseline": [run_of("baseline", probe={"decoder": 0.84})],
            "dann": [
                run_of("dann_seed1", held_out=[0.8, 0.60], probe={"decoder": 0.7}),
                run_of("dann_seed2", held_out=[0.8, 0.64], probe={"decoder": 0.72}),
            ],
        }
    )
    assert table.columns[2:] == ("held out, warm-up", "held out, at the end", "probe, decoder")
    assert table.rows == (
        ("baseline", "1", "–", "–", "0.840"),
        ("dann", "2", "0.800 ± 0.000", "0.620 ± 0.028", "0.710 ± 0.014"),
    )


def test_a_measurement_that_is_missing_is_a_dash():
    table = domain_table({"dann": [run_of("dann", held_out=[math.nan, math.nan])]})
    assert table.rows == (("dann", "1", "0.800", "–"),)


def test_without_adversary_and_probe_there_is_no_table():
    assert domain_table({"baseline": [run_of("baseline")]}) is None


def test_what_a_probe_wrote_is_found_with_its_run(tmp_path):
    (tmp_path / "dann").mkdir()
    write_results([ROW], tmp_path / "dann" / "results.csv")
    write_probe({"image": 0.79, "decoder": 0.66}, 120, tmp_path / "dann" / "probe")
    (run,) = find_runs(tmp_path)
    assert run.probe == {"image": 0.79, "decoder": 0.66}
    (tmp_path / "dann" / "probe" / "probe.csv").write_text("place\nimage\n")
    with pytest.raises(ResultsError, match=r"probe\.csv cannot be read"):
        find_runs(tmp_path)
