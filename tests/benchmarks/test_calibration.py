from __future__ import annotations

import itertools

import pytest

from benchmarks.calibration import REFERENCE, calibrate, calibrated, mix, one_round


def test_the_ratio_is_that_of_the_median_round_to_the_reference() -> None:
    seconds = REFERENCE.seconds
    calibration = calibrated([seconds * 2, seconds * 50, seconds])
    assert calibration.ratio == pytest.approx(2)
    assert calibration.seconds == seconds * 2


def test_the_round_that_warms_up_does_not_count() -> None:
    ticks = iter([0.0, 9.0, 10.0, 11.0, 20.0, 21.0])
    calibration = calibrate(2, clock=lambda: next(ticks), work=lambda: None)
    assert calibration.seconds == 1


def test_a_round_takes_what_the_clock_says() -> None:
    ticks = itertools.count(step=3)
    assert one_round(clock=lambda: next(ticks), work=lambda: None) == 3


def test_the_mix_is_the_same_work_every_time() -> None:
    assert mix() == mix()
