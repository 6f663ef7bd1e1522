"""The words of a condition: labels of fields and names of values, for `cel.to_sentence`. Owns no grammar and no check."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from xingji.kernel.cel import to_sentence
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import Published, load_published
from xingji.kernel.records.field_kinds.provinces import PROVINCES
from xingji.kernel.records.fields import Field
from xingji.kernel.records.render import names
from xingji.kernel.records.schema import Schema

LANGUAGES = ("zh", "en")
Pair = tuple[str, str]

#: Names behind a person, a unit, a region, and the names that are no fields.
_MEMBERS: Mapping[str, Pair] = {
    "id": ("编号", "id"), "key": ("标识", "key"), "name": ("姓名", "name"), "title": ("职务", "title"),
    "tags": ("标签", "tags"), "roles": ("角色", "roles"), "joined_on": ("入职日期", "date of joining"),
    "unit": ("部门", "unit"), "manager": ("上级", "manager"), "region": ("大区", "region"), "brand": ("品牌", "brand"),
    "province": ("省份", "province"), "city": ("城市", "city"), "district": ("区县", "district"),
}  # fmt: skip
_NAMES: Mapping[tuple[str, ...], Pair] = {
    ("now",): ("现在", "now"), ("me", "id"): ("本人", "me"), ("me", "people"): ("我和我的下属", "me and my people"),
    ("me", "units"): ("我的部门", "my units"), ("me", "regions"): ("我的大区", "my regions"),
    ("me", "brands"): ("我的品牌", "my brands"), ("me", "roles"): ("我的角色", "my roles"),
    ("event", "type"): ("事件类型", "type of the event"), ("event", "at"): ("事件时间", "time of the event"),
    ("event", "person"): ("事件的人", "person of the event"), ("event", "source"): ("事件来源", "source of the event"),
    ("event", "claimed"): ("事件为自报", "event is claimed"), ("event", "duration_sec"): ("事件时长（秒）", "seconds of the event"),
}  # fmt: skip
_EVENTS: Mapping[str, Pair] = {
    "page.viewed": ("浏览页面", "page views"), "touch.response": ("响应", "responses"),
    "touch.followup": ("有效跟进", "effective follow-ups"), "touch.inbound": ("客户来话", "inbound touches"),
    "touch.note": ("备注", "notes"), "lead.received": ("收到线索", "lead received"),
    "lead.assigned": ("线索分配", "lead assigned"), "lead.picked": ("领取线索", "lead picked"),
    "lead.pooled": ("进入公海", "lead pooled"), "lead.returned": ("退回公海", "lead returned"),
    "lead.converted": ("线索转化", "lead converted"), "lead.enquired": ("再次询盘", "further enquiry"),
}  # fmt: skip
_VERBS: Mapping[str, Pair] = {
    "created": ("新建", "created"),
    "updated": ("修改", "changed"),
    "deleted": ("删除", "deleted"),
    "restored": ("恢复", "restored"),
}


@dataclass(slots=True)
class Words:
    """Labels and names in one language; `people`, `related` and `places` are looked up beforehand."""

    schema: Schema
    object: str
    lang: str
    people: Mapping[str, str] = field(default_factory=dict)
    related: Mapping[str, str | None] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    given: Mapping[str, Any] = field(default_factory=dict)

    def label(self, path: tuple[str, ...]) -> str:
        """The label of a path: 「客户的等级」."""
        if ".".join(path) in self.given:
            return self._text(self.given[".".join(path)], path[-1])
        if path in _NAMES:
            return self._word(_NAMES[path])
        if path[0] == "event":
            return path[2] if path[1:2] == ("data",) and len(path) == 3 else self._event(".".join(path[1:]))
        if path[0] == "old":
            return self._word(("原{}", "former {}")).format(self.label(path[1:]))
        parts = [name for name, _ in self._walk(path)]
        return self._word(("的", " › ")).join(parts)

    def value(self, path: tuple[str, ...], value: Any) -> str | None:
        """What people call a value of the field at a path, None when it speaks for itself."""
        steps = list(self._walk(path))
        spec = steps[-1][1] if steps else None
        if not isinstance(value, str):
            if spec is not None and spec.kind.key == "percent" and isinstance(value, int | float):
                return f"{value * 100:.15g}%"
            return None
        if spec is not None:
            for option in spec.document.get("options") or ():
                if option["key"] == value:
                    return self._text(option.get("name"), value)
            if spec.key in self.documents and value in self.documents[spec.key]:
                return self._text(self.documents[spec.key][value].get("name"), value)
        if path[-1] == "province" and value in PROVINCES:
            return PROVINCES[value]
        return self.people.get(value) or self.related.get(value) or self.places.get(value)

    def _walk(self, path: tuple[str, ...]) -> Iterator[tuple[str, Field | None]]:
        kind = self.schema.objects.get(self.object)
        for key in path:
            spec = kind.fields.get(key) if kind is not None else None
            if spec is None:
                yield self._word(_MEMBERS.get(key, (key, key))), None
                kind = None
                continue
            yield self._text(spec.name, key), spec
            kind = self.schema.objects.get(spec.to or "")

    def _event(self, type_: str) -> str:
        if type_ in _EVENTS:
            return self._word(_EVENTS[type_])
        head, _, verb = type_.rpartition(".")
        if head in self.schema.objects and verb in _VERBS:
            return (
                f"{self._text(self.schema.objects[head].name, head)}{self._word(('', ' '))}{self._word(_VERBS[verb])}"
            )
        return type_

    def _word(self, pair: Pair) -> str:
        return pair[LANGUAGES.index(self.lang)]

    def _text(self, name: Any, fallback: str) -> str:
        if not isinstance(name, Mapping):
            return str(name or fallback)
        return str(name.get(self.lang) or name.get("zh") or name.get("en") or fallback)


async def sentences(
    uow: UnitOfWork, schema: Schema, object_key: str, trees: list[Mapping[str, Any]], given: Mapping[str, Any] | None = None
) -> list[dict[str, str]]:
    """Each tree in words, {zh, en}, `given` the names of what is no field; at most two statements, for names of people, records, teams and regions."""
    leaves = [leaf for tree in trees for leaf in leaves_of(tree)]
    ids = {text for leaf in leaves for text in _texts(leaf.get("value")) if _is_id(text)}
    targets: dict[str, set[str]] = {}
    words = Words(schema, object_key, "zh")
    for leaf in leaves:
        steps = list(words._walk(tuple(str(leaf.get("field", "")).split("."))))
        spec = steps[-1][1] if steps else None
        if spec is not None and spec.kind.key == "relation" and spec.to in schema.objects:
            targets.setdefault(str(spec.to), set()).update(text for text in _texts(leaf.get("value")) if _is_id(text))
    people, related = await names(uow, schema, ids, targets) if ids else ({}, {})
    placed = any(leaf.get("op") in ("in_team", "in_region") for leaf in leaves)
    rows = await uow.fetch("select key, name from unit union all select key, name from region") if placed else ()
    places = {row["key"]: row["name"] for row in rows}
    documents = named_by_fields(await load_published(uow))
    readers = [Words(schema, object_key, lang, people, related, places, documents, given or {}) for lang in LANGUAGES]
    return [
        {one.lang: to_sentence(tree, one.label, one.lang, values=one.value, zone=schema.zone) for one in readers}
        for tree in trees
    ]


def named_by_fields(published: Published) -> dict[str, Mapping[str, Any]]:
    """Definitions whose keys stand in fields, by field: what is read there is their name."""
    sources = published.of_kind("source")
    return {"source": sources, "channel": sources, "pool": published.of_kind("pool")}


def leaves_of(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every leaf of a well-formed tree."""
    if tree.get("kind") == "leaf":
        yield tree
    for item in tree.get("items") or ():
        yield from leaves_of(item)


def _texts(value: Any) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return len(text) == 36
