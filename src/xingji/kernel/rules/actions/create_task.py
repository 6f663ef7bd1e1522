"""`task`: a task about the record for somebody, due in wall or working time; its assignee is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.records import Change, write
from xingji.kernel.records.schema import load_schema
from xingji.kernel.rules.actions.described import TITLE, URGENCY, VIA, Described, Parameter, words
from xingji.kernel.rules.actions.protocol import ActionCheck, Done, Hit, Step
from xingji.kernel.rules.actions.values import (
    check_people,
    check_text,
    people_expressions,
    people_of,
    people_references,
    problem,
    shown_values,
    step_text,
    text_expressions,
    wire,
)  # fmt: skip
from xingji.kernel.work import Notice, notify, render
from xingji.kernel.work.templates import pick_language

UNITS = {"minutes": 1.0, "hours": 60.0, "days": 1440.0}


class CreateTask:
    """{action: task, title: {zh}, assignee: owner, due: {hours: 2, working: office}, kind: callback}"""

    key = "task"
    described = Described(
        words("建任务", "Create a task"), words("给某个人建一件待办，并通知他", "A task for somebody, who is told"),
        (
            TITLE, Parameter("assignee", "person", words("谁来做", "Who does it")),
            Parameter("due", "due", words("多久之内", "Due in")), Parameter("note", "text", words("备注", "Note")), VIA, URGENCY,
        ),
    )  # fmt: skip

    def check(self, step: Step, check: ActionCheck) -> list[Problem]:
        """A title, somebody to do it, a due time that can be counted."""
        found = check_text(step.get("title"), check, "title", required=True) + check_text(
            step.get("note"), check, "note"
        )
        found += check_people(step.get("assignee") or "owner", check, "assignee")
        due = step.get("due")
        if due is not None and not (isinstance(due, Mapping) and any(_number(due.get(unit)) for unit in UNITS)):
            found.append(
                problem(
                    "bad_due", check.at("due"), "期限写大于 0 的分钟、小时或天数", "a number of minutes, hours or days above 0 is expected"
                )
            )
        elif due and due.get("working") and ("calendar", due["working"]) not in check.context.documents:
            found.append(
                problem(
                    "unknown_calendar",
                    check.at("due", "working"),
                    f"没有日历「{due['working']}」",
                    f"there is no calendar {due['working']}",
                )
            )
        if ("object", "task") not in check.context.documents:
            found.append(
                problem("unknown_object", check.path, "没有任务对象", "there is no object task", object="task")
            )
        return found

    def references(self, step: Step) -> set[Ref]:
        """The task object, the calendar, named people."""
        found = {Ref("object", "task")} | people_references(step.get("assignee") or "owner")
        working = (step.get("due") or {}).get("working")
        return found | ({Ref("calendar", working)} if working else set())

    def writes(self, step: Step) -> frozenset[str]:
        """Nothing of the record itself."""
        return frozenset()

    def expressions(self, step: Step) -> Mapping[str, Any]:
        """The blanks of its texts and its assignee."""
        return {
            **text_expressions(step.get("title"), step.get("note")),
            **people_expressions(step.get("assignee") or "owner"),
        }

    async def apply(self, uow: UnitOfWork, step: Step, hits: Sequence[Hit]) -> list[Done]:
        """One write and one notification for all tasks; hits without an assignee make a task of nobody."""
        fields = (await load_schema(uow)).object("task").fields
        due = await due_at(uow, step.get("due"))
        people = await people_of(uow, step.get("assignee") or "owner", hits)
        blanks = await shown_values(uow, hits)
        changes, notices = [], []
        for hit, found, values in zip(hits, people, blanks, strict=True):
            assignee = found[0] if found else None
            title = render(pick_language(step["title"], "zh"), values, uow.workspace.zone)
            values_of_task = {
                "title": title, "assignee": wire(assignee), "owner": wire(assignee), "due_at": wire(due), "status": "open",
                "kind": step.get("kind") or "rule", "rule": hit.rule, f"subject_{hit.object}": wire(hit.record),
                "note": render(pick_language(step.get("note") or "", "zh"), values, uow.workspace.zone) or None,
            }  # fmt: skip
            changes.append(
                Change(
                    "create", "task", None, {k: v for k, v in values_of_task.items() if k in fields and v is not None}
                )
            )
            if assignee is not None and step.get("via") != []:  # through nothing: a series is told of once, as a whole
                notices.append(_notice(hit, step, assignee, values))
        result = await write(uow, changes)
        await notify(uow, notices)
        return [
            Done("done", {"task": str(new), "assignee": [str(p) for p in found[:1]]})
            for new, found in zip(result.ids, people, strict=True)
        ]

    def phrase(self, step: Step, detail: Mapping[str, Any]) -> Mapping[str, str]:
        """「建任务「回访」」"""
        title = step_text(step, "任务", "task")
        return {"zh": f"建任务「{title['zh']}」", "en": f"create the task “{title['en']}”"}


def _notice(hit: Hit, step: Step, person: UUID, values: Mapping[str, Any]) -> Notice:
    return Notice(
        person, "task", step["title"], step.get("note") or "", hit.object, hit.record, step.get("urgency", "normal"),
        tuple(step.get("via") or ("inbox",)), f"{hit.dedupe}:task", hit.rule, values,
    )  # fmt: skip


async def due_at(uow: UnitOfWork, due: Mapping[str, Any] | None) -> datetime | None:
    """The instant a `due` of a step means from now on, None without one."""
    if not due:
        return None
    minutes = sum(float(due.get(unit) or 0) * each for unit, each in UNITS.items())
    if due.get("working"):
        return await uow.fetchval("select add_working_minutes($1, $2, $3)", due["working"], uow.now, minutes)
    return uow.now + timedelta(minutes=minutes)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
