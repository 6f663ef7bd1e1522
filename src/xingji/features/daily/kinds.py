"""The definition kind `daily`: when focus customers are proposed, how their reasons weigh, where reports go."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork

Document = Mapping[str, Any]
WEIGHTS = {"task": 30, "enquiry": 30, "closing": 25, "rhythm": 20, "event": 15, "silence": 15, "value": 10}
DEFAULT: Document = {"focus": {"count": 3, "at": "07:30", "calendar": "office", "weights": WEIGHTS}, "report": {}}
SAMPLES = 10
CLOCK = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")


def part(document: Document, name: str) -> Document:
    """One part of the document, the product's answers where it says nothing."""
    given = document.get(name)
    return {**DEFAULT[name], **(given if isinstance(given, Mapping) else {})}


class DailyKind:
    """How a working day is framed."""

    key = "daily"

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        """Unknown calendar, channel or reason, a time that is none, weights and counts out of range."""
        found = []
        for name in ("focus", "report"):
            if not isinstance(document.get(name, {}), Mapping):
                found.append(fault("not_a_part", name, "这里要写成一组设置", "This must be a group of settings"))
        focus, report = part(document, "focus"), part(document, "report")
        count = focus["count"]
        if isinstance(count, bool) or not isinstance(count, int) or not 1 <= count <= 10:
            found.append(fault("bad_count", "focus.count", "每人每天 1 到 10 个", "One to ten a person and day"))
        if not isinstance(focus["at"], str) or not CLOCK.match(focus["at"]):
            found.append(fault("bad_time", "focus.at", "时间写成 07:30", "Write the time as 07:30"))
        if focus["calendar"] not in context.of_kind("calendar"):
            found.append(fault("unknown_calendar", "focus.calendar", "没有这个日历", "There is no such calendar"))
        weights = focus["weights"]
        if not isinstance(weights, Mapping):
            found.append(fault("bad_weight", "focus.weights", "权重写成 理由: 分数", "Write weights as reason: points"))
        for name, value in weights.items() if isinstance(weights, Mapping) else ():
            if name not in WEIGHTS:
                found.append(fault("unknown_reason", f"focus.weights.{name}", f"理由可用：{'、'.join(WEIGHTS)}", f"Reasons are {', '.join(WEIGHTS)}"))
            elif isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
                found.append(fault("bad_weight", f"focus.weights.{name}", "权重在 0 到 100 之间", "A weight is between 0 and 100"))
        if report.get("channel") is not None and report["channel"] not in context.of_kind("channel"):
            found.append(fault("unknown_channel", "report.channel", "没有这个渠道", "There is no such channel"))
        return found

    def references(self, document: Document) -> set[Ref]:
        """The calendar and the channel."""
        channel = part(document, "report").get("channel")
        return {Ref("calendar", str(part(document, "focus")["calendar"]))} | ({Ref("channel", str(channel))} if channel else set())

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """Whom these weights would propose today: how many, and the first of some people; nothing is stored."""
        from xingji.features.daily.focus import visible
        from xingji.features.daily.propose import propose

        found = await propose(uow, document)
        first = list({one.person: one for one in reversed(found)}.values())[::-1][:SAMPLES]
        seen = await visible(uow, [{"object": one.object, "record": one.record} for one in first])
        samples = [
            {"record": str(one.record), "object": one.object, "title": seen[str(one.record)], "owner": str(one.person), "reason": {"zh": one.reasons[0].zh, "en": one.reasons[0].en}, "score": round(one.score)}
            for one in first if str(one.record) in seen
        ]  # fmt: skip
        return {"people": len({one.person for one in found}), "proposed": len(found), "samples": samples}

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        """Nothing more: it is read each morning."""


def fault(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(f"daily.{code}", path, {}, {"zh": zh, "en": en}, who="supervisor")
