"""Figures of mining on small logs worked out by hand, and the promises of the matched comparison."""

import random

import pytest

from xingji.features.mining.causes import gather_causes
from xingji.features.mining.chart import draw_chart
from xingji.features.mining.compare import compare_delayed, compare_groups
from xingji.features.mining.log import Case, Log, quantile
from xingji.features.mining.sandbox import FLOOR, what_if

HOUR, DAY = 3_600.0, 86_400.0
NAMES = ["ask", "visit", "quote", "won", "lost"]
LABELS = [{"zh": name, "en": name} for name in NAMES]


def case(key: str, *steps: tuple[str, float], data: tuple = ()) -> Case:
    return Case(key, tuple(NAMES.index(name) for name, _ in steps), [at * HOUR for _, at in steps], data)


def log(*cases: Case, ends: bool = False) -> Log:
    return Log(NAMES, LABELS, list(cases), frozenset({3, 4}) if ends else frozenset(), frozenset({3}) if ends else frozenset())


STRAIGHT = [case(str(n), ("ask", 0), ("visit", 2 + n), ("quote", 10)) for n in range(3)]
LOOP = case("loop", ("ask", 0), ("visit", 1), ("quote", 5), ("visit", 9), ("visit", 10), ("quote", 40))


def test_the_chart_counts_edges_starts_ends_and_tells_returns_from_self_loops():
    chart = draw_chart(log(*STRAIGHT, LOOP))
    edges = {(one["from"], one["to"]): one for one in chart["edges"]}
    assert {pair: one["count"] for pair, one in edges.items()} == {("ask", "visit"): 4, ("visit", "quote"): 5, ("quote", "visit"): 1, ("visit", "visit"): 1}
    assert [edges[pair]["rework"] for pair in (("ask", "visit"), ("quote", "visit"), ("visit", "visit"))] == [None, "return", "self"]
    assert (edges["ask", "visit"]["median"], edges["ask", "visit"]["p90"], edges["visit", "quote"]["cases"]) == (2.5, 3.7, 4)
    assert chart["rework"] == {"cases": 1, "share": 0.25, "self_loops": 1, "returns": 2}
    assert (chart["events"], chart["cases"], chart["variants"]) == (15, 4, 2)
    assert [(one["key"], one["starts"], one["ends"]) for one in chart["activities"]] == [("visit", 0, 0), ("quote", 0, 4), ("ask", 4, 0)]
    assert next((one["steps"], one["cases"], one["share"], one["median"]) for one in chart["ways"]) == (["ask", "visit", "quote"], 3, 0.75, 10.0)


def test_coverage_draws_the_usual_ways_and_least_leaves_rare_edges_out():
    chart = draw_chart(log(*STRAIGHT, LOOP), coverage=0.75)
    assert chart["shown"] == {"cases": 3, "variants": 1, "edges": 2, "edges_left_out": 0}
    assert chart["cases"] == 4
    chart = draw_chart(log(*STRAIGHT, LOOP), least=2)
    assert [one["count"] for one in chart["edges"]] == [5, 4]
    assert chart["shown"]["edges_left_out"] == 2


def test_bottlenecks_by_all_waiting_and_by_median():
    found = draw_chart(log(*STRAIGHT, LOOP))["bottlenecks"]
    assert next((one["from"], one["to"]) for one in found["by_total"]) == ("visit", "quote")
    assert found["by_total"][0]["total"] == 8 + 7 + 6 + 4 + 30
    assert sum(one["share"] for one in found["by_total"]) == pytest.approx(1)
    assert [(one["from"], one["count"]) for one in found["by_median"]] == [("visit", 5), ("ask", 4)]  # the loop is too rare


def test_the_extra_time_of_delayed_cases_adds_up_to_their_later_end():
    found = compare_delayed(log(*STRAIGHT, LOOP))
    assert (found["normal"]["cases"], found["delayed"]["cases"], found["threshold"]) == (3, 1, 17.5)
    gap = found["delayed"]["cycle"]["mean"] - found["normal"]["cycle"]["mean"]
    assert sum(one["extra"] for one in found["edges"]) == pytest.approx(gap) == 30
    assert (found["edges"][0]["from"], found["edges"][0]["to"], found["edges"][0]["extra"]) == ("visit", "quote", 34 - 7)
    assert compare_delayed(log(*STRAIGHT, LOOP), threshold_hours=100)["delayed"]["cases"] == 0


def test_a_case_that_knows_its_ends_is_cut_there_and_running_ones_are_left_out():
    done = case("d", ("ask", 0), ("won", 5), ("visit", 50))
    running = case("r", ("ask", 0), ("visit", 900))
    assert compare_delayed(log(done, running, ends=True))["normal"]["cycle"]["median"] == 5


def test_groups_are_told_apart_by_their_dimension():
    cases = [case(str(n), ("ask", 0), ("won" if n else "lost", n + 1), data=("east",)) for n in range(4)]
    found = compare_groups(log(*cases, case("x", ("ask", 0), data=(None,)), ends=True))
    assert [(one["value"], one["cases"], one["finished"], one["won"]) for one in found["groups"]] == [("east", 4, 4, 0.75), (None, 1, 0, None)]


def test_approvals_hold_a_case_once_and_lost_notices_count_where_it_waited():
    found = gather_causes(log(LOOP), {"loop": [(2 * HOUR, 4 * HOUR), (3 * HOUR, 6 * HOUR)]}, {"loop": [2 * HOUR, 35 * HOUR]})
    assert [(one["from"], one["to"], one["approval_hours"], one["approval_cases"], one["undelivered"]) for one in found] == [
        ("visit", "quote", 3.0, 1, 2), ("quote", "visit", 1.0, 1, 0),
    ]  # fmt: skip


def history(count: int, effect: float, *, seed: int = 7) -> list[Case]:
    """Two segments; the step is usual in the quick one, so the plain difference lies; within a segment it saves `effect` days."""
    draw, found = random.Random(seed), []
    for n in range(count):
        quick = n % 2 == 0
        has = draw.random() < (0.8 if quick else 0.3)
        days = (20 if quick else 60) + draw.gauss(0, 2) - (effect if has else 0)
        won = draw.random() < (0.7 if has else 0.4)
        steps = [("ask", 0.0), *([("visit", 24.0)] if has else []), ("won" if won else "lost", days * 24)]
        found.append(case(str(n), *steps, data=("quick" if quick else "slow",)))
    return found


def test_always_done_finds_the_effect_that_was_put_in_once_the_segment_is_matched():
    cases = history(600, effect=5)
    matched = what_if(log(*cases, ends=True), "visit", None)
    assert matched["enough"]
    assert matched["cycle_days"]["low"] < -5 < matched["cycle_days"]["high"]
    assert matched["cycle_days"]["high"] - matched["cycle_days"]["low"] < 2
    assert matched["win_rate"]["low"] < 0.3 < matched["win_rate"]["high"]
    unmatched = what_if(log(*[Case(one.key, one.steps, one.at, ()) for one in cases], ends=True), "visit", None)
    assert unmatched["cycle_days"]["high"] < -8  # the confounder left in: far off
    assert what_if(log(*cases, ends=True), "visit", None) == matched  # the same question, the same answer


def test_earlier_by_k_days_pairs_cases_about_k_days_apart():
    draw, cases = random.Random(3), []
    for n in range(300):
        came = draw.uniform(1, 30)
        cases.append(case(str(n), ("ask", 0.0), ("visit", came * 24), ("won", (40 + 0.5 * came + draw.gauss(0, 1)) * 24)))
    found = what_if(log(*cases, ends=True), "visit", 6)
    assert found["enough"]
    assert found["pairs"] > 80
    assert -4.5 < found["cycle_days"]["difference"] < -1.5  # half a day for each of about six
    assert found["cycle_days"]["low"] < found["cycle_days"]["difference"] < found["cycle_days"]["high"]


def test_below_the_floor_it_is_silent_and_says_how_much_is_missing():
    found = what_if(log(*history(40, effect=5), ends=True), "visit", None, [{"zh": "行业", "en": "Industry"}])
    assert not found["enough"]
    assert (found["cycle_days"], found["win_rate"]) == (None, None)
    assert found["lacking"] == FLOOR - found["pairs"] > 0
    assert found["not_controlled"][0] == {"zh": "行业", "en": "Industry"}
    assert what_if(log(*history(600, 5), ends=True), "nowhere", None)["pairs"] == 0


def test_a_quantile_lies_between_its_neighbours():
    assert [quantile([1.0, 2.0, 4.0], share) for share in (0, 0.5, 0.75, 1)] == [1, 2, 3, 4]
