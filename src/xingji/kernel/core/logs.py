"""One JSON object a line on standard error, with the request's id. Owns the form of logs; never what is logged."""

import json
import logging
import os
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "color_message", "taskName"}


# What a database says of an error may quote the row it is about, or the statement with a new password in it.
_QUOTED = re.compile(
    r"DETAIL: .*?(?=\n(?:HINT: |\[|\s*\n)|\n\s*The above|\Z)|(?<=password )'[^']*'|(?<=: )\"[^\n]*\"", re.S
)


def without_values(text: str) -> str:
    """The text of an error without the values a database quotes in it."""
    return _QUOTED.sub("…", text)


class JsonLines(logging.Formatter):
    """at, level, logger, process, request and message first; then whatever `extra=` brought."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON, whatever the record holds."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": self.process,
            "pid": record.process,
        }
        if (request := request_id.get()) is not None:
            line["request"] = request
        line["message"] = without_values(record.getMessage())
        line |= {key: value for key, value in vars(record).items() if key not in _OWN}
        if record.exc_info:
            line["exception"] = without_values(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(process: str) -> None:
    """Sends all logs of this process to standard error as JSON lines; XINGJI_LOG_LEVEL sets the least level."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(os.environ.get("XINGJI_LOG_LEVEL", "INFO").upper())
    for name in ("httpx", "httpcore", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers = []
        logger.propagate = True
