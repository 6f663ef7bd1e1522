"""One line a request. Never the query, and of a path with a token in it only the route: both can hold secrets.

Written past the logging module where our own form of lines is set up: at thousands of requests a second its work per
line is more than that of the request's own routing.
"""

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


def log_request(scope: Mapping[str, Any], status: int, seconds: float, route: str) -> None:
    """Writes the line of a finished request; 5xx and broken-off answers as warnings."""
    level = logging.WARNING if status >= 500 or status == 0 else logging.INFO
    if not log.isEnabledFor(level):
        return
    message = f"{scope['method']} {route if route.endswith('/') else scope['path']} {status}"
    identity = scope["state"].get("identity")
    extra = {
        "ms": round(seconds * 1000, 1),
        "ip": scope["client"][0] if scope.get("client") else None,
        "workspace": identity.workspace if identity else None,
        "person": str(identity.actor.person) if identity and identity.actor.person else None,
    }
    form = _form()
    if form is None:
        log.log(level, "%s", message, extra=extra)
        return
    line = {
        "at": datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds"), "level": logging.getLevelName(level).lower(),
        "logger": log.name, "process": form.process, "pid": os.getpid(), "request": logs.request_id.get(),
        "message": message, **extra,
    }  # fmt: skip
    sys.stderr.buffer.write(_encoder.encode(line) + b"\n")
    sys.stderr.buffer.flush()


def _form() -> logs.JsonLines | None:
    """Our own form of lines, when it is all there is; under tests and tools there are other handlers."""
    handlers = logging.getLogger().handlers
    form = handlers[0].formatter if len(handlers) == 1 else None
    return form if isinstance(form, logs.JsonLines) else None
