"""The heat map's finding speaks only when the data bear it."""

import pytest

from xingji.kernel.metrics.finding import stands_out, upper_tail


def cell(channel, median, answered, slower):
    return {"channel": channel, "weekday(created_at)": 2, "hour(created_at)": 14, "lead_first_response": median, "answered": answered, "slower": slower, "n": answered}


def test_the_tail_is_exact():
    assert upper_tail(0, 5) == 1
    assert upper_tail(5, 5) == pytest.approx(1 / 32)
    assert upper_tail(4, 5) == pytest.approx(6 / 32)


def test_a_slow_cell_of_enough_leads_stands_out():
    assert stands_out([cell("douyin", 192.0, 12, 12), cell("site", 40.0, 30, 12)], 48.0)["channel"] == "douyin"


@pytest.mark.parametrize("wrong", [
    cell("douyin", 192.0, 7, 7),  # too few
    cell("douyin", 90.0, 12, 12),  # not twice as slow
    cell("douyin", 192.0, 12, 8),  # chance would do it
])  # fmt: skip
def test_it_is_silent_otherwise(wrong):
    assert stands_out([wrong], 48.0) is None


def test_the_more_cells_are_looked_at_the_stronger_the_proof_must_be():
    one = cell("douyin", 192.0, 8, 8)  # p = 1/256
    assert stands_out([one], 48.0) == one
    assert stands_out([one, *(cell(f"c{n}", 40.0, 8, 3) for n in range(20))], 48.0) is None
