"""An approval flow as it is run: nodes in order, each with its parties. Owns the shapes and the decision at a node; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
ALL, ANY = "all", "any"  # 会签: everybody; 或签: one is enough


@dataclass(frozen=True, slots=True)
class Party:
    """Who sits at a node: a role, a person by key, the head of a unit by key, or the asker's manager some levels up."""

    kind: str  # role | person | head | manager
    key: str


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its parties (side by side), how many must say yes, when it concerns a record, its time limit."""

    key: str
    name: Mapping[str, str]
    mode: str
    parties: tuple[Party, ...]
    when: str | None = None
    hours: float | None = None


@dataclass(frozen=True, slots=True)
class Flow:
    """One version of a flow. `fields`: what is approved; a later change of one of them reopens the approval."""

    key: str
    version: int
    name: Mapping[str, str]
    object: str
    fields: tuple[str, ...]
    when: str | None
    nodes: tuple[Node, ...]
    calendar: str = "office"
    cc: tuple[Party, ...] = ()


def read_flow(key: str, version: int, document: Document) -> Flow:
    """The flow of a checked document. Raises KeyError, TypeError or ValueError on a broken one."""
    return Flow(
        key, version, _names(document.get("name"), key), str(document["object"]), tuple(map(str, document.get("fields") or ())),
        document.get("when"), tuple(read_node(one) for one in document["nodes"]), str(document.get("calendar") or "office"),
        parties(document.get("cc") or ()),
    )  # fmt: skip


def read_node(one: Document) -> Node:
    """One node of a document or of a stored approval."""
    key = str(one["key"])
    hours = one.get("hours")
    return Node(key, _names(one.get("name"), key), str(one.get("mode") or ALL), parties(one.get("who") or ()), one.get("when"), None if hours is None else float(hours))


def node_json(node: Node) -> dict[str, Any]:
    """A node as it is kept with an approval: later versions of the flow do not touch it."""
    who = [{one.kind: int(one.key) if one.kind == "manager" else one.key} for one in node.parties]
    return {"key": node.key, "name": dict(node.name), "mode": node.mode, "who": who, "hours": node.hours}


def parties(given: Iterable[Any]) -> tuple[Party, ...]:
    """[{role: legal}, {person: zhanglei}, {head: east}, {manager: 1}] as parties."""
    found = []
    for one in given:
        ((kind, key),) = one.items()
        found.append(Party(str(kind), str(key)))
    return tuple(found)


def outcome(mode: str, states: Sequence[str]) -> str:
    """What the votes at a node come to: "yes", "no" or "open".

    One no refuses at a node where all must agree; where one is enough, it takes a no of everybody.
    """
    counted = [state for state in states if state in ("waiting", "yes", "no")]
    if mode == ANY:
        if "yes" in counted:
            return "yes"
        return "no" if counted and all(state == "no" for state in counted) else "open"
    if "no" in counted:
        return "no"
    return "yes" if counted and all(state == "yes" for state in counted) else "open"


def _names(value: Any, fallback: str) -> dict[str, str]:
    if isinstance(value, Mapping) and value:
        return {"zh": str(value.get("zh") or value.get("en") or fallback), "en": str(value.get("en") or value.get("zh") or fallback)}
    return {"zh": str(value or fallback), "en": str(value or fallback)}
