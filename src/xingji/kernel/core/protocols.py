"""The small shapes by which floors meet: actor, events, fields, definition kinds. Owns no behaviour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import msgspec

from xingji.kernel.core.errors import Problem

if TYPE_CHECKING:
    from xingji.kernel.db.database import UnitOfWork


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `policy` is the access floor's compiled policy of this actor; None means the system itself.

    `people` are the person ids whose records this actor reaches by hierarchy (self included);
    `brands` None means every brand. `scopes` limits an API token; None means no limit. `seen_by`: the person who looks
    through this actor's eyes (and may change nothing).
    """

    kind: str  # person | token | source | system
    person: UUID | None = None
    login: UUID | None = None
    name: str = ""
    roles: tuple[str, ...] = ()
    units: tuple[UUID, ...] = ()
    people: tuple[UUID, ...] = ()
    regions: tuple[str, ...] = ()
    brands: tuple[str, ...] | None = None
    scopes: frozenset[str] | None = None
    policy: "Policy | None" = None
    seen_by: UUID | None = None
    on_behalf: str | None = None  # a rule key, an import id: why the system acts


SYSTEM = Actor(kind="system", name="system")


@dataclass(frozen=True, slots=True)
class RowScope:
    """Which rows: everything, nothing, or those for which a CEL condition holds.

    The condition may use the object's fields and `me`: id, and the lists people, units, regions, brands.
    """

    everything: bool = False
    cel: str | None = None  # None with everything=False means nothing

    @property
    def nothing(self) -> bool:
        return not self.everything and self.cel is None


class Policy(Protocol):
    """What one actor may do. The one authorisation checkpoint asks this; reads compile it into their SQL."""

    def rows(self, object_key: str, verb: str) -> RowScope:
        """Rows of an object for a verb: read | create | update | delete | export."""
        ...

    def field(self, object_key: str, field_key: str) -> str:
        """hidden | masked | read | write."""
        ...

    def may(self, right: str) -> bool:
        """Whether a workspace right is held: definitions.write, people.write, audit.read, export, …"""
        ...


class NewEvent(msgspec.Struct, frozen=True, gc=False):
    """A fact to append. `occurred_at` None means the unit of work's now. `source`/`id` None: made by us."""

    type: str
    object: str | None = None
    record: UUID | None = None
    data: Mapping[str, Any] = msgspec.field(default_factory=dict)
    occurred_at: datetime | None = None
    source: str | None = None
    id: str | None = None
    person: UUID | None = None  # who did it; None: the actor's person
    claimed: bool = False  # a rep's word, not recorded by a connector
    duration_sec: float | None = None
    brand: str | None = None
    depth: int = 0  # how many rules stand between this event and an outside cause
    cause: int | None = None  # id of the event that led here


class AppendEvents(Protocol):
    """The events floor's append, handed to lower floors."""

    async def __call__(self, uow: "UnitOfWork", events: Sequence[NewEvent]) -> list[int]: ...


@dataclass(frozen=True, slots=True)
class Ref:
    """A definition or a part of one: ("object", "lead"), ("field", "lead.budget"), ("role", "rep")."""

    kind: str
    key: str


@dataclass(slots=True)
class CheckContext:
    """What a kind's checker may look at: the published definitions, with the drafts of the same publish laid over."""

    documents: Mapping[tuple[str, str], Mapping[str, Any]]
    extra: dict[str, Any] = field(default_factory=dict)

    def of_kind(self, kind: str) -> dict[str, Mapping[str, Any]]:
        """All documents of one kind by key."""
        return {key: document for (k, key), document in self.documents.items() if k == kind}


class DefinitionKind(Protocol):
    """One kind of definition. Joined in one dict in `app.py`; the definitions floor knows none by name."""

    key: str

    def check(self, document: Mapping[str, Any], context: CheckContext) -> list[Problem]:
        """All problems at once, each with path, code and zh/en message; never raises on bad documents."""
        ...

    def references(self, document: Mapping[str, Any]) -> set[Ref]:
        """What this document uses, for "what uses this?"."""
        ...

    async def dry_run(
        self, uow: "UnitOfWork", document: Mapping[str, Any], since: datetime, until: datetime
    ) -> dict[str, Any]:
        """What the draft would have done in a past window; changes nothing."""
        ...

    async def publish(self, uow: "UnitOfWork", document: Mapping[str, Any], previous: Mapping[str, Any] | None) -> None:
        """Inside the publishing transaction: whatever must become true with it (queue schema change, arm cron)."""
        ...
