"""A link to one record of another object (or the same), seen from both sides."""

from collections.abc import Mapping
from typing import Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.core.errors import Problem
from xingji.kernel.records.field_kinds import ids
from xingji.kernel.records.field_kinds.kind import FieldKind, fixed, problem


def _check(document: Mapping[str, Any], path: str) -> list[Problem]:
    if not isinstance(document.get("to"), str):
        return [
            problem(
                "relation_target_missing",
                f"{path}.to",
                "关联字段要写明关联到哪个对象",
                "A relation must say to which object",
            )
        ]
    inverse = document.get("inverse")
    if inverse is not None and (not isinstance(inverse, Mapping) or not isinstance(inverse.get("key"), str)):
        return [problem("bad_option", f"{path}.inverse", "inverse 须有 key 和 name", "inverse needs a key and a name")]
    return []


KIND = FieldKind(
    key="relation",
    cel=CelKind.uuid,
    column=fixed("uuid"),
    parse=ids.parse_id,
    render=ids.render_id,
    read_text=ids.read_name,
    check=_check,
    from_text=ids.id_of_sql,
    options=frozenset({"to", "inverse"}),
)
