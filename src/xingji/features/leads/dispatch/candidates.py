"""The candidates of a decision as the ledger keeps them: small to write, complete to read. Computes nothing.

The chosen and those nearest to being chosen keep all their figures; everybody else one short line under the reason why
not. The sentences are made when somebody reads: sixty candidates in two languages would be most of what a lead costs.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.decide import Decision, Verdict, rounded
from xingji.features.leads.dispatch.words import explain_candidate

MOST = 60
NEAREST = 6
SHORT = ("open", "capacity", "today", "window", "mean", "weight")
"""What a short line holds behind the person: all that the sentences speak of."""


def packed(decision: Decision) -> list[dict[str, Any]]:
    """The verdicts of a decision in the ledger's form: candidates, then {"others": {reason: [[person, figures…]]}}."""
    ranked = sorted(decision.verdicts, key=_rank)[:MOST]
    found: list[dict[str, Any]] = []
    others: dict[str, list[list[Any]]] = {}
    for place, verdict in enumerate(ranked):
        if place < NEAREST or verdict.excluded is None:
            one = {"person": _text(verdict.person), "chosen": verdict.chosen, "excluded": verdict.excluded}
            found.append(one | verdict.figures)
        else:
            others.setdefault(verdict.excluded, []).append([
                _text(verdict.person), verdict.open, verdict.capacity, verdict.today, verdict.window,
                rounded(verdict.mean, 2), rounded(verdict.weight, 4),
            ])  # fmt: skip
    return [*found, {"others": others}] if others else found


def unpacked(stored: Sequence[Mapping[str, Any]], choose: str) -> list[dict[str, Any]]:
    """The candidates as they are shown: each with its reason in both languages. `choose`: how the row chose."""
    return [{**one, **_words(one, choose)} for one in _lines(stored)]


def _rank(verdict: Verdict) -> tuple[bool, float]:
    return not verdict.chosen, -verdict.due if verdict.due is not None else 1e9


@lru_cache(maxsize=10_000)
def _text(person: UUID) -> str:
    return str(person)


def _lines(stored: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in stored:
        if "others" not in one:
            yield dict(one)
            continue
        for excluded, lines in one["others"].items():
            for person, *figures in lines:
                known = {name: value for name, value in zip(SHORT, figures, strict=False) if value is not None}
                yield {"person": person, "chosen": False, "excluded": excluded, **known}


def _words(one: Mapping[str, Any], choose: str) -> Mapping[str, str]:
    if "zh" in one or (not one.get("excluded") and "open" not in one):
        return {}
    return explain_candidate(one.get("excluded"), choose, one)
