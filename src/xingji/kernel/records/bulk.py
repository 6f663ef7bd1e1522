"""Many records at once on a person's word: listed changes, or one thing done to all records of a selection.

A selection is ids, or everything a filter and a search show; it is worked through in portions by id, so that what a
change moves out of the filter is not met twice. Refused records are left out and named; all portions share one change
id, so that one undo takes back the whole.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import ErrorKind, Problem, XingjiError, invalid, not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.changes import Change
from xingji.kernel.records.query import MOST_ROWS, Query, query
from xingji.kernel.records.schema import ObjectType, load_schema
from xingji.kernel.records.visibility import reach, visible_fields
from xingji.kernel.records.write import check_write, write

PORTION = 500
MOST_CHECKED = 2_000
MOST_IDS = 10_000
SAMPLES = 5
MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class BulkAsked:
    """Either `changes`, or `values` for all records of `filter`."""

    object: str
    changes: Sequence[Change] | None = None
    filter: str | None = None
    values: Mapping[str, Any] | None = None
    dry_run: bool = False


async def run_bulk(uow: UnitOfWork, asked: BulkAsked) -> dict[str, Any]:
    """{change, ids, changed}; for a dry run {count, problems}. Raises: as `write`, `records.too_many` above 5,000."""
    if (asked.changes is None) == (asked.values is None):
        raise invalid("records.invalid", [Problem("records.bulk_either", "changes")])
    changes = list(asked.changes) if asked.changes is not None else await _of_filter(uow, asked)
    if asked.dry_run:
        problems = await check_write(uow, changes)
        return {"count": len(changes), "problems": [problem.as_dict() for problem in problems[:200]]}
    result = await write(uow, changes)
    return {"change": str(result.change), "ids": [str(id) for id in result.ids], "changed": result.changed}


async def _of_filter(uow: UnitOfWork, asked: BulkAsked) -> list[Change]:
    if not asked.filter:
        raise invalid("records.invalid", [Problem("records.filter_missing", "filter")])
    page = await query(uow, Query(asked.object, fields=[], filter=asked.filter, limit=MOST_ROWS))
    if page.next is not None:
        raise invalid("records.too_many", most=MOST_ROWS)
    return [Change("update", asked.object, UUID(row["id"]), dict(asked.values or {})) for row in page.rows]


# ── one thing done to a selection ────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Selection:
    """Which records: `ids`, or everything that filter and search show."""

    object: str
    ids: Sequence[UUID] | None = None
    filter: str | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done to each: fields set, list items added to and taken from list fields, or the record deleted."""

    set: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, Sequence[str]] = field(default_factory=dict)
    remove: Mapping[str, Sequence[str]] = field(default_factory=dict)
    delete: bool = False
    command: str | None = None
    value: Any = None

    @property
    def fields(self) -> list[str]:
        own = COMMANDS[self.command].shows if self.command in COMMANDS else ()
        return list(dict.fromkeys([*self.set, *self.add, *self.remove, *own]))


@dataclass(frozen=True, slots=True)
class Command:
    """A deed that a feature does in its own way, with its own events: {record: None or the problem it had with it}."""

    object: str
    shows: tuple[str, ...]
    do: Callable[[UnitOfWork, Sequence[UUID], Any], Awaitable[Mapping[UUID, Problem | None]]]


#: Commands by name, handed in by `app.py`.
COMMANDS: dict[str, Command] = {}


async def preview_bulk(uow: UnitOfWork, chosen: Selection, deed: Deed) -> dict[str, Any]:
    """What a deed would do: {count, checked, change, same, refused, refusals, samples}; writes nothing.

    Up to 2,000 records are checked one by one by the write path itself. Raises: as the list, `records.invalid` for a
    value or a field that fits no record.
    """
    kind = _kind(await load_schema(uow), uow, chosen.object, deed)
    page = await _portion(uow, kind, chosen, deed, None, MOST_CHECKED, count=True)
    changes, refused = await _sort_out(uow, kind, deed, page.rows)
    if deed.command is not None:
        # Done for once and taken back: the command itself says what it would refuse.
        trial = uow.connection.transaction()
        await trial.start()
        try:
            gone = await _command(uow, kind, deed, changes, page.rows)
        finally:
            await trial.rollback()
        refused += gone
        out = {one["id"] for one in gone}
        changes = [change for change in changes if str(change.id) not in out]
    before = {str(row["id"]): row for row in page.rows}
    differing = {
        str(change.id) for change in changes if deed.delete or deed.command or _differs(change, before[str(change.id)])
    }
    total = page.count if page.count is not None else len(page.rows)
    samples = [
        {"id": str(c.id), "title": _name(kind, before[str(c.id)]), "before": {k: before[str(c.id)].get(k) for k in c.values}, "after": dict(c.values)}
        for c in changes if str(c.id) in differing
    ][:SAMPLES]  # fmt: skip
    return {
        "count": total, "checked": len(page.rows), "change": len(differing), "same": len(changes) - len(differing),
        "refused": len(refused), "refusals": refused[:MOST_NAMED], "samples": samples, "people": page.people, "related": page.related,
    }  # fmt: skip


async def run_portion(
    uow: UnitOfWork, chosen: Selection, deed: Deed, *, after: UUID | None = None, change: UUID | None = None
) -> dict[str, Any]:
    """The next portion of a deed: {change, changed, refused, refusals, done, next}; `next` None after the last one.

    `change` carries on the change of the portions before. Raises: `records.change_not_found` for somebody else's.
    """
    if change is not None:
        await _carry_on(uow, change)
    kind = _kind(await load_schema(uow), uow, chosen.object, deed)
    page = await _portion(uow, kind, chosen, deed, after, PORTION)
    changes, refused = await _sort_out(uow, kind, deed, page.rows)
    if deed.command is not None:
        refused += (gone := await _command(uow, kind, deed, changes, page.rows))
        changed = len(changes) - len(gone)
    else:
        changed = (await write(uow, changes)).changed if changes else 0
    more = page.next is not None
    return {
        "change": str(uow.change) if changed or change else None, "changed": changed, "refused": len(refused),
        "refusals": refused[:MOST_NAMED], "done": len(page.rows), "next": page.rows[-1]["id"] if more else None,
    }  # fmt: skip


def _kind(schema: Any, uow: UnitOfWork, object_key: str, deed: Deed) -> ObjectType:
    kind = reach(schema, uow.actor, object_key, "delete" if deed.delete else "update")
    known = deed.command is None or (deed.command in COMMANDS and COMMANDS[deed.command].object == object_key)
    if not known or deed.delete == bool(deed.fields):
        raise invalid("records.invalid", [Problem("records.bulk_either", "set")])
    seen = visible_fields(schema, uow.actor, object_key)
    problems = []
    for key in deed.fields:
        spec = kind.fields.get(key)
        if spec is None or key not in seen:
            problems.append(Problem("records.unknown_field", f"set.{key}", {"field": key[:80]}))
        elif (key in deed.add or key in deed.remove) and spec.kind.key not in ("tags", "multi_choice"):
            problems.append(Problem("records.not_a_list", f"set.{key}", {"field": key}))
    if problems:
        raise invalid("records.invalid", problems)
    return kind


async def _portion(
    uow: UnitOfWork,
    kind: ObjectType,
    chosen: Selection,
    deed: Deed,
    after: UUID | None,
    limit: int,
    *,
    count: bool = False,
) -> Any:
    if chosen.ids is None and not (chosen.filter or chosen.search):
        raise invalid("records.invalid", [Problem("records.filter_missing", "filter")])
    seen = visible_fields(await load_schema(uow), uow.actor, kind.key)
    named = [key for key in _named_by(kind) if key in seen]
    parts = [f"({chosen.filter})"] if chosen.filter else []
    ids = chosen.ids
    if after is not None and ids is not None:
        ids = [one for one in ids if str(one) > str(after)]
    elif after is not None:
        parts.append(f'id > "{after}"')
    wanted = Query(
        kind.key, fields=list(dict.fromkeys([*named, *deed.fields])), filter=" && ".join(parts) or None,
        search=chosen.search, ids=ids, sort=["id"], limit=limit, count="exact" if count else None, names=True,
    )  # fmt: skip
    return await query(uow, wanted)


def _named_by(kind: ObjectType) -> list[str]:
    """The company and the title: what people know a record by."""
    return list(dict.fromkeys([*(k for k, spec in kind.fields.items() if spec.kind.key == "company"), kind.title]))


def _name(kind: ObjectType, row: Mapping[str, Any]) -> str | None:
    return " · ".join(str(row[key]) for key in _named_by(kind) if row.get(key)) or None


async def _sort_out(
    uow: UnitOfWork, kind: ObjectType, deed: Deed, rows: Sequence[Mapping[str, Any]]
) -> tuple[list[Change], list[dict[str, Any]]]:
    """The changes the write path would take, and {id, title, problems} of the others."""
    verb = "delete" if deed.delete else "update"
    reached = [row for row in rows if row["can"].get(verb)]
    refused = [
        {"id": row["id"], "title": _name(kind, row), "problems": [Problem("access.denied", "", {"verb": verb}, who="owner").as_dict()]}
        for row in rows if not row["can"].get(verb)
    ]  # fmt: skip
    changes = [Change(verb, kind.key, UUID(row["id"]), _values(deed, row), row["version"]) for row in reached]
    if not changes or deed.delete or deed.command is not None:
        return changes, refused
    try:
        problems = await check_write(uow, changes)
    except XingjiError as error:
        if error.kind is not ErrorKind.FORBIDDEN and error.kind is not ErrorKind.CONFLICT:
            raise
        problems = [Problem(error.code, f"changes.{n}", dict(error.data)) for n in range(len(changes))]
    wrong: dict[int, list[Problem]] = {}
    for problem in problems:
        wrong.setdefault(int(problem.path.split(".")[1]), []).append(problem)
    refused += [
        {"id": reached[n]["id"], "title": _name(kind, reached[n]), "problems": [one.as_dict() for one in found]}
        for n, found in sorted(wrong.items())
    ]
    return [change for n, change in enumerate(changes) if n not in wrong], refused


async def _command(
    uow: UnitOfWork, kind: ObjectType, deed: Deed, changes: Sequence[Change], rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """{id, title, problems} of the records a feature's command did not take."""
    named = {row["id"]: _name(kind, row) for row in rows}
    done = await COMMANDS[str(deed.command)].do(uow, [change.id for change in changes if change.id], deed.value)
    return [
        {"id": str(id), "title": named.get(str(id)), "problems": [problem.as_dict()]}
        for id, problem in done.items()
        if problem is not None
    ]


def _values(deed: Deed, row: Mapping[str, Any]) -> dict[str, Any]:
    values = dict(deed.set)
    for key in (*deed.add, *deed.remove):
        had = list(values.get(key, row.get(key)) or [])
        more = [item for item in deed.add.get(key, ()) if item not in had]
        values[key] = [item for item in [*had, *more] if item not in deed.remove.get(key, ())]
    return values


def _differs(change: Change, row: Mapping[str, Any]) -> bool:
    return any(row.get(key) != value for key, value in change.values.items())


async def _carry_on(uow: UnitOfWork, change: UUID) -> None:
    """The change of the portions before goes on, when it is the actor's own."""
    mine = await uow.fetchval(
        "select count(*) > 0 and bool_and(person is not distinct from $2) from event where change = $1",
        change,
        uow.actor.person,
    )
    if not mine:
        raise not_found("records.change_not_found", change=str(change))
    uow.change = change
