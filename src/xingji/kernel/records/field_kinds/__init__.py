"""Kinds of fields: one file each, joined in one dict."""

from xingji.kernel.records.field_kinds import (
    boolean,
    choice,
    company,
    date,
    datetime,
    email,
    file,
    formula,
    long_text,
    money,
    multi_choice,
    number,
    percent,
    person,
    phone,
    region,
    relation,
    rollup,
    tags,
    text,
    url,
    uscc,
)
from xingji.kernel.records.field_kinds.kind import FieldKind, Place, Refused

FIELD_KINDS: dict[str, FieldKind] = {
    module.KIND.key: module.KIND
    for module in (
        text, long_text, number, money, percent, date, datetime, boolean, choice, multi_choice, tags, person, relation,
        phone, email, url, company, uscc, region, file, formula, rollup,
    )
}  # fmt: skip

__all__ = ["FIELD_KINDS", "FieldKind", "Place", "Refused"]
