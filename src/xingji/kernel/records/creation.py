"""New records of the system itself, planned without asking the database, to be stored by one statement with other rows.

Same validation, stamps, gate and event as `write`, for what needs no question: no owner, no relation, no unique value,
no condition that may refuse. Everything else is left out, and goes through `write`. Search tokens are left to the worker.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import Mode, UnitOfWork
from xingji.kernel.records.changes import Change, Row
from xingji.kernel.records.conditions import check_conditions, doubted
from xingji.kernel.records.fields import Field
from xingji.kernel.records.guidance import ask_guidance
from xingji.kernel.records.known import fill_known
from xingji.kernel.records.schema import ObjectType, Schema, quoted
from xingji.kernel.records.search_tokens import UNSEARCHED
from xingji.kernel.records.validate import Reader, Writer, target_of
from xingji.kernel.records.write import GATES, STAMPS

Spares = Callable[[UnitOfWork, Schema, ObjectType], Awaitable[bool]]

#: For a gate's question or a stamp: whether it has nothing to say of new records of an object at this revision.
#: One that does not stand here sends every record of the system through `write`. Conditions are asked row by row.
SPARES: dict[Any, Spares] = {ask_guidance: lambda *_: _only_people(), fill_known: lambda *_: _only_people()}

STAMPED = ("created_at", "updated_at", "version", "write_mode")
_encode = msgspec.json.Encoder(enc_hook=str).encode


@dataclass(frozen=True, slots=True)
class Planned:
    """Records to be stored: their places among the changes, rows, and the data of their events as JSON text."""

    kind: ObjectType
    places: list[int]
    rows: list[Row]
    events: list[str]

    def columns(self) -> list[Field]:
        """The fields any of them sets, in the order of their keys."""
        keys = {key for row in self.rows for key, value in row.new.items() if value is not None}
        return [self.kind.fields[key] for key in sorted(keys)]


async def _only_people() -> bool:
    """Checklists are asked of people and tokens alone, and what is known is filled in for people."""
    return True


async def is_spared(uow: UnitOfWork, schema: Schema, object_key: str) -> bool:
    """Whether new records of the object can be planned at all: nothing but conditions may refuse or stamp them."""
    kind = schema.object(object_key)
    for one in (*(gate.ask for gate in GATES), *STAMPS):
        if one is not check_conditions and (one not in SPARES or not await SPARES[one](uow, schema, kind)):
            return False
    return True


def plan_creates(schema: Schema, actor: Actor, changes: Sequence[Change]) -> Planned:
    """Those of the changes (creations of one object that `is_spared`, by the system) that need no question."""
    kind = schema.object(changes[0].object)
    planned = Planned(kind, [], [], [])
    if actor.policy is not None or actor.person is not None:
        return planned
    reader: Reader = schema.memo(
        ("creation", kind.key), lambda: Reader(Writer(schema, actor, Mode.LIVE, owned=True), kind)
    )
    asks: frozenset[str] = schema.memo(("creation.asks", kind.key), lambda: frozenset(_asking(kind)))
    for place, change in enumerate(changes):
        row = Row(place, change, kind, change.id, {})  # type: ignore[arg-type]
        problems: list[Any] = []
        reader.read(row, problems)
        if problems or not asks.isdisjoint(row.new) or doubted(schema, kind, kind.conditions, [row]):
            continue
        planned.places.append(place)
        planned.rows.append(row)
        said = {key: (None, value) for key, value in row.new.items() if value is not None}
        planned.events.append(_encode({"changes": said}).decode())
    return planned


def _asking(kind: ObjectType) -> set[str]:
    return {"owner", "unit"} | {spec.key for spec in kind.fields.values() if spec.unique or target_of(spec)}


def insert_planned(planned: Planned, fields: Sequence[Field], source: str, stamps: Sequence[str]) -> str:
    """INSERT of the planned records from `source`, a row set with `record` and a text column c0, c1, … per field.

    stamps: SQL of the instant and the mode of writing.
    """
    names = ", ".join(quoted(str(spec.column)) for spec in fields)
    values = ", ".join(f"n.c{place}::{spec.pg_type}" for place, spec in enumerate(fields))
    at, mode = stamps
    return (
        f"insert into {planned.kind.table} (id, search, {', '.join(STAMPED)}, {names})"
        f" select n.record, '{{{UNSEARCHED}}}', {at}, {at}, 1, {mode}, {values} from {source} n"
    )


def column_texts(planned: Planned, fields: Sequence[Field]) -> list[list[str | None]]:
    """The values of each field as PostgreSQL reads them from text."""
    return [[_text(row.new.get(spec.key)) for row in planned.rows] for spec in fields]


def _text(value: Any) -> str | None:
    if value is None or value.__class__ is str:
        return value
    if isinstance(value, (list, tuple)):
        return "{" + ",".join(map(_element, value)) + "}"
    return str(value)


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


