import shutil
from dataclasses import replace

import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.segmenting.model import load_bundle
from CMRSegmentationLib.trust.errors import TrustError
from CMRSegmentationLib.trust.estimate import (
    ESTIMATE_FILE,
    REDRAWING_FILE,
    EjectionRange,
    Margin,
    estimate_as_json,
    load_estimate,
    read_estimate,
)
from CMRSegmentationLib.trust.evidence import NAMES, gather
from Testing.bundles import PHANTOM_MODEL
from Testing.Lib.trust.estimates import estimate, give_estimate
from Testing.Lib.trust.hearts import CANVAS, heart, seen, unchanged


@pytest.fixture
def bundle(tmp_path):
    shutil.copytree(PHANTOM_MODEL, tmp_path / "phantom")
    return load_bundle(tmp_path / "phantom")


@pytest.fixture
def rows():
    return gather(seen(heart(), sureness=0.9), unchanged, CANVAS, temperature=1.0)


def test_slices_are_judged_where_something_is_drawn_or_expected(rows):
    slices = estimate().of_slices(rows)
    expected = rows[0, :4, 0, NAMES.index("expected_dice")]
    assert slices[0, :4, 0] == pytest.approx(expected, abs=0.051)
    assert slices[0, 4, 0] == 0.9  # no LV: the table of what is not drawn


def test_slices_far_from_the_heart_are_judged_too(rows):
    rows[0, 4, :, NAMES.index("slices_away")] = 4.0
    assert (estimate().of_slices(rows)[0, 4] == 0.9).all()


def test_a_structure_without_a_voxel_is_not_to_be_believed(rows):
    rows[0, :, 2, NAMES.index("area_cm2")] = 0.0
    volumes = estimate().of_volumes(rows, np.full((1, 5, 3), 0.8))
    assert volumes[0, 2] == 0.0
    assert volumes[0, 0] > 0.5


def test_a_structure_is_as_good_as_its_evidence_and_its_slices_say(rows):
    good, poor = (estimate().of_volumes(rows, np.full((1, 5, 3), dice)) for dice in (0.9, 0.5))
    drawn = rows[0, 4, :, NAMES.index("area_cm2")] == 0
    assert drawn.all()
    assert (good - poor)[0] == pytest.approx([0.2] * 3, abs=0.03)


def test_an_estimate_comes_back_from_its_text(tmp_path, rows):
    (tmp_path / ESTIMATE_FILE).write_text(estimate_as_json(estimate()), encoding="utf-8")
    again = read_estimate(tmp_path / ESTIMATE_FILE)
    assert again.limits == estimate().limits
    assert again.fences == estimate().fences
    assert again.ejection == {Label.LV: EjectionRange(Margin(3.0, 40.0), Margin(2.0, 20.0))}
    np.testing.assert_array_equal(again.of_slices(rows), estimate().of_slices(rows))


def test_a_model_without_an_estimate_has_none(bundle):
    assert load_estimate(bundle) is None


def test_an_estimate_serves_the_weights_that_it_was_fitted_to_and_no_others(bundle):
    give_estimate(bundle)
    assert load_estimate(bundle) is not None
    assert load_estimate(replace(bundle, weights_sha256="other")) is None


def test_an_estimate_without_its_auto_encoder_is_refused(bundle):
    give_estimate(bundle)
    (bundle.folder / REDRAWING_FILE).unlink()
    with pytest.raises(TrustError, match=r"not its redraw\.pt; install it again"):
        load_estimate(bundle)


@pytest.mark.parametrize("text", ["", "{}", '{"schema": 9}'])
def test_a_damaged_estimate_is_refused(bundle, text):
    (bundle.folder / ESTIMATE_FILE).write_text(text, encoding="utf-8")
    with pytest.raises(TrustError):
        load_estimate(bundle)


def test_doubt_widens_the_range_of_an_ejection_fraction_within_0_to_100():
    ejection = EjectionRange(Margin(3.0, 40.0), Margin(2.0, 20.0))
    assert ejection.around(50.0, 1.0, 1.0) == (47.0, 52.0)
    assert ejection.around(50.0, 0.9, 0.8) == pytest.approx((35.0, 58.0))
    assert ejection.around(95.0, 0.5, 0.5)[1] == 100.0
    assert ejection.around(20.0, 0.5, 0.5)[0] == 0.0
