"""What one delivery would become: its key, its lead's fields, or why it is refused. Pure; stores nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from xingji.features.leads.intake.payload import Place, apply_mapping, convert, moment_of, storable
from xingji.features.leads.intake.sources import Delivery, Reading, Unreadable, Way, way_of
from xingji.features.leads.intake.words import problem
from xingji.features.leads.recognition.normalise import credit_code_of, phone_of
from xingji.features.leads.recognition.places import province_in, sales_region
from xingji.kernel.core.errors import Problem
from xingji.kernel.core.ids import uuid7

UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
# Passed through whole where the source gives them, under any of these names.
PASSED: Mapping[str, Sequence[str]] = {
    **{name: (name,) for name in UTM},
    "referrer": ("referrer", "referer"),
    "landing": ("landing", "landing_page", "page_url"),
    "device": ("device",),
    "ip_region": ("ip_region",),
    "video_id": ("video_id",),
    "campaign": ("campaign", "booth"),
    "lang": ("lang",),
    "country": ("country",),
}
PASSED_NAMES_OF = {name: key for key, names in PASSED.items() for name in names}
PASSED_NAMES = PASSED_NAMES_OF.keys()
IDENTIFIES = ("name", "company", "mobile", "email", "wechat", "external_id", "uscc", "need")


@dataclass(slots=True)
class Item:
    """One delivery on its way in. `receipt` is made before anything else; a kept one brings its own."""

    source: str
    delivery: Delivery
    receipt: UUID = field(default_factory=uuid7)


@dataclass(slots=True)
class Prepared:
    """What is known of an item before the database is asked."""

    item: Item
    key: str
    body_hash: bytes
    reading: Reading | None = None
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    credit: str | None = None
    way: Way | None = None
    keyed: bool = False  # the key is the sender's own word: another body under it is refused
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What reading needs of the workspace: source documents, the lead's fields, regions, zone, currency, clock.

    sealed: sources whose secrets do not open under this installation's key.
    """

    sources: Mapping[str, Mapping[str, Any]]
    fields: Mapping[str, Mapping[str, Any]]
    regions: Mapping[str, Sequence[str]]
    place: Place
    now: datetime
    settings: Mapping[str, Mapping[str, Any]]
    defaults: Mapping[str, tuple[dict[str, Any], list[Problem]]] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()

    def at(self, now: datetime) -> "Ground":
        """The same ground at another moment."""
        return replace(self, now=now)


def prepare(item: Item, ground: Ground) -> Prepared:
    """The item read, mapped and completed; never raises for what a sender can send."""
    document = ground.sources.get(item.source)
    body_hash = hashlib.sha256(item.delivery.body).digest()
    prepared = Prepared(item, f"body:{body_hash.hex()}", body_hash)
    way = way_of(dict(document)) if document is not None else None
    if document is None or way is None:
        prepared.problems.append(problem("intake.source_unknown", "source", source=item.source))
        return prepared
    prepared.way = way
    settings = ground.settings.get(item.source) or {}
    unreadable = problem("intake.secret_unreadable", "settings", source=item.source) if item.source in ground.sealed else None
    if (refusal := unreadable or way.authenticate(settings, item.delivery)) is not None:
        # A forged delivery must not occupy the key of the genuine one.
        prepared.key = f"refused:{body_hash.hex()}"
        prepared.problems.append(refusal)
        return prepared
    try:
        reading = way.read(document, settings, item.delivery)
    except Unreadable as error:
        prepared.problems.append(error.problem)
        return prepared
    prepared.reading = reading
    prepared.key, prepared.keyed = _key(reading, item, prepared.key)
    if reading.ignored is None:
        _fill(prepared, document, reading, way, ground)
    return prepared


def _key(reading: Reading, item: Item, by_body: str) -> tuple[str, bool]:
    if reading.delivery:
        return f"id:{storable(reading.delivery)[:200]}", False
    if given := item.delivery.headers.get("idempotency-key"):
        return f"key:{storable(given)[:200]}", True
    return by_body, False


def _fill(prepared: Prepared, document: Mapping[str, Any], reading: Reading, way: Way, ground: Ground) -> None:
    mapping = document.get("mapping") or way.template
    values, prepared.problems = apply_mapping(reading.payload, mapping, ground.fields, ground.place)
    passed = _passed(reading.payload, prepared.item.delivery, ground.fields)
    constant, wrong = ground.defaults.get(prepared.item.source) or read_defaults(document, ground.fields, ground.place)
    prepared.problems += wrong
    known = {key: value for key, value in reading.preset.items() if value not in (None, "") and key in ground.fields}
    values = {**constant, **passed, **known, **values}
    values["source"] = prepared.item.source
    if "channel" not in mapping:
        values.setdefault("channel", prepared.item.source)  # a mapped channel may be empty, and then stays empty
    if document.get("consent"):
        values.setdefault("consent", str(document["consent"]))
    if document.get("brand"):
        values["brand"] = str(document["brand"])
    if document.get("protect_days"):
        values["protected_until"] = (ground.now + timedelta(days=float(document["protect_days"]))).isoformat()
    _locate(values, ground)
    if not prepared.problems and not any(values.get(key) for key in IDENTIFIES):
        prepared.problems.append(problem("intake.no_contact"))
    prepared.credit = credit_code_of(values.get("uscc"))
    prepared.values = values
    prepared.occurred_at = _moment(reading.occurred_at, ground)


def _passed(payload: Any, delivery: Delivery, fields: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = delivery.params() if delivery.query else {}
    if isinstance(payload, Mapping):
        nested = payload.get("utm")
        if isinstance(nested, Mapping):
            given |= {f"utm_{name}": value for name, value in nested.items()}
        given |= {name: value for name, value in payload.items() if name in PASSED_NAMES and value not in (None, "")}
    found: dict[str, Any] = {}
    for name in PASSED_NAMES & given.keys():
        key = PASSED_NAMES_OF[name]
        if key in fields and given[name] not in (None, "") and (key not in found or name == key):
            found[key] = storable(given[name])[:2000]
    return found


def read_defaults(
    document: Mapping[str, Any], fields: Mapping[str, Mapping[str, Any]], place: Place
) -> tuple[dict[str, Any], list[Problem]]:
    """What a source says of every lead, in the form the records floor takes, and what is wrong with it."""
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, value in (document.get("defaults") or {}).items():
        if key not in fields:
            problems.append(problem("intake.unknown_field", f"defaults.{key}", field=key))
            continue
        try:
            values[key] = convert(value, fields[key], place)
        except (ValueError, ArithmeticError):
            kind = fields[key].get("kind")
            problems.append(problem("intake.value_unfit", f"defaults.{key}", field=key, kind=kind, value=str(value)[:60], path="defaults"))
    return values, problems


def _locate(values: dict[str, Any], ground: Ground) -> None:
    """The sales region by the place given, else by the phone's, else by the platform's word on the IP address."""
    phone = phone_of(values.get("mobile"))
    area = values.get("area")
    given = area[0] if isinstance(area, list) and area else None
    if "region" in ground.fields and not values.get("region"):
        for province in (given, phone.province if phone else None, province_in(values.get("ip_region"))):
            if region := sales_region(province, ground.regions):
                values["region"] = region
                break
    if "country" in ground.fields and not values.get("country") and (given or (phone and phone.country)):
        values["country"] = "CN" if given else phone.country


def _moment(value: Any, ground: Ground) -> datetime | None:
    try:
        moment = moment_of(value, ground.place.zone) if value is not None else None
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment is not None and 1970 <= moment.year <= 2200 else None
