"""The definition kinds `object` and `list_view`. Own their checks; tables follow in `schema_changer`, rows elsewhere."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.checks import (
    SORT,
    check_condition,
    check_expression,
    expression_fields,
    problem,
    schema_of_context,
)
from xingji.kernel.records.object_checks import check_object


class ObjectKind:
    """Objects with their fields and conditions."""

    key = "object"

    def check(self, document: Mapping[str, Any], context: CheckContext) -> list[Problem]:
        """Reserved and doubled keys, unknown kinds and targets, bad options, formulas and conditions that do not hold."""
        return check_object(document, context)

    def references(self, document: Mapping[str, Any]) -> set[Ref]:
        """Objects that relations and roll-ups lead to, and fields that formulas and conditions read."""
        found: set[Ref] = set()
        own = str(document.get("key", ""))
        for spec in _mappings(document.get("fields")):
            if isinstance(spec.get("to"), str):
                found.add(Ref("object", spec["to"]))
            if isinstance(spec.get("of"), str):
                other, _, relation = spec["of"].partition(".")
                found |= {Ref("object", other), Ref("field", f"{other}.{relation}")}
                if isinstance(spec.get("field"), str):
                    found.add(Ref("field", f"{other}.{spec['field']}"))
                found |= _fields_in(other, spec.get("filter"))
            if spec.get("kind") == "formula":
                found |= _fields_in(own, spec.get("expr"))
        for condition in _mappings(document.get("conditions")):
            named = [condition.get("field"), *(condition.get("fields") or ())]
            found |= {Ref("field", f"{own}.{name}") for name in named if isinstance(name, str)}
            found |= _fields_in(own, condition.get("when"))
        return found

    async def dry_run(
        self, uow: UnitOfWork, document: Mapping[str, Any], since: datetime, until: datetime
    ) -> dict[str, Any]:
        """What publishing would do to the table: columns made, changed and given up, with how many values each holds."""
        from xingji.kernel.records.schema_preview import preview_schema_change

        return await preview_schema_change(uow, document)

    async def publish(self, uow: UnitOfWork, document: Mapping[str, Any], previous: Mapping[str, Any] | None) -> None:
        """Nothing: the schema changer prepared the table before."""


class ListViewKind:
    """Saved lists: an object, columns, a filter, an order."""

    key = "list_view"

    def check(self, document: Mapping[str, Any], context: CheckContext) -> list[Problem]:
        """Unknown object, columns and order, and a filter that does not hold."""
        target = document.get("object")
        schema = schema_of_context(context)
        if target not in schema.objects:
            return [
                problem(
                    "unknown_object", "object", f"没有对象“{target}”", f"There is no object “{target}”", object=target
                )
            ]
        kind = schema.objects[str(target)]
        problems: list[Problem] = []
        columns = document.get("columns")
        if not isinstance(columns, list) or not columns:
            problems.append(
                problem("columns_missing", "columns", "列表至少要有一列", "A list needs at least one column")
            )
            columns = []
        for n, column in enumerate(columns):
            if not isinstance(column, str) or column not in kind.fields:
                problems.append(_unknown_field(f"columns.{n}", column))
        sort = document.get("sort") or []
        for n, part in enumerate(sort if isinstance(sort, list) else [sort]):
            found = SORT.match(part) if isinstance(part, str) else None
            if not found or found[2] not in kind.fields:
                problems.append(_unknown_field(f"sort.{n}", part))
        if document.get("filter") is not None:
            problems += check_condition(context, kind.key, document["filter"], "filter")
        return problems

    def references(self, document: Mapping[str, Any]) -> set[Ref]:
        """The object and every field shown, sorted by or filtered on."""
        target = str(document.get("object", ""))
        names = [c for c in document.get("columns") or () if isinstance(c, str)]
        names += [str(part).lstrip("-") for part in document.get("sort") or ()]
        fields = {Ref("field", f"{target}.{name}") for name in names}
        return {Ref("object", target)} | fields | _fields_in(target, document.get("filter"))

    async def dry_run(
        self, uow: UnitOfWork, document: Mapping[str, Any], since: datetime, until: datetime
    ) -> dict[str, Any]:
        """How many records created in the window the list would show, with the first of them."""
        from xingji.kernel.records.query import Query, query

        window = f'created_at >= timestamp("{_stamp(since)}") && created_at < timestamp("{_stamp(until)}")'
        source = document.get("filter")
        wanted = Query(
            str(document["object"]),
            fields=list(document.get("columns") or ()),
            filter=f"({source}) && {window}" if source else window,
            sort=list(document.get("sort") or ["-created_at"]),
            limit=20,
            count="exact",
        )
        page = await query(uow, wanted)
        return {"count": page.count, "samples": page.rows}

    async def publish(self, uow: UnitOfWork, document: Mapping[str, Any], previous: Mapping[str, Any] | None) -> None:
        """Nothing becomes true with a list view but the document itself."""


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _unknown_field(path: str, name: Any) -> Problem:
    return problem("unknown_field", path, f"没有字段“{name}”", f"There is no field “{name}”", field=str(name))


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _fields_in(object_key: str, source: Any) -> set[Ref]:
    if not isinstance(source, str):
        return set()
    return {Ref("field", name) for name in expression_fields(object_key, source)}


__all__ = ["ListViewKind", "ObjectKind", "check_condition", "check_expression", "expression_fields"]
