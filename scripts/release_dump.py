"""Keeps this version's schema with a little invented data: tests/fixtures/releases/<version>.dump (pg_dump custom format).

Upgrade tests of later versions start from it. Usage: python scripts/release_dump.py
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

# The demo pack speaks to simulators on loopback; its channels are only checked here, never used.
os.environ.setdefault("XINGJI_ALLOW_PRIVATE_HTTP", "127.0.0.1:8010,127.0.0.1:8011")

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from xingji import __version__, app
from xingji.backups import tool_environment
from xingji.demo.history import write_history
from xingji.demo.plan import Plan, plan_history
from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.db.embedded import EmbeddedServer
from xingji.kernel.db.migrate import create_workspace_schema, migrate
from xingji.kernel.definitions import install_pack
from xingji.kernel.rules import set_clock
from xingji.kernel.work import load_calendar

WORKSPACE = "release"
TODAY = date(2026, 3, 10)
LEADS = 40


async def fill(server: EmbeddedServer) -> None:
    """One workspace with the demo organisation's people and the first leads of its past; no logins, no tokens."""
    await migrate(server.owner_url(), server.app_password())
    app.configure()
    await create_workspace_schema(server.owner_url(), WORKSPACE, "发布样本(演示)")
    database = await Database.connect(server.app_url(), server.owner_url(), max_size=4)
    try:
        for pack in ("base", "lilan"):
            await install_pack(database, WORKSPACE, SYSTEM, ROOT / "packs" / pack)
        start = datetime(2026, 3, 10, 2, tzinfo=UTC)
        await set_clock(database, WORKSPACE, start)
        async with database.work(WORKSPACE) as uow:
            calendar = await load_calendar(uow, "office")
            people = {row["key"]: row["id"] for row in await uow.fetch("select key, id from person")}
        plan = plan_history(1, TODAY, calendar)
        few = [lead for lead in plan.leads if lead.customer is None][:LEADS]
        await write_history(database, WORKSPACE, Plan(plan.customers[:10], few), people, start)
    finally:
        await database.close()


def main() -> None:
    """Makes a server of its own, fills it, dumps it."""
    target = ROOT / "tests" / "fixtures" / "releases" / f"{__version__}.dump"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="xingji-release-") as folder:
        Path(folder).chmod(0o711)
        server = EmbeddedServer(Path(folder), durable=False)
        server.start()
        try:
            asyncio.run(fill(server))
            url = server.owner_url()
            command = [
                server.binaries / "pg_dump",
                "--format=custom",
                "--compress=gzip:9",
                "--no-owner",
                "--file",
                target,
            ]
            subprocess.run([*map(str, command)], env=tool_environment(url), check=True)
        finally:
            server.stop()
    print(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
