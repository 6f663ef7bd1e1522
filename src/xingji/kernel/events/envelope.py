"""The quick way through a CloudEvent: typed decoding, data kept as the text it came in. Refuses nothing.

Whatever is unusual (an escape, a limit, a wrong type) answers None, and `cloudevents` judges it the thorough way.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Literal
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


NOTHING = RawData("{}")
ABSENT = msgspec.Raw(b"")


class Envelope(msgspec.Struct, gc=False):
    """What of a CloudEvent is read here; other attributes are passed over."""

    specversion: Literal["1.0"]
    type: str
    source: str
    id: str
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
    if bytes(one.person) or bytes(one.data_base64) or one.brand is not None or one.durationsec is not None:
        return None
    if not (0 < len(one.source) <= LONGEST and 0 < len(one.id) <= LONGEST) or not allowed(one.type):
        return None
    if "\0" in one.source or "\0" in one.id:
        return None
    about = _subject(one.subject) if one.subject else (None, None)
    data, at = _data(one.data), _time(one.time)
    if about is None or data is None or (at is None and one.time is not None):
        return None
    return NewEvent(one.type, about[0], about[1], data, at, one.source, one.id, None, one.claimed)


def _data(raw: msgspec.Raw) -> RawData | None:
    text = bytes(raw)
    if not text:
        return NOTHING
    if not text.startswith(b"{") or len(text) > LARGEST or b"\\u" in text or b'"duration_sec"' in text:
        return None
    try:
        return RawData(text.decode())
    except UnicodeDecodeError:
        return None


def _time(at: datetime | None) -> datetime | None:
    if at is None or not LEAST_YEAR < at.year < LAST_YEAR:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


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
