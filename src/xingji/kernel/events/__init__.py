"""The one append-only log: append, ingest, read by cursor, live stream. Knows no rule and no object's meaning."""

from xingji.kernel.events.append import append_events, configure_append_hook, lane_expression
from xingji.kernel.events.brands import configure_brands
from xingji.kernel.events.ingest import Outcome, ingest
from xingji.kernel.events.notifier import say_moved
from xingji.kernel.events.pace import pace_of, patiently
from xingji.kernel.events.partitions import ensure_partitions, forget_event_keys
from xingji.kernel.events.reader import (
    LANES,
    Lane,
    advance_lanes,
    begin_epoch,
    claim_lanes,
    ensure_cursors,
    next_heads,
    read_batch,
    read_heads,
    records_of,
    reset_after_restore,
    waiting,
)

__all__ = [
    "LANES",
    "Lane",
    "Outcome",
    "advance_lanes",
    "append_events",
    "begin_epoch",
    "claim_lanes",
    "configure_append_hook",
    "configure_brands",
    "ensure_cursors",
    "ensure_partitions",
    "forget_event_keys",
    "ingest",
    "lane_expression",
    "next_heads",
    "pace_of",
    "patiently",
    "read_batch",
    "read_heads",
    "records_of",
    "reset_after_restore",
    "say_moved",
    "waiting",
]
