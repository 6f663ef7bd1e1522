"""The quick way through a CloudEvent: typed decoding, data kept as the text it came in. Refuses nothing.

Whatever is unusual (an escape, a limit, a wrong type) answers None, and `cloudevents` judges it the thorough way.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec

from xingji.kernel.core.protocols import NewEvent

LONGEST = 255
LARGEST = 256 * 1024
LEAST_YEAR, LAST_YEAR = 1970, 2200


class RawData(Mapping[str, Any]):
    """Data of an event as JSON text, decoded only when somebody looks."""

    __slots__ = ("_decoded", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._decoded: dict[str, Any] | None = None

    def _data(self) -> dict[str, Any]:
        if self._decoded is None:
            self._decoded = msgspec.json.decode(self.text)
        return self._decoded

    def __getitem__(self, key: str) -> Any:
        return self._data()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data())

    def __len__(self) -> int:
        return len(self._data())


CLOSER = re.compile(rb"\\u(?:00|[dD][89a-fA-F])")
"""Escaped ASCII, which may hide a name we look for or the character no database stores, and halves of characters."""
NOTHING = RawData("{}")
NOBODY = (None, None)
ABSENT = msgspec.Raw(b"")


Name = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST)]


class Envelope(msgspec.Struct, gc=False):
    """What of a CloudEvent is read here; other attributes are passed over."""

    specversion: Literal["1.0"]
    type: str
    source: Name
    id: Name
    subject: str | None = None
    time: datetime | None = None
    data: msgspec.Raw = ABSENT
    data_base64: msgspec.Raw = ABSENT
    person: msgspec.Raw = ABSENT
    claimed: bool = False
    durationsec: float | None = None
    brand: str | None = None


_decoder = msgspec.json.Decoder(Envelope)


def read_quickly(text: bytes | msgspec.Raw, allowed: Any) -> NewEvent | None:
    """The event, or None when it must be judged thoroughly. `allowed(type)` says whether outsiders may say the type."""
    try:
        one = _decoder.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    return _event(one, allowed) if _is_plain(text) else None


def read_lines_quickly(body: bytes, lines: int, allowed: Any) -> list[NewEvent] | None:
    """The events of a body of so many lines, all decoded at once; None when any of them must be judged thoroughly."""
    if not _is_plain(body):
        return None
    try:
        found = [_event(one, allowed) for one in _decoder.decode_lines(body)]
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return None
    return found if len(found) == lines and None not in found else None  # type: ignore[return-value]


def _is_plain(text: bytes | msgspec.Raw) -> bool:
    """Whether no escape or control character and no attribute inside data needs a closer look."""
    whole = bytes(text)
    if b"\0" in whole or b'"duration_sec"' in whole:
        return False
    return b"\\u" not in whole or CLOSER.search(whole) is None


def _event(one: Envelope, allowed: Any) -> NewEvent | None:
    if (
        one.person is not ABSENT or one.data_base64 is not ABSENT or one.brand is not None
        or one.durationsec is not None or not allowed(one.type)
    ):  # fmt: skip
        return None
    about = _subject(one.subject) if one.subject else NOBODY
    data = NOTHING if one.data is ABSENT else _data(one.data)
    at = one.time
    if at is not None:
        if not LEAST_YEAR < at.year < LAST_YEAR:
            return None
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
    if about is None or data is None:
        return None
    return NewEvent(one.type, about[0], about[1], data, at, one.source, one.id, None, one.claimed)


def _data(raw: msgspec.Raw) -> RawData | None:
    try:
        text = str(raw, "utf-8")
    except UnicodeDecodeError:
        return None
    return RawData(text) if text.startswith("{") and len(text) <= LARGEST // 4 else None


@lru_cache(maxsize=50_000)
def _subject(text: str) -> tuple[str, UUID] | None:
    object_key, _, record = text.partition("/")
    if len(record) != 36 or not object_key.isascii() or not object_key.islower() or len(object_key) > 63:
        return None
    if not object_key.replace("_", "a").isalnum() or not object_key[0].isalpha():
        return None
    try:
        return object_key, UUID(record)
    except ValueError:
        return None
