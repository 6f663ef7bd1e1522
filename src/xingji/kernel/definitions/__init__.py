"""Everything configurable: versioned documents with one life (draft, check, dry run, publish, compare, roll back).

Owns the tables `definition` and `schema_change`. Knows no kind of definition by name: each brings its own checker.
"""

from xingji.kernel.definitions.drafts import (
    Draft,
    all_drafts,
    check_draft,
    discard_draft,
    dry_run,
    find_draft,
    save_draft,
)
from xingji.kernel.definitions.kinds import Ports, SchemaChanger, all_kinds, configure_kinds, kind_of
from xingji.kernel.definitions.packs import InstallReport, check_pack, export_pack, install_pack
from xingji.kernel.definitions.publish import PublishResult, publish, retire, roll_back
from xingji.kernel.definitions.published import Published, load_published
from xingji.kernel.definitions.quarantine import list_quarantined, quarantine, recheck_published, release
from xingji.kernel.definitions.schema_changes import run_queued_schema_changes
from xingji.kernel.definitions.usage import Usage, usage
from xingji.kernel.definitions.versions import Difference, compare, differences, history, published_between, three_way

__all__ = [
    "Difference",
    "Draft",
    "InstallReport",
    "Ports",
    "PublishResult",
    "Published",
    "SchemaChanger",
    "Usage",
    "all_drafts",
    "all_kinds",
    "check_draft",
    "check_pack",
    "compare",
    "configure_kinds",
    "differences",
    "discard_draft",
    "dry_run",
    "export_pack",
    "find_draft",
    "history",
    "install_pack",
    "kind_of",
    "list_quarantined",
    "load_published",
    "publish",
    "published_between",
    "quarantine",
    "recheck_published",
    "release",
    "retire",
    "roll_back",
    "run_queued_schema_changes",
    "save_draft",
    "three_way",
    "usage",
]
