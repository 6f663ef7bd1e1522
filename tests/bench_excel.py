"""A large workbook with doubles, written, imported and exported: rows, seconds and memory. Run alone it measures 100,000 rows.

`.venv/bin/python tests/bench_excel.py --rows 100000` makes a database of its own and prints the figures.
"""

import argparse
import asyncio
import io
import os
import resource
import time
from dataclasses import dataclass
from uuid import UUID

from openpyxl import Workbook

from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database
from xingji.kernel.records import Query
from xingji.kernel.records.exporters import export_file
from xingji.kernel.records.importers import describe_import, preview_import, queue_import, run_import, start_import

SECONDS, MEGABYTES = 60, 500
DOUBLE = 10  # every tenth row is a customer that stands above already


@dataclass(frozen=True)
class Measured:
    """What an import took; `joined`: rows recognised as a customer that was there already."""

    run: str
    rows: int
    doubles: int
    made: int
    joined: int
    seconds: float
    megabytes: float


def workbook(rows: int) -> tuple[bytes, int]:
    """Customers with a phone number each, every tenth once more; and how many doubles there are."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("客户")
    sheet.append(["客户名称", "电话", "行业", "最近联系"])
    doubles = 0
    for n in range(rows):
        twin = n % DOUBLE == DOUBLE - 1
        doubles += twin
        of = n - 1 if twin else n
        sheet.append([f"演示大表{of:06d}有限公司(演示)", f"139{of:08d}", "机械制造", "2026.3.5"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue(), doubles


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def measure_import(database: Database, workspace: str, rows: int) -> Measured:
    """Upload, preview and run of one workbook of so many rows."""
    content, doubles = workbook(rows)
    before, begun = _resident(), time.monotonic()
    started = await database.run(workspace, SYSTEM, lambda uow: start_import(uow, "customer", "大表.xlsx", content))
    run = UUID(started["id"])
    await database.run(workspace, SYSTEM, lambda uow: preview_import(uow, run, None, "import"))
    await database.run(workspace, SYSTEM, lambda uow: queue_import(uow, run, mode="import"))
    await run_import(database, workspace, run)
    seconds = time.monotonic() - begun
    done = await database.run(workspace, SYSTEM, lambda uow: describe_import(uow, run))
    counts = done["counts"]
    joined = counts.get("same", 0) + counts.get("update", 0) + counts.get("unchanged", 0)
    return Measured(started["id"], rows, doubles, counts.get("new", 0), joined, seconds, _resident() - before)


@dataclass(frozen=True)
class Written:
    """What an export took."""

    rows: int
    size: int
    seconds: float
    megabytes: float


async def measure_export(database: Database, workspace: str) -> Written:
    """Every customer as one workbook."""
    before, begun = _resident(), time.monotonic()
    content, rows = await database.run(workspace, SYSTEM, lambda uow: export_file(uow, Query("customer"), "xlsx"))
    return Written(rows, len(content), time.monotonic() - begun, _resident() - before)


def main() -> None:
    """The figures of one large import, printed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    rows = parser.parse_args().rows

    # The demo's packs send to its simulators, which listen here or nowhere.
    os.environ.setdefault("XINGJI_ALLOW_PRIVATE_HTTP", "127.0.0.1:8010,127.0.0.1:8011")
    from browser_office import WORKSPACE, apart, furnish
    from conftest import create_database, start_server, stop_server
    from xingji import app

    server = start_server()
    try:
        addresses = apart(create_database(server.owner_url("postgres"), with_base=False))
        apart(furnish(addresses))
        app.configure()

        async def go() -> tuple[Measured, Written]:
            database = await Database.connect(addresses.app_url, None, max_size=4)
            try:
                found = await measure_import(database, WORKSPACE, rows)
                return found, await measure_export(database, WORKSPACE)
            finally:
                await database.close()

        found, written = asyncio.run(go())
    finally:
        stop_server(server)
    print(
        f"{found.rows} rows: {found.seconds:.1f} s (aim {SECONDS} s at 100,000), peak {_resident():.0f} MB of the process,"
        f" {found.megabytes:.0f} MB more than before (aim {MEGABYTES}); {found.made} new, {found.joined} joined of {found.doubles} doubles"
    )
    print(
        f"{written.rows} rows out as XLSX of {written.size / 1e6:.1f} MB: {written.seconds:.1f} s (aim {SECONDS} s),"
        f" {written.megabytes:.0f} MB more than before"
    )


if __name__ == "__main__":
    main()
