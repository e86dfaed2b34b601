import math

import numpy as np
import pytest

from Training.reporting.agreement_figures import agreement_figure

TRUTH_ML = [100.0, 120.0, 140.0, 160.0]
PREDICTED_ML = [104.0, 122.0, 146.0, 168.0]  # differences 4, 2, 6, 8: mean 5, SD sqrt(20 / 3)


def test_the_bland_altman_panel_shows_means_differences_bias_and_limits():
    axes = agreement_figure(PREDICTED_ML, TRUTH_ML, name="LV EDV", unit="ml").axes[0]
    np.testing.assert_allclose(
        axes.collections[0].get_offsets(), [[102, 4], [121, 2], [143, 6], [164, 8]]
    )
    limit = 1.96 * math.sqrt(20 / 3)
    assert [line.get_ydata()[0] for line in axes.lines] == pytest.approx([5, 5 - limit, 5 + limit])
    assert "bias 5.0 ml" in axes.get_title()
    (low, high), (left, right) = axes.get_ylim(), axes.get_xlim()
    assert low < 5 - limit < 2 < 8 < 5 + limit < high
    assert left < 102 < 164 < right


def test_the_regression_panel_draws_identity_and_the_least_squares_line():
    axes = agreement_figure(PREDICTED_ML, TRUTH_ML, name="LV EDV", unit="ml").axes[1]
    identity, fitted = axes.lines
    np.testing.assert_allclose(identity.get_ydata(), [100, 168])
    np.testing.assert_allclose(fitted.get_ydata(), [1.08 * 100 - 5.4, 1.08 * 168 - 5.4])
    assert "y = 1.08 x − 5.4" in axes.get_title()


def test_each_vendor_has_its_own_points_and_name():
    groups = ["Siemens", "GE", "Siemens", "Canon"]
    axes = agreement_figure(PREDICTED_ML, TRUTH_ML, name="LV EDV", unit="ml", groups=groups).axes[0]
    names = {text.get_text() for text in axes.get_legend().get_texts()}
    assert names == {"bias", "95 % limits", "Canon", "GE", "Siemens"}
    assert [len(points.get_offsets()) for points in axes.collections] == [1, 1, 2]


def test_what_a_constant_prediction_does_not_have_is_a_dash():
    axes = agreement_figure([0.0] * 4, TRUTH_ML, name="RV EDV", unit="ml").axes[1]
    assert "r = –" in axes.get_title()
    assert "nan" not in axes.get_title()
