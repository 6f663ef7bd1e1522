"""The candidates of a decision as the ledger keeps them: small to write, complete to read. Computes nothing.

The chosen and those nearest to being chosen keep all their figures; everybody else one short line under the reason why
not. The sentences are made when somebody reads: sixty candidates in two languages would be most of what a lead costs.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.decide import Decision, Verdict
from xingji.features.leads.dispatch.words import explain_candidate

MOST = 60
NEAREST = 6
SHORT = (("open", 1), ("capacity", 1), ("today", 1), ("window", 1), ("mean", 100), ("weight", 10_000))
"""What a short line holds behind the person, all that the sentences speak of, as whole numbers of such a part of one."""


def packed(decision: Decision) -> list[dict[str, Any]]:
    """The verdicts of a decision in the ledger's form: candidates, then {"others": {reason: "person,figures…;person,…"}}.

    Texts of whole numbers, since reading sixty arrays of decimals costs the database more than all else of the row.
    """
    ranked = sorted(decision.verdicts, key=_rank)[:MOST]
    found: list[dict[str, Any]] = []
    others: dict[str, list[str]] = {}
    for place, verdict in enumerate(ranked):
        if place < NEAREST or verdict.excluded is None:
            one = {"person": _text(verdict.person), "chosen": verdict.chosen, "excluded": verdict.excluded}
            found.append(one | verdict.figures)
        else:
            others.setdefault(verdict.excluded, []).append(_line(verdict))
    return [*found, {"others": {reason: ";".join(lines) for reason, lines in others.items()}}] if others else found


def unpacked(stored: Sequence[Mapping[str, Any]], choose: str) -> list[dict[str, Any]]:
    """The candidates as they are shown: each with its reason in both languages. `choose`: how the row chose."""
    return [{**one, **_words(one, choose)} for one in _lines(stored)]


def _rank(verdict: Verdict) -> tuple[bool, float]:
    return not verdict.chosen, -verdict.due if verdict.due is not None else 1e9


def _line(v: Verdict) -> str:
    capacity = "" if v.capacity is None else v.capacity
    mean = "" if v.mean is None else int(v.mean * 100 + 0.5)
    weight = "" if v.weight is None else int(v.weight * 10_000 + 0.5)
    return f"{_short(v.person)},{v.open},{capacity},{v.today},{v.window},{mean},{weight}"


@lru_cache(maxsize=10_000)
def _text(person: UUID) -> str:
    return str(person)


@lru_cache(maxsize=10_000)
def _short(person: UUID) -> str:
    return base64.urlsafe_b64encode(person.bytes).decode().rstrip("=")


def _lines(stored: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in stored:
        if "others" not in one:
            yield dict(one)
            continue
        for excluded, lines in one["others"].items():
            for person, figures in _read(lines):
                known = {name: value for (name, _), value in zip(SHORT, figures, strict=False) if value is not None}
                yield {"person": person, "chosen": False, "excluded": excluded, **known}


def _read(lines: Any) -> Iterator[tuple[str, Sequence[Any]]]:
    if not isinstance(lines, str):  # as they were kept first: arrays
        yield from ((person, figures) for person, *figures in lines)
        return
    for line in lines.split(";"):
        person, *figures = line.split(",")
        parts = zip(figures, SHORT, strict=True)
        yield (
            str(UUID(bytes=base64.urlsafe_b64decode(person + "=="))),
            [None if text == "" else int(text) if part == 1 else int(text) / part for text, (_, part) in parts],
        )


def _words(one: Mapping[str, Any], choose: str) -> Mapping[str, str]:
    if "zh" in one or (not one.get("excluded") and "open" not in one):
        return {}
    return explain_candidate(one.get("excluded"), choose, one)
