"""CloudEvents 1.0, decoded and judged one by one: structured, batch, NDJSON and binary mode. Touches no database."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import NewEvent
from xingji.kernel.events.envelope import read_lines_quickly, read_quickly

MAX_DATA_BYTES = 256 * 1024
MAX_NAME = 255
TYPE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,4}\Z")
SUBJECT = re.compile(r"([a-z][a-z0-9_]{0,62})/([0-9a-fA-F-]{36})\Z")

# What only the system itself may say: changes of records, and what its own commands did.
OWN_SUFFIXES = frozenset({"created", "updated", "deleted", "restored", "purged"})
OWN_PREFIXES = frozenset(
    {"definition", "rule", "timer", "person", "unit", "brand", "audit", "import", "clock", "change", "event"}
)
LEAD_WORDS = (
    "received", "assigned", "returned", "picked", "converted", "unconverted", "merged", "unmerged", "pooled", "linked",
    "enquired",
)  # fmt: skip
OWN_TYPES = frozenset(
    {*(f"lead.{word}" for word in LEAD_WORDS), "customer.merged", "customer.unmerged", "customer.name_seen"}
)

CODES = {
    "events.not_an_object": ("不是一个 JSON 对象", "not a JSON object"),
    "events.bad_json": ("不是有效的 JSON：{detail}", "not valid JSON: {detail}"),
    "events.missing": ("缺少必填属性 {attribute}", "the attribute {attribute} is required"),
    "events.bad_attribute": ("属性 {attribute} 无效：{detail}", "the attribute {attribute} is not valid: {detail}"),
    "events.reserved_type": ("类型 {type} 由系统自己记录，请换一个类型名", "{type} is recorded by the system itself; use another type"),
    "events.nul_character": ("包含字符 \\u0000，数据库无法保存，请先去掉", "contains the character \\u0000, which cannot be stored; remove it"),
    "events.data_too_large": ("data 超过 {limit} 字节", "data is larger than {limit} bytes"),
    "events.cannot_store": ("数据库无法保存：{detail}", "it cannot be stored: {detail}"),
    "events.bad_version": ("只支持 CloudEvents 1.0", "only CloudEvents 1.0 is understood"),
    "events.foreign_brand": ("令牌无权写入品牌 {brand}", "the token may not write for the brand {brand}"),
}  # fmt: skip


class Refused(Exception):
    """One item that cannot be taken, with the reason."""

    def __init__(self, code: str, path: str = "", **params: Any) -> None:
        super().__init__(code)
        zh, en = CODES[code]
        words = {key: str(value) for key, value in params.items()}
        message = {"zh": zh.format_map(words), "en": en.format_map(words)}
        self.problem = Problem(code, path, params, message)


class Item(msgspec.Struct, frozen=True, gc=False):
    """One delivered item: the line (or place in the batch, from 1) and the event, or why it is refused."""

    line: int
    event: NewEvent | None = None
    problem: Problem | None = None
    id: str | None = None


_decoder = msgspec.json.Decoder()
_parts = msgspec.json.Decoder(list[msgspec.Raw])


def lines_of(body: bytes) -> list[tuple[int, bytes]]:
    """(line, text) of every line that is not empty."""
    return [(line, text) for line, text in enumerate(body.split(b"\n"), 1) if text and not text.isspace()]


def parts_of(body: bytes) -> list[tuple[int, bytes | msgspec.Raw]]:
    """(place, text) of the items of a batch; a body that is no array is one item."""
    if not body.lstrip().startswith(b"["):
        return [(1, body)]
    try:
        return list(enumerate(_parts.decode(body), 1))
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return [(1, body)]


def judge_lines(body: bytes, texts: Sequence[tuple[int, bytes]], brands: tuple[str, ...] | None = None) -> list[Item]:
    """The items of the lines `lines_of` found in a body: decoded at once when all are plain, else one by one."""
    events = read_lines_quickly(body, len(texts), may_be_said) if brands is None else None
    if events is None:
        return [judge_text(line, text, brands) for line, text in texts]
    return [Item(text[0], event, None, event.id) for text, event in zip(texts, events, strict=True)]


def judge_text(line: int, text: bytes | msgspec.Raw, brands: tuple[str, ...] | None = None) -> Item:
    """The item of one CloudEvent as JSON; never raises."""
    if brands is None:
        event = read_quickly(text, may_be_said)
        if event is not None:
            return Item(line, event, None, event.id)
    return judge(line, decode(bytes(text)), brands)


@lru_cache(maxsize=10_000)
def may_be_said(kind: str) -> bool:
    """Whether outsiders may say events of this type."""
    return is_type(kind) and not is_reserved(kind)


def decode(text: bytes) -> Any:
    """The JSON value, or a Refused in its place."""
    try:
        return _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as problem:
        return Refused("events.bad_json", detail=str(problem)[:120])


def judge(line: int, value: Any, brands: tuple[str, ...] | None = None) -> Item:
    """The item of one decoded value; never raises."""
    if isinstance(value, Refused):
        return Item(line, problem=value.problem)
    name = value.get("id") if isinstance(value, dict) and isinstance(value.get("id"), str) else None
    try:
        return Item(line, event=read_event(value, brands), id=name)
    except Refused as refused:
        return Item(line, problem=refused.problem, id=name)


def read_event(value: Any, brands: tuple[str, ...] | None = None) -> NewEvent:
    """The event a CloudEvent says. Raises Refused.

    `subject` "lead/<uuid>" names the record; the extensions `person` (uuid), `brand`, `claimed` and `durationsec`
    (or `duration_sec` in data) fill the log's own columns.
    """
    if not isinstance(value, dict):
        raise Refused("events.not_an_object")
    if value.get("specversion") != "1.0":
        raise Refused("events.bad_version", "specversion")
    kind = _text(value, "type", required=True)
    _allowed_type(kind)
    object_key, record = _subject(value)
    data = _data(value)
    if not value.keys().isdisjoint(("person", "claimed", "durationsec", "brand")) or "duration_sec" in data or brands:
        person, claimed, duration, brand = _extensions(value, data, brands)
    else:
        person, claimed, duration, brand = None, False, None, None
    return NewEvent(
        type=kind, object=object_key, record=record, data=data, occurred_at=_time(value),
        source=_text(value, "source", required=True), id=_text(value, "id", required=True),
        person=person, claimed=claimed, duration_sec=duration, brand=brand,
    )  # fmt: skip


def _text(value: Mapping[str, Any], attribute: str, *, required: bool = False) -> str:
    text = value.get(attribute)
    if text is None or text == "":
        if required:
            raise Refused("events.missing", attribute, attribute=attribute)
        return ""
    if not isinstance(text, str) or len(text) > MAX_NAME:
        raise Refused(
            "events.bad_attribute", attribute, attribute=attribute, detail=f"text of 1 to {MAX_NAME} characters"
        )
    if "\0" in text:
        raise Refused("events.nul_character", attribute, attribute=attribute)
    return text


def is_type(kind: str) -> bool:
    """Whether a text has the form of an event type."""
    return len(kind) <= MAX_NAME and TYPE.match(kind) is not None


def is_reserved(kind: str) -> bool:
    """Whether only the system itself may say events of this type."""
    return kind.rsplit(".", 1)[1] in OWN_SUFFIXES or kind.split(".", 1)[0] in OWN_PREFIXES or kind in OWN_TYPES


def _allowed_type(kind: str) -> None:
    if not is_type(kind):
        detail = "lower-case words joined by dots, such as page.viewed"
        raise Refused("events.bad_attribute", "type", attribute="type", detail=detail)
    if is_reserved(kind):
        raise Refused("events.reserved_type", "type", type=kind)


def _subject(value: Mapping[str, Any]) -> tuple[str | None, UUID | None]:
    subject = _text(value, "subject")
    if not subject:
        return None, None
    if found := SUBJECT.match(subject):
        try:
            return found[1], UUID(found[2])
        except ValueError:
            pass
    raise Refused(
        "events.bad_attribute", "subject", attribute="subject", detail="object/record id, such as lead/0198c0de-…"
    )


def _time(value: Mapping[str, Any]) -> datetime | None:
    text = value.get("time")
    if text is None:
        return None
    try:
        at = msgspec.convert(text, datetime)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
        if 1970 <= at.year <= 2200:
            return at
    except (msgspec.ValidationError, OverflowError, ValueError):
        pass
    raise Refused("events.bad_attribute", "time", attribute="time", detail="RFC 3339, years 1970 to 2200")


def _data(value: Mapping[str, Any]) -> dict[str, Any]:
    if "data_base64" in value:
        raise Refused("events.bad_attribute", "data_base64", attribute="data_base64", detail="send data as JSON")
    data = value.get("data")
    if data is None:
        return {}
    if not isinstance(data, dict):
        data = {"value": data}
    try:
        encoded = msgspec.json.encode(data)
    except (OverflowError, ValueError, RecursionError) as problem:
        raise Refused("events.bad_attribute", "data", attribute="data", detail=str(problem)[:120]) from None
    if len(encoded) > MAX_DATA_BYTES:
        raise Refused("events.data_too_large", "data", limit=MAX_DATA_BYTES)
    if b"\\u0000" in encoded and _has_nul(data):
        raise Refused("events.nul_character", "data", attribute="data")
    return data


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(map(_has_nul, value))


def _extensions(
    value: Mapping[str, Any], data: Mapping[str, Any], brands: tuple[str, ...] | None
) -> tuple[UUID | None, bool, float | None, str | None]:
    person = None
    if text := _text(value, "person"):
        try:
            person = UUID(text)
        except ValueError:
            raise Refused("events.bad_attribute", "person", attribute="person", detail="a person's id") from None
    claimed = value.get("claimed", False)
    if not isinstance(claimed, bool):
        raise Refused("events.bad_attribute", "claimed", attribute="claimed", detail="true or false")
    duration = value.get("durationsec", data.get("duration_sec"))
    if duration is not None and (
        isinstance(duration, bool) or not isinstance(duration, (int, float)) or not 0 <= duration < 1e9
    ):
        raise Refused("events.bad_attribute", "durationsec", attribute="durationsec", detail="seconds, 0 or more")
    brand = _text(value, "brand") or None
    if brands is not None:
        brand = brand or (brands[0] if len(brands) == 1 else None)
        if brand is not None and brand not in brands:
            raise Refused("events.foreign_brand", "brand", brand=brand)
    return person, claimed, None if duration is None else float(duration), brand


def read_binary(headers: Mapping[str, str], body: bytes) -> Any:
    """The CloudEvent of a binary-mode request (attributes in `ce-` headers), or a Refused."""
    value: dict[str, Any] = {key[3:]: text for key, text in headers.items() if key.startswith("ce-")}
    for key in ("claimed", "durationsec"):
        if key in value:
            decoded = decode(value[key].encode())
            value[key] = value[key] if isinstance(decoded, Refused) else decoded
    if body.strip():
        data = decode(body)
        if isinstance(data, Refused):
            return data
        value["data"] = data
    return value
