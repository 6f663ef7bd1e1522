"""The gate of playbooks in the one write path: whichever door a move comes through, it meets this.

Also pins a playbook to a record, keeps the time of entering a stage, and tells of moves. Decides nothing itself.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from xingji.features.process.decide import Missing, Seen, allowed_move, left_behind, missing_for, taken
from xingji.features.process.document import Playbook
from xingji.features.process.sight import Wanted, holding, labels_of, pinned, playbook_versions, playbooks_of, see
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.db import Mode, UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records import Gate, Row, Schema
from xingji.kernel.records.field_kinds.times import wire_of_instant
from xingji.kernel.records.schema import ObjectType

GRANTED = "process.granted"
"""Key of `uow.memo`: by record, the stages an exception lets it enter, as the gate saw it: moves use up no other."""
WAYS = "process.ways"
"""Key of `uow.memo`: by record, stage left and stage entered, the transition the gate saw it go by."""
PIN = ("playbook", "playbook_version", "stage_since", "unverified")


@dataclass(frozen=True, slots=True)
class Move:
    """A write that moves a record under a playbook."""

    row: Row
    book: Playbook
    origin: str | None
    to: str | None
    won: bool

    @property
    def target(self) -> str:
        """What an exception for it names."""
        return "won" if self.won else str(self.to)

    @property
    def way(self) -> tuple[Any, ...]:
        """What tells it from a move that takes something else."""
        return self.book.key, self.book.version, self.origin, self.to, self.won

    @property
    def ahead(self) -> bool:
        """Whether it takes anything: winning, a later stage, or any way where the playbook names its transitions."""
        return self.won or self.book.index(self.to) > max(self.book.index(self.origin), 0) or (bool(self.book.transitions) and self.origin != self.to)


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
                # Only the system itself can say that a past was checked: a client's word for it is refused before.
                row.new |= {"stage_since": row.value("created_at") or now, "unverified": row.new.get("unverified") is not False}
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
    moves = await _moves_ahead(uow, books, rows)
    if not moves:
        return []
    seen = await _see_leaving(uow, schema, kind, [move.row for move in moves], _wanted(schema, kind, moves))
    labels = schema.memo(("process.labels", kind.key), lambda: labels_of(kind))
    uow.memo.setdefault(GRANTED, {}).update((move.row.id, seen[move.row.n].granted) for move in moves)
    ways: dict[tuple[Any, ...], str | None] = uow.memo.setdefault(WAYS, {})
    problems = []
    for move in moves:
        known = seen[move.row.n]
        ways[move.row.id, move.origin, move.to] = taken(move.book, known, move.origin, move.to, uow.actor.roles, **_who(uow, move))
        found = missing_for(move.book, known, move.origin, move.to, labels, won=move.won) + _allowed(uow, move, known, labels)
        if found and move.target not in known.granted:
            problems += [_problem(move, one) for one in found]
    return problems


async def _moves_ahead(uow: UnitOfWork, books: Sequence[Playbook], rows: Sequence[Row]) -> list[Move]:
    """The writes that take something: of records with a playbook, onwards, or by any way where it names its transitions."""
    following = {row.n: pin for row in rows if (row.op == "create" or (row.op == "update" and _moves(books, row))) and (pin := pinned(row)) is not None}
    versions = await playbook_versions(uow, following.values())
    moves = [_move(versions[following[row.n]], row) for row in rows if following.get(row.n) in versions]
    return [move for move in moves if move.ahead]


def _wanted(schema: Schema, kind: ObjectType, moves: Sequence[Move]) -> Wanted:
    """What these moves take; put together once for each set of ways."""

    def build() -> Wanted:
        wanted = Wanted(exceptions=True)
        for move in moves:
            book, at = move.book, move.book.index(move.to)
            wanted.add(book, left_behind(book, move.origin, move.to, won=move.won), book.stages[at] if at >= 0 else None)
        return wanted

    return schema.memo(("process.wanted", kind.key, frozenset(move.way for move in moves)), build)


async def _see_leaving(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row], wanted: Wanted) -> dict[int, Seen]:
    """What is known of records as they leave their stage: what asks how long they were in it means the one they leave."""
    entered = {row.n: row.new.pop("stage_since") for row in rows if row.op == "update" and "stage_since" in row.new}
    try:
        return await see(uow, schema, kind, rows, wanted)
    finally:
        for row in rows:
            if row.n in entered:
                row.new["stage_since"] = entered[row.n]


def _move(book: Playbook, row: Row) -> Move:
    """The move a write makes. A record that is created starts before the first stage."""
    changed_books = row.old.get("playbook") not in (None, book.key)  # what came before counts for nothing here
    origin = row.old.get(book.field) if row.op == "update" and not changed_books else None
    won = book.status is not None and row.value(book.status) in book.won and book.status in row.differing()
    return Move(row, book, origin, row.value(book.field), won)


def _allowed(uow: UnitOfWork, move: Move, seen: Seen, labels: Any) -> list[Missing]:
    if move.won or move.to is None:
        return []
    return allowed_move(move.book, seen, move.origin, move.to, uow.actor.roles, labels, **_who(uow, move))


def _who(uow: UnitOfWork, move: Move) -> dict[str, bool]:
    """Whether the record's owner moves it, or the system."""
    person, row = uow.actor.person, move.row
    owner = person is not None and str(row.old.get("owner") or row.value("owner")) == str(person)
    return {"owner": owner, "system": uow.actor.policy is None and uow.actor.kind == "system"}


def _problem(move: Move, one: Missing) -> Problem:
    book, row = move.book, move.row
    field = book.status if move.won and book.status else book.field
    params = {
        "field": field, "from": move.origin, "to": "won" if move.won else move.to, "stage": one.stage, "action": one.action,
        "kind": one.kind, "detail": one.detail, "id": str(row.id), "playbook": book.key, "version": book.version, "rule_name": _rule_name(book, one),
    }  # fmt: skip
    return Problem("process.gate_not_met", f"{row.path}.{field}", params, one.message, rule=f"{book.key}/{one.rule}", who=one.who)


def _rule_name(book: Playbook, one: Missing) -> dict[str, str]:
    """Where the rule stands, in words: playbook, stage, action."""
    at, action = book.index(one.stage), book.action(one.action) if one.action else None
    parts = [book.name, *([book.stages[at].name] if at >= 0 else []), *([action.name] if action else [])]
    return {tongue: " · ".join(part[tongue] for part in parts) for tongue in ("zh", "en")}


USE = """update process_exception x set status = 'used', used_at = $3 from unnest($1::uuid[], $2::text[]) as p(record, stage)
  where x.record = p.record and x.to_stage = p.stage and x.status = 'granted'"""
PROCESS_GATE = Gate(check_moves, gate_needs, strict=True)


async def tell_moves(uow: UnitOfWork, events: Sequence[NewEvent]) -> None:
    """Follows writes that moved records: says `<object>.stage_moved`, and uses up the exceptions that let them pass."""
    plain = [event for event in events if event.record is not None and event.type.endswith((".created", ".updated"))]
    said: list[NewEvent] = []
    entered: list[tuple[UUID | None, str]] = []
    for event in plain:
        books = await playbooks_of(uow, str(event.object))
        changes = event.data.get("changes") or {}
        if books and (pair := changes.get(books[0].field)) is not None:
            said.append(_moved(event, books, pair, changes, uow.memo.get(WAYS, {}).get((event.record, *pair))))
            entered.append((event.record, str(pair[1])))
        if books and books[0].status in changes and changes[books[0].status][1] in books[0].won:
            entered.append((event.record, "won"))
    if said:
        await append_events(uow, said)
    if uow.mode is not Mode.HISTORY:
        await _use_exceptions(uow, entered)


def _moved(event: NewEvent, books: Sequence[Playbook], pair: Sequence[Any], changes: Any, way: str | None) -> NewEvent:
    since = (changes.get("stage_since") or [None, None])[0]
    before, after = books[0].index(pair[0]), books[0].index(pair[1])
    data: dict[str, Any] = {"from": pair[0], "to": pair[1], "since": since, "rework": bool(pair[0] is not None and 0 <= after < before)}
    if way is not None:
        data["transition"] = way
    return NewEvent(f"{event.object}.stage_moved", event.object, event.record, data, event.occurred_at, person=event.person, brand=event.brand)


async def _use_exceptions(uow: UnitOfWork, pairs: Sequence[tuple[UUID | None, str]]) -> None:
    """Uses up the exceptions for these (record, target); asks nothing where the gate saw that there is none."""
    known = uow.memo.get(GRANTED, {})
    used = [(record, target) for record, target in pairs if target in known.get(record, (target,))]
    if used:
        await uow.execute(USE, *map(list, zip(*used, strict=True)), uow.now)
