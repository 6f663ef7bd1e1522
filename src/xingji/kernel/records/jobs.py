"""What a worker does for records now and then: queued imports, and deleted records whose thirty days are over."""

from collections.abc import Awaitable, Callable

from xingji.kernel.core.protocols import SYSTEM
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.events import patiently
from xingji.kernel.records.import_run import run_queued_imports
from xingji.kernel.records.later_search import CONSUMER, fill_search_once
from xingji.kernel.records.schema import load_schema

KEPT_DAYS = 30
PORTION = 2_000


async def purge_deleted(database: Database, workspace: str) -> int:
    """Removes for good what was deleted thirty days ago by the workspace's clock; how many records."""

    async def command(uow: UnitOfWork) -> int:
        count = 0
        for kind in (await load_schema(uow)).objects.values():
            tag = await uow.execute(
                f"{uow.mark()}delete from {kind.table} where id = any (array(select id from {kind.table}"
                f" where deleted_at < $1::timestamptz - make_interval(days => {KEPT_DAYS}) limit {PORTION}))",
                uow.now,
            )
            count += int(tag.split()[-1])
        return count

    return await database.run(workspace, SYSTEM, command)


#: (name, run, seconds between two runs when idle, woken by the log), for the worker.
JOBS: list[tuple[str, Callable[[Database, str], Awaitable[int]], float, bool]] = [
    ("run_queued_imports", run_queued_imports, 0.5, False),
    ("fill_search", patiently(fill_search_once, CONSUMER), 0.5, False),
    ("purge_deleted", purge_deleted, 3_600.0, False),
]
