import pytest

from Testing.Lib.trust.estimates import estimate
from Testing.Training.judged_rows import many_rows, phase_rows
from Training.reporting.trust_tables import Share, trust_tables, worst_misses
from Training.scoring.judged import judge_phases


@pytest.fixture(scope="module")
def text():
    own, other = many_rows(12), [phase_rows("P1", network="other")]
    return trust_tables(judge_phases([*own, *other], estimate()), estimate(), "model")


def test_a_share_has_the_interval_of_wilson():
    assert str(Share(19, 20)) == "95 % (19 of 20; 76 to 99)"
    assert str(Share(0, 0)) == "none"


def test_there_is_a_table_for_every_way_to_divide(text):
    for title in ("All segmentations", "By data set", "By phase", "By failure", "By slice level"):
        assert f"**{title}**" in text
    assert "Ejection fractions" in text
    for images in ("as they are", "with a failure"):
        assert f"| LV | {images} |" in text


def test_other_networks_have_a_table_of_their_own(text):
    own, networks = text.split("**By network**")
    assert "other |" not in own
    assert "| other |" in networks


def test_good_slices_and_those_between_are_told_apart(text):
    header = next(line for line in text.splitlines() if line.startswith("| group |"))
    for column in (
        "slices below 0.6",
        "slices of 0.8 and more",
        "slices between",
        "rightly empty slices",
    ):
        assert f"{column}, marked" in header


def test_bad_segmentations_are_counted_with_those_flagged(text):
    row = next(line for line in text.splitlines() if line.startswith("| all |"))
    assert (
        "(12 of 12;" in row
    )  # six of the twelve levels make a structure below 0.7, two phases each


def test_the_worst_miss_is_the_one_that_is_estimated_too_high_by_most():
    judged = judge_phases(many_rows(12), estimate())
    misses = worst_misses(judged, 5)
    beyond = [miss.estimate - miss.dice for miss in misses]
    assert beyond == sorted(beyond, reverse=True)
    assert beyond[0] == max((one.volumes - one.rows.volume_dice).max() for one in judged)
