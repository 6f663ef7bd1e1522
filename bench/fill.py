"""What the measured workspace holds: people, a dispatch table of 200 rows, 20 or 100 rules, leads, timers. Seeded."""

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
from place import WORKSPACE, Place

from xingji.kernel import access
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.definitions import publish, save_draft

INDUSTRIES = ("manufacturing", "chemical", "food", "textile", "water", "pharma", "electronics", "paper")
PROVINCES = ("320000", "330000", "440000", "370000", "420000", "510000")
TYPES = ("page.viewed", "touch.note", "mail.opened", "call.ended")
PEOPLE = 60
STATUSES = ("working", *("converted", "invalid") * 25)  # one in fifty is still open: some seventy per person
ROBOT, BOSS = "robot", "boss"


async def fill_organisation(place: Place) -> None:
    """Sixty reps in six teams, one region each."""
    units = [{"key": f"t{n}", "name": f"{n} 组(演示)", "region": f"r{n}"} for n in range(6)]
    persons = [{"key": f"p{n}", "name": f"销售{n}(演示)", "unit": f"t{n % 6}", "roles": ["rep"]} for n in range(PEOPLE)]
    units.append({"key": "office", "name": "办公室(演示)"})
    persons.append({"key": ROBOT, "name": "接口账号(演示)", "unit": "office", "roles": ["admin"]})
    persons.append({"key": BOSS, "name": "总经理(演示)", "unit": "office", "roles": ["gm"]})
    regions = [{"key": f"r{n}", "name": f"{n} 区", "provinces": [PROVINCES[n]]} for n in range(6)]
    async with place.database.work(WORKSPACE) as uow:
        await access.save_people(uow, {"units": units, "persons": persons, "regions": regions})


async def fill_dispatch(place: Place, rows: int = 200) -> str:
    """A table whose rows differ by region, industry and budget; the last takes the rest. The source's token."""
    table = {
        "key": "main", "name": {"zh": "派单表(演示)", "en": "Dispatch (demo)"}, "object": "lead",
        "weights": {"answered": 0.5, "free": 0.5, "preference": 0, "cap_over_mean": 0, "newcomer_floor": 0},
        "rows": [
            {
                "key": f"row_{n}", "name": {"zh": f"第 {n} 行", "en": f"Row {n}"},
                "when": f'industry == "{INDUSTRIES[n % 8]}" && region == "r{n % 6}" && budget >= {n * 10_000}',
                "to": {"team": f"t{n % 6}"}, "choose": "weighted",
            }
            for n in range(rows - 1, 0, -1)
        ] + [{"key": "rest", "name": {"zh": "其余", "en": "Rest"}, "when": "true", "to": {"team": [f"t{n}" for n in range(6)]}, "choose": "weighted"}],
    }  # fmt: skip
    source = {
        "key": "bench_hook", "name": {"zh": "测量来源(演示)", "en": "Bench source"}, "via": "json",
        "defaults": {"channel": "bench", "intent": "B"},
        "mapping": {name: f"$.{name}" for name in ("name", "company", "mobile", "email", "need", "area", "industry", "budget")},
    }  # fmt: skip
    await publish_all(place, [("dispatch", table), ("source", source)])
    _, token = await access.create_token(place.database, WORKSPACE, "source", "bench", source="bench_hook")
    return token


async def publish_all(place: Place, documents: list[tuple[str, dict]]) -> None:
    """Publishes several documents together."""
    async with place.database.work(WORKSPACE) as uow:
        for kind, document in documents:
            await save_draft(uow, kind, document["key"], {"kind": kind} | document)
    await publish(place.database, WORKSPACE, SYSTEM, [(kind, document["key"]) for kind, document in documents])


async def fill_lead_rules(place: Place, count: int = 20) -> None:
    """Rules that look at every new lead; one in five acts on about a tenth of them."""
    rules = [
        {
            "key": f"bench_rule_{n}", "name": {"zh": f"测量规则 {n}", "en": f"Bench rule {n}"}, "object": "lead", "order": 10 + n,
            "on": {"created": True},
            "when": f'industry == "{INDUSTRIES[n % 8]}" && budget > {n * 20_000} && intent == "{"B" if n % 5 == 0 else "A"}"',
            "do": [{"action": "tag", "add": [f"bench{n}"]}],
        }
        for n in range(count)
    ]  # fmt: skip
    await publish_all(place, [("rule", rule) for rule in rules])


async def fill_event_rules(place: Place, count: int = 100) -> None:
    """Rules over events, each on one of four types; about one event in a thousand makes one act."""
    rules = [
        {
            "key": f"event_rule_{n}", "name": {"zh": f"事件规则 {n}", "en": f"Event rule {n}"}, "object": "lead", "order": 10 + n,
            "on": {"event": TYPES[n % 4]},
            "when": f'budget > {900_000 + n * 900} && industry == "{INDUSTRIES[n % 8]}" && intent == "A"',
            "do": [{"action": "tag", "add": ["seen"]}],
        }
        for n in range(count)
    ]  # fmt: skip
    await publish_all(place, [("rule", rule) for rule in rules])


async def fill_leads(place: Place, count: int, *, first: int = 0) -> list[UUID]:
    """Leads straight into the table by COPY, as old history; a thousand of their ids."""
    rng = random.Random(first + 1)
    owner = await asyncpg.connect(place.server.owner_url())
    people = [
        row["id"]
        for row in await owner.fetch(f'select id from "ws_{WORKSPACE}".person where key <> all($1) order by key', [ROBOT, BOSS])
    ]
    units = {row["id"]: row["unit"] for row in await owner.fetch(f'select id, unit from "ws_{WORKSPACE}".person')}
    start = datetime.now(UTC) - timedelta(days=400)
    columns = [
        "id", "created_at", "updated_at", "version", "write_mode", "owner", "unit", "name", "company", "mobile", "email",
        "status", "intent", "industry", "region", "channel", "source", "budget", "assigned_at", "first_response_at", "search",
    ]  # fmt: skip
    kept: list[UUID] = []
    for begun in range(first, first + count, 20_000):
        rows = []
        for n in range(begun, min(begun + 20_000, first + count)):
            at = start + timedelta(seconds=(n - first) * 34_000_000 / max(count, 1))
            person, serial = rng.choice(people), f"{n:09d}"
            rows.append(
                (
                    uuid7(), at, at, 1, "history", person, units[person], "李经理", f"旧客户{serial}机械有限公司", f"137{serial[-8:]}",
                    f"old{serial}@example.test", rng.choice(STATUSES), rng.choice("ABC"), rng.choice(INDUSTRIES), f"r{rng.randrange(6)}",
                    rng.choice(("web_form", "douyin", "search_ad")), "web_form", rng.randrange(1, 100) * 1_000_000, at,
                    at + timedelta(minutes=rng.randrange(1, 300)), ["李经", "经理", "旧客", "客户", serial[-4:]],
                )
            )  # fmt: skip
        await owner.copy_records_to_table("o_lead", schema_name=f"ws_{WORKSPACE}", records=rows, columns=columns)
        kept += [row[0] for row in rows[:: max(1, count // 1_000)]]
    await owner.execute(f'vacuum analyze "ws_{WORKSPACE}".o_lead')
    await owner.close()
    return kept
