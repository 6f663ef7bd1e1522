"""What can be wrong with an object's document. Pure; every problem has its place and words in Chinese and English."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from xingji.kernel.cel import CelError, check
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext
from xingji.kernel.records.checks import (
    SORT,
    check_condition,
    check_expression,
    problem,
    schema_of_context,
    well_formed,
)
from xingji.kernel.records.env import cel_env
from xingji.kernel.records.field_kinds import FIELD_KINDS, Place, Refused
from xingji.kernel.records.fields import RESERVED, SYSTEM_FIELDS, cel_of
from xingji.kernel.records.schema import Schema

KEY = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
MOST_FIELDS = 400
#: Kinds whose values an expression gives as they are written.
KNOWN_KINDS = frozenset({"text", "long_text", "choice", "number", "date", "person", "relation", "tags", "boolean", "company", "url", "email", "money", "percent"})
COMMON_OPTIONS = frozenset(
    {
        "key",
        "kind",
        "name",
        "help",
        "example",
        "required",
        "known",
        "search",
        "default",
        "aliases",
        "index",
        "group",
        "width",
        "tone",
    }
)
CONDITION_KINDS = ("required_if", "forbidden_transition")
AGGREGATE_TYPES = ("number", "money", "percent")


def check_object(document: Mapping[str, Any], context: CheckContext) -> list[Problem]:
    """All problems of an object's document."""
    problems = list(_check_shape(document))
    fields = document.get("fields")
    if not isinstance(fields, list):
        return [
            *problems,
            problem("fields_missing", "fields", "对象要有字段列表 fields", "An object needs a list of fields"),
        ]
    if len(fields) > MOST_FIELDS:
        problems.append(
            problem("too_many_fields", "fields", "一个对象最多 400 个字段", "At most 400 fields per object")
        )
    seen: set[str] = set()
    for n, spec in enumerate(fields[: MOST_FIELDS + 1]):
        problems += _check_field(spec, f"fields.{n}", seen)
    if problems or not well_formed(document):
        return problems
    overlaid = CheckContext({**context.documents, ("object", document["key"]): document}, dict(context.extra))
    overlaid.extra.pop("_records_schema", None)
    schema = schema_of_context(overlaid)
    for n, spec in enumerate(fields):
        problems += _check_meaning(document, spec, f"fields.{n}", schema, overlaid)
    problems += _check_title(document, schema)
    problems += _check_inverses(document, schema)
    problems += _check_owned(document, seen)
    for n, condition in enumerate(document.get("conditions") or ()):
        problems += _check_condition(document, condition, f"conditions.{n}", schema, overlaid)
    return problems


def _check_shape(document: Mapping[str, Any]) -> Iterator[Problem]:
    key = document.get("key")
    if not isinstance(key, str) or not KEY.match(key):
        yield problem(
            "bad_key",
            "key",
            "key 须为小写字母开头的字母、数字、下划线，最长 40",
            "A key is lower-case letters, digits and underscores, at most 40",
        )
    if not isinstance(document.get("name"), Mapping):
        yield problem("name_missing", "name", "缺少名称 name: {zh, en}", "The name {zh, en} is missing")
    for part in ("conditions", "server_owned", "indexes"):
        if not isinstance(document.get(part) or [], list):
            yield problem("not_a_list", part, f"{part} 须为列表", f"{part} must be a list")


def _check_field(spec: Any, path: str, seen: set[str]) -> Iterator[Problem]:
    if not isinstance(spec, Mapping):
        yield problem("bad_field", path, "字段须为 {key, kind, name}", "A field is {key, kind, name}")
        return
    key = spec.get("key")
    if not isinstance(key, str) or not KEY.match(key):
        yield problem(
            "bad_key",
            f"{path}.key",
            "key 须为小写字母开头的字母、数字、下划线，最长 40",
            "A key is lower-case letters, digits and underscores, at most 40",
        )
    elif key in RESERVED:
        yield problem(
            "reserved_key",
            f"{path}.key",
            f"“{key}”是系统保留的名称",
            f"“{key}” is a name the system keeps for itself",
            key=key,
        )
    elif key in seen:
        yield problem(
            "duplicate_key", f"{path}.key", f"字段“{key}”出现了两次", f"The field “{key}” stands twice", key=key
        )
    else:
        seen.add(key)
    kind = FIELD_KINDS.get(spec["kind"]) if isinstance(spec.get("kind"), str) else None
    if kind is None:
        known = ", ".join(FIELD_KINDS)
        yield problem(
            "unknown_kind",
            f"{path}.kind",
            f"没有这种字段类型；可用：{known}",
            f"No such kind of field; there are: {known}",
        )
        return
    yield from _check_bounds(spec, path)
    for option in set(spec) - COMMON_OPTIONS - kind.options:
        yield problem(
            "unknown_option",
            f"{path}.{option}",
            f"“{kind.key}”字段没有选项“{option}”",
            f"A field of kind {kind.key} has no option “{option}”",
            option=str(option),
        )
    yield from kind.check(spec, path)


def _check_bounds(spec: Mapping[str, Any], path: str) -> Iterator[Problem]:
    """`min` and `max` are numbers, in this order."""
    given = {name: spec[name] for name in ("min", "max") if spec.get(name) is not None}
    wrong = [name for name, value in given.items() if isinstance(value, bool) or not isinstance(value, int | float)]
    for name in wrong:
        yield problem("not_a_number", f"{path}.{name}", f"「{str(given[name])[:40]}」不是数字", f"“{str(given[name])[:40]}” is no number")
    if not wrong and len(given) == 2 and given["min"] > given["max"]:
        yield problem("bounds", f"{path}.max", "最大值小于最小值", "The most is below the least")


def _check_meaning(
    document: Mapping[str, Any], spec: Mapping[str, Any], path: str, schema: Schema, context: CheckContext
) -> Iterator[Problem]:
    kind, key = spec["kind"], document["key"]
    if kind == "relation" and spec["to"] not in schema.objects:
        yield problem(
            "unknown_object",
            f"{path}.to",
            f"没有对象“{spec['to']}”",
            f"There is no object “{spec['to']}”",
            object=spec["to"],
        )
    if spec.get("default") is not None:
        yield from _check_default(schema, key, spec, path)
    if spec.get("known") is not None:
        yield from _check_known(key, spec, path, context)
    if kind == "formula":
        yield from check_expression(context, key, spec["expr"], f"{path}.expr", cel_of(spec))
        if _reaches(schema, key, spec["key"], spec["key"], set()):
            yield problem("formula_cycle", f"{path}.expr", "公式绕回了自己", "The formula leads back to itself")
    if kind == "rollup" and spec.get("of"):
        yield from _check_rollup(key, spec, path, schema, context)


def _check_known(key: str, spec: Mapping[str, Any], path: str, context: CheckContext) -> Iterator[Problem]:
    if spec["kind"] not in KNOWN_KINDS:
        yield problem("known_kind", f"{path}.known", "这种字段不能免填", "A field of this kind cannot be known beforehand")
    elif spec.get("required"):
        yield problem("known_required", f"{path}.known", "免填的字段不能同时是必填", "A field known beforehand cannot be required")
    else:
        yield from check_expression(context, key, spec["known"], f"{path}.known", cel_of(spec))


def _check_default(schema: Schema, key: str, spec: Mapping[str, Any], path: str) -> Iterator[Problem]:
    field = schema.objects[key].fields[spec["key"]]
    try:
        field.kind.parse(field, spec["default"], Place())
    except Refused:
        yield problem("bad_default", f"{path}.default", "默认值不符合字段类型", "The default does not fit the field")


def _check_rollup(
    key: str, spec: Mapping[str, Any], path: str, schema: Schema, context: CheckContext
) -> Iterator[Problem]:
    other_key, _, relation = spec["of"].partition(".")
    other = schema.objects.get(other_key)
    field = other.fields.get(relation) if other else None
    if other is None or field is None or field.to != key:
        zh, en = f"“{spec['of']}”不是指向本对象的关联字段", f"“{spec['of']}” is no relation that leads to this object"
        yield problem("rollup_source", f"{path}.of", zh, en)
        return
    wanted = spec.get("field")
    if wanted is not None and wanted not in other.fields:
        yield problem(
            "unknown_field", f"{path}.field", f"没有字段“{wanted}”", f"There is no field “{wanted}”", field=wanted
        )
    elif (
        wanted is not None
        and spec.get("aggregate") in ("sum", "avg")
        and other.fields[wanted].kind.key not in AGGREGATE_TYPES
    ):
        yield problem(
            "bad_aggregate",
            f"{path}.aggregate",
            "只有数字、金额、百分比可以求和或平均",
            "Only numbers, money and percentages have sums and averages",
        )
    if spec.get("filter") is not None:
        yield from check_condition(context, other_key, spec["filter"], f"{path}.filter")


def _reaches(schema: Schema, object_key: str, start: str, target: str, seen: set[str]) -> bool:
    """Whether the formula `start` reads, through other formulas of the object, the field `target`."""
    field = schema.objects[object_key].fields.get(start)
    if field is None or field.kind.key != "formula":
        return False
    try:
        read = {path[0] for path in check(str(field.document.get("expr")), cel_env(schema, object_key)).references}
    except CelError:
        return False
    if target in read:
        return True
    return any(_reaches(schema, object_key, name, target, seen | {start}) for name in read - seen - {start})


def _check_title(document: Mapping[str, Any], schema: Schema) -> Iterator[Problem]:
    kind = schema.objects[document["key"]]
    title = document.get("title")
    if title is not None and (title not in kind.fields or kind.fields[title].column is None):
        yield problem("unknown_field", "title", f"没有字段“{title}”", f"There is no field “{title}”", field=str(title))
    sort = document.get("sort")
    found = SORT.match(sort) if isinstance(sort, str) else None
    if sort is not None and (not found or found[2] not in kind.fields):
        yield problem("unknown_field", "sort", f"不能按“{sort}”排序", f"“{sort}” is no order", field=str(sort))
    for n, names in enumerate(document.get("indexes") or ()):
        if (
            not isinstance(names, list)
            or not names
            or not set(names) <= {f.key for f in kind.fields.values() if f.column}
        ):
            yield problem("bad_index", f"indexes.{n}", "索引须列出已保存的字段", "An index lists stored fields")


def _check_inverses(document: Mapping[str, Any], schema: Schema) -> Iterator[Problem]:
    for n, spec in enumerate(document["fields"]):
        inverse = spec.get("inverse")
        target = schema.objects.get(spec.get("to", "")) if inverse else None
        if target is not None and inverse["key"] in target.fields and inverse["key"] not in SYSTEM_FIELDS:
            zh = f"“{target.key}”已有字段“{inverse['key']}”"
            en = f"“{target.key}” already has a field “{inverse['key']}”"
            yield problem("duplicate_key", f"fields.{n}.inverse.key", zh, en, key=inverse["key"])


def _check_owned(document: Mapping[str, Any], fields: set[str]) -> Iterator[Problem]:
    for n, name in enumerate(document.get("server_owned") or ()):
        if name not in fields:
            yield problem(
                "unknown_field",
                f"server_owned.{n}",
                f"没有字段“{name}”",
                f"There is no field “{name}”",
                field=str(name),
            )


def _check_condition(
    document: Mapping[str, Any], condition: Any, path: str, schema: Schema, context: CheckContext
) -> Iterator[Problem]:
    if not isinstance(condition, Mapping) or not isinstance(condition.get("key"), str):
        yield problem("bad_condition", path, "条件须有 key 和 kind", "A condition needs a key and a kind")
        return
    doubled = [c for c in document["conditions"] if isinstance(c, Mapping) and c.get("key") == condition["key"]]
    if len(doubled) > 1:
        yield problem(
            "duplicate_key",
            f"{path}.key",
            f"条件“{condition['key']}”出现了两次",
            f"The condition “{condition['key']}” stands twice",
            key=condition["key"],
        )
    kind = condition.get("kind")
    if kind not in CONDITION_KINDS:
        yield problem(
            "unknown_condition",
            f"{path}.kind",
            f"条件类型须为 {'、'.join(CONDITION_KINDS)}",
            f"A condition is one of {', '.join(CONDITION_KINDS)}",
        )
        return
    stored = {f.key for f in schema.objects[document["key"]].fields.values() if f.column is not None}
    names = condition.get("fields") if kind == "required_if" else [condition.get("field")]
    if (
        not isinstance(names, list)
        or not names
        or not all(isinstance(n, str) for n in names)
        or not set(names) <= stored
    ):
        yield problem(
            "unknown_field",
            f"{path}.{'fields' if kind == 'required_if' else 'field'}",
            "请写明条件管哪些字段",
            "Name the fields the condition is about",
        )
    if kind == "required_if" and condition.get("when") is None:
        yield problem("when_missing", f"{path}.when", "required_if 要写 when", "required_if needs when")
    if kind == "forbidden_transition" and not isinstance(condition.get("to"), list):
        yield problem("not_a_list", f"{path}.to", "to 须为列表", "to must be a list")
    if condition.get("when") is not None:
        yield from check_condition(context, document["key"], condition["when"], f"{path}.when")
