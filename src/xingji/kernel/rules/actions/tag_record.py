"""`tag`: adds tags to a record's tag field and takes tags off."""

from collections.abc import Mapping, Sequence
from typing import Any

from xingji.kernel.cel import Kind
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.records import Change, write
from xingji.kernel.rules.actions.described import Described, Parameter, words
from xingji.kernel.rules.actions.protocol import ActionCheck, Done, Hit, Step
from xingji.kernel.rules.actions.values import problem


class TagRecord:
    """{action: tag, add: [vip], remove: [cold], field: tags}"""

    key = "tag"
    described = Described(
        words("打标签", "Tag"), words("给记录加上或去掉标签", "Adds tags and takes tags off"),
        (
            Parameter("add", "tags", words("加上", "Add")), Parameter("remove", "tags", words("去掉", "Take off")),
            Parameter("field", "tag_field", words("哪个标签字段", "Field of tags")),
        ),
    )  # fmt: skip

    def check(self, step: Step, check: ActionCheck) -> list[Problem]:
        """A field of tags, at least one tag."""
        field = step.get("field", "tags")
        if check.object is None or check.kinds(check.object).get(field) is not Kind.text_list:
            return [
                problem(
                    "unknown_field",
                    check.at("field"),
                    f"没有标签字段「{field}」",
                    f"there is no field of tags {field}",
                    field=str(field),
                )
            ]
        tags = [*(step.get("add") or ()), *(step.get("remove") or ())]
        if not tags or not all(isinstance(tag, str) and 0 < len(tag) <= 60 for tag in tags):
            return [problem("bad_tags", check.path, "至少要有一个标签", "at least one tag is needed")]
        return []

    def references(self, step: Step) -> set[Ref]:
        """None beyond the field."""
        return set()

    def writes(self, step: Step) -> frozenset[str]:
        """The field of tags."""
        return frozenset({step.get("field", "tags")})

    def expressions(self, step: Step) -> Mapping[str, Any]:
        """The tags it has."""
        return {"tags": (step.get("field", "tags"), Kind.text_list)}

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """One write for the records whose tags differ afterwards."""
        add, remove = list(step.get("add") or ()), set(step.get("remove") or ())
        changes, done = [], []
        for hit in hits:
            held = list(hit.values.get("tags") or ())
            tags = [tag for tag in held if tag not in remove] + [tag for tag in add if tag not in held]
            if tags == held:
                done.append(Done("skipped", {"code": "rules.tagged_already"}))
                continue
            changes.append(Change("update", str(hit.object), hit.record, {step.get("field", "tags"): tags}))
            done.append(Done("done", {"tags": tags}))
        if changes:
            await write(uow, changes)
        return done

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """「加标签 vip」"""
        add, remove = "、".join(step.get("add") or ()), "、".join(step.get("remove") or ())
        zh = " ".join(filter(None, [f"加标签 {add}" if add else "", f"去掉标签 {remove}" if remove else ""]))
        en = " ".join(
            filter(None, [f"add the tags {add}" if add else "", f"remove the tags {remove}" if remove else ""])
        )
        return {"zh": zh, "en": en}
