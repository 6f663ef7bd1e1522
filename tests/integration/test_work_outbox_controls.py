"""Negative controls of the outbox: with one safeguard taken away, the promise it keeps must break."""

import pytest_asyncio

from work_lab import a_team
from xingji.kernel.work import outbox
from xingji.kernel.work.channels import CHANNEL_KINDS, Outcome
from xingji.kernel.work.channels.robot import classify_status
from xingji.kernel.work.outbox import claim, mark


@pytest_asyncio.fixture(loop_scope="session")
async def team(database, bare):
    async with a_team(database, bare) as team:
        yield team


@pytest_asyncio.fixture(loop_scope="session")
async def other_team(fresh, bare):
    """One whose tables may be bent."""
    async with a_team(fresh, bare) as team:
        yield team


async def test_without_the_unique_key_a_message_said_twice_leaves_twice(other_team):
    async with other_team.database.owner() as owner:
        await owner.execute(f"alter table ws_{other_team.workspace}.outbox drop constraint outbox_dedupe_key")
    async with other_team.work() as uow:
        for _ in range(2):
            await uow.execute(
                "insert into outbox (channel, dedupe, message) values ('wecom_sales', 'd', '{\"title\": \"x\"}')"
            )
    await other_team.send()
    assert other_team.simulators.state.texts("wecom") == ["x", "x"]


async def test_a_channel_that_trusts_the_status_would_lose_the_message(team, monkeypatch):
    team.simulators.state.set_fault("wecom", "error:93000")
    by_status = lambda self, answer: classify_status(answer) or Outcome("delivered")  # noqa: E731
    monkeypatch.setattr(type(CHANNEL_KINDS["wecom_robot"]), "classify", by_status)
    await team.say("wecom_sales", "丢失")
    await team.send()
    assert await team.rows() == {"丢失": ("sent", 1)}
    assert team.simulators.state.texts("wecom") == []


async def test_without_our_own_limit_the_platform_refuses(team, monkeypatch):
    monkeypatch.setattr(type(CHANNEL_KINDS["wecom_robot"]), "rates", ())
    for number in range(22):
        await team.say("wecom_sales", f"{number}")
    await team.send()
    assert team.simulators.state.calls["wecom"] > 20
    assert sum(status == "waiting" for status, _ in (await team.rows()).values()) == 2


async def test_without_the_fence_a_late_worker_would_bury_a_sent_message(team, monkeypatch):
    await team.say("erp", "已送达")
    async with team.work() as uow:
        first = await claim(uow, "erp", (), 1)
        await uow.execute("update outbox set next_at = now()")
    await team.send()
    monkeypatch.setattr(outbox, "MARK", outbox.MARK.replace("attempts = $2 and status = 'sending'", "$2 > 0"))
    async with team.work() as uow:
        await mark(uow, "erp", first[0], Outcome("dead", "late"), 8)
    assert await team.rows() == {"已送达": ("dead", 2)}
