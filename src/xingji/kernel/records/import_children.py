"""What hangs on an imported row: records of other objects, and its follow-up notes as events of their own days.

Owns how notes become touches: claimed, by the row's owner, at noon of their day; undated ones stay notes.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.changes import Change
from xingji.kernel.records.field_kinds.times import wire_of_instant
from xingji.kernel.records.import_notes import Note
from xingji.kernel.records.import_rows import Job, Read
from xingji.kernel.records.query import MOST_ROWS, Query, get_records, query

LAST_TOUCH, LAST_NOTE = "last_touch_at", "last_note"
TYPES = {True: "touch.followup", False: "touch.response"}


def add_last_touch(job: Job, row: Read) -> None:
    """Puts the day and the words of a row's last note into the record, where its object has fields for them."""
    if row.change is None or row.outcome not in ("new", "update"):
        return
    extra: dict[str, Any] = {}
    dated = [note for note in row.notes if note.day is not None and note.day <= job.today]
    if LAST_TOUCH in job.kind.fields and dated:
        last = max(dated, key=lambda note: note.day or date.min)
        extra[LAST_TOUCH] = wire_of_instant(_noon(job, last))
        if LAST_NOTE in job.kind.fields and (words := [note for note in dated if note.text]):
            extra[LAST_NOTE] = max(words, key=lambda note: note.day or date.min).text
    elif LAST_NOTE in job.kind.fields and (words := [note for note in row.notes if note.text]):
        extra[LAST_NOTE] = words[-1].text
    if extra:
        row.change = Change(row.change.op, row.change.object, row.change.id, {**row.change.values, **extra})


async def hang_children(uow: UnitOfWork, job: Job, rows: Sequence[Read]) -> None:
    """Fills `hanging` of the rows: what is to be made or changed beside them; one statement per object and portion.

    A record that hangs there is the row's own when title, owner and telephone are the same.
    """
    for child, (other, back) in job.children.items():
        asked = [row for row in rows if row.children.get(child) and row.record is not None]
        there = [row.record for row in asked if row.outcome in ("update", "same") and row.record]
        phones = [spec.key for spec in other.stored if spec.kind.key == "phone"]
        marks = [other.title, "owner", *phones]
        found = await _there(uow, other.key, back, marks, there)
        for row in asked:
            values = dict(row.children[child])
            values[other.title] = str(values.get(other.title) or row.values.get(job.kind.title) or "")
            if row.values.get("owner"):
                values.setdefault("owner", row.values["owner"])
            held = found.get((str(row.record), *(values.get(mark) for mark in marks)))
            if held is not None:
                row.hanging.append(Change("update", other.key, held, values))
                continue
            values[back] = str(row.record)
            if row.values.get("created_at"):
                values.setdefault("created_at", row.values["created_at"])
            row.hanging.append(Change("create", other.key, uuid7(), values))


async def _there(
    uow: UnitOfWork, object_key: str, back: str, marks: Sequence[str], parents: Sequence[UUID]
) -> dict[tuple[Any, ...], UUID]:
    found: dict[tuple[Any, ...], UUID] = {}
    unique = list(dict.fromkeys(parents))
    for start in range(0, len(unique), 1_000):
        part = unique[start : start + 1_000]
        page = await query(uow, Query(object_key, [back, *marks], where_in=(back, part), limit=MOST_ROWS, sort=["id"]))
        for row in page.rows:
            found.setdefault((str(row[back]), *(row.get(mark) for mark in marks)), UUID(str(row["id"])))
    return found


def events_of(job: Job, rows: Sequence[Read], now: datetime) -> list[NewEvent]:
    """The touches and notes of rows that were stored, as claimed events of the record's own past."""
    events = []
    for row in rows:
        if row.record is None or row.outcome not in ("new", "update", "same"):
            continue
        author = UUID(str(row.values["owner"])) if row.values.get("owner") else None
        for note in row.notes:
            if not note.text or (note.day is not None and note.day > job.today):
                continue
            data: dict[str, Any] = {"kind": note.kind, "direction": "out", "answered": note.answered, "text": note.text, "imported": True}
            if note.day is None:
                data["undated"] = True
            if note.guessed:
                data["year_guessed"] = True
            kind = "touch.note" if note.kind == "note" or note.day is None else TYPES[note.answered]
            at = _noon(job, note) if note.day is not None else now
            events.append(NewEvent(kind, job.kind.key, row.record, data, at, person=author, claimed=True))
    return events


def _noon(job: Job, note: Note) -> datetime:
    return datetime.combine(note.day or job.today, time(12), tzinfo=job.schema.place.zone)


async def touch_again(uow: UnitOfWork, job: Job, rows: Sequence[Read]) -> list[Change]:
    """Later touches of records that were there already, for rows that only add to them."""
    if LAST_TOUCH not in job.kind.fields:
        return []
    latest: dict[UUID, Note] = {}
    for row in rows:
        if row.outcome != "same" or row.record is None:
            continue
        for note in row.notes:
            if note.day is None or note.day > job.today:
                continue
            held = latest.get(row.record)
            if held is None or (held.day or date.min) < note.day:
                latest[row.record] = note
    if not latest:
        return []
    fresh = {row.record: row.change.values for row in rows if row.outcome == "new" and row.change is not None}
    stored = [id for id in latest if id not in fresh]
    known: dict[str, Any] = {str(id): values.get(LAST_TOUCH) for id, values in fresh.items()}
    known |= {row["id"]: row.get(LAST_TOUCH) for row in await get_records(uow, job.kind.key, stored, [LAST_TOUCH])}
    changes = []
    for id, note in latest.items():
        before, at = known.get(str(id)), _noon(job, note)
        if str(id) in known and (before is None or datetime.fromisoformat(before) < at):
            values = {LAST_TOUCH: wire_of_instant(at), **({LAST_NOTE: note.text} if note.text and LAST_NOTE in job.kind.fields else {})}
            changes.append(Change("update", job.kind.key, id, values))
    return changes
