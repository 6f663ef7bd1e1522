"""Fields as the registry holds them, those every object has included. Owns their shape; never a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from xingji.kernel.cel.environment import RESERVED as CEL_RESERVED
from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds import FIELD_KINDS, FieldKind
from xingji.kernel.records.field_kinds.formula import RESULTS
from xingji.kernel.records.field_kinds.ids import parse_id, render_id
from xingji.kernel.records.field_kinds.kind import fixed


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an object. `column` is the physical column, None when the value is computed at read."""

    key: str
    kind: FieldKind
    document: Mapping[str, Any]
    column: str | None
    cel: CelKind
    system: bool = False
    server_owned: bool = False
    #: Read for every value of a choice: made once.
    option_keys: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "option_keys", tuple(option["key"] for option in self.document.get("options", ())))

    @property
    def name(self) -> Mapping[str, str]:
        """The label in each language."""
        return self.document.get("name") or {"zh": self.key, "en": self.key}

    @property
    def required(self) -> bool:
        return bool(self.document.get("required"))

    @property
    def unique(self) -> bool:
        return bool(self.document.get("unique"))

    @property
    def searchable(self) -> bool:
        return bool(self.document.get("search", self.kind.key in ALWAYS_SEARCHED))

    @property
    def to(self) -> str | None:
        """The object a relation leads to."""
        return self.document.get("to")

    @property
    def pg_type(self) -> str | None:
        return self.kind.column(self.document)


ALWAYS_SEARCHED = frozenset({"phone", "uscc", "company", "email"})


def cel_of(document: Mapping[str, Any], rolled_up: CelKind | None = None) -> CelKind:
    """What an expression sees of a field. `rolled_up` is the kind of the field a roll-up aggregates."""
    kind = document["kind"]
    if kind == "number":
        return CelKind.double if document.get("decimals") else CelKind.integer
    if kind == "formula":
        return RESULTS.get(document.get("result", ""), CelKind.double)
    if kind == "rollup":
        return _cel_of_rollup(document, rolled_up)
    return FIELD_KINDS[kind].cel


def _cel_of_rollup(document: Mapping[str, Any], rolled_up: CelKind | None) -> CelKind:
    aggregate = document.get("aggregate", "count")
    if aggregate == "count":
        return CelKind.integer
    if document.get("events") is not None:
        return CelKind.timestamp
    if aggregate == "avg" and rolled_up is CelKind.integer:
        return CelKind.double
    return rolled_up or CelKind.double


#: A unit of the organisation: an id as persons are, but never written by clients.
UNIT_KIND = FieldKind(key="unit", cel=CelKind.uuid, column=fixed("uuid"), parse=parse_id, render=render_id)
ID_KIND = FieldKind(key="id", cel=CelKind.uuid, column=fixed("uuid"), parse=parse_id, render=render_id)


def _system(key: str, kind: FieldKind | str, zh: str, en: str, *, server_owned: bool = True, **options: Any) -> Field:
    found = FIELD_KINDS[kind] if isinstance(kind, str) else kind
    document = {"key": key, "kind": found.key, "name": {"zh": zh, "en": en}, **options}
    return Field(key, found, document, key, found.cel, system=True, server_owned=server_owned)


#: The columns every object table has, in their order.
SYSTEM_FIELDS: dict[str, Field] = {
    field.key: field
    for field in (
        _system("id", ID_KIND, "编号", "Id"),
        _system("created_at", "datetime", "创建时间", "Created at"),
        _system("updated_at", "datetime", "修改时间", "Updated at"),
        _system("created_by", "person", "创建人", "Created by"),
        _system("updated_by", "person", "修改人", "Updated by"),
        _system("version", "number", "版本", "Version"),
        _system("owner", "person", "负责人", "Owner", server_owned=False),
        _system("unit", UNIT_KIND, "部门", "Unit"),
        _system("brand", "text", "品牌", "Brand", server_owned=False),
        _system("write_mode", "text", "写入方式", "Mode of writing"),
    )
}
#: Physical columns that are no fields.
HIDDEN_COLUMNS = ("deleted_at", "search")
RESERVED = frozenset(
    {
        *SYSTEM_FIELDS,
        *HIDDEN_COLUMNS,
        *CEL_RESERVED,
        "can",
        "object",
        "now",
        "me",
        "old",
        "event",
        "record",
        "true",
        "false",
        "null",
        "in",
    }
)
