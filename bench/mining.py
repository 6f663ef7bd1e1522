"""Mining measured: an event log of the shape of a loan process, imported and drawn. Seeded, so every run has the same."""

import gzip
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from measure import Result, result
from place import WORKSPACE, Place

from xingji.features.mining.chart import draw_chart
from xingji.features.mining.logs import import_log, load_log

ACTIVITIES = [f"{part}_{n:02d}" for part in "AOW" for n in range(8)]
LIMIT_SECONDS = 3.0


def write_log(path: Path, events: int, cases: int, seed: int = 964_262) -> None:
    """A gzipped XES file with exactly that many events and cases: loops, skips and long tails in it."""
    draw = random.Random(seed)
    cuts = sorted(draw.sample(range(1, events), cases - 1))
    sizes = [end - start for start, end in zip([0, *cuts], [*cuts, events], strict=True)]
    begin = datetime(2025, 10, 1, tzinfo=UTC)
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0" xmlns="http://www.xes-standard.org/">\n'
        )
        out.write('<global scope="event"><string key="concept:name" value="UNKNOWN"/></global>\n')
        for n, size in enumerate(sizes):
            out.write(
                f'<trace><string key="concept:name" value="{170_000 + n}"/><string key="AMOUNT_REQ" value={quoteattr(str(draw.choice((5000, 20000))))}/>\n'
            )
            at, place = begin + timedelta(minutes=3 * n), 0
            for _ in range(size):
                state = draw.choice(("START", "COMPLETE"))
                out.write(
                    f'<event><string key="org:resource" value="{draw.randrange(69)}"/><string key="lifecycle:transition" value="{state}"/>'
                    f'<string key="concept:name" value="{ACTIVITIES[place]}"/><date key="time:timestamp" value="{at.isoformat(timespec="milliseconds")}"/></event>\n'
                )
                at += timedelta(milliseconds=int(draw.lognormvariate(13, 3)) + 1)
                place = max(0, min(len(ACTIVITIES) - 1, place + draw.choices((0, 1, 2, -3), (3, 8, 1, 1))[0]))
            out.write("</trace>\n")
        out.write("</log>\n")


async def measure_mining(place: Place, scale: int = 1, repeats: int = 3) -> list[Result]:
    """Seconds from an imported log to its chart, and to import it."""
    events = 262_200 // scale
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.xes.gz"
        write_log(path, events, 13_087 // scale)
        begun = time.perf_counter()
        async with place.database.work(WORKSPACE) as uow:
            await import_log(uow, path, "bench")
        imported = time.perf_counter() - begun
    taken = []
    drawn: dict[str, Any] = {}
    for _ in range(repeats):
        begun = time.perf_counter()
        async with place.database.work(WORKSPACE) as uow:
            log = await load_log(uow, "bench")
        drawn = draw_chart(log)
        taken.append(time.perf_counter() - begun)
    assert drawn["events"] == events
    chart = sorted(taken)[len(taken) // 2]
    more = {"events": events, "variants": drawn["variants"], "edges": len(drawn["edges"])}
    return [
        result("mining to chart", chart, "s", LIMIT_SECONDS, p50=chart, p99=max(taken), repeats=repeats, **more),
        result("mining import", imported, "s", None, events=events),
    ]
