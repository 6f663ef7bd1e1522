"""Turns rows of a file into changes: cells read, people and related records found by name, existing records matched.

Owns what a row becomes (new, update, same, unchanged, conflict, error); each look-up is one statement per portion.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from xingji.kernel.cel import Kind
from xingji.kernel.core.errors import Problem, invalid
from xingji.kernel.core.ids import uuid7
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.changes import Change
from xingji.kernel.records.compiler import Reading
from xingji.kernel.records.field_kinds import Refused
from xingji.kernel.records.fields import Field
from xingji.kernel.records.import_guess import Guess, guess_day, is_unknown, read_cell
from xingji.kernel.records.import_mapping import NOTES, TOUCHED, Children, ImportMapping, Target
from xingji.kernel.records.import_notes import Note, cut_notes, notes_of
from xingji.kernel.records.import_similar import Known, Similar
from xingji.kernel.records.schema import ObjectType, Schema, quoted
from xingji.kernel.records.tables import Table
from xingji.kernel.records.visibility import visible_fields


@dataclass(slots=True)
class Read:
    """One row: its number in the joined table (the header is 1), what it becomes, its change or its problems.

    children: values of the records that hang on it, by the relation's other side. notes: dated and undated entries.
    same: the record it seems to be about, and why. nobody: a person's name nobody has yet.
    """

    number: int
    cells: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)
    outcome: str = "new"  # new | update | same | conflict | error | skip
    change: Change | None = None
    problems: list[Problem] = field(default_factory=list)
    children: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    guesses: list[tuple[str, Guess]] = field(default_factory=list)
    same: Known | None = None
    why: str | None = None
    nobody: str | None = None
    hanging: list[Change] = field(default_factory=list)

    def refuse(self, code: str, column: str, **params: Any) -> None:
        """Marks the row as one that cannot be imported."""
        self.problems.append(Problem(code, f"rows.{self.number}.{column}", {"column": column, **params}))
        self.outcome = "error"

    @property
    def record(self) -> UUID | None:
        """The record the row makes, changes or hangs on."""
        return self.same.id if self.outcome == "same" and self.same else self.change.id if self.change else None


@dataclass(slots=True)
class Job:
    """An import on its way: what is read into what, and what was met so far."""

    schema: Schema
    kind: ObjectType
    table: Table
    mapping: ImportMapping
    today: date
    children: Children = field(default_factory=dict)
    similar: Similar | None = None
    seen: dict[tuple[Any, ...], int] = field(default_factory=dict)
    apart: frozenset[int] = frozenset()
    joined: frozenset[int] = frozenset()
    left: frozenset[int] = frozenset()
    refused: set[UUID] = field(default_factory=set)
    place: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.place = {column: n for n, column in enumerate(self.table.columns)}


Names = dict[tuple[str | None, str], dict[str, list[tuple[Read, str]]]]
"""By child and field: the names to be found, each with the rows and columns that hold it."""


async def read_rows(uow: UnitOfWork, job: Job, start: int, end: int) -> tuple[list[Read], list[Change]]:
    """The rows `start` to `end` of a table, and changes that make related records the mapping allows to make."""
    rows = [Read(start + n + 2, cells) for n, cells in enumerate(job.table.rows[start:end])]
    names: Names = {}
    for row in rows:
        if row.number in job.left:
            row.outcome = "skip"
            continue
        _read_row(job, row, names)
    related = await _resolve(uow, job, names)
    await _match(uow, job.schema, job.kind, job.mapping, rows, job.seen)
    for row in rows:
        if row.outcome == "new":
            _recognise(job, row)
    return rows, related


def _read_row(job: Job, row: Read, names: Names) -> None:
    rest = []
    for column, place in job.place.items():
        targets = job.mapping.columns.get(column, ())
        if not targets:
            cell = row.cells[place].strip()
            if job.mapping.rest and column in job.mapping.columns and cell and not is_unknown(cell) and not _is_count(column):
                rest.append(f"{column.rstrip('*')}: {cell}")
            continue
        refused: list[tuple[str, str, dict[str, Any]]] = []
        for target in targets:
            _read_cell(job, row, column, row.cells[place], target, names, refused)
        # A column with several targets is right when one of them takes the cell.
        if refused and len(refused) == len(targets):
            code, column, params = refused[0]
            row.refuse(code, column, **params)
    if rest:
        row.notes[:0] = notes_of("；".join(rest), None, guessed=False)
    row.values = {**job.mapping.constants, **row.values}


def _is_count(column: str) -> bool:
    return column.strip().lower() in ("序号", "no", "no.", "#", "行号", "编号")


def _read_cell(
    job: Job, row: Read, column: str, cell: str, target: Target, names: Names, refused: list[tuple[str, str, dict[str, Any]]]
) -> None:
    if any(row.cells[job.place[other]].strip() not in wanted for other, wanted in target.when.items() if other in job.place):
        return
    text = cell.strip() or (target.empty or "")
    text = target.values.get(text, text)
    if not text:
        return
    if target.field in (NOTES, TOUCHED):
        _read_note(job, row, column, text, target.field)
        return
    owner = job.children[target.child][0] if target.child else job.kind
    spec = owner.fields[target.field]
    if spec.kind.key in ("relation", "person") and not _is_id(text):
        if not (spec.kind.key == "person" and is_unknown(text)):
            names.setdefault((target.child, target.field), {}).setdefault(text, []).append((row, column))
        return
    try:
        value, guess = read_cell(spec, text, job.schema.place, job.today)
    except Refused as refusal:
        refused.append((refusal.code, column, {"field": spec.key, **refusal.params, "value": text[:80]}))
        return
    if guess is not None:
        row.guesses.append((column, guess))
    if value is not None:
        (row.children.setdefault(target.child, {}) if target.child else row.values)[target.field] = value


def _read_note(job: Job, row: Read, column: str, text: str, what: str) -> None:
    if what == TOUCHED:
        if found := guess_day(text, job.today):
            row.notes.append(Note(found[0], found[1] is not None, "touched", True, ""))
            if found[1]:
                row.guesses.append((column, Guess(found[1], text, found[0].isoformat())))
        else:
            row.guesses.append((column, Guess("unknown", text)))
        return
    notes = cut_notes(text, job.today)
    row.notes += notes
    if any(note.guessed for note in notes):
        row.guesses.append((column, Guess("year", text[:200])))


def _recognise(job: Job, row: Read) -> None:
    """Whether a new row seems to be about a record that is there; else it is one that others may seem to be about."""
    title, phone = str(row.values.get(job.kind.title) or ""), phone_of(job, row)
    if job.similar is not None and (found := job.similar.look_up(title, phone)) is not None:
        row.same, row.why = found
        by_name = row.why != "same_phone"
        joins = row.number in job.joined or (job.mapping.same == "join" and by_name and row.number not in job.apart)
        if joins:
            row.outcome = "same"
            return
    row.change = Change("create", job.kind.key, uuid7(), row.values)
    if job.similar is not None and row.same is None:
        job.similar.learn(title, phone, Known(row.change.id, title, row.number))  # type: ignore[arg-type]


def phone_of(job: Job, row: Read) -> str | None:
    """The first telephone number of a row, its own or of what hangs on it."""
    for spec in job.kind.stored:
        if spec.kind.key == "phone" and row.values.get(spec.key):
            return str(row.values[spec.key])
    for child, values in row.children.items():
        for spec in job.children[child][0].stored:
            if spec.kind.key == "phone" and values.get(spec.key):
                return str(values[spec.key])
    return None


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return len(text) == 36


async def _resolve(uow: UnitOfWork, job: Job, names: Names) -> list[Change]:
    """Fills people and relations from names; a name that fits nothing, or several, is the row's problem."""
    creating = {
        (target.child, target.field) for targets in job.mapping.columns.values() for target in targets if target.create
    }
    made: list[Change] = []
    for (child, key), asked in names.items():
        spec = (job.children[child][0] if child else job.kind).fields[key]
        is_person = spec.kind.key == "person"
        found = await (find_people(uow, list(asked)) if is_person else _titles(uow, job.schema, spec, list(asked)))
        for text, places in asked.items():
            ids = found.get(text.casefold(), [])
            if not ids and (child, key) in creating and not is_person:
                target = job.schema.object(str(spec.to))
                change = Change("create", target.key, uuid7(), {target.title: text, "owner": None})
                made.append(change)
                ids = [str(change.id)]
            for row, column in places:
                if len(ids) == 1:
                    (row.children.setdefault(child, {}) if child else row.values)[key] = ids[0]
                elif not ids and is_person and (child, key) in creating:
                    row.nobody = text
                else:
                    row.refuse("import.ambiguous" if ids else "records.value.not_found", column, field=key, value=text[:80])
    return made


async def find_people(uow: UnitOfWork, texts: Sequence[str], *, gone: bool = True) -> dict[str, list[str]]:
    """Ids of persons by name, key, e-mail or phone, in small letters; those who left only where nobody else is meant."""
    rows = await uow.fetch(
        "select id, lower(name) as name, lower(key) as key, lower(email) as email, phone, left_on is null as here from person"
        " where ($2 or left_on is null) and (lower(name) = any ($1) or lower(key) = any ($1) or lower(email) = any ($1) or phone = any ($1))",
        [text.casefold() for text in texts], gone,
    )  # fmt: skip
    present = {row[name] for row in rows if row["here"] for name in ("name", "key", "email", "phone")}
    found: dict[str, list[str]] = {}
    for row in rows:
        for word in {row["name"], row["key"], row["email"], row["phone"]} - {None} - (set() if row["here"] else present):
            found.setdefault(word, []).append(str(row["id"]))
    return found


async def _titles(uow: UnitOfWork, schema: Schema, spec: Field, texts: Sequence[str]) -> dict[str, list[str]]:
    """Ids of the target's records by title, unique fields or former names, as far as the actor may read them."""
    target = schema.object(str(spec.to))
    reading = Reading(schema, target, uow.actor, uow.now)
    fields = [f for f in target.stored if f.key == target.title or f.unique or f.key in ("sku", "external_id")]
    fields = [f for f in fields if f.cel is Kind.text and reading.levels.get(f.key) in ("read", "write")]
    wanted = reading.sink.bind(list(texts), "text[]")
    folded = reading.sink.bind([text.casefold() for text in texts], "text[]")
    columns = [f"r.{quoted(str(f.column))}" for f in fields]
    exact = " or ".join(f"{column} = any ({wanted}) or lower({column}) = any ({folded})" for column in columns)
    reading.conditions.append(f"({exact or 'false'})")
    rows = await uow.fetch(
        f"{uow.mark()}select r.id, array[{', '.join(f'lower({c})' for c in columns)}]::text[] as words {reading.source}",
        *reading.sink.values,
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        for word in {word for word in row["words"] if word}:
            found.setdefault(word, []).append(str(row["id"]))
    return found


async def _match(
    uow: UnitOfWork,
    schema: Schema,
    kind: ObjectType,
    mapping: ImportMapping,
    rows: Sequence[Read],
    seen: dict[tuple[Any, ...], int],
) -> None:
    """Finds the record each row is about, by the mapping's key."""
    if not mapping.key:
        return
    levels = visible_fields(schema, uow.actor, kind.key)
    if closed := [name for name in mapping.key if levels.get(name) not in ("read", "write")]:
        # Which rows match would tell what a hidden or masked field holds.
        raise invalid(
            "import.bad_mapping", [Problem("records.unknown_field", "key", {"field": name}) for name in closed]
        )
    keyed: dict[tuple[Any, ...], Read] = {}
    for row in rows:
        identity = tuple(row.values.get(name) for name in mapping.key)
        if row.outcome == "error" or any(part is None for part in identity):
            continue
        if identity in seen:
            row.outcome = "conflict"
            row.problems.append(Problem("import.doubled", f"rows.{row.number}", {"row": seen[identity]}))
            continue
        seen[identity] = row.number
        keyed[identity] = row
    for identity, ids in (await _existing(uow, schema, kind, mapping.key, list(keyed))).items():
        if identity not in keyed:
            continue
        row = keyed[identity]
        if len(ids) > 1:
            row.outcome = "conflict"
            row.problems.append(Problem("import.several_match", f"rows.{row.number}", {"count": len(ids)}))
        elif mapping.existing == "skip":
            row.outcome = "skip"
        else:
            row.outcome, row.change = "update", Change("update", kind.key, ids[0], row.values)


async def _existing(
    uow: UnitOfWork, schema: Schema, kind: ObjectType, key: Sequence[str], identities: Sequence[tuple[Any, ...]]
) -> dict[tuple[Any, ...], list[UUID]]:
    if not identities:
        return {}
    reading = Reading(schema, kind, uow.actor, uow.now)
    fields = [kind.field(name) for name in key]
    first = fields[0]
    values = reading.sink.bind([str(identity[0]) for identity in identities], "text[]")
    reading.conditions.append(
        f"r.{quoted(str(first.column))} = any ({values}::{first.pg_type}[])".replace(' collate "C"', "")
    )
    columns = ", ".join(f"r.{quoted(str(f.column))} as k{n}" for n, f in enumerate(fields))
    found: dict[tuple[Any, ...], list[UUID]] = {}
    for row in await uow.fetch(f"{uow.mark()}select r.id, {columns} {reading.source}", *reading.sink.values):
        identity = tuple(f.kind.render(f, row[f"k{n}"]) for n, f in enumerate(fields))
        found.setdefault(identity, []).append(row["id"])
    return found
