"""Checks a rule document: all problems at once, each with its place and in both languages. Pure; reads no database."""

from collections.abc import Mapping
from typing import Any

from xingji.kernel.cel import CelError, Kind, check
from xingji.kernel.core.errors import Problem, XingjiError
from xingji.kernel.core.protocols import CheckContext
from xingji.kernel.events.cloudevents import is_type
from xingji.kernel.records.schema import Schema, build_schema
from xingji.kernel.rules.actions import ACTIONS, ActionCheck
from xingji.kernel.rules.actions.values import problem
from xingji.kernel.rules.cron import read_cron
from xingji.kernel.rules.cycles import loops_of
from xingji.kernel.rules.document import UNITS, WORKING_UNITS, as_list
from xingji.kernel.rules.environment import rule_env

Document = Mapping[str, Any]
KNOWN = frozenset({"kind", "key", "name", "help", "object", "order", "on", "when", "once_per", "cool_down", "limits", "do", "enabled", "patch"})  # fmt: skip
TRIGGERS = ("event", "changed", "created", "updated", "deleted", "restored", "since", "cron")
NEEDS_OBJECT = frozenset({"changed", "created", "updated", "deleted", "restored", "since"})
MAX_STEPS = 20
MAX_LIMITS = {"depth": 10, "fan_out": 100_000}


def check_rule(document: Document, context: CheckContext) -> list[Problem]:
    """All problems of a rule document; loops with other rules are warnings."""
    found = _check_head(document, context)
    found += _check_trigger(document, context)
    found += _check_limits(document)
    checker = Expressions(document, context)
    if checker.object_known:
        found += checker.check(document.get("when"), "when", Kind.boolean) if document.get("when") else []
        once = document.get("once_per") or "none"
        if once not in ("none", "record", "record_day"):
            found += checker.check(once, "once_per", None)
        found += _check_steps(document, context, checker)
    if not any(one.severity == "error" for one in found):
        found += loops_of(document, context)
    return found


class Expressions:
    """Checks expressions in a rule's environment."""

    def __init__(self, document: Document, context: CheckContext) -> None:
        self.object = document.get("object")
        self.schema: Schema = schema_of(context)
        self.object_known = self.object is None or self.object in self.schema.objects

    def check(self, source: Any, path: str, want: Kind | None) -> list[Problem]:
        """Problems of an expression, with line and column."""
        if not isinstance(source, str) or not source.strip():
            return [problem("bad_expression", path, "应为表达式", "an expression is expected")]
        try:
            check(source, rule_env(self.schema, self.object), want)
        except CelError as error:
            return [_at(one, path) for one in error.problems]
        except XingjiError as error:
            return [
                problem(
                    "bad_expression", path, f"表达式无效：{error.code}", f"the expression is not valid: {error.code}"
                )
            ]
        return []

    def kinds(self, object_key: str) -> dict[str, Kind | None]:
        """The fields of an object that a rule may write, with the kind of their values."""
        kind = self.schema.objects.get(object_key)
        fields = kind.fields.values() if kind else ()
        return {
            field.key: None if field.cel is Kind.region else field.cel
            for field in fields if field.column is not None and not field.server_owned
        }  # fmt: skip


def schema_of(context: CheckContext) -> Schema:
    """The registry of the documents a check looks at, built once per check of many."""
    held = context.extra.get("rules.schema")
    if held is None or held[0] is not context.documents:
        held = context.extra["rules.schema"] = (context.documents, build_schema(context.of_kind("object")))
    return held[1]


def _at(one: Problem, path: str) -> Problem:
    return Problem(one.code, path, one.params, one.message, one.severity, one.rule, one.who, one.line, one.column)


def _check_head(document: Document, context: CheckContext) -> list[Problem]:
    found = [
        problem("unknown_part", str(key), f"不认识「{key}」", f"{key} is not known", part=str(key))
        for key in document if key not in KNOWN
    ]  # fmt: skip
    if not isinstance(document.get("name"), Mapping) or not document["name"].get("zh"):
        found.append(problem("name_missing", "name", "缺少名称", "a name is needed"))
    object_key = document.get("object")
    if object_key is not None and ("object", object_key) not in context.documents:
        found.append(
            problem(
                "unknown_object",
                "object",
                f"没有对象「{object_key}」",
                f"there is no object {object_key}",
                object=str(object_key),
            )
        )
    return found


# ── triggers ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _check_trigger(document: Document, context: CheckContext) -> list[Problem]:
    on = document.get("on")
    words = [word for word in TRIGGERS if isinstance(on, Mapping) and word in on]
    if not isinstance(on, Mapping) or len(words) != 1:
        return [
            problem(
                "trigger_missing",
                "on",
                "需要且只能有一个触发条件",
                "exactly one trigger is needed",
                known=list(TRIGGERS),
            )
        ]
    word = words[0]
    if word in NEEDS_OBJECT and document.get("object") is None:
        return [problem("object_missing", "object", "这种触发需要指定对象", "this trigger needs an object")]
    extra = set(on) - {word} - ({"after", "unit", "calendar", "cancel"} if word == "since" else set())
    found = [
        problem("unknown_part", f"on.{key}", f"不认识「{key}」", f"{key} is not known", part=str(key))
        for key in sorted(extra)
    ]
    if word == "event":
        return found + _check_types(on["event"], "on.event")
    if word == "since":
        return found + _check_types(on["since"], "on.since") + _check_since(on, context)
    if word == "changed":
        return found + _check_changed(document, on["changed"], context)
    if word == "cron":
        return found + _check_cron(on["cron"])
    return (
        found if on[word] is True else [*found, problem("bad_trigger", f"on.{word}", "应为 true", "true is expected")]
    )


def _check_types(types: Any, path: str) -> list[Problem]:
    if not isinstance(types, (str, list)) or not types:
        return [problem("bad_event_type", path, "应为事件类型", "event types are expected")]
    return [
        problem("bad_event_type", path, f"「{kind}」不是事件类型", f"{kind} is no event type", type=str(kind))
        for kind in as_list(types) if not isinstance(kind, str) or not is_type(kind)
    ]  # fmt: skip


def _check_since(on: Document, context: CheckContext) -> list[Problem]:
    found = _check_types(on["cancel"], "on.cancel") if on.get("cancel") else []
    after, unit = on.get("after"), on.get("unit", "minutes")
    if isinstance(after, bool) or not isinstance(after, (int, float)) or not 0 <= after <= 1_000_000:
        found.append(problem("bad_after", "on.after", "应为 0 或正数", "a number of 0 or more is expected"))
    if unit not in UNITS and unit not in WORKING_UNITS:
        known = [*UNITS, *WORKING_UNITS]
        found.append(
            problem(
                "bad_unit",
                "on.unit",
                f"单位应为 {'、'.join(known)}",
                f"one of {', '.join(known)} is expected",
                known=known,
            )
        )
    calendar = on.get("calendar")
    if unit in WORKING_UNITS and not calendar:
        found.append(
            problem("calendar_missing", "on.calendar", "按工作时间计时需要指定日历", "working time needs a calendar")
        )
    if calendar and ("calendar", calendar) not in context.documents:
        found.append(
            problem(
                "unknown_calendar",
                "on.calendar",
                f"没有日历「{calendar}」",
                f"there is no calendar {calendar}",
                calendar=str(calendar),
            )
        )
    return found


def _check_changed(document: Document, fields: Any, context: CheckContext) -> list[Problem]:
    kind = schema_of(context).objects.get(str(document.get("object")))
    known = {key for key, field in kind.fields.items() if field.column is not None} if kind else set()
    if not fields or not isinstance(fields, (str, list)):
        return [problem("bad_trigger", "on.changed", "应为字段", "fields are expected")]
    return [
        problem("unknown_field", "on.changed", f"没有字段「{key}」", f"there is no field {key}", field=str(key))
        for key in as_list(fields) if kind and key not in known
    ]  # fmt: skip


def _check_cron(text: Any) -> list[Problem]:
    try:
        read_cron(str(text))
    except ValueError as error:
        return [
            problem("bad_cron", "on.cron", "定时看不懂：写「分 时 日 月 周」五段，例如 0 9 * * 1-5", f"not a valid cron: {error}", detail=str(error))
        ]
    return []


# ── limits and steps ─────────────────────────────────────────────────────────────────────────────────────────────


def _check_limits(document: Document) -> list[Problem]:
    found: list[Problem] = []
    order = document.get("order", 0)
    if isinstance(order, bool) or not isinstance(order, int):
        found.append(problem("bad_order", "order", "顺序应为整数", "a whole number is expected"))
    limits = document.get("limits") or {}
    for key, most in MAX_LIMITS.items():
        value = limits.get(key, 1) if isinstance(limits, Mapping) else None
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            found.append(
                problem("bad_limit", f"limits.{key}", f"应为 1 到 {most} 的整数", f"1 to {most} is expected", most=most)
            )
    cool = document.get("cool_down")
    if cool and not (
        isinstance(cool, Mapping) and cool.keys() <= UNITS.keys() and all(_positive(v) for v in cool.values())
    ):
        found.append(
            problem("bad_cool_down", "cool_down", "冷却写大于 0 的分钟、小时或天数", "a number of minutes, hours or days above 0 is expected")
        )
    return found


def _positive(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0


def check_steps(object_key: str, steps: list[Any], context: CheckContext, path: str) -> list[Problem]:
    """All problems of steps that another definition holds at `path`, in the environment of a rule about the object."""
    return _steps(steps, context, Expressions({"object": object_key}, context), path)


def _check_steps(document: Document, context: CheckContext, checker: Expressions) -> list[Problem]:
    return _steps(document.get("do"), context, checker, "do")


def _steps(steps: Any, context: CheckContext, checker: Expressions, path: str) -> list[Problem]:
    if not isinstance(steps, list) or not 1 <= len(steps) <= MAX_STEPS:
        return [problem("steps_missing", path, f"需要 1 到 {MAX_STEPS} 个动作", f"1 to {MAX_STEPS} actions are needed")]
    found: list[Problem] = []
    for place, step in enumerate(steps):
        action = ACTIONS.get(str(step.get("action"))) if isinstance(step, Mapping) else None
        if action is None:
            name = step.get("action") if isinstance(step, Mapping) else step
            found.append(
                problem(
                    "unknown_action",
                    f"{path}.{place}.action",
                    f"没有动作「{name}」",
                    f"there is no action {name}",
                    known=sorted(ACTIONS),
                )
            )
            continue
        found += action.check(step, ActionCheck(context, checker.object, f"{path}.{place}", checker.check, checker.kinds))
    return found
