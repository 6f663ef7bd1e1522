"""Figures by every leading part of their groups: counts, shares and middles put together from cells."""

import random
from types import SimpleNamespace

import pytest

from xingji.kernel.cel import Kind
from xingji.kernel.records.levels import LEVEL, Cells, Figure, middle, tell

ROWS = SimpleNamespace(names=["channel", "hour"], groups=[("", Kind.text), ("", Kind.integer)])


def cells() -> Cells:
    """Bits: 1 answered, 2 converted."""
    made = Cells(1)
    for cell, n, values in (
        (("b", 9, 1), 2, [4.0, 2.0]), (("b", 9, 3), 1, [3.0]), (("b", 10, 0), 5, []), ((None, 9, 1), 3, [3.0, 9.0, 3.0]), (("a", 9, 2), 1, [70.0]),
    ):  # fmt: skip
        made.counts[cell] = n
        made.values[0][cell] += values
    return made


def told(*figures: Figure) -> list[tuple]:
    """(level, channel, hour, *figures)"""
    return [(row[LEVEL], row["channel"], row["hour"], *(row[one.name] for one in figures)) for row in tell(ROWS, figures, cells())]


def test_each_leading_part_of_the_groups_is_told_once_and_empty_ones_come_last():
    assert told(Figure("n", "count", Kind.integer)) == [
        (0, None, None, 12), (1, "a", None, 1), (1, "b", None, 8), (1, None, None, 3), (2, "a", 9, 1), (2, "b", 9, 3), (2, "b", 10, 5), (2, None, 9, 3)
    ]  # fmt: skip


def test_what_holds_is_counted_and_shared_among_those_it_is_asked_of():
    answered, share = Figure("answered", "count", Kind.integer, where=1), Figure("of", "share", Kind.double, where=1, held=3)
    assert [row[2:] for row in told(answered, share) if row[0] < 2] == [(None, 6, 1 / 6), (None, 0, None), (None, 3, 1 / 3), (None, 3, 0.0)]


def test_the_middle_is_of_those_asked_and_above_it_lies_what_is_larger_than_that_of_all():
    figures = Figure("median", "median", Kind.double, where=1), Figure("above", "above", Kind.double, where=1)
    # All answered: 2 3 3 3 4 9, the middle 3; equal ones do not lie above.
    assert [row[1:] for row in told(*figures)] == [
        (None, None, 3.0, 2), ("a", None, None, 0), ("b", None, 3.0, 1), (None, None, 3.0, 1), ("a", 9, None, 0), ("b", 9, 3.0, 1), ("b", 10, None, 0), (None, 9, 3.0, 1)
    ]  # fmt: skip


def test_other_measures_come_in_the_unit_of_their_kind():
    figures = [Figure(fn, fn, Kind.money, where=1) for fn in ("sum", "avg", "min", "max")] + [Figure("seconds", "avg", Kind.duration, where=1)]
    assert told(*figures)[0][3:] == (24, 4, 2, 9, 4 / 1_000_000)
    assert told(Figure("half", "median", Kind.money, where=3))[2][3] == 3


@pytest.mark.parametrize("count", [1, 2, 7, 2_001, 9_000])
def test_the_middle_of_many_runs_is_that_of_all_values(count):
    chosen = random.Random(count)
    for spread in (3, 40, 10**9):
        values = [float(chosen.randrange(spread)) + chosen.choice((0, 0.1)) for _ in range(count)]
        runs: list[list[float]] = [[] for _ in range(chosen.randrange(1, 50))]
        for value in values:
            chosen.choice(runs).append(value)
        ordered = sorted(values)
        low, high = ordered[(count - 1) // 2], ordered[count // 2]
        assert middle([sorted(run) for run in runs]) == low + (high - low) * 0.5
    assert middle([[], []]) is None
