"""The in-app inbox as a channel. Its rows are written with the fact itself (`work.notices`), never by the outbox."""

from collections.abc import Mapping
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.work.address_guard import AddressGuard
from xingji.kernel.work.channels.protocol import DELIVERED, Delivery, Outcome, Rate
from xingji.kernel.work.channels.settings_check import check_known
from xingji.kernel.work.http_client import OutboundClient


class Inbox:
    """Always there, without settings."""

    key = "inbox"
    addressed = "person"
    secrets: frozenset[str] = frozenset()
    rates: tuple[Rate, ...] = ()
    concurrency = 1

    def check(self, settings: Mapping[str, Any], guard: AddressGuard) -> list[Problem]:
        return check_known(settings, set(), set())

    async def send(self, delivery: Delivery, settings: Mapping[str, Any], client: OutboundClient) -> Outcome:
        return DELIVERED
