"""The definition kind `object`. Owns its references; tables follow in `schema_changer`, the other kinds stand beside it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.checks import check_condition, check_expression, expression_fields
from xingji.kernel.records.forms import FormKind
from xingji.kernel.records.guidance import GuidanceKind
from xingji.kernel.records.list_views import ListViewKind
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


def _mappings(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _fields_in(object_key: str, source: Any) -> set[Ref]:
    if not isinstance(source, str):
        return set()
    return {Ref("field", name) for name in expression_fields(object_key, source)}


__all__ = ["FormKind", "GuidanceKind", "ListViewKind", "ObjectKind", "check_condition", "check_expression", "expression_fields"]
