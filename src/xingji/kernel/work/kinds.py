"""The two kinds of definitions of this floor: calendar and channel. Owns their checks, dry runs and publishing."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from xingji.kernel.core.calendar import working_days_back, working_minutes
from xingji.kernel.core.errors import Problem, XingjiError, invalid
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.work.calendar_document import calendar_problem, read_calendar
from xingji.kernel.work.calendars import drop_calendar, load_public_holidays, materialise_calendar, seed_holidays
from xingji.kernel.work.channels import CHANNEL_KINDS
from xingji.kernel.work.public_holidays import seed_public_holidays
from xingji.kernel.work.runtime import Runtime, process_runtime
from xingji.kernel.work.vault import mask_settings, open_settings, seal_settings

Document = Mapping[str, Any]


class CalendarKind:
    """`calendar`: weekly hours, holidays, exceptions. Publishing lays the spans out for SQL."""

    key = "calendar"

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        return read_calendar(str(document.get("key", "")), document, seed_public_holidays())[1]

    def references(self, document: Document) -> set[Ref]:
        return set()

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """Working minutes of the window, and each day of it that differs from its weekday (at most 200)."""
        await seed_holidays(uow)
        public = await load_public_holidays(uow)
        calendar, problems = read_calendar(str(document.get("key", "")), document, public)
        if calendar is None:
            raise invalid("calendar.broken", problems)
        days, day, last = [], since.date(), until.date()
        while day <= last and len(days) < 200:
            if day in calendar.exceptions:
                hours = [list(interval) for interval in calendar.exceptions[day]]
                days.append({"day": day.isoformat(), "hours": hours, "name": public.names.get(day, "")})
            day += timedelta(days=1)
        missing = calendar.years_without_data(since, until)
        warnings = [calendar_problem("calendar.year_without_data", "holidays", "warning", year=y) for y in missing]
        return {
            "working_minutes": working_minutes(calendar, since, until),
            "days_that_differ": days,
            "working_week_begins": working_days_back(calendar, until, 5).isoformat(),
            "warnings": [warning.as_dict() for warning in warnings],
        }

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        await materialise_calendar(uow, str(document["key"]), document)

    async def retire(self, uow: UnitOfWork, document: Document) -> None:
        """Removes the spans of a calendar that is in force no longer."""
        await drop_calendar(uow, str(document["key"]))


class ChannelKind:
    """`channel`: one way out, with settings whose secrets are sealed before they are stored."""

    key = "channel"
    right = "channels.write"

    def __init__(self, runtime: Runtime | None = None) -> None:
        self._runtime = runtime or process_runtime()

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        kind = CHANNEL_KINDS.get(str(document.get("channel")))
        if kind is None or kind.key == "inbox":
            known = sorted(key for key in CHANNEL_KINDS if key != "inbox")
            texts = {
                "zh": f"渠道类型“{document.get('channel')}”不存在；可选：{'、'.join(known)}。",
                "en": f"There is no channel kind “{document.get('channel')}”; known: {', '.join(known)}.",
            }
            params = {"value": str(document.get("channel")), "known": known}
            return [Problem("channel.kind_unknown", "channel", params, texts)]
        settings = document.get("settings")
        if not isinstance(settings, Mapping):
            texts = {"zh": "缺少 settings。", "en": "The settings are missing."}
            return [Problem("channel.settings_missing", "settings", {}, texts)]
        try:
            # Drafts are stored sealed: what is checked is what was entered.
            opened = open_settings(self._runtime.vault, str(document.get("key", "")), kind.secrets, settings)
        except XingjiError:
            texts = {
                "zh": "密钥是用另一把 XINGJI_SECRET_KEY 封存的，请重新填写。",
                "en": "The secrets were sealed under another XINGJI_SECRET_KEY: enter them again.",
            }
            return [Problem("channel.secrets_unreadable", "settings", {}, texts)]
        return kind.check(opened, self._runtime.guard) + _check_attempts(document)

    def references(self, document: Document) -> set[Ref]:
        return set()

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """What was said over this channel in the window; sends nothing."""
        rows = await uow.fetch(
            "select status, count(*) as messages from outbox where channel = $1 and created_at >= $2"
            " and created_at < $3 group by status order by status",
            str(document.get("key", "")),
            since,
            until,
        )
        return {"messages": {row["status"]: row["messages"] for row in rows}}

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        """A repaired channel tries again at once."""
        await uow.execute(
            "update channel_state set paused_until = null, failures = 0 where channel = $1", str(document["key"])
        )

    def store(self, document: Document, previous: Document | None) -> dict[str, Any]:
        """The document as it may be stored: secrets sealed, a mask replaced by the previous secret."""
        names = self._secrets(document)
        if not names or not isinstance(document.get("settings"), Mapping):
            return dict(document)
        held = (previous or {}).get("settings") or {}
        owner = str(document["key"])
        return {**document, "settings": seal_settings(self._runtime.vault, owner, names, document["settings"], held)}

    def show(self, document: Document) -> dict[str, Any]:
        """The document as people, exports and histories may read it: secrets masked."""
        names = self._secrets(document)
        if not names or not isinstance(document.get("settings"), Mapping):
            return dict(document)
        return {**document, "settings": mask_settings(names, document["settings"])}

    @staticmethod
    def _secrets(document: Document) -> frozenset[str]:
        kind = CHANNEL_KINDS.get(str(document.get("channel")))
        return kind.secrets if kind else frozenset()


def _check_attempts(document: Document) -> list[Problem]:
    attempts = document.get("max_attempts", 8)
    if isinstance(attempts, int) and 1 <= attempts <= 30:
        return []
    texts = {"zh": "max_attempts 应为 1 到 30。", "en": "max_attempts must be 1 to 30."}
    return [Problem("channel.max_attempts", "max_attempts", {"value": str(attempts)}, texts)]
