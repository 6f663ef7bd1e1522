"""Busy and without effect: many short calls, none of which led anywhere. Owns the table `diligence`.

Counts only calls a connected line recorded within working hours, only of people who confirmed the register, only above a
least number. The person is shown it first; others may see it once they did, or after five days. It is a question to
ask, not a verdict.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from xingji.features.coach.register import CALLS, confirmed, pattern_of
from xingji.kernel.core.errors import not_found
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.definitions import load_published
from xingji.kernel.events.withdrawn import standing
from xingji.kernel.work import Notice, notify

OWN_DAYS = 5

#: The opening of the first of the last so many working days.
WINDOW = """select min(d.opens) from (select min(opens) as opens from calendar_span where calendar = $1 collate "C" and opens < $2 and closes > opens and closes < 'infinity'
  group by (opens at time zone $3)::date order by 1 desc limit $4) d"""

FIGURES = f"""with calls as materialized (
    select e.person, e.record, e.occurred_at, e.duration_sec, (e.occurred_at at time zone $8)::date as day from event e
     where e.type = any ($1::text[]) and e.person = any ($2::uuid[]) and not e.claimed and e.source is not null and e.duration_sec is not null
       and e.occurred_at >= $3 and e.occurred_at < $4 and working_minutes($5, e.occurred_at, e.occurred_at + interval '1 second') > 0 and {standing("e")})
  select c.person, count(*)::int as calls, count(distinct c.day)::int as days, count(*) filter (where c.duration_sec < $6)::int as short,
    count(*) filter (where exists (select from event f where f.record = c.record and f.person = c.person and f.occurred_at > c.occurred_at
      and f.occurred_at <= c.occurred_at + $7 * interval '1 hour' and not f.type = any ($1::text[]) and f.type not like 'risk.%' and f.type not like 'process.health%' and {standing("f")}))::int as followed,
    percentile_cont(0.5) within group (order by c.duration_sec) as median_seconds
  from calls c group by c.person order by c.person"""


async def measure(uow: UnitOfWork, document: Mapping[str, Any], people: Sequence[UUID], until: date) -> dict[UUID, dict[str, Any]]:
    """Figures of these people over the window that ends with that day, and whether they make the pattern."""
    pattern = pattern_of(document)
    end = datetime.combine(until, time(), tzinfo=uow.workspace.zone) + timedelta(days=1)
    start = await uow.fetchval(WINDOW, str(document.get("calendar") or "office"), end, str(uow.workspace.zone), int(pattern["days"])) or end - timedelta(days=pattern["days"])
    rows = await uow.fetch(
        FIGURES, list(CALLS), list(people), start, end, str(document.get("calendar") or "office"), pattern["short_seconds"], pattern["follow_hours"],
        str(uow.workspace.zone),
    )  # fmt: skip
    found = {}
    for row in rows:
        n = row["calls"]
        one = {
            "calls": n, "days": row["days"], "per_day": n / row["days"], "short": row["short"], "short_share": row["short"] / n, "short_seconds": pattern["short_seconds"],
            "followed": row["followed"], "followed_share": row["followed"] / n, "median_seconds": row["median_seconds"],
            "since": start.astimezone(uow.workspace.zone).date().isoformat(), "until": until.isoformat(), "least": pattern["least"],
        }  # fmt: skip
        one["enough"] = n >= pattern["least"]
        one["holds"] = bool(
            one["enough"] and one["per_day"] >= pattern["per_day"] and one["short_share"] >= pattern["short_share"] and one["followed_share"] <= pattern["followed_share"]
        )
        found[row["person"]] = one
    return found


async def find_patterns(database: Database, workspace: str) -> int:
    """Looks once a day at everybody who confirmed; tells those it found something of. Always 0: never at once again."""
    async with database.work(workspace) as uow:
        published = await load_published(uow)
        for key, document in published.of_kind("monitoring").items():
            await _look(uow, key, published.versions["monitoring", key], document)
    return 0


async def _look(uow: UnitOfWork, key: str, version: int, document: Mapping[str, Any]) -> None:
    until = uow.now.astimezone(uow.workspace.zone).date() - timedelta(days=1)
    if await uow.fetchval("select true from diligence_run where register = $1 and version = $2 and at >= $3", key, version, uow.now - timedelta(hours=20)):
        return
    await uow.execute("delete from diligence where register = $1 and until < $2", key, until - timedelta(days=int(document["keep_days"])))
    found = await measure(uow, document, await confirmed(uow, key, version), until)
    for person, figures in found.items():
        if not figures["holds"]:
            continue
        if await uow.fetchval("select true from diligence where register = $1 and person = $2 and until > $3", key, person, until - timedelta(days=7)):
            continue  # said within the week
        await uow.execute(
            "insert into diligence (register, version, person, until, figures, found_at) values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
            key, version, person, until, figures, uow.now,
        )  # fmt: skip
        title = {"zh": "你的通话有一个值得看的规律，只有你先看到", "en": "Your calls show a pattern worth a look; you see it first"}
        await notify(uow, [Notice(person, "diligence", title, dedupe=f"diligence {key} {until}")])
    await uow.execute("insert into diligence_run values ($1, $2, $3) on conflict (register) do update set (version, at) = (excluded.version, excluded.at)", key, version, uow.now)


async def read_diligence(uow: UnitOfWork) -> dict[str, Any]:
    """{mine, team, waiting}: one's own figures of each register confirmed, and what others have seen of theirs.

    `waiting` counts people below one whom something was found of and who are still to look at it first.
    """
    published = await load_published(uow)
    mine, team, waiting = [], [], 0
    until = uow.now.astimezone(uow.workspace.zone).date() - timedelta(days=1)
    people = [one for one in uow.actor.people if one != uow.actor.person]
    for key, document in published.of_kind("monitoring").items():
        version = published.versions["monitoring", key]
        who = await confirmed(uow, key, version)
        if uow.actor.person in who:
            own = (await measure(uow, document, [uow.actor.person], until)).get(uow.actor.person)
            kept = await uow.fetchrow("select id, seen_at, word from diligence where register = $1 and person = $2 order by until desc limit 1", key, uow.actor.person)
            mine.append({
                "register": key, "name": document["name"], "figures": own, "id": str(kept["id"]) if kept else None,
                "seen_at": kept["seen_at"].isoformat() if kept and kept["seen_at"] else None, "word": kept["word"] if kept else "",
            })  # fmt: skip
        if not set(document["seen_by"]) & set(uow.actor.roles):
            continue
        rows = await uow.fetch(
            """select d.*, p.name from diligence d join person p on p.id = d.person where d.register = $1 and d.version = $2 and d.person = any ($3::uuid[])
                 and d.person = any ($4::uuid[]) order by d.until desc, p.name""", key, version, people, who,
        )  # fmt: skip
        shown = [row for row in rows if row["seen_at"] is not None or row["found_at"] <= uow.now - timedelta(days=OWN_DAYS)]
        waiting += len(rows) - len(shown)
        team += [
            {"id": str(row["id"]), "register": key, "name": document["name"], "person": str(row["person"]), "person_name": row["name"], "figures": row["figures"],
             "seen_at": row["seen_at"].isoformat() if row["seen_at"] else None, "word": row["word"]}
            for row in shown
        ]  # fmt: skip
    return {"mine": mine, "team": team, "waiting": waiting, "own_days": OWN_DAYS, "registers": len(published.of_kind("monitoring"))}


async def say_seen(uow: UnitOfWork, id: UUID, word: str) -> dict[str, Any]:
    """The person has looked at it, and may say a word on it. Raises: `diligence.unknown` for anybody else."""
    done = await uow.fetchval(
        "update diligence set seen_at = coalesce(seen_at, $3), word = $4 where id = $1 and person = $2 returning id", id, uow.actor.person, uow.now, word.strip()
    )
    if done is None:
        raise not_found("diligence.unknown", id=str(id))
    return {"id": str(id), "seen_at": uow.now.isoformat()}
