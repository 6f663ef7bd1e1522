"""The face of an action: what a rule may do. Owns shapes only; each kind of action has its own file beside it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from xingji.kernel.cel import Kind
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.rules.actions.described import Described

Step = Mapping[str, Any]


@dataclass(slots=True)
class Hit:
    """One thing a rule acts on: an event (or a timer) and, mostly, a record. `values` answer the step's expressions."""

    rule: str
    version: int
    record: UUID | None
    object: str | None
    event: int | None
    timer: int | None
    type: str
    data: Mapping[str, Any]
    person: UUID | None
    at: datetime
    depth: int = 0
    cause: int | None = None  # the event that led to this one
    change: UUID | None = None  # the command that brought it
    values: Mapping[str, Any] = field(default_factory=dict)
    brand: str | None = None  # the record's
    step: int = 0  # which of the rule's steps acts on it

    def at_step(self, values: Mapping[str, Any], step: int) -> "Hit":
        """The same thing with what the expressions of one of the rule's steps came to."""
        return Hit(
            self.rule, self.version, self.record, self.object, self.event, self.timer, self.type, self.data, self.person, self.at,
            self.depth, self.cause, self.change, values, self.brand, step,
        )  # fmt: skip

    @property
    def dedupe(self) -> str:
        """Names this step of this run, so that saying something twice says it once."""
        return f"{self.rule}:{self.event or self.at.isoformat()}:{self.record or ''}:{self.step}"


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one hit: done | skipped | failed, with details (JSON) that `phrase` can put into words."""

    status: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActionCheck:
    """What an action's checker may use.

    `cel(source, path, want)` checks an expression in the rule's environment; `kinds(object)` are the fields that can be
    written, with the kind of their values.
    """

    context: CheckContext
    object: str | None
    path: str
    cel: Callable[[Any, str, Kind | None], list[Problem]]
    kinds: Callable[[str], Mapping[str, Kind]]

    def at(self, *parts: str | int) -> str:
        """The path of a part of this step: "do.0.fields.intent"."""
        return ".".join([self.path, *map(str, parts)])


class Action(Protocol):
    """One kind of action. Set-based: one call acts on all hits of a rule in a batch."""

    key: str
    described: Described

    def check(self, step: Step, check: ActionCheck) -> list[Problem]:
        """All problems of a step; never raises on bad ones."""
        ...

    def references(self, step: Step) -> set[Ref]:
        """What a step uses."""
        ...

    def expressions(self, step: Step) -> Mapping[str, str | tuple[str, Kind | str | None]]:
        """CEL to evaluate for each hit just before `apply`, by the name it gets in `hit.values`.

        With the kind wanted, or "field:owner" / "field:task.owner" for the kind of a field.
        """
        ...

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """Acts; one Done per hit, in order. May raise: the engine then acts hit by hit, to find the one that fails."""
        ...

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """What was done, as half a sentence in zh and en."""
        ...
