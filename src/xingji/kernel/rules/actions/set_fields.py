"""`set`: writes fields of the record a rule is about, values being CEL."""

from collections.abc import Mapping, Sequence
from typing import Any

from xingji.kernel.cel import Kind
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.records import Change, write
from xingji.kernel.rules.actions.described import Described, Parameter, words
from xingji.kernel.rules.actions.protocol import ActionCheck, Done, Hit, Step
from xingji.kernel.rules.actions.values import problem, wire


class SetFields:
    """{action: set, fields: {intent: '"A"', budget: 'budget * 2'}}"""

    key = "set"
    described = Described(
        words("修改字段", "Set fields"), words("把这条记录的几个字段改成指定的值", "Gives fields of the record a value"),
        (Parameter("fields", "fields", words("改成", "Values"), required=True),),
    )  # fmt: skip

    def check(self, step: Step, check: ActionCheck) -> list[Problem]:
        """Unknown or computed fields, values of another kind."""
        return check_fields(step.get("fields"), check, check.object)

    def references(self, step: Step) -> set[Ref]:
        """Nothing beyond the fields, which the rule itself names."""
        return set()

    def writes(self, step: Step) -> frozenset[str]:
        """The fields it sets."""
        return frozenset(step.get("fields") or ())

    def expressions(self, step: Step) -> Mapping[str, tuple[str, str]]:
        """Each field's value, of the field's own kind."""
        return {f"fields.{key}": (source, f"field:{key}") for key, source in (step.get("fields") or {}).items()}

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """One write for all records."""
        changes = [Change("update", str(hit.object), hit.record, fields_of(step, hit)) for hit in hits]
        await write(uow, changes)
        return [Done("done", {"fields": change.values}) for change in changes]

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """「把 意向=A」"""
        said = "、".join(f"{key}={value}" for key, value in (detail.get("fields") or {}).items())
        return {"zh": f"设置 {said}", "en": f"set {said}"}


def fields_of(step: Step, hit: Hit) -> dict[str, Any]:
    """The evaluated fields of a step as wire values."""
    return {key: wire(hit.values.get(f"fields.{key}")) for key in step.get("fields") or {}}


def check_fields(fields: Any, check: ActionCheck, object_key: str | None) -> list[Problem]:
    """Problems of a mapping of fields to CEL."""
    if object_key is None:
        return [problem("object_missing", check.path, "规则没有指定对象", "the rule names no object")]
    if not isinstance(fields, Mapping) or not fields:
        return [problem("fields_missing", check.at("fields"), "至少要有一个字段", "at least one field is needed")]
    found: list[Problem] = []
    kinds: Mapping[str, Kind] = check.kinds(object_key)
    for key, source in fields.items():
        path = check.at("fields", key)
        if key not in kinds:
            found.append(
                problem(
                    "unknown_field", path, f"没有可写的字段「{key}」", f"there is no field {key} to write", field=key
                )
            )
        else:
            found += check.cel(source, path, kinds[key])
    return found
