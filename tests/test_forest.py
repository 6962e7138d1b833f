"""Intervals against published values."""

from __future__ import annotations

import pytest

from iimtx import model
from iimtx.answers.forest import clopper_pearson, newcombe


@pytest.mark.parametrize(
    ("events", "people", "low", "high"),
    [
        (4, 10, 0.1216, 0.7376),
        (81, 263, 0.2527, 0.3676),
        (15, 148, 0.0578, 0.1617),
        (1, 29, 0.0009, 0.1776),
        (0, 20, 0.0, 0.1684),
        (20, 20, 0.8316, 1.0),
        (195, 200, 0.9426, 0.9918),
    ],
)
def test_clopper_pearson(events: int, people: int, low: float, high: float) -> None:
    made = clopper_pearson(events, people)
    assert made.value == events / people
    assert (round(made.low, 4), round(made.high, 4)) == pytest.approx((low, high), abs=1.01e-4)


@pytest.mark.parametrize(
    ("treated", "control", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((10, 10), (0, 10), 0.6075, 1.0)],
)
def test_newcombe(treated: tuple[int, int], control: tuple[int, int], low: float, high: float) -> None:
    """Examples of Newcombe 1998, method 10."""
    arms = [model.Arm(label="a", n=n, events=events) for events, n in (treated, control)]
    made = newcombe(*arms)
    assert (round(made.low, 4), round(made.high, 4)) == (low, high)
