"""Who gets a lead: pure decisions over a roster. Loads and writes nothing; the roster counts on within a batch.

Leave never counts against a person: counts are compared per present working time, and whoever is away is left out
of the mean.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.table import Row, Table

LEVEL = 1e-9
"""Who is behind by no more than this less than the most is level with them: sums of fractions differ by that much."""
MIN_WEIGHT = 0.05
"""Nobody eligible weighs less: without answered follow-ups and without free capacity one still gets a share."""


@dataclass(slots=True)
class Member:
    """A person of the roster and how much they hold.

    open: leads in work; today, window: leads received since midnight and in the weights' window;
    answered: follow-ups the customer answered in the window; present: share of the window's working time at work;
    last: a number that grows with each assignment (round robin).
    """

    id: UUID
    key: str
    name: str
    tags: frozenset[str] = frozenset()
    open: int = 0
    today: int = 0
    window: int = 0
    answered: int = 0
    present: float = 1.0
    last: float = 0.0
    capacity: int | None = None
    per_day: int | None = None
    trainee: bool = False
    newcomer: bool = False
    absent: bool = False
    left: bool = False
    off_hours: Mapping[str | None, bool] = field(default_factory=dict)

    def is_off_hours(self, calendar: str | None) -> bool:
        return self.off_hours.get(calendar, self.off_hours.get(None, False))


@dataclass(frozen=True, slots=True)
class LeadFacts:
    """What a decision needs of a lead. hits: indices of the rows that match, in order; persons: row → person ids
    a row's expression gave; wishes: words that meet preference tags; cooled: persons who may not get it now."""

    id: UUID
    hits: Sequence[int]
    wishes: frozenset[str] = frozenset()
    persons: Mapping[int, UUID | None] = field(default_factory=dict)
    heads: Mapping[int, UUID | None] = field(default_factory=dict)
    cooled: frozenset[UUID] = frozenset()
    previous: UUID | None = None


@dataclass(slots=True)
class Verdict:
    """One candidate in the ledger: chosen, or why not, with the counts as they stood. `excluded`: a code of `words.py`.

    weight and due: the share of a weighted choice and how far behind it; mean: what the cap was over; floor: chosen for
    the newcomer's floor.
    """

    person: UUID
    open: int
    capacity: int | None
    today: int
    window: int
    answered: int
    present: float
    chosen: bool = False
    excluded: str | None = None
    weight: float | None = None
    due: float | None = None
    mean: float | None = None
    floor: bool | None = None

    @property
    def figures(self) -> dict[str, Any]:
        """What is known of the candidate, rounded for people."""
        found = {
            "open": self.open, "capacity": self.capacity, "today": self.today, "window": self.window,
            "answered": self.answered, "present": rounded(self.present, 3), "weight": rounded(self.weight, 4),
            "due": rounded(self.due, 3), "mean": rounded(self.mean, 2), "floor": self.floor,
        }  # fmt: skip
        return {name: value for name, value in found.items() if value is not None}


def rounded(value: float | None, digits: int) -> float | None:
    """The value rounded half up, None as it is. By arithmetic: `round` goes through text, for sixty candidates a lead."""
    if value is None:
        return None
    scale = 10**digits
    return math.floor(value * scale + 0.5) / scale


@dataclass(slots=True)
class Decision:
    """Where a lead goes: a person, a pool, or nowhere (`held`). `passed`: rows tried in vain, with their reason."""

    lead: UUID
    row: Row | None
    chosen: UUID | None
    pool: str | None
    code: str
    verdicts: list[Verdict] = field(default_factory=list)
    passed: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class Roster:
    """The people dispatch may choose from, and who belongs to which target."""

    members: dict[UUID, Member]
    by_key: Mapping[str, UUID]
    teams: Mapping[str, Sequence[UUID]]
    roles: Mapping[str, frozenset[UUID]]
    heads: Mapping[str, UUID]
    counter: float = 0.0

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
    decisions = []
    for lead in leads:
        decision = decide(table, roster, lead)
        if decision.chosen is not None:
            roster.take(decision.chosen)
        decisions.append(decision)
    return decisions


def decide(table: Table, roster: Roster, lead: LeadFacts) -> Decision:
    """Where one lead goes. The first matching row whose target can take it wins; an `else` names the next row to try."""
    passed: list[dict[str, Any]] = []
    waiting = list(lead.hits)
    tried: set[int] = set()
    verdicts: list[Verdict] = []
    while waiting:
        number = waiting.pop(0)
        if number in tried:
            continue
        tried.add(number)
        row = table.rows[number]
        if row.target.kind == "pool":
            return Decision(lead.id, row, None, row.target.keys[0], "pool", verdicts, passed)
        chosen, judged = choose(table, row, roster.candidates(number, row, lead), lead)
        if verdicts and judged:  # judged again by a later row: its word counts
            again = {verdict.person for verdict in judged}
            verdicts = [verdict for verdict in verdicts if verdict.person not in again]
        verdicts = [*verdicts, *judged]
        if chosen is not None:
            return Decision(lead.id, row, chosen.id, None, row.choose, verdicts, passed)
        passed.append({"row": row.key, "code": "nobody_available" if judged else "nobody_named"})
        if row.otherwise is not None and (following := table.index(row.otherwise)) is not None:
            waiting = [following, *waiting]
    code = "no_row" if not lead.hits else "nobody_available"
    return Decision(lead.id, None, None, table.fallback_pool, code, verdicts, passed)


def choose(
    table: Table, row: Row, candidates: Sequence[Member], lead: LeadFacts
) -> tuple[Member | None, list[Verdict]]:
    """The chosen member of a row's candidates, and a verdict on each of them."""
    verdicts: dict[UUID, Verdict] = {}
    eligible = []
    for member in candidates:
        capacity = _capacity(member, table)
        verdict = verdicts[member.id] = Verdict(
            member.id, member.open, capacity, member.today, member.window, member.answered, member.present
        )
        verdict.excluded = _barred(member, row, table, lead, capacity)
        if verdict.excluded is None:
            eligible.append(member)
    eligible = _on_duty(eligible, row, table, verdicts)
    if len(eligible) > 1 and row.choose != "fixed":
        eligible = _under_cap(eligible, table, verdicts)
    if not eligible:
        return None, list(verdicts.values())
    chosen, beaten = _pick(eligible, row, table, lead, verdicts)
    for member in eligible:
        verdicts[member.id].chosen = member is chosen
        if member is not chosen:
            verdicts[member.id].excluded = beaten
    return chosen, list(verdicts.values())


def _capacity(member: Member, table: Table) -> int | None:
    if member.capacity is not None:
        return member.capacity
    if member.trainee and table.capacity.trainee_open is not None:
        return table.capacity.trainee_open
    return table.capacity.open


def _barred(member: Member, row: Row, table: Table, lead: LeadFacts, capacity: int | None) -> str | None:
    per_day = member.per_day if member.per_day is not None else table.capacity.per_day
    if member.left:
        return "left"
    if member.absent:
        return "absent"
    if member.id in lead.cooled:
        return "previous_owner"
    if member.trainee and not row.trainee_ok:
        return "trainee"
    if capacity is not None and member.open >= capacity:
        return "at_capacity"
    if per_day is not None and member.today >= per_day:
        return "daily_limit"
    return None


def _on_duty(members: list[Member], row: Row, table: Table, verdicts: Mapping[UUID, Verdict]) -> list[Member]:
    """Those at work now; all of them when nobody is, so that a lead of the night has an owner in the morning."""
    calendar = row.calendar or table.calendar
    here = [member for member in members if not member.is_off_hours(calendar)]
    if not here:
        return members
    for member in members:
        if member.is_off_hours(calendar):
            verdicts[member.id].excluded = "off_hours"
    return here


def _under_cap(members: list[Member], table: Table, verdicts: Mapping[UUID, Verdict]) -> list[Member]:
    cap = table.weights.cap_over_mean
    if cap <= 0:
        return members
    mean = (sum(member.window for member in members) + 1) / max(sum(member.present for member in members), 0.01)
    free = [m for m in members if m.window + 1 <= max(1, math.ceil(cap * mean * m.present - 1e-9))]
    if not free:
        return members
    for member in members:
        if member not in free:
            verdicts[member.id].excluded = "over_cap"
            verdicts[member.id].mean = mean
    return free


def _pick(
    members: list[Member], row: Row, table: Table, lead: LeadFacts, verdicts: Mapping[UUID, Verdict]
) -> tuple[Member, str]:
    if row.choose == "fixed":
        return members[0], "later_in_list"
    floor = _below_floor(members, table)
    if floor is not None:
        verdicts[floor.id].floor = True
        return floor, "newcomer_first"
    if row.choose == "round_robin":
        return min(members, key=lambda m: (m.last, m.key)), "not_next"
    if row.choose == "least_load":
        return min(members, key=lambda m: (_load(m, table), m.last, m.key)), "more_open"
    weights = weigh(members, table, lead)
    total = sum(weights[m.id] * m.present for m in members)
    received = sum(m.window for m in members) + 1
    due = [weights[m.id] * m.present / total * received - m.window for m in members]
    for member, behind in zip(members, due, strict=True):
        verdict = verdicts[member.id]
        verdict.weight, verdict.due = weights[member.id], behind
    most = max(due) - LEVEL
    level = [m for m, behind in zip(members, due, strict=True) if behind >= most]
    return max(level, key=lambda m: (-_load(m, table), -m.last, m.key)), "lower_weight"


def _load(member: Member, table: Table) -> float:
    capacity = _capacity(member, table)
    return member.open / capacity if capacity else float(member.open)


def _below_floor(members: list[Member], table: Table) -> Member | None:
    floor = table.weights.newcomer_floor
    if floor <= 0:
        return None
    mean = (sum(m.window for m in members) + 1) / max(sum(m.present for m in members), 0.01)
    behind = [m for m in members if m.newcomer and m.window + 1 <= floor * mean * m.present]
    return min(behind, key=lambda m: (m.window / m.present, m.last, m.key)) if behind else None


def weigh(members: Sequence[Member], table: Table, lead: LeadFacts) -> dict[UUID, float]:
    """Weight of each member, 0.05 at least: answered follow-ups per present time, free capacity, preference tags.

    Each part is scaled to 0..1 among these members and multiplied by its weight; weights of 0 leave a part out.
    """
    weights = table.weights
    rates = {m.id: m.answered / max(m.present, 0.01) for m in members}
    best = max(rates.values(), default=0) or 1
    most = max((m.open for m in members), default=0) or 1
    result = {}
    for member in members:
        capacity = _capacity(member, table)
        free = 1 - member.open / capacity if capacity else 1 - member.open / (most + 1)
        wished = 1.0 if member.tags & lead.wishes else 0.0
        score = weights.answered * rates[member.id] / best + weights.free * free + weights.preference * wished
        result[member.id] = max(score, MIN_WEIGHT)
    return result
