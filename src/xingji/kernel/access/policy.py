"""What one actor may do, compiled from role documents. Owns row scopes and field policy; never reads records.

Several roles add up: an actor may what any of them allows. A brand fence narrows every scope from outside.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from xingji.kernel.core.errors import XingjiError, forbidden
from xingji.kernel.core.protocols import Actor, RowScope

EVERYTHING = RowScope(everything=True)
NOTHING = RowScope()
VERBS = ("read", "create", "update", "delete", "export")
LEVELS = {"hidden": 0, "masked": 1, "read": 2, "write": 3}

# The words a role may use instead of CEL.
TEAM = "owner in me.people || (owner == null && unit in me.units)"
SCOPE_WORDS: Mapping[str, RowScope] = {
    "all": EVERYTHING,
    "none": NOTHING,
    "own": RowScope(cel="owner == me.id"),
    "team": RowScope(cel=TEAM),
    "region": RowScope(cel=TEAM),
    "brand": EVERYTHING,  # the brand fence below does the narrowing
}


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """The sum of an actor's roles. Implements core.protocols.Policy."""

    roles: tuple[Mapping[str, Any], ...]
    brands: tuple[str, ...] | None = None

    def rows(self, object_key: str, verb: str) -> RowScope:
        """Rows of an object for a verb: what any role allows, inside the brand fence."""
        scopes = [scope_of(role.get("rows", {}), object_key, verb) for role in self.roles]
        merged = _any_of(scopes)
        if self.brands is None or merged.nothing:
            return merged
        fence = "(brand == null || brand in me.brands)"
        return RowScope(cel=fence if merged.everything else f"{fence} && ({merged.cel})")

    def field(self, object_key: str, field_key: str) -> str:
        """hidden | masked | read | write: the most any role allows."""
        levels = [field_level(role.get("fields", {}), object_key, field_key) for role in self.roles]
        return max(levels, key=LEVELS.__getitem__, default="hidden")

    def may(self, right: str) -> bool:
        """Whether any role holds a workspace right; "*" holds all."""
        return any(right in role.get("rights", ()) or "*" in role.get("rights", ()) for role in self.roles)


def scope_of(rows: Mapping[str, Any] | str, object_key: str, verb: str) -> RowScope:
    """One role's scope: the object's entry, else `default`, else nothing; an entry may differ by verb."""
    entry: Any = rows if isinstance(rows, str) else rows.get(object_key, rows.get("default", "none"))
    if isinstance(entry, Mapping):
        entry = entry.get(verb, entry.get("read", "none") if verb == "export" else entry.get("default", "none"))
    return SCOPE_WORDS.get(entry) or RowScope(cel=entry)


def _any_of(scopes: Iterable[RowScope]) -> RowScope:
    parts: list[str] = []
    for scope in scopes:
        if scope.everything:
            return EVERYTHING
        if scope.cel is not None and scope.cel not in parts:
            parts.append(scope.cel)
    if not parts:
        return NOTHING
    return RowScope(cel=parts[0] if len(parts) == 1 else " || ".join(f"({part})" for part in parts))


def field_level(fields: Mapping[str, Any], object_key: str, field_key: str) -> str:
    """One role's level for a field. `only` is an allow-list per object; names are object.field, object.* or *.field."""
    names = {f"{object_key}.{field_key}", f"{object_key}.*", f"*.{field_key}"}
    if names & set(fields.get("hide", ())):
        return "hidden"
    only = fields.get("only")
    if only is not None and not names & set(only):
        return "hidden"
    if names & set(fields.get("mask", ())):
        return "masked"
    return "read" if names & set(fields.get("read", ())) else "write"


def authorise(actor: Actor, verb: str, object_key: str) -> None:
    """Passes when the actor may do this to some row of the object at all; the row scope decides on which.

    Raises: `access.denied` (forbidden), `access.token_scope` when an API token does not reach that far.
    """
    need = "records.read" if verb in ("read", "export") else "records.write"
    require_scope(actor, need, f"{need}:{object_key}")
    if actor.policy is None:
        if actor.kind not in ("system", "source"):
            raise forbidden("access.denied", object=object_key, verb=verb, who="admin")
        return
    if actor.policy.rows(object_key, verb).nothing:
        raise forbidden("access.denied", object=object_key, verb=verb, who="admin")


def require(actor: Actor, right: str) -> None:
    """Passes when the actor holds a workspace right. Raises: `access.right_missing`, `access.token_scope`."""
    require_scope(actor, right)
    if actor.kind == "system":
        return
    if actor.policy is None or not actor.policy.may(right):
        raise forbidden("access.right_missing", right=right, who="admin")


def require_scope(actor: Actor, *needed: str) -> None:
    """Passes when the actor is no token, or its token names one of these scopes (or "*")."""
    if actor.scopes is None or "*" in actor.scopes or actor.scopes & set(needed):
        return
    raise XingjiError("access.token_scope", forbidden("").kind, scope=needed[0], who="token owner")
