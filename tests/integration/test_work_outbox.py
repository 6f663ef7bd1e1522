"""Messages out: at least once with one key, limits, back-off, dead letters, and channels that do not hold each other."""

import asyncio
import signal
import sys
from datetime import timedelta

import pytest
import pytest_asyncio

from figures import figure
from work_lab import KEY, KINDS, a_team, app_url_of
from xingji.kernel.work import (
    OutboxLoop,
    Outgoing,
    Runtime,
    channel_health,
    enqueue,
    forget_messages,
    resend,
    run_outbox_once,
)
from xingji.kernel.work.address_guard import AddressGuard
from xingji.kernel.work.channels import CHANNEL_KINDS, Outcome
from xingji.kernel.work.kinds import ChannelKind
from xingji.kernel.work.outbox import claim, mark


@pytest_asyncio.fixture(loop_scope="session")
async def team(database, bare):
    async with a_team(database, bare) as team:
        yield team


async def test_a_message_reaches_each_kind_of_channel_signed_and_once(team):
    for channel in KINDS:
        await team.say(channel, f"线索超时 {channel}")
        await team.say(channel, f"线索超时 {channel}")
    assert await team.send() == len(KINDS)
    assert await team.send() == 0
    for _, platform in KINDS.values():
        assert len(team.simulators.state.received[platform]) == 1, platform
    assert set((await team.rows()).values()) == {("sent", 1)}


async def test_secrets_are_sealed_at_rest_and_masked_for_reading(team):
    async with team.work() as uow:
        stored = {row["key"]: row["document"] for row in await uow.fetch("select key, document from definition")}
    assert "access_token" not in str(stored)
    assert "SECdemo" not in str(stored)
    assert "whsec_" not in str(stored)
    shown = ChannelKind(team.runtime).show(stored["ding_sales"])
    assert shown["settings"] == {"url": "••••••", "secret": "••••••"}
    kept = ChannelKind(team.runtime).store(shown, stored["ding_sales"])
    assert kept["settings"] == stored["ding_sales"]["settings"]


async def test_a_200_with_an_error_in_its_body_is_no_delivery(team):
    team.simulators.state.set_fault("wecom", "error:93000")
    team.simulators.state.set_fault("dingtalk", "error:-1")
    team.simulators.state.set_fault("feishu", "garbage")
    for channel in ("wecom_sales", "ding_sales", "feishu_sales"):
        await team.say(channel, channel)
    await team.send()
    assert await team.rows() == {
        "wecom_sales": ("dead", 1),
        "ding_sales": ("waiting", 1),
        "feishu_sales": ("waiting", 1),
    }
    assert not any(team.simulators.state.received.values())


async def test_what_failed_for_a_while_is_delivered_when_the_platform_is_back(team):
    team.simulators.state.set_fault("wecom", "down")
    await team.say("wecom_sales", "等待")
    assert await team.send() == 1
    assert await team.send() == 0  # back-off: not at once
    team.simulators.state.set_fault("wecom", None)
    await team.all_due_now()
    await team.send()
    assert await team.rows() == {"等待": ("sent", 2)}


async def test_a_message_that_always_fails_becomes_a_dead_letter_and_can_be_sent_again(team):
    team.simulators.state.set_fault("erp", "down")
    team.simulators.state.set_fault("webhook", "down")
    await team.say("erp", "同步客户")
    for _ in range(9):
        await team.send()
        await team.all_due_now()
    assert await team.rows() == {"同步客户": ("dead", 8)}
    async with team.work() as uow:
        assert (await channel_health(uow))["erp"]["dead"] == 1
    team.simulators.state.set_fault("webhook", None)
    async with team.work() as uow:
        dead = await uow.fetchval("select id from outbox where status = 'dead'")
        assert await resend(uow, [dead, dead + 1]) == [dead]
        assert await resend(uow, [dead]) == []
    await team.send()
    assert await team.rows() == {"同步客户": ("sent", 1)}
    assert len(team.simulators.state.received["webhook"]) == 1


async def test_our_own_limit_holds_the_twenty_first_message_of_a_minute(team):
    for number in range(25):
        await team.say("wecom_sales", f"消息 {number}")
    assert await team.send() == 20
    assert await team.send() == 0
    assert team.simulators.state.calls["wecom"] == 20
    async with team.work() as uow:  # a minute later
        await uow.execute("update channel_state set recent = array(select r - interval '64 s' from unnest(recent) r)")
    team.simulators.state._windows.clear()
    assert await team.send() == 5
    assert len(team.simulators.state.received["wecom"]) == 25


async def test_a_platforms_own_limit_pauses_the_channel_and_costs_no_attempt(team):
    team.simulators.state.set_fault("webhook", "limit")
    for number in range(3):
        await team.say("erp", f"{number}")
    await team.send()
    async with team.work() as uow:
        paused = await uow.fetchval("select paused_until - now() from channel_state where channel = 'erp'")
        counts = await uow.fetch("select status, attempts, limited from outbox")
    assert timedelta(seconds=5) < paused <= timedelta(seconds=7)
    assert {tuple(row) for row in counts} == {("waiting", 0, 1)}
    await team.say("erp", "neu")
    assert await team.send() == 0
    team.simulators.state.set_fault("webhook", None)
    await team.all_due_now()
    assert await team.send() == 4


async def test_a_channel_that_hangs_holds_back_no_other(team):
    team.simulators.state.set_fault("feishu", "hang")
    await team.say("feishu_sales", "悬着")
    loop = OutboxLoop(team.database, team.runtime, tick=0.02)
    running = asyncio.create_task(loop.run())
    try:
        for number in range(5):
            await team.say("erp", f"照常 {number}")
            await team.until_received("webhook", number + 1)
        figure(18, f"a channel that hangs: {number + 1} of 5 messages of another sent meanwhile")
        assert (await team.rows())["悬着"] == ("sending", 1)
        assert team.simulators.state.calls["feishu"] == 1
    finally:
        team.simulators.state.set_fault("feishu", None)
        loop.stop()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_worker_that_dies_between_sending_and_marking_sends_again_with_the_same_key(team, monkeypatch):
    await team.say("erp", "一次也不能少")

    async def dies(*_: object, **__: object) -> str:
        raise asyncio.CancelledError

    with monkeypatch.context() as patch:
        patch.setattr("xingji.kernel.work.outbox_loop.mark", dies)
        with pytest.raises(asyncio.CancelledError):
            await team.send()
    assert team.simulators.state.calls["webhook"] == 1
    assert await team.rows() == {"一次也不能少": ("sending", 1)}
    assert await team.send() == 0  # the lease still runs
    async with team.work() as uow:
        await uow.execute("update outbox set next_at = now() - interval '1 second'")
    assert await team.send() == 1
    assert team.simulators.state.calls["webhook"] == 2
    # The receiver that honours the id shows the message once.
    assert team.simulators.state.texts("webhook") == ["一次也不能少"]
    assert await team.rows() == {"一次也不能少": ("sent", 2)}


KILLED = """
import asyncio, os, signal, sys
from xingji.kernel.db import Database
from xingji.kernel.work import OutboxLoop, Runtime, outbox_loop
from xingji.kernel.work.address_guard import AddressGuard

async def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

async def main(url, key, allow):
    outbox_loop.mark = die
    database = await Database.connect(url)
    await OutboxLoop(database, Runtime(lambda: key, AddressGuard(allow.split(","))), tick=0.05).run()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_worker_killed_between_sending_and_marking_loses_nothing_and_the_key_is_the_same(team):
    await team.say("erp", "被杀之前已发出")
    url = app_url_of(team.database)
    arguments = [sys.executable, "-c", KILLED, url, KEY, ",".join(team.simulators.allow)]
    killed = await asyncio.create_subprocess_exec(*arguments)
    assert await asyncio.wait_for(killed.wait(), 60) == -signal.SIGKILL
    assert team.simulators.state.calls["webhook"] == 1
    assert await team.rows() == {"被杀之前已发出": ("sending", 1)}
    async with team.work() as uow:
        await uow.execute("update outbox set next_at = now() where status = 'sending'")
    assert await team.send() == 1
    assert team.simulators.state.calls["webhook"] == 2
    assert team.simulators.state.texts("webhook") == ["被杀之前已发出"]


async def test_a_worker_whose_lease_ran_out_cannot_overwrite_the_next_ones_result(team):
    await team.say("erp", "迟到")
    kind = CHANNEL_KINDS["webhook"]
    async with team.work() as uow:
        first = await claim(uow, "erp", kind.rates, 1)
        await uow.execute("update outbox set next_at = now() - interval '1 second'")
    await team.send()
    async with team.work() as uow:
        await mark(uow, "erp", first[0], Outcome("dead", "late"), 8)
    assert await team.rows() == {"迟到": ("sent", 2)}


async def test_two_workers_never_send_the_same_message(team):
    for number in range(40):
        await team.say("erp", f"{number}")
    counts = await asyncio.gather(*(team.send() for _ in range(4)))
    while await team.send():
        pass
    figure(18, f"40 messages, four workers at once: sent {team.simulators.state.calls['webhook']} times")
    assert sum(counts) <= 40
    assert team.simulators.state.calls["webhook"] == 40
    assert set((await team.rows()).values()) == {("sent", 1)}


async def test_nothing_leaves_before_the_commit_and_nothing_of_a_rolled_back_one(team):
    with pytest.raises(RuntimeError):
        async with team.work() as uow:
            await enqueue(uow, [Outgoing("erp", "never", {"title": "x"})])
            assert await team.send() == 0
            raise RuntimeError
    assert await team.send() == 0
    assert team.simulators.state.calls["webhook"] == 0


async def test_a_loop_that_is_asked_to_end_does_not_wait_for_a_channel_that_hangs(team, monkeypatch):
    monkeypatch.setattr("xingji.kernel.work.outbox_loop.LAST_SECONDS", 0.1)
    team.simulators.state.set_fault("feishu", "hang")
    await team.say("feishu_sales", "悬着")
    loop = OutboxLoop(team.database, team.runtime, tick=0.02)
    running = asyncio.create_task(loop.run())
    while not team.simulators.state.calls["feishu"]:
        await asyncio.sleep(0.02)
    loop.stop()
    await asyncio.wait_for(running, 5)
    assert await team.rows() == {"悬着": ("sending", 1)}
    team.simulators.state.set_fault("feishu", None)


async def test_what_left_long_ago_is_dropped_and_dead_letters_are_kept(team):
    for title in ("sent", "dead", "fresh"):
        await team.say("erp", title)
    async with team.work() as uow:
        await uow.execute(
            "update outbox set status = case when message->>'title' = 'dead' then 'dead' else 'sent' end,"
            " done_at = now() - case when message->>'title' = 'fresh' then interval '1 day' else interval '91 days' end"
        )
        assert await forget_messages(uow) == 1
    assert set(await team.rows()) == {"dead", "fresh"}


async def test_a_message_for_a_channel_that_is_gone_is_a_visible_dead_letter(team):
    await team.say("retired_channel", "没人收")
    await team.send()
    async with team.work() as uow:
        error = await uow.fetchval("select error from outbox where status = 'dead'")
    assert error.startswith("channel.unknown")


async def test_an_address_that_became_forbidden_is_not_reached(team):
    team.runtime.guard = AddressGuard()
    team.runtime._client = None
    for channel in KINDS:
        await team.say(channel, channel)
    await team.send()
    assert {status for status, _ in (await team.rows()).values()} == {"dead"}
    assert not any(team.simulators.state.calls.values())


async def test_another_key_makes_dead_letters_and_no_requests(team):
    other = Runtime(lambda: "another key, also long enough", AddressGuard(team.simulators.allow))
    await team.say("ding_sales", "读不出")
    await run_outbox_once(team.database, team.workspace, other)
    async with team.work() as uow:
        assert (await uow.fetchval("select error from outbox")).startswith("secrets.unreadable")
    assert team.simulators.state.calls["dingtalk"] == 0


@pytest.mark.parametrize(("address", "status"), [("nobody@demo.example", "dead"), ("busy@demo.example", "waiting")])
async def test_a_relays_reply_code_decides(team, address, status):
    await team.say("mail", "邮件", emails=[address])
    await team.send()
    assert await team.rows() == {"邮件": (status, 1)}


async def test_the_channel_state_survives_a_restart_of_the_worker(team):
    for number in range(20):
        await team.say("wecom_sales", f"{number}")
    await team.send()
    await team.say("wecom_sales", "多一条")
    again = Runtime(lambda: KEY, AddressGuard(team.simulators.allow))
    assert await run_outbox_once(team.database, team.workspace, again) == 0
    await again.close()


async def test_ten_thousand_waiting_messages_do_not_slow_the_look_for_due_channels(team):
    async with team.work() as uow:
        await uow.execute(
            "insert into outbox (channel, dedupe, message, next_at)"
            " select 'c' || n % 3, 'd' || n, '{}', now() + interval '1 hour' from generate_series(1, 10000) n"
        )
        await uow.execute("analyze outbox")
    await team.say("erp", "急")
    assert await team.send() == 1
