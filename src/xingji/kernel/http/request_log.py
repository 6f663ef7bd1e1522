"""One line a request. Never the query, and of a path with a token in it only the route: both can hold secrets.

Written past the logging module where our own form of lines is set up: at thousands of requests a second its work per
line is more than that of the request's own routing.
"""

import asyncio
import atexit
import logging
import os
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from xingji.kernel.core import logs

log = logging.getLogger("xingji.request")
_encoder = msgspec.json.Encoder(enc_hook=str)
_PID = os.getpid()
HELD_SECONDS = 0.1
MOST_HELD = 500
_held: list[bytes] = []


def log_request(scope: Mapping[str, Any], status: int, seconds: float, route: str) -> None:
    """Writes the line of a finished request; 5xx and broken-off answers as warnings."""
    identity = scope["state"].get("identity")
    log_line(
        scope["method"],
        route if route.endswith("/") else scope["path"],
        status,
        seconds,
        scope["client"][0] if scope.get("client") else None,
        logs.request_id.get(),
        identity.workspace if identity else None,
        str(identity.actor.person) if identity and identity.actor.person else None,
    )


def log_line(
    method: str,
    path: str,
    status: int,
    seconds: float,
    address: str | None,
    request_id: str | None,
    workspace: str | None = None,
    person: str | None = None,
) -> None:
    """Writes a line; together with those of the same moment, unless it is a warning."""
    level = logging.WARNING if status >= 500 or status == 0 else logging.INFO
    if not log.isEnabledFor(level):
        return
    message = f"{method} {path} {status}"
    extra = {"ms": round(seconds * 1000, 1), "ip": address, "workspace": workspace, "person": person}
    form = _form()
    if form is None:
        log.log(level, "%s", message, extra=extra)
        return
    line = {
        "at": datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds"), "level": logging.getLevelName(level).lower(),
        "logger": log.name, "process": form.process, "pid": _PID, "request": request_id, "message": message, **extra,
    }  # fmt: skip
    _held.append(_encoder.encode(line) + b"\n")
    if level > logging.INFO or len(_held) > MOST_HELD:
        write_held()
    elif len(_held) == 1:
        try:
            asyncio.get_running_loop().call_later(HELD_SECONDS, write_held)
        except RuntimeError:
            write_held()


def write_held() -> None:
    """Writes the lines held back so far, in one go."""
    if _held:
        lines = b"".join(_held)
        _held.clear()
        sys.stderr.buffer.write(lines)
        sys.stderr.buffer.flush()


atexit.register(write_held)


def _form() -> logs.JsonLines | None:
    """Our own form of lines, when it is all there is; under tests and tools there are other handlers."""
    handlers = logging.getLogger().handlers
    form = handlers[0].formatter if len(handlers) == 1 else None
    return form if isinstance(form, logs.JsonLines) else None
