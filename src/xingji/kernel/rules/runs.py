"""Reading what rules did and what they wait for, under the reader's policy. Changes nothing."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.events.withdrawn import timed
from xingji.kernel.records import get_record, get_records
from xingji.kernel.records.condition_words import named_by_fields
from xingji.kernel.records.schema import Schema, load_schema
from xingji.kernel.records.visibility import visible_fields
from xingji.kernel.rules.actions import Hit
from xingji.kernel.rules.actions.values import show
from xingji.kernel.rules.compile import load_rules
from xingji.kernel.rules.document import as_list, read_rule
from xingji.kernel.rules.fire import Ripe, matching_of
from xingji.kernel.rules.trace import Words, sentence

RUNS = """select r.*, d.document from rule_run r
  left join definition d on d.kind = 'rule' and d.key = r.rule and d.version = r.version"""

TIMERS = """select t.id, t.key, t.object, t.record, t.until as due, t.started, t.event, t.depth, e.type, e.data, e.person
  from timer t left join event e on e.id = t.event and e.received_at = t.event_received
  where t.kind = 'since' and t.object = $1 and t.record = any ($2) order by t.until"""

# Of each record the runs of its timers since it was last given to somebody.
FIRED = f"""select r.rule as key, r.record, r.at, r.version, d.document -> 'name' as name, d.document -> 'on' -> 'cancel' as stops from rule_run r
  join definition d on d.kind = 'rule' and d.key = r.rule and d.version = r.version and d.document -> 'on' ? 'since'
  where r.record = any ($2) and r.object = $1 and r.outcome = 'acted' and r.at >= coalesce((select max(e.occurred_at)
    from event e where e.record = r.record and e.type = $1 || '.assigned' and {timed("e")}), '-infinity') order by r.at"""


async def runs_of_rule(uow: UnitOfWork, key: str, *, before: int | None = None, limit: int = 50) -> dict[str, Any]:
    """{rows, next}: runs of a rule, newest first; those about records the reader may not read are left out."""
    rows = await uow.fetch(
        f"{RUNS} where r.rule = $1 and ($2::bigint is null or r.id < $2) order by r.id desc limit $3",
        key,
        before,
        limit,
    )
    readable = await _readable(uow, rows)
    told = [row for row in rows if row["record"] is None or row["record"] in readable]
    return {"rows": await _told(uow, told, readable), "next": rows[-1]["id"] if len(rows) == limit else None}


async def runs_of_record(uow: UnitOfWork, object_key: str, record: UUID, *, limit: int = 50) -> dict[str, Any]:
    """{rows}: runs about a record, newest first. Raises: `records.not_found`."""
    found = await get_record(uow, object_key, record, await _veilable(uow, object_key))
    rows = await uow.fetch(
        f"{RUNS} where r.record = $1 and r.object = $2 order by r.id desc limit $3", record, object_key, limit
    )
    return {"rows": await _told(uow, rows, {record: frozenset(found.get("masked", ()))})}


async def timers_of(uow: UnitOfWork, object_key: str, ids: Sequence[UUID]) -> dict[str, Any]:
    """{rows, fired}: timers that wait for these records and whose condition holds now, and those that fired."""
    readable = [UUID(str(row["id"])) for row in await get_records(uow, object_key, ids, [])]
    rules = await load_rules(uow)
    rows = [row for row in await uow.fetch(TIMERS, object_key, readable) if row["key"] in rules.rules]
    waiting = [
        Ripe(row["id"], row["due"], rules.rules[row["key"]], Hit(
            row["key"], 0, row["record"], object_key, row["event"], row["id"], row["type"] or "timer", row["data"] or {},
            row["person"], row["started"] or row["due"],
        ))
        for row in rows
    ]  # fmt: skip
    holding = {timer.id for timer in await matching_of(uow, rules, waiting, [uow.now] * len(waiting))}
    fired = await uow.fetch(FIRED, object_key, readable)
    return {
        "rows": [
            {
                "record": row["record"], "kind": "since", "key": row["key"], "name": rules.rules[row["key"]].name,
                "due": row["due"], "on_event_at": row["started"], "stops": list(rules.rules[row["key"]].since.cancel),
            }
            for row in rows if row["id"] in holding
        ],
        "fired": [{"record": row["record"], "key": row["key"], "name": row["name"], "at": row["at"], "stops": as_list(row["stops"] or [])} for row in fired],
    }  # fmt: skip


async def _veilable(uow: UnitOfWork, object_key: str) -> list[str]:
    """Fields that are masked in some rows of an object, as far as the reader sees them at all."""
    schema = await load_schema(uow)
    seen = visible_fields(schema, uow.actor, object_key)
    return sorted({key for mask in schema.masks.get(object_key, ()) for key in mask.fields} & set(seen))


async def _readable(uow: UnitOfWork, rows: Sequence[Any]) -> dict[UUID, frozenset[str]]:
    """Records the reader may read, with the fields that are masked in that very row."""
    found: dict[UUID, frozenset[str]] = {}
    for object_key in {row["object"] for row in rows if row["record"] is not None}:
        ids = {row["record"] for row in rows if row["object"] == object_key and row["record"] is not None}
        try:
            read = await get_records(uow, object_key, sorted(ids), await _veilable(uow, object_key))
        except XingjiError:
            continue  # an object the reader may not read, or one that is gone
        found |= {UUID(str(one["id"])): frozenset(one.get("masked", ())) for one in read}
    return found


async def _told(
    uow: UnitOfWork, rows: Sequence[Any], masked: Mapping[UUID, frozenset[str]]
) -> list[dict[str, Any]]:
    schema = await load_schema(uow)
    derived = (await load_rules(uow)).derived if any(row["document"] is None for row in rows) else {}
    rows = [{**row, "document": row["document"] or derived.get(row["rule"])} for row in rows]
    people = await _people(uow, schema, rows)
    ways = {(row["object"], masked.get(row["record"], frozenset())) for row in rows}
    documents = named_by_fields(await load_published(uow))
    words = {way: words_for(uow, schema, *way, people, documents) for way in ways}
    return [
        {
            "id": row["id"], "rule": row["rule"], "version": row["version"], "at": row["at"], "outcome": row["outcome"],
            "object": row["object"], "record": row["record"], "depth": row["depth"], "change": row["change"],
            "count": row["trace"].get("count", 1), "rule_name": (row["document"] or {}).get("name"),
            "sentence": _sentence(row, uow, words[row["object"], masked.get(row["record"], frozenset())]),
        }
        for row in rows
    ]  # fmt: skip


def _sentence(row: Any, uow: UnitOfWork, words: Words) -> Mapping[str, str] | None:
    try:
        read_rule(row["rule"], row["version"], row["document"] or {})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return sentence(row["document"], row, uow.workspace.zone, words)


async def _people(uow: UnitOfWork, schema: Schema, rows: Sequence[Any]) -> dict[str, str]:
    """Names of the persons among the facts, by id as text."""
    ids: set[UUID] = set()
    for row in rows:
        fields = schema.objects[row["object"]].fields if row["object"] in schema.objects else {}
        for path, value in (row["trace"].get("facts") or {}).items():
            if path in fields and fields[path].kind.key == "person" and value:
                ids.add(UUID(str(value)))
    found = await uow.fetch("select id, name from person where id = any ($1)", sorted(ids)) if ids else []
    return {str(row["id"]): row["name"] for row in found}


def words_for(
    uow: UnitOfWork, schema: Schema, object_key: str | None, masked: frozenset[str], people: Mapping[str, str],
    documents: Mapping[str, Mapping[str, Any]],
) -> Words:  # fmt: skip
    """How this reader reads facts about an object: labels of fields, options and definitions, nothing of hidden or masked fields."""
    kind = schema.objects.get(object_key) if object_key else None
    seen = visible_fields(schema, uow.actor, kind.key) if kind else {}
    allowed = frozenset(key for key, level in seen.items() if level in ("read", "write")) - masked

    def label(path: str, language: str) -> str:
        spec = kind.fields.get(path) if kind else None
        return (spec.name.get(language) or spec.name.get("zh") or path) if spec else path

    def shown(path: str, value: Any, language: str) -> Any:
        if isinstance(value, str) and value in people:
            return people[value]
        name = (documents.get(path, {}).get(value) or {}).get("name") if isinstance(value, str) else None
        if name:
            return name.get(language) or name.get("zh") or value
        return show(schema, object_key, path, value, {}, language)

    return Words(lambda path: path.partition(".")[0] in allowed and "." not in path, label, shown)
