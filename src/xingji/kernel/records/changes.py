"""What a write is asked to do and what it answers. Owns the shapes; `write` does the work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xingji.kernel.records.schema import ObjectType

OPS = frozenset({"create", "update", "delete", "restore"})


@dataclass(frozen=True, slots=True)
class Change:
    """One wish. `values` are wire values by field; `expected_version` refuses when somebody else was faster.

    In history mode `values` may also carry created_at, created_by, updated_at and updated_by.
    """

    op: str  # create | update | delete | restore
    object: str
    id: UUID | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What was stored, in the order of the changes. `changed` counts records that really differ now."""

    change: UUID
    ids: list[UUID]
    versions: list[int]
    events: list[int]
    changed: int


@dataclass(slots=True)
class Row:
    """One change on its way: `old` and `new` are wire values; `new` holds only what the change sets.

    `stamp` is what the system sets beside it: times, authors, version, mode; `known`: fields it filled; `unsearched`: has no search tokens yet.
    """

    n: int
    change: Change
    kind: ObjectType
    id: UUID
    new: dict[str, Any]
    old: dict[str, Any] = field(default_factory=dict)
    stamp: dict[str, Any] = field(default_factory=dict)
    version: int = 0
    known: list[str] = field(default_factory=list)
    unsearched: bool = False

    @property
    def op(self) -> str:
        return self.change.op

    @property
    def path(self) -> str:
        return f"changes.{self.n}"

    def value(self, key: str) -> Any:
        """The value the field will have."""
        if key in self.new:
            return self.new[key]
        return self.stamp[key] if key in self.stamp else self.old.get(key)

    @property
    def differs(self) -> bool:
        """Whether any field gets another value."""
        old = self.old
        return any(old.get(key) != value for key, value in self.new.items())

    def differing(self) -> dict[str, list[Any]]:
        """Fields that get another value: {field: [old, new]}."""
        return {key: [self.old.get(key), value] for key, value in self.new.items() if self.old.get(key) != value}
