"""Access: people, teams, logins, roles, row and field policy, audit. The one authorisation checkpoint is `authorise`.

Never reads records: row scopes are CEL that the records floor compiles into its queries.
"""

from xingji.kernel.access.actors import actor_for_person
from xingji.kernel.access.audit import audit, seal_audit, verify_audit
from xingji.kernel.access.kinds import RIGHTS, RoleKind
from xingji.kernel.access.logins import (
    SessionRow,
    SignedIn,
    bind_person,
    change_password,
    create_login,
    people_with_login,
    session_of,
    sign_in,
    sign_out,
    start_totp,
    switch_workspace,
    unbind_person,
    verify_password,
)
from xingji.kernel.access.people import (
    add_absence,
    configure,
    holders,
    known_keys,
    managers_of,
    people_in_unit,
    save_people,
    touch_access,
)
from xingji.kernel.access.policy import authorise, field_level, require, require_scope
from xingji.kernel.access.sessions import actor_of_session, actor_of_token, source_of_token
from xingji.kernel.access.tokens import SCOPES, TokenRow, create_token, list_tokens, revoke_token, token_of

__all__ = [
    "RIGHTS", "SCOPES", "RoleKind", "SessionRow", "SignedIn", "TokenRow",
    "actor_for_person", "actor_of_session", "actor_of_token", "add_absence", "audit", "authorise", "bind_person",
    "change_password", "configure", "create_login", "create_token", "field_level", "holders", "known_keys", "list_tokens", "managers_of",
    "people_in_unit", "people_with_login", "require", "require_scope", "revoke_token", "save_people", "seal_audit",
    "session_of", "sign_in", "sign_out", "source_of_token", "start_totp", "switch_workspace", "token_of", "touch_access",
    "unbind_person", "verify_audit", "verify_password",
]  # fmt: skip
