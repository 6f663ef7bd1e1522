"""The radar: each rule raises on what it is about and on nothing else, clears, is silenced, learns, and is counted."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
import yaml

from scenarios.conftest import Team
from xingji import app
from xingji.features.radar.backtest import backtest
from xingji.features.radar.document import read_risk
from xingji.features.radar.evaluate import refresh_risks
from xingji.features.radar.job import follow_risks, sweep_risks
from xingji.features.radar.kinds import RiskKind
from xingji.features.radar.limits import learn, load_limits
from xingji.features.radar.read import accuracy, list_risks, risks_of_record
from xingji.features.radar.silence import silence, unsilence
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.protocols import SYSTEM, CheckContext, NewEvent
from xingji.kernel.db import Database, Mode
from xingji.kernel.definitions import install_pack, load_published
from xingji.kernel.events import append_events
from xingji.kernel.records import Change, write

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 10, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
REP, OTHER = "zhanglei", "liruoxi"


def ago(**spans: float) -> datetime:
    return NOW - timedelta(**spans)


class Radar(Team):
    """The demo organisation with deals to look at."""

    @classmethod
    async def of_lilan(cls, database: Database, workspace: str) -> "Radar":
        """The industrial demo organisation, its clock at a Tuesday's 10:00."""
        app.configure()
        await install_pack(database, workspace, SYSTEM, ROOT / "packs" / "lilan")
        team = cls(database, workspace)
        await team.load()
        await team.clock.set("2026-03-10 10:00")
        return team

    async def customer(self, **values: Any) -> UUID:
        values = {"name": f"客户 {uuid4().hex[:6]}(演示)", "owner": str(self.people[REP]), **values}
        async with self.database.work(self.workspace, mode=Mode.HISTORY, at=NOW) as uow:
            return (await write(uow, [Change("create", "customer", values=values)])).ids[0]

    async def deal(self, opened: datetime = NOW, moved: list[tuple[str, datetime]] = (), **values: Any) -> UUID:
        """A deal without any risk of its own unless `values` or events give it one."""
        customer = values.pop("customer", None) or await self.customer()
        calm = {"next_step": "再访", "next_step_at": "2026-04-01", "expected_close_at": "2026-05-01", "amount": 100_000, "stage": "qualify", "unverified": False}
        values = {**calm, "name": f"商机 {uuid4().hex[:6]}(演示)", "customer": str(customer), "owner": str(self.people[REP]), "created_at": opened.isoformat(), **values}
        async with self.database.work(self.workspace, mode=Mode.HISTORY, at=NOW) as uow:
            id = (await write(uow, [Change("create", "deal", values=values)])).ids[0]
        for stage, at in moved:
            await self.change(id, at, stage=stage)
        return id

    async def change(self, id: UUID, at: datetime, **values: Any) -> None:
        async with self.database.work(self.workspace, mode=Mode.HISTORY, at=at) as uow:
            await write(uow, [Change("update", "deal", id, {**values, "updated_at": at.isoformat()})])

    async def told(self, id: UUID, *events: tuple[str, datetime], object_key: str = "deal", person: str = REP) -> None:
        async with self.database.work(self.workspace, at=NOW) as uow:
            await append_events(uow, [NewEvent(type, object_key, id, {}, at, person=self.people[person]) for type, at in events])

    async def unsaid(self, id: UUID, type: str, object_key: str = "deal") -> None:
        """Takes back every event of the type that stands on the record."""
        async with self.database.work(self.workspace, at=NOW) as uow:
            said = await uow.fetch("select distinct change from event where record = $1 and type = $2", id, type)
            await append_events(uow, [NewEvent("event.withdrawn", object_key, id, {"change": str(row["change"]), "types": [type]}) for row in said])

    async def look(self, id: UUID, object_key: str = "deal", at: datetime = NOW) -> set[str]:
        """The rules open on a record after one look at it."""
        async with self.database.work(self.workspace, at=at) as uow:
            await refresh_risks(uow, object_key, [id])
            return {row["rule"] for row in await uow.fetch("select rule from risk where record = $1 and cleared_at is null", id)}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def radar(database, workspace):
    return await Radar.of_lilan(database, workspace)


async def test_a_calm_deal_raises_nothing(radar: Radar):
    assert await radar.look(await radar.deal()) == set()


async def test_what_was_brought_in_raises_nothing_before_its_next_move(radar: Radar):
    deal = await radar.deal(ago(days=15), next_step="", unverified=None)
    assert await radar.look(deal) == set()
    async with radar.database.work(radar.workspace, at=NOW) as uow:
        await write(uow, [Change("update", "deal", deal, {"unverified": False})])
    assert await radar.look(deal) == {"stage_too_long", "no_next_step"}


async def test_each_rule_raises_on_its_own_story(radar: Radar):
    talks = [("meeting.held", ago(days=n)) for n in (9, 6, 1)]
    stories: dict[str, UUID] = {
        "stage_too_long": await radar.deal(ago(days=15)),
        "no_next_step": await radar.deal(ago(days=5), next_step=""),
        "close_passed": await radar.deal(expected_close_at="2026-03-08"),
        "one_contact": await radar.deal(stage="clarify"),
    }
    for rule in ("quote_unopened", "close_moved", "decision_maker_absent", "talk_without_followup", "gone_quiet", "early_quote"):
        stories[rule] = await radar.deal(ago(days=10) if rule != "gone_quiet" else ago(days=12))
    await radar.told(stories["quote_unopened"], ("quote.link_sent", ago(hours=49)))
    for n, day in enumerate(("2026-05-10", "2026-05-20", "2026-06-01")):
        await radar.change(stories["close_moved"], ago(days=3 - n), expected_close_at=day)
    await radar.told(stories["decision_maker_absent"], *talks)
    await radar.told(stories["talk_without_followup"], ("solution.talked", ago(hours=73)))
    await radar.told(stories["gone_quiet"], *((("touch.followup"), ago(days=12 - n)) for n in range(6)))
    await radar.told(stories["early_quote"], ("quote.sent", ago(days=9)))
    for rule, id in stories.items():
        assert await radar.look(id) == {rule}, rule


async def test_near_misses_raise_nothing(radar: Radar):
    calm = [await radar.deal(ago(days=10)) for _ in range(5)]
    await radar.told(calm[0], ("quote.link_sent", ago(hours=60)), ("quote.opened", ago(hours=20)))
    await radar.told(calm[1], *((("meeting.held"), ago(days=n)) for n in (9, 6)), ("decision_maker.met", ago(days=5)), ("meeting.held", ago(days=1)))
    await radar.told(calm[2], ("solution.talked", ago(hours=80)), ("touch.followup", ago(hours=10)))
    await radar.told(calm[3], ("quote.sent", ago(hours=70)))  # unopened, but sent in a way nobody can know
    await radar.told(calm[4], *((("touch.followup"), ago(days=9 - n * 4)) for n in range(3)))  # too few to know a rhythm
    assert [await radar.look(id) for id in calm] == [set()] * 5


async def test_three_colleagues_on_one_customer_count_wherever_they_were_in_touch(radar: Radar):
    customer = await radar.customer()
    deal = await radar.deal(customer=customer)
    for n, person in enumerate(("liruoxi", "chenjiashu")):
        await radar.told(deal, ("touch.followup", ago(days=n + 1)), person=person)
    await radar.told(customer, ("touch.followup", ago(days=2)), object_key="customer", person=REP)
    assert await radar.look(customer, "customer") == set()
    await radar.told(customer, ("touch.response", ago(days=3)), object_key="customer", person="wangsiqi")
    assert await radar.look(customer, "customer") == {"crowded"}


async def test_what_was_taken_back_counts_for_no_rule(radar: Radar):
    ids = {rule: await radar.deal(ago(days=12)) for rule in ("talk_without_followup", "decision_maker_absent", "gone_quiet")}
    await radar.told(ids["talk_without_followup"], ("solution.talked", ago(hours=73)))
    await radar.told(ids["decision_maker_absent"], *(("meeting.held", ago(days=n)) for n in (9, 6, 1)))
    await radar.told(ids["gone_quiet"], *(("touch.followup", ago(days=12 - n)) for n in range(6)))
    said = {"talk_without_followup": "solution.talked", "decision_maker_absent": "meeting.held", "gone_quiet": "touch.followup"}
    for rule, id in ids.items():
        assert await radar.look(id) == {rule}
        await radar.unsaid(id, said[rule])
        assert await radar.look(id) == set(), rule
    # an answer that was taken back is no answer: the talk waits again
    waits = await radar.deal()
    await radar.told(waits, ("solution.talked", ago(hours=80)), ("touch.followup", ago(hours=10)))
    assert await radar.look(waits) == set()
    await radar.unsaid(waits, "touch.followup")
    assert await radar.look(waits) == {"talk_without_followup"}
    customer = await radar.customer()
    for n, person in enumerate(("liruoxi", "chenjiashu", "wangsiqi")):
        await radar.told(customer, ("touch.followup", ago(days=n + 1)), object_key="customer", person=person)
    assert await radar.look(customer, "customer") == {"crowded"}
    await radar.unsaid(customer, "touch.followup", "customer")
    assert await radar.look(customer, "customer") == set()


async def test_it_clears_when_it_eases_and_when_the_deal_closes_and_says_so_in_the_log(radar: Radar):
    eased, closed = await radar.deal(ago(days=5), next_step=""), await radar.deal(ago(days=5), next_step="")
    assert await radar.look(eased) == await radar.look(closed) == {"no_next_step"}
    await radar.change(eased, NOW, next_step="约总工")
    await radar.change(closed, NOW, status="lost", lost_reason="预算取消")
    assert await radar.look(eased) == await radar.look(closed) == set()
    async with radar.database.work(radar.workspace) as uow:
        rows = {row["record"]: row for row in await uow.fetch("select * from risk where record = any($1::uuid[])", [eased, closed])}
        types = [row["type"] for row in await uow.fetch("select type from event where record = $1 and type like 'risk.%' order by id", eased)]
    assert (rows[eased]["cleared_why"], rows[closed]["cleared_why"]) == ("eased", "closed")
    assert types == ["risk.raised", "risk.cleared"]


async def test_a_second_look_changes_nothing_and_many_cost_as_many_statements_as_one(radar: Radar):
    ids = [await radar.deal(ago(days=5), next_step="") for _ in range(8)]
    async with radar.database.work(radar.workspace, at=NOW) as uow:
        assert await refresh_risks(uow, "deal", ids[:1]) == {"raised": 1, "cleared": 0}
    counts = []
    for some in (ids[:1], ids[:1], ids):
        async with radar.database.work(radar.workspace, at=NOW) as uow:
            before = uow.queries
            found = await refresh_risks(uow, "deal", some)
            counts.append((found["raised"], uow.queries - before))
    assert [raised for raised, _ in counts] == [0, 0, 7]
    assert counts[2][1] <= counts[0][1] + 1  # one more appends what was raised


async def test_silenced_with_a_reason_until_a_day_and_again_after_it(radar: Radar):
    deal = await radar.deal(ago(days=5), next_step="")
    await radar.look(deal)
    rep = await radar.actor(REP)
    async with radar.database.work(radar.workspace, rep) as uow:
        [risk] = (await risks_of_record(uow, "deal", deal))["open"]
        assert (risk["can"]["silence"], risk["sentence"]["zh"]) == (True, "没有约定的下一步")
        with pytest.raises(XingjiError) as refused:
            await silence(uow, UUID(risk["id"]), "等", date(2027, 1, 1))
        assert {one.code for one in refused.value.problems} == {"radar.reason_missing", "radar.until"}
        await silence(uow, UUID(risk["id"]), "客户年会，下周再约", date(2026, 3, 16))
        listed = await list_risks(uow)
        assert str(deal) not in {row["record"] for row in listed["rows"]}
        hushed = {row["record"]: row for row in (await list_risks(uow, silenced=True))["rows"]}
        assert hushed[str(deal)]["silenced_reason"] == "客户年会，下周再约"
    await radar.change(deal, NOW, next_step="x", next_step_at="2026-04-01")
    await radar.look(deal)
    await radar.change(deal, NOW, next_step="")
    await radar.look(deal)  # raised anew within the time: still hushed
    async with radar.database.work(radar.workspace, rep) as uow:
        [risk] = (await risks_of_record(uow, "deal", deal))["open"]
        assert risk["silenced"]
        await unsilence(uow, UUID(risk["id"]))
        assert not (await risks_of_record(uow, "deal", deal))["open"][0]["silenced"]
    other = await radar.actor(OTHER)
    async with radar.database.work(radar.workspace, other) as uow:
        assert str(deal) not in {row["record"] for row in (await list_risks(uow))["rows"]}
        with pytest.raises(XingjiError, match=r"radar\.unknown"):
            await silence(uow, UUID(risk["id"]), "不归我管的", date(2026, 3, 16))


async def test_the_limit_is_learned_from_won_deals_of_the_stage_and_not_from_a_handful(radar: Radar):
    for n in range(25):
        opened = ago(days=200 - n)
        deal = await radar.deal(opened, moved=[("clarify", opened + timedelta(days=20 + n))])
        await radar.change(deal, opened + timedelta(days=60), status="won")
    async with radar.database.work(radar.workspace, at=NOW) as uow:
        published = await load_published(uow)
        risk = read_risk("stage_too_long", 1, published.get("risk", "stage_too_long"))
        await learn(uow, [risk])
        learned = (await load_limits(uow))[("stage_too_long", "days")]
    value, n = learned["qualify"]
    assert (n, round(value, 2)) == (25, 20 + 24 * 0.8)  # the 0.8 quantile of 20, 21, … 44 days
    deal = await radar.deal(ago(days=30))
    assert "stage_too_long" not in await radar.look(deal)
    assert "stage_too_long" in await radar.look(deal, at=NOW + timedelta(days=10))
    fresh = await radar.deal(ago(days=40), moved=[("clarify", ago(days=15))], next_step_at="2026-05-01")
    assert "stage_too_long" in await radar.look(fresh)  # nobody has left clarify often enough: the default holds
    async with radar.database.work(radar.workspace, at=NOW) as uow:
        facts = await uow.fetchval("select facts from risk where record = $1 and rule = 'stage_too_long'", fresh)
        assert facts == {"days": 15, "limit.days": 14}
        await uow.execute("delete from risk_limit")


async def test_the_dry_run_looks_at_deals_as_they_were(radar: Radar):
    rule = read_risk("draft", 0, {"object": "deal", "of": 'status == "open"', "when": 'next_step == "无" && days_since(created_at) > 10.0'})
    for n in range(24):
        opened = ago(days=400 - n)
        bad = n % 2 == 0
        deal = await radar.deal(opened, next_step="无" if bad else "拜访")
        if bad:  # mended before the end: today's value says nothing
            await radar.change(deal, opened + timedelta(days=25), next_step="拜访")
        lost = n % 4 == 0 or n == 1
        await radar.change(deal, opened + timedelta(days=30), **({"status": "lost", "lost_reason": "价格"} if lost else {"status": "won"}))
    async with radar.database.work(radar.workspace, at=NOW) as uow:
        found = await backtest(uow, rule, ago(days=401), ago(days=340))
    assert (found["records"], found["count"], found["lost"]) == (24, 12, 6)
    assert (found["lost_share"], found["lost_share_others"]) == (0.5, round(1 / 12, 4))
    assert found["samples"][0]["status"] in ("won", "lost")


async def test_how_often_a_rule_was_right_is_counted_against_the_others(radar: Radar):
    ids = [await radar.deal(ago(days=5), next_step="" if n < 12 else "再访") for n in range(24)]
    async with radar.database.work(radar.workspace, at=NOW) as uow:
        await refresh_risks(uow, "deal", ids)
    for n, id in enumerate(ids):
        await radar.change(id, NOW, **({"status": "lost", "lost_reason": "价格"} if n in (0, 1, 2, 3, 4, 5, 12) else {"status": "won"}))
    async with radar.database.work(radar.workspace, await radar.actor("shenruogu")) as uow:
        row = next(one for one in (await accuracy(uow))["rules"] if one["rule"] == "no_next_step")
    assert row["n"] >= 12
    assert row["lost"] >= 6
    assert row["lost_share"] > row["lost_share_others"]
    async with radar.database.work(radar.workspace, await radar.actor("qinlang")) as uow:
        mine = next(one for one in (await accuracy(uow))["rules"] if one["rule"] == "no_next_step")
    assert mine["lost_share"] is None  # too few of their own


async def test_the_worker_follows_the_log_and_sweeps_what_time_changes(radar: Radar):
    await follow_risks(radar.database, radar.workspace)
    deal = await radar.deal(ago(days=5), next_step="")
    while await follow_risks(radar.database, radar.workspace):
        pass
    async with radar.database.work(radar.workspace) as uow:
        assert await uow.fetchval("select count(*) from risk where record = $1 and cleared_at is null", deal) == 1
    await radar.clock.set("2026-05-02 10:00")
    await sweep_risks(radar.database, radar.workspace)
    async with radar.database.work(radar.workspace) as uow:
        rules = {row["rule"] for row in await uow.fetch("select rule from risk where record = $1 and cleared_at is null", deal)}
    assert {"close_passed", "stage_too_long"} <= rules
    await radar.clock.set("2026-03-10 10:00")


async def test_a_bad_rule_is_told_where_it_is_bad_and_a_broken_one_stops_no_other(radar: Radar):
    async with radar.database.work(radar.workspace) as uow:
        published = await load_published(uow)
    context = CheckContext(published.documents)
    good = next(one for one in yaml.safe_load_all((ROOT / "packs/base/risks.yaml").read_text("utf-8")) if one["key"] == "stage_too_long")
    assert RiskKind().check(good, context) == []
    bad = {**good, "when": "nothing > 3", "level": "blue", "who": "nobody", "sentence": {"zh": "{nix}"}, "limits": [{"key": "days", "default": "viel"}], "x": 1}
    paths = {one.path for one in RiskKind().check(bad, context)}
    assert paths == {"x", "level", "who", "limits.0.default"}
    typed = [{**good["limits"][0], "unit": "个" * n, "learn": {"stays": True, "at": at}} for n, at in ((13, 0.8), (12, "八成"), (12, 0.8))]
    assert [[one.path for one in RiskKind().check({**good, "limits": [limit]}, context)] for limit in typed] == [["limits.0.unit"], ["limits.0.learn.at"], []]
    assert {one.path for one in RiskKind().check({**bad, "limits": good["limits"]}, context)} == {"x", "level", "who", "when", "sentence.zh", "sentence.en"}
