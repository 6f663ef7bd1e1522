"""What the machine itself can do in the same run: one plain INSERT per transaction by pgbench, and COPY."""

import asyncio
import io
import random
import subprocess
import tempfile
import time
from pathlib import Path
from uuid import UUID

import asyncpg
from fill import TYPES
from place import WORKSPACE, Place

LINES = 5_000
COPIED = ["lane", "occurred_at", "type", "object", "record", "source", "source_id", "data"]

PLAIN = """\\set n random(1, 1000000000)
insert into bench_plain (name, company, mobile, email, need, area, industry, budget)
values ('王经理', 'c' || :n, '139' || :n, 'u' || :n, '变频空压机两台，月底前到货', '江苏省', 'manufacturing', :n);
"""


async def inserts_per_second(place: Place, connections: int, seconds: int) -> float:
    """pgbench: eight columns, one INSERT per transaction, so many connections, prepared statements, durable commits."""
    owner = await asyncpg.connect(place.server.owner_url())
    await owner.execute(
        "create table if not exists bench_plain (id bigint generated always as identity primary key, name text,"
        " company text, mobile text, email text, need text, area text, industry text, budget bigint)"
    )
    await owner.close()
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(PLAIN)
        script.flush()
        Path(script.name).chmod(0o644)
        program = place.server.binaries / "pgbench"
        command = [
            str(program),
            "-n",
            "-M",
            "prepared",
            "-f",
            script.name,
            "-c",
            str(connections),
            "-j",
            "2",
            "-T",
            str(seconds),
        ]
        done = subprocess.run([*command, place.server.owner_url()], capture_output=True, text=True, check=True)
    return next(float(line.split()[2]) for line in done.stdout.splitlines() if line.startswith("tps"))


SHAPE = """create table {name} (like event including all) partition by range (received_at);
  create table {name}_rest partition of {name} default"""
PLAIN_SHAPE = "create table {name} (like event including defaults including identity)"


async def copied_per_second(place: Place, rows: int, *, connections: int, indexed: bool) -> float:
    """COPY of ready text, 5,000 rows a transaction, so many connections: into a table of the log's shape (partitioned, with
    its primary key and all its indexes), or into one with its columns and no index."""
    owner = await asyncpg.connect(place.server.owner_url(), server_settings={"search_path": f"ws_{WORKSPACE}"})
    await owner.execute((SHAPE if indexed else PLAIN_SHAPE).format(name="bench_copy"))
    copiers = [await asyncpg.connect(place.server.owner_url()) for _ in range(connections)]
    leads = [row["id"] for row in await owner.fetch("select id from o_lead limit 1000")]
    bodies = [_copy_text(leads, n) for n in range(max(1, rows // LINES))]

    async def copy(connection: asyncpg.Connection) -> None:
        while bodies:
            await connection.copy_to_table(
                "bench_copy", schema_name=f"ws_{WORKSPACE}", source=io.BytesIO(bodies.pop()), columns=COPIED
            )

    total = len(bodies) * LINES
    begun = time.perf_counter()
    await asyncio.gather(*map(copy, copiers))
    took = time.perf_counter() - begun
    for connection in copiers:
        await connection.close()
    await owner.execute("drop table bench_copy")
    await owner.close()
    return total / took


def _copy_text(leads: list[UUID], n: int) -> bytes:
    """What the load sends, as rows of the log in COPY's text form."""
    rng = random.Random(n)
    return "".join(
        f"{rng.randrange(16)}\t2026-01-05T03:04:05Z\t{TYPES[k % 4]}\tlead\t{rng.choice(leads)}\tbench\t{n}-{k}\t"
        f'{{"seconds": {rng.randrange(600)}, "path": "/price"}}\n'
        for k in range(LINES)
    ).encode()
