"""Where deals are lost: per stage, per contact, which actions the lost ones had skipped, and whether their reasons say anything."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from xingji.features.process.document import Playbook
from xingji.features.process.reports.deals import Case, book_of, cases_of, done_of
from xingji.kernel.db import UnitOfWork
from xingji.kernel.events.withdrawn import standing

CONTACTS = ("touch.followup", "touch.response", "meeting.held", "call.connected", "solution.talked")
BUCKETS = (("1", 1, 1), ("2", 2, 2), ("3-5", 3, 5), ("6+", 6, 10**9))
LEAST = 10
SAME_WORD = 0.6
SHOWN_ACTIONS = 6


async def stage_losses(uow: UnitOfWork, object_key: str, since: datetime, until: datetime, playbook: str | None = None) -> dict[str, Any]:
    """{playbook, stages: [{stage, name, n, lost, rate, actions, reasons, ids}], contacts, cases, capped}.

    Rate: of the cases that came to the stage and are not still open in it, those lost in it. Actions: of the lost, the
    share in which an action of this stage or an earlier one was skipped, beside the share among the won. Shares are null
    below ten cases.
    """
    book = await book_of(uow, object_key, playbook)
    cases, _, capped = await cases_of(uow, book, since, until)
    ended = [case for case in cases if case.status in (*book.won, *book.lost)]
    done = await done_of(uow, ended, closed=True)
    won = [case for case in ended if case.status in book.won]
    stages = [_stage(book, n, cases, won, done) for n in range(len(book.stages))]
    return {
        "playbook": {"key": book.key, "name": dict(book.name)}, "stages": stages, "contacts": await _contacts(uow, book, ended), "cases": len(cases),
        "ended": len(ended), "lost": len(ended) - len(won), "least": LEAST, "capped": capped,
    }  # fmt: skip


def _stage(book: Playbook, n: int, cases: Sequence[Case], won: Sequence[Case], done: dict[UUID, dict[str, bool | None]]) -> dict[str, Any]:
    stage = book.stages[n]
    there = [case for case in cases if stage.key in case.stages]
    past = [case for case in there if not (case.stage == stage.key and case.status not in (*book.won, *book.lost))]
    lost = [case for case in past if case.stage == stage.key and case.status in book.lost]
    actions = []
    for earlier, one in [(each, action) for each in book.stages[: n + 1] for action in each.actions]:
        # A stage that may be left out asks nothing of those that left it out.
        of, kept = (
            [done[case.id][one.key] for case in side if done.get(case.id, {}).get(one.key) is not None and (not earlier.optional_when or earlier.key in case.stages)]
            for side in (lost, won)
        )
        skipped = sum(not each for each in of)
        if skipped and len(of) >= LEAST:
            actions.append({
                "stage": one.stage, "action": one.key, "name": dict(one.name), "skipped": skipped, "n": len(of), "share": skipped / len(of),
                "share_won": sum(not each for each in kept) / len(kept) if len(kept) >= LEAST else None, "n_won": len(kept),
            })  # fmt: skip
    actions.sort(key=lambda each: (-each["share"], each["action"]))
    return {
        "stage": stage.key, "name": dict(stage.name), "n": len(past), "open": len(there) - len(past), "lost": len(lost),
        "rate": len(lost) / len(past) if len(past) >= LEAST else None, "actions": actions[:SHOWN_ACTIONS], "reasons": _reasons(lost), "ids": [str(case.id) for case in lost[:200]],
    }  # fmt: skip


def _reasons(lost: Sequence[Case]) -> dict[str, Any]:
    """The words written most, and a warning when nearly all write the same."""
    words = Counter(case.reason.strip() for case in lost if case.reason and case.reason.strip())
    total = sum(words.values())
    top = words.most_common(3)
    return {
        "n": total, "top": [{"word": word, "count": count, "share": count / total} for word, count in top],
        "same_word": bool(top) and total >= LEAST and top[0][1] / total >= SAME_WORD,
    }  # fmt: skip


async def _contacts(uow: UnitOfWork, book: Playbook, ended: Sequence[Case]) -> list[dict[str, Any]]:
    """Of the ended cases that came to a contact number, the share lost before there was a further one."""
    rows = await uow.fetch(
        f"select e.record, count(*)::int as n from event e where e.record = any ($1::uuid[]) and e.type = any ($2::text[]) and {standing('e')} group by e.record",
        [case.id for case in ended], list(CONTACTS),
    )
    counts = {row["record"]: row["n"] for row in rows}
    found = []
    for name, low, high in BUCKETS:
        reached = [case for case in ended if counts.get(case.id, 0) >= low]
        lost = [case for case in reached if counts[case.id] <= high and case.status in book.lost]
        found.append({"contact": name, "n": len(reached), "lost": len(lost), "rate": len(lost) / len(reached) if len(reached) >= LEAST else None})
    return found
