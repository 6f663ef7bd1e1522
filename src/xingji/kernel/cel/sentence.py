"""Reads a condition to people: 「意向等级 等于 A 且 预算 大于 50万」. Takes the filter's tree, or a checked expression.

Labels come from the caller; an opaque part is shown as it is written.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from xingji.kernel.cel.checker_types import Checked
from xingji.kernel.cel.filter_leaves import FIELD_FUNCTIONS, OVER_TIME, SINCE_EVENT
from xingji.kernel.cel.filter_tree import to_tree

Labels = Callable[[tuple[str, ...]], str]
ValueLabels = Callable[[tuple[str, ...], Any], str | None]

_OPS = {
    "eq": ("{} 等于 {}", "{} is {}"), "ne": ("{} 不等于 {}", "{} is not {}"), "lt": ("{} 小于 {}", "{} is less than {}"),
    "le": ("{} 不超过 {}", "{} is at most {}"), "gt": ("{} 大于 {}", "{} is more than {}"),
    "ge": ("{} 不低于 {}", "{} is at least {}"), "empty": ("{} 为空", "{} is empty"),
    "not_empty": ("{} 不为空", "{} is not empty"), "present": ("{} 有值", "{} has a value"),
    "in": ("{} 属于 {}", "{} is one of {}"), "has": ("{} 包含 {}", "{} contains {}"),
    "has_any": ("{} 包含 {} 之一", "{} contains any of {}"), "contains": ("{} 包含 {}", "{} contains {}"),
    "starts_with": ("{} 以 {} 开头", "{} starts with {}"), "ends_with": ("{} 以 {} 结尾", "{} ends with {}"),
    "in_team": ("{} 在团队 {}", "{} is in team {}"), "in_region": ("{} 在区域 {}", "{} is in region {}"),
    "is_true": ("{} 为是", "{} is yes"), "changed": ("{} 有变化", "{} has changed"),
    "age_gt": ("{} 已超过 {}", "{} is more than {} ago"), "age_ge": ("{} 已满 {}", "{} is at least {} ago"),
    "age_lt": ("{} 未满 {}", "{} is less than {} ago"), "age_le": ("{} 在 {} 以内", "{} is at most {} ago"),
    "ahead_gt": ("距 {} 还有超过 {}", "{} is more than {} away"), "ahead_ge": ("距 {} 至少还有 {}", "{} is at least {} away"),
    "ahead_lt": ("距 {} 不足 {}", "{} is less than {} away"), "ahead_le": ("距 {} 不超过 {}", "{} is at most {} away"),
}  # fmt: skip
_DATES = {
    "lt": ("{} 早于 {}", "{} is before {}"), "le": ("{} 不晚于 {}", "{} is not after {}"),
    "gt": ("{} 晚于 {}", "{} is after {}"), "ge": ("{} 不早于 {}", "{} is not before {}"),
}  # fmt: skip
_FUNCTIONS = {
    "hour": ("{}的钟点", "hour of {}"), "weekday": ("{}的星期", "weekday of {}"), "day": ("{}的日", "day of {}"),
    "month": ("{}的月份", "month of {}"), "size": ("{}的个数", "size of {}"), "lower": ("{}", "{}"), "trim": ("{}", "{}"),
    "date": ("{}的日期", "date of {}"), "working_minutes_since": ("自{}起的工作分钟", "working minutes since {}"),
    "last_event": ("最近一次{}", "last {}"), "days_since": ("距{}的天数", "days since {}"),
    "count_changes": ("{}的改动次数", "number of changes of {}"), SINCE_EVENT: ("距最近一次{}的天数", "days since the last {}"), "count_events": ("{}次数", "number of {}"),
}  # fmt: skip
_UNITS = {"d": ("天", "days"), "h": ("小时", "hours"), "m": ("分钟", "minutes"), "s": ("秒", "seconds"),
          "ms": ("毫秒", "ms"), "us": ("微秒", "µs")}  # fmt: skip
_EMPTY_GROUP = {"all": ("总是", "always"), "any": ("从不", "never")}


class _Reader:
    def __init__(self, labels: Labels, lang: str, values: ValueLabels | None, zone: str) -> None:
        self.labels = labels
        self.index = 0 if lang == "zh" else 1
        self.values = values
        self.zone = ZoneInfo(zone)

    def word(self, pair: Sequence[str]) -> str:
        return pair[self.index]

    def read(self, tree: Mapping[str, Any], within: str = "") -> str:
        kind = tree.get("kind")
        if kind == "leaf":
            return self._leaf(tree)
        if kind == "opaque":
            return self.word(("「{}」", "“{}”")).format(" ".join(str(tree.get("source", "")).split()))
        items = [self.read(item, str(kind)) for item in tree.get("items", [])]
        if kind == "not":
            return self.word(("不满足（{}）", "not ({})")).format(items[0])
        if not items:
            return self.word(_EMPTY_GROUP[str(kind)])
        joined = self.word((" 且 ", " and ") if kind == "all" else (" 或 ", " or ")).join(items)
        return (
            self.word(("（{}）", "({})")).format(joined)
            if within not in ("", "not", kind) and len(items) > 1
            else joined
        )

    def _leaf(self, leaf: Mapping[str, Any]) -> str:
        op = str(leaf.get("op"))
        phrase = _DATES.get(op) if leaf.get("type") in ("date", "timestamp") else None
        phrase = phrase or _OPS.get(op, ("{} ? {}", "{} ? {}"))
        if op.startswith(("age_", "ahead_")):
            return self.word(phrase).format(self._subject(leaf), self._span(leaf))
        return self.word(phrase).format(self._subject(leaf), self._object(leaf))

    def _subject(self, leaf: Mapping[str, Any]) -> str:
        function = leaf.get("fn")
        if "events" in leaf:
            names = self.word(("、", ", ")).join(self.labels(("event", str(one))) for one in leaf["events"])
            text = self.word(_FUNCTIONS[str(function)]).format(names)
            window = leaf.get("window")
            return text if not window else self.word(("{w}内{t}", "{t} in {w}")).format(w=self._span(window), t=text)
        label = self.labels(tuple(str(leaf.get("field")).split(".")))
        return self.word(_FUNCTIONS[str(function)]).format(label) if function in FIELD_FUNCTIONS | OVER_TIME else label

    def _object(self, leaf: Mapping[str, Any]) -> str:
        if "other" in leaf:
            return self.labels(tuple(str(leaf["other"]).split(".")))
        value = leaf.get("value")
        if isinstance(value, list):
            return self.word(("、", ", ")).join(self._value(leaf, one) for one in value)
        return self._value(leaf, value)

    def _value(self, leaf: Mapping[str, Any], value: Any) -> str:
        if self.values is not None and "fn" not in leaf and "field" in leaf:
            named = self.values(tuple(str(leaf["field"]).split(".")), value)
            if named is not None:
                return named
        match value, leaf.get("type"):
            case bool(), _:
                return self.word(("是", "yes") if value else ("否", "no"))
            case int(), "duration":
                return str(timedelta(microseconds=value))
            case ((int() | float()), _):
                return self._number(value)
            case str(), "timestamp":
                at = datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(self.zone)
                return f"{at:%Y-%m-%d %H:%M}"
        return str(value)

    def _number(self, value: int | float) -> str:
        """50万 and 1.2亿 in Chinese where nothing is lost; thousands with commas in English."""
        whole = int(value) if value == int(value) else value
        if self.index == 1:
            return f"{whole:,}"
        for size, unit in ((10**8, "亿"), (10**4, "万")):
            if isinstance(whole, int) and abs(whole) >= size and whole * 100 % size == 0:
                return f"{whole / size:.15g}{unit}"
        return str(whole)

    def _span(self, span: Mapping[str, Any]) -> str:
        value, unit = span.get("value", 0), str(span.get("unit"))
        if unit == "h" and isinstance(value, int) and value > 72 and value % 24 == 0:
            value, unit = value // 24, "d"
        return f"{value} {self.word(_UNITS.get(unit, (unit, unit)))}"


def to_sentence(
    checked_or_tree: Checked | Mapping[str, Any], labels: Labels, lang: str, *,
    values: ValueLabels | None = None, zone: str = "Asia/Shanghai",
) -> str:  # fmt: skip
    """The condition in words, "zh" or "en".

    `labels` names a field's path, and an event type as ("event", type); `values` may name a value of a field (the
    label of a choice, a person's name) or answer None.
    """
    tree: Mapping[str, Any]
    if isinstance(checked_or_tree, Checked):
        tree, zone = to_tree(checked_or_tree.source, checked_or_tree.env), checked_or_tree.env.zone
    else:
        tree = checked_or_tree
    return _Reader(labels, lang, values, zone).read(tree)
