"""The candidates of a decision as the ledger keeps them: small to write, complete to read. Computes nothing.

The chosen and those nearest to being chosen keep all their figures; everybody else one short line under the reason why
not. The sentences are made when somebody reads: sixty candidates in two languages would be most of what a lead costs.
"""

import base64
import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.judged import Decision, Judgement, Verdict
from xingji.features.leads.dispatch.words import explain_candidate

MOST = 60
NEAREST = 6
SHORT = (("open", 1), ("capacity", 1), ("today", 1), ("window", 1), ("mean", 100), ("weight", 10_000))
"""What a short line holds behind the person, all that the sentences speak of, as whole numbers of such a part of one."""


def packed(decision: Decision) -> list[dict[str, Any]]:
    """The verdicts of a decision in the ledger's form: candidates, then {"others": {reason: "person,figures…;person,…"}}.

    Texts of whole numbers, since reading sixty arrays of decimals costs the database more than all else of the row.
    """
    if len(decision.judged) != 1:
        return _packed_verdicts(decision.verdicts)
    (judgement,) = decision.judged
    ranked = _ranked(judgement)
    found = [_whole(judgement.verdict(place)) for place in ranked[:NEAREST]]
    others: dict[str, list[str]] = {}
    members, limits, weighted = judgement.group.members, judgement.group.limits, judgement.weighted
    held, today, window, excluded = judgement.open, judgement.today, judgement.window, judgement.excluded
    for place in ranked[NEAREST:]:
        why = str(excluded[place])
        mean = judgement.mean if why == "over_cap" else None
        weight = weighted[place][0] if place in weighted else None
        line = _line(members[place].id, held[place], limits[place], today[place], window[place], mean, weight)
        others.setdefault(why, []).append(line)
    return _with_others(found, others)


def _ranked(judgement: Judgement) -> list[int]:
    """The places of the candidates a line is kept for: the chosen first, then who was nearest to it."""
    keys = [1e9] * len(judgement)
    for place, (_, due) in judgement.weighted.items():
        keys[place] = -due
    if judgement.chosen is not None:
        keys[judgement.chosen] = -math.inf
    return sorted(range(len(keys)), key=keys.__getitem__)[:MOST]


def _packed_verdicts(verdicts: Sequence[Verdict]) -> list[dict[str, Any]]:
    """The same of candidates whom several rows judged."""
    ranked = sorted(verdicts, key=_rank)[:MOST]
    found: list[dict[str, Any]] = []
    others: dict[str, list[str]] = {}
    for place, verdict in enumerate(ranked):
        if place < NEAREST or verdict.excluded is None:
            found.append(_whole(verdict))
        else:
            line = _line(verdict.person, verdict.open, verdict.capacity, verdict.today, verdict.window, verdict.mean, verdict.weight)
            others.setdefault(verdict.excluded, []).append(line)
    return _with_others(found, others)


def _whole(verdict: Verdict) -> dict[str, Any]:
    return {"person": _text(verdict.person), "chosen": verdict.chosen, "excluded": verdict.excluded, **verdict.figures}


def _with_others(found: list[dict[str, Any]], others: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    return [*found, {"others": {reason: ";".join(lines) for reason, lines in others.items()}}] if others else found


def unpacked(stored: Sequence[Mapping[str, Any]], choose: str) -> list[dict[str, Any]]:
    """The candidates as they are shown: each with its reason in both languages. `choose`: how the row chose."""
    return [{**one, **_words(one, choose)} for one in _lines(stored)]


def _rank(verdict: Verdict) -> tuple[bool, float]:
    return not verdict.chosen, -verdict.due if verdict.due is not None else 1e9


def _line(person: UUID, held: int, limit: int | None, today: int, window: int, mean: float | None, weight: float | None) -> str:
    capacity = "" if limit is None else limit
    return f"{_short(person)},{held},{capacity},{today},{window},{_part(mean, 100)},{_part(weight, 10_000)}"


def _part(value: float | None, part: int) -> int | str:
    return "" if value is None else int(value * part + 0.5)


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
