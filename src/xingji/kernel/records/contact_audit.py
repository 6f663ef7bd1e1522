"""Who looked for a phone, an e-mail or a WeChat id, and how much they found: one line of the audit log each time."""

import re

from xingji.kernel.access import audit
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.checks import expression_fields
from xingji.kernel.records.schema import load_schema

CONTACT_KINDS = ("phone", "email")
CONTACT_FIELDS = ("wechat",)
LOOKS_LIKE_CONTACT = re.compile(r"\d{7,}|\S@\S")


async def audit_contact_query(uow: UnitOfWork, object_key: str | None, filter: str | None, search: str | None, found: int) -> None:
    """Writes the line when a filter names a contact field or a search text looks like a phone or an e-mail.

    The value that was looked for is not kept, only the fields. `found`: the rows that were answered.
    """
    fields: list[str] = []
    if filter and object_key:
        kind = (await load_schema(uow)).objects.get(object_key)
        named = {name.removeprefix(f"{object_key}.") for name in expression_fields(object_key, filter)}
        specs = kind.fields if kind else {}
        fields = sorted(key for key in named if key in specs and (specs[key].kind.key in CONTACT_KINDS or key in CONTACT_FIELDS))
    by_text = bool(search and LOOKS_LIKE_CONTACT.search(search.replace(" ", "").replace("-", "")))
    if fields or by_text:
        await audit(uow, "contact.looked_for", object_key=object_key, fields=fields, by_text=by_text, found=found)
