"""Replaying a recorded funnel through the real intake, on the data's own clock. Owns the reading of its two files.

leads: mql_id, first_contact_date, landing_page_id, origin. wins: mql_id, sr_id, sdr_id, won_date, … The files name no
zone, so their times are taken as UTC; a contact date counts as 00:00. Channel is the origin as it stands: an empty one
and `unknown` stay two channels. The data holds no touches, so the SLA rules are switched off unless asked for.
"""

import asyncio
import csv
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from xingji.features.leads.assign import hand_over
from xingji.features.leads.convert import convert_lead
from xingji.features.leads.leads import whole
from xingji.kernel import access, records
from xingji.kernel.core.errors import conflict, invalid
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.definitions import load_published, publish, save_draft
from xingji.kernel.rules import advance_clock, set_clock, settle

SOURCE, TABLE, TEAM = "funnel", "main", "funnel_reps"
SLA = ("sla_remind", "sla_escalate", "sla_return", "reactivate_72h")
IN_FLIGHT = 64

Send = Callable[[dict[str, Any]], Awaitable[tuple[int, dict[str, Any]]]]
"""Posts one lead to the intake; (HTTP status, decoded answer)."""


@dataclass(frozen=True, slots=True)
class RecordedLead:
    """A lead of the file."""

    id: str
    at: datetime
    landing: str
    origin: str


@dataclass(frozen=True, slots=True)
class RecordedWin:
    """A win of the file. `amount`: the monthly revenue the seller declared, in minor units."""

    lead: str
    rep: str
    at: datetime
    segment: str
    amount: int


@dataclass(frozen=True, slots=True)
class Funnel:
    """Both files; wins whose lead is not there are left out and named."""

    leads: Sequence[RecordedLead]
    wins: Sequence[RecordedWin]
    orphans: Sequence[str]

    @property
    def reps(self) -> list[str]:
        return sorted({win.rep for win in self.wins})

    @property
    def early(self) -> list[RecordedWin]:
        """Wins that precede their lead's contact."""
        arrived = {lead.id: lead.at for lead in self.leads}
        return [win for win in self.wins if win.at < arrived[win.lead]]


@dataclass(slots=True)
class Report:
    """What a replay did."""

    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    dispatched: Counter[str] = field(default_factory=Counter)
    won: int = 0
    early: list[dict[str, str]] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)
    ended_at: datetime | None = None


def read_funnel(folder: Path) -> Funnel:
    """The funnel of a folder with a *qualified_leads* and a *closed_deals* file. Raises: `replay.no_files`, `replay.bad_row`."""
    leads_file = next(iter(sorted(folder.glob("*qualified_leads*.csv"))), None)
    wins_file = next(iter(sorted(folder.glob("*closed_deals*.csv"))), None)
    if leads_file is None or wins_file is None:
        raise invalid("replay.no_files", folder=str(folder), wanted=["*qualified_leads*.csv", "*closed_deals*.csv"])
    leads = [RecordedLead(r["mql_id"], _day(r["first_contact_date"]), r["landing_page_id"], r["origin"]) for r in _rows(leads_file)]
    known = {lead.id for lead in leads}
    wins, orphans = [], []
    for row in _rows(wins_file):
        if row["mql_id"] not in known:
            orphans.append(row["mql_id"])
            continue
        amount = round(float(row.get("declared_monthly_revenue") or 0) * 100)
        wins.append(RecordedWin(row["mql_id"], row["sr_id"], _moment(row["won_date"]), row.get("business_segment") or "", amount))
    return Funnel(leads, sorted(wins, key=lambda win: (win.at, win.lead)), orphans)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def _day(text: str) -> datetime:
    return datetime.fromisoformat(text[:10]).replace(tzinfo=UTC)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def prepare_workspace(database: Database, workspace: str, funnel: Funnel, *, sla: bool = False) -> dict[str, UUID]:
    """People, source, table and rules for a replay, and the clock before the first contact; person ids by rep.

    Raises: `replay.not_empty` when the workspace holds leads already.
    """
    async with database.work(workspace) as uow:
        if (await records.query(uow, records.Query("lead", fields=["id"], limit=1))).rows:
            raise conflict("replay.not_empty", workspace=workspace)
        await uow.execute("update workspace_state set zone = 'UTC'")
    keys = {rep: f"rep_{n:02d}" for n, rep in enumerate(funnel.reps, 1)}
    people = {
        "units": [{"key": TEAM, "name": "回放销售组（演示）", "head": "replay_head"}],
        "persons": [
            {"key": "replay_head", "name": "回放主管（演示）", "unit": TEAM, "roles": ["director"]},
            *({"key": key, "name": f"代表{key[4:]}（演示）", "unit": TEAM, "roles": ["rep"], "title": rep[:8]} for rep, key in keys.items()),
        ],
    }
    async with database.work(workspace) as uow:
        ids = await access.save_people(uow, people)
        await _save_definitions(uow, sla)
    items = [("source", SOURCE), ("dispatch", TABLE), *([] if sla else [("rule", key) for key in SLA])]
    await publish(database, workspace, SYSTEM, items)
    await set_clock(database, workspace, min(lead.at for lead in funnel.leads) - timedelta(days=1))
    return {rep: ids[key] for rep, key in keys.items()}


async def _save_definitions(uow: Any, sla: bool) -> None:
    published = await load_published(uow)
    await save_draft(uow, "source", SOURCE, {
        "kind": "source", "key": SOURCE, "name": {"zh": "回放来源（演示）", "en": "Replayed funnel"}, "via": "json", "consent": "历史数据回放",
        "mapping": {"external_id": {"path": "$.mql_id", "required": True}, "landing": "$.landing_page_id", "channel": "$.origin"},
        "settings": {"id": "$.mql_id"},
    })  # fmt: skip
    await save_draft(uow, "dispatch", TABLE, {
        "kind": "dispatch", "key": TABLE, "name": {"zh": "回放派单表（演示）", "en": "Replay table"}, "object": "lead", "capacity": {},
        "rows": [{"key": "all", "name": {"zh": "全体轮流", "en": "Everybody in turn"}, "when": "true", "to": {"team": TEAM}, "choose": "round_robin"}],
        "weights": {"cap_over_mean": 0, "newcomer_floor": 0, "answered": 0, "free": 0},
    })  # fmt: skip
    for key in () if sla else SLA:
        if (rule := published.get("rule", key)) is not None:
            await save_draft(uow, "rule", key, {**rule, "enabled": False})


async def replay(
    database: Database, workspace: str, funnel: Funnel, send: Send, reps: dict[str, UUID], *, speed: float | None = None,
    progress: Callable[[str], None] = lambda line: None,
) -> Report:  # fmt: skip
    """Sends every lead on its day and wins every won one at its moment; what was done. `speed`: data seconds per second."""
    report = Report(orphans=list(funnel.orphans))
    arrived = {lead.id: lead.at for lead in funnel.leads}
    days = sorted({lead.at for lead in funnel.leads} | {_floor(max(win.at, arrived[win.lead])) for win in funnel.wins})
    by_day: dict[datetime, list[RecordedLead]] = {}
    for lead in funnel.leads:
        by_day.setdefault(lead.at, []).append(lead)
    wins: dict[datetime, list[RecordedWin]] = {}
    for win in funnel.wins:
        # A win that precedes its contact is entered once its lead is there, and keeps its own date.
        wins.setdefault(_floor(max(win.at, arrived[win.lead])), []).append(win)
    stored: dict[str, UUID] = {}
    for number, day in enumerate(days):
        if speed and number:
            await asyncio.sleep((day - days[number - 1]).total_seconds() / speed)
        await advance_clock(database, workspace, day)
        await _send_day(by_day.get(day, []), send, stored, report)
        await settle(database, workspace, at=day)
        for win in wins.get(day, []):
            await _win(database, workspace, win, stored[win.lead], reps[win.rep], arrived[win.lead], report)
        if number % 30 == 0:
            progress(f"{day:%Y-%m-%d}: {report.sent} leads, {report.won} wins")
    report.ended_at = days[-1] + timedelta(days=1)
    await advance_clock(database, workspace, report.ended_at)
    await _count(database, workspace, report)
    return report


def _floor(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


async def _send_day(leads: Sequence[RecordedLead], send: Send, stored: dict[str, UUID], report: Report) -> None:
    gate = asyncio.Semaphore(IN_FLIGHT)

    async def one(lead: RecordedLead) -> None:
        async with gate:
            status, answer = await send({"mql_id": lead.id, "landing_page_id": lead.landing, "origin": lead.origin})
        report.sent += 1
        report.answers[answer.get("status") if status == 202 else str(status)] += 1
        if answer.get("lead"):
            stored[lead.id] = UUID(answer["lead"])

    await asyncio.gather(*(one(lead) for lead in leads))


async def _win(
    database: Database, workspace: str, win: RecordedWin, lead: UUID, rep: UUID, arrived: datetime, report: Report
) -> None:
    """The lead goes to its rep, is converted and won, all at the moment of the win."""
    if win.at < arrived:
        report.early.append({"lead": win.lead, "contact": arrived.date().isoformat(), "won": win.at.isoformat()})
    async with database.work(workspace, at=max(win.at, arrived)) as uow:
        row = await whole(uow, lead)
        name = await uow.fetchval("select name from person where id = $1", rep)
        if row.get("owner") != str(rep):
            await hand_over(uow, row, {"id": rep, "name": name}, reason="赢单人", by="transfer", action="transferred")
        values = {"name": f"赢单 {win.segment}"[:60], "owner": str(rep), "amount": win.amount}
        done = await convert_lead(uow, lead, deal=values, customer={"name": f"客户 {win.lead[:8]}（演示）", "kind": "company"})
        change = records.Change("update", "deal", UUID(done["deal"]), {"status": "won", "won_at": win.at.isoformat()})
        await records.write(uow, [change], owned=True)
    report.won += 1


async def _count(database: Database, workspace: str, report: Report) -> None:
    async with database.work(workspace) as uow:
        rows = await uow.fetch(
            "select coalesce(p.key, '-') as rep, count(distinct l.lead) as n from ledger l left join person p on p.id = l.chosen"
            " where l.action = 'dispatched' group by 1 order by 1"
        )
    report.dispatched = Counter({row["rep"]: row["n"] for row in rows})
