"""The composition root: the one file that knows every module. Owns no behaviour of its own."""

import importlib
import logging
from typing import Any

from xingji.kernel import access
from xingji.kernel.definitions import Ports, configure_kinds
from xingji.kernel.events import append_events

log = logging.getLogger("xingji.app")

# In the order in which documents build on each other.
KIND_PLACES = (
    ("xingji.kernel.records.kinds", "ObjectKind"),
    ("xingji.kernel.records.kinds", "ListViewKind"),
    ("xingji.kernel.access", "RoleKind"),
    ("xingji.kernel.work.kinds", "CalendarKind"),
    ("xingji.kernel.work.kinds", "ChannelKind"),
    ("xingji.kernel.metrics.kinds", "MetricKind"),
    ("xingji.features.leads.kinds", "SourceKind"),
    ("xingji.features.leads.kinds", "PoolKind"),
    ("xingji.features.leads.kinds", "DispatchKind"),
    ("xingji.kernel.rules.kinds", "RuleKind"),
)

KINDS: dict[str, Any] = {}


def configure() -> None:
    """Joins the modules of this process; calling it again changes nothing."""
    access.configure(append_events)
    for place in KIND_PLACES:
        found = _optional(*place)
        if found is not None:
            kind = found()
            KINDS[kind.key] = kind
    changer = _optional("xingji.kernel.records.schema_changer", "SchemaChanger")
    configure_kinds(
        KINDS,
        Ports(
            append_events=append_events,
            audit=access.audit,
            save_people=access.save_people,
            schema_changers={"object": changer()} if changer else {},
        ),
    )


def _optional(module: str, name: str) -> Any:
    """A part by name, or None while it does not exist."""
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as missing:
        log.debug("%s.%s is not there: %s", module, name, missing)
        return None
