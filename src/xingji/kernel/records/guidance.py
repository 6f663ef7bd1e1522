"""The definition kind `guidance`: a checklist at a moment. Owns its check, the gate that asks for it, and who has read it.

A moment is a field taking a value ({field, to}) or a record being opened ({open: true}). The write is refused with the
whole checklist until its required items come along with it; acknowledgements are events, `guidance.acknowledged`.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.cel import Kind
from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.core.protocols import CheckContext, NewEvent, Ref
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.events import append_events
from xingji.kernel.records.changes import Row
from xingji.kernel.records.checks import check_condition, expression_fields, problem, schema_of_context
from xingji.kernel.records.query import get_record
from xingji.kernel.records.schema import ObjectType, Schema, load_schema
from xingji.kernel.records.sink import RecordSink
from xingji.kernel.records.stage import stage_sql

GUIDANCE = "x-guidance"  # the header "quote_check=stamped,priced": checklists this write's author has ticked
ACKNOWLEDGED = "records.guidance"
HELD = "records.guidance.held"
MEMBERS = frozenset({"kind", "key", "name", "object", "moment", "when", "title", "text", "items", "enabled", "help"})


class GuidanceKind:
    """Guidance: what to think of before something happens."""

    key = "guidance"

    def check(self, document: Mapping[str, Any], context: CheckContext) -> list[Problem]:
        """Unknown object, field or value, a moment that is none, items without key or text, a condition that does not hold."""
        return list(_check(document, context))

    def references(self, document: Mapping[str, Any]) -> set[Ref]:
        """The object, the field of the moment and what the condition reads."""
        target = str(document.get("object", ""))
        found = {Ref("object", target)}
        field = (document.get("moment") or {}).get("field")
        if isinstance(field, str):
            found.add(Ref("field", f"{target}.{field}"))
        source = document.get("when")
        return found | (
            {Ref("field", name) for name in expression_fields(target, source)} if isinstance(source, str) else set()
        )

    async def dry_run(
        self, uow: UnitOfWork, document: Mapping[str, Any], since: datetime, until: datetime
    ) -> dict[str, Any]:
        """How often the moment came in the window, with the last records it came for."""
        field, wanted = (document.get("moment") or {}).get("field"), _wanted(document)
        if not isinstance(field, str):
            return {"count": 0, "samples": []}
        rows = await uow.fetch(
            "select record, occurred_at, count(*) over () as n from event where object = $1 and type = $1 || '.updated'"
            " and occurred_at >= $2 and occurred_at < $3 and data->'changes'->$4->>1 = any ($5)"
            " order by occurred_at desc limit 20",
            str(document["object"]), since, until, field, wanted,
        )  # fmt: skip
        return {
            "count": rows[0]["n"] if rows else 0,
            "samples": [{"id": str(row["record"]), "at": row["occurred_at"].isoformat()} for row in rows],
        }

    async def publish(self, uow: UnitOfWork, document: Mapping[str, Any], previous: Mapping[str, Any] | None) -> None:
        """Nothing but the document itself."""


def _check(document: Mapping[str, Any], context: CheckContext) -> Iterator[Problem]:
    target, schema = document.get("object"), schema_of_context(context)
    if target not in schema.objects:
        yield problem(
            "unknown_object", "object", f"没有对象“{target}”", f"There is no object “{target}”", object=target
        )
        return
    kind = schema.objects[str(target)]
    for name in set(document) - MEMBERS:
        yield problem("unknown_option", name, f"时点指引没有“{name}”", f"Guidance has no “{name}”", option=name)
    moment = document.get("moment")
    if not isinstance(moment, Mapping) or bool(moment.get("open")) == bool(moment.get("field")):
        yield problem(
            "bad_moment", "moment", "时点须为 {field, to} 或 {open: true}", "A moment is {field, to} or {open: true}"
        )
    elif moment.get("field"):
        spec = kind.fields.get(moment["field"])
        if spec is None or spec.column is None:
            yield problem(
                "unknown_field",
                "moment.field",
                f"没有字段“{moment['field']}”",
                f"There is no field “{moment['field']}”",
            )
        elif not _wanted(document):
            yield problem("value_missing", "moment.to", "要写明变成什么值时提示", "Say which value it is about")
        elif spec.option_keys:
            for value in set(_wanted(document)) - set(spec.option_keys):
                yield problem(
                    "unknown_value",
                    "moment.to",
                    f"字段没有选项“{value}”",
                    f"The field has no option “{value}”",
                    value=value,
                )
    items, keys = document.get("items") or [], set()
    if not isinstance(items, list):
        yield problem("not_a_list", "items", "items 须为列表", "items must be a list")
        items = []
    for n, item in enumerate(items):
        if not isinstance(item, Mapping) or not isinstance(item.get("key"), str) or not _says(item.get("text")):
            yield problem("bad_item", f"items.{n}", "每项须有 key 和 text", "An item has a key and a text")
        elif item["key"] in keys:
            yield problem(
                "item_twice", f"items.{n}.key", f"“{item['key']}”出现了两次", f"“{item['key']}” stands here twice"
            )
        else:
            keys.add(item["key"])
    if not document.get("text") and not items:
        yield problem("nothing_to_say", "text", "要有说明文字或清单", "There must be a text or a checklist")
    if document.get("when"):
        yield from check_condition(context, kind.key, document["when"], "when")


def _says(text: Any) -> bool:
    return isinstance(text, Mapping) and any(isinstance(words, str) and words.strip() for words in text.values())


def _wanted(document: Mapping[str, Any]) -> list[str]:
    to = (document.get("moment") or {}).get("to")
    return [str(one) for one in (to if isinstance(to, list) else [to]) if one is not None]


async def _of(uow: UnitOfWork, object_key: str) -> list[Mapping[str, Any]]:
    published = await load_published(uow)
    return [
        d
        for d in published.of_kind("guidance").values()
        if d.get("object") == object_key and d.get("enabled") is not False
    ]


# ── the gate ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def guidance_needs(
    uow: UnitOfWork, schema: Schema, kind: ObjectType, changing: Set[str]
) -> frozenset[str] | None:
    """Every old value when a field changes that guidance is about, for its condition; else none."""
    if uow.actor.kind not in ("person", "token"):
        return frozenset()
    moments = {(d.get("moment") or {}).get("field") for d in await _of(uow, kind.key)}
    return frozenset() if moments.isdisjoint(changing) else None


async def ask_guidance(uow: UnitOfWork, schema: Schema, kind: ObjectType, rows: Sequence[Row]) -> list[Problem]:
    """One problem per row and checklist that applies and whose required items did not come along."""
    if uow.actor.kind not in ("person", "token"):
        return []
    asked = [
        (document, row)
        for document in await _of(uow, kind.key)
        for row in rows
        if (field := (document.get("moment") or {}).get("field"))
        and (row.op == "create" or field in row.differing())
        and str(row.value(field)) in _wanted(document)
    ]
    if not asked:
        return []
    holds = await _holding(uow, schema, kind, asked)
    told: Mapping[str, Sequence[str]] = uow.memo.get(ACKNOWLEDGED) or {}
    problems = []
    for document, row in asked:
        if (document["key"], row.n) not in holds:
            continue
        missing = missing_items(document, told)
        if document["key"] not in told or missing:
            problems.append(_refusal(document, row, missing))
        else:
            uow.memo.setdefault(HELD, []).append((document, kind.key, row.id, list(told[document["key"]])))
    return problems


def missing_items(document: Mapping[str, Any], told: Mapping[str, Sequence[str]]) -> list[Mapping[str, Any]]:
    """Required items that were not ticked."""
    ticked = set(told.get(str(document["key"])) or ())
    return [item for item in document.get("items") or () if item.get("required") and item["key"] not in ticked]


def _refusal(document: Mapping[str, Any], row: Row, missing: Sequence[Mapping[str, Any]]) -> Problem:
    field = document["moment"]["field"]
    title = document.get("title") or document.get("name") or {}
    left = {lang: "、".join(str((item["text"] or {}).get(lang) or "") for item in missing) for lang in ("zh", "en")}
    message = {
        "zh": f"「{title.get('zh')}」还没有确认" + (f"：{left['zh']}" if missing else ""),
        "en": f"“{title.get('en') or title.get('zh')}” is not confirmed yet" + (f": {left['en']}" if missing else ""),
    }
    shown = {key: document.get(key) for key in ("key", "title", "name", "text", "items")}
    return Problem(
        "guidance.required", f"{row.path}.{field}", {"field": field, "guidance": shown, "missing": [item["key"] for item in missing]},
        message=message, rule=str(document["key"]), who="owner",
    )  # fmt: skip


async def _holding(
    uow: UnitOfWork, schema: Schema, kind: ObjectType, asked: Sequence[tuple[Mapping[str, Any], Row]]
) -> set[tuple[str, int]]:
    """(guidance, row) pairs whose condition holds; one statement for all of them."""
    free = {(d["key"], row.n) for d, row in asked if not d.get("when")}
    bound = {d["key"]: d for d, _ in asked if d.get("when")}
    if not bound:
        return free
    rows = {row.n: row for d, row in asked if d.get("when")}
    sink = RecordSink(schema, kind.key, now=uow.now, actor=uow.actor, alias="r")
    stage = stage_sql(sink, kind, list(rows.values()))
    columns = [f"coalesce({sink.compile(d['when'], Kind.boolean, only_true=True)}, false)" for d in bound.values()]
    found = await uow.fetch(
        f"{uow.mark()}select r.n, array[{', '.join(columns)}] as holds from {stage} r{sink.from_joins}", *sink.values
    )
    return free | {(key, one["n"]) for one in found for key, holds in zip(bound, one["holds"], strict=True) if holds}


def acknowledge(uow: UnitOfWork, text: str | None) -> None:
    """Takes what came along with a request: "quote_check=stamped,priced; other" → ticked items by guidance."""
    told = {}
    for part in (text or "")[:2_000].split(";"):
        key, _, items = part.strip().partition("=")
        if key:
            told[key] = [item.strip() for item in items.split(",") if item.strip()]
    if told:
        uow.memo[ACKNOWLEDGED] = told


async def log_acknowledged(uow: UnitOfWork) -> None:
    """Says which checklists this work was let through by. Emits: guidance.acknowledged."""
    held = {(one[0]["key"], one[2]): one for one in uow.memo.pop(HELD, [])}.values()
    await append_events(uow, [_said(document, object_key, id, items) for document, object_key, id, items in held])


def _said(document: Mapping[str, Any], object_key: str, id: UUID, items: Sequence[str]) -> NewEvent:
    return NewEvent(
        "guidance.acknowledged",
        object_key,
        id,
        {"guidance": document["key"], "title": document.get("title") or document.get("name"), "items": list(items)},
    )


# ── on opening a record ──────────────────────────────────────────────────────────────────────────────────────────────


async def guidance_on_open(uow: UnitOfWork, object_key: str, id: UUID) -> list[dict[str, Any]]:
    """Guidance for this record as it is, not yet acknowledged by the actor. Raises: `records.not_found`."""
    schema = await load_schema(uow)
    await get_record(uow, object_key, id, ["id"])
    candidates = [d for d in await _of(uow, object_key) if (d.get("moment") or {}).get("open")]
    if not candidates:
        return []
    kind = schema.object(object_key)
    sink = RecordSink(schema, object_key, now=uow.now, actor=uow.actor, alias="r")
    columns = [
        f"coalesce({sink.compile(d['when'], Kind.boolean, only_true=True)}, false)" if d.get("when") else "true"
        for d in candidates
    ]
    row = await uow.fetchrow(
        f"{uow.mark()}select array[{', '.join(columns)}] as holds, array(select e.data->>'guidance' from event e where e.record = r.id"
        f" and e.type = 'guidance.acknowledged' and e.person = {sink.bind(uow.actor.person, 'uuid')}) as told"
        f" from {kind.table} r{sink.from_joins} where r.id = {sink.bind(id, 'uuid')}",
        *sink.values,
    )
    if row is None:
        return []
    return [
        {key: document.get(key) for key in ("key", "title", "name", "text", "items")}
        for document, holds in zip(candidates, row["holds"], strict=True)
        if holds and document["key"] not in row["told"]
    ]


async def note_opened(uow: UnitOfWork, object_key: str, id: UUID, key: str, items: Sequence[str]) -> None:
    """Emits: guidance.acknowledged. Raises: `records.not_found`, `guidance.unknown`, `guidance.required` naming missing items."""
    await get_record(uow, object_key, id, ["id"])
    document = next((d for d in await _of(uow, object_key) if d["key"] == key), None)
    if document is None:
        raise invalid("guidance.unknown", guidance=key)
    if missing := missing_items(document, {key: items}):
        raise invalid("guidance.required", missing=[item["key"] for item in missing])
    await append_events(uow, [_said(document, object_key, id, items)])
