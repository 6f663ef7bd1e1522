"""The definition kind `form`: which fields of an object stand where, and when they are shown, required or closed.

Owns the check of a form and what follows from it for writes: `required_when` becomes a condition of the one write path,
asked of people and tokens only, so that no enquiry from outside is lost for a field nobody there knows.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import Published
from xingji.kernel.records.checks import check_condition, expression_fields, problem, schema_of_context

RULES = ("visible_when", "required_when", "read_only")
SECTION_MEMBERS = frozenset({"name", "columns", "fields", "help"})
FIELD_MEMBERS = frozenset({"field", "help", "width", *RULES})


class FormKind:
    """Forms: sections of fields with their rules."""

    key = "form"

    def check(self, document: Mapping[str, Any], context: CheckContext) -> list[Problem]:
        """Unknown object and fields, a field twice, rules that do not hold, a second form of the same object."""
        return list(_check(document, context))

    def references(self, document: Mapping[str, Any]) -> set[Ref]:
        """The object, every field shown and every field a rule reads."""
        target = str(document.get("object", ""))
        found = {Ref("object", target)}
        for _, spec in fields_of_form(document):
            found.add(Ref("field", f"{target}.{spec.get('field')}"))
            for rule in RULES:
                if isinstance(spec.get(rule), str):
                    found |= {Ref("field", name) for name in expression_fields(target, spec[rule])}
        return found

    async def dry_run(
        self, uow: UnitOfWork, document: Mapping[str, Any], since: datetime, until: datetime
    ) -> dict[str, Any]:
        """How many records created in the window lack what the form would have required, by field, with the first of them."""
        from xingji.kernel.cel.environment import LISTS
        from xingji.kernel.records.query import Query, query
        from xingji.kernel.records.schema import load_schema

        kind = (await load_schema(uow)).object(str(document["object"]))
        window = f'created_at >= timestamp("{_stamp(since)}") && created_at < timestamp("{_stamp(until)}")'
        fields, samples = [], []
        for condition in conditions_of(document):
            field = condition["fields"][0]
            empty = f"size({field}) == 0" if kind.field(field).cel in LISTS else f"{field} == null"
            lacking = f"{window} && {empty}" + (f" && ({condition['when']})" if condition["when"] else "")
            page = await query(
                uow, Query(str(document["object"]), filter=lacking, sort=["-created_at"], limit=5, count="exact")
            )
            fields.append({"field": field, "count": page.count})
            samples += [{**row, "missing": field} for row in page.rows]
        return {"count": sum(one["count"] for one in fields), "fields": fields, "samples": samples[:20]}

    async def publish(self, uow: UnitOfWork, document: Mapping[str, Any], previous: Mapping[str, Any] | None) -> None:
        """Nothing but the document itself."""


def _check(document: Mapping[str, Any], context: CheckContext) -> Iterator[Problem]:
    target, schema = document.get("object"), schema_of_context(context)
    if target not in schema.objects:
        yield problem(
            "unknown_object", "object", f"没有对象“{target}”", f"There is no object “{target}”", object=target
        )
        return
    for key, other in context.of_kind("form").items():
        if other.get("object") == target and key != document.get("key"):
            yield problem(
                "form_exists",
                "object",
                f"这个对象已经有表单“{key}”",
                f"The object has the form “{key}” already",
                form=key,
            )
    kind = schema.objects[str(target)]
    layout = document.get("layout")
    if not isinstance(layout, list) or not layout:
        yield problem("layout_missing", "layout", "表单至少要有一个分区", "A form needs at least one section")
        return
    seen: set[str] = set()
    for n, section in enumerate(layout):
        path = f"layout.{n}"
        if not isinstance(section, Mapping) or not isinstance(section.get("fields"), list):
            yield problem(
                "bad_section", path, "分区须为 {name, columns, fields}", "A section is {name, columns, fields}"
            )
            continue
        if section.get("columns", 1) not in (1, 2):
            yield problem("bad_columns", f"{path}.columns", "列数只能是 1 或 2", "Columns are 1 or 2")
        for name in set(section) - SECTION_MEMBERS:
            yield problem(
                "unknown_option", f"{path}.{name}", f"分区没有“{name}”", f"A section has no “{name}”", option=name
            )
        for m, spec in enumerate(section["fields"]):
            yield from _check_field(spec, f"{path}.fields.{m}", kind, seen, context)


def _check_field(spec: Any, path: str, kind: Any, seen: set[str], context: CheckContext) -> Iterator[Problem]:
    if not isinstance(spec, Mapping):
        yield problem("bad_field", path, "须为 {field, …}", "A field is {field, …}")
        return
    key = spec.get("field")
    if key not in kind.fields:
        yield problem(
            "unknown_field", f"{path}.field", f"没有字段“{key}”", f"There is no field “{key}”", field=str(key)
        )
        return
    if key in seen:
        yield problem(
            "field_twice", f"{path}.field", f"字段“{key}”出现了两次", f"The field “{key}” stands here twice", field=key
        )
    seen.add(key)
    for name in set(spec) - FIELD_MEMBERS:
        yield problem(
            "unknown_option",
            f"{path}.{name}",
            f"表单字段没有“{name}”",
            f"A field of a form has no “{name}”",
            option=name,
        )
    for rule in RULES:
        value = spec.get(rule)
        if value is not None and not isinstance(value, bool):
            yield from check_condition(context, kind.key, value, f"{path}.{rule}")
    if spec.get("required_when") and kind.fields[key].column is None:
        yield problem(
            "never_filled",
            f"{path}.required_when",
            f"“{key}”是计算出来的，不能要求填写",
            f"“{key}” is computed and cannot be required",
        )


def fields_of_form(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(path, field) of every field of a form that has the shape of one."""
    layout = document.get("layout")
    for n, section in enumerate(layout if isinstance(layout, list) else ()):
        fields = section.get("fields") if isinstance(section, Mapping) else None
        for m, spec in enumerate(fields if isinstance(fields, list) else ()):
            if isinstance(spec, Mapping):
                yield f"layout.{n}.fields.{m}", spec


def form_of(published: Published, object_key: str) -> Mapping[str, Any] | None:
    """The form in force of an object."""
    forms = published.memo(
        "records.forms", lambda p: {str(d.get("object")): d for _, d in sorted(p.of_kind("form").items(), reverse=True)}
    )
    return forms.get(object_key)


def conditions_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a form requires, in the shape of an object's conditions: a hidden field is never required."""
    found = []
    name = document.get("name") or {}
    for _, spec in fields_of_form(document):
        required, visible = spec.get("required_when"), spec.get("visible_when")
        if required in (None, False) or visible is False:
            continue
        parts = [rule for rule in (visible, required) if isinstance(rule, str)]
        found.append({
            "key": f"form.{document.get('key')}.{spec['field']}", "kind": "required_if", "fields": [spec["field"]], "created": True,
            "when": " && ".join(f"({part})" for part in parts) if len(parts) > 1 else "".join(parts),
            "message": {"zh": f"表单「{name.get('zh') or document.get('key')}」要求填写", "en": f"Required by the form “{name.get('en') or document.get('key')}”"},
            "who": "owner",
        })  # fmt: skip
    return found


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
