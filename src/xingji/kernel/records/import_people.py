"""People named in a file who are nobody here yet: they become persons without a sign-in. Owns their keys and their undo."""

import re
from collections.abc import Iterable, Sequence

from xingji.kernel.access import save_people
from xingji.kernel.core.protocols import Actor
from xingji.kernel.db import UnitOfWork
from xingji.kernel.records.import_guess import is_unknown
from xingji.kernel.records.import_rows import Job, find_people
from xingji.kernel.records.search_tokens import pinyin

RIGHT = "people.write"


def slug(name: str) -> str:
    """A key made of a name: letters, digits and underscores, beginning with a letter."""
    plain = "".join(pinyin(name)) if not name.isascii() else name
    key = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
    return (key if key[:1].isalpha() else f"p_{key}")[:60]


def may_make_people(actor: Actor) -> bool:
    """Whether an import of this actor may make persons."""
    return actor.policy is None or actor.policy.may(RIGHT)


async def new_people(uow: UnitOfWork, job: Job) -> list[str]:
    """Names in columns of people that nobody bears, in the order of the file."""
    columns = [
        (job.place[column], target.values)
        for column, targets in job.mapping.columns.items()
        for target in targets
        if target.create and target.child is None and target.field in job.kind.fields
        and job.kind.fields[target.field].kind.key == "person"
    ]  # fmt: skip
    names: dict[str, None] = {}
    for row in job.table.rows:
        for place, values in columns:
            text = row[place].strip()
            text = values.get(text, text)
            if text and not is_unknown(text) and len(text) <= 40:
                names[text] = None
    found = await find_people(uow, list(names), gone=False) if names else {}
    return [name for name in names if not found.get(name.casefold())]


async def make_people(uow: UnitOfWork, names: Sequence[str]) -> list[str]:
    """Persons of these names, reps below whoever imports; their keys. Who was here before comes back."""
    if not names:
        return []
    back = await uow.fetch(
        "update person set left_on = null where name = any ($1) and left_on is not null returning key, name", list(names)
    )
    names = [name for name in names if name not in {row["name"] for row in back}]
    me = await uow.fetchrow(
        "select p.key, u.key as unit from person p left join unit u on u.id = p.unit where p.id = $1", uow.actor.person
    )
    taken = {row["key"] for row in await uow.fetch("select key from person")}
    has_rep = await uow.fetchval(
        "select exists (select from definition where kind = 'role' and key = 'rep' and status = 'published')"
    )
    persons = []
    for name in names:
        key = _free(slug(name), taken)
        taken.add(key)
        persons.append(
            {"key": key, "name": name, "roles": ["rep"] if has_rep else [], "unit": me and me["unit"], "manager": me and me["key"]}
        )
    await save_people(uow, {"persons": persons})
    return [*(row["key"] for row in back), *(str(person["key"]) for person in persons)]


def _free(key: str, taken: Iterable[str]) -> str:
    n, free = 1, key
    while free in taken:
        n += 1
        free = f"{key}_{n}"
    return free


async def remove_people(uow: UnitOfWork, keys: Sequence[str]) -> int:
    """Lets go of persons an import made and nobody has invited since; how many."""
    if not keys:
        return 0
    today = uow.now.astimezone(uow.workspace.zone).date()
    tag = await uow.execute(
        "update person set left_on = $2 where key = any ($1) and left_on is null and id <> all ($3)",
        list(keys), today, [uow.actor.person] if uow.actor.person else [],
    )  # fmt: skip
    await uow.execute("update workspace_state set access_rev = access_rev + 1")
    return int(tag.split()[-1])
