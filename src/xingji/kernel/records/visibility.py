"""How much of a field an actor sees, computed fields included. Owns that rule alone; the policy itself is access's."""

from typing import Any

from xingji.kernel.access import authorise
from xingji.kernel.cel import CelError, check
from xingji.kernel.core.protocols import Actor, Policy
from xingji.kernel.records.env import cel_env
from xingji.kernel.records.fields import Field
from xingji.kernel.records.schema import ObjectType, Schema

ORDER = {"hidden": 0, "masked": 1, "read": 2, "write": 3}
ALWAYS = frozenset({"id", "version"})


def level(
    schema: Schema, policy: Policy | None, object_key: str, field_key: str, _open: frozenset[Any] = frozenset()
) -> str:
    """hidden | masked | read | write. A computed field shows no more than the least visible field it is made from."""
    if policy is None or field_key in ALWAYS:
        return "write"
    own = policy.field(object_key, field_key)
    kind = schema.objects.get(object_key)
    spec = kind.fields.get(field_key) if kind else None
    if kind is None or spec is None or spec.kind.key not in ("formula", "rollup") or own == "hidden":
        return own
    here = (object_key, field_key)
    if here in _open:
        return "hidden"
    for other in sources(schema, kind, spec):
        found = level(schema, policy, *other, _open | {here})
        if ORDER[found] < ORDER["read"]:
            # Masked parts hide the whole: an exact sum of masked amounts would give them away.
            return "hidden"
    return "read" if own == "write" else own


def sources(schema: Schema, kind: ObjectType, spec: Field) -> frozenset[tuple[str, str]]:
    """(object, field) pairs a computed field reads."""
    return schema.memo(("sources", kind.key, spec.key), lambda: frozenset(_sources(schema, kind, spec)))


def _sources(schema: Schema, kind: ObjectType, spec: Field) -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    if spec.kind.key == "formula":
        found |= fields_of(schema, kind.key, str(spec.document.get("expr", "")))
    elif spec.document.get("of"):
        other, _, relation = str(spec.document["of"]).partition(".")
        found.add((other, relation))
        if wanted := spec.document.get("field"):
            found.add((other, str(wanted)))
        if condition := spec.document.get("filter"):
            found |= fields_of(schema, other, str(condition))
    return found


def fields_of(schema: Schema, object_key: str, source: str) -> set[tuple[str, str]]:
    """(object, field) pairs an expression about an object reads, relations followed."""
    try:
        references = check(source, cel_env(schema, object_key)).references
    except CelError:
        return set()
    found: set[tuple[str, str]] = set()
    for path in references:
        found |= path_fields(schema, object_key, path)
    return found


def path_fields(schema: Schema, object_key: str, path: tuple[str, ...]) -> set[tuple[str, str]]:
    """(object, field) pairs along a path such as customer.owner.name."""
    found: set[tuple[str, str]] = set()
    kind = schema.objects.get(object_key)
    for part in path:
        if kind is None or part not in kind.fields:
            break
        found.add((kind.key, part))
        kind = schema.objects.get(kind.fields[part].to or "")
    return found


def visible_fields(schema: Schema, actor: Actor, object_key: str) -> dict[str, str]:
    """Every field of an object the actor sees in some form: key -> masked | read | write."""
    kind = schema.object(object_key)
    if actor.policy is None:
        return dict.fromkeys(kind.fields, "write")
    # Kept per actor object: the access floor hands out one per revision.
    levels = schema.memo(
        ("levels", id(actor.policy), object_key),
        lambda: (actor.policy, {key: level(schema, actor.policy, object_key, key) for key in kind.fields}),
    )[1]
    return {key: found for key, found in levels.items() if found != "hidden"}


def reach(schema: Schema, actor: Actor, object_key: str, verb: str = "read") -> ObjectType:
    """The object, when the actor may do this to any of it. Raises: `records.unknown_object`, `access.denied`."""
    kind = schema.object(object_key)
    authorise(actor, verb, object_key)
    return kind
