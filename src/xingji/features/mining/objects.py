"""The event log of an object as mining reads it: of the records the reader sees, by fields the reader sees.

Steps are new values of choice fields (a deal's stage and status) and events of other types about the record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.features.mining.log import Case, Log
from xingji.kernel import records
from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.records.visibility import visible_fields

MOST_RECORDS = 50_000
PAGE = 5_000
USUAL = ("stage", "status")

STEPS = f"""with step as (
    select e.record, e.occurred_at, e.id, f.n, f.field || ':' || (e.data -> 'changes' -> f.field ->> 1) as word
      from event e cross join unnest($3::text[]) with ordinality as f(field, n)
     where e.record = any($1::uuid[]) and e.type = any($2::text[]) and e.data -> 'changes' -> f.field ->> 1 is not null
    union all
    select e.record, e.occurred_at, e.id, 0, e.type from event e where e.record = any($1::uuid[]) and e.type = any($4::text[]) and {standing("e")}
)
select record, array_agg(word order by occurred_at, id, n) as words,
       array_agg(date_part('epoch', occurred_at) order by occurred_at, id, n) as at
  from step where word <> all($5::text[]) group by record having min(occurred_at) >= $6 and min(occurred_at) < $7"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which log: of which records (`filter` is CEL), by which fields and event types, begun in which time."""

    object: str
    filter: str | None = None
    fields: Sequence[str] = ()
    types: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None


async def load_object_log(uow: UnitOfWork, wanted: Wanted, dimensions: Sequence[str] = ()) -> Log:
    """The log; each case carries the values of `dimensions` ("region", "customer.industry", "owner.unit") in `data`.

    Raises: `records.unknown_object`, `access.denied`, `records.invalid`, CelError.
    """
    schema = await records.load_schema(uow)
    kind = schema.object(wanted.object)
    levels = visible_fields(schema, uow.actor, wanted.object)
    fields, ends, won = await _fields(uow, wanted, kind, levels)
    rows, capped = await _seen(uow, wanted, [title for one in dimensions if _known(kind, levels, title := one.partition(".")[0])])
    values = await read_dimensions(uow, kind, rows, dimensions)
    # The value records begin with says nothing of a second field: being open is no step.
    silent = [f"{key}:{kind.fields[key].document['default']}" for key in fields[1:] if kind.fields[key].document.get("default")]
    types = [f"{wanted.object}.created", f"{wanted.object}.updated"]
    found = await uow.fetch(
        STEPS, [UUID(row["id"]) for row in rows], types, fields, [one for one in wanted.types if one not in types], silent,
        wanted.since or datetime.fromisoformat("0001-01-02T00:00:00+00:00"), wanted.until or datetime.fromisoformat("9999-01-01T00:00:00+00:00"),
    )  # fmt: skip
    place: dict[str, int] = {}
    cases = [
        Case(str(row["record"]), tuple([place.setdefault(word, len(place)) for word in row["words"]]), row["at"], values.get(str(row["record"]), ()))
        for row in sorted(found, key=lambda row: (row["at"][0], str(row["record"])))
    ]
    names = list(place)
    ended = frozenset(n for n, name in enumerate(names) if name in ends)
    return Log(names, [_label(kind, name) for name in names], cases, ended, frozenset(n for n, name in enumerate(names) if name in won), wanted.object, capped)


def _known(kind: Any, levels: Mapping[str, str], key: str) -> bool:
    if levels.get(key) in ("read", "write"):
        return True
    raise invalid("records.invalid", [Problem("records.unknown_field", "by", {"field": key[:80]})])


async def _fields(uow: UnitOfWork, wanted: Wanted, kind: Any, levels: Mapping[str, str]) -> tuple[list[str], set[str], set[str]]:
    """The fields whose values are steps, and the steps that end a case and win it, as the object's playbooks say."""
    books = [one for one in (await load_published(uow)).of_kind("playbook").values() if one.get("object") == wanted.object]
    books.sort(key=lambda one: (one.get("order", 100), str(one.get("key"))))
    status = books[0].get("status") or {} if books else {"field": "status", "won": ["won", "converted"], "lost": ["lost", "invalid"]}
    usual = [str(books[0].get("field") or "stage")] if books else list(USUAL[:1])
    usual = [*usual, str(status.get("field") or "status")]
    asked = list(dict.fromkeys(wanted.fields)) or [key for key in usual if key in kind.fields]
    problems = [
        Problem("records.unknown_field", "fields", {"field": str(key)[:80]}, {"zh": f"没有可看的选项字段「{key[:80]}」", "en": f"There is no choice field {key[:80]} to be seen"})
        for key in asked if key not in kind.fields or kind.fields[key].kind.key != "choice" or levels.get(key) not in ("read", "write")
    ]  # fmt: skip
    if problems and wanted.fields:
        raise invalid("records.invalid", problems)
    hidden = {problem.params["field"] for problem in problems}
    won = {f"{status.get('field')}:{value}" for value in status.get("won") or ()}
    return [key for key in asked if key not in hidden], won | {f"{status.get('field')}:{value}" for value in status.get("lost") or ()}, won


async def _seen(uow: UnitOfWork, wanted: Wanted, fields: Sequence[str]) -> tuple[list[dict[str, Any]], bool]:
    rows: list[dict[str, Any]] = []
    after = None
    while len(rows) < MOST_RECORDS:
        page = await records.query(uow, records.Query(wanted.object, ["id", *fields], wanted.filter, ["-created_at"], limit=PAGE, after=after))
        rows += page.rows
        after = page.next
        if after is None:
            break
    return rows, after is not None


async def read_dimensions(uow: UnitOfWork, kind: Any, rows: Sequence[Mapping[str, Any]], dimensions: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """The value of each dimension per record, under the reader's policy; related records and units one statement each."""
    columns: list[dict[str, Any]] = []
    for one in dimensions:
        field, _, beyond = one.partition(".")
        spec = kind.fields[field]
        own = {row["id"]: row.get(field) for row in rows}
        if not beyond:
            columns.append({id: _plain(value) for id, value in own.items()})
            continue
        ids = [UUID(str(value)) for value in {value for value in own.values() if value}]
        if spec.kind.key == "person" and beyond == "unit":
            found = {str(row["id"]): row["name"] for row in await uow.fetch("select p.id, u.name from person p join unit u on u.id = p.unit where p.id = any($1::uuid[])", ids)}
        elif spec.to:
            found = {row["id"]: row.get(beyond) for row in await records.get_records(uow, spec.to, ids, [beyond])}
        else:
            raise invalid("records.invalid", [Problem("records.unknown_field", "by", {"field": one[:80]})])
        columns.append({id: _plain(found.get(str(value))) for id, value in own.items()})
    return {row["id"]: tuple(column[row["id"]] for column in columns) for row in rows}


def _plain(value: Any) -> str | None:
    """A value cases can be told apart by."""
    if value is None or value == [] or value == "":
        return None
    return "/".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _label(kind: Any, name: str) -> Mapping[str, str]:
    field, colon, value = name.partition(":")
    if colon and field in kind.fields:
        for option in kind.fields[field].document.get("options") or ():
            if option.get("key") == value:
                return dict(option.get("name") or {"zh": value, "en": value})
        return {"zh": value, "en": value}
    return {"zh": name, "en": name}
