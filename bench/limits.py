"""What the machine itself can do in the same run: one plain INSERT per transaction by pgbench, and COPY."""

import subprocess
import tempfile
import time
from pathlib import Path

import asyncpg
from place import Place

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


async def copied_per_second(place: Place, rows: int) -> float:
    """COPY of events into a plain table with the log's columns and no index, 5,000 rows a transaction."""
    owner = await asyncpg.connect(place.server.owner_url())
    await owner.execute(
        "create table if not exists bench_copy (lane smallint, occurred_at timestamptz, type text, object text,"
        " record uuid, source text, source_id text, data text)"
    )
    now = await owner.fetchval("select now()")
    record = await owner.fetchval("select gen_random_uuid()")
    data = '{"seconds": 12, "path": "/price"}'
    batch = [(n % 16, now, "page.viewed", "lead", record, "bench", f"x-{n}", data) for n in range(5_000)]
    columns = ["lane", "occurred_at", "type", "object", "record", "source", "source_id", "data"]
    begun = time.perf_counter()
    for _ in range(rows // len(batch)):
        await owner.copy_records_to_table("bench_copy", records=batch, columns=columns)
    took = time.perf_counter() - begun
    await owner.execute("drop table bench_copy")
    await owner.close()
    return rows / took
