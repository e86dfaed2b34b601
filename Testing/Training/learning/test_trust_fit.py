from dataclasses import replace

import numpy as np
import pytest

from CMRSegmentationLib.image import Label
from CMRSegmentationLib.trust.estimate import EjectionRange, Margin
from CMRSegmentationLib.trust.evidence import NAMES
from Testing.Training.judged_rows import many_rows
from Training.learning import trust_fit
from Training.learning.trust_fit import (
    FitError,
    cross_validated,
    ejection_pairs,
    ejection_ranges,
    fit_estimate,
    limits_of,
    missing_limit,
)
from Training.scoring.judged import judge_phases


@pytest.fixture(scope="module", autouse=True)
def few_trees():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trust_fit, "TREES", 40)
        yield


@pytest.fixture(scope="module")
def estimate():
    return fit_estimate(many_rows(), "model", 1.2)


def test_what_the_evidence_tells_is_learned(estimate):
    judged = judge_phases(many_rows(), estimate)
    true = np.concatenate([one.rows.volume_dice for one in judged])
    likely = np.concatenate([one.volumes for one in judged])
    assert np.abs(likely - true).mean() < 0.03
    assert np.corrcoef(likely, true)[0, 1] > 0.95


def test_every_patient_is_judged_once_by_trees_that_never_saw_it():
    judged = cross_validated(many_rows(10), "model", 1.0)
    assert len(judged) == 20
    assert len({(one.rows.source.patient, one.rows.source.phase) for one in judged}) == 20


def test_a_plane_by_itself_is_doubtful_as_a_whole_where_it_is_as_a_slice(estimate):
    planes = [_first_slice(one) for one in judge_phases(many_rows(), estimate)]
    limits = limits_of(planes, "model")
    assert limits.volume_doubtful == limits.slice_doubtful
    assert limits_of([*planes, judge_phases(many_rows(5), estimate)[-1]], "model") != limits


def _first_slice(one):
    rows = replace(one.rows, slices=one.rows.slices[:1], pixels=one.rows.pixels[:1])
    return replace(one, rows=rows, slices=one.slices[:1])


def test_limits_mark_few_of_the_good_and_nearly_all_of_the_bad(estimate):
    judged = judge_phases(many_rows(), estimate)
    limit = estimate.limits[Label.LV].volume_doubtful
    lowest = np.array([one.volumes.min() for one in judged])
    true = np.array([one.rows.volume_dice.min() for one in judged])
    assert (lowest[true >= trust_fit.GOOD_DICE] < limit).mean() <= 0.2
    assert (lowest[true < trust_fit.BAD_DICE] < limit).all()


def test_limits_leave_5_percent_of_the_good_volumes_and_8_of_the_good_slices_below(estimate):
    judged = judge_phases(many_rows(), estimate)
    limits = limits_of(judged, "model")
    of_good = [one.volumes.min() for one in judged if one.rows.volume_dice.min() >= 0.85]
    assert limits.volume_doubtful == pytest.approx(np.quantile(of_good, 0.05), abs=1e-3)
    large = np.concatenate([one.rows.largest_cm2 >= 1.0 for one in judged])
    good = np.concatenate([one.rows.slice_dice >= 0.8 for one in judged]) & large
    slices = np.concatenate([one.slices for one in judged])[good]
    assert limits.slice_doubtful == pytest.approx(np.quantile(slices, 0.08), abs=1e-3)


def test_the_limit_of_volumes_is_that_of_images_as_they_are(estimate):
    judged = judge_phases(many_rows(), estimate)
    blurred = [replace(one, rows=_failed(one.rows), volumes=one.volumes - 0.2) for one in judged]
    limits = limits_of(judged, "model")
    assert limits_of([*judged, *blurred], "model").volume_doubtful == limits.volume_doubtful
    with pytest.raises(FitError, match="Expected good segmentations"):
        limits_of(blurred, "model")


def _failed(rows):
    return replace(rows, source=replace(rows.source, failure="blur"))


def test_more_agreement_never_makes_a_worse_estimate(estimate):
    rows = many_rows(2)[0].slices[None].copy()
    column = NAMES.index("expected_dice")
    estimates = []
    for value in np.linspace(0, 1, 21):
        rows[..., column] = value
        estimates.append(estimate.of_slices(rows)[0, 0, 0])
    assert (np.diff(estimates) >= 0).all()


def test_both_phases_of_an_examination_make_one_ejection_fraction():
    pairs = ejection_pairs(cross_validated(many_rows(10), "model", 1.0), Label.LV)
    assert pairs.shape == (10, 2)
    assert (pairs[:, 1] == 0).all()  # drawn and true have the same size


def test_cines_with_a_failure_are_told_apart_from_those_without():
    sound = cross_validated(many_rows(10), "model", 1.0)
    blurred = [replace(one, rows=_failed(one.rows)) for one in sound[:4]]
    assert len(ejection_pairs([*sound, *blurred], Label.LV)) == 10
    assert len(ejection_pairs([*sound, *blurred], Label.LV, failed=True)) == 2


def test_the_errors_of_other_networks_widen_the_side_on_which_they_lie():
    own = cross_validated(many_rows(10), "model", 1.0)
    shrunk = [_drawn_smaller(one) for one in own if one.rows.source.phase == "ES"]
    other = [*shrunk, *[_of_other(one) for one in own if one.rows.source.phase == "ED"]]
    alone, wider = (ejection_ranges(rows, "model")[Label.LV] for rows in (own, [*own, *other]))
    errors = ejection_pairs(other, Label.LV)[:, 1]
    assert (errors > 0).all()  # of the model above the experts': these lie below it
    narrowest = Margin(trust_fit.MINIMUM_RANGE, 0.0)
    assert alone == EjectionRange(narrowest, narrowest)
    assert wider.below.least >= errors.min()
    assert wider.above == narrowest


def test_without_a_cine_of_its_own_a_model_has_no_range():
    assert ejection_ranges(cross_validated(many_rows(10), "model", 1.0), "another") == {}


def _of_other(one):
    source = replace(one.rows.source, network="other")
    return replace(one, rows=replace(one.rows, source=source))


def _drawn_smaller(one):
    """What another network drew 25 % too small."""
    pixels = one.rows.pixels.copy()
    pixels[..., 0] = pixels[..., 0] * 3 // 4
    other = _of_other(one)
    return replace(other, rows=replace(other.rows, pixels=pixels))


def test_as_many_rightly_empty_slices_are_doubtful_as_may_be():
    judged = [_emptied(one) for one in cross_validated(many_rows(10), "model", 1.0)]
    chances = np.concatenate([1 - one.slices[:4].ravel() for one in judged])
    marked = (chances > missing_limit(judged)).mean()
    assert marked == pytest.approx(trust_fit.EMPTY_SLICES_MARKED, abs=0.01)


def test_without_an_empty_slice_only_what_is_surely_missed_is_doubtful():
    assert missing_limit(cross_validated(many_rows(5), "model", 1.0)) == 0.833


def _emptied(one):
    """Without anything in the first four slices, of which one chance is as likely as another."""
    pixels = one.rows.pixels.copy()
    pixels[:4] = 0
    rng = np.random.default_rng(int(one.rows.volumes.sum() * 1e6))
    return replace(
        one, rows=replace(one.rows, pixels=pixels), slices=rng.uniform(size=one.slices.shape)
    )


def test_too_few_patients_are_refused():
    with pytest.raises(FitError, match="5 patients or more to fit on, found 3"):
        fit_estimate(many_rows(3), "model", 1.0)
