"""Sets of records as boxes: for each path the values it may have. Pure; owns the algebra and nothing of dispatch.

A condition that is a box (or several) can be compared exactly: does one cover another, do they meet, what is left over.
Null is a value of its own: equality sees it, order does not. Raises `Mixed` where texts and numbers meet on one path,
`TooMany` where an answer would take too long; both mean "cannot say".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MOST_BOXES = 600
LOWEST, HIGHEST = (float("-inf"), 0), (float("inf"), 0)
Bound = tuple[float, int]  # (5, 0) is 5; (5, 1) is just above it, (5, -1) just below
Domains = Mapping[str, frozenset[Any]]


class Mixed(ValueError):
    """Texts and numbers on one path."""


class TooMany(ValueError):
    """More boxes than are worth counting."""


@dataclass(frozen=True, slots=True)
class Part:
    """The values of one path: null or not, and either listed values (or all but those) or spans of numbers."""

    null: bool = False
    values: frozenset[Any] | None = frozenset()
    inverted: bool = False
    spans: tuple[tuple[Bound, Bound], ...] = ()

    @property
    def is_all(self) -> bool:
        """Whether every value but perhaps null is meant."""
        return self.values is not None and self.inverted and not self.values


Box = Mapping[str, Part]
ANY = Part(null=True, inverted=True)


def among(values: Iterable[Any], *, null: bool = False, inverted: bool = False) -> Part:
    """These values, or all others; numbers become spans."""
    listed = list(values)
    numbers = [value for value in listed if isinstance(value, (int, float)) and not isinstance(value, bool)]
    if not numbers:
        return Part(null, frozenset(listed), inverted)
    if len(numbers) < len(listed):
        raise Mixed
    part = Part(null, None, False, tuple(((float(n), 0), (float(n), 0)) for n in sorted(set(numbers))))
    return Part(null, None, False, _outside(part.spans)) if inverted else part


def compared(op: str, number: float) -> Part:
    """The numbers below, above, at most, at least another; never null."""
    value = float(number)
    span = {
        "lt": (LOWEST, (value, -1)), "le": (LOWEST, (value, 0)), "gt": ((value, 1), HIGHEST), "ge": ((value, 0), HIGHEST),
    }[op]  # fmt: skip
    return Part(values=None, spans=(span,))


def complement(part: Part) -> Part:
    """All values that are not in it."""
    if part.values is not None:
        return Part(not part.null, part.values, not part.inverted)
    return Part(not part.null, None, False, _outside(part.spans))


def meet(one: Part, other: Part) -> Part:
    """The values in both."""
    null = one.null and other.null
    if one.values is None or other.values is None:
        for first, second in ((one, other), (other, one)):
            if first.is_all:
                return Part(null, second.values, second.inverted, second.spans)
            if first.values is not None and not first.inverted and not first.values:
                return Part(null)
        if one.values is not None or other.values is not None:
            raise Mixed
        return Part(null, None, False, _both(one.spans, other.spans))
    if one.inverted and other.inverted:
        return Part(null, one.values | other.values, True)
    if one.inverted or other.inverted:
        listed, left_out = (other, one) if one.inverted else (one, other)
        return Part(null, (listed.values or frozenset()) - (left_out.values or frozenset()))
    return Part(null, one.values & other.values)


def is_empty(part: Part, domain: frozenset[Any] | None = None) -> bool:
    """Whether no value is left; a closed domain tells what "all others" can be."""
    if part.null:
        return False
    if part.values is None:
        return not part.spans
    return domain is not None and domain <= part.values if part.inverted else not part.values


def join(one: Box, other: Box, domains: Domains) -> Box | None:
    """The records in both boxes; None when there can be none."""
    found = dict(one)
    for path, part in other.items():
        both = meet(found.get(path, ANY), part)
        if is_empty(both, domains.get(path)):
            return None
        found[path] = both
    return found


def subtract(box: Box, other: Box, domains: Domains) -> list[Box]:
    """What of a box is outside another, as boxes that do not meet."""
    pieces: list[Box] = []
    inside = dict(box)
    for path, part in other.items():
        mine = inside.get(path, ANY)
        both = meet(mine, part)
        if is_empty(both, domains.get(path)):
            return [box]
        outside = meet(mine, complement(part))
        if not is_empty(outside, domains.get(path)):
            pieces.append({**inside, path: outside})
        inside[path] = both
    return pieces


def remainder(boxes: Sequence[Box], taken: Iterable[Sequence[Box]], domains: Domains) -> list[Box]:
    """What of the boxes none of the taken ones covers. Raises: TooMany, Mixed."""
    left = list(boxes)
    for others in taken:
        for other in others:
            left = [piece for box in left for piece in subtract(box, other, domains)]
            if len(left) > MOST_BOXES:
                raise TooMany
        if not left:
            break
    return left


def _both(one: Sequence[tuple[Bound, Bound]], other: Sequence[tuple[Bound, Bound]]) -> tuple[tuple[Bound, Bound], ...]:
    met = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return tuple(sorted(span for span in met if span[0] <= span[1]))


def _outside(spans: Sequence[tuple[Bound, Bound]]) -> tuple[tuple[Bound, Bound], ...]:
    found, start = [], LOWEST
    for low, high in sorted(spans):
        before = (low[0], low[1] - 1)
        if low > LOWEST and start <= before:
            found.append((start, before))
        if high >= HIGHEST:
            return tuple(found)
        start = max(start, (high[0], high[1] + 1))
    return (*found, (start, HIGHEST))
