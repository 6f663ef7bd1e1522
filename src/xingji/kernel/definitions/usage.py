"""What uses this? Answers for every object, field and definition from the references of all documents. Only reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xingji.kernel.core.protocols import Ref
from xingji.kernel.db.database import UnitOfWork
from xingji.kernel.definitions.drafts import Draft, all_drafts
from xingji.kernel.definitions.kinds import Document, all_kinds, ports
from xingji.kernel.definitions.published import Key, load_published


@dataclass(frozen=True, slots=True)
class Usage:
    """One user: which document, whether in force or a draft, and through which of its references."""

    kind: str
    key: str
    name: Mapping[str, str]
    draft: bool
    through: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"kind": self.kind, "key": self.key, "name": dict(self.name), "draft": self.draft, "through": list(self.through)}


async def usage(uow: UnitOfWork, ref: Ref) -> list[Usage]:
    """Who uses an object, a field ("lead.budget") or a definition: in force, quarantined and drafts."""
    published = await load_published(uow)
    rows = await uow.fetch("select kind, key, document from definition where status = 'published' and quarantine is not null")
    documents = {**published.documents, **{(row["kind"], row["key"]): row["document"] for row in rows}}
    return users_of(ref, documents, await all_drafts(uow)) + await holders_of(uow, ref)


async def holders_of(uow: UnitOfWork, ref: Ref) -> list[Usage]:
    """Data that uses a definition, as far as a higher floor tells."""
    holders = ports().holders
    found = [] if holders is None else await holders(uow, ref)
    return [Usage(kind, key, {"zh": name}, False, (f"{ref.kind}:{ref.key}",)) for kind, key, name in found]


def users_of(
    ref: Ref, documents: Mapping[Key, Document], drafts: Sequence[Draft], *, ignoring: Key | None = None
) -> list[Usage]:
    """Users among the given documents, ordered by kind and key; those in force before drafts."""
    found = [_usage(ref, name, document, False) for name, document in sorted(documents.items()) if name != ignoring]
    found += [_usage(ref, (d.kind, d.key), d.document, True) for d in drafts if (d.kind, d.key) != ignoring]
    return [user for user in found if user is not None]


def references_of(kind: str, document: Document) -> set[Ref]:
    """What a document uses; nothing when the kind is unknown or the document too broken to tell."""
    try:
        return all_kinds()[kind].references(document)
    except Exception:
        return set()


def _usage(ref: Ref, name: Key, document: Document, draft: bool) -> Usage | None:
    through = tuple(sorted(f"{r.kind}:{r.key}" for r in references_of(name[0], document) if covers(ref, r)))
    if not through or name == (ref.kind, ref.key):
        return None
    label = document.get("name")
    return Usage(*name, label if isinstance(label, Mapping) else {}, draft, through)


def covers(ref: Ref, used: Ref) -> bool:
    """Whether a reference uses what is asked for: an object is also used by whoever uses one of its fields."""
    if ref == used:
        return True
    return ref.kind == "object" and used.kind == "field" and used.key.split(".", 1)[0] == ref.key
