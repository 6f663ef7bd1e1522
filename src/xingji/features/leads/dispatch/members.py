"""The people of a decision: what is known of each, and a row's candidates with what of them no decision changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from xingji.features.leads.dispatch.table import Row, Table


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


class Group:
    """A row's candidates within a batch, and what of them no decision changes."""

    def __init__(self, members: Sequence[Member], row: Row, table: Table) -> None:
        self.members = members
        self.limits = [_capacity(member, table) for member in members]
        self.per_day = [m.per_day if m.per_day is not None else table.capacity.per_day for m in members]
        self.barred = [_barred(member, row) for member in members]
        self.off_hours = [member.is_off_hours(row.calendar or table.calendar) for member in members]
        self.present = [member.present for member in members]
        self.rates = [member.answered / max(member.present, 0.01) for member in members]
        self.newcomers = any(member.newcomer for member in members)
        self._wishes: dict[frozenset[str], list[float]] = {}

    def wished(self, wishes: frozenset[str]) -> list[float]:
        """1.0 for each member who has a tag somebody wishes for."""
        found = self._wishes.get(wishes)
        if found is None:
            found = self._wishes[wishes] = [1.0 if member.tags & wishes else 0.0 for member in self.members]
        return found


def _capacity(member: Member, table: Table) -> int | None:
    if member.capacity is not None:
        return member.capacity
    if member.trainee and table.capacity.trainee_open is not None:
        return table.capacity.trainee_open
    return table.capacity.open


def _barred(member: Member, row: Row) -> str | None:
    """Why a member gets nothing from a row in this batch, whatever they hold."""
    if member.left:
        return "left"
    if member.absent:
        return "absent"
    return "trainee" if member.trainee and not row.trainee_ok else None
