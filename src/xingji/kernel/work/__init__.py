"""Work: what people are told and how it reaches them; inbox, outbox, channels, and the calendars in the database.

Never decides who must be told, and never sends inside a transaction.
"""

from xingji.kernel.work.calendar_care import refresh_calendars, years_without_data
from xingji.kernel.work.calendars import (
    load_calendar,
    materialise_calendar,
    set_public_holidays,
)
from xingji.kernel.work.channels import CHANNEL_KINDS
from xingji.kernel.work.held import forget_held, release_once
from xingji.kernel.work.inbox import count_unread, list_inbox, mark_read, settle_notices, watch_inbox
from xingji.kernel.work.kinds import CalendarKind, ChannelKind
from xingji.kernel.work.notices import Notice, Outgoing, Withdrawn, enqueue, escalate, notify, withdraw_change
from xingji.kernel.work.outbox import channel_health, forget_messages, list_outbox, resend
from xingji.kernel.work.outbox_loop import OutboxLoop, run_outbox_once
from xingji.kernel.work.runtime import Runtime, make_runtime, process_runtime
from xingji.kernel.work.templates import pick_language, render, template_fields
from xingji.kernel.work.vault import Vault, is_sealed, mask_settings, open_settings, seal_settings

__all__ = [
    "CHANNEL_KINDS",
    "CalendarKind",
    "ChannelKind",
    "Notice",
    "OutboxLoop",
    "Outgoing",
    "Runtime",
    "Vault",
    "Withdrawn",
    "channel_health",
    "count_unread",
    "enqueue",
    "escalate",
    "forget_held",
    "forget_messages",
    "is_sealed",
    "list_inbox",
    "list_outbox",
    "load_calendar",
    "make_runtime",
    "mark_read",
    "mask_settings",
    "materialise_calendar",
    "notify",
    "open_settings",
    "pick_language",
    "process_runtime",
    "refresh_calendars",
    "release_once",
    "render",
    "resend",
    "run_outbox_once",
    "seal_settings",
    "set_public_holidays",
    "settle_notices",
    "template_fields",
    "watch_inbox",
    "withdraw_change",
    "years_without_data",
]  # fmt: skip
