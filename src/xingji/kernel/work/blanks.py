"""What the blanks of a message may show its reader. Owns the walk from a dotted name to the field it stands for."""

from collections.abc import Mapping
from typing import Any

from xingji.kernel.core.protocols import Policy
from xingji.kernel.definitions import Published

SHOWN = frozenset({"read", "write"})
SYSTEM_COLUMNS = frozenset({"id", "created_at", "updated_at", "created_by", "updated_by", "owner", "unit", "brand"})


def may_show(policy: Policy | None, published: Published, object_key: str, name: str) -> bool:
    """Whether a reader may see what a dotted name of an object stands for: every field on the way must be readable.

    Names that are no fields (the minutes a rule counted) are nobody's secret; of an object that is not published,
    every name counts as a field. No policy: nothing may be shown.
    """
    if policy is None:
        return False
    at: str | None = object_key
    for part in name.split("."):
        if at is None:
            return True
        fields = published.memo(("blanks.fields", at), lambda found, key=at: _fields(found.get("object", key)))
        if fields is not None and part not in fields and part not in SYSTEM_COLUMNS:
            return True
        if policy.field(at, part) not in SHOWN:
            return False
        at = (fields or {}).get(part, {}).get("to")
    return True


def _fields(document: Mapping[str, Any] | None) -> dict[str, Mapping[str, Any]] | None:
    if document is None:
        return None
    given = document.get("fields") or ()
    return {str(one.get("key")): one for one in given if isinstance(one, Mapping)}
