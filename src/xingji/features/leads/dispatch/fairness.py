"""How evenly leads were given out: share of the top three, Gini, per present working time. Pure.

The Gini coefficient of rates x (leads per working minute present) weighted by w (minutes present) is
    G = sum_i sum_j w_i w_j |x_i - x_j| / (2 * W^2 * mean), W = sum w, mean = sum w x / W,
which is 0 when everybody gets leads in proportion to the time they were there: leave costs nobody anything.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Share:
    """One person's part of a window. present: working minutes at work; rate: leads per 40 present working hours."""

    person: UUID
    leads: int
    good: int
    present: float
    share: float
    rate: float | None


@dataclass(frozen=True, slots=True)
class Fairness:
    """Figures of a window; None where nobody got a lead or nobody was there."""

    leads: int
    good: int
    top3_share: float | None
    gini: float | None
    gini_all: float | None
    people: Sequence[Share]


FULL_WEEK = 40 * 60


def fairness(leads: Mapping[UUID, int], good: Mapping[UUID, int], present: Mapping[UUID, float]) -> Fairness:
    """Figures over everybody in `present` (working minutes). Those never there in the window are left out."""
    everyone = [person for person, minutes in present.items() if minutes > 0 or leads.get(person)]
    total, total_good = sum(leads.get(p, 0) for p in everyone), sum(good.get(p, 0) for p in everyone)
    people = [
        Share(
            person,
            leads.get(person, 0),
            good.get(person, 0),
            present[person],
            good.get(person, 0) / total_good if total_good else 0.0,
            leads.get(person, 0) / present[person] * FULL_WEEK if present[person] > 0 else None,
        )
        for person in everyone
    ]
    people.sort(key=lambda share: (-share.good, -share.leads, str(share.person)))
    top = sum(share.good for share in people[:3]) / total_good if total_good else None
    there = [p for p in everyone if present[p] > 0]
    minutes = [present[p] for p in there]
    return Fairness(
        total,
        total_good,
        top,
        gini([good.get(p, 0) / present[p] for p in there], minutes),
        gini([leads.get(p, 0) / present[p] for p in there], minutes),
        people,
    )


def gini(rates: Sequence[float], weights: Sequence[float]) -> float | None:
    """Weighted Gini coefficient of rates, 0 (even) to below 1; None without any weight or amount."""
    pairs = sorted(zip(rates, weights, strict=True))
    total = sum(weight for _, weight in pairs)
    amount = sum(rate * weight for rate, weight in pairs)
    if total <= 0 or amount <= 0:
        return None
    # Area under the Lorenz curve by trapezoids, after sorting by rate.
    area = below = 0.0
    for rate, weight in pairs:
        part = rate * weight
        area += weight * (2 * below + part)
        below += part
    return max(0.0, 1 - area / (total * amount))
