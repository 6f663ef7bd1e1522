"""A person of the organisation."""

from xingji.kernel.cel.environment import Kind as CelKind
from xingji.kernel.records.field_kinds import ids
from xingji.kernel.records.field_kinds.kind import FieldKind, fixed

KIND = FieldKind(
    key="person",
    cel=CelKind.uuid,
    column=fixed("uuid"),
    parse=ids.parse_id,
    render=ids.render_id,
    read_text=ids.read_name,
    from_text=ids.id_of_sql,
)
