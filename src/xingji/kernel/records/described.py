"""The registry as one actor may know it: objects, fields, list views and names. What screens are drawn from."""

from collections.abc import Mapping, Sequence
from typing import Any

from xingji.kernel.cel import CelError, Kind, check
from xingji.kernel.core.protocols import SYSTEM, Actor
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import Published, load_published
from xingji.kernel.records.env import cel_env
from xingji.kernel.records.fields import Field
from xingji.kernel.records.forms import RULES, fields_of_form, form_of
from xingji.kernel.records.list_views import column_keys, column_widths, sorts_of, totals_of
from xingji.kernel.records.saved_views import MINE, views_of
from xingji.kernel.records.schema import ObjectType, Schema, load_schema
from xingji.kernel.records.visibility import visible_fields

SHOWN_OPTIONS = (
    "help", "example", "options", "to", "inverse", "decimals", "multiple", "result", "required", "default", "min", "max",
    "group", "search", "unique", "width", "known",
)  # fmt: skip
RESULTS = {"integer": "number", "double": "number", "timestamp": "datetime"}
VERBS = ("read", "create", "update", "delete", "export")


async def describe_schema(uow: UnitOfWork) -> dict[str, Any]:
    """{rev, objects, people, units, regions, brands, pools, sources, channels, roles} as far as the actor may see."""
    schema, published = await load_schema(uow), await load_published(uow)
    own, chosen = await views_of(uow)
    described = {
        "rev": published.rev,
        "objects": [
            describe_object(schema, published, uow.actor, kind, own, chosen.get(kind.key))
            for kind in schema.objects.values()
            if may(uow.actor, kind.key, "read") or may(uow.actor, kind.key, "create")
        ],
    }
    named = {f"{kind}s": _named(published.of_kind(kind)) for kind in ("pool", "source", "channel", "role")}
    return {**described, **named, **await _organisation(uow)}


def may(actor: Actor, object_key: str, verb: str) -> bool:
    """Whether the actor may do this to any record of the object."""
    return actor.policy is None or not actor.policy.rows(object_key, verb).nothing


def describe_object(
    schema: Schema, published: Published, actor: Actor, kind: ObjectType,
    own: Sequence[Mapping[str, Any]] = (), chosen: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """An object with the fields the actor sees, what may be done, and the list views that hold for this actor."""
    levels = visible_fields(schema, actor, kind.key)
    document = kind.document
    return {
        "key": kind.key, "name": kind.name, "icon": document.get("icon"), "title": kind.title, "sort": kind.sort,
        "help": document.get("help"),
        "can": {verb: may(actor, kind.key, verb) for verb in VERBS},
        "fields": [_field(spec, levels[spec.key], actor) for spec in kind.fields.values() if spec.key in levels],
        "inverses": [
            {"key": i.key, "object": i.object, "field": i.field, "name": i.name}
            for i in kind.inverses.values() if may(actor, i.object, "read") and i.field in visible_fields(schema, actor, i.object)
        ],
        "list_views": [
            view for view in (_view(schema, actor, levels, d) for d in [*published.of_kind("list_view").values(), *own]
                              if d.get("object") == kind.key) if view is not None
        ],
        "default_view": chosen,
        "form": _form(form_of(published, kind.key), levels),
    }  # fmt: skip


def describe_fields(schema: Schema, object_key: str, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Words and options of these fields, for a page that shows values by another ground than the reader's row scope."""
    fields = schema.object(object_key).fields
    return [_field(fields[key], "read", SYSTEM) for key in keys if key in fields]


def _field(spec: Field, level: str, actor: Actor) -> dict[str, Any]:
    fixed = (
        spec.column is None or (spec.system and spec.server_owned) or (spec.server_owned and actor.policy is not None)
    )
    shown = {key: spec.document[key] for key in SHOWN_OPTIONS if spec.document.get(key) is not None}
    if spec.kind.key == "rollup":
        shown["result"] = RESULTS.get(spec.cel.value, spec.cel.value)
    can = "read" if fixed and level == "write" else level
    return {"key": spec.key, "kind": spec.kind.key, "name": spec.name, **shown, "system": spec.system, "can": can} | (
        {"server_owned": True} if spec.server_owned else {}
    )


def _view(
    schema: Schema, actor: Actor, levels: Mapping[str, str], document: Mapping[str, Any]
) -> dict[str, Any] | None:
    """A list view for this actor: columns they see; None when its filter asks about something they may not."""
    source = document.get("filter")
    if source:
        try:
            check(str(source), cel_env(schema, str(document["object"]), policy=actor.policy), Kind.boolean)
        except CelError:
            return None
    found = {
        "key": document["key"], "name": document.get("name"), "object": document["object"], "filter": source,
        "columns": [c for c in column_keys(document) if c in levels],
        "widths": {key: width for key, width in column_widths(document).items() if key in levels},
        "sort": [s for s in sorts_of(document) if str(s).lstrip("-") in levels],
        "totals": {key: fn for key, fn in totals_of(document).items() if levels.get(key) in ("read", "write")},
        "mine": str(document["key"]).startswith(MINE),
    }  # fmt: skip
    named = {
        key: document.get(key)
        for key in ("group_by", "date_field", "color_by")
        if levels.get(str(document.get(key))) in ("read", "write")
    }
    laid = {key: document[key] for key in ("layout", "density") if document.get(key)}
    return {**found, **named, **laid}


def _form(document: Mapping[str, Any] | None, levels: Mapping[str, str]) -> dict[str, Any] | None:
    """The sections of a form as far as this actor sees its fields; `live` when it has rules, which the server answers."""
    if document is None:
        return None
    layout = [
        {
            "name": section.get("name"), "help": section.get("help"), "columns": section.get("columns", 1),
            "fields": [{k: f[k] for k in ("field", "help", "width") if f.get(k)} for f in section["fields"] if f["field"] in levels],
        }
        for section in document["layout"]
    ]  # fmt: skip
    live = any(spec.get(rule) for _, spec in fields_of_form(document) for rule in RULES)
    return {"key": document["key"], "name": document.get("name"), "layout": layout, "live": live}


def _named(documents: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{"key": key, "name": d.get("name") or key} for key, d in sorted(documents.items())]


async def _organisation(uow: UnitOfWork) -> dict[str, Any]:
    brands = list(uow.actor.brands) if uow.actor.brands is not None else None
    row = await uow.fetchrow(
        "select (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'key', p.key, 'name', p.name, 'title', p.title,"
        " 'unit', u.key, 'active', p.left_on is null) order by p.name), '[]') from person p left join unit u on u.id = p.unit"
        " where $1::text[] is null or p.brands is null or p.brands && $1) as people,"
        " (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'key', key, 'name', name) order by name), '[]')"
        " from unit where closed_at is null) as units,"
        " (select coalesce(jsonb_agg(jsonb_build_object('key', key, 'name', name) order by key), '[]') from region) as regions,"
        " (select coalesce(jsonb_agg(jsonb_build_object('key', key, 'name', name) order by key), '[]') from brand"
        " where $1::text[] is null or key = any ($1)) as brands",
        brands,
    )
    assert row is not None
    return {name: row[name] for name in ("people", "units", "regions", "brands")}
