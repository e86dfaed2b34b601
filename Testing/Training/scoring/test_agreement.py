import math

import numpy as np
import pytest

from Training.scoring.agreement import (
    bootstrap_mean_interval,
    compare_paired,
    holm,
    icc_a1,
    measure_agreement,
    summarize,
)

TRUTH_ML = [100.0, 120.0, 140.0, 160.0]
PREDICTED_ML = [104.0, 122.0, 146.0, 168.0]  # differences 4, 2, 6, 8: mean 5, SD sqrt(20 / 3)


def test_bias_sd_limits_and_mean_absolute_error_of_four_volumes():
    agreement = measure_agreement(PREDICTED_ML, TRUTH_ML)
    assert agreement.pairs == 4
    assert agreement.bias == pytest.approx(5.0)
    assert agreement.sd == pytest.approx(math.sqrt(20 / 3))
    assert agreement.lower_limit == pytest.approx(5 - 1.96 * math.sqrt(20 / 3))
    assert agreement.upper_limit == pytest.approx(5 + 1.96 * math.sqrt(20 / 3))
    assert agreement.mae == pytest.approx(5.0)


def test_regression_and_correlation_of_four_volumes():
    agreement = measure_agreement(PREDICTED_ML, TRUTH_ML)
    # Sxx = 900 + 100 + 100 + 900 = 2000, predicted mean 135: Sxy = -30*-31 + -10*-13 + 10*11 +
    # 30*33 = 2160.
    assert agreement.slope == pytest.approx(1.08)
    assert agreement.intercept == pytest.approx(135 - 1.08 * 130)
    # Syy = 961 + 169 + 121 + 1089 = 2340.
    assert agreement.pearson == pytest.approx(2160 / math.sqrt(2000 * 2340))


def test_mean_absolute_error_does_not_cancel_but_bias_does():
    agreement = measure_agreement([57.0, 63.0], [60.0, 60.0])
    assert agreement.bias == 0
    assert agreement.mae == 3
    assert math.isnan(agreement.slope)
    assert math.isnan(agreement.pearson)


def test_a_patient_without_a_value_is_left_out():
    assert measure_agreement([*PREDICTED_ML, math.nan], [*TRUTH_ML, 90.0]) == measure_agreement(
        PREDICTED_ML, TRUTH_ML
    )


def test_agreement_of_one_patient_is_refused():
    with pytest.raises(ValueError, match="at least 2 patients"):
        measure_agreement([50.0, math.nan], [51.0, 60.0])


def test_values_that_cannot_be_paired_are_refused():
    with pytest.raises(ValueError, match="one pair of values per patient"):
        measure_agreement([50.0, 51.0, 52.0], [51.0, 60.0])


def test_the_icc_of_the_example_of_shrout_and_fleiss_is_0_29():
    # Table 2 of Shrout and Fleiss 1979 (doi:10.1037/0033-2909.86.2.420): MSR 11.24, MSC 32.49, MSE
    # 1.02.
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert icc_a1(ratings) == pytest.approx(
        (11.242 - 1.019) / (11.242 + 3 * 1.019 + 4 / 6 * (32.486 - 1.019)), rel=1e-3
    )
    assert round(icc_a1(ratings), 2) == 0.29


def test_a_constant_offset_lowers_the_icc_of_absolute_agreement():
    # Offset 20: MSR = 2 * 2000 / 3, MSE = 0, MSC = 4 * 2 * 10 ** 2 = 800.
    ratings = np.stack([np.array(TRUTH_ML) + 20, TRUTH_ML], axis=1)
    msr = 4000 / 3
    assert icc_a1(ratings) == pytest.approx(msr / (msr + 2 / 4 * 800))
    assert icc_a1(np.stack([TRUTH_ML, TRUTH_ML], axis=1)) == pytest.approx(1.0)


def test_the_icc_of_equal_values_is_not_a_number():
    assert math.isnan(icc_a1([[5.0, 5.0], [5.0, 5.0]]))


def test_the_bootstrap_interval_depends_on_the_seed_alone():
    values, patients = np.random.default_rng(3).normal(0.9, 0.05, 40), np.arange(40)
    assert bootstrap_mean_interval(values, patients, seed=1) == bootstrap_mean_interval(
        values, patients, seed=1
    )
    assert bootstrap_mean_interval(values, patients, seed=1) != bootstrap_mean_interval(
        values, patients, seed=2
    )


def test_the_bootstrap_interval_of_a_normal_sample_is_near_its_formula():
    values = np.random.default_rng(3).normal(0.9, 0.05, 400)
    low, high = bootstrap_mean_interval(values, np.arange(400))
    half = 1.96 * values.std(ddof=1) / math.sqrt(400)
    assert low == pytest.approx(values.mean() - half, abs=0.15 * half)
    assert high == pytest.approx(values.mean() + half, abs=0.15 * half)


def test_two_patients_seen_many_times_are_still_two_patients():
    # Drawing two of two patients gives the means 0, 0.5 and 1 with probability 1/4, 1/2 and 1/4.
    values, patients = [0.0] * 50 + [1.0] * 50, ["a"] * 50 + ["b"] * 50
    assert bootstrap_mean_interval(values, patients) == (0.0, 1.0)
    assert bootstrap_mean_interval(values, range(100))[0] > 0.35


def test_one_patient_has_no_interval():
    assert all(math.isnan(end) for end in bootstrap_mean_interval([0.8, 0.9], ["a", "a"]))


def test_a_summary_counts_missing_values_and_leaves_them_out_of_the_mean():
    summary = summarize([1.0, 2.0, 3.0, math.nan], ["a", "a", "b", "c"])
    assert (summary.patients, summary.values, summary.missing) == (2, 3, 1)
    assert summary.mean == pytest.approx(2.0)
    assert summary.median == pytest.approx(2.0)
    assert (summary.p5, summary.p95) == pytest.approx((1.1, 2.9))
    assert (summary.low, summary.high) == pytest.approx((1.5, 3.0))


def test_a_summary_without_values_is_not_a_number():
    summary = summarize([math.nan, math.nan], ["a", "b"])
    assert (summary.patients, summary.values, summary.missing) == (0, 0, 2)
    assert math.isnan(summary.mean)
    assert math.isnan(summary.median)


def test_holm_multiplies_sorted_p_values_by_the_tests_left_and_never_lets_them_fall():
    # Sorted 0.01 * 4, 0.02 * 3, 0.025 * 2 (raised to 0.06), 0.6 * 1.
    assert holm([0.02, 0.6, 0.01, 0.025]) == pytest.approx([0.06, 0.6, 0.04, 0.06])
    assert holm([0.8, 0.9]) == [1.0, 1.0]


def test_six_patients_that_all_improve_give_a_wilcoxon_p_of_2_in_64():
    first = np.array([0.80, 0.81, 0.82, 0.83, 0.84, 0.85])
    second = first + np.array([0.01, 0.02, 0.03, 0.04, 0.05, 0.06])
    better, same = compare_paired({"RV_ED_DC": (first, second), "LV_ED_DC": (first, first)})
    assert better.p == pytest.approx(2 / 64)
    assert better.p_holm == pytest.approx(2 * 2 / 64)
    assert better.mean == pytest.approx(0.035)
    assert 0.01 < better.low < 0.035 < better.high < 0.06
    assert (same.p, same.p_holm, same.mean) == (1.0, 1.0, 0.0)


def test_patients_missing_in_one_run_are_left_out_and_counted():
    (row,) = compare_paired({"RV_ED_HD": ([1.0, 2.0, math.nan], [2.0, 4.0, 3.0])})
    assert (row.pairs, row.left_out, row.mean) == (2, 1, 1.5)


def test_runs_without_a_common_patient_are_refused_by_name():
    with pytest.raises(ValueError, match="RV_ES_HD"):
        compare_paired({"RV_ES_HD": ([math.nan], [2.0])})
