"""The deals a report is made of, and where each of them had been. Shared by the reports; no figure of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from xingji.features.process.document import Playbook
from xingji.features.process.health_sql import bound, compile_done
from xingji.features.process.sight import Pinned, playbook_versions, playbooks_of
from xingji.kernel import records
from xingji.kernel.core.errors import not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records.visibility import visible_fields

MOST = 5_000


@dataclass(slots=True)
class Case:
    """One record: what it is now, and every stage it was ever in."""

    id: UUID
    title: str
    stage: str | None
    status: str | None
    owner: str | None
    pin: Pinned
    reason: str | None
    stages: set[str] = field(default_factory=set)


async def book_of(uow: UnitOfWork, object_key: str, key: str | None) -> Playbook:
    """The playbook in force of that key, the first one without. Raises: `process.no_playbook`."""
    books = [book for book in await playbooks_of(uow, object_key) if key in (None, book.key)]
    if not books:
        raise not_found("process.no_playbook", object=object_key)
    return books[0]


async def cases_of(uow: UnitOfWork, book: Playbook, since: datetime, until: datetime) -> tuple[list[Case], dict[str, str], bool]:
    """Cases the reader sees that were changed in the window and follow the playbook, people's names, whether more there are."""
    schema = await records.load_schema(uow)
    title = schema.object(book.object).title
    seen = visible_fields(schema, uow.actor, book.object)
    wanted = [key for key in (title, book.field, book.status, "owner", "playbook", "playbook_version", "lost_reason") if key and key in seen]
    window = f'playbook == "{book.key}" && updated_at >= timestamp("{since.isoformat()}") && created_at < timestamp("{until.isoformat()}")'
    page = await records.query(uow, records.Query(book.object, wanted, window, sort=["-created_at"], limit=MOST, names=True))
    cases = {
        UUID(row["id"]): Case(
            UUID(row["id"]), str(row.get(title) or ""), row.get(book.field), row.get(str(book.status)), row.get("owner"),
            (row["playbook"], int(row.get("playbook_version") or 0)), row.get("lost_reason"),
        )
        for row in page.rows
    }  # fmt: skip
    moves = await uow.fetch(
        f"select e.record, e.data ->> 'from' as a, e.data ->> 'to' as b from event e where e.record = any ($1::uuid[]) and e.type = $2::text || '.stage_moved' and {standing('e')}",
        list(cases), book.object,
    )
    for row in moves:
        cases[row["record"]].stages |= {row["a"], row["b"]} - {None}
    for case in cases.values():
        case.stages |= {case.stage} if case.stage else set()
    return list(cases.values()), page.people, page.next is not None


async def done_of(uow: UnitOfWork, cases: Sequence[Case], *, closed: bool) -> dict[UUID, dict[str, bool | None]]:
    """By record and action what is done, null where it does not concern: one statement per playbook version."""
    books = await playbook_versions(uow, {case.pin for case in cases})
    schema = await records.load_schema(uow)
    found: dict[UUID, dict[str, bool | None]] = {}
    for pin, book in books.items():
        ids = [case.id for case in cases if case.pin == pin]
        sql, sink = compile_done(schema, book, few=True, closed=closed)
        keys = [action.key for action in book.actions]
        for row in await uow.fetch(uow.mark() + sql, *bound(sink.values, uow.now, ids)):
            found[row["id"]] = dict(zip(keys, row["done"], strict=True))
    return found
