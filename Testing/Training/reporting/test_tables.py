import math
from dataclasses import replace

import pytest

from Testing.Training.scoring.test_results import ROW
from Training.reporting.tables import (
    Table,
    agreement_table,
    comparison_table,
    groups,
    reference_table,
    split_tables,
    splits_of,
    study_table,
    summary_table,
)


def rows_of(patients):
    """{patient: (vendor, dice, hd)} → rows of the LV at ED."""
    return [
        replace(ROW, patient=name, vendor=vendor, dice=dice, hd_mm=hd_mm)
        for name, (vendor, dice, hd_mm) in patients.items()
    ]


ROWS = rows_of(
    {"p1": ("GE", 0.8, 10.0), "p2": ("Siemens", 0.9, 6.0), "p3": ("Siemens", 1.0, math.nan)}
)


def cells(table, line):
    return dict(zip(table.columns, table.rows[line], strict=True))


def test_the_reference_table_has_each_phase_and_both_and_a_line_per_vendor():
    table = reference_table(ROWS, by="vendor")
    assert table.columns[2:] == (
        "RV_ED_DC", "RV_ED_HD", "RV_ES_DC", "RV_ES_HD", "RV_DC", "RV_HD",
        "LV_ED_DC", "LV_ED_HD", "LV_ES_DC", "LV_ES_HD", "LV_DC", "LV_HD",
        "MYO_ED_DC", "MYO_ED_HD", "MYO_ES_DC", "MYO_ES_HD", "MYO_DC", "MYO_HD",
    )  # fmt: skip
    assert [row[:2] for row in table.rows] == [("all", "3"), ("GE", "1"), ("Siemens", "2")]
    assert (cells(table, 0)["LV_ED_DC"], cells(table, 0)["LV_ED_HD"]) == ("0.900", "8.0")
    assert (cells(table, 2)["LV_ED_DC"], cells(table, 2)["LV_ED_HD"]) == ("0.950", "6.0")
    assert cells(table, 0)["RV_ES_DC"] == "–"


def test_both_phases_are_averaged_over_all_their_rows():
    es = [replace(row, phase="ES", dice=0.5) for row in ROWS[:1]]
    table = reference_table([*ROWS, *es])
    assert cells(table, 0)["LV_DC"] == "0.800"  # 0.8, 0.9, 1.0 and 0.5
    assert cells(table, 0)["LV_ED_DC"] == "0.900"


def test_short_and_long_axis_stand_in_one_table():
    long_axis = [replace(row, view="lax_4c", dice=0.7) for row in ROWS]
    table = study_table({"short": ROWS, "long": long_axis, "both": [*ROWS, *long_axis]})
    assert [line[:3] for line in table.rows] == [
        ("short", "SA", "3"), ("long", "LA 4CH", "3"), ("both", "LA 4CH", "3"), ("both", "SA", "3")
    ]  # fmt: skip
    assert cells(table, 1)["LV_DC"] == "0.700"


def test_the_summary_counts_missing_distances_beside_the_mean():
    table = summary_table(ROWS, "hd_mm", by="dataset")
    assert len(table.rows) == 1
    line = cells(table, 0)
    assert (line["patients"], line["mean"], line["median"], line["missing"]) == (
        "2",
        "8.0",
        "8.0",
        "1",
    )
    assert line["95 % interval"] == "6.0 to 10.0"
    assert (line["p5"], line["p95"]) == ("6.2", "9.8")


def test_one_patient_has_a_mean_and_no_interval():
    line = cells(summary_table(ROWS[:1], "dice"), 0)
    assert (line["mean"], line["95 % interval"]) == ("0.800", "–")


def test_levels_are_listed_from_base_to_apex_and_stay_out_of_other_tables():
    rows = [ROW, *(replace(ROW, level=level, dice=0.5) for level in ("apex", "mid", "base"))]
    assert [row[0] for row in summary_table(rows, by="level").rows] == [
        "all",
        "base",
        "mid",
        "apex",
    ]
    assert cells(summary_table(rows, by="vendor"), 0)["mean"] == "0.900"


def test_the_same_name_in_two_data_sets_is_two_patients():
    table = reference_table([ROW, replace(ROW, dataset="acdc")], by="vendor")
    assert table.rows[0][1] == "2"


def test_an_unknown_centre_is_called_unknown():
    assert [name for name, _ in groups([ROW, replace(ROW, centre="")], "centre")] == [
        "all",
        "2",
        "unknown",
    ]


@pytest.mark.parametrize(
    ("metric", "by", "named"), [("dice", "doctor", "doctor"), ("volume", "vendor", "volume")]
)
def test_an_unknown_grouping_or_metric_is_refused_by_name(metric, by, named):
    with pytest.raises(ValueError, match=named):
        summary_table(ROWS, metric, by)


def test_the_agreement_table_states_bias_and_limits_of_the_volume():
    rows = [
        replace(ROW, patient=f"p{n}", predicted_ml=p, true_ml=t)
        for n, (p, t) in enumerate([(104, 100), (122, 120)])
    ]
    line = cells(agreement_table(rows), 0)
    # Differences 4 and 2: bias 3, SD sqrt(2), limits 3 ± 2.8.
    assert (line["measure"], line["patients"], line["SD"], line["MAE"]) == (
        "LV EDV (ml)",
        "2",
        "1.4",
        "3.0",
    )
    assert line["bias (95 %)"] == "3.0 (2.0 to 4.0)"
    assert line["limits of agreement"] == "0.2 to 5.8"
    assert line["regression"] == "0.90 x + 14.0"


def test_one_patient_is_too_few_for_an_agreement():
    assert agreement_table([ROW]).rows == ()


def test_runs_are_compared_on_the_patients_of_both():
    first = rows_of({f"p{n}": ("GE", 0.80 + n / 100, 9.0) for n in range(6)})
    second = rows_of(
        {f"p{n}": ("GE", 0.82 + n / 50, 9.0) for n in range(6)} | {"other": ("GE", 0.1, 90.0)}
    )
    table = comparison_table(first, {"noise": second})
    dice, distance = cells(table, 0), cells(table, 1)
    # Differences 0.02 to 0.07, all positive: p = 2 / 2 ** 6, and twice that after Holm.
    assert (dice["run"], dice["score"], dice["patients"]) == ("noise", "GE LV_ED_DC", "6")
    assert dice["mean difference"] == "+0.045"
    assert (dice["p (Wilcoxon)"], dice["p (Holm)"]) == ("0.0312", "0.0625")
    assert (distance["mean difference"], distance["p (Holm)"]) == ("+0.000", "1")


def test_the_adjustment_by_holm_covers_every_run_and_each_vendor_once():
    first = rows_of({f"p{n}": ("GE" if n % 2 else "Siemens", 0.8, 9.0) for n in range(12)})
    better = [replace(row, dice=row.dice + 0.01 * (n + 1)) for n, row in enumerate(first)]
    table = comparison_table(first, {"noise": better, "blur": better})
    assert [row[:2] for row in table.rows[:2]] == [
        ("noise", "GE LV_ED_DC"),
        ("noise", "GE LV_ED_HD"),
    ]
    # 2 runs × 2 vendors × 2 scores are 8 tests, four of which have p = 2 / 2 ** 6.
    assert len(table.rows) == 8
    assert sorted({row[6] for row in table.rows}) == ["0.25", "1"]


def test_a_score_that_exists_in_one_run_only_is_left_out_of_the_comparison():
    table = comparison_table(
        ROWS, {"b": rows_of({"p1": ("GE", 0.7, 1.0), "p3": ("Siemens", 0.9, 2.0)})}, "dataset"
    )
    dice, distance = cells(table, 0), cells(table, 1)
    assert (dice["patients"], dice["left out"]) == ("2", "0")
    assert (distance["patients"], distance["left out"]) == ("1", "1")


def test_the_views_of_a_patient_are_one_patient_in_a_comparison():
    """The second view of p1 has no distance in the other run, and counts with its Dice alone."""
    first = rows_of({"p1": ("GE", 0.8, 9.0), "p2": ("GE", 0.8, 9.0)})
    first += [replace(row, view="lax_2c", dice=0.6, hd_mm=1.0) for row in first[:1]]
    second = [replace(row, dice=row.dice + 0.1, hd_mm=row.hd_mm + 2.0) for row in first]
    second[2] = replace(second[2], dice=0.9, hd_mm=math.nan)
    dice, distance = (cells(comparison_table(first, {"b": second}), line) for line in (0, 1))
    # p1: 0.1 and 0.3, 0.2 in the mean; p2: 0.1.
    assert (dice["patients"], dice["mean difference"]) == ("2", "+0.150")
    assert (distance["patients"], distance["mean difference"]) == ("2", "+2.000")


def test_runs_without_a_common_patient_are_refused():
    with pytest.raises(ValueError, match="no patient in common"):
        comparison_table(ROWS, {"b": rows_of({"other": ("GE", 0.7, 1.0)})})


def test_results_are_split_by_what_divides_them_and_by_vendor_in_any_case():
    assert splits_of([ROW]) == ["vendor"]
    assert splits_of([ROW, replace(ROW, pathology="DCM"), replace(ROW, level="base")]) == [
        "vendor",
        "pathology",
        "level",
    ]
    assert splits_of([ROW, replace(ROW, centre="5"), replace(ROW, view="lax_4c")]) == [
        "vendor",
        "centre",
        "view",
    ]


def test_every_split_has_the_reference_layout_and_the_distributions():
    rows = [
        ROW,
        *(
            replace(ROW, level=level, dice=d)
            for level, d in (("base", 0.6), ("mid", 0.9), ("apex", 0.5))
        ),
    ]
    reference, dice, *distances = split_tables(rows, "level")
    assert [
        (line[0], cells(reference, n)["LV_ED_DC"]) for n, line in enumerate(reference.rows)
    ] == [
        ("all", "0.900"),
        ("base", "0.600"),
        ("mid", "0.900"),
        ("apex", "0.500"),
    ]
    assert [line[:5] for line in dice.rows][3] == ("apex", "LV", "ED", "1", "0.500")
    assert [table.title for table in distances] == ["HD (mm) by level", "HD95 (mm) by level"]


def test_a_table_becomes_markdown():
    table = Table("Dice by vendor", ("vendor", "mean"), (("A | B", "0.900"), ("C, D", "0.800")))
    assert table.to_markdown() == (
        "**Dice by vendor**\n\n| vendor | mean |\n| --- | ---: |\n| A \\| B | 0.900 |\n| C, D | "
        "0.800 |\n"
    )
