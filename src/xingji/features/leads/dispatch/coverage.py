"""Conditions of rows as boxes: what a row takes, exactly for plain conditions; what is not plain is one unknown yes or no.

Two rows with the same unknown part still compare; only gaps and partial overlaps cannot be told across one.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xingji.features.leads.dispatch.boxes import Box, Domains, Mixed, Part, TooMany, among, compared, join
from xingji.kernel.cel import CelError, Env, from_tree, to_tree

UNKNOWN = "?"
MOST_WAYS = 64
FLIPPED = {"lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
Tree = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reach:
    """What a row takes. `boxes` None: nothing can be said; `exact`: no unknown part."""

    boxes: list[Box] | None
    exact: bool
    tree: Tree | None

    @property
    def unknown(self) -> frozenset[str]:
        """The parts that are no plain conditions."""
        return frozenset(path for box in self.boxes or () for path in box if path.startswith(UNKNOWN))


def reach_of(source: str, env: Env, domains: Domains) -> Reach:
    """What a condition takes; a condition that does not hold up takes nothing that could be told."""
    if source.strip() == "true":
        return Reach([{}], True, None)
    if source.strip() == "false":
        return Reach([], True, None)
    try:
        tree = to_tree(source, env)
    except CelError:
        return Reach(None, False, None)
    try:
        boxes = _boxes(tree, False, domains)
    except (Mixed, TooMany, TypeError):
        return Reach(None, False, tree)
    exact = not any(path.startswith(UNKNOWN) for box in boxes for path in box)
    return Reach(boxes, exact, tree)


def leaves(tree: Tree | None) -> Iterator[Tree]:
    """The single conditions of a tree."""
    if tree is None or tree.get("kind") == "opaque":
        return
    if tree.get("kind") == "leaf":
        yield tree
        return
    for item in tree.get("items", ()):
        yield from leaves(item)


def _boxes(tree: Tree, negated: bool, domains: Domains) -> list[Box]:
    kind = tree.get("kind")
    if kind == "leaf":
        return _leaf(tree, negated)
    if kind == "opaque":
        return [_unknown(str(tree.get("source")), negated)]
    items = tree.get("items", ())
    if kind == "not":
        return _boxes(items[0], not negated, domains)
    parts = [_boxes(item, negated, domains) for item in items]
    if (kind == "all") == negated:
        return [box for part in parts for box in part]
    found: list[Box] = [{}]
    for part in parts:
        met = [join(one, other, domains) for one in found for other in part]
        found = [box for box in met if box is not None]
        if len(found) > MOST_WAYS:
            raise TooMany
    return found


def _leaf(leaf: Tree, negated: bool) -> list[Box]:
    op, field, value = leaf.get("op"), leaf.get("field"), leaf.get("value")
    if not field or leaf.get("fn") or leaf.get("other") or leaf.get("type"):
        return [_unknown(from_tree(leaf), negated)]
    behind = "." in field  # what a missing relation makes of "not equal" is left open
    if op in ("eq", "ne", "in"):
        others = (op == "ne") != negated
        if others and behind:
            return [_unknown(from_tree(leaf), negated)]
        values = value if op == "in" else [value]
        return [{field: among(values, null=others, inverted=others)}]
    if op in ("empty", "not_empty"):
        wanted = (op == "empty") != negated
        return [{field: Part(null=True) if wanted else Part(inverted=True)}]
    if op in FLIPPED and isinstance(value, (int, float)) and not isinstance(value, bool):
        return [{field: compared(FLIPPED[op] if negated else op, value)}]
    if op == "is_true":
        return [{field: among([not negated])}]
    if op == "has":
        return [{f"{field} ∋ {json.dumps(value, ensure_ascii=False)}": among([not negated])}]
    if op == "has_any" and not negated:
        return [{f"{field} ∋ {json.dumps(one, ensure_ascii=False)}": among([True])} for one in value]
    return [_unknown(from_tree(leaf), negated)]


def _unknown(source: str, negated: bool) -> Box:
    return {UNKNOWN + " ".join(source.split()): among([not negated])}
