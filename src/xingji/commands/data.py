"""Commands that bring data in and out: import, export, replay, bench."""

import argparse
import json
import runpy
import sys
from pathlib import Path
from typing import Any

from xingji.commands.calling import NotAvailable, lazily, only_workspace, with_database
from xingji.environment import Surroundings
from xingji.kernel.db import Database

ROOT = Path(__file__).resolve().parents[3]


def add_commands(commands: Any) -> None:
    """Join the commands of this file to the parser."""
    imported = commands.add_parser("import", help="files or a folder of files with relations")
    imported.add_argument("path", type=Path)
    imported.add_argument("--object", help="the object the rows are; found from the folder's mapping without it")
    imported.add_argument("--mapping", type=Path, help="a YAML file: column → field")
    imported.add_argument("--history", action="store_true", help="keep original authors and dates; nothing fires")
    imported.add_argument("--fire", action="append", default=[], choices=("rules", "sla", "messages", "dispatch"))
    imported.add_argument("--preview", action="store_true", help="only say what would happen")
    imported.add_argument("--workspace", "-w")
    imported.set_defaults(run=run_import)
    logged = commands.add_parser("import-log", help="an event log (XES, gzip allowed) to be mined")
    logged.add_argument("file", type=Path)
    logged.add_argument("--log", default="imported", help="its key; a log of that key is replaced")
    logged.add_argument("--name", help="what people read")
    logged.add_argument("--chart", type=Path, help="also write its flow chart as JSON")
    logged.add_argument("--workspace", "-w")
    logged.set_defaults(run=run_import_log)
    exported = commands.add_parser("export", help="records of an object as CSV")
    exported.add_argument("object")
    exported.add_argument("file", type=Path)
    exported.add_argument("--filter", help="a CEL condition")
    exported.add_argument("--workspace", "-w")
    exported.set_defaults(run=run_export)
    replayed = commands.add_parser("replay", help="send a recorded funnel through the real HTTP intake", add_help=False)
    replayed.add_argument("rest", nargs=argparse.REMAINDER)
    replayed.set_defaults(run=run_replay)
    benched = commands.add_parser("bench", help="measure, against limits of the same run", add_help=False)
    benched.add_argument("rest", nargs=argparse.REMAINDER)
    benched.set_defaults(run=run_bench)


def run_import(options: argparse.Namespace) -> int:
    """Import, and print how many rows became what."""
    import_path = lazily("xingji.kernel.records.import_folder", "import_path")

    async def work(database: Database, _place: Surroundings) -> Any:
        return await import_path(
            database,
            await only_workspace(database, options.workspace),
            options.path,
            object_key=options.object,
            mapping=options.mapping,
            history=options.history,
            fire=tuple(options.fire),
            preview=options.preview,
        )

    print(with_database(work))
    return 0


def run_import_log(options: argparse.Namespace) -> int:
    """Import an event log, and print its figures."""
    import_log = lazily("xingji.features.mining.logs", "import_log")
    load_log = lazily("xingji.features.mining.logs", "load_log")
    draw_chart = lazily("xingji.features.mining.chart", "draw_chart")

    async def work(database: Database, _place: Surroundings) -> Any:
        async with database.work(await only_workspace(database, options.workspace)) as uow:
            await import_log(uow, options.file, options.log, options.name)
            return draw_chart(await load_log(uow, options.log))

    chart = with_database(work)
    if options.chart:
        options.chart.write_text(json.dumps(chart, ensure_ascii=False), "utf-8")
    print(f"{options.log}: {chart['events']:,} events, {chart['cases']:,} cases, {chart['variants']:,} variants")
    return 0


def run_export(options: argparse.Namespace) -> int:
    """Export, and print the number of rows."""
    export_csv = lazily("xingji.kernel.records.exporters", "export_csv")

    async def work(database: Database, _place: Surroundings) -> Any:
        key = await only_workspace(database, options.workspace)
        return await export_csv(database, key, options.object, options.file, filter=options.filter)

    print(f"{options.file}: {with_database(work)} rows")
    return 0


def run_replay(options: argparse.Namespace) -> int:
    """Hand over to the replay of the leads feature."""
    return int(lazily("xingji.commands.replay", "main")(options.rest) or 0)


def run_bench(options: argparse.Namespace) -> int:
    """Run the measurements that lie beside the source."""
    script = ROOT / "bench" / "run.py"
    if not script.is_file():
        raise NotAvailable("bench/run.py")
    sys.argv = [str(script), *options.rest]
    sys.path.insert(0, str(script.parent))
    runpy.run_path(str(script), run_name="__main__")
    return 0
