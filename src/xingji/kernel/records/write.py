"""The one write path: authorise, validate, gate, store, append events; one record or a hundred thousand.

Everything that changes a record comes through `write`: screens, API, imports, rules, connectors. It never commits.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from xingji.kernel.access import authorise
from xingji.kernel.core.errors import Problem, forbidden, invalid
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Mode, UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records.changes import Change, Row, WriteResult
from xingji.kernel.records.conditions import Gate, check_conditions, condition_needs
from xingji.kernel.records.field_kinds.times import wire_of_instant
from xingji.kernel.records.fields import Field
from xingji.kernel.records.files import attach_files
from xingji.kernel.records.guidance import ask_guidance, guidance_needs
from xingji.kernel.records.old_state import VERBS, check_references, check_unique, lock_rows, units_of_people
from xingji.kernel.records.schema import ObjectType, Schema, load_schema
from xingji.kernel.records.store import bury_rows, insert_rows, searched_fields, update_rows
from xingji.kernel.records.validate import Writer, read_changes, referred_ids

EVENTS = {"create": "created", "update": "updated", "delete": "deleted", "restore": "restored"}
MOST_PROBLEMS = 1_000

#: The gate: everything that may refuse a write for what the record would become. Later features add to it.
GATES: list[Gate] = [Gate(check_conditions, condition_needs), Gate(ask_guidance, guidance_needs)]

#: What sets server-owned fields that follow from a change (the playbook of a deal). Runs before the gate, in every mode.
Stamp = Callable[[UnitOfWork, Schema, ObjectType, Sequence[Row]], Awaitable[None]]
STAMPS: list[Stamp] = []


async def write(uow: UnitOfWork, changes: Sequence[Change], *, gate: bool = True, owned: bool = False) -> WriteResult:
    """Stores the changes, all or none; ids and versions in their order.

    `owned` lets a command of the system write server-owned fields in the name of the actor, whose row scope still
    holds. Emits `<object>.created | updated | deleted | restored` with {changes: {field: [old, new]}}.
    Raises: `records.invalid` with every problem, `records.not_found`, `access.denied`, `records.version_conflict`,
    `records.not_unique`.
    """
    schema = await load_schema(uow)
    for object_key, op in {(change.object, change.op) for change in changes}:
        schema.object(object_key)
        authorise(uow.actor, VERBS.get(op, "update"), object_key)
    writer = Writer(schema, uow.actor, uow.mode, owned)
    rows, problems = read_changes(writer, changes)
    refuse(problems)
    events: list[NewEvent] = []
    for wave in _waves(rows):
        events += await _write_wave(uow, schema, wave, _gates(uow, gate))
    ids = await append_events(uow, events)
    return WriteResult(uow.change, [row.id for row in rows], [row.version for row in rows], ids, len(events))


def _gates(uow: UnitOfWork, asked: bool) -> list[Gate]:
    """The gates a write meets: none in history, the strict ones always."""
    return [] if uow.mode is Mode.HISTORY else [one for one in GATES if asked or one.strict]


async def check_write(uow: UnitOfWork, changes: Sequence[Change], *, owned: bool = False) -> list[Problem]:
    """The problems `write` would refuse with, as far as they can be told without storing (previews)."""
    schema = await load_schema(uow)
    writer = Writer(schema, uow.actor, uow.mode, owned)
    rows, problems = read_changes(writer, changes)
    bad = {problem.path.split(".")[1] for problem in problems}
    good = [row for row in rows if str(row.n) not in bad]
    for kind, part in _by_object(good):
        await _lock(uow, schema, kind, part, _gates(uow, True))
    await _stamp(uow, schema, good)
    problems += await check_references(uow, schema, good, referred_ids(good), scoped=uow.actor.policy is not None)
    for kind, part in _by_object(good):
        problems += await check_unique(uow, kind, part)
        for one in _gates(uow, True):
            problems += await one.ask(uow, schema, kind, part)
    return problems


async def refuse_values(uow: UnitOfWork, object_key: str, values: Mapping[str, Any]) -> None:
    """Passes when the actor could write these values themselves; for commands that write them on somebody's behalf.

    Raises: `records.invalid` for unknown, server-owned, read-only and malformed fields and for what is out of reach,
    `access.denied` for a foreign brand.
    """
    schema = await load_schema(uow)
    change = Change("update", object_key, uuid7(), dict(values))
    rows, problems = read_changes(Writer(schema, uow.actor, uow.mode), [change])
    problems += await check_references(uow, schema, rows, referred_ids(rows), scoped=uow.actor.policy is not None)
    refuse(problems)
    await _refuse_out_of_reach(uow, schema, schema.object(object_key), rows)


def _waves(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Portions in which every record appears once, in the order given."""
    waves: list[list[Row]] = []
    seen: dict[UUID, int] = {}
    for row in rows:
        number = seen.get(row.id, -1) + 1
        seen[row.id] = number
        while len(waves) <= number:
            waves.append([])
        waves[number].append(row)
    yield from waves


def _by_object(rows: Sequence[Row]) -> list[tuple[ObjectType, list[Row]]]:
    parts: dict[str, tuple[ObjectType, list[Row]]] = {}
    for row in rows:
        parts.setdefault(row.kind.key, (row.kind, []))[1].append(row)
    return list(parts.values())


async def _write_wave(uow: UnitOfWork, schema: Schema, rows: list[Row], gates: Sequence[Gate]) -> list[NewEvent]:
    scoped = uow.actor.policy is not None
    for kind, part in _by_object(rows):
        await _lock(uow, schema, kind, part, gates)
    await _stamp(uow, schema, rows)
    problems = await check_references(uow, schema, rows, referred_ids(rows), scoped=scoped)
    for kind, part in _by_object(rows):
        live = [row for row in part if row.op in ("create", "update")]
        problems += await check_unique(uow, kind, live)
        if scoped:
            await _refuse_out_of_reach(uow, schema, kind, live)
        for one in gates:
            problems += await one.ask(uow, schema, kind, live)
    refuse(problems)
    for kind, part in _by_object(rows):
        try:
            await _store(uow, kind, part)
        except asyncpg.InsufficientPrivilegeError:
            # A command on somebody's behalf moved a record into a brand beyond theirs: the database's own fence.
            raise forbidden("access.denied", object=kind.key, verb="update", field="brand", who="admin") from None
    return [event for row in rows if (event := _event(uow, row))]


async def _lock(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: list[Row], gates: Sequence[Gate]) -> None:
    existing = [row for row in rows if row.op != "create"]
    if not existing:
        return
    fields = await _needed(uow, schema, kind, existing, gates)
    await lock_rows(uow, schema, kind, existing, fields, scoped=uow.actor.policy is not None)


async def _needed(
    uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: list[Row], gates: Sequence[Gate]
) -> list[Field]:
    """The old values a write needs: what changes, what search is made of, and what a gate may ask."""
    changing = {key for row in rows for key in row.new}
    wanted = {"version", "owner", "unit", "brand", "created_at", "updated_at", "updated_by", "write_mode", *changing}
    # Stamps look at what the gates look at: once there are any, it is read in every mode.
    for one in GATES if STAMPS else gates:
        needed = await one.needs(uow, schema, kind, changing)
        if needed is None:
            return list(kind.fields.values())
        wanted |= needed
    wanted |= {spec.key for spec in searched_fields(kind)}  # of these the tokens are made, if only for the first time
    return [kind.fields[key] for key in sorted(wanted)]


async def _stamp(uow: UnitOfWork, schema: Schema, rows: Sequence[Row]) -> None:
    """Fills what the system sets: times, authors, version, mode, and unit and brand from a new owner."""
    now = wire_of_instant(uow.now)
    person = str(uow.actor.person) if uow.actor.person else None
    people = await units_of_people(uow) if any(row.op in ("create", "update") for row in rows) else {}
    for row in rows:
        row.stamp = {"updated_at": now, "updated_by": person, "version": row.version + 1, "write_mode": uow.mode.value}
        if row.op == "create":
            row.stamp |= {"created_at": now, "created_by": person}
            if "owner" not in row.new and person and row.kind.document.get("owner", "creator") == "creator":
                row.new["owner"] = person
            if uow.mode is Mode.HISTORY and row.new.get("created_at"):
                row.stamp["updated_at"] = row.new["created_at"]
        _follow_owner(row, people)
    for kind, part in _by_object(rows):
        live = [row for row in part if row.op in ("create", "update")]
        for stamp in STAMPS:
            if live:
                await stamp(uow, schema, kind, live)


def _follow_owner(row: Row, people: dict[str, tuple[str | None, str | None]]) -> None:
    if "owner" not in row.new or row.new["owner"] == row.old.get("owner"):
        return
    unit, brand = people.get(row.new["owner"] or "", (None, None))
    if row.new["owner"] is not None:
        row.new["unit"] = unit
        if brand is not None and row.value("brand") is None:
            row.new["brand"] = brand


async def _refuse_out_of_reach(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row]) -> None:
    """New records must lie within the actor's scope for creating; no record may be moved into a foreign brand."""
    from xingji.kernel.records.reach import created_out_of_reach

    brands = uow.actor.brands
    for row in rows:
        brand = row.value("brand")
        if brands is not None and brand is not None and brand not in brands:
            raise forbidden("access.denied", object=kind.key, verb=VERBS[row.op], field="brand", who="admin")
    outside = await created_out_of_reach(uow, schema, kind, [row for row in rows if row.op == "create"])
    if outside:
        raise forbidden("access.denied", object=kind.key, verb="create", count=len(outside), who="admin")


async def _store(uow: UnitOfWork, kind: ObjectType, rows: Sequence[Row]) -> None:
    if new := [row for row in rows if row.op == "create"]:
        await insert_rows(uow, kind, new)
    if changed := [row for row in rows if row.op == "update" and row.differs]:
        await update_rows(uow, kind, changed)
    for op in ("delete", "restore"):
        if part := [row for row in rows if row.op == op]:
            await bury_rows(uow, kind, part, restore=op == "restore")
    if any(spec.kind.key == "file" for spec in kind.stored):
        await attach_files(uow, kind, [row for row in rows if row.op in ("create", "update")])


def _event(uow: UnitOfWork, row: Row) -> NewEvent | None:
    changes = {
        key: pair for key, pair in row.differing().items() if key not in ("created_at", "updated_at", "updated_by")
    }
    if row.op == "update" and not changes:
        return None  # nothing differs: no new version, no event
    row.version = row.stamp["version"]
    at = row.value("updated_at") if uow.mode is Mode.HISTORY else None
    author = row.new.get("created_by") if row.op == "create" and uow.mode is Mode.HISTORY else None
    return NewEvent(
        type=f"{row.kind.key}.{EVENTS[row.op]}",
        object=row.kind.key,
        record=row.id,
        data={"changes": changes, "known": row.known} if row.known else {"changes": changes},
        occurred_at=datetime.fromisoformat(at) if at else None,
        person=UUID(author) if author else None,
        brand=row.value("brand"),
    )


def refuse(problems: Sequence[Problem]) -> None:
    """Raises `records.invalid` with the problems, when there are any."""
    if problems:
        raise invalid("records.invalid", problems[:MOST_PROBLEMS], count=len(problems))
