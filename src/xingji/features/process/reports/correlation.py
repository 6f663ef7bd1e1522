"""Correlation of two monthly series at a lag, with its interval; silent where there is too little. Pure."""

import math
from collections.abc import Sequence
from typing import Any

LEAST_MONTHS = 8
Z95 = 1.959964


def lagged(lead: Sequence[float | None], result: Sequence[float | None], lags: Sequence[int] = (0, 1, 2, 3)) -> list[dict[str, Any]]:
    """Per lag in months {lag, n, r, low, high}: Pearson's r of lead at t and result at t + lag, Fisher's 95 % interval.

    r is None below eight pairs, or where one of the two never changed.
    """
    found = []
    for lag in lags:
        pairs = [(a, b) for a, b in zip(lead, result[lag:], strict=False) if a is not None and b is not None]
        r = pearson(pairs) if len(pairs) >= LEAST_MONTHS else None
        low, high = interval(r, len(pairs)) if r is not None else (None, None)
        found.append({"lag": lag, "n": len(pairs), "r": r, "low": low, "high": high})
    return found


def pearson(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's r; None where one of the two is constant."""
    n = len(pairs)
    ma, mb = sum(a for a, _ in pairs) / n, sum(b for _, b in pairs) / n
    va, vb = sum((a - ma) ** 2 for a, _ in pairs), sum((b - mb) ** 2 for _, b in pairs)
    if va <= 0 or vb <= 0:
        return None
    return sum((a - ma) * (b - mb) for a, b in pairs) / math.sqrt(va * vb)


def interval(r: float, n: int) -> tuple[float, float]:
    """Fisher's z interval of a correlation of n pairs."""
    z = math.atanh(max(-0.999999, min(0.999999, r)))
    half = Z95 / math.sqrt(n - 3)
    return math.tanh(z - half), math.tanh(z + half)
