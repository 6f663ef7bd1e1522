"""How health is weighed, written once more in Python: the oracle of the statement that does it for all records at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xingji.features.process.document import Playbook
from xingji.features.process.health_sql import BANDS, NAMED_MISSING, WEIGHTS


@dataclass(frozen=True, slots=True)
class Health:
    """The health of one record."""

    due: int
    done: int
    gaps: int
    confirmations: int
    completeness: float
    timeliness: float
    score: float
    band: str
    missing: tuple[Mapping[str, Any], ...]


def weigh(
    book: Playbook, stage_index: int, done: Sequence[bool | None], late: Sequence[bool], minutes: float | None, limit: float | None, ready: Sequence[str] = ()
) -> Health:  # fmt: skip
    """Health from what is done: for each action of the playbook in order, done (None: does not concern the record) and
    whether its own limit has passed; `ready`: actions that lack nothing but a confirmation. Pure."""
    due = kept = gaps = confirmations = 0
    missing: list[Mapping[str, Any]] = []
    order = {stage.key: n for n, stage in enumerate(book.stages)}
    for action, is_done, is_late in zip(book.actions, done, late, strict=True):
        at = order[action.stage]
        if is_done is None or not action.required or at > stage_index or (at == stage_index and not is_late):
            continue
        due += 1
        kept += is_done
        if action.confirm:
            confirmations += 1
            gaps += not is_done
        if not is_done:
            confirms = action.confirm is not None and action.key in ready
            whose = {"who": action.confirm.role, "confirms": True} if action.confirm and confirms else {"who": action.by}
            missing.append({"stage": action.stage, "action": action.key, **whose})
    completeness = kept / due if due else 1.0
    timeliness = 1.0 if not limit or not minutes or minutes <= limit else limit / minutes
    together = 1.0 - gaps / confirmations if confirmations else 1.0
    weights = {**WEIGHTS, **(book.health.get("weights") or {})}
    total = sum(weights.values()) or 1.0
    score = (weights["completeness"] * completeness + weights["timeliness"] * timeliness + weights["collaboration"] * together) / total
    bands = {**BANDS, **(book.health.get("bands") or {})}
    band = "green" if score > bands["green"] else "red" if score < bands["red"] else "yellow"
    return Health(due, kept, gaps, confirmations, completeness, timeliness, score, band, tuple(missing[:NAMED_MISSING]))
