"""Playbooks in force and what is known of records under them, each with a fixed number of statements.

Owns which playbook a record follows. Judges nothing (`decide` does) and changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.features.process.decide import Said, Seen
from xingji.features.process.document import Names, Playbook, read_playbook
from xingji.kernel.cel import CelError, Kind
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import Published, load_published
from xingji.kernel.records import RecordSink, Row, Schema
from xingji.kernel.records.schema import ObjectType
from xingji.kernel.records.stage import stage_sql

Pinned = tuple[str, int]


async def playbooks_of(uow: UnitOfWork, object_key: str) -> list[Playbook]:
    """The published playbooks of an object, in the order in which they are asked."""
    published = await load_published(uow)
    return published.memo("process.playbooks", _in_force).get(object_key, [])


def _in_force(published: Published) -> dict[str, list[Playbook]]:
    def compile_one(key: str, document: Mapping[str, Any]) -> Playbook:
        return read_playbook(key, published.versions["playbook", key], document)

    found: dict[str, list[Playbook]] = {}
    for playbook in published.compiled("playbook", compile_one).values():
        found.setdefault(playbook.object, []).append(playbook)
    for books in found.values():
        books.sort(key=lambda one: (one.order, one.key))
    return found


async def playbook_versions(uow: UnitOfWork, wanted: Iterable[Pinned]) -> dict[Pinned, Playbook]:
    """Playbooks by key and version, superseded ones too; a version never changes, so it is read once per process."""
    published = await load_published(uow)
    current = {(one.key, one.version): one for books in published.memo("process.playbooks", _in_force).values() for one in books}
    cache: dict[Any, Playbook] = uow.database.cache.setdefault(("process.versions", uow.workspace.key), {})
    missing = [one for one in set(wanted) if one not in current and one not in cache]
    if missing:
        rows = await uow.fetch(
            """select d.key, d.version, d.document from definition d
                 join unnest($1::text[], $2::int[]) as w(key, version) on d.key = w.key and d.version = w.version
                where d.kind = 'playbook'""",
            [key for key, _ in missing], [version for _, version in missing],
        )  # fmt: skip
        for row in rows:
            cache[row["key"], row["version"]] = read_playbook(row["key"], row["version"], row["document"])
    return {one: found for one in set(wanted) if (found := current.get(one) or cache.get(one)) is not None}


def pinned(row: Row) -> Pinned | None:
    """The playbook and version a record follows."""
    key, version = row.value("playbook"), row.value("playbook_version")
    return (str(key), int(version)) if key and version is not None else None


def labels_of(kind: ObjectType) -> Mapping[str, Names]:
    """What people call the object's fields."""
    return {key: spec.name for key, spec in kind.fields.items()}


async def see(
    uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row], books: Mapping[Pinned, Playbook]
) -> dict[int, Seen]:
    """What is known of each row (by its number), as it would be after the write. Four statements at most."""
    sources = {source for book in books.values() for source in book.conditions}
    truths, broken = await holding(uow, schema, kind, rows, sources)
    said = await _said(uow, rows)
    types = {name for book in books.values() for action in book.actions if action.evidence for name in action.evidence.events}
    events = await _events(uow, rows, types)
    approvals = {one for book in books.values() for one in _approvals(book)}
    approved = await _approved(uow, rows, approvals)
    return {
        row.n: Seen(
            {key: row.value(key) for key in kind.fields}, frozenset(truths.get(row.n, ())), said.get(row.id, {}),
            events.get(row.id, {}), approved.get(row.id, frozenset()), broken,
        )
        for row in rows
    }  # fmt: skip


async def holding(
    uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row], sources: Iterable[str]
) -> tuple[dict[int, set[str]], dict[str, str]]:
    """The expressions that hold for each row, and those that do not compile (any more) with the reason; one statement."""
    sink = RecordSink(schema, kind.key, now=uow.now, actor=uow.actor, alias="r")
    wanted, columns, broken = [], [], {}
    stage = stage_sql(sink, kind, list(rows))
    for source in sorted(set(sources)):
        try:
            columns.append(f"coalesce({sink.compile(source, Kind.boolean, only_true=True)}, false)")
            wanted.append(source)
        except (CelError, XingjiError) as error:
            broken[source] = error.problems[0].code if error.problems else str(error)
    if not wanted or not rows:
        return {}, broken
    sql = f"{uow.mark()}select r.n, array[{', '.join(columns)}] as holds from {stage} r{sink.from_joins}"
    found = {
        answer["n"]: {source for source, holds in zip(wanted, answer["holds"], strict=True) if holds}
        for answer in await uow.fetch(sql, *sink.values)
    }
    return found, broken


async def _said(uow: UnitOfWork, rows: Sequence[Row]) -> dict[UUID, dict[str, Said]]:
    found: dict[UUID, dict[str, Said]] = {}
    for row in await uow.fetch(
        "select record, action, state, evidence, claimed_by, confirmed_by, note from process_action where record = any($1::uuid[])",
        [row.id for row in rows],
    ):
        said = Said(row["state"], row["evidence"], row["claimed_by"], row["confirmed_by"], row["note"])
        found.setdefault(row["record"], {})[row["action"]] = said
    return found


async def _events(uow: UnitOfWork, rows: Sequence[Row], types: set[str]) -> dict[UUID, dict[str, int]]:
    """Recorded events only: a rep's word is a claim, not evidence."""
    if not types:
        return {}
    found: dict[UUID, dict[str, int]] = {}
    for row in await uow.fetch(
        """select record, type, count(*) as n from event where record = any($1::uuid[]) and type = any($2::text[])
             and not claimed and occurred_at <= $3 group by 1, 2""",
        [row.id for row in rows], sorted(types), uow.now,
    ):  # fmt: skip
        found.setdefault(row["record"], {})[row["type"]] = row["n"]
    return found


def _approvals(book: Playbook) -> set[str]:
    return {one for one in (*(a.approval for a in book.actions), *(t.approval for t in book.transitions)) if one}


async def _approved(uow: UnitOfWork, rows: Sequence[Row], wanted: set[str]) -> dict[UUID, frozenset[str]]:
    """Approvals granted and still good for each record."""
    if not wanted:
        return {}
    found: dict[UUID, set[str]] = {}
    for row in await uow.fetch(
        "select distinct record, flow from approval where record = any($1::uuid[]) and flow = any($2::text[]) and status = 'approved'",
        [row.id for row in rows], sorted(wanted),
    ):  # fmt: skip
        found.setdefault(row["record"], set()).add(row["flow"])
    return {record: frozenset(flows) for record, flows in found.items()}
