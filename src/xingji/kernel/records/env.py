"""What an expression about an object may name. Owns the environments; the SQL of the names is in `sink`.

Two readings of one object: the *full* one, for what administrators wrote (row scopes, rules, conditions, formulas),
and a *reader's*, for what a request brings: fields hidden from or masked for that actor do not exist in it.
"""

from collections.abc import Callable, Mapping

from xingji.kernel.cel import Env, Kind, Var
from xingji.kernel.core.protocols import Policy
from xingji.kernel.records.fields import Field
from xingji.kernel.records.schema import ObjectType, Schema

MEMBERS_DEEP = 2

PERSON_PLAIN: Mapping[str, Var] = {
    "id": Var(Kind.uuid, nullable=False),
    "key": Var(Kind.text),
    "name": Var(Kind.text),
    "title": Var(Kind.text),
    "tags": Var(Kind.text_list),
    "roles": Var(Kind.text_list),
    "joined_on": Var(Kind.date),
}
UNIT_FIELDS: Mapping[str, Var] = {
    "id": Var(Kind.uuid, nullable=False),
    "key": Var(Kind.text),
    "name": Var(Kind.text),
    "region": Var(Kind.text),
    "brand": Var(Kind.text),
}
PERSON_FIELDS: Mapping[str, Var] = {
    **PERSON_PLAIN,
    "unit": Var(Kind.uuid, fields=UNIT_FIELDS),
    "manager": Var(Kind.uuid, fields=PERSON_PLAIN),
}
ME = Var(
    Kind.record,
    fields={
        # Never null to the compiler: `owner == me.id` then stays a plain equality that an index serves.
        "id": Var(Kind.uuid, nullable=False),
        "people": Var(Kind.uuid_list),
        "units": Var(Kind.uuid_list),
        "regions": Var(Kind.text_list),
        "brands": Var(Kind.text_list),
        "roles": Var(Kind.text_list),
    },
)
Visible = Callable[[str, str], bool]
"""(object, field) -> whether the expression may name it."""


def everything_visible(object_key: str, field_key: str) -> bool:
    return True


def visible_to(schema: Schema, policy: Policy | None) -> Visible:
    """What a reader may name: neither hidden nor masked, nor computed from such a field."""
    if policy is None:
        return everything_visible
    from xingji.kernel.records.visibility import level

    return lambda object_key, field_key: level(schema, policy, object_key, field_key) in ("read", "write")


def cel_env(
    schema: Schema,
    object_key: str | None,
    extra: Mapping[str, Var] | None = None,
    *,
    policy: Policy | None = None,
) -> Env:
    """The environment of an object: its fields, `me`, `now`, and `extra` (old, event, …). With a policy: a reader's."""
    if extra is None:
        # Kept together with the policy, so that its identity is not given to another one.
        key = ("env", object_key, id(policy))
        return schema.memo(key, lambda: (policy, _build(schema, object_key, {}, visible_to(schema, policy))))[1]
    return _build(schema, object_key, extra, visible_to(schema, policy))


def _build(schema: Schema, object_key: str | None, extra: Mapping[str, Var], visible: Visible) -> Env:
    variables: dict[str, Var] = {"me": ME, **extra}
    if object_key is not None:
        # A field may share its name with something handed in; the one handed in wins, as it does in the sink.
        variables = {**object_vars(schema, schema.object(object_key), visible), **variables}
    return Env(variables, zone=schema.zone, money_scale=10**schema.place.currency_decimals)


def object_vars(
    schema: Schema, kind: ObjectType, visible: Visible = everything_visible, deep: int = MEMBERS_DEEP
) -> dict[str, Var]:
    """The fields of an object as variables, relations with members up to a depth."""
    return {
        key: var
        for key, field in kind.fields.items()
        if visible(kind.key, key) and (var := _var(schema, field, visible, deep))
    }


def record_var(schema: Schema, object_key: str) -> Var:
    """A whole record as one name space (`old`)."""
    return Var(
        Kind.record,
        fields=schema.memo(("vars", object_key), lambda: object_vars(schema, schema.object(object_key), deep=0)),
    )


def _var(schema: Schema, field: Field, visible: Visible, deep: int) -> Var:
    nullable = field.key not in ("id", "created_at", "updated_at", "version", "write_mode")
    if field.cel is Kind.uuid:
        return Var(Kind.uuid, nullable, _members(schema, field, visible, deep))
    return Var(field.cel, nullable)


def _members(schema: Schema, field: Field, visible: Visible, deep: int) -> Mapping[str, Var] | None:
    if deep <= 0:
        return None
    if field.kind.key == "person":
        return PERSON_FIELDS if deep > 1 else PERSON_PLAIN
    if field.kind.key == "unit":
        return UNIT_FIELDS
    if field.to in schema.objects:
        # Members are what is stored: a formula behind a relation would have to be compiled row by row.
        target = schema.objects[str(field.to)]
        return {
            key: _var(schema, member, visible, deep - 1)
            for key, member in target.fields.items()
            if member.column is not None and visible(target.key, key)
        }
    return None
