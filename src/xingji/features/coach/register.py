"""The definition kind `monitoring`: what is recorded of people's work, why, who sees it, how long. And who confirmed it.

Without a register nothing of the kind is computed; of a person, only after they confirmed the version in force.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import Problem, not_found
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published

Document = Mapping[str, Any]
WORDS = {"kind", "key", "name", "help", "records", "why", "seen_by", "keep_days", "calendar", "pattern", "patch"}
#: A pattern of calls: so many a day, this share of them shorter than so long, hardly any followed by anything.
PATTERN: Mapping[str, float] = {"days": 20, "per_day": 25, "short_seconds": 28, "short_share": 0.7, "followed_share": 0.05, "follow_hours": 48, "least": 100}
CALLS = ("call.ended", "call.connected")


class MonitoringKind:
    """Registers as documents."""

    key = "monitoring"

    def check(self, document: Document, context: CheckContext) -> list[Problem]:
        """A register says what, why, who and how long; its pattern has only known numbers; calls only."""
        found = [fault("unknown_word", word, f"看不懂「{word}」", f"{word} is not understood") for word in sorted(set(map(str, document)) - WORDS)]
        for key in ("name", "records", "why"):
            if not isinstance(document.get(key), Mapping) or not document[key].get("zh"):
                found.append(fault("words_missing", key, "告知书要写明记录什么、为什么", "A register says what is recorded and why"))
        seen_by = document.get("seen_by")
        if not isinstance(seen_by, list) or not seen_by:
            found.append(fault("seen_by", "seen_by", "写明谁能看到", "Say who sees it"))
        for role in seen_by if isinstance(seen_by, list) else ():
            if role not in context.of_kind("role"):
                found.append(fault("unknown_role", "seen_by", f"没有角色「{role}」", f"There is no role {role}"))
        keep = document.get("keep_days")
        if isinstance(keep, bool) or not isinstance(keep, int) or not 1 <= keep <= 730:
            found.append(fault("keep_days", "keep_days", "保存天数在 1 到 730 之间", "It is kept for 1 to 730 days"))
        if str(document.get("calendar") or "office") not in context.of_kind("calendar"):
            found.append(fault("unknown_calendar", "calendar", "没有这个日历", "There is no such calendar"))
        pattern = document.get("pattern") or {}
        for key, value in pattern.items() if isinstance(pattern, Mapping) else ():
            if key not in PATTERN or isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
                found.append(fault("pattern", f"pattern.{key}", f"可用：{'、'.join(PATTERN)}，都是数字", f"Known are {', '.join(PATTERN)}, all numbers"))
        return found

    def references(self, document: Document) -> set[Ref]:
        """The calendar and the roles that see it."""
        seen_by = document.get("seen_by")
        return {Ref("calendar", str(document.get("calendar") or "office"))} | {Ref("role", str(one)) for one in (seen_by if isinstance(seen_by, list) else ())}

    async def dry_run(self, uow: UnitOfWork, document: Document, since: datetime, until: datetime) -> dict[str, Any]:
        """Who would have to confirm it; nothing is computed of anybody for a draft."""
        return {"count": await uow.fetchval("select count(*) from person where left_on is null"), "samples": []}

    async def publish(self, uow: UnitOfWork, document: Document, previous: Document | None) -> None:
        """Nothing more: a new version asks everybody again."""


def fault(code: str, path: str, zh: str, en: str) -> Problem:
    return Problem(f"monitoring.{code}", path, {}, {"zh": zh, "en": en}, who="director")


def pattern_of(document: Document) -> dict[str, float]:
    """The numbers of a register's pattern, the product's where it says nothing."""
    return {**PATTERN, **{key: float(value) for key, value in (document.get("pattern") or {}).items()}}


async def list_registers(uow: UnitOfWork) -> dict[str, Any]:
    """{rows: [{key, version, name, records, why, seen_by, keep_days, confirmed_at, confirmed, people}]} for the signed-in person."""
    published = await load_published(uow)
    rows = []
    people = await uow.fetchval("select count(*) from person where left_on is null")
    for key, document in published.of_kind("monitoring").items():
        version = published.versions["monitoring", key]
        found = await uow.fetchrow(
            """select max(a.at) filter (where a.person = $3) as mine, count(*) as n from monitoring_ack a join person p on p.id = a.person and p.left_on is null
                where a.register = $1 and a.version = $2""", key, version, uow.actor.person,
        )  # fmt: skip
        roles = published.of_kind("role")
        rows.append({
            "key": key, "version": version, **{name: document.get(name) for name in ("name", "records", "why", "keep_days")},
            "seen_by": [{"key": role, "name": (roles.get(role) or {}).get("name") or {"zh": role, "en": role}} for role in document["seen_by"]],
            "pattern": pattern_of(document), "confirmed_at": found["mine"].isoformat() if found["mine"] else None, "confirmed": found["n"], "people": people,
        })  # fmt: skip
    return {"rows": rows}


async def confirm_register(uow: UnitOfWork, key: str) -> dict[str, Any]:
    """The signed-in person confirms the register in force. Raises: `monitoring.unknown`, `inbox.no_person`."""
    published = await load_published(uow)
    if ("monitoring", key) not in published.documents:
        raise not_found("monitoring.unknown", key=key)
    if uow.actor.person is None:
        raise not_found("inbox.no_person")
    version = published.versions["monitoring", key]
    await uow.execute("insert into monitoring_ack values ($1, $2, $3, $4) on conflict do nothing", key, version, uow.actor.person, uow.now)
    return {"key": key, "version": version, "confirmed_at": uow.now.isoformat()}


async def confirmed(uow: UnitOfWork, key: str, version: int) -> list[UUID]:
    """Who confirmed this version and is still there."""
    rows = await uow.fetch(
        "select a.person from monitoring_ack a join person p on p.id = a.person and p.left_on is null where a.register = $1 and a.version = $2", key, version
    )
    return [row["person"] for row in rows]
