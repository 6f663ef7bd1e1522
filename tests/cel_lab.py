"""The bench for expressions: one environment, a table with a column of every kind, and a sink over it."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from xingji.kernel.cel import Env, FunctionArg, Kind, Var

NOW = "2026-02-13T01:30:00Z"

OWNER = Var(Kind.uuid, fields={"name": Var(Kind.text), "manager": Var(Kind.uuid)})
CUSTOMER = Var(
    Kind.uuid,
    fields={"tier": Var(Kind.text), "amount": Var(Kind.money), "since": Var(Kind.date), "owner": OWNER},
)
VARIABLES = {
    "name": Var(Kind.text),
    "title": Var(Kind.text, nullable=False),
    "qty": Var(Kind.integer),
    "seats": Var(Kind.integer, nullable=False),
    "score": Var(Kind.double),
    "rate": Var(Kind.percent),
    "budget": Var(Kind.money),
    "paid": Var(Kind.money, nullable=False),
    "vip": Var(Kind.boolean),
    "active": Var(Kind.boolean, nullable=False),
    "due": Var(Kind.date),
    "created_at": Var(Kind.timestamp, nullable=False),
    "touched_at": Var(Kind.timestamp),
    "tags": Var(Kind.text_list),
    "owner": OWNER,
    "customer": CUSTOMER,
    "area": Var(Kind.region),
    "event": Var(Kind.record, fields={"type": Var(Kind.text, nullable=False), "data": Var(Kind.text_map)}),
    "me": Var(Kind.record, fields={"people": Var(Kind.uuid_list), "id": Var(Kind.uuid, nullable=False)}),
    "old": Var(Kind.record, fields={"budget": Var(Kind.money), "name": Var(Kind.text)}),
}
ENV = Env(VARIABLES)

TABLE = """
CREATE TEMPORARY TABLE lead (
    id int PRIMARY KEY, name text, title text NOT NULL, qty bigint, seats bigint NOT NULL, score float8, rate float8,
    budget bigint, paid bigint NOT NULL, vip boolean, active boolean NOT NULL, due date,
    created_at timestamptz NOT NULL, touched_at timestamptz, tags text[], owner uuid, owner_name text,
    owner_manager uuid, customer uuid, customer_tier text, customer_amount bigint, customer_since date,
    customer_owner uuid, customer_owner_name text, customer_owner_manager uuid, area text[], data jsonb,
    old_budget bigint, old_name text
)
"""
COLUMNS = [
    "id", "name", "title", "qty", "seats", "score", "rate", "budget", "paid", "vip", "active", "due", "created_at",
    "touched_at", "tags", "owner", "owner_name", "customer", "customer_owner", "customer_tier", "customer_amount", "customer_since", "area", "data",
    "old_budget", "old_name",
]  # fmt: skip


class TableSink:
    """SQL over the table `lead` as `t`; `now` and `me` are bound."""

    def __init__(self, now: Any, me: Any = None, people: Sequence[Any] = ()) -> None:
        self.values: list[Any] = []
        self.known: dict[tuple[str, ...], tuple[Any, str]] = {
            ("now",): (now, "timestamptz"), ("me", "id"): (me, "uuid"), ("me", "people"): (list(people), "uuid[]"),
        }  # fmt: skip

    def column(self, path: tuple[str, ...], var: Var) -> str:
        """A column, a region's part, or a key of the event's data."""
        if path in self.known:
            return self.bind(*self.known[path])
        if path[:2] == ("event", "data"):
            return f"(t.data ->> {self.bind(path[2], 'text')})"
        if path == ("event", "type"):
            return "'lead.created'"
        if path[0] == "area" and len(path) == 2:
            return f"t.area[{('province', 'city', 'district').index(path[1]) + 1}]"
        return f't."{"_".join(path)}"'

    def bind(self, value: Any, pg_type: str) -> str:
        """The next placeholder."""
        self.values.append(value)
        return f"${len(self.values)}::{pg_type}"

    def call(self, name: str, args: tuple[FunctionArg, ...]) -> str:
        """Stand-ins: simple SQL that shows the arguments arrive."""
        match name:
            case "in_team":
                return f"({args[0].sql} = {self.bind(args[1].literal, 'text')}::uuid)"
            case "in_region":
                return f"({self.bind(args[1].literal, 'text')} = ANY(({args[0].sql})::text[]))"
            case "count_events":
                return "coalesce(t.seats, 0)"
            case "last_event":
                return "t.touched_at"
            case "changed":
                return f'(t."{args[0].literal}" IS DISTINCT FROM t."old_{args[0].literal}")'
            case "working_minutes_since":
                return f"(date_part('epoch', {self.bind(*self.known[('now',)])} - {args[0].sql}) / 60)"
        return f"(date_part('epoch', {args[1].sql} - {args[0].sql}) / 60)"


async def fill(connection: asyncpg.Connection, rows: Sequence[dict[str, Any]]) -> None:
    """The table with these rows; a column a row does not name is null."""
    await connection.execute(TABLE)
    await connection.copy_records_to_table(
        "lead", records=[[row.get(key) for key in COLUMNS] for row in rows], columns=COLUMNS
    )
