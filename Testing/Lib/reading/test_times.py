import math

import pytest

from CMRSegmentationLib.reading.times import evenly_spaced, trusted_times


@pytest.mark.parametrize(("step", "unit"), [(0.04, "s"), (40.0, "ms"), (40000.0, "us")])
def test_a_step_of_40_ms_is_the_same_in_every_unit(step: float, unit: str) -> None:
    times, findings = trusted_times(evenly_spaced(step, 25), unit)
    assert times is not None
    assert times[1] == pytest.approx(40.0)
    assert times[-1] == pytest.approx(960.0)
    assert findings == ()


@pytest.mark.parametrize(("step", "guess"), [(0.04, "s"), (40.0, "ms")])
def test_without_a_unit_the_possible_one_is_taken_and_said(step: float, guess: str) -> None:
    times, findings = trusted_times(evenly_spaced(step, 25), None)
    assert times is not None
    assert times[1] == pytest.approx(40.0)
    assert [f.code for f in findings] == ["time_guessed"]
    assert f"; {guess} was assumed" in findings[0].message


@pytest.mark.parametrize(
    ("step", "frames", "unit"),
    [
        (1.0, 25, None),  # 25 s or 25 ms
        (1.0, 25, "s"),
        (40.0, 25, "s"),  # the unit is stated, so it is not reinterpreted
        (0.04, 25, "ms"),
        (11.9, 25, "ms"),  # 297.5 ms
        (100.1, 25, "ms"),  # 2502.5 ms
        (0.0, 25, "ms"),
        (-40.0, 25, "ms"),
        (math.nan, 25, "ms"),
        (math.inf, 25, None),
    ],
)
def test_what_cannot_be_a_heart_cycle_is_not_trusted(
    step: float, frames: int, unit: str | None
) -> None:
    times, findings = trusted_times(evenly_spaced(step, frames), unit)
    assert times is None
    assert [f.code for f in findings] == ["time_not_trusted"]


@pytest.mark.parametrize("step", [12.0, 100.0])
def test_cycles_of_exactly_300_and_2500_ms_are_trusted(step: float) -> None:
    assert trusted_times(evenly_spaced(step, 25), "ms")[0] is not None


def test_uneven_times_are_kept_as_they_are() -> None:
    assert trusted_times((12.5, 60.0, 250.0, 500.0), "ms") == ((12.5, 60.0, 250.0, 500.0), ())


def test_a_single_frame_needs_no_time() -> None:
    assert trusted_times((0.0,), None) == (None, ())
