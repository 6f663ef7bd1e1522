"""HTTP routes of packs: what is installed, preview and install a zip, export what is in force as one."""

from pathlib import Path
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import Parameter

from xingji.kernel.core.errors import invalid, not_found
from xingji.kernel.core.settings import packs_folder
from xingji.kernel.definitions.kinds import all_kinds, right_of
from xingji.kernel.definitions.pack_files import Pack, read_pack
from xingji.kernel.definitions.pack_preview import installed_packs, preview
from xingji.kernel.definitions.packs import InstallReport, export_pack, install_pack
from xingji.kernel.http import Here, needs

TAGS = ["packs"]
ZIP = "application/zip"


Chosen = Annotated[list[str] | None, Parameter(max_items=2_000)]
Shipped = Annotated[str | None, Parameter(pattern="^[a-z][a-z0-9_]{0,30}$")]


@post("/api/v1/packs/import", opt=needs("definitions.write"), tags=TAGS, status_code=200)
async def import_pack(
    here: Here, request: Request[Any, Any, Any], publish: bool = True, shipped: Shipped = None, skip: Chosen = None,
    take: Chosen = None,
) -> dict[str, Any]:
    """Installs the zip in the body (or a pack that came with the product): copies its definitions with their origin.

    What was edited here stays, as a draft; `skip` and `take` choose for single ones, as "kind/key".
    """
    source = await _source(request, shipped)
    _may_install(here, read_pack(source))
    choices = {_name(one): "skip" for one in skip or ()} | {_name(one): "take" for one in take or ()}
    return report_as_json(
        await install_pack(here.database, here.workspace, here.actor, source, publish=publish, choices=choices)
    )


@post("/api/v1/packs/preview", opt=needs("definitions.write"), tags=TAGS, status_code=200)
async def preview_pack(here: Here, request: Request[Any, Any, Any], shipped: Shipped = None) -> dict[str, Any]:
    """What installing a pack would do, document by document, with what differs and what problems it would meet."""
    pack = read_pack(await _source(request, shipped))
    _may_install(here, pack)
    return await here.read(lambda uow: preview(uow, pack))


@get("/api/v1/packs", opt=needs("definitions.read"), tags=TAGS)
async def list_packs(here: Here) -> dict[str, Any]:
    """Packs installed here: version, how many definitions, how many of them edited, and the version that can be had."""
    return {"rows": await here.read(installed_packs)}


async def _source(request: Request[Any, Any, Any], shipped: str | None) -> Path | bytes:
    if shipped is not None:
        folder = packs_folder() / shipped
        if not (folder / "pack.yaml").is_file():
            raise not_found("packs.unknown", pack=shipped)
        return folder
    body = await request.body()
    if not body:
        raise invalid("packs.not_a_pack", detail="the body is empty; send a zip")
    return body


def _may_install(here: Here, pack: Pack) -> None:
    for kind in {document["kind"] for _, document in pack.documents} & set(all_kinds()):
        if (right := right_of(kind)) is not None:
            here.require(right)
    if pack.people:
        here.require("people.write")


def _name(text: str) -> tuple[str, str]:
    kind, _, key = text.partition("/")
    return kind, key


@get("/api/v1/packs/export", opt=needs("definitions.read", files=[ZIP]), tags=TAGS)
async def get_pack(
    here: Here,
    key: Annotated[str, Parameter(pattern="^[a-z][a-z0-9_]{0,30}$")] = "export",
    kinds: Annotated[list[str] | None, Parameter(max_items=50)] = None,
    items: Chosen = None,
) -> Response[bytes]:
    """The definitions in force (or those chosen, as "kind/key") as a zip of YAML that installs to the same documents."""
    body = await here.read(lambda uow: export_pack(uow, key=key, kinds=kinds, items=items))
    return Response(body, media_type=ZIP, headers={"content-disposition": f'attachment; filename="{key}.zip"'})


def report_as_json(report: InstallReport) -> dict[str, Any]:
    """An installation's report."""

    def names(items: list[tuple[str, str]]) -> list[dict[str, str]]:
        return [{"kind": kind, "key": key} for kind, key in items]

    return {
        "pack": report.pack, "version": report.version, "rev": report.rev,
        "published": names(report.published), "drafted": names(report.drafted), "unchanged": names(report.unchanged),
        "kept": names(report.kept), "left_out": report.left_out, "conflicts": report.conflicts,
        "warnings": [problem.as_dict() for problem in report.warnings],
    }  # fmt: skip


ROUTES = [list_packs, preview_pack, import_pack, get_pack]
