"""The HTTP shell: one door for every request. Knows sessions, rights and routes only as what is handed in.

Owns error form, request log, limits, CSRF, idempotency keys, OpenAPI, static pages. Imports `core` and `db` alone, so
that the `http.py` of every floor may use it.
"""

from xingji.kernel.http.here import PUBLIC, SESSION_COOKIE, SIGNED_IN, TOKEN, Authenticate, Here, Identity, needs, reads
from xingji.kernel.http.limits import Limits
from xingji.kernel.http.problems import problem_of
from xingji.kernel.http.shell import LazyShell, Parts, build_shell, routes_of

__all__ = [
    "PUBLIC",
    "SESSION_COOKIE",
    "SIGNED_IN",
    "TOKEN",
    "Authenticate",
    "Here",
    "Identity",
    "LazyShell",
    "Limits",
    "Parts",
    "build_shell",
    "needs",
    "problem_of",
    "reads",
    "routes_of",
]
