"""The decider against the same decisions written the plain way: one candidate after another, nothing kept."""

import math
from typing import Any
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from xingji.features.leads.dispatch.candidates import packed, unpacked
from xingji.features.leads.dispatch.decide import LEVEL, MIN_WEIGHT, Roster, decide_batch
from xingji.features.leads.dispatch.members import LeadFacts, Member
from xingji.features.leads.dispatch.table import Row, Table, read_table

COUNT = st.integers(0, 6)
SHARE = st.sampled_from([1.0, 0.5, 0.333, 0.01])
TAGS = st.frozensets(st.sampled_from(["a", "b"]))


def limit(member: Member, table: Table) -> int | None:
    trainee = table.capacity.trainee_open if member.trainee else None
    return next((one for one in (member.capacity, trainee) if one is not None), table.capacity.open)


def plainly(table: Table, row: Row, people: list[Member], lead: LeadFacts) -> tuple[Member | None, dict[UUID, dict[str, Any]]]:
    """Who gets it, and of each: why not, weight, due, mean."""
    told: dict[UUID, dict[str, Any]] = {m.id: {"excluded": None, "weight": None, "due": None, "mean": None} for m in people}
    for m in people:
        most, per_day = limit(m, table), table.capacity.per_day if m.per_day is None else m.per_day
        reasons = {
            "left": m.left, "absent": m.absent, "previous_owner": m.id in lead.cooled, "trainee": m.trainee and not row.trainee_ok,
            "at_capacity": most is not None and m.open >= most, "daily_limit": per_day is not None and m.today >= per_day,
        }  # fmt: skip
        told[m.id]["excluded"] = next((code for code, holds in reasons.items() if holds), None)
    free = [m for m in people if told[m.id]["excluded"] is None]
    if here := [m for m in free if not m.is_off_hours(row.calendar)]:
        for m in free:
            told[m.id]["excluded"] = None if m in here else "off_hours"
        free = here
    mean = (sum(m.window for m in free) + 1) / max(sum(m.present for m in free), 0.01)
    if len(free) > 1 and row.choose != "fixed" and table.weights.cap_over_mean > 0:
        under = [m for m in free if m.window + 1 <= max(1, math.ceil(table.weights.cap_over_mean * mean * m.present - 1e-9))]
        for m in free if under else []:
            if m not in under:
                told[m.id] |= {"excluded": "over_cap", "mean": mean}
        free = under or free
    if not free:
        return None, told
    chosen, beaten = pick(table, row, free, lead, told)
    for m in free:
        told[m.id]["excluded"] = None if m is chosen else beaten
    return chosen, told


def pick(table: Table, row: Row, free: list[Member], lead: LeadFacts, told: dict[UUID, dict[str, Any]]) -> tuple[Member, str]:
    weights = table.weights
    if row.choose == "fixed":
        return free[0], "later_in_list"

    def load(m: Member) -> float:
        return m.open / most if (most := limit(m, table)) else float(m.open)

    mean = (sum(m.window for m in free) + 1) / max(sum(m.present for m in free), 0.01)
    behind = [m for m in free if m.newcomer and weights.newcomer_floor > 0 and m.window + 1 <= weights.newcomer_floor * mean * m.present]
    if behind:
        return min(behind, key=lambda m: (m.window / m.present, m.last, m.key)), "newcomer_first"
    if row.choose == "round_robin":
        return min(free, key=lambda m: (m.last, m.key)), "not_next"
    if row.choose == "least_load":
        return min(free, key=lambda m: (load(m), m.last, m.key)), "more_open"
    best = max(m.answered / max(m.present, 0.01) for m in free) or 1
    most_open = max(m.open for m in free) or 1
    for m in free:
        rate, most = m.answered / max(m.present, 0.01), limit(m, table)
        score = weights.answered * rate / best + weights.free * (1 - m.open / (most or most_open + 1))
        told[m.id]["weight"] = max(score + weights.preference * (1.0 if m.tags & lead.wishes else 0.0), MIN_WEIGHT)
    total = sum(told[m.id]["weight"] * m.present for m in free)
    received = sum(m.window for m in free) + 1
    for m in free:
        told[m.id]["due"] = told[m.id]["weight"] * m.present / total * received - m.window
    most_due = max(told[m.id]["due"] for m in free) - LEVEL
    return max([m for m in free if told[m.id]["due"] >= most_due], key=lambda m: (-load(m), -m.last, m.key)), "lower_weight"


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Table, list[Member], list[LeadFacts]]:
    limits = st.none() | st.integers(0, 5)
    people = [
        Member(
            UUID(int=n), f"p{n:02}", f"演示{n}", draw(TAGS), draw(COUNT), draw(COUNT), draw(COUNT), draw(COUNT), draw(SHARE), float(draw(COUNT)),
            draw(limits), draw(limits), draw(st.booleans()), draw(st.booleans()), n % 5 == 4, n % 7 == 6, {None: draw(st.booleans())},
        )
        for n in range(1, 1 + draw(st.integers(1, 9)))
    ]  # fmt: skip
    row = {"key": "team", "to": {"team": "all"}, "choose": draw(st.sampled_from(["fixed", "round_robin", "least_load", "weighted"])), "trainee_ok": draw(st.booleans())}
    weights = {"cap_over_mean": draw(st.sampled_from([0, 1.0, 1.5])), "newcomer_floor": draw(st.sampled_from([0, 0.5, 1.0]))}
    table = read_table("main", {"rows": [row], "weights": weights, "capacity": {"open": draw(limits), "trainee_open": draw(limits), "per_day": draw(limits)}})
    cooled = st.frozensets(st.sampled_from([m.id for m in people]), max_size=2)
    leads = [LeadFacts(UUID(int=900 + n), [0], draw(TAGS), cooled=draw(cooled)) for n in range(4)]
    return table, people, leads


@settings(max_examples=150, deadline=None)
@given(worlds())
def test_every_decision_of_a_batch_and_every_word_on_it_are_those_of_the_plain_way(world):
    table, people, leads = world
    roster = Roster({m.id: m for m in people}, {}, {"all": [m.id for m in people]}, {}, {})
    counts = [(m.open, m.today, m.window, m.last) for m in people]
    decisions = decide_batch(table, roster, leads)
    for member, (held, today, window, last) in zip(people, counts, strict=True):
        member.open, member.today, member.window, member.last = held, today, window, last
    roster.counter = 0.0
    for lead, decision in zip(leads, decisions, strict=True):
        chosen, told = plainly(table, table.rows[0], people, lead)
        assert decision.chosen == (chosen.id if chosen else None)
        found = {v.person: {"excluded": v.excluded, "weight": v.weight, "due": v.due, "mean": v.mean} for v in decision.verdicts}
        assert found == told
        kept = {one["person"]: (one["excluded"], one["open"], one["today"]) for one in unpacked(packed(decision), "weighted")}
        assert kept == {str(m.id): (told[m.id]["excluded"], m.open, m.today) for m in people}
        if chosen is not None:
            roster.take(chosen.id)
