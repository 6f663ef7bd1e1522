"""`create`: a new record of any object, values being CEL about the record the rule is about."""

from collections.abc import Mapping, Sequence
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.records import Change, write
from xingji.kernel.rules.actions.described import Described, Parameter, words
from xingji.kernel.rules.actions.protocol import ActionCheck, Done, Hit, Step
from xingji.kernel.rules.actions.set_fields import check_fields, fields_of
from xingji.kernel.rules.actions.values import problem


class CreateRecord:
    """{action: create, object: task, fields: {title: '"回访 " + name', subject_lead: 'id'}}"""

    key = "create"
    described = Described(
        words("新建记录", "Create a record"), words("新建一条别的记录，例如客户或样机", "Makes a record of any object"),
        (
            Parameter("object", "object", words("新建什么", "Of what"), required=True),
            Parameter("fields", "fields", words("填入", "Values"), required=True, of="object"),
        ),
    )  # fmt: skip

    def check(self, step: Step, check: ActionCheck) -> list[Problem]:
        """An object that exists, fields that fit."""
        target = step.get("object")
        if ("object", target) not in check.context.documents:
            return [
                problem(
                    "unknown_object",
                    check.at("object"),
                    f"没有对象「{target}」",
                    f"there is no object {target}",
                    object=str(target),
                )
            ]
        return check_fields(step.get("fields"), check, str(target))

    def references(self, step: Step) -> set[Ref]:
        """The object and the fields it fills."""
        target = str(step.get("object"))
        return {Ref("object", target), *(Ref("field", f"{target}.{key}") for key in step.get("fields") or {})}

    def writes(self, step: Step) -> frozenset[str]:
        """Nothing of the record itself."""
        return frozenset()

    def expressions(self, step: Step) -> Mapping[str, tuple[str, str]]:
        """Each field's value, of the kind it has in the new record."""
        target = step.get("object")
        return {
            f"fields.{key}": (source, f"field:{target}.{key}") for key, source in (step.get("fields") or {}).items()
        }

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """One write for all new records."""
        target = str(step["object"])
        result = await write(uow, [Change("create", target, None, fields_of(step, hit)) for hit in hits])
        return [Done("done", {"object": target, "record": str(new)}) for new in result.ids]

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """「新建 任务」"""
        return {"zh": f"新建 {step.get('object')}", "en": f"create a {step.get('object')}"}
