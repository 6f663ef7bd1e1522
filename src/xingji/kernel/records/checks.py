"""Checks of expressions about objects that stand in documents of any kind. Owns how their problems are worded by place."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from xingji.kernel.cel import CelError, Kind, Var, check
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext
from xingji.kernel.records.env import cel_env
from xingji.kernel.records.field_kinds.kind import problem
from xingji.kernel.records.schema import Schema, build_schema
from xingji.kernel.records.visibility import path_fields

SORT = re.compile(r"^(-?)([a-z][a-z0-9_]*)$")
_WORD = re.compile(
    r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|([a-zA-Z_][a-zA-Z0-9_]*(?:\.[a-zA-Z_][a-zA-Z0-9_]*)*)(\s*\()?'
)
_NO_NAMES = frozenset({"true", "false", "null", "in", "now", "me", "has", "size", "timestamp", "duration"})

__all__ = ["SORT", "check_condition", "check_expression", "expression_fields", "problem", "schema_of_context"]


def schema_of_context(context: CheckContext) -> Schema:
    """The registry of all object documents a check may look at; built once per context."""
    held = context.extra.get("_records_schema")
    documents = {key: document for key, document in context.of_kind("object").items() if well_formed(document)}
    if held is None or held[0] != documents:
        held = context.extra["_records_schema"] = (documents, build_schema(documents))
    return held[1]


def well_formed(document: Any) -> bool:
    """Whether a document has the shape of an object, whatever else may be wrong with it."""
    if not isinstance(document, Mapping) or not isinstance(document.get("key"), str):
        return False
    fields = document.get("fields") or ()
    return isinstance(fields, (list, tuple)) and all(
        isinstance(spec, Mapping)
        and isinstance(spec.get("key"), str)
        and isinstance(spec.get("kind"), str)
        and isinstance(spec.get("options") or [], list)
        and all(
            isinstance(option, Mapping) and isinstance(option.get("key"), str) for option in spec.get("options") or []
        )
        and isinstance(spec.get("inverse") or {}, Mapping)
        for spec in fields
    )


def check_condition(
    context: CheckContext, object_key: str, source: Any, path: str, extra: Mapping[str, Var] | None = None
) -> list[Problem]:
    """Problems of a condition about an object's records; `me`, `now` and what `extra` names are there too."""
    return check_expression(context, object_key, source, path, Kind.boolean, extra)


def check_expression(
    context: CheckContext,
    object_key: str,
    source: Any,
    path: str,
    want: Kind | None = None,
    extra: Mapping[str, Var] | None = None,
) -> list[Problem]:
    """Problems of an expression about an object's records, each with line and column."""
    schema = schema_of_context(context)
    if object_key not in schema.objects:
        zh, en = f"没有对象“{object_key}”", f"There is no object “{object_key}”"
        return [problem("unknown_object", path, zh, en, object=object_key)]
    if not isinstance(source, str):
        return [problem("not_an_expression", path, "这里要写一个表达式", "An expression must stand here")]
    try:
        check(source, cel_env(schema, object_key, extra), want)
    except CelError as error:
        return [replace(found, path=path) for found in error.problems]
    return []


def expression_fields(
    object_key: str, source: str, documents: Mapping[str, Mapping[str, Any]] | None = None
) -> set[str]:
    """Fields an expression names, as object.field. Without documents only words are looked at, relations not followed."""
    if not isinstance(source, str):
        return set()
    if documents is not None and object_key in documents:
        schema = build_schema({key: d for key, d in documents.items() if well_formed(d)})
        try:
            references = check(source, cel_env(schema, object_key)).references
            return {f"{o}.{f}" for path in references for o, f in path_fields(schema, object_key, path)}
        except CelError:
            pass
    found: set[str] = set()
    for match in _WORD.finditer(source):
        name = (match[1] or "").split(".")[0]
        if name and not match[2] and name not in _NO_NAMES:
            found.add(f"{object_key}.{name}")
    return found
