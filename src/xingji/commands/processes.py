"""Commands that run: serve, demo, work, web-process."""

import argparse
import asyncio
import gc
import os
import signal
import socket
from pathlib import Path
from typing import Any

from xingji import serve
from xingji.commands.calling import NotAvailable, lazily
from xingji.environment import Surroundings, surroundings
from xingji.kernel.core import logs
from xingji.kernel.core.settings import own_address
from xingji.kernel.db import Database
from xingji.kernel.db.migrate import migrate

GRACE_SECONDS = 8
SIMULATORS_PORT = 8010
WORKER_NICE = 5


def add_commands(commands: Any) -> None:
    """Join the commands of this file to the parser."""
    served = commands.add_parser("serve", help="database (when embedded), web and worker processes, until SIGTERM")
    served.add_argument("--web", type=int, default=1, help="number of web processes")
    served.add_argument("--workers", type=int, default=1, help="number of worker processes")
    served.add_argument("--no-worker", action="store_true", help="no worker process here")
    served.add_argument("--migrate", action="store_true", help="migrate first (always done when embedded)")
    served.add_argument("--backup", type=Path, metavar="FOLDER", help="keep a continuous backup there (when embedded)")
    served.add_argument("--reload", action="store_true", help="restart when the program's files change")
    served.set_defaults(run=run_serve)
    demo = commands.add_parser("demo", help="the demo organisation, served in the foreground")
    demo.add_argument("--web", type=int, default=1)
    demo.add_argument("--workers", type=int, default=1)
    demo.add_argument("--reload", action="store_true", help="restart when the program's files change")
    demo.set_defaults(run=run_demo)
    commands.add_parser("work", help="one worker process").set_defaults(run=run_work)
    web = commands.add_parser("web-process", help="one web process (started by serve)")
    web.add_argument("--socket", type=int, help="descriptor of a listening socket")
    web.set_defaults(run=run_web_process)


def run_serve(options: argparse.Namespace) -> int:
    """Serve until told to end."""
    logs.configure("serve")
    with surroundings() as place:
        if place.server is not None or options.migrate:
            asyncio.run(migrate(place.owner(), place.app_password))
        workers = 0 if options.no_worker else options.workers
        serve.serve(
            place,
            web=options.web,
            workers=workers,
            reload=options.reload,
            backup=options.backup,
            announce=[f"行迹 Xingji: {own_address(place.settings)}"],
        )
    return 0


def run_demo(options: argparse.Namespace) -> int:
    """Bring up the demo organisation and serve it; existing data is left alone."""
    logs.configure("demo")
    os.environ.setdefault("XINGJI_SIGN_UP", "1")
    port = int(os.environ.get("XINGJI_SIMULATORS_PORT", str(SIMULATORS_PORT)))
    os.environ.setdefault("XINGJI_SIMULATORS", f"127.0.0.1:{port}")
    # The packs name the usual port; the mail relay listens beside it.
    allowed = {f"127.0.0.1:{number + more}" for number in (port, SIMULATORS_PORT) for more in (0, 1)}
    os.environ.setdefault("XINGJI_ALLOW_PRIVATE_HTTP", ",".join(sorted(allowed)))
    with surroundings() as place:
        os.environ.setdefault("XINGJI_PUBLIC_URL", own_address(place.settings))
        asyncio.run(migrate(place.owner(), place.app_password))
        about = asyncio.run(ensure_demo(place))
        lines = ["", f"  行迹 Xingji 演示 demo: {own_address(place.settings)}"]
        for entry in about.get("sign_in", ()):
            role = f"   ({entry['role']})" if entry.get("role") else ""
            lines.append(f"  登录 sign in: {entry.get('login', '')}  密码 password: {entry.get('password', '')}{role}")
        if token := about.get("sources", {}).get("web_form"):
            lines.append(f"  官网表单 website form: {own_address(place.settings)}/f/{token}")
        lines.append(f"  消息模拟器 messages that left: http://{os.environ['XINGJI_SIMULATORS']}/simulators")
        lines += ["  Ctrl-C 结束 ends it", ""]
        serve.serve(place, web=options.web, workers=options.workers, reload=options.reload, announce=lines)
    return 0


async def ensure_demo(place: Surroundings) -> dict[str, Any]:
    """What the demo is: made on the first start, found on the next."""
    try:
        lazily("xingji.app", "configure")()
        ensure = lazily("xingji.demo", "ensure_demo")
    except NotAvailable:
        return {}
    os.environ.setdefault("XINGJI_SECRET_KEY", place.secret_key)
    database = await Database.connect(place.app_url, place.owner_url, max_size=4)
    try:
        return dict(await ensure(database, lambda step: print(f"  {step} …", flush=True)) or {})
    finally:
        await database.close()


def run_work(_options: argparse.Namespace) -> int:
    """Work until told to end."""
    logs.configure("worker")
    import uvloop

    # Whoever waits for an answer comes first: a worker on the same machine takes the time that is left.
    os.nice(WORKER_NICE)
    if "XINGJI_APP_DATABASE_URL" in os.environ:
        uvloop.run(work_until_told())
        return 0
    with surroundings() as place:  # started by hand, beside a server or alone
        os.environ |= place.variables(owner=True)
        uvloop.run(work_until_told())
    return 0


async def work_until_told() -> None:
    """Run the worker's loops; SIGTERM and SIGINT let them finish what they are at."""
    run_worker = lazily("xingji.app", "run_worker")
    keep_what_is_loaded()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run_worker(stop)


def run_web_process(options: argparse.Namespace) -> int:
    """Answer HTTP on the socket of our supervisor, or on XINGJI_HOST and XINGJI_PORT when started by hand."""
    import uvicorn

    from xingji.kernel.http.leaving import LeavingServer
    from xingji.kernel.http.short import ShortProtocol

    logs.configure("web")
    lazily("xingji.app", "create_app")
    keep_what_is_loaded()
    config = uvicorn.Config(
        "xingji.app:create_app",
        factory=True,
        host=os.environ.get("XINGJI_HOST", "127.0.0.1"),
        port=int(os.environ.get("XINGJI_PORT", "8000")),
        loop="uvloop",
        http=ShortProtocol,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        backlog=serve.BACKLOG,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    sockets = [socket.socket(fileno=options.socket)] if options.socket is not None else None
    server = LeavingServer(config)
    server.run(sockets=sockets)
    return 0 if server.started else 1


def keep_what_is_loaded() -> None:
    """Spare the garbage collector what lives as long as the process.

    Modules, readings of characters and number plans are half a million objects: a full collection takes a tenth of a
    second, in which nobody is answered, and a batch of records makes enough new objects to cause one.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
