"""What a pool's rules mean for the one who looks: numbers left, cool-down, hidden fields, returns and protection in words. Reads only."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from xingji.kernel.core.errors import XingjiError
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.conditions_http import parse_condition
from xingji.kernel.records.schema import load_schema
from xingji.kernel.records.visibility import visible_fields

ENTRIES = """select record, entered_at, reason, case when previous_owner = $2 and cool_until > $3 then cool_until end as mine_until
  from pool_entry where record = any($1::uuid[])"""


async def explain(uow: UnitOfWork, document: Mapping[str, Any], object_key: str) -> dict[str, Any]:
    """{cool_down_days, hidden, returns: [{days, warn, when, unless}], protected: [sentence]}, words in both languages.

    A condition over fields the reader does not see is left without words.
    """
    schema = await load_schema(uow)
    seen = visible_fields(schema, uow.actor, object_key)
    fields = schema.objects[object_key].fields if object_key in schema.objects else {}
    hidden = [
        {"key": key, "name": dict(fields[key].name)} for key in document.get("hide_until_pick") or () if key in fields and key in seen
    ]
    returns = [
        {
            "days": rule.get("idle_days"), "warn": list(rule.get("warn_days") or ()),
            "when": None if str(rule.get("when", "true")) == "true" else await _words(uow, object_key, rule["when"]),
            "unless": await _words(uow, object_key, rule["unless"]) if rule.get("unless") else None,
        }
        for rule in document.get("return") or () if isinstance(rule, Mapping)
    ]  # fmt: skip
    protected = [words for cel in document.get("never_return") or () if (words := await _words(uow, object_key, cel))]
    return {"cool_down_days": document.get("cool_down_days"), "hidden": hidden, "returns": returns, "protected": protected}


async def _words(uow: UnitOfWork, object_key: str, cel: Any) -> Mapping[str, str] | None:
    try:
        return (await parse_condition(uow, object_key, str(cel)))["sentence"]
    except XingjiError:
        return None


async def lying_there(uow: UnitOfWork, rows: Sequence[dict[str, Any]]) -> None:
    """Adds to rows of a pool since when and why they lie there, and until when the reader, their owner before, may not pick them."""
    found = {row["record"]: row for row in await uow.fetch(ENTRIES, [UUID(str(row["id"])) for row in rows], uow.actor.person, uow.now)}
    for row in rows:
        entry = found.get(UUID(str(row["id"])))
        if entry is not None:
            reason = (entry["reason"] or {}).get("code")
            row |= {"entered_at": entry["entered_at"], "pool_reason": reason if reason in ("sla", "idle") else "manual", "cooling_until": entry["mine_until"]}
