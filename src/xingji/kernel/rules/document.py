"""A rule document as values: trigger, condition, limits, steps. Reads documents; decides and compiles nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Document = Mapping[str, Any]
UNITS = {"minutes": 60.0, "hours": 3600.0, "days": 86_400.0}
WORKING_UNITS = {"working_minutes": 1.0, "working_hours": 60.0}
DEFAULT_DEPTH = 5
DEFAULT_FAN_OUT = 1_000
DEFAULT_ORDER = 500


@dataclass(frozen=True, slots=True)
class Since:
    """How long after its start events a timer is due, and which events stop it.

    `working` is working minutes on `calendar`; else `seconds` of wall time. One of the two is None.
    """

    seconds: float | None
    working: float | None
    calendar: str | None
    cancel: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One published rule. `events` are the types that start it (arm its timer, when there is `since`)."""

    key: str
    version: int
    name: Mapping[str, str]
    object: str | None
    order: int
    events: tuple[str, ...]
    changed: tuple[str, ...]
    since: Since | None
    cron: str | None
    when: str | None
    once_per: str
    cool_down: float | None  # minutes of wall time
    depth: int
    fan_out: int
    steps: tuple[Document, ...]

    @property
    def trigger(self) -> Literal["event", "since", "cron"]:
        """What starts it."""
        return "since" if self.since else "cron" if self.cron else "event"

    @property
    def types(self) -> frozenset[str]:
        """Every event type that concerns it: those that start it and those that stop its timer."""
        return frozenset(self.events) | frozenset(self.since.cancel if self.since else ())


def read_rule(key: str, version: int, document: Document) -> Rule:
    """The rule of a checked document. Raises ValueError, KeyError or TypeError on one that was not."""
    on, limits = document["on"], document.get("limits") or {}
    events, changed = _events(document)
    order = document.get("order", DEFAULT_ORDER)
    return Rule(
        key=key,
        version=version,
        name=document.get("name") or {"zh": key, "en": key},
        object=document.get("object"),
        order=int(order),
        events=events,
        changed=changed,
        since=_since(on) if "since" in on else None,
        cron=on.get("cron"),
        when=document.get("when") or None,
        once_per=str(document.get("once_per") or "none"),
        cool_down=_minutes(document.get("cool_down")),
        depth=int(limits.get("depth", DEFAULT_DEPTH)),
        fan_out=int(limits.get("fan_out", DEFAULT_FAN_OUT)),
        steps=tuple(document.get("do") or ()),
    )


def as_list(value: Any) -> list[Any]:
    """A list of what may be written as one or several."""
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _events(document: Document) -> tuple[tuple[str, ...], tuple[str, ...]]:
    on, object_key = document["on"], document.get("object")
    if "event" in on:
        return tuple(as_list(on["event"])), ()
    if "since" in on:
        return tuple(as_list(on["since"])), ()
    if "changed" in on:
        return (f"{object_key}.updated",), tuple(as_list(on["changed"]))
    for word in ("created", "updated", "deleted", "restored"):
        if on.get(word):
            return (f"{object_key}.{word}",), ()
    return (), ()


def _since(on: Document) -> Since:
    after, unit = float(on["after"]), on.get("unit", "minutes")
    cancel = tuple(as_list(on.get("cancel") or []))
    if unit in WORKING_UNITS:
        return Since(None, after * WORKING_UNITS[unit], on["calendar"], cancel)
    return Since(after * UNITS[unit], None, None, cancel)


def _minutes(cool_down: Any) -> float | None:
    if not cool_down:
        return None
    return sum(float(cool_down.get(unit, 0)) * seconds for unit, seconds in UNITS.items()) / 60.0
