"""A follow-up template as a rule of the one engine: each step a task, and one notice for all of them. Pure but for the reading."""

from collections.abc import Mapping
from typing import Any

from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.rules.derived import Derived

Document = Mapping[str, Any]
ORDER = 960
"""After dispatch and the notices of an assignment: the tasks are for whoever has the record by then."""


async def rules_of_templates(uow: UnitOfWork) -> list[Derived]:
    """The published templates as rules."""
    published = await load_published(uow)
    return [
        Derived(f"follow_up/{key}", published.versions["follow_up", key], rule_of(document))
        for key, document in sorted(published.of_kind("follow_up").items()) if document.get("enabled") is not False
    ]  # fmt: skip


def rule_of(document: Document) -> dict[str, Any]:
    """The rule of a checked template: once per record, one task a step for its owner, who is told once."""
    steps = [_task(document, step) for step in document["steps"]]
    name, count = document["name"], len(steps)
    zh, en = str(name.get("zh")), str(name.get("en") or name.get("zh"))
    told = {
        "action": "notify", "to": ["owner"], "via": ["inbox"], "title": {"zh": f"{zh}：{count} 步已排好", "en": f"{en}: {count} steps are planned"},
        "body": {tongue: joint.join(_named(step, tongue) for step in document["steps"]) for tongue, joint in (("zh", "；"), ("en", "; "))},
    }  # fmt: skip
    when = document.get("when")
    return {
        "name": name, "object": document["object"], "order": ORDER, "on": {"event": document["starts"]}, "once_per": "record",
        "when": f"owner != null && ({when})" if when else "owner != null", "do": [*steps, told],
    }  # fmt: skip


def _task(document: Document, step: Document) -> dict[str, Any]:
    due = {"hours": step["hours"], "working": document.get("calendar") or "office"} if step.get("hours") else {"days": step["days"]}
    note = {"note": step["note"]} if step.get("note") else {}
    return {"action": "task", "title": step["name"], "assignee": "owner", "due": due, "kind": "follow_up", "via": [], **note}


def _named(step: Document, tongue: str) -> str:
    # A brace of the text would be read as a blank.
    return str(step["name"].get(tongue) or step["name"].get("zh")).replace("{", "").replace("}", "")
