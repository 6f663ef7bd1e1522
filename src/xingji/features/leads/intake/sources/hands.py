"""Leads that come by hand or by file: they have a source, so that figures add up, and no address to post to."""

from collections.abc import Mapping
from typing import Any

from xingji.features.leads.intake.sources.way import Delivery, PlainWay, Reading, Unreadable
from xingji.features.leads.intake.words import problem


class ManualVia(PlainWay):
    """Typed by a person; written through the ordinary record routes."""

    key = "manual"

    def read(self, document: Mapping[str, Any], settings: Mapping[str, Any], delivery: Delivery) -> Reading:
        raise Unreadable(problem("intake.source_takes_none"))


class ImportVia(ManualVia):
    """Brought in by a file; written by the importer."""

    key = "import"
