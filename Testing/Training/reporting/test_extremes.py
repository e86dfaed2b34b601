from dataclasses import replace

from Testing.Training.scoring.test_results import ROW
from Testing.Training.test_report import patients
from Training.reporting.extremes import gap_table, worst_table


def test_a_single_vendor_has_no_gap():
    rows = [row for row in patients(0.0) if row.vendor == "GE"]
    gap = gap_table(rows)
    assert gap.columns == ("", "GE", "gap")
    assert {line[-1] for line in gap.rows} == {"–"}


def test_the_worst_case_comes_first_and_a_missed_structure_before_a_near_one():
    missed = replace(ROW, patient="missed", dice=0.0, hd_mm=float("nan"))
    near = replace(ROW, patient="near", dice=0.0, hd_mm=4.0)
    table = worst_table([*patients(0.0), near, missed], count=3)
    assert [(line[0], line[-2], line[-1]) for line in table.rows] == [
        ("mnms/missed", "0.000", "–"),
        ("mnms/near", "0.000", "4.0"),
        ("mnms/GE0", "0.600", "7.5"),
    ]
