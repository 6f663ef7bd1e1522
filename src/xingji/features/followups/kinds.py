"""The definition kind `follow_up`: for which records, what sets it going, and the steps with their time. Owns its check and dry run."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xingji.features.followups.series import rule_of
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork
from xingji.kernel.rules.check import check_rule
from xingji.kernel.rules.dry_run import dry_run_rule
from xingji.kernel.rules.references import rule_references

Document = Mapping[str, Any]
WORDS = {"kind", "key", "name", "help", "object", "starts", "when", "calendar", "steps", "enabled", "patch"}
STEP_WORDS = {"key", "name", "hours", "days", "note"}
MOST, LONGEST, LONGEST_NAME = 12, {"hours": 240, "days": 365}, 200
# Where the words of the rule stand in the template.
PLACES = {"object": "object", "on.event": "starts", "when": "when", "name": "name"}


class FollowUpKind:
    """Follow-up templates as documents."""

    key = "follow_up"

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        """A name, an object tasks can be about, events that start it, steps with a time that can be counted."""
        found = [_fault("unknown_word", str(word), f"看不懂「{word}」", f"{word} is not understood") for word in document if word not in WORDS]
        if not isinstance(document.get("name"), Mapping) or not document["name"].get("zh"):
            found.append(_fault("no_name", "name", "给模板起个名字", "The template needs a name"))
        if f"subject_{document.get('object')}" not in _task_fields(context):
            found.append(_fault("no_subject", "object", "任务不能挂在这个对象上", "Tasks cannot be about this object"))
        calendar = document.get("calendar") or "office"
        if ("calendar", calendar) not in context.documents:
            found.append(_fault("unknown_calendar", "calendar", f"没有日历「{calendar}」", f"There is no calendar {calendar}"))
        if not document.get("starts"):
            found.append(_fault("no_start", "starts", "选一件事作为开始", "Choose what sets it going"))
        found += _check_steps(document.get("steps"))
        return found or _check_as_rule(document, context)

    def references(self, document: Document) -> set[Ref]:
        """The object, its fields, the calendar."""
        try:
            return rule_references(rule_of(document))
        except (KeyError, TypeError, AttributeError):
            return {Ref("object", str(document.get("object")))}

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """For which records of the window it would have planned the steps."""
        return await dry_run_rule(uow, {"key": document.get("key", "draft"), **rule_of(document)}, since, until)

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        """Nothing more: the rules are read anew with every revision."""


def _check_steps(steps: Any) -> list[Problem]:
    if not isinstance(steps, list) or not 1 <= len(steps) <= MOST:
        return [_fault("steps", "steps", f"要有 1 到 {MOST} 步", f"1 to {MOST} steps are needed")]
    return [problem for place, step in enumerate(steps) for problem in _check_step(step, f"steps.{place}")]


def _check_step(step: Any, path: str) -> list[Problem]:
    if not isinstance(step, Mapping) or not isinstance(step.get("key"), str):
        return [_fault("step_key", path, "步骤要有 key", "A step needs a key")]
    found = [_fault("unknown_word", f"{path}.{word}", f"看不懂「{word}」", f"{word} is not understood") for word in step if word not in STEP_WORDS]
    if not isinstance(step.get("name"), Mapping) or not step["name"].get("zh"):
        found.append(_fault("step_name", f"{path}.name", "写明这一步做什么", "Say what is to be done"))
    elif max(len(str(words)) for words in step["name"].values()) > LONGEST_NAME:
        found.append(_fault("step_name", f"{path}.name", f"最多 {LONGEST_NAME} 字，其余写进说明", f"At most {LONGEST_NAME} characters; the rest belongs into the note"))
    given = [unit for unit in LONGEST if step.get(unit) is not None]
    if len(given) != 1:
        return [*found, _fault("step_time", f"{path}.hours", "填工作小时或天数，二选一", "Working hours or days, one of them")]
    value, most = step[given[0]], LONGEST[given[0]]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= most:
        found.append(_fault("step_span", f"{path}.{given[0]}", f"大于 0，不超过 {most}", f"Above 0 and up to {most}"))
    return found


def _check_as_rule(document: Document, context: CheckContext) -> list[Problem]:
    """What the one engine says of the rule it becomes, at the template's own places."""
    found = []
    for one in check_rule({"key": f"follow_up/{document.get('key')}", **rule_of(document)}, context):
        path = next((place for start, place in PLACES.items() if one.path == start), "steps")
        found.append(Problem(one.code, path, one.params, one.message, one.severity, one.rule, one.who, one.line, one.column))
    return found


def _task_fields(context: CheckContext) -> set[str]:
    task = context.of_kind("object").get("task") or {}
    return {str(field.get("key")) for field in task.get("fields") or () if isinstance(field, Mapping)}


def _fault(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(f"follow_up.{code}", path, {}, {"zh": zh, "en": en}, who="supervisor")
