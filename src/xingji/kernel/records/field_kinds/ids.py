"""Ids of persons and records as values. Owns no field kind."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from xingji.kernel.records.field_kinds.kind import Place, Refused

if TYPE_CHECKING:
    from xingji.kernel.records.fields import Field

ID_PATTERN = "'^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'"


def parse_id(spec: "Field", value: Any, place: Place) -> str | None:
    """The canonical text of an id; whether it exists is looked up for all records of a write at once. Raises: Refused."""
    if isinstance(value, UUID):
        return str(value)
    if value == "":
        return None
    if not isinstance(value, str):
        raise Refused("not_an_id")
    try:
        return str(UUID(value))
    except ValueError:
        raise Refused("not_an_id") from None


def render_id(spec: "Field", value: Any) -> str | None:
    """The id as text."""
    return None if value is None else str(value)


def id_of_sql(sql: str) -> str:
    """SQL: the id in a text, NULL when there is none."""
    return f"(case when {sql} ~ {ID_PATTERN} then ({sql})::uuid end)"


def read_name(spec: "Field", text: str, place: Place) -> str:
    """Cells name people and records by title; the import resolves them before this is asked. Raises: Refused."""
    raise Refused("not_found", value=text[:60])
