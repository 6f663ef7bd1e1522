"""P1 to P4 of 砺澜: the product finds what is planted, with the planted figures, under the eyes of those who may see it."""

import random
from collections import Counter
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from scenarios.conftest import Team, instant
from xingji import app
from xingji.demo.process_stories import (
    BUSY,
    LONELY,
    TALKS,
    Story,
    plant_busy,
    plant_early_quotes,
    plant_losses,
    plant_reviews,
    plant_talks,
)
from xingji.features.coach.diligence import find_patterns, read_diligence, say_seen
from xingji.features.mining.causes import waiting_causes
from xingji.features.mining.objects import Wanted, load_object_log
from xingji.features.process.reports.approvals import approval_baseline
from xingji.features.process.reports.coverage import read_coverages
from xingji.features.process.reports.leaks import leak_rows, process_leaks
from xingji.features.process.reports.loss import stage_losses
from xingji.features.radar.evaluate import refresh_risks
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.definitions import install_pack
from xingji.kernel.work import load_calendar

ROOT = Path(__file__).resolve().parents[2]
EVENING = instant("2026-03-09 21:00")
SINCE = EVENING - timedelta(days=180)


@pytest.fixture(scope="module")
async def stories(database, workspace):
    app.configure()
    await install_pack(database, workspace, SYSTEM, ROOT / "packs" / "lilan")
    team = Team(database, workspace)
    await team.load()
    await team.clock.set("2026-03-10 10:00")
    story = Story(database, workspace, team.people, EVENING, random.Random(7))
    async with database.work(workspace) as uow:
        calendar = await load_calendar(uow, "office")
    await plant_busy(story, calendar)
    team.talks = await plant_talks(story)
    team.early = await plant_early_quotes(story)
    await plant_reviews(story, await plant_losses(story))
    return team


async def read(team: Team, person: str, command):
    async with team.database.work(team.workspace, await team.actor(person)) as uow:
        return await command(uow)


async def test_p1_busy_without_effect_is_shown_to_the_rep_first(stories: Team):
    await find_patterns(stories.database, stories.workspace)
    mine = (await read(stories, BUSY, read_diligence))["mine"]
    [one] = [each for each in mine if each["register"] == "calls"]
    figures = one["figures"]
    assert (figures["calls"], figures["days"], figures["per_day"]) == (600, 20, 30.0)
    assert (figures["short"], figures["short_share"], figures["followed"], figures["holds"]) == (420, 0.7, 0, True)
    assert (figures["short_seconds"], figures["enough"], figures["followed_share"]) == (28, True, 0)
    async with stories.database.work(stories.workspace) as uow:
        assert [row["person"] for row in await uow.fetch("select distinct person from diligence")] == [stories.people[BUSY]]  # and of nobody else
    above = await read(stories, "shijingyuan", read_diligence)
    assert (above["team"], above["waiting"]) == ([], 1)  # whoever leads hears that there is something, not of whom
    with pytest.raises(Exception, match=r"diligence\.unknown"):
        await read(stories, "shijingyuan", lambda uow: say_seen(uow, UUID(one["id"]), "看过了"))
    await read(stories, BUSY, lambda uow: say_seen(uow, UUID(one["id"]), "名单质量太差，多数打不通"))
    [told] = (await read(stories, "shijingyuan", read_diligence))["team"]
    assert (told["person_name"], told["word"], told["figures"]["calls"]) == ("马立群", "名单质量太差，多数打不通", 600)
    assert (await read(stories, "chengxiaolan", read_diligence))["team"] == []  # another team's supervisor


async def test_p1_every_one_of_the_twenty_days_has_thirty_calls_and_twenty_one_short_ones(stories: Team):
    async with stories.database.work(stories.workspace) as uow:
        days = await uow.fetch(
            """select count(*) as calls, count(*) filter (where duration_sec < 28) as short from event
                where person = $1 and type = 'call.ended' group by (occurred_at at time zone 'Asia/Shanghai')::date""", stories.people[BUSY],
        )  # fmt: skip
        after = await uow.fetchval(
            """select count(*) from event f where f.person = $1 and f.type <> 'call.ended' and f.record in (
                 select record from event where person = $1 and type = 'call.ended')""", stories.people[BUSY],
        )  # fmt: skip
    assert [(row["calls"], row["short"]) for row in days] == [(30, 21)] * 20
    assert after == 0


async def test_p1_nobody_is_looked_at_who_has_not_confirmed_the_register(stories: Team):
    async with stories.database.work(stories.workspace) as uow:
        await uow.execute("delete from monitoring_ack where person = $1", stories.people[BUSY])
        await uow.execute("delete from diligence")
        await uow.execute("delete from diligence_run")
    await find_patterns(stories.database, stories.workspace)
    async with stories.database.work(stories.workspace) as uow:
        assert await uow.fetchval("select count(*) from diligence") == 0
    assert (await read(stories, BUSY, read_diligence))["mine"] == []


async def test_p2_seventeen_of_fifty_talks_had_no_follow_up_and_nine_were_two_peoples(stories: Team):
    found = await read(stories, "shenruogu", lambda uow: process_leaks(uow, EVENING - timedelta(days=90), EVENING))
    assert (found["total"]["talks"], found["total"]["gaps"], found["total"]["share"], found["gap_hours"]) == (50, 17, 0.34, 72)
    gaps = {found["names"][one["owner"]]: one["gaps"] for one in found["people"] if one["gaps"]}
    worst = Counter(gaps).most_common(2)
    assert worst == [("梁婉清", 5), ("孙一诺", 4)]
    assert sum(n for _, n in worst) == 9
    assert max(n for name, n in gaps.items() if name not in dict(worst)) <= 2
    rows = await read(stories, "shenruogu", lambda uow: leak_rows(uow, EVENING - timedelta(days=90), EVENING, "gaps"))
    assert {UUID(row["id"]) for row in rows["rows"]} == set(stories.talks[:17])
    own = await read(stories, "liangwanqing", lambda uow: process_leaks(uow, EVENING - timedelta(days=90), EVENING))
    assert own["total"]["gaps"] == 5


async def test_p2_the_talks_are_the_coverage_of_the_standard_action(stories: Team):
    [standard] = (await read(stories, "shenruogu", read_coverages))["rows"]
    talk = next(one for one in standard["actions"] if one["key"] == "talk_followup")
    assert (talk["due"], talk["done"]) == (50, 33)
    assert all(one["r"] is None for one in standard["lead"])  # two months are no series


async def test_p3_negotiation_loses_most_and_the_reasons_say_the_same(stories: Team):
    found = await read(stories, "shenruogu", lambda uow: stage_losses(uow, "deal", SINCE, EVENING + timedelta(days=1), "equipment_direct"))
    stage = next(one for one in found["stages"] if one["stage"] == "negotiate")
    assert (stage["n"], stage["lost"], round(stage["rate"], 2)) == (77, 47, 0.61)
    assert [(one["word"], one["count"], round(one["share"], 2)) for one in stage["reasons"]["top"][:1]] == [("客户犹豫", 38, 0.81)]
    assert stage["reasons"]["same_word"] is True
    chain = next(one for one in found["stages"][4]["actions"] + stage["actions"] if one["action"] == "decision_chain")
    assert (chain["skipped"], chain["n"], round(chain["share"], 2)) == (41, 47, 0.87)
    assert round(chain["share_won"], 2) == round(5 / 30, 2)
    assert max((one for one in found["stages"] if one["rate"] is not None), key=lambda one: one["rate"])["stage"] == "negotiate"


async def test_p4_the_legal_review_takes_more_than_three_days_longer_and_never_ends_on_a_weekend(stories: Team):
    found = await read(stories, "shenruogu", lambda uow: approval_baseline(uow, SINCE, EVENING))
    slowest, other = found["steps"]
    assert (slowest["node"], other["node"], slowest["n"], other["n"]) == ("legal", "supervisor", 20, 20)
    assert round(slowest["extra_days"], 1) == 3.2
    assert (round(slowest["mean_days"], 2), round(other["mean_days"], 2)) == (3.45, 0.25)  # the baseline beside it
    assert (slowest["name"]["zh"], slowest["limit_hours"]) == ("法务条款预审", 24)
    assert slowest["weekend"] == 0
    assert sum(slowest["weekdays"].values()) == 20
    async with stories.database.work(stories.workspace, await stories.actor("shenruogu")) as uow:
        causes = await waiting_causes(uow, await load_object_log(uow, Wanted("deal")))
    assert causes[0]["approval_cases"] >= 1


async def test_the_radar_finds_early_quotes_and_customers_with_one_contact_and_nobody_else(stories: Team):
    async with stories.database.work(stories.workspace) as uow:
        await refresh_risks(uow, "deal")
        rows = await uow.fetch("select rule, record from risk where cleared_at is null and object = 'deal'")
    raised = {rule: {row["record"] for row in rows if row["rule"] == rule} for rule in ("early_quote", "one_contact")}
    assert raised["early_quote"] == set(stories.early)
    assert raised["one_contact"] == set(stories.talks[LONELY - 1 :: LONELY])
    assert len(raised["one_contact"]) == TALKS // LONELY == 5
