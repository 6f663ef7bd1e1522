"""P1 to P4 of 砺澜流体装备(演示): busy without effect, talks nobody followed up, losses in negotiation, the slow legal review.

Owns what is planted and how it is written: as history, through the one write path and the commands people use.
"""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from xingji.demo.checklists import people_at
from xingji.demo.history import as_json
from xingji.features.approvals.ask import ask_approval
from xingji.features.approvals.votes import vote
from xingji.features.audits.draw import make_draw, plans_of
from xingji.features.coach.register import confirm_register
from xingji.kernel.access import actor_for_person
from xingji.kernel.core.calendar import WorkingCalendar
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM, NewEvent
from xingji.kernel.db import Database, Mode, UnitOfWork
from xingji.kernel.events import append_events
from xingji.kernel.records import Change, write
from xingji.kernel.work import load_calendar

SEED = 964_214
BUSY, BUSY_DAYS, BUSY_CALLS, BUSY_SHORT = "maliqun", 20, 30, 21
TALKS = 50
#: Talks without a follow-up within 72 hours, by person: seventeen, nine of them of two people.
GAPS = {"liangwanqing": 5, "sunyinuo": 4, "zhanglei": 2, "chenjiashu": 2, "caoyunzhou": 2, "yangzechuan": 1, "tangyishu": 1}
TALKERS = (*GAPS, "liruoxi", "wangsiqi", "zhoumuye", "hejingshu", "qinlang")
#: Of those that came to negotiation and left it 61 % were lost; 81 % of these because the customer hesitated, 87 % without a decision chain.
NEGOTIATED, LOST, HESITATED, WITHOUT_CHAIN, WON_WITH_CHAIN = 77, 47, 38, 41, 25
#: What these deals usually had of the other required actions.
USUAL = ("questionnaire", "site_sheet", "energy_data", "calculation", "solution_talk", "approved_by_tech", "quote", "legal_review", "terms")
OTHER_REASONS = ("价格", "预算取消", "选了别家", "项目延期")
SELLERS = ("zhanglei", "liruoxi", "chenjiashu", "wangsiqi", "huangziang", "liangwanqing", "zhaochengyu", "sunyinuo", "yangzechuan", "hejingshu")
#: Days the legal review took, opened on which weekday: never decided on a weekend, 3.2 days more than the step before on average.
REVIEWS = ((0, 3), *((n % 2, 3) for n in range(13)), *((2, 5) for _ in range(5)), (0, 2))
OWN_HOURS = 6.0
PLACES = ("苏南", "浙东", "粤东", "鲁中", "江汉", "皖江", "闽南")
TRADES = ("机械", "化工", "食品", "印染", "水务", "制药")
#: At one customer in so many only one person is known.
LONELY = 9
#: Quotes sent a day after the deal was opened, before anything was known.
EARLY_QUOTES = ("caiwenbo", "songzhixia", "tangyishu", "hejingshu")
CONFIRMED = (BUSY, "zhanglei", "liruoxi", "chenjiashu", "sunyinuo", "zhaochengyu", "songzhixia", "liangwanqing")


@dataclass(frozen=True, slots=True)
class Story:
    """Who writes: database, workspace, people by key, the evening before which everything happened, seeded draws."""

    database: Database
    workspace: str
    people: Mapping[str, UUID]
    evening: datetime
    draw: random.Random

    async def past(self, command: Callable[[UnitOfWork], Awaitable[Any]], person: str | None = None, at: datetime | None = None) -> Any:
        """A command of then, as the system or as somebody."""
        actor = SYSTEM
        if person is not None:
            async with self.database.work(self.workspace) as uow:
                actor = await actor_for_person(uow, self.people[person])
        async with self.database.work(self.workspace, actor, mode=Mode.HISTORY, at=at or self.evening) as uow:
            return await command(uow)

    async def deals(self, owners: Sequence[str], begun: Sequence[datetime], **values: Any) -> list[UUID]:
        """So many customers with one deal each."""
        ids, customers = [uuid7() for _ in owners], [uuid7() for _ in owners]
        names = [f"{self.draw.choice(PLACES)}{self.draw.choice(TRADES)}{n + 1:02d}厂(演示)" for n in range(len(owners))]
        made = [{"owner": self.people[owner], "created_at": at} for owner, at in zip(owners, begun, strict=True)]
        more = {"next_step": "确认技术条款", "amount": 18_000_000, "unverified": False, **values}

        async def command(uow: UnitOfWork) -> None:
            await write(uow, [Change("create", "customer", id=id, values=as_json({"name": name, **one})) for id, name, one in zip(customers, names, made, strict=True)])
            await write(uow, [
                Change("create", "deal", id=id, values=as_json({**more, "name": f"{name.removesuffix('(演示)')}·设备改造(演示)", "customer": customer, **one}))
                for id, customer, name, one in zip(ids, customers, names, made, strict=True)
            ])  # fmt: skip
            await write(uow, [Change("create", "contact", values=as_json(one)) for n, customer in enumerate(customers) for one in people_at(n, customer, made[n], alone=n % LONELY == LONELY - 1)])

        await self.past(command)
        return ids

    async def change(self, ids: Sequence[UUID], at: Sequence[datetime], values: Sequence[Mapping[str, Any]]) -> None:
        """Changes of then, each at its own time."""
        await self.past(lambda uow: write(uow, [Change("update", "deal", id, as_json({**one, "updated_at": when})) for id, when, one in zip(ids, at, values, strict=True)]))

    async def tell(self, events: Sequence[NewEvent]) -> None:
        """Events of then."""
        await self.past(lambda uow: append_events(uow, events))


async def lay_in_process(database: Database, workspace: str, people: Mapping[str, UUID], started: datetime) -> None:
    """Plants all four into the demo that starts at `started`."""
    story = Story(database, workspace, people, started - timedelta(hours=13), random.Random(SEED))
    async with database.work(workspace) as uow:
        calendar = await load_calendar(uow, "office")
    await plant_busy(story, calendar)
    await plant_talks(story)
    await plant_early_quotes(story)
    await plant_reviews(story, await plant_losses(story))
    await draw_last_week(story)


async def draw_last_week(story: Story) -> None:
    """Last Wednesday's audit, so that the officer has a queue."""
    monday = story.evening.date() - timedelta(days=story.evening.weekday() + 7)

    async def command(uow: UnitOfWork) -> None:
        plan = (await plans_of(uow))["weekly"]
        await make_draw(uow, plan, monday, f"{SEED:032x}")

    await story.past(command, at=datetime.combine(monday + timedelta(days=2), time(14), tzinfo=story.evening.tzinfo))


async def plant_busy(story: Story, calendar: WorkingCalendar) -> None:
    """P1: twenty days of thirty calls, twenty-one of them under 28 seconds, after none of which anything happened."""
    leads = [uuid7() for _ in range(BUSY_CALLS)]
    owner, long_ago = story.people[BUSY], story.evening - timedelta(days=120)
    values = {"owner": owner, "status": "working", "intent": "C", "source": "b2b_mall", "channel": "b2b_mall", "country": "CN", "created_at": long_ago, "assigned_at": long_ago}
    await story.past(lambda uow: write(uow, [
        Change("create", "lead", id=id, values=as_json({**values, "name": f"询盘{n + 1:02d}", "company": f"{PLACES[n % 7]}{TRADES[n % 6]}贸易{n + 1:02d}(演示)"})) for n, id in enumerate(leads)
    ]))  # fmt: skip
    days = [story.evening.date() - timedelta(days=back) for back in range(60) if calendar.hours_of(story.evening.date() - timedelta(days=back))][:BUSY_DAYS]
    await story.tell([event for day in days for event in _calls(story, day, leads, owner)])
    for person in CONFIRMED:
        await story.past(lambda uow: confirm_register(uow, "calls"), person, long_ago)


def _calls(story: Story, day: date, leads: Sequence[UUID], owner: UUID) -> list[NewEvent]:
    short = set(story.draw.sample(range(BUSY_CALLS), BUSY_SHORT))
    found = []
    for n, lead in enumerate(leads):
        begun = datetime.combine(day, time(8, 40) if n < BUSY_CALLS // 2 else time(13, 10), tzinfo=story.evening.tzinfo)
        at = begun + timedelta(minutes=12 * (n % (BUSY_CALLS // 2)))
        seconds = story.draw.randrange(4, 28) if n in short else story.draw.randrange(40, 150)
        found.append(NewEvent("call.ended", "lead", lead, {"direction": "out"}, at, "pbx", f"pbx-{day}-{n}", person=owner, duration_sec=float(seconds)))
    return found


async def plant_talks(story: Story) -> list[UUID]:
    """P2: fifty solution talks, seventeen without a follow-up in 72 hours."""
    gaps = [person for person, count in GAPS.items() for _ in range(count)]
    rest = [TALKERS[n % len(TALKERS)] for n in range(TALKS - len(gaps))]
    owners = gaps + rest
    at = [story.evening - timedelta(days=5 + story.draw.randrange(45), hours=story.draw.randrange(3, 9)) for _ in owners]
    close = (story.evening + timedelta(days=30)).date()
    ids = await story.deals(owners, [when - timedelta(days=9) for when in at], stage="solution", expected_close_at=close, next_step_at=(story.evening + timedelta(days=4)).date())
    events = [NewEvent("solution.talked", "deal", id, {}, when, person=story.people[owner]) for id, when, owner in zip(ids, at, owners, strict=True)]
    for n, (id, when, owner) in enumerate(zip(ids, at, owners, strict=True)):
        hours = story.draw.uniform(80, 110) if n < len(gaps) else story.draw.uniform(3, 60)
        events.append(NewEvent("touch.followup", "deal", id, {"kind": "call", "answered": True}, when + timedelta(hours=hours), person=story.people[owner]))
    await story.tell(events)
    return ids


async def plant_early_quotes(story: Story) -> list[UUID]:
    """Deals that were quoted a day after they were opened, a week ago."""
    begun = [story.evening - timedelta(days=8 + n, hours=6) for n in range(len(EARLY_QUOTES))]
    close, next_at = (story.evening + timedelta(days=40)).date(), (story.evening + timedelta(days=3)).date()
    ids = await story.deals(EARLY_QUOTES, begun, stage="clarify", expected_close_at=close, next_step_at=next_at)
    await story.tell([NewEvent("quote.sent", "deal", id, {}, at + timedelta(days=1), person=story.people[owner]) for id, at, owner in zip(ids, begun, EARLY_QUOTES, strict=True)])
    return ids


async def plant_losses(story: Story) -> list[UUID]:
    """P3: what came to negotiation and left it; the ids of those that were won."""
    owners = [SELLERS[n % len(SELLERS)] for n in range(NEGOTIATED)]
    begun = [story.evening - timedelta(days=60 + story.draw.randrange(80)) for _ in owners]
    ids = await story.deals(owners, begun, stage="qualify", decision_maker="总工", use_case="产线扩建", budget=20_000_000, incumbent="旧机组", install_year=2012, price_gap=800_000, gap_reason="含税口径不同")
    lost = ids[:LOST]
    chain = [*lost[WITHOUT_CHAIN:], *ids[LOST : LOST + WON_WITH_CHAIN]]
    item = {"kind": "link", "url": "https://example.com/chart", "name": "组织架构图", "flags": [], "at": begun[0].isoformat()}
    shown = [(id, "decision_chain") for id in chain] + [(id, action) for id in ids for action in USUAL if story.draw.random() < 0.9]
    await story.past(lambda uow: uow.executemany(
        """insert into process_action (object, record, playbook, action, state, evidence, claimed_by, claimed_at) values ('deal', $1, 'equipment_direct', $2, $3, $4, $5, $6)""",
        [
            (id, action, "confirmed" if action == "approved_by_tech" else "evidence", [item], story.people[owners[ids.index(id)]], begun[ids.index(id)] + timedelta(days=2))
            for id, action in shown
        ],
    ))  # fmt: skip
    at = list(begun)
    for stage, days in (("clarify", 6), ("solution", 9), ("negotiate", 14)):
        at = [when + timedelta(days=days * story.draw.uniform(0.4, 1)) for when in at]
        await story.change(ids, at, [{"stage": stage}] * len(ids))
    await story.tell([
        NewEvent("touch.followup", "deal", id, {"kind": "call", "answered": True}, when + timedelta(days=n), person=story.people[owner])
        for id, when, owner in zip(ids, begun, owners, strict=True) for n in range(1, 2 + story.draw.randrange(6))
    ])  # fmt: skip
    end = [when + timedelta(days=10 * story.draw.uniform(0.3, 1)) for when in at]
    reasons = ["客户犹豫"] * HESITATED + [OTHER_REASONS[n % len(OTHER_REASONS)] for n in range(LOST - HESITATED)]
    story.draw.shuffle(reasons)
    await story.change(lost, end[:LOST], [{"status": "lost", "lost_at": when, "lost_reason": reason} for when, reason in zip(end[:LOST], reasons, strict=True)])
    won = ids[LOST:]
    await story.change(won, end[LOST:], [{"stage": "sign"}] * len(won))
    await story.change(won, [when + timedelta(days=5) for when in end[LOST:]], [{"status": "won", "won_at": when + timedelta(days=5)} for when in end[LOST:]])
    return won


async def plant_reviews(story: Story, deals: Sequence[UUID]) -> None:
    """P4: contract reviews whose legal step took 3.2 days longer than the one before, none decided on a weekend."""
    async with story.database.work(story.workspace) as uow:
        rows = await uow.fetch("select key, id from person where id = any ($1::uuid[])", list(story.people.values()))
    keys = {row["id"]: row["key"] for row in rows}
    monday = story.evening.date() - timedelta(days=story.evening.weekday() + 21)
    for n, (deal, (weekday, days)) in enumerate(zip(deals, REVIEWS, strict=False)):
        asked = datetime.combine(monday - timedelta(weeks=n % 8) + timedelta(days=weekday), time(9, 30), tzinfo=story.evening.tzinfo)
        owner = SELLERS[(LOST + n) % len(SELLERS)]
        approval = UUID((await story.past(lambda uow, deal=deal: ask_approval(uow, "deal", deal, "contract_review", "合同评审"), owner, asked))["id"])
        at = asked + timedelta(hours=OWN_HOURS)
        for wait in (timedelta(), timedelta(days=days)):
            at += wait
            async with story.database.work(story.workspace) as uow:
                seats = await uow.fetch("select person from approval_vote where approval = $1 and state = 'waiting'", approval)
            for seat in seats:
                await story.past(lambda uow, approval=approval: vote(uow, approval, yes=True), keys[seat["person"]], at)
