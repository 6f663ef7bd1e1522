"""Metrics: figures defined once, compiled by the records floor, drilled to their rows. Never builds SQL of its own."""

from xingji.kernel.metrics.kinds import MetricKind
from xingji.kernel.metrics.measure import Drill, drill, load_metrics, measure

__all__ = ["Drill", "MetricKind", "drill", "load_metrics", "measure"]
