"""Takes back what one command changed, as a new logged change. Owns what can be taken back and says what cannot.

Undoing restores what still is as that command left it; fields changed since stay, and are listed with what was sent.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

from xingji.kernel.core.errors import not_found
from xingji.kernel.core.protocols import Actor, NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.events.withdrawn import WITHDRAWN
from xingji.kernel.records.changes import Change
from xingji.kernel.records.query import get_records
from xingji.kernel.records.schema import Schema, load_schema
from xingji.kernel.records.visibility import visible_fields
from xingji.kernel.records.write import write


class Withdrawn(Protocol):
    """What an undo could not stop: messages that had left already."""

    @property
    def sent(self) -> list[dict[str, Any]]: ...


Withdraw = Callable[[UnitOfWork, UUID], Awaitable[Withdrawn]]
_withdraw: list[Withdraw] = []
#: Events of features that are taken back with their record, and the server-owned fields each of them set.
_effects: dict[str, tuple[str, ...]] = {}


def configure_undo(withdraw: Withdraw, effects: Mapping[str, tuple[str, ...]] | None = None) -> None:
    """Hands in how messages of a change are stopped, and which events go with the record; calling it again replaces it."""
    _withdraw[:] = [withdraw]
    _effects.clear()
    _effects.update(effects or {})


@dataclass(slots=True)
class UndoResult:
    """`restored` names records put back; `cannot` lists {object, record, field?, reason}, with what was sent."""

    change: UUID
    restored: list[dict[str, Any]] = field(default_factory=list)
    cannot: list[dict[str, Any]] = field(default_factory=list)


@dataclass(slots=True)
class _Touched:
    """What a command did to one record, all its events folded into one."""

    object: str
    id: UUID
    verb: str
    fields: dict[str, list[Any]]
    last_event: int
    brand: str | None = None
    effects: set[str] = field(default_factory=set)


async def undo(uow: UnitOfWork, change: UUID) -> UndoResult:
    """Restores what a command changed, under the actor's row scope. Emits `change.undone`.

    Raises: `records.change_not_found` when the log knows no change of records under that id, `access.denied`.
    """
    touched = await _read_change(uow, change)
    if not touched:
        raise not_found("records.change_not_found", change=str(change))
    schema = await load_schema(uow)
    result = UndoResult(uow.change)
    wishes: list[Change] = []
    later = await _changed_later(uow, [one.id for one in touched], change)
    for object_key in dict.fromkeys(one.object for one in touched):
        mine = [one for one in touched if one.object == object_key]
        if object_key not in schema.objects:
            result.cannot += [_no(one, "object_removed") for one in mine]
            continue
        wishes += await _wishes(uow, schema, mine, later, result)
    if wishes:
        # Taking back what was itself taken back is a deed of its own: features answer it like any other.
        again = await uow.fetchval("select true from event where change = $1 and type = $2 limit 1", change, WITHDRAWN)
        await write(replace(uow, undoes=None if again else change), wishes, gate=False, owned=True)
    result.restored = [{"object": wish.object, "record": str(wish.id), "op": wish.op} for wish in wishes]
    await append_events(uow, _withdrawals(touched, change, result))
    for withdraw in _withdraw:
        sent = (await withdraw(uow, change)).sent
        if not all(_sees_all(schema, uow.actor, one.object) for one in touched):
            sent = [{key: value for key, value in item.items() if key != "title"} for item in sent]
        result.cannot += [{"reason": "sent", **item} for item in sent]
    await append_events(uow, [NewEvent("change.undone", data={"undone": str(change), "restored": len(wishes)})])
    return result


def _withdrawals(touched: list[_Touched], change: UUID, result: UndoResult) -> list[NewEvent]:
    """What features had said of records that are now back as they were."""
    kept = {one["record"] for one in result.cannot if "record" in one}
    back = {one["record"] for one in result.restored} - kept
    return [
        NewEvent(WITHDRAWN, one.object, one.id, {"change": str(change), "types": sorted(one.effects)}, brand=one.brand)
        for one in touched if one.effects and str(one.id) in back
    ]  # fmt: skip


async def _read_change(uow: UnitOfWork, change: UUID) -> list[_Touched]:
    rows = await uow.fetch(
        "select id, type, object, record, data, brand from event where change = $1 and record is not null order by id", change
    )
    found: dict[UUID, _Touched] = {}
    for row in rows:
        verb = row["type"].removeprefix(f"{row['object']}.")
        if verb not in ("created", "updated", "deleted", "restored"):
            continue
        one = found.setdefault(row["record"], _Touched(row["object"], row["record"], verb, {}, 0, row["brand"]))
        for key, (before, after) in (row["data"].get("changes") or {}).items():
            one.fields[key] = [one.fields[key][0] if key in one.fields else before, after]
        if verb == "deleted" and one.verb != "created":
            one.verb = verb
        one.last_event = row["id"]
    for row in rows:
        if row["type"] in _effects and row["record"] in found:
            found[row["record"]].effects.add(row["type"])
    return list(found.values())


async def _changed_later(uow: UnitOfWork, ids: list[UUID], change: UUID) -> set[UUID]:
    """Those that somebody changed since: what rules did to a record that should not have been keeps it from nothing."""
    rows = await uow.fetch(
        "select distinct e.record from event e where e.record = any ($1::uuid[]) and e.change is distinct from $2"
        " and e.type = e.object || '.updated' and e.cause is null and e.id > (select min(id) from event where change = $2)",
        ids, change,
    )  # fmt: skip
    return {row["record"] for row in rows}


async def _wishes(
    uow: UnitOfWork, schema: Schema, touched: list[_Touched], later: set[UUID], result: UndoResult
) -> list[Change]:
    object_key = touched[0].object
    kind = schema.object(object_key)
    # Read as the system: whether a field may be restored depends on its value, not on who may see it.
    system = _as_system(uow)
    current = {row["id"]: row for row in await get_records(system, object_key, [one.id for one in touched])}
    seen = {row["id"] for row in await get_records(uow, object_key, [one.id for one in touched], ["id"])}
    if not set(current) <= seen:
        raise not_found("records.change_not_found")
    levels = visible_fields(schema, uow.actor, object_key)
    wishes: list[Change] = []
    for one in touched:
        row = current.get(str(one.id))
        if one.verb == "deleted":
            wishes += [Change("restore", object_key, one.id)] if row is None else []
        elif row is None:
            result.cannot.append(_no(one, "deleted_since"))
        elif one.verb == "created" and one.id in later:
            result.cannot.append(_no(one, "changed_since"))
        elif one.verb in ("created", "restored"):
            wishes.append(Change("delete", object_key, one.id))
        else:
            values: dict[str, Any] = {}
            goes = {key for effect in one.effects for key in _effects[effect]}
            for key, (before, after) in one.fields.items():
                spec = kind.fields.get(key)
                if spec is not None and levels.get(key) != "write":
                    result.cannot.append(_no(one, "field_closed", key if key in levels else None))
                elif spec is None or spec.column is None:
                    result.cannot.append(_no(one, "field_removed", key))
                elif spec.server_owned and not spec.system and uow.actor.policy is not None and key not in goes:
                    # Set by a command with effects of its own (a touch stops a clock): the value alone does not undo it.
                    result.cannot.append(_no(one, "server_owned", key))
                elif row.get(key) != after:
                    result.cannot.append(_no(one, "changed_since", key))
                elif not (spec.system and spec.server_owned):
                    values[key] = before
            if values:
                wishes.append(Change("update", object_key, one.id, values))
    return wishes


def _sees_all(schema: Schema, actor: Actor, object_key: str) -> bool:
    """Whether no field of the object is hidden from or masked for this actor: titles of messages may hold any of them."""
    levels = visible_fields(schema, actor, object_key) if object_key in schema.objects else {}
    return object_key in schema.objects and all(
        levels.get(f.key) in ("read", "write") for f in schema.objects[object_key].stored
    )


def _as_system(uow: UnitOfWork) -> UnitOfWork:
    return replace(uow, actor=Actor(kind="system", person=uow.actor.person, brands=uow.actor.brands))


def _no(one: _Touched, reason: str, key: str | None = None) -> dict[str, Any]:
    found = {"object": one.object, "record": str(one.id), "reason": reason}
    return {**found, "field": key} if key else found
