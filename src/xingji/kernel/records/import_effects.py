"""How much an import would set going if it were ticked, and which definition belongs to which tick.

Counts only, runs nothing. The numbers are upper bounds: conditions, cool-downs and once-per keys are left out of
account, as those look at each record when its event is read.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from xingji.kernel.definitions import Published

#: Actions of a listening definition, and the tick of the preview they belong to.
TICKS = {"notify": "messages", "escalate": "messages", "webhook": "messages", "dispatch": "dispatch"}


def tick_of(action: str, since: bool) -> str:
    """The tick that lets an action of a definition answer an import."""
    return TICKS.get(action, "sla" if since else "rules")


def count_effects(published: Published, object_key: str, counts: Mapping[str, int]) -> dict[str, int]:
    """{rules, sla, messages, dispatch}: at most so many runs, timers, messages and assignments by this import."""
    found = {"rules": 0, "sla": 0, "messages": 0, "dispatch": 0}
    for document in published.documents.values():
        if document.get("object") != object_key or document.get("enabled") is False or "on" not in document:
            continue
        actions = [str(one.get("action")) for one in document.get("do") or () if isinstance(one, Mapping)]
        for trigger in _triggers(document["on"]):
            rows = _woken(trigger, object_key, counts)
            since = "since" in trigger
            for tick in {*(tick_of(action, since) for action in actions), *(["sla"] if since else [])}:
                found[tick] += rows
    return found


def _triggers(on: Any) -> Iterator[Mapping[str, Any]]:
    for trigger in on if isinstance(on, list) else [on]:
        if isinstance(trigger, Mapping):
            yield trigger


def _woken(trigger: Mapping[str, Any], object_key: str, counts: Mapping[str, int]) -> int:
    """How many rows make an event this trigger listens to."""
    if trigger.get("created"):
        return counts.get("new", 0)
    if trigger.get("changed"):
        return counts.get("update", 0)
    events = trigger.get("event") or trigger.get("since") or ()
    names = [events] if isinstance(events, str) else list(events)
    rows = counts.get("new", 0) if f"{object_key}.created" in names else 0
    # What dispatch assigns starts the clocks and tells the owner in its turn.
    rows += counts.get("new", 0) if f"{object_key}.assigned" in names else 0
    return rows + (counts.get("update", 0) if f"{object_key}.updated" in names else 0)
