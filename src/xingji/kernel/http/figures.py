"""Figures of this process for Prometheus, and of the database when somebody asks. Owns names and labels.

No label ever holds a workspace, a person or a value somebody typed.
"""

from collections.abc import Awaitable, Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from xingji.kernel.db.database import Database

ReadFigures = Callable[[Database], Awaitable[dict[str, float]]]
"""Figures by name ("xingji_outbox_dead"), read when /metrics is."""

registry = CollectorRegistry()
_requests = Counter("xingji_http_requests", "Requests answered", ("method", "route", "status"), registry=registry)
_seconds = Histogram(
    "xingji_http_seconds",
    "Time to answer",
    ("route",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10),
    registry=registry,
)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_counted: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
_gauges: dict[str, Gauge] = {}


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Counts one request."""
    counted = _counted.get((method, route, status))
    if counted is None:
        labels = (method if method in _METHODS else "other", route, str(status))
        counted = _requests.labels(*labels), _seconds.labels(route)
        if labels[0] == method:
            _counted[method, route, status] = counted
    counted[0].inc()
    counted[1].observe(seconds)


async def render(database: Database, readers: Sequence[ReadFigures]) -> bytes:
    """All figures as text."""
    for reader in readers:
        for name, value in (await reader(database)).items():
            if name not in _gauges:
                _gauges[name] = Gauge(name, name.removeprefix("xingji_").replace("_", " "), registry=registry)
            _gauges[name].set(value)
    return generate_latest(registry)
