"""Fields nobody need fill (免填字段): what the system knows of a new record from what it is linked to, and where each value came from.

A field's `known` is an expression over its own record ("customer.industry"). A person's new record gets its value where
they gave none; the event says which (`known`). Owns no table: origins and figures are read from the log.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.cel import CelError, check, to_sql
from xingji.kernel.db import Mode, UnitOfWork
from xingji.kernel.events.facts import count_facts
from xingji.kernel.records.changes import Row
from xingji.kernel.records.condition_words import LANGUAGES, Words
from xingji.kernel.records.env import cel_env
from xingji.kernel.records.field_kinds import Place, Refused
from xingji.kernel.records.query import get_record
from xingji.kernel.records.schema import ObjectType, Schema, load_schema
from xingji.kernel.records.sink import RecordSink
from xingji.kernel.records.stage import stage_sql
from xingji.kernel.records.visibility import visible_fields

ORIGINS = """select distinct on (c.key) c.key, e.occurred_at, e.person, e.source, e.mode, coalesce(e.data -> 'known' ? c.key, false) as known
  from event e cross join lateral jsonb_object_keys(e.data -> 'changes') c(key)
  where e.record = $1 and e.object = $2 and e.type = any ($3::text[]) and jsonb_typeof(e.data -> 'changes') = 'object'
  order by c.key, e.occurred_at desc, e.id desc"""

VALUES = """select coalesce(e.person, own.owner) as person, e.occurred_at as at, (e.person is null or coalesce(e.data -> 'known' ? c.key, false)) as held
  from event e cross join lateral jsonb_each(e.data -> 'changes') c left join lateral ({owners}) own on e.person is null
  where e.type = any ($5::text[]) and e.mode = 'live' and e.occurred_at >= $2 and e.occurred_at <= $3 and jsonb_typeof(e.data -> 'changes') = 'object'
    and c.value -> 1 is distinct from 'null'::jsonb and (e.object || '.' || c.key) = any ($6::text[]) and ($4::uuid[] is null or coalesce(e.person, own.owner) = any ($4::uuid[]))"""


def known_of(kind: ObjectType) -> dict[str, str]:
    """The expressions of an object's fields that nobody need fill."""
    return {key: str(spec.document["known"]) for key, spec in kind.fields.items() if spec.document.get("known") and spec.column is not None}


def fillable(kind: ObjectType) -> list[str]:
    """The fields somebody would have to fill: stored, not the system's own."""
    return [key for key, spec in kind.fields.items() if spec.column is not None and not spec.system and not spec.server_owned]


async def fill_known(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row]) -> None:
    """The stamp: gives people's new records what is known of them and they left empty."""
    known = known_of(kind)
    if not known or uow.mode is not Mode.LIVE or uow.actor.person is None:
        return
    lacking = [row for row in rows if row.op == "create" and any(_empty(row.value(key)) for key in known)]
    if not lacking:
        return
    found = await read_known(uow, schema, kind, lacking)
    for row in lacking:
        for key, value in found.get(row.n, {}).items():
            if key not in row.new or _empty(row.new[key]):
                row.new[key] = value
                row.known.append(key)


async def read_known(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row]) -> dict[int, dict[str, Any]]:
    """By row: the values known and not empty, as far as the actor may read where they come from; one statement."""
    policy = uow.actor.policy
    env = cel_env(schema, kind.key, policy=policy)
    sink = RecordSink(schema, kind.key, now=uow.now, actor=uow.actor, alias="r", guarded=policy is not None)
    stage = stage_sql(sink, kind, rows)
    columns = []
    for key, source in known_of(kind).items():
        try:
            columns.append(f"'{key}', to_jsonb({to_sql(check(source, env), sink)})")
        except CelError:
            continue  # what the actor may not read is as unknown as what does not exist
    if not columns:
        return {}
    fetched = await uow.fetch(f"{uow.mark()}select r.n, jsonb_build_object({', '.join(columns)}) as found from {stage} r{sink.from_joins}", *sink.values)
    return {row["n"]: {key: value for key, raw in row["found"].items() if not _empty(value := _wire(kind, key, raw))} for row in fetched}


def _wire(kind: ObjectType, key: str, raw: Any) -> Any:
    """The value as the field takes it, None where it does not (another list of options)."""
    if raw is None:
        return None
    spec = kind.fields[key]
    try:
        return spec.kind.parse(spec, raw, Place())
    except (Refused, ValueError, TypeError):
        return None


def _empty(value: Any) -> bool:
    return value is None or value == "" or value == []


def origin_words(schema: Schema, kind: ObjectType, key: str) -> dict[str, str]:
    """What a known field's value is taken from, in both languages: 「客户的行业」."""
    source = known_of(kind).get(key, "")
    plain = tuple(part.strip() for part in source.split("."))
    if not all(part.isidentifier() for part in plain):
        return dict.fromkeys(LANGUAGES, source)
    return {lang: Words(schema, kind.key, lang).label(plain) for lang in LANGUAGES}


async def origins_of(uow: UnitOfWork, object_key: str, id: UUID) -> dict[str, Any]:
    """{filled, spared, fields: {field: {by, of, person, at}}} of the fields the reader sees that hold a value.

    by: person | known | source | system | import | history. Raises: `records.not_found`.
    """
    schema = await load_schema(uow)
    kind = schema.object(object_key)
    seen = visible_fields(schema, uow.actor, object_key)
    wanted = [key for key in fillable(kind) if key in seen]
    record = await get_record(uow, object_key, id, [*wanted, *(["source"] if "source" in seen and "source" not in wanted else [])])
    types = [f"{object_key}.{verb}" for verb in ("created", "updated", "restored")]
    set_by = {row["key"]: row for row in await uow.fetch(uow.mark() + ORIGINS, id, object_key, types)}
    fields = {}
    for key in wanted:
        row = set_by.get(key)
        if _empty(record.get(key)) or row is None:
            continue
        by = _by(row)
        said = {"of": origin_words(schema, kind, key)} if by == "known" else {"of": row["source"] or record.get("source")} if by == "source" else {}
        fields[key] = {"by": by, "person": str(row["person"]) if row["person"] else None, "at": row["occurred_at"].isoformat(), **said}
    spared = sum(one["by"] in ("known", "source", "system") for one in fields.values())
    return {"filled": len(fields), "spared": spared, "fields": fields}


def _by(row: Mapping[str, Any]) -> str:
    if row["mode"] != "live":
        return str(row["mode"])
    if row["known"]:
        return "known"
    return "person" if row["person"] else "source" if row["source"] else "system"


async def count_values(
    uow: UnitOfWork, counts: Sequence[str], since: datetime | None, until: datetime | None, by: Sequence[str], people: Sequence[UUID] | None
) -> list[dict[str, Any]]:
    """[{*by, n, held}]: values given to fields, and those nobody typed; the system's count for the record's owner of now."""
    schema = await load_schema(uow)
    kinds = [kind for kind in schema.objects.values() if fillable(kind)]
    types = [f"{kind.key}.{verb}" for kind in kinds for verb in ("created", "updated")]
    fields = [f"{kind.key}.{key}" for kind in kinds for key in fillable(kind)]
    owners = " union all ".join(f"select r.owner from {kind.table} r where r.id = e.record" for kind in kinds)
    return await count_facts(uow, VALUES.format(owners=owners), since, until, by, people, types, fields)
