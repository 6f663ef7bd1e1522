"""HTTP routes of packs: install a zip, export what is in force as one."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import Parameter

from xingji.kernel.core.errors import invalid
from xingji.kernel.definitions.kinds import all_kinds, right_of
from xingji.kernel.definitions.pack_files import read_pack
from xingji.kernel.definitions.packs import InstallReport, export_pack, install_pack
from xingji.kernel.http import Here, needs

TAGS = ["packs"]
ZIP = "application/zip"


@post("/api/v1/packs/import", opt=needs("definitions.write"), tags=TAGS, status_code=200)
async def import_pack(here: Here, request: Request[Any, Any, Any], publish: bool = True) -> dict[str, Any]:
    """Installs the zip in the body: copies its definitions with their origin; what was edited here stays, as a draft."""
    body = await request.body()
    if not body:
        raise invalid("packs.not_a_pack", detail="the body is empty; send a zip")
    pack = read_pack(body)
    for kind in {document["kind"] for _, document in pack.documents} & set(all_kinds()):
        if (right := right_of(kind)) is not None:
            here.require(right)
    if pack.people:
        here.require("people.write")
    return report_as_json(await install_pack(here.database, here.workspace, here.actor, body, publish=publish))


@get("/api/v1/packs/export", opt=needs("definitions.read"), tags=TAGS)
async def get_pack(
    here: Here,
    key: Annotated[str, Parameter(pattern="^[a-z][a-z0-9_]{0,30}$")] = "export",
    kinds: Annotated[list[str] | None, Parameter(max_items=50)] = None,
) -> Response[bytes]:
    """The definitions in force as a zip of YAML that installs to the same documents."""
    body = await here.read(lambda uow: export_pack(uow, key=key, kinds=kinds))
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


ROUTES = [import_pack, get_pack]
