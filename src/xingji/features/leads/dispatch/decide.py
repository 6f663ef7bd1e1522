"""Who gets a lead: pure decisions over a roster. Loads and writes nothing; the roster counts on within a batch.

Leave never counts against a person: counts are compared per present working time, and whoever is away is left out
of the mean.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.judged import Decision, Judgement
from xingji.features.leads.dispatch.members import Group, LeadFacts, Member
from xingji.features.leads.dispatch.table import Row, Table

LEVEL = 1e-9
"""Who is behind by no more than this less than the most is level with them: sums of fractions differ by that much."""
MIN_WEIGHT = 0.05
"""Nobody eligible weighs less: without answered follow-ups and without free capacity one still gets a share."""


@dataclass(slots=True)
class Roster:
    """The people dispatch may choose from, and who belongs to which target."""

    members: dict[UUID, Member]
    by_key: Mapping[str, UUID]
    teams: Mapping[str, Sequence[UUID]]
    roles: Mapping[str, frozenset[UUID]]
    heads: Mapping[str, UUID]
    counter: float = 0.0
    groups: dict[int, Group] = field(default_factory=dict)

    def group(self, number: int, table: Table, lead: LeadFacts) -> Group:
        """The candidates of a row; those of a row that asks nothing of the lead are gathered once for a batch."""
        row = table.rows[number]
        if row.target.expression or number in lead.heads:
            return Group(self.candidates(number, row, lead), row, table)
        found = self.groups.get(number)
        if found is None:
            found = self.groups[number] = Group(self.candidates(number, row, lead), row, table)
        return found

    def candidates(self, number: int, row: Row, lead: LeadFacts) -> list[Member]:
        """The members a row names, in the row's order."""
        target = row.target
        if target.kind == "person" and target.expression:
            found: Sequence[UUID | None] = [lead.persons.get(number)]
        elif target.kind in {"person", "people"}:
            found = [self.by_key.get(key) for key in target.keys]
        elif target.kind == "head":
            found = [lead.heads[number]] if number in lead.heads else [self.heads.get(key) for key in target.keys]
        else:
            found = self._grouped(row)
        return [self.members[id] for id in dict.fromkeys(found) if id is not None and id in self.members]

    def _grouped(self, row: Row) -> Sequence[UUID]:
        target = row.target
        pool = [id for team in target.teams for id in self.teams.get(team, ())] if target.teams else list(self.members)
        if target.kind == "role":
            return [id for id in pool if any(id in self.roles.get(role, ()) for role in target.keys)]
        if target.kind == "tag":
            return [id for id in pool if id in self.members and self.members[id].tags & set(target.keys)]
        return pool

    def take(self, id: UUID) -> None:
        """Counts a lead given to a person, so that the next decision of the batch sees it."""
        member = self.members[id]
        self.counter += 1
        member.open += 1
        member.today += 1
        member.window += 1
        member.last = self.counter


def decide_batch(table: Table, roster: Roster, leads: Sequence[LeadFacts]) -> list[Decision]:
    """One decision per lead, in order, each counting the ones before it."""
    roster.groups.clear()
    decisions = []
    for lead in leads:
        decision = _decide(table, roster, lead)
        if decision.chosen is not None:
            roster.take(decision.chosen)
        decisions.append(decision)
    return decisions


def decide(table: Table, roster: Roster, lead: LeadFacts) -> Decision:
    """Where one lead goes. The first matching row whose target can take it wins; an `else` names the next row to try."""
    roster.groups.clear()
    return _decide(table, roster, lead)


def _decide(table: Table, roster: Roster, lead: LeadFacts) -> Decision:
    passed: list[dict[str, Any]] = []
    waiting = list(lead.hits)
    tried: set[int] = set()
    judged: list[Judgement] = []
    while waiting:
        number = waiting.pop(0)
        if number in tried:
            continue
        tried.add(number)
        row = table.rows[number]
        if row.target.kind == "pool":
            return Decision(lead.id, row, None, row.target.keys[0], "pool", judged, passed)
        group = roster.group(number, table, lead)
        if group.members:
            judgement = choose(table, row, group, lead)
            judged.append(judgement)
            if judgement.chosen is not None:
                return Decision(lead.id, row, group.members[judgement.chosen].id, None, row.choose, judged, passed)
        passed.append({"row": row.key, "code": "nobody_available" if group.members else "nobody_named"})
        if row.otherwise is not None and (following := table.index(row.otherwise)) is not None:
            waiting = [following, *waiting]
    code = "no_row" if not lead.hits else "nobody_available"
    return Decision(lead.id, None, None, table.fallback_pool, code, judged, passed)


def choose(table: Table, row: Row, group: Group, lead: LeadFacts) -> Judgement:
    """Which of a row's candidates gets the lead, and why not the others."""
    members = group.members
    judgement = Judgement(
        group, [m.open for m in members], [m.today for m in members], [m.window for m in members], list(group.barred)
    )
    eligible = _on_duty(_free(judgement, lead), judgement)
    if len(eligible) > 1 and row.choose != "fixed":
        eligible = _under_cap(eligible, table, judgement)
    if eligible:
        chosen, beaten = _pick(eligible, row, table, lead, judgement)
        for place in eligible:
            judgement.excluded[place] = beaten
        judgement.excluded[chosen] = None
        judgement.chosen = chosen
    return judgement


def _free(judgement: Judgement, lead: LeadFacts) -> list[int]:
    """The places of those who are here and whose hands are not full."""
    group, excluded = judgement.group, judgement.excluded
    if lead.cooled:
        for place, member in enumerate(group.members):
            if member.id in lead.cooled and excluded[place] in (None, "trainee"):
                excluded[place] = "previous_owner"
    free = []
    counts = zip(excluded, group.limits, judgement.open, group.per_day, judgement.today, strict=True)
    for place, (barred, limit, held, per_day, today) in enumerate(counts):
        if barred is not None:
            continue
        if limit is not None and held >= limit:
            excluded[place] = "at_capacity"
        elif per_day is not None and today >= per_day:
            excluded[place] = "daily_limit"
        else:
            free.append(place)
    return free


def _on_duty(places: list[int], judgement: Judgement) -> list[int]:
    """Those at work now; all of them when nobody is, so that a lead of the night has an owner in the morning."""
    off_hours = judgement.group.off_hours
    here = [place for place in places if not off_hours[place]]
    if not here or len(here) == len(places):
        return places
    for place in places:
        if off_hours[place]:
            judgement.excluded[place] = "off_hours"
    return here


def _under_cap(places: list[int], table: Table, judgement: Judgement) -> list[int]:
    cap = table.weights.cap_over_mean
    if cap <= 0:
        return places
    window, present = judgement.window, judgement.group.present
    mean = _mean(places, judgement)
    # One more is under the cap, rounded up, or is the first: whole numbers compared without rounding.
    free = [place for place in places if window[place] < 1 or window[place] < cap * mean * present[place] - 1e-9]
    if not free or len(free) == len(places):
        return places
    judgement.mean = mean
    for place in set(places).difference(free):
        judgement.excluded[place] = "over_cap"
    return free


def _mean(places: list[int], judgement: Judgement) -> float:
    """Leads of the window per present person, with the one to be given."""
    window, present = judgement.window, judgement.group.present
    return (sum([window[place] for place in places]) + 1) / max(sum([present[place] for place in places]), 0.01)


def _pick(places: list[int], row: Row, table: Table, lead: LeadFacts, judgement: Judgement) -> tuple[int, str]:
    """The place of the chosen, and why not the others."""
    members = judgement.group.members
    if row.choose == "fixed":
        return places[0], "later_in_list"
    floor = _below_floor(places, table, judgement)
    if floor is not None:
        judgement.floor = True
        return floor, "newcomer_first"
    if row.choose == "round_robin":
        return min(places, key=lambda place: (members[place].last, members[place].key)), "not_next"
    if row.choose == "least_load":
        return min(places, key=lambda place: (_load(place, judgement), members[place].last, members[place].key)), "more_open"
    window, present = judgement.window, judgement.group.present
    weights = weigh(places, table, lead, judgement)
    shares = [weight * present[place] for weight, place in zip(weights, places, strict=True)]
    total = sum(shares)
    received = sum([window[place] for place in places]) + 1
    due = [share / total * received - window[place] for share, place in zip(shares, places, strict=True)]
    judgement.weighted = dict(zip(places, zip(weights, due, strict=True), strict=True))
    most = max(due) - LEVEL
    level = [place for place, behind in zip(places, due, strict=True) if behind >= most]
    return max(level, key=lambda place: (-_load(place, judgement), -members[place].last, members[place].key)), "lower_weight"


def _load(place: int, judgement: Judgement) -> float:
    capacity = judgement.group.limits[place]
    return judgement.open[place] / capacity if capacity else float(judgement.open[place])


def _below_floor(places: list[int], table: Table, judgement: Judgement) -> int | None:
    floor = table.weights.newcomer_floor
    if floor <= 0 or not judgement.group.newcomers:
        return None
    members, window, present = judgement.group.members, judgement.window, judgement.group.present
    mean = _mean(places, judgement)
    behind = [p for p in places if members[p].newcomer and window[p] + 1 <= floor * mean * present[p]]
    return min(behind, key=lambda p: (window[p] / present[p], members[p].last, members[p].key)) if behind else None


def weigh(places: Sequence[int], table: Table, lead: LeadFacts, judgement: Judgement) -> list[float]:
    """Weight of each place, 0.05 at least: answered follow-ups per present time, free capacity, preference tags.

    Each part is scaled to 0..1 among these members and multiplied by its weight; weights of 0 leave a part out.
    """
    weights, group, held = table.weights, judgement.group, judgement.open
    rates, limits, wished = group.rates, group.limits, group.wished(lead.wishes)
    best = max([rates[place] for place in places], default=0) or 1
    most = (max([held[place] for place in places], default=0) or 1) + 1
    answered, free, preference = weights.answered, weights.free, weights.preference
    scores = [
        answered * rates[place] / best + free * (1 - held[place] / (limits[place] or most)) + preference * wished[place]
        for place in places
    ]
    return [score if score > MIN_WEIGHT else MIN_WEIGHT for score in scores]
