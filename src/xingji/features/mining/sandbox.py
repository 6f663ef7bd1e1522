"""What if a step came earlier, or always: answered from the cases that were, by matched pairs. Pure.

Cases that agree in every matched feature are paired without replacement: for "always", one with the step and one
without; for "k days earlier", two whose step came about k days apart (within half of k). The answer is the mean
difference within pairs with a percentile bootstrap interval (Efron and Tibshirani 1993, ch. 13). It is an association,
not an effect: what was not matched on is named, and below the floor nothing is said.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from xingji.features.mining.log import Case, Log

FLOOR = 30
RESAMPLES = 1_000
MOST_PAIRS = 2_000
SEED = 20_260_301
DAY = 86_400.0
ALWAYS_UNKNOWN = (
    {"zh": "销售个人能力与投入", "en": "skill and effort of the person"},
    {"zh": "客户本来的紧迫程度", "en": "how urgent it was for the customer anyway"},
    {"zh": "做得成这一步的单子本来就走得更远", "en": "cases that come to this step have lasted long enough to do so"},
)


def what_if(log: Log, step: str, days: float | None, uncontrolled: Sequence[Mapping[str, str]] = ()) -> dict[str, Any]:
    """{enough, pairs, needed, lacking, cycle_days, win_rate, matched_share, not_controlled}.

    `days`: how much earlier the step would come; None asks for "always done". Differences are (earlier or with the step) −
    (later or without): negative cycle days are faster.
    """
    place = log.names.index(step) if step in log.names else None
    cases = [case for case in log.finished() if place not in log.ends]
    pairs = [] if place is None else pair_always(cases, place) if days is None else pair_earlier(cases, place, days)
    eligible = sum(place in case.steps for case in cases)
    answer: dict[str, Any] = {
        "step": step, "days": days, "cases": len(cases), "with_step": eligible, "pairs": len(pairs), "needed": FLOOR,
        "lacking": max(0, FLOOR - len(pairs)), "enough": len(pairs) >= FLOOR, "cycle_days": None, "win_rate": None,
        "not_controlled": [*map(dict, uncontrolled), *map(dict, ALWAYS_UNKNOWN)],
    }  # fmt: skip
    if not answer["enough"]:
        return answer
    answer["cycle_days"] = _interval([(one.seconds - other.seconds) / DAY for one, other in pairs])
    if log.won:
        answer["win_rate"] = _interval([float(_won(log, one)) - float(_won(log, other)) for one, other in pairs])
    return answer


def pair_always(cases: Sequence[Case], step: int) -> list[tuple[Case, Case]]:
    """Within each stratum, in a seeded order: (with the step, without it)."""
    pairs: list[tuple[Case, Case]] = []
    for stratum in _strata(cases):
        done = [case for case in stratum if step in case.steps]
        pairs += zip(done, [case for case in stratum if step not in case.steps], strict=False)
    return pairs[:MOST_PAIRS]


def pair_earlier(cases: Sequence[Case], step: int, days: float) -> list[tuple[Case, Case]]:
    """Within each stratum: (the earlier, the one about `days` later), each the nearest still free."""
    pairs: list[tuple[Case, Case]] = []
    for stratum in _strata(cases):
        timed = sorted(((case.at[case.steps.index(step)] - case.at[0]) / DAY, n) for n, case in enumerate(stratum) if step in case.steps)
        free, late = [True] * len(timed), 0
        for early, (at, n) in enumerate(timed):
            if not free[early]:
                continue
            late = max(late, early + 1)
            while late < len(timed) and (not free[late] or timed[late][0] - at < days / 2):
                late += 1
            # From here on distances grow: the nearest to `days` stands where they pass it.
            best, there = None, late
            while there < len(timed) and timed[there][0] - at <= days * 1.5:
                if free[there] and (best is None or abs(timed[there][0] - at - days) < abs(timed[best][0] - at - days)):
                    best = there
                elif best is not None and timed[there][0] - at > days:
                    break
                there += 1
            if best is not None:
                free[early] = free[best] = False
                pairs.append((stratum[n], stratum[timed[best][1]]))
    return pairs[:MOST_PAIRS]


def _strata(cases: Sequence[Case]) -> list[list[Case]]:
    """Cases that agree in every matched feature, each stratum in a seeded order."""
    found: dict[tuple[Any, ...], list[Case]] = {}
    for case in cases:
        found.setdefault(case.data, []).append(case)
    draw = random.Random(SEED)
    for stratum in found.values():
        draw.shuffle(stratum)
    return list(found.values())


def _won(log: Log, case: Case) -> bool:
    return any(step in log.won for step in case.steps)


def _interval(differences: Sequence[float]) -> dict[str, float]:
    """Mean difference and its 95 % bootstrap interval."""
    draw, size = random.Random(SEED), len(differences)
    means = sorted(sum(draw.choices(differences, k=size)) / size for _ in range(RESAMPLES))
    return {"difference": sum(differences) / size, "low": means[int(0.025 * RESAMPLES)], "high": means[int(0.975 * RESAMPLES) - 1]}
