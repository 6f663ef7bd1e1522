"""A risk as the radar reads it: whom it concerns, when it is raised, its limits, its sentence. Asks no database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xingji.kernel.cel import Kind, Var

Names = Mapping[str, str]
Document = Mapping[str, Any]
LEVELS = ("red", "yellow")
STATUS, WON, LOST, OPEN = "status", "won", "lost", 'status == "open"'
LEAST_CASES = 20


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold: what stands without history, where it may lie, and what of the past it is learned from.

    `learn`: {stays: true, at} the quantile of days won records stayed in the stage; {value, at, by} the quantile of an
    expression over won records, by group. `fixed` is a person's word and goes before history.
    """

    key: str
    name: Names
    default: float
    unit: str = ""
    low: float = 0.0
    high: float = 1e9
    fixed: float | None = None
    learn: Document | None = None
    least: int = LEAST_CASES

    @property
    def by(self) -> str | None:
        """CEL of the group history is split by; None: one for all."""
        if self.learn is None or self.fixed is not None:
            return None
        return "stage" if self.learn.get("stays") else self.learn.get("by")


@dataclass(frozen=True, slots=True)
class Risk:
    """One version of a risk rule."""

    key: str
    version: int
    name: Names
    object: str
    of: str | None
    when: str
    level: str
    sentence: Names
    advice: Names
    who: str
    calendar: str
    limits: tuple[Limit, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def condition(self) -> str:
        """CEL of the whole: concerned and raised."""
        return f"({self.of}) && ({self.when})" if self.of else self.when

    def limit_var(self) -> dict[str, Var]:
        """`limit` as an expression names it."""
        return {"limit": Var(Kind.record, fields={one.key: Var(Kind.double, nullable=False) for one in self.limits})}


def read_risk(key: str, version: int, document: Document) -> Risk:
    """The risk of a checked document. Raises KeyError, TypeError or ValueError on a broken one."""
    return Risk(
        key=key, version=version, name=names(document.get("name"), key), object=str(document["object"]), of=document.get("of"),
        when=str(document["when"]), level=str(document.get("level") or "yellow"), sentence=names(document.get("sentence"), key),
        advice=names(document.get("advice"), ""), who=str(document.get("who") or "owner"), calendar=str(document.get("calendar") or "office"),
        limits=tuple(_limit(one) for one in document.get("limits") or ()), facts={str(k): str(v) for k, v in (document.get("facts") or {}).items()},
    )  # fmt: skip


def _limit(one: Document) -> Limit:
    key = str(one["key"])
    fixed = one.get("fixed")
    return Limit(
        key, names(one.get("name"), key), float(one["default"]), str(one.get("unit") or ""), float(one.get("low", 0)), float(one.get("high", 1e9)),
        None if fixed is None else float(fixed), one.get("learn"), int(one.get("least", LEAST_CASES)),
    )  # fmt: skip


def names(value: Any, fallback: str) -> Names:
    """Both languages of a text, one standing in for the other."""
    if isinstance(value, Mapping) and value:
        return {"zh": str(value.get("zh") or value.get("en") or fallback), "en": str(value.get("en") or value.get("zh") or fallback)}
    return {"zh": str(value or fallback), "en": str(value or fallback)}


def told(text: Names, facts: Document) -> Names:
    """A sentence with its figures in place."""
    return {tongue: _fill(words, facts) for tongue, words in text.items()}


def _fill(words: str, facts: Document) -> str:
    for key, value in facts.items():
        words = words.replace("{" + key + "}", _figure(value))
    return words


def _figure(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.1f}".rstrip("0").rstrip(".")
    return "—" if value is None else str(value)


def quantile(ordered: Sequence[float], at: float) -> float:
    """The quantile of ordered values, between neighbours in proportion."""
    place = (len(ordered) - 1) * at
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
