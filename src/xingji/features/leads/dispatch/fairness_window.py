"""Fairness of a past window from the ledger and the calendars. Loads only; the figures are computed in `fairness`."""

from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.features.leads.dispatch.fairness import fairness
from xingji.features.leads.dispatch.roster import OFFICE, absences_of, organisation
from xingji.features.leads.dispatch.table import read_table
from xingji.kernel import records
from xingji.kernel.core.calendar import working_minutes
from xingji.kernel.core.errors import XingjiError, invalid, not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.records.behalf import on_behalf
from xingji.kernel.work import load_calendar

GOOD = "A"
GIVEN = """select distinct chosen, lead from ledger
  where at >= $1 and at < $2 and chosen is not null and action in ('dispatched', 'reassigned', 'picked') and not reason ? 'taken_back'"""

BEHIND = """select lead, max(at) as at, (array_agg(action order by at desc))[1] as action from ledger
  where at >= $1 and at < $2 and chosen = $3 and action in ('dispatched', 'reassigned', 'picked') and not reason ? 'taken_back' group by lead order by 2 desc"""
MOST = 500


async def fairness_between(uow: UnitOfWork, since: datetime, until: datetime, team: str | None = None) -> dict[str, Any]:
    """Share of good leads (intent A) held by the top three, Gini per present working time, and each person's part.

    Over the people dispatch may choose and whoever received a lead, or one team of them. Raises: `fairness.bad_window`.
    """
    if since >= until:
        raise invalid("fairness.bad_window", since=since.isoformat(), until=until.isoformat())
    org = await organisation(uow)
    pairs = [(row["chosen"], row["lead"]) for row in await uow.fetch(GIVEN, since, until)]
    members = set(org.teams.get(team, ())) if team else None
    pairs = [pair for pair in pairs if members is None or pair[0] in members]
    intents = await _intents(uow, sorted({lead for _, lead in pairs}))
    leads: dict[UUID, int] = {}
    good: dict[UUID, int] = {}
    for person, lead in pairs:
        leads[person] = leads.get(person, 0) + 1
        good[person] = good.get(person, 0) + (intents.get(lead) == GOOD)
    everybody = members if members is not None else {*leads, *await _candidates(uow, org)}
    present = await _present(uow, org, sorted(everybody, key=str), since, until)
    figures = fairness(leads, good, present)
    reach = None if _sees_all(uow) else {*uow.actor.people}
    return {
        "since": since.isoformat(), "until": until.isoformat(), "good_intent": GOOD, "leads": figures.leads, "good": figures.good,
        "top3_share": figures.top3_share, "gini": figures.gini, "gini_all": figures.gini_all,
        "people": [
            {
                "person": str(share.person), "name": org.people[share.person]["name"], "leads": share.leads, "good": share.good,
                "share": share.share, "present_minutes": round(share.present), "rate": share.rate,
            }
            for share in figures.people if share.person in org.people and (reach is None or share.person in reach)
        ],
    }  # fmt: skip


async def leads_behind(uow: UnitOfWork, since: datetime, until: datetime, person: UUID, *, good: bool) -> dict[str, Any]:
    """{rows, unseen}: the leads a person's figure was counted from, newest first; `unseen` of them the reader may not read.

    Raises: `person.unknown` for whoever is not within the reader's reach.
    """
    if not _sees_all(uow) and person not in uow.actor.people:
        raise not_found("person.unknown")
    given = await uow.fetch(BEHIND, since, until, person)
    ids = [row["lead"] for row in given]
    if good:
        intents = await _intents(uow, sorted(ids))
        ids = [id for id in ids if intents.get(id) == GOOD]
    shown = {row["id"]: row for row in await records.get_records(uow, "lead", ids[:MOST])} if ids else {}
    at = {str(row["lead"]): (row["at"], row["action"]) for row in given}
    fields = ("id", "company", "name", "intent", "status", "owner")
    rows = [{key: shown[str(id)].get(key) for key in fields} | dict(zip(("at", "action"), at[str(id)], strict=True)) for id in ids if str(id) in shown]
    return {"rows": rows, "count": len(ids), "unseen": len(ids[:MOST]) - len(rows)}


def _sees_all(uow: UnitOfWork) -> bool:
    return uow.actor.policy is None or uow.actor.policy.rows("lead", "read").everything


async def _intents(uow: UnitOfWork, leads: list[UUID]) -> dict[UUID, Any]:
    rows = await records.get_records(on_behalf(uow), "lead", leads, ["intent"]) if leads else []
    return {UUID(row["id"]): row.get("intent") for row in rows}


async def _candidates(uow: UnitOfWork, org: Any) -> set[UUID]:
    """People that a published table sends leads to by team, list, role or name."""
    found: set[UUID] = set()
    for key, document in (await load_published(uow)).of_kind("dispatch").items():
        for row in read_table(key, document).rows:
            if row.target.kind == "team" and row.target.teams:
                found |= {id for team in row.target.teams for id in org.teams.get(team, ())}
            elif row.target.kind == "people":
                found |= {org.by_key[name] for name in row.target.keys if name in org.by_key}
    return found


async def _present(uow: UnitOfWork, org: Any, people: list[UUID], since: datetime, until: datetime) -> dict[UUID, float]:
    """Working minutes each person was there: the calendar's, less absences and the time before joining or after leaving."""
    gone = await absences_of(uow, people, since, until)
    zone = uow.workspace.zone
    found = {}
    for id in people:
        row = org.people.get(id)
        if row is None:
            continue
        try:
            calendar = await load_calendar(uow, row["calendar"] or OFFICE)
        except XingjiError:
            found[id] = (until - since).total_seconds() / 60
            continue
        away = list(gone.get(id, []))
        for day, before in ((row["joined_on"], True), (row["left_on"], False)):
            if day is not None:
                moment = datetime(day.year, day.month, day.day, tzinfo=zone)
                if before and moment > since:
                    away.append((since, moment))
                elif not before and moment < until:
                    away.append((moment, until))
        found[id] = working_minutes(calendar, since, until, away)
    return found
