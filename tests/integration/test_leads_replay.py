"""A recorded funnel goes through the real intake, and the channel table equals a script that never saw the application."""

import json
import os
import runpy
from pathlib import Path

import pytest

from leads_world import Client
from xingji.features.leads.replay import SOURCE, prepare_workspace, read_funnel, replay
from xingji.features.leads.replay_seed import write_seeded_funnel
from xingji.kernel import access
from xingji.kernel.core.errors import XingjiError

ROOT = Path(__file__).resolve().parents[2]
RECORDED = Path(os.environ.get("XINGJI_RECORDED_DATA", ROOT.parent / "shared" / "data")) / "olist_marketing_funnel"
CHECK = runpy.run_path(str(ROOT / "bench" / "check_replay.py"))


async def run(database, workspace, folder):
    funnel = read_funnel(folder)
    reps = await prepare_workspace(database, workspace, funnel)
    client = await Client.open(database, workspace, SOURCE)

    async def send(payload):
        answer = await client.post(payload)
        return answer.status, answer.json

    report = await replay(database, workspace, funnel, send, reps)
    async with database.work(workspace) as uow:
        head = await uow.fetchval("select id from person where key = 'replay_head'")
    _, token = await access.create_token(database, workspace, "api", "check", person=head, scopes=["*"])
    client.http.headers["authorization"] = f"Bearer {token}"
    return funnel, report, (await client.get("/api/v1/channels/table")).json


def differences(folder, table, tmp_path):
    (tmp_path / "table.json").write_text(json.dumps(table), "utf-8")
    wanted, got = CHECK["table_of"](folder), CHECK["answered"](str(tmp_path / "table.json"), None)
    assert set(wanted) == set(got)
    return [
        (channel, name, wanted[channel][name], got[channel][name])
        for channel in wanted for name in CHECK["FIGURES"] if not CHECK["same"](wanted[channel][name], got[channel][name])
    ]  # fmt: skip


async def test_a_seeded_funnel_is_replayed_and_every_figure_equals_the_independent_script(fresh, workspace, tmp_path):
    folder = write_seeded_funnel(tmp_path / "funnel")
    funnel, report, table = await run(fresh, workspace, folder)
    assert (report.sent, report.answers) == (300, {"accepted": 300})
    assert (report.won, len(report.early), len(funnel.early)) == (40, 1, 1)
    assert sum(report.dispatched.values()) == 300
    assert len(report.dispatched) == 22
    assert max(report.dispatched.values()) - min(report.dispatched.values()) <= 1
    channels = {row["channel"] for row in table["rows"]}
    assert {None, "unknown"} <= channels
    assert differences(folder, table, tmp_path) == []
    table["rows"][0]["wins"] += 1
    assert differences(folder, table, tmp_path), "the comparison must notice a wrong figure"
    with pytest.raises(XingjiError) as refusal:
        await prepare_workspace(fresh, workspace, funnel)
    assert refusal.value.code == "replay.not_empty"


def test_a_folder_without_the_files_is_refused_by_name(tmp_path):
    with pytest.raises(XingjiError) as refusal:
        read_funnel(tmp_path)
    assert refusal.value.code == "replay.no_files"


@pytest.mark.slow
@pytest.mark.skipif(not RECORDED.is_dir(), reason=f"the recorded funnel is not at {RECORDED}")
async def test_the_recorded_funnel_is_replayed_and_every_figure_equals_the_independent_script(fresh, workspace, tmp_path):
    _, report, table = await run(fresh, workspace, RECORDED)
    assert report.answers == {"accepted": 8000}
    assert (report.won, len(report.early)) == (842, 1)
    assert (len(report.dispatched), sum(report.dispatched.values())) == (22, 8000)
    assert differences(RECORDED, table, tmp_path) == []


@pytest.mark.skipif(not RECORDED.is_dir(), reason=f"the recorded funnel is not at {RECORDED}")
def test_the_recorded_funnel_has_the_shape_the_replay_expects():
    funnel = read_funnel(RECORDED)
    assert (len(funnel.leads), len(funnel.wins), len(funnel.reps), len(funnel.early), funnel.orphans) == (8000, 842, 22, 1, [])
    assert {"", "unknown"} <= {lead.origin for lead in funnel.leads}
