"""What recognition compares of a record: its keys. Pure apart from loading; owns the table `match_key`."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from xingji.features.leads.recognition.normalise import company_key, credit_code_of, email_of, phone_of
from xingji.kernel.db import UnitOfWork

# Field → how it is compared, per object. Of a customer also the contacts' numbers count.
COMPARED: Mapping[str, Mapping[str, str]] = {
    "lead": {"mobile": "phone", "email": "email", "wechat": "wechat", "company": "company", "uscc": "credit"},
    "customer": {"phone": "phone", "name": "company", "former_names": "company", "uscc": "credit"},
    "contact": {"mobile": "phone", "email": "email", "wechat": "wechat"},
}

REPLACE = "delete from match_key where record = any($1)"
INSERT = """insert into match_key (object, record, kind, value, field)
  select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[]) on conflict do nothing"""


class Key(NamedTuple):
    """One thing of a record that may be equal to another record's."""

    object: str
    record: UUID
    kind: str
    value: str
    field: str


def keys_of(object_key: str, row: Mapping[str, Any], *, as_object: str | None = None, as_record: UUID | None = None) -> list[Key]:
    """The keys of a record's values; `as_object`, `as_record` count a contact's for its customer."""
    record = as_record or UUID(str(row["id"]))
    target = as_object or object_key
    found: dict[tuple[str, str], Key] = {}
    for name, kind in COMPARED.get(object_key, {}).items():
        field = f"{object_key}.{name}" if as_object else name
        for value in _listed(row.get(name)):
            for made_kind, made in _made(kind, value):
                found.setdefault((made_kind, made), Key(target, record, made_kind, made[:300], field))
    return list(found.values())


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else () if value in (None, "") else (value,)


def _made(kind: str, value: Any) -> Iterable[tuple[str, str]]:
    if kind == "phone":
        phone = phone_of(str(value).partition("-")[0] if str(value).count("-") == 1 and str(value)[:1] == "1" else value)
        return [("phone", phone.e164)] if phone is not None and phone.kind != "service" else []
    if kind == "email":
        return [("email", address)] if (address := email_of(value)) else []
    if kind == "credit":
        return [("credit", code)] if (code := credit_code_of(value)) else []
    if kind == "wechat":
        return [("wechat", text)] if (text := str(value).strip().lower()) else []
    name = company_key(str(value))
    if not name.full:
        return []
    return [("company", name.full), ("company_core", name.core)] if len(name.core) >= 2 else [("company", name.full)]


async def replace_keys(uow: UnitOfWork, records: Sequence[UUID], keys: Sequence[Key]) -> None:
    """Stores the keys of these records in place of what they had."""
    if records:
        await uow.execute(REPLACE, list(records))
    if keys:
        await uow.execute(INSERT, *map(list, zip(*keys, strict=True)))
