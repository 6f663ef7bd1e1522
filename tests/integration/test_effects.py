"""What a change came to: two weeks before against two weeks after, with samples, silent when there is too little."""

from datetime import timedelta

from integration.http_world import World, make_world
from xingji.kernel import definitions as life
from xingji.kernel import records
from xingji.kernel.core.protocols import SYSTEM, Actor
from xingji.kernel.db import Database
from xingji.kernel.db.database import Mode
from xingji.kernel.metrics.effect import LEAST

RULE = {"name": {"zh": "提醒", "en": "Remind"}, "object": "lead", "on": {"created": True}, "do": [{"action": "tag", "add": ["new"]}]}


async def publish(world: World, key: str, count: int) -> None:
    """A rule and its later version, put in force by the boss."""
    boss = Actor(kind="person", person=world.people["boss"])
    for version in range(2):
        async with world.database.work(world.workspace, SYSTEM) as uow:
            await life.save_draft(uow, "rule", key, {**RULE, "enabled": False, "help": {"zh": f"{count} {version}"}})
        await life.publish(world.database, world.workspace, SYSTEM if version == 0 else boss, [("rule", key)])


async def leads(world: World, days_ago: float, count: int, answered_in: int) -> None:
    """Leads of the past, each answered after so many minutes."""
    async with world.database.work(world.workspace, SYSTEM, mode=Mode.HISTORY) as uow:
        at = uow.now - timedelta(days=days_ago)
        values = {
            "name": "演示", "created_at": at.isoformat(), "assigned_at": at.isoformat(),
            "first_response_at": (at + timedelta(minutes=answered_in)).isoformat(),
        }  # fmt: skip
        await records.write(uow, [records.Change("create", "lead", None, {**values, "name": f"演示{n}"}) for n in range(count)], owned=True)


async def told(world: World, who: str = "boss") -> dict:
    async with await world.browser(who) as client:
        answer = await client.get("/api/v1/effects")
        assert answer.status_code == 200, answer.text
        return {row["key"]: row for row in answer.json()["rows"]}


async def test_before_and_after_are_told_two_weeks_later_with_their_samples(database: Database, workspace: str):
    world = await make_world(database, workspace)
    await publish(world, "changed", 1)
    assert await told(world) == {}, "nothing is told before two weeks are over"
    async with database.work(workspace) as uow:
        await uow.execute("update definition set published_at = now() - interval '16 days' where kind = 'rule' and key = 'changed' and version = 2")
    await leads(world, 20, LEAST + 2, 40)
    await leads(world, 10, LEAST - 1, 4)
    assert await told(world) == {}, "one side is too small"
    await leads(world, 9, 4, 4)
    row = (await told(world))["changed"]
    assert (row["leads"], row["version"], row["also"]) == ([LEAST + 2, LEAST + 3], 2, 0)
    figures = {figure["metric"]: figure for figure in row["figures"]}
    assert "lead_conv_72h" not in figures, "leads of the last three days have not had their 72 hours"
    assert {"lead_first_response", "lead_on_time", "lead_follow_24h"} <= set(figures)
    assert figures["lead_first_response"]["after"] <= figures["lead_first_response"]["before"]
    async with database.work(workspace) as uow:
        await uow.execute("update definition set published_at = now() - interval '50 days' where kind = 'rule' and key = 'changed' and version = 2")
    assert await told(world) == {}, "an old change is no news"

    async with await world.browser("helper") as helper:
        assert (await helper.get("/api/v1/effects")).status_code == 403
