"""Boxes in words: 「销售区域 为 海外 且 预算 不超过 50万」, in both languages. Computes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xingji.features.leads.dispatch.boxes import HIGHEST, LOWEST, Box, Part

MOST = 4
Both = tuple[str, str]
NOTHING: Both = ("空", "empty")
OTHERS: Both = ("其他", "others")


@dataclass(frozen=True, slots=True)
class Names:
    """Labels of fields, and of their values as far as they are known: {path: {value: (zh, en)}}."""

    fields: Mapping[str, Both] = field(default_factory=dict)
    values: Mapping[str, Mapping[Any, Both]] = field(default_factory=dict)

    def field_name(self, path: str) -> Both:
        return self.fields.get(path) or (path, path)

    def value_name(self, path: str, value: Any) -> Both:
        if isinstance(value, bool):
            return ("是", "yes") if value else ("否", "no")
        return self.values.get(path, {}).get(value) or (str(value), str(value))


def box_words(box: Box, names: Names) -> Both:
    """A box as one phrase; everything when nothing bounds it."""
    pairs = [_part_words(path, part, names) for path, part in sorted(box.items())]
    if not pairs:
        return ("任何线索", "any lead")
    return (" 且 ".join(zh for zh, _ in pairs), " and ".join(en for _, en in pairs))


def _part_words(path: str, part: Part, names: Names) -> Both:
    zh, en = names.field_name(path)
    if " ∋ " in path:
        name, _, value = path.partition(" ∋ ")
        zh, en = names.field_name(name)
        has = part.values is not None and True in part.values
        return (f"{zh} {'含' if has else '不含'} {value.strip(chr(34))}", f"{en} {'has' if has else 'lacks'} {value}")
    if part.values is None:
        spans = [_span(low, high) for low, high in part.spans] + ([NOTHING] if part.null else [])
        return (f"{zh} {' 或 '.join(s[0] for s in spans)}", f"{en} {' or '.join(s[1] for s in spans)}")
    listed = part.values
    if part.inverted:
        known = [value for value in names.values.get(path, {}) if value not in listed]
        if not known and not part.null:
            shown = [names.value_name(path, value) for value in sorted(listed, key=str)]
            return (f"{zh} 有值" if not shown else f"{zh} 不是 {_list(shown, 0)}", f"{en} is not {_list(shown, 1)}")
        found = [names.value_name(path, value) for value in known[:MOST]] + [OTHERS]
    else:
        found = [names.value_name(path, value) for value in sorted(listed, key=str)]
    found += [NOTHING] if part.null else []
    return (f"{zh} 为 {_list(found, 0)}", f"{en} is {_list(found, 1)}")


def _list(found: list[Both], tongue: int) -> str:
    cut = found[: MOST + 2]
    return ("、", ", ")[tongue].join(one[tongue] for one in cut) + ("…" if len(found) > len(cut) else "")


def _span(low: tuple[float, int], high: tuple[float, int]) -> Both:
    if low <= LOWEST and high >= HIGHEST:
        return ("有值", "is set")
    if low == high:
        return (amount(low[0], 0), amount(low[0], 1))
    under = ("", "") if high >= HIGHEST else ((f"{'≤' if high[1] == 0 else '<'}{amount(high[0], 0)}"), f"{'≤' if high[1] == 0 else '<'}{amount(high[0], 1)}")
    above = ("", "") if low <= LOWEST else ((f"{'≥' if low[1] == 0 else '>'}{amount(low[0], 0)}"), f"{'≥' if low[1] == 0 else '>'}{amount(low[0], 1)}")
    return (" ".join(filter(None, (above[0], under[0]))), " ".join(filter(None, (above[1], under[1]))))


def amount(value: float, tongue: int) -> str:
    """50万 in Chinese where nothing is lost, 500,000 in English."""
    whole = int(value) if value == int(value) else value
    if tongue == 0 and isinstance(whole, int) and abs(whole) >= 10_000 and whole % 100 == 0:
        return f"{whole / 10_000:.15g}万"
    return f"{whole:,}"
