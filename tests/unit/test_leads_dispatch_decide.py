"""Who gets a lead, who does not, and why: decisions without a database."""

from collections import Counter
from uuid import UUID

import pytest

from xingji.features.leads.dispatch.candidates import packed, unpacked
from xingji.features.leads.dispatch.decide import Roster, decide, decide_batch
from xingji.features.leads.dispatch.fairness import fairness, gini
from xingji.features.leads.dispatch.members import LeadFacts, Member
from xingji.features.leads.dispatch.table import read_table
from xingji.features.leads.dispatch.words import EXCLUDED, explain_candidate


def person(number: int, **values) -> Member:
    return Member(UUID(int=number), f"p{number}", f"演示{number}", **values)


def roster(*members: Member, teams=None, roles=None, heads=None) -> Roster:
    teams = teams if teams is not None else {"east": [m.id for m in members]}
    return Roster({m.id: m for m in members}, {m.key: m.id for m in members}, teams, roles or {}, heads or {})


def table(*rows, **extra):
    return read_table("main", {"rows": list(rows), **extra})


def lead(*hits, number=900, **values) -> LeadFacts:
    return LeadFacts(UUID(int=number), hits, **values)


TEAM = {"key": "team", "to": {"team": "east"}, "choose": "weighted"}


def excluded(decision) -> dict[str, str | None]:
    return {f"p{verdict.person.int}": verdict.excluded for verdict in decision.verdicts}


def test_the_first_matching_row_wins():
    rows = table({"key": "one", "to": {"person": "p1"}}, {"key": "two", "to": {"person": "p2"}})
    people = roster(person(1), person(2))
    assert decide(rows, people, lead(0, 1)).row.key == "one"
    assert decide(rows, people, lead(1)).chosen == UUID(int=2)


def test_a_person_on_leave_is_passed_over_and_the_else_row_is_tried():
    rows = table(
        {"key": "senior", "to": {"person": "p1"}, "else": "rest"}, {"key": "middle", "to": {"person": "p2"}}, TEAM | {"key": "rest"}
    )
    people = roster(person(1, absent=True), person(2), person(3), teams={"east": [UUID(int=3)]})
    decision = decide(rows, people, lead(0, 1))
    assert (decision.row.key, decision.chosen) == ("rest", UUID(int=3))
    assert decision.passed == [{"row": "senior", "code": "nobody_available"}]
    assert excluded(decision)["p1"] == "absent"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"absent": True}, "absent"),
        ({"left": True}, "left"),
        ({"open": 40}, "at_capacity"),
        ({"capacity": 2, "open": 2}, "at_capacity"),
        ({"today": 8}, "daily_limit"),
        ({"trainee": True}, "trainee"),
        ({"off_hours": {None: True}}, "off_hours"),
    ],
)
def test_every_candidate_not_chosen_has_its_reason(values, code):
    rows = table(TEAM, capacity={"open": 40, "trainee_open": 15, "per_day": 8})
    decision = decide(rows, roster(person(1, **values), person(2)), lead(0))
    assert decision.chosen == UUID(int=2)
    assert excluded(decision) == {"p1": code, "p2": None}
    words = explain_candidate(code, "weighted", decision.verdicts[0].figures)
    assert words["zh"]
    assert words["en"]


def test_the_previous_owner_cools_down():
    decision = decide(table(TEAM), roster(person(1), person(2)), lead(0, cooled=frozenset({UUID(int=1)})))
    assert excluded(decision) == {"p1": "previous_owner", "p2": None}


def test_outside_working_hours_the_lead_still_finds_an_owner():
    people = roster(person(1, off_hours={None: True}), person(2, off_hours={None: True}))
    assert decide(table(TEAM), people, lead(0)).chosen is not None


def test_a_row_calendar_says_who_is_on_duty():
    people = roster(person(1, off_hours={None: True, "duty": False}), person(2, off_hours={None: False, "duty": True}))
    assert decide(table(TEAM | {"calendar": "duty"}), people, lead(0)).chosen == UUID(int=1)


def test_when_nobody_is_available_the_lead_goes_to_the_fallback_pool_with_the_reasons():
    rows = table(TEAM, fallback={"pool": "pool_new"})
    decision = decide(rows, roster(person(1, absent=True)), lead(0))
    assert (decision.chosen, decision.pool, decision.code) == (None, "pool_new", "nobody_available")
    assert decide(rows, roster(person(1)), lead()).code == "no_row"


def test_round_robin_takes_turns():
    rows = table(TEAM | {"choose": "round_robin"})
    people = roster(person(1), person(2), person(3))
    given = [d.chosen.int for d in decide_batch(rows, people, [lead(0, number=n) for n in range(100, 106)])]
    assert given == [1, 2, 3, 1, 2, 3]


def test_least_load_looks_at_load_relative_to_capacity():
    rows = table(TEAM | {"choose": "least_load"})
    assert decide(rows, roster(person(1, open=8, capacity=40), person(2, open=5, capacity=10)), lead(0)).chosen.int == 1


def test_a_fixed_list_takes_the_first_available():
    rows = table({"key": "list", "to": {"people": ["p2", "p1"]}, "choose": "fixed"})
    assert decide(rows, roster(person(1), person(2)), lead(0)).chosen.int == 2
    assert decide(rows, roster(person(1), person(2, absent=True)), lead(0)).chosen.int == 1


def test_a_row_can_follow_the_customers_owner():
    rows = table({"key": "old", "to": {"person": "customer.owner"}}, TEAM)
    assert decide(rows, roster(person(1), person(2)), lead(0, 1, persons={0: UUID(int=2)})).chosen.int == 2
    assert decide(rows, roster(person(1), person(2)), lead(0, 1, persons={0: None})).row.key == "team"


def test_role_and_tag_narrow_a_team():
    people = roster(person(1, tags=frozenset({"节能改造"})), person(2), roles={"channel": frozenset({UUID(int=2)})})
    assert decide(table({"key": "t", "to": {"tag": "节能改造", "team": "east"}}), people, lead(0)).chosen.int == 1
    assert decide(table({"key": "r", "to": {"role": "channel", "team": "east"}}), people, lead(0)).chosen.int == 2


def given_out(people: Roster, leads: int, **extra) -> Counter:
    rows = table(TEAM, **extra)
    return Counter(d.chosen.int for d in decide_batch(rows, people, [lead(0, number=1000 + n) for n in range(leads)]))


def test_weighted_shares_follow_the_answered_follow_ups():
    weights = {"answered": 1, "free": 0, "preference": 0, "cap_over_mean": 0}
    counts = given_out(roster(person(1, answered=30), person(2, answered=10), person(3, answered=20)), 60, weights=weights)
    assert counts == {1: 30, 2: 10, 3: 20}


def test_no_one_gets_more_than_the_cap_over_the_mean():
    weights = {"answered": 1, "free": 0, "preference": 0, "cap_over_mean": 1.5}
    counts = given_out(roster(person(1, answered=1000), person(2), person(3), person(4)), 100, weights=weights)
    assert max(counts.values()) <= 38
    assert sum(counts.values()) == 100


def test_a_newcomer_gets_at_least_the_floor():
    weights = {"answered": 1, "free": 0, "preference": 0, "newcomer_floor": 0.5, "cap_over_mean": 0}
    people = roster(*(person(n, answered=50) for n in range(1, 5)), person(5, newcomer=True))
    counts = given_out(people, 100, weights=weights)
    assert counts[5] >= 9
    without = given_out(
        roster(*(person(n, answered=50) for n in range(1, 5)), person(5, newcomer=True)), 100, weights=weights | {"newcomer_floor": 0}
    )
    assert without[5] < 9


def test_all_weights_off_means_equal_shares():
    weights = {"answered": 0, "free": 0, "preference": 0}
    assert set(given_out(roster(person(1, answered=9), person(2), person(3)), 30, weights=weights).values()) == {10}


def test_a_preference_tag_decides_between_equals():
    people = roster(person(1), person(2, tags=frozenset({"air"})))
    assert decide(table(TEAM), people, lead(0, wishes=frozenset({"air"}))).chosen.int == 2


def test_leave_never_counts_against_a_person():
    weights = {"answered": 1, "free": 0, "preference": 0}
    half = given_out(roster(person(1, answered=10, present=0.5), person(2, answered=20)), 30, weights=weights)
    assert half == {1: 10, 2: 20}


def test_every_code_has_words_in_both_languages():
    for code in EXCLUDED:
        assert "—" not in explain_candidate(code, "weighted", dict.fromkeys(("open", "capacity", "today", "window", "mean", "weight"), 1))["zh"]


def test_even_giving_has_gini_zero_and_one_for_all_comes_near_one():
    assert gini([1, 1, 1], [5, 5, 5]) == pytest.approx(0)
    assert gini([0, 0, 0, 1], [1, 1, 1, 1]) == pytest.approx(0.75)
    assert gini([0, 0], [1, 1]) is None
    assert gini([], []) is None


def test_gini_equals_its_double_sum():
    rates, weights = [0.2, 0.7, 0.7, 1.9], [3.0, 1.0, 2.0, 5.0]
    total = sum(weights)
    mean = sum(r * w for r, w in zip(rates, weights, strict=True)) / total
    pairs = sum(a * b * abs(x - y) for x, a in zip(rates, weights, strict=True) for y, b in zip(rates, weights, strict=True))
    assert gini(rates, weights) == pytest.approx(pairs / (2 * total**2 * mean))


def test_half_the_leads_in_half_the_time_is_fair():
    one, other = UUID(int=1), UUID(int=2)
    figures = fairness({one: 10, other: 5}, {one: 10, other: 5}, {one: 4800, other: 2400})
    assert figures.gini == pytest.approx(0)
    assert figures.top3_share == 1.0


def test_who_was_never_there_is_left_out_of_the_figures():
    one, other, away = UUID(int=1), UUID(int=2), UUID(int=3)
    figures = fairness({one: 4, other: 4}, {one: 4, other: 4}, {one: 100, other: 100, away: 0})
    assert figures.gini == pytest.approx(0)
    assert away not in {share.person for share in figures.people}


def test_the_share_of_the_top_three_is_of_the_good_leads():
    ids = [UUID(int=n) for n in range(1, 6)]
    good = dict(zip(ids, [30, 20, 18, 16, 16], strict=True))
    figures = fairness(good, good, dict.fromkeys(ids, 2400.0))
    assert figures.top3_share == pytest.approx(0.68)


def test_somebody_judged_by_two_rows_stands_in_the_ledger_once():
    rows = table({"key": "senior", "to": {"person": "p1"}, "else": "team"}, TEAM, capacity={"open": 2})
    decision = decide(rows, roster(person(1, open=2), person(2)), lead(0))
    assert [verdict.person.int for verdict in decision.verdicts] == [1, 2]
    assert decision.passed == [{"row": "senior", "code": "nobody_available"}]


def test_the_ledger_keeps_every_candidate_of_a_large_team_with_the_figures_of_the_moment():
    rows = table(TEAM, weights={"cap_over_mean": 1.5})
    people = roster(*(person(n, open=n, window=n % 7, capacity=60 if n % 2 else None) for n in range(1, 41)))
    decision = decide(rows, people, lead(0))
    read = unpacked(packed(decision), TEAM["choose"])
    assert {UUID(one["person"]) for one in read} == {verdict.person for verdict in decision.verdicts}
    assert [UUID(one["person"]) for one in read if one["chosen"]] == [decision.chosen]
    said = {UUID(one["person"]): one for one in read}
    for verdict in decision.verdicts:
        one = said[verdict.person]
        assert (one.get("excluded"), one["open"], one["today"], one["window"]) == (
            verdict.excluded, verdict.open, verdict.today, verdict.window,
        )  # fmt: skip
        assert one.get("capacity") == verdict.capacity
        assert one.get("weight") == (None if verdict.weight is None else pytest.approx(verdict.weight, abs=6e-5))
        assert one.get("mean") == (None if verdict.mean is None else pytest.approx(verdict.mean, abs=6e-3))


def test_ledger_lines_of_the_first_form_are_still_read():
    kept = [{"others": {"over_cap": [[str(UUID(int=7)), 3, None, 1, 9, 4.25, 0.5]]}}]
    (one,) = unpacked(kept, "weighted")
    assert (one["person"], one["open"], one["window"], one["mean"]) == (str(UUID(int=7)), 3, 9, 4.25)
    assert "capacity" not in one
    assert "4.25" in one["zh"]
