"""Metrics: figures defined once, compiled by the records floor, drilled to their rows. Never builds SQL of its own."""

from xingji.kernel.metrics.kinds import MetricKind
from xingji.kernel.metrics.logs import LOGS, LogFacts, configure_log, count_log
from xingji.kernel.metrics.measure import Drill, drill, load_metrics, measure

__all__ = ["LOGS", "Drill", "LogFacts", "MetricKind", "configure_log", "count_log", "drill", "load_metrics", "measure"]
