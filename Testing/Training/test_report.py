import json
import re
from dataclasses import replace

import pytest

from Testing.Training.scoring.test_results import ROW
from Training.report import build_report, main, runs_table, seen_table
from Training.reporting.document import Code, Folded, Heading, Picture
from Training.reporting.run_folder import Run
from Training.reporting.strategies import by_strategy, strategy_table
from Training.reporting.tables import METRICS, Table
from Training.scoring.results import write_results


def patients(shift, vendors=("GE", "Siemens")):
    """Three patients of each vendor, ED and ES of the LV, every Dice raised by `shift`."""
    return [
        replace(
            ROW,
            patient=f"{vendor}{n}",
            vendor=vendor,
            phase=phase,
            dice=0.6 + 0.1 * n + 0.1 * (vendor == "Siemens") + shift,
            predicted_ml=volume_ml + 3 * n,
            true_ml=volume_ml + 5 * n,
        )
        for vendor in vendors
        for n in range(3)
        for phase, volume_ml in (("ED", 120.0), ("ES", 50.0))
    ]


def run_of(name, shift, seed, **settings):
    environment = {
        "config": {"seed": seed, **settings},
        "commit": "abc1234",
        "command": f"train {name}.toml",
    }
    metrics = {
        "iteration": [1.0, 2.0],
        "loss": [1.0, 0.5],
        "mean": [0.4, 0.6],
        "seconds": [60.0, 3540.0],
    }
    return Run(name, patients(shift), environment, metrics=metrics)


@pytest.fixture
def runs():
    return [
        run_of("plain_seed1", 0.0, 1, noise=0.0),
        run_of("plain_seed2", 0.02, 2, noise=0.0),
        run_of("noise_seed1", 0.05, 1, noise=0.1),
    ]


def unfolded(blocks):
    """All blocks, with the content of folded ones in their place."""
    for block in blocks:
        yield from unfolded(block.blocks) if isinstance(block, Folded) else [block]


def titles(blocks):
    return [block.title for block in unfolded(blocks) if isinstance(block, Table)]


def test_strategies_are_means_over_seeds_with_their_deviation(runs):
    table = strategy_table(by_strategy(runs))
    assert table.columns == ("strategy", "seeds", "GE", "Siemens")
    # GE: mean Dice 0.7 and 0.72 with the seeds 1 and 2, so 0.71 ± 0.0141; with noise 0.75.
    assert table.rows == (
        ("plain", "2", "0.710 ± 0.014", "0.810 ± 0.014"),
        ("noise_seed1", "1", "0.750", "0.850"),
    )


def test_the_runs_are_listed_with_the_settings_that_tell_them_apart(runs):
    assert runs_table(runs).rows == (
        ("plain_seed1", "1", "59", "6", "noise = 0.0"),
        ("plain_seed2", "2", "59", "6", "noise = 0.0"),
        ("noise_seed1", "1", "59", "6", "noise = 0.1"),
    )


@pytest.mark.parametrize(
    ("baseline", "first", "other"),
    [
        (None, "plain", "noise_seed1"),
        ("plain_seed2", "plain", "noise_seed1"),
        ("plain", "plain", "noise_seed1"),
        ("noise_seed1", "noise_seed1", "plain"),
    ],
)
def test_every_other_strategy_is_compared_with_that_of_the_baseline(runs, baseline, first, other):
    blocks = build_report(runs, baseline)
    assert f"Compared with {first}" in [
        block.text for block in blocks if isinstance(block, Heading)
    ]
    table = next(
        block
        for block in unfolded(blocks)
        if isinstance(block, Table) and block.title.startswith("Difference from")
    )
    # GE LV_ED_DC over the seeds: 0.71 without noise, 0.75 with it, on three patients.
    assert table.rows[0][:4] == (
        other,
        "GE LV_ED_DC",
        "3",
        "+0.040" if other == "noise_seed1" else "-0.040",
    )


def test_strategies_on_other_patients_are_named_instead_of_compared(runs):
    stranger = Run("stranger", [replace(ROW, patient="elsewhere")])
    texts = [getattr(block, "text", "") for block in build_report([runs[0], stranger])]
    assert any(
        "stranger has no patient and view in common with plain_seed1" in text for text in texts
    )


def test_a_run_has_tables_curves_gap_worst_cases_and_agreement(runs):
    blocks = build_report(runs[:1])
    assert [block.text for block in blocks if isinstance(block, Heading)] == [
        "Results of the runs",
        "Summary",
        "Details",
        "plain_seed1",
    ]
    assert {"Dice by vendor", "Mean Dice by vendor and the gap between them"} <= set(titles(blocks))
    assert {"The 10 lowest Dice scores", "Prediction against expert"} <= set(titles(blocks))
    names = [
        block.name.removeprefix("plain_seed1 ")
        for block in unfolded(blocks)
        if isinstance(block, Picture)
    ]
    assert names == ["learning", "dice by vendor", "hd", "lv_edv", "lv_esv", "lv_ef"]


def test_short_and_long_axis_runs_stand_in_one_report(runs):
    """Both are of the same patients, in views that do not compare: a traceback before."""
    long_axis = [replace(row, view="lax_4c", level="all") for row in runs[0].rows]
    other = Run("long", long_axis, {"config": {"view": "lax_4c"}})
    blocks = list(build_report([runs[0], other]))
    study = next(b for b in unfolded(blocks) if isinstance(b, Table) and "Short axis" in b.title)
    assert {line[1] for line in study.rows} == {"SA", "LA 4CH"}
    assert any("no patient and view in common" in getattr(b, "text", "") for b in blocks)


def test_strategies_have_a_forest_plot_of_every_comparison(runs):
    forest = next(b for b in build_report(runs) if isinstance(b, Picture) and b.name == "forest")
    names = [label.get_text() for label in forest.figure.axes[0].get_yticklabels()]
    assert names == [
        "noise_seed1, Siemens (n = 3)", "noise_seed1, GE (n = 3)", "noise_seed1, all (n = 6)"
    ]  # fmt: skip


def test_pathologies_that_were_not_trained_on_are_apart(runs):
    trained = {"train": [{"pathology": ROW.pathology}]}
    rows = [*runs[0].rows, *(replace(r, patient="new", pathology="TRI") for r in runs[0].rows[:1])]
    run = replace(runs[0], rows=rows, environment=runs[0].environment | {"examinations": trained})
    assert [line[0] for line in seen_table(run).rows] == ["all", "not seen", "seen"]
    assert seen_table(runs[0]) is None


def test_every_split_and_every_score_can_be_unfolded(runs):
    rows = [*runs[0].rows, *(replace(row, level="apex", dice=0.4) for row in runs[0].rows)]
    folded = {
        block.title: block.blocks
        for block in build_report([replace(runs[0], rows=rows)])
        if isinstance(block, Folded)
    }
    assert {"plain_seed1 by vendor", "plain_seed1 by level"} <= folded.keys()
    every = folded["plain_seed1, every score"]
    assert [table.title.split(" by ")[0] for table in every] == list(METRICS.values())


def test_the_commands_lead_from_the_raw_data_to_the_report(runs):
    scored = replace(runs[0], evaluation={"command": "evaluate plain"})
    code = next(
        block.text for block in unfolded(build_report([scored])) if isinstance(block, Code)
    ).splitlines()
    assert code[0] == "python -m Training.prepare acdc --raw acdc --cache cache"
    assert code[2:5] == ["# plain_seed1", "train plain_seed1.toml", "evaluate plain"]
    assert code[5] == "# this report"


def test_the_command_writes_both_reports_from_a_folder_of_runs(tmp_path):
    folder = tmp_path / "plain_seed1"
    folder.mkdir()
    write_results(patients(0.01), folder / "results.csv")
    environment = {
        "config": {"seed": 1},
        "commit": "abc1234",
        "command": "python -m Training.train plain.toml",
    }
    (folder / "run.json").write_text(json.dumps(environment))
    assert main([str(tmp_path), "--out", str(tmp_path / "report")]) == 0
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    text = (tmp_path / "report" / "report.md").read_text(encoding="utf-8")
    assert "commit abc1234" in text
    assert "python -m Training.train plain.toml" in page
    assert not re.search(r"""(src|href)=["'](?!data:)""", page)


@pytest.mark.parametrize("extra", [[], ["--baseline", "other"]])
def test_a_folder_without_runs_or_an_unknown_baseline_ends_with_status_1(tmp_path, capsys, extra):
    if extra:
        write_results([ROW], tmp_path / "results.csv")
    assert main([str(tmp_path), *extra]) == 1
    assert ("'other'" if extra else "evaluate a run first") in capsys.readouterr().err
