"""What became, or would become, of the rows of an import, as people read it. Owns counts, lists of rows and questions."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from xingji.kernel.core.errors import Problem
from xingji.kernel.records.import_rows import Job, Read

OUTCOMES = ("new", "update", "same", "unchanged", "conflict", "error", "skip")
PREVIEWED_PROBLEMS = 200
SHOWN = 100
MOST_QUESTIONS = 3


@dataclass(slots=True)
class Outcome:
    """Counts over all rows, and the rows a person should see."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(OUTCOMES, 0))
    problems: list[Problem] = field(default_factory=list)
    refused: list[Read] = field(default_factory=list)
    samples: list[dict[str, Any]] = field(default_factory=list)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    guesses: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    running: int = 0
    alike: int = 0
    people: list[str] = field(default_factory=list)
    may_make_people: bool = True

    def add(self, job: Job, rows: Sequence[Read]) -> None:
        """Takes in a portion."""
        for row in rows:
            self.counts[row.outcome] += 1
            self.problems += row.problems
            self.guesses.update(guess.kind for _, guess in row.guesses)
            self.alike += row.same is not None
            if row.outcome in ("error", "conflict"):
                self.refused.append(row)
                self._show(job, row.outcome, row)
                continue
            self.made.update(change.object for change in row.hanging if change.op == "create")
            self.notes.update("dated" if note.day else "undated" for note in row.notes if note.text)
            self.running += sum(
                change.object == "deal" and change.op == "create" and change.values.get("status", "open") == "open"
                for change in [*row.hanging, *([row.change] if row.change else [])]
            )
            if row.same is not None:
                self._show(job, "same", row)
            elif row.guesses:
                self._show(job, "guess", row)
            else:
                self._show(job, row.outcome, row)
            if len(self.samples) < 10:
                self.samples.append({"row": row.number, "outcome": row.outcome, "values": row.values})

    def _show(self, job: Job, name: str, row: Read) -> None:
        shown = self.rows.setdefault(name, [])
        if len(shown) < SHOWN:
            shown.append(row_answer(job, row))


def row_answer(job: Job, row: Read) -> dict[str, Any]:
    """A row with its place in the file, its cells, what was guessed, and the customer it seems to be about."""
    sheet, line = job.table.places[row.number - 2] if job.table.places else ("", row.number)
    same = None
    if row.same is not None:
        at = job.table.places[row.same.row - 2] if row.same.row and job.table.places else None
        same = {"title": row.same.title, "why": row.why, "record": None if row.same.row else str(row.same.id), "sheet": at and at[0], "line": at and at[1], "joined": row.outcome == "same"}
    return {
        "row": row.number, "sheet": sheet, "line": line, "outcome": row.outcome,
        "title": str(row.values.get(job.kind.title) or ""), "same": same,
        "cells": {column: cell for column, cell in zip(job.table.columns, row.cells, strict=True) if cell},
        "guesses": [{"column": column, "kind": guess.kind, "text": guess.text[:200], "value": guess.value} for column, guess in row.guesses],
        "problems": [problem.as_dict() for problem in row.problems],
        "notes": [{"day": note.day and note.day.isoformat(), "guessed": note.guessed, "kind": note.kind, "text": note.text[:200]} for note in row.notes[:30]],
    }  # fmt: skip


def preview_answer(job: Job, outcome: Outcome) -> dict[str, Any]:
    """What a preview answers besides its id and effects."""
    return {
        "counts": outcome.counts, "total": len(job.table.rows), "samples": outcome.samples, "rows": outcome.rows,
        "alike": outcome.alike, "guesses": dict(outcome.guesses), "made": dict(outcome.made), "notes": dict(outcome.notes),
        "running": outcome.running,
        "people": {"new": outcome.people, "may_make": outcome.may_make_people},
        "questions": questions(job, outcome),
        "problems": [problem.as_dict() for problem in outcome.problems[:PREVIEWED_PROBLEMS]],
        "problem_count": len(outcome.problems),
    }  # fmt: skip


def questions(job: Job, outcome: Outcome) -> list[dict[str, Any]]:
    """At most three things only a person knows, the ones with most rows first: columns, words, whose sheet it is."""
    found: list[dict[str, Any]] = []
    words: dict[str, Counter[str]] = {}
    for row in outcome.refused:
        for problem in row.problems:
            if problem.code == "records.value.not_an_option":
                words.setdefault(str(problem.params.get("column")), Counter())[str(problem.params.get("value"))] += 1
    for column, texts in words.items():
        found.append({"kind": "values", "column": column, "values": dict(texts.most_common(12)), "rows": sum(texts.values())})
    for column, targets in job.mapping.columns.items():
        if targets or _is_plain_count(column):
            continue
        cells = Counter(row[job.place[column]].strip() for row in job.table.rows)
        cells.pop("", None)
        if cells and sum(cells.values()) * 5 >= len(job.table.rows):
            found.append({"kind": "column", "column": column, "values": dict(cells.most_common(4)), "rows": sum(cells.values())})
    found.sort(key=lambda one: -int(one["rows"]))
    return found[:MOST_QUESTIONS]


def _is_plain_count(column: str) -> bool:
    return column.strip().lower() in ("序号", "编号", "no", "no.", "#", "行号")


def kept_lines(job: Job, rows: Sequence[Read]) -> list[dict[str, Any]]:
    """Words that were no value ("待定") or more than one, kept as they stood: {row, column, text, kind}."""
    return [
        {"row": row.number, "column": column, "text": guess.text[:200], "kind": guess.kind}
        for row in rows if row.outcome not in ("error", "conflict")
        for column, guess in row.guesses if guess.kind in ("unknown", "first", "about")
    ]  # fmt: skip


def reason_of(row: Read) -> str:
    """Why a row was refused, for the file that goes back to be mended."""
    return "; ".join(reason(problem) for problem in row.problems)


def reason(problem: Problem) -> str:
    """One problem in words: the column, what is wrong, what stood there."""
    column = str(problem.params.get("column") or problem.path.split(".", 2)[-1])
    words = REASONS.get(problem.code)
    value = problem.params.get("value")
    said = words or (problem.message or {}).get("zh") or problem.code
    return f"{column}: {said}{f'「{value}」' if value else ''}"


REASONS: Mapping[str, str] = {
    "records.required": "不能为空", "records.value.not_found": "没有找到", "import.ambiguous": "有多个同名", "import.doubled": "与表里另一行重复",
    "import.several_match": "对应多条已有记录", "records.value.not_a_phone": "不是电话号码", "records.value.not_a_number": "不是数字",
    "records.value.not_a_date": "不是日期", "records.value.not_an_instant": "不是时间", "records.value.not_an_option": "不在选项里",
    "records.value.not_an_email": "不是邮箱", "records.not_unique": "已经存在", "records.value.too_long": "太长", "records.value.not_a_region": "不是省市区",
}  # fmt: skip
