"""The gate of playbooks in the one write path: whichever door a move comes through, it meets this.

Also pins a playbook to a record, keeps the time of entering a stage, and tells of moves. Decides nothing itself.
"""

from collections.abc import Sequence, Set
from typing import Any
from uuid import UUID

from xingji.features.process.decide import Missing, Seen, allowed_move, left_behind, missing_for
from xingji.features.process.document import Playbook
from xingji.features.process.sight import Wanted, holding, labels_of, pinned, playbook_versions, playbooks_of, see
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Mode, UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records import Gate, Row, Schema
from xingji.kernel.records.field_kinds.times import wire_of_instant
from xingji.kernel.records.schema import ObjectType

PIN = ("playbook", "playbook_version", "stage_since", "unverified")


async def without_playbooks(uow: UnitOfWork, schema: Schema, kind: ObjectType) -> bool:
    """Whether the gate and the stamp have nothing to say of an object's records."""
    return not await playbooks_of(uow, kind.key)


async def gate_needs(uow: UnitOfWork, schema: Schema, kind: ObjectType, changing: Set[str]) -> frozenset[str] | None:
    """All old values when a write touches a stage or a result of an object with playbooks, else none."""
    books = await playbooks_of(uow, kind.key)
    return None if any({book.field, book.status} & changing for book in books) else frozenset()


async def pin_playbooks(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row]) -> None:
    """Gives new and moving records their playbook and version, and the time they entered their stage."""
    books = await playbooks_of(uow, kind.key)
    if not books or any(key not in kind.fields for key in PIN):
        return
    moving = [row for row in rows if row.op == "create" or _moves(books, row)]
    await _choose(uow, schema, kind, moving, books)
    now = wire_of_instant(uow.now)
    for row in moving:
        if row.value("playbook") is None:
            continue
        if uow.mode is Mode.HISTORY:
            if row.op == "create":
                row.new |= {"stage_since": row.value("created_at") or now, "unverified": True}
            elif any(book.field in row.differing() for book in books):
                row.new["stage_since"] = row.value("updated_at") or now
            continue
        if row.op == "create" or any(book.field in row.differing() for book in books):
            row.new["stage_since"] = now
        if row.old.get("unverified") or row.op == "create":
            row.new["unverified"] = False


async def _choose(
    uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row], books: Sequence[Playbook]
) -> None:
    """The first playbook whose condition holds; running records keep theirs until it does not fit them any more."""
    asked = {book.when for book in books if book.when}
    truths, broken = await holding(uow, schema, kind, rows, asked) if asked and rows else ({}, {})
    for row in rows:
        fitting = [b for b in books if not b.when or b.when in truths.get(row.n, ()) or b.when in broken]
        held = pinned(row)
        if fitting and (held is None or held[0] not in [book.key for book in fitting]):
            row.new |= {"playbook": fitting[0].key, "playbook_version": fitting[0].version}


def _moves(books: Sequence[Playbook], row: Row) -> bool:
    changed = row.differing()
    return any(book.field in changed or book.status in changed for book in books)


async def check_moves(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row]) -> list[Problem]:
    """The refusals of the playbooks: each names rule, missing item and who can supply it."""
    books = await playbooks_of(uow, kind.key)
    if not books:
        return []
    moving = [row for row in rows if row.op in ("create", "update") and (row.op == "create" or _moves(books, row))]
    following = {row.n: pin for row in moving if (pin := pinned(row)) is not None}
    versions = await playbook_versions(uow, following.values())
    asked = [row for row in moving if following.get(row.n) in versions and _forward(versions[following[row.n]], row)]
    if not asked:
        return []
    wanted = Wanted()
    for row in asked:
        book = versions[following[row.n]]
        origin, to, won = _move(book, row)
        wanted.add(book, left_behind(book, origin, to, won=won), book.stages[book.index(to)] if book.index(to) >= 0 else None)
    seen = await _see_leaving(uow, schema, kind, asked, wanted)
    labels = schema.memo(("process.labels", kind.key), lambda: labels_of(kind))
    lacking: list[tuple[Row, Playbook, list[Missing]]] = []
    for row in asked:
        book = versions[following[row.n]]
        origin, to, won = _move(book, row)
        found = missing_for(book, seen[row.n], origin, to, labels, won=won)
        found += _allowed(uow, book, row, seen[row.n], labels)
        if found:
            lacking.append((row, book, found))
    granted = await _granted(uow, [row for row, _, _ in lacking])
    return [
        _problem(book, row, one) for row, book, found in lacking
        if (row.id, _target(book, row)) not in granted for one in found
    ]  # fmt: skip


async def _see_leaving(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row], wanted: Wanted) -> dict[int, Seen]:
    """What is known of records as they leave their stage: what asks how long they were in it means the one they leave."""
    entered = {row.n: row.new.pop("stage_since") for row in rows if row.op == "update" and "stage_since" in row.new}
    try:
        return await see(uow, schema, kind, rows, wanted)
    finally:
        for row in rows:
            if row.n in entered:
                row.new["stage_since"] = entered[row.n]


def _move(book: Playbook, row: Row) -> tuple[str | None, str | None, bool]:
    """(from, to, won) of a write. A record that is created starts before the first stage."""
    changed_books = row.old.get("playbook") not in (None, book.key)  # what came before counts for nothing here
    origin = row.old.get(book.field) if row.op == "update" and not changed_books else None
    won = book.status is not None and book.status in row.differing() and row.value(book.status) in book.won
    return origin, row.value(book.field), won


def _target(book: Playbook, row: Row) -> str:
    _, to, won = _move(book, row)
    return "won" if won else str(to)


def _forward(book: Playbook, row: Row) -> bool:
    origin, to, won = _move(book, row)
    return won or book.index(to) > max(book.index(origin), 0) or (bool(book.transitions) and origin != to)


def _allowed(uow: UnitOfWork, book: Playbook, row: Row, seen: Any, labels: Any) -> list[Missing]:
    origin, to, won = _move(book, row)
    if won or to is None:
        return []
    person = uow.actor.person
    owner = person is not None and str(row.old.get("owner") or row.value("owner")) == str(person)
    system = uow.actor.policy is None and uow.actor.kind == "system"
    return allowed_move(book, seen, origin, to, uow.actor.roles, labels, owner=owner, system=system)


def _problem(book: Playbook, row: Row, one: Missing) -> Problem:
    origin, to, won = _move(book, row)
    field = book.status if won and book.status else book.field
    params = {
        "field": field, "from": origin, "to": "won" if won else to, "stage": one.stage, "action": one.action,
        "kind": one.kind, "detail": one.detail, "id": str(row.id), "playbook": book.key, "version": book.version, "rule_name": _rule_name(book, one),
    }  # fmt: skip
    return Problem("process.gate_not_met", f"{row.path}.{field}", params, one.message, rule=f"{book.key}/{one.rule}", who=one.who)


def _rule_name(book: Playbook, one: Missing) -> dict[str, str]:
    """Where the rule stands, in words: playbook, stage, action."""
    at, action = book.index(one.stage), book.action(one.action) if one.action else None
    parts = [book.name, *([book.stages[at].name] if at >= 0 else []), *([action.name] if action else [])]
    return {tongue: " · ".join(part[tongue] for part in parts) for tongue in ("zh", "en")}


async def _granted(uow: UnitOfWork, rows: Sequence[Row]) -> set[tuple[UUID, str]]:
    """(record, target) of exceptions granted and not used yet."""
    if not rows:
        return set()
    found = await uow.fetch(
        "select record, to_stage from process_exception where record = any($1::uuid[]) and status = 'granted'",
        [row.id for row in rows],
    )
    return {(row["record"], row["to_stage"]) for row in found}


PROCESS_GATE = Gate(check_moves, gate_needs, strict=True)


async def tell_moves(uow: UnitOfWork, events: Sequence[NewEvent]) -> None:
    """Follows writes that moved records: says `<object>.stage_moved`, and uses up the exceptions that let them pass."""
    plain = [event for event in events if event.record is not None and event.type.endswith((".created", ".updated"))]
    said: list[NewEvent] = []
    for event in plain:
        books = await playbooks_of(uow, str(event.object))
        changes = event.data.get("changes") or {}
        if books and (pair := changes.get(books[0].field)) is not None:
            said.append(_moved(event, books, pair, changes))
        if books and books[0].status in changes and changes[books[0].status][1] in books[0].won:
            await _use_exceptions(uow, [(event.record, "won")])
    if not said:
        return
    await append_events(uow, said)
    if uow.mode is not Mode.HISTORY:
        await _use_exceptions(uow, [(event.record, str(event.data["to"])) for event in said])


def _moved(event: NewEvent, books: Sequence[Playbook], pair: Sequence[Any], changes: Any) -> NewEvent:
    since = (changes.get("stage_since") or [None, None])[0]
    before, after = books[0].index(pair[0]), books[0].index(pair[1])
    data = {"from": pair[0], "to": pair[1], "since": since, "rework": bool(pair[0] is not None and 0 <= after < before)}
    return NewEvent(f"{event.object}.stage_moved", event.object, event.record, data, event.occurred_at, person=event.person, brand=event.brand)


async def _use_exceptions(uow: UnitOfWork, pairs: Sequence[tuple[UUID | None, str]]) -> None:
    await uow.execute(
        """update process_exception x set status = 'used', used_at = $3 from unnest($1::uuid[], $2::text[]) as p(record, stage)
            where x.record = p.record and x.to_stage = p.stage and x.status = 'granted'""",
        [record for record, _ in pairs], [stage for _, stage in pairs], uow.now,
    )  # fmt: skip
