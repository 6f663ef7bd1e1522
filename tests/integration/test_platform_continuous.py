"""A continuous backup brings an installation of 20,000 leads back to just before a mistake: every receipt of before, once."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from conftest import ROOT
from figures import figure, long_or_short
from leads_world import Client
from xingji import app, backups_continuous
from xingji.environment import Surroundings, surroundings
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.ids import uuid7
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.core.settings import Settings, load_settings
from xingji.kernel.db import Database
from xingji.kernel.db.embedded_processes import wait_until
from xingji.kernel.db.migrate import create_workspace_schema, migrate
from xingji.kernel.definitions import install_pack

PRESENT = long_or_short(1_000_000, 19_000)


@pytest.fixture
def settings() -> Iterator[Settings]:
    """Of an installation in a folder of its own, which the server's account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="xingji-continuous-"))
    folder.chmod(0o711)
    yield replace(load_settings(), database_url=None, app_database_url=None, data_dir=folder / "data")
    shutil.rmtree(folder)


def command(settings: Settings, *arguments: object) -> subprocess.Popen[str]:
    """A `xingji` command on this installation."""
    environment = {key: value for key, value in os.environ.items() if not key.endswith("DATABASE_URL")}
    environment["XINGJI_DATA_DIR"] = str(settings.data_dir)
    return subprocess.Popen(
        [sys.executable, "-m", "xingji", *map(str, arguments)],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


@asynccontextmanager
async def backing_up(settings: Settings, folder: Path, copies: int = 1) -> AsyncIterator[None]:
    """`xingji backup --continuous` beside the server, once so many copies are there."""
    process = command(settings, "backup", folder, "--continuous")
    try:
        done = lambda: len(list(folder.glob("*/copy-*"))) >= copies or process.poll() is not None  # noqa: E731
        assert await asyncio.to_thread(wait_until, done, 60)
        assert process.poll() is None, process.stdout and process.stdout.read()
        yield
    finally:
        process.terminate()
        told, _ = await asyncio.to_thread(process.communicate, timeout=30)
    assert process.returncode == 0, told


async def fill(place: Surroundings, receipts: list[tuple[UUID, UUID]]) -> None:
    """The tables, the base pack and leads of earlier days with their receipts."""
    app.configure()
    await migrate(place.owner(), place.app_password)
    await create_workspace_schema(place.owner(), "kept", "留存组织(演示)")
    database = await Database.connect(place.app_url, place.owner(), max_size=4)
    await install_pack(database, "kept", SYSTEM, ROOT / "packs" / "base")
    await database.close()
    owner = await asyncpg.connect(place.owner())
    at = datetime.now().astimezone() - timedelta(days=3)
    receipts += [(uuid7(), uuid7()) for _ in range(PRESENT)]
    leads = [(lead, at, at, 1, "history", "张经理", f"旧客户{n}(演示)") for n, (_, lead) in enumerate(receipts)]
    columns = ["id", "created_at", "updated_at", "version", "write_mode", "name", "company"]
    await owner.copy_records_to_table("o_lead", schema_name="ws_kept", columns=columns, records=leads)
    kept = [(receipt, at, lead, "web_form", str(lead), "accepted") for receipt, lead in receipts]
    columns = ["id", "occurred_at", "lead", "source", "delivery", "status"]
    await owner.copy_records_to_table("receipt", schema_name="ws_kept", columns=columns, records=kept)
    await owner.close()


@dataclass
class Sender:
    """Delivers leads without pause and keeps each receipt with the moment it came."""

    client: Client
    receipts: list[tuple[datetime, UUID, UUID]] = field(default_factory=list)

    async def run(self) -> None:
        while True:
            numbers = range(len(self.receipts), len(self.receipts) + 20)
            for answer in await asyncio.gather(
                *(self.client.post({"name": "李经理", "company": f"新客户{n}(演示)"}) for n in numbers)
            ):
                assert answer.status == 202
                moment = datetime.now().astimezone()
                self.receipts.append((moment, UUID(answer.json["receipt"]), UUID(answer.json["lead"])))

    async def until(self, count: int) -> None:
        while len(self.receipts) < count:
            await asyncio.sleep(0.02)


async def audit(place: Surroundings, receipts: list[tuple[UUID, UUID]]) -> tuple[int, int]:
    """How many of these receipts are lost, and how many companies are there twice."""
    database = await Database.connect(place.app_url, max_size=2)
    try:
        async with database.work("kept") as uow:
            lost = await uow.fetchval(
                """select count(*) from unnest($1::uuid[], $2::uuid[]) as told (receipt, lead)
                where not exists (select from receipt where id = told.receipt and lead = told.lead)
                   or not exists (select from o_lead where id = told.lead)""",
                [receipt for receipt, _ in receipts],
                [lead for _, lead in receipts],
            )
            doubled = "select count(*) from (select from o_lead group by company having count(*) > 1) as d"
            return lost, await uow.fetchval(doubled)
    finally:
        await database.close()


async def live_and_err(place: Surroundings, settings: Settings, folder: Path) -> tuple[Sender, datetime]:
    """Leads come, a copy is made meanwhile, more come, all are deleted by mistake, more come; and when it was."""
    database = await Database.connect(place.app_url, place.owner(), max_size=4)
    sender = Sender(await Client.open(database, "kept", "web_form"))
    sending = asyncio.create_task(sender.run())
    owner = await asyncpg.connect(place.owner())
    try:
        await sender.until(100)
        async with backing_up(settings, folder):
            await sender.until(len(sender.receipts) + 400)
            moment = datetime.now().astimezone()
            await sender.until(len(sender.receipts) + 40)
            await owner.execute("delete from ws_kept.o_lead")
            await sender.until(len(sender.receipts) + 40)
            with pytest.raises(XingjiError, match="in_use"):
                await asyncio.to_thread(backups_continuous.restore_to, settings, folder, moment, replace=True)
        return sender, moment
    finally:
        sending.cancel()
        with suppress(asyncio.CancelledError):
            await sending
        await owner.close()
        await database.close()


async def test_twenty_thousand_leads_come_back_as_they_were_just_before_a_mistake(settings: Settings, tmp_path: Path):
    folder, receipts = tmp_path / "kept", []
    with surroundings(settings) as place:
        await fill(place, receipts)
        sender, moment = await live_and_err(place, settings, folder)
    earlier = [(receipt, lead) for at, receipt, lead in sender.receipts if at < moment]
    later = [(receipt, lead) for at, receipt, lead in sender.receipts if at >= moment]
    begun = backups_continuous.moment_of(min(folder.glob("*/copy-*")))
    for to, replacing, code in (
        (begun - timedelta(seconds=2), True, "no_copy"),
        (moment, False, "not_empty"),
        (moment + timedelta(hours=1), True, "beyond"),
    ):
        with pytest.raises(XingjiError, match=code):
            await asyncio.to_thread(backups_continuous.restore_to, settings, folder, to, replace=replacing)
    file = min(folder.glob("*/copy-*")) / "global" / "pg_control"
    sound = file.read_bytes()
    file.write_bytes(sound[:-1] + b"x")
    with pytest.raises(XingjiError, match=r"broken.*global/pg_control"):
        await asyncio.to_thread(backups_continuous.restore_to, settings, folder, moment, replace=True)
    file.write_bytes(sound)

    began = time.monotonic()
    process = command(settings, "restore", folder, "--to", moment.isoformat(), "--replace")
    told, _ = await asyncio.to_thread(process.communicate, timeout=300)
    took = time.monotonic() - began
    assert process.returncode == 0, told
    with surroundings(settings) as place:
        lost, doubled = await audit(place, receipts + earlier)
        figure(
            14,
            f"{len(receipts + earlier)} receipts, restored to before a mistake in {took:.1f} s: lost {lost}, doubled {doubled}",
        )
        assert (lost, doubled) == (0, 0)
        assert await audit(place, later[-40:]) == (40, 0)  # the control: what came after the mistake is seen as lost
        assert place.server is not None
        assert place.server.psql("select epoch from ws_kept.workspace_state") == "2\n"
        async with backing_up(settings, folder, copies=2):  # a restored server begins a line of its own
            first, second = backups_continuous.lines_of(folder)
            backups_continuous.forget(place, folder, second, copies=1)
            assert (first.exists(), len(list(second.glob("copy-*")))) == (False, 1)
    assert len(list(settings.data_dir.glob("postgres.before-*"))) == 1
    assert took < long_or_short(600, 60)
