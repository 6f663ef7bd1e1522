"""Two kinds of definitions small enough to see through: a thing, and what uses things."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.core.protocols import CheckContext, Ref
from xingji.kernel.db import Database, UnitOfWork
from xingji.kernel.definitions import Ports, all_kinds, configure_kinds
from xingji.kernel.definitions.kinds import ports


class ToyKind:
    """A document may name a thing in `uses`; `bad` is a problem, `crash` makes the checker itself fail."""

    def __init__(self, key: str) -> None:
        self.key = key

    def check(self, document: dict[str, Any], context: CheckContext) -> list[Problem]:
        if document.get("crash"):
            raise ZeroDivisionError("inside the checker")
        problems = [Problem("toy.bad", "bad", message={"zh": "坏", "en": "bad"})] if document.get("bad") else []
        used = document.get("uses")
        if used and ("thing", used) not in context.documents:
            problems.append(Problem("toy.unknown_thing", "uses", {"thing": used}, {"zh": "没有", "en": "unknown"}))
        if "doubt" in document:
            problems.append(Problem("toy.doubt", "doubt", severity="warning"))
        return problems

    def references(self, document: dict[str, Any]) -> set[Ref]:
        return {Ref("thing", document["uses"])} if document.get("uses") else set()

    async def dry_run(self, uow: UnitOfWork, document: dict[str, Any], since: datetime, until: datetime) -> dict[str, Any]:
        return {"acted": document.get("n", 0)}

    async def publish(self, uow: UnitOfWork, document: dict[str, Any], previous: dict[str, Any] | None) -> None:
        return None


@dataclass
class Recorder:
    """A schema changer that only writes down what it was asked."""

    steps: list[tuple[str, int | None, int | None]] = field(default_factory=list)
    fails: bool = False

    async def prepare(self, database: Database, workspace: str, old: Any, new: Any) -> None:
        if self.fails:
            raise RuntimeError("no room")
        self.steps.append(("prepare", old and old.get("n"), new.get("n")))

    async def finish(self, database: Database, workspace: str, old: Any, new: Any) -> None:
        self.steps.append(("finish", old and old.get("n"), new and new.get("n")))


@contextmanager
def toy_kinds(**handed: Any) -> Iterator[None]:
    """The toys instead of the program's kinds, for the length of a block."""
    before, before_ports = dict(all_kinds()), ports()
    configure_kinds({"thing": ToyKind("thing"), "user": ToyKind("user")}, Ports(**handed))
    try:
        yield
    finally:
        configure_kinds(before, before_ports)
