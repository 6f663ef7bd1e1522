"""What a decision was and why: a word on each candidate. Decides nothing."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.members import Group
from xingji.features.leads.dispatch.table import Row


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
class Judgement:
    """What a row made of its candidates, a place each in lists that run beside each other: the counts as they stood, why
    not (None: chosen), and how a weighted choice measured them. As lists, since there are sixty of them for each lead.
    """

    group: Group
    open: list[int]
    today: list[int]
    window: list[int]
    excluded: list[str | None]
    chosen: int | None = None
    mean: float | None = None  # what the cap was over, of those who are over it
    weighted: Mapping[int, tuple[float, float]] = field(default_factory=dict)  # weight and how far behind it
    floor: bool = False

    def __len__(self) -> int:
        return len(self.open)

    def verdict(self, place: int) -> Verdict:
        """The candidate of a place."""
        member, excluded = self.group.members[place], self.excluded[place]
        weight, due = self.weighted.get(place, (None, None))
        chosen = place == self.chosen
        return Verdict(
            member.id, self.open[place], self.group.limits[place], self.today[place], self.window[place], member.answered, member.present,
            chosen, excluded, weight, due, self.mean if excluded == "over_cap" else None, True if chosen and self.floor else None,
        )  # fmt: skip


@dataclass(slots=True)
class Decision:
    """Where a lead goes: a person, a pool, or nowhere (`held`). `passed`: rows tried in vain, with their reason."""

    lead: UUID
    row: Row | None
    chosen: UUID | None
    pool: str | None
    code: str
    judged: list[Judgement] = field(default_factory=list)
    passed: list[dict[str, Any]] = field(default_factory=list)

    @property
    def candidates(self) -> int:
        """How many people were looked at."""
        return len(self.judged[0]) if len(self.judged) == 1 else len(self.verdicts)

    @property
    def verdicts(self) -> list[Verdict]:
        """A verdict on each candidate; of one whom several rows judged the last row's."""
        if len(self.judged) == 1:
            return [self.judged[0].verdict(place) for place in range(len(self.judged[0]))]
        found: dict[UUID, Verdict] = {}
        for judgement in self.judged:
            for place in range(len(judgement)):
                verdict = judgement.verdict(place)
                found.pop(verdict.person, None)
                found[verdict.person] = verdict
        return list(found.values())
