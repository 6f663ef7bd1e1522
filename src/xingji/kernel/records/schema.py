"""The registry of objects and fields, built from published definitions. Owns every identifier that SQL may name.

Never holds values. A schema belongs to one revision of the definitions; what is compiled from it is kept with it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.core.errors import not_found
from xingji.kernel.db import UnitOfWork
from xingji.kernel.definitions import Published, load_published
from xingji.kernel.records.field_kinds import FIELD_KINDS, Place
from xingji.kernel.records.fields import SYSTEM_FIELDS, Field, cel_of

T = TypeVar("T")
Columns = Mapping[tuple[str, str, str], str]
"""(object, field, PostgreSQL type) -> physical column, where it is not named as the field."""


@dataclass(frozen=True, slots=True)
class Inverse:
    """A relation seen from its other side: the records of `object` whose `field` leads here."""

    key: str
    object: str
    field: str
    name: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RowMask:
    """Fields of an object that are masked in those rows for which a condition holds, unless the actor holds a right.

    `when` is CEL about the whole record, `me` included. Whoever reads every row of the object sees through it.
    """

    object: str
    fields: tuple[str, ...]
    when: str
    unless_right: str | None = None


RowMasks = Callable[[Published], Iterable[RowMask]]
_row_masks: dict[str, RowMasks] = {}


def configure_row_masks(name: str, masks: RowMasks) -> None:
    """Lets a feature mask fields row by row (contact data of leads in a pool); asked once per revision."""
    _row_masks[name] = masks


@dataclass(frozen=True, slots=True)
class ObjectType:
    """An object with its fields, those every object has included."""

    key: str
    document: Mapping[str, Any]
    fields: Mapping[str, Field]
    title: str
    inverses: Mapping[str, Inverse]

    @property
    def table(self) -> str:
        """The quoted name of its table."""
        return quoted(table_of(self.key))

    @property
    def name(self) -> Mapping[str, str]:
        return self.document.get("name") or {"zh": self.key, "en": self.key}

    @property
    def conditions(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(self.document.get("conditions") or ())

    @property
    def stored(self) -> list[Field]:
        """Fields with a column of their own, those of the system left out."""
        return [f for f in self.fields.values() if f.column is not None and not f.system]

    @property
    def sort(self) -> str:
        return self.document.get("sort") or "-created_at"

    def field(self, key: str) -> Field:
        """The field of that key. Raises: `records.unknown_field`."""
        if key not in self.fields:
            raise not_found("records.unknown_field", object=self.key, field=key)
        return self.fields[key]


@dataclass(frozen=True, slots=True)
class Schema:
    """All objects of one revision."""

    rev: int
    objects: Mapping[str, ObjectType]
    place: Place
    zone: str = "Asia/Shanghai"
    masks: Mapping[str, tuple[RowMask, ...]] = field(default_factory=dict)
    forms: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)  # what forms require, by object
    _memo: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def object(self, key: str) -> ObjectType:
        """The object of that key. Raises: `records.unknown_object`."""
        if key not in self.objects:
            raise not_found("records.unknown_object", object=key)
        return self.objects[key]

    def memo(self, key: Any, build: Callable[[], T]) -> T:
        """Whatever `build` makes of this schema, made once."""
        if key not in self._memo:
            if len(self._memo) > 5_000:
                self._memo.clear()
            self._memo[key] = build()
        return self._memo[key]


def table_of(object_key: str) -> str:
    """The unquoted name of an object's table."""
    return f"o_{object_key}"


def quoted(identifier: str) -> str:
    """An identifier of the registry as SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def build_schema(
    documents: Mapping[str, Mapping[str, Any]],
    *,
    rev: int = 0,
    columns: Columns | None = None,
    place: Place | None = None,
) -> Schema:
    """The registry of these object documents; fields of unknown kinds are left out."""
    objects = {key: _object(key, document, documents, columns or {}) for key, document in documents.items()}
    place = place or Place()
    return Schema(rev, objects, place, zone=str(place.zone))


def _object(
    key: str, document: Mapping[str, Any], documents: Mapping[str, Mapping[str, Any]], columns: Columns
) -> ObjectType:
    fields: dict[str, Field] = dict(SYSTEM_FIELDS)
    owned = set(document.get("server_owned") or ())
    for spec in document.get("fields") or ():
        kind = FIELD_KINDS.get(spec.get("kind"))
        if kind is None or spec.get("key") in fields:
            continue
        pg_type = kind.column(spec)
        column = None if pg_type is None else columns.get((key, spec["key"], pg_type), spec["key"])
        cel = cel_of(spec, _rolled_up(spec, documents))
        fields[spec["key"]] = Field(spec["key"], kind, spec, column, cel, server_owned=spec["key"] in owned)
    title = document.get("title") if document.get("title") in fields else "id"
    return ObjectType(key, document, fields, str(title), _inverses(key, documents))


def _rolled_up(spec: Mapping[str, Any], documents: Mapping[str, Mapping[str, Any]]) -> CelKind | None:
    source, wanted = spec.get("of"), spec.get("field")
    if not isinstance(source, str) or wanted is None:
        return None
    if wanted in SYSTEM_FIELDS:
        return SYSTEM_FIELDS[wanted].cel
    for other in documents.get(source.partition(".")[0], {}).get("fields") or ():
        if other.get("key") == wanted and other.get("kind") in FIELD_KINDS:
            return cel_of(other)
    return None


def _inverses(key: str, documents: Mapping[str, Mapping[str, Any]]) -> dict[str, Inverse]:
    found: dict[str, Inverse] = {}
    for other, document in documents.items():
        for spec in document.get("fields") or ():
            if spec.get("kind") != "relation" or spec.get("to") != key:
                continue
            inverse = spec.get("inverse") or {"key": f"{other}_{spec['key']}", "name": document.get("name")}
            found[inverse["key"]] = Inverse(inverse["key"], other, spec["key"], inverse.get("name") or {})
    return found


async def load_schema(uow: UnitOfWork) -> Schema:
    """The registry of the revision this unit of work sees; one query when the revision is new to this process."""
    published = await load_published(uow)
    state = uow.workspace
    cache = uow.database.cache
    key = ("records.schema", state.key, published.rev, str(state.zone), state.currency_decimals)
    if key not in cache:
        rows = await uow.fetch("select object, field, pg_type, column_name from object_column where field is not null")
        columns = {(row["object"], row["field"], row["pg_type"]): row["column_name"] for row in rows}
        for old in [k for k in cache if k[:2] == key[:2] and k[2] < published.rev - 1]:
            del cache[old]
        schema = build_schema(
            published.of_kind("object"),
            rev=published.rev,
            columns=columns,
            place=Place(state.zone, state.currency_decimals),
        )
        cache[key] = replace(schema, masks=_masks_of(published, schema), forms=_required_by_forms(published))
    return cache[key]


def _required_by_forms(published: Published) -> dict[str, tuple[Mapping[str, Any], ...]]:
    from xingji.kernel.records.forms import conditions_of, form_of

    objects = {str(document.get("object")) for document in published.of_kind("form").values()}
    return {key: tuple(conditions_of(form_of(published, key) or {})) for key in objects}


def _masks_of(published: Published, schema: Schema) -> dict[str, tuple[RowMask, ...]]:
    found: dict[str, tuple[RowMask, ...]] = {}
    for masks in _row_masks.values():
        for mask in masks(published):
            if mask.object in schema.objects:
                found[mask.object] = (*found.get(mask.object, ()), mask)
    return found
