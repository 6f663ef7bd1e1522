"""Yes or no."""

from typing import TYPE_CHECKING, Any

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds.kind import FieldKind, Place, Refused, fixed

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field

YES = frozenset({"true", "yes", "y", "1", "是", "有", "对", "√"})
NO = frozenset({"false", "no", "n", "0", "否", "无", "没有", "×"})


def _parse(spec: "Field", value: Any, place: Place) -> bool:
    if not isinstance(value, bool):
        raise Refused("not_yes_or_no")
    return value


def _read_text(spec: "Field", text: str, place: Place) -> bool:
    word = text.lower()
    if word in YES or word in NO:
        return word in YES
    raise Refused("not_yes_or_no", text=text[:40])


def _from_text(sql: str) -> str:
    yes, no = (", ".join(f"'{word}'" for word in sorted(words)) for words in (YES, NO))
    return f"(case when lower(btrim({sql})) in ({yes}) then true when lower(btrim({sql})) in ({no}) then false end)"


KIND = FieldKind(
    key="boolean",
    cel=CelKind.boolean,
    column=fixed("boolean"),
    parse=_parse,
    read_text=_read_text,
    from_text=_from_text,
)
