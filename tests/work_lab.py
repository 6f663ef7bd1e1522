"""A workspace with one channel of each kind, all simulated: what the tests of the outbox share."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

from xingji.connectors.simulators import DEMO_ROBOTS, running_simulators
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.work import Outgoing, Runtime, enqueue, run_outbox_once
from xingji.kernel.work.address_guard import AddressGuard
from xingji.kernel.work.kinds import ChannelKind

KEY = "a key for tests, long enough"
KINDS = {
    "wecom_sales": ("wecom_robot", "wecom"),
    "ding_sales": ("dingtalk_robot", "dingtalk"),
    "feishu_sales": ("feishu_robot", "feishu"),
    "erp": ("webhook", "webhook"),
    "mail": ("email", "email"),
}


def app_url_of(database) -> str:
    """The address a database was opened with."""
    return str(database.pool._connect_args[0])


class Team:
    """A workspace with one channel of each kind, all of them simulated."""

    def __init__(self, database, workspace, simulators, runtime) -> None:
        self.database, self.workspace, self.simulators, self.runtime = database, workspace, simulators, runtime

    async def publish_channels(self) -> None:
        kind = ChannelKind(self.runtime)
        async with self.work() as uow:
            for table in ("outbox", "channel_state", "definition"):
                await uow.execute(f"delete from {table}")
            for key, (channel, platform) in KINDS.items():
                robot = DEMO_ROBOTS.get(platform, (None,))[0]
                settings = self.simulators.channel_settings(platform, robot)
                document = {"kind": "channel", "key": key, "channel": channel, "settings": settings}
                await uow.execute(
                    "insert into definition (id, kind, key, version, status, document)"
                    " values ($1, 'channel', $2, 1, 'published', $3)", uuid4(), key, kind.store(document, None),
                )  # fmt: skip
            await uow.execute("update workspace_state set definitions_rev = definitions_rev + 1")

    def work(self):
        return self.database.work(self.workspace, SYSTEM)

    async def say(self, channel: str, title: str, dedupe: str | None = None, **more) -> None:
        recipient = {"mobiles": ["13800001234"], "emails": more.pop("emails", ["zhang@demo.example"])}
        message = {"title": title, "body": "演示", "type": "lead.reminded", **more}
        async with self.work() as uow:
            await enqueue(uow, [Outgoing(channel, dedupe or f"{channel}:{title}", message, recipient)])

    async def send(self) -> int:
        return await run_outbox_once(self.database, self.workspace, self.runtime)

    async def until_received(self, platform: str, count: int) -> None:
        for _ in range(500):
            if len(self.simulators.state.received[platform]) >= count:
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"{platform} received {len(self.simulators.state.received[platform])} of {count}")

    async def rows(self) -> dict[str, tuple[str, int]]:
        async with self.work() as uow:
            rows = await uow.fetch("select message->>'title' as title, status, attempts from outbox order by id")
        return {row["title"]: (row["status"], row["attempts"]) for row in rows}

    async def all_due_now(self) -> None:
        async with self.work() as uow:
            await uow.execute("update outbox set next_at = now() - interval '1 second' where status = 'waiting'")
            await uow.execute("update channel_state set paused_until = null, recent = '{}'")


@asynccontextmanager
async def a_team(database, workspace):
    async with running_simulators() as simulators:
        runtime = Runtime(lambda: KEY, AddressGuard(simulators.allow))
        team = Team(database, workspace, simulators, runtime)
        await team.publish_channels()
        yield team
        await runtime.close()
