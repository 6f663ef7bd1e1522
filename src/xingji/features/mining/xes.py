"""Event logs in XES (IEEE 1849), read as a stream. Owns what a file may be; knows no database.

The file is never held as a whole. A document type, entities, nesting, single tokens and sizes beyond the limits are
refused before they can cost anything.
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from xingji.kernel.core.errors import Problem, XingjiError, invalid

CHUNK = 1 << 20
MOST_BYTES = 4 << 30
LONGEST_TOKEN = 4 << 20
DEEPEST = 64
LONGEST_TEXT = 4_000
MOST_PROBLEMS = 20
VALUES = {"string", "date", "int", "float", "boolean", "id"}


@dataclass(slots=True)
class Trace:
    """One case: its own attributes, and for each event activity, lifecycle, seconds since 1970 and resource."""

    key: str
    data: dict[str, str] = field(default_factory=dict)
    words: list[tuple[str, str]] = field(default_factory=list)
    at: list[float] = field(default_factory=list)
    resources: list[str | None] = field(default_factory=list)


class _Reading:
    """What the parser tells, gathered into traces."""

    def __init__(self) -> None:
        self.depth = 0
        self.outside = 0  # depth at which a part that is neither trace nor event began
        self.traces: list[Trace] = []
        self.count = 0
        self.trace: Trace | None = None
        self.event: dict[str, str] | None = None
        self.nested = 0
        self.problems: list[Problem] = []
        self.root: str | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise _refused("too_deep", "嵌套过深", "The file is nested too deeply")
        name = name.rpartition(":")[2]
        if self.root is None:
            self.root = name
            if name != "log":
                raise _refused("no_log", f"最外层是「{name}」，不是 log", f"The outermost element is {name}, not log")
        if self.outside or self.nested:
            self.outside += bool(self.outside)
            self.nested += bool(self.nested)
        elif name == "trace" and self.trace is None:
            self.count += 1
            self.trace = Trace(str(self.count))
        elif name == "event" and self.trace is not None and self.event is None:
            self.event = {}
        elif self.trace is not None:
            self.nested = 1
            if name in VALUES:
                self._value(attributes)
        elif self.depth > 1:
            self.outside = 1  # extensions, globals, classifiers and attributes of the log

    def _value(self, attributes: dict[str, str]) -> None:
        key, value = attributes.get("key", ""), attributes.get("value", "")
        if len(key) > LONGEST_TEXT or len(value) > LONGEST_TEXT:
            raise _refused("too_long", f"第 {self.count} 个案例里有超长的值", f"Case {self.count} has a value that is too long")
        if self.event is not None:
            self.event[key] = value
        elif self.trace is not None:
            self.trace.data[key] = value

    def end(self, name: str) -> None:
        self.depth -= 1
        if self.outside:
            self.outside -= 1
        elif self.nested:
            self.nested -= 1
        elif self.event is not None:
            self._close_event(self.event)
            self.event = None
        elif self.trace is not None:
            self.trace.key = self.trace.data.pop("concept:name", self.trace.key)
            self.traces.append(self.trace)
            self.trace = None

    def _close_event(self, event: dict[str, str]) -> None:
        trace = self.trace
        assert trace is not None
        place = f"trace.{self.count}.event.{len(trace.at) + 1}"
        activity, text = event.get("concept:name"), event.get("time:timestamp")
        at = _instant(text)
        if not activity:
            self._problem("mining.no_activity", place, "事件没有活动名（concept:name）", "The event has no activity (concept:name)")
        if at is None:
            self._problem("mining.no_time", place, "事件没有可读的时间（time:timestamp）", "The event has no readable time (time:timestamp)")
        trace.words.append((activity or "", event.get("lifecycle:transition", "")))
        trace.at.append(at or 0.0)
        trace.resources.append(event.get("org:resource"))

    def _problem(self, code: str, place: str, zh: str, en: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(code, place, {}, {"zh": zh, "en": en}))


def _instant(text: str | None) -> float | None:
    try:
        at = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def read_xes(path: Path) -> Iterator[Trace]:
    """The cases of a file, in its order; gzip is recognised by its first bytes. An instant without a zone is UTC.

    Raises: `mining.not_xes` with every problem found (the first twenty), after the last case that could be read.
    """
    with path.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        yield from _parse(gzip.GzipFile(fileobj=plain) if packed else plain)


def _parse(stream: IO[bytes] | gzip.GzipFile) -> Iterator[Trace]:
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reading.start, reading.end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = parser.ExternalEntityRefHandler = _no_doctype
    read = 0
    try:
        while chunk := stream.read(CHUNK):
            read += len(chunk)
            if read > MOST_BYTES:
                raise _refused("too_large", "文件解开后超过 4 GB", "The unpacked file is larger than 4 GB")
            parser.Parse(chunk, False)
            if read - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise _refused("too_long", "文件里有超长的片段", "The file has a part that is too long")
            yield from reading.traces
            reading.traces = []
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise _refused("broken", f"第 {error.lineno} 行不是合法的 XML", f"Line {error.lineno} is not well-formed XML") from None
    except (EOFError, OSError, zlib.error):
        raise _refused("packed", "压缩包不完整或已损坏", "The packed file is incomplete or damaged") from None
    yield from reading.traces
    if reading.problems:
        raise invalid("mining.not_xes", reading.problems)


def _no_doctype(*_: Any) -> int:
    raise _refused("doctype", "文件带有文档类型或实体声明，不予读取", "Files with a document type or entities are not read")


def _refused(what: str, zh: str, en: str) -> XingjiError:
    return invalid("mining.not_xes", [Problem(f"mining.{what}", "file", {}, {"zh": zh, "en": en})])
