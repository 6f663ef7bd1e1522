"""The definition kind `coverage`: standard actions, what makes one due, what shows it, within how long; and what it should lead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.cloudevents import is_type

Document = Mapping[str, Any]
WORDS = {"kind", "key", "name", "help", "actions", "rep_from", "target", "result", "patch"}
ACTION_WORDS = {"key", "name", "object", "after", "done", "hours"}


@dataclass(frozen=True, slots=True)
class StandardAction:
    """After one of these events on a record of the object, one of those within so many hours (wall clock)."""

    key: str
    name: Mapping[str, str]
    object: str
    after: tuple[str, ...]
    done: tuple[str, ...]
    hours: float


@dataclass(frozen=True, slots=True)
class Coverage:
    """A set of standard actions; a person counts from `rep_from` of the own cases; `result`: the records whose win share it should lead."""

    key: str
    name: Mapping[str, str]
    actions: tuple[StandardAction, ...]
    rep_from: float
    target: float
    result: str


def read_coverage(key: str, document: Document) -> Coverage:
    """The coverage of a checked document."""
    return Coverage(
        key, document.get("name") or {"zh": key, "en": key},
        tuple(StandardAction(str(a["key"]), a.get("name") or {"zh": a["key"], "en": a["key"]}, str(a["object"]), words(a["after"]), words(a["done"]), float(a["hours"])) for a in document["actions"]),
        float(document.get("rep_from", 0.8)), float(document.get("target", 0.85)), str(document.get("result") or "deal"),
    )  # fmt: skip


def words(value: Any) -> tuple[str, ...]:
    """One or several event types."""
    return tuple(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else (str(value),)


def fault(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(f"coverage.{code}", path, {}, {"zh": zh, "en": en}, who="supervisor")


class CoverageKind:
    """Coverages as documents."""

    key = "coverage"

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        """Objects there are, event types that are some, hours and shares in range."""
        found = [fault("unknown_word", word, f"看不懂「{word}」", f"{word} is not understood") for word in sorted(set(map(str, document)) - WORDS)]
        actions = document.get("actions")
        if not isinstance(actions, list) or not actions:
            return [*found, fault("no_actions", "actions", "至少要有一个标准动作", "At least one standard action is needed")]
        for key in ("rep_from", "target"):
            value = document.get(key, 0.8)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
                found.append(fault("share", key, "占比要大于 0、不超过 100%", "A share above 0 and up to 100%"))
        if str(document.get("result") or "deal") not in context.of_kind("object"):
            found.append(fault("unknown_object", "result", "没有这个对象", "There is no such object"))
        for n, one in enumerate(actions):
            found += self._action(one, f"actions.{n}", context)
        return found

    def _action(self, one: Any, path: str, context: CheckContext) -> list[Problem]:
        if not isinstance(one, Mapping) or not isinstance(one.get("key"), str):
            return [fault("action_key", path, "动作要有 key", "An action needs a key")]
        found = [fault("unknown_word", f"{path}.{word}", f"看不懂「{word}」", f"{word} is not understood") for word in sorted(set(map(str, one)) - ACTION_WORDS)]
        if str(one.get("object")) not in context.of_kind("object"):
            found.append(fault("unknown_object", f"{path}.object", f"没有对象「{one.get('object')}」", f"There is no object {one.get('object')}"))
        for key in ("after", "done"):
            if one.get(key) is None or not all(is_type(word) for word in words(one[key])):
                found.append(fault("event_type", f"{path}.{key}", "应为事件类型", "Event types are expected"))
        hours = one.get("hours")
        if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours <= 2160:
            found.append(fault("hours", f"{path}.hours", "时限在 0 到 2160 小时之间", "Between 0 and 2160 hours"))
        return found

    def references(self, document: Document) -> set[Ref]:
        """The objects."""
        actions = document.get("actions")
        return {Ref("object", str(one.get("object"))) for one in (actions if isinstance(actions, list) else ()) if isinstance(one, Mapping)}

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """What the last months' coverage would have been under the draft."""
        from xingji.features.process.reports.coverage import measure_coverage

        found = await measure_coverage(uow, read_coverage("draft", document))
        return {"count": sum(month["due"] for month in found["months"]), "months": [{"month": m["month"], "due": m["due"], "done": m["done"], "coverage": m["coverage"]} for m in found["months"]]}

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        """Nothing more: it is read when asked."""


__all__ = ["Coverage", "CoverageKind", "StandardAction", "read_coverage"]
