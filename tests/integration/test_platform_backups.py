"""A backup is only one when its restore brings everything back, and a broken one harms nothing."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from xingji import backups, doctor
from xingji.environment import Surroundings, surroundings
from xingji.kernel.core.errors import XingjiError
from xingji.kernel.core.settings import load_settings
from xingji.kernel.db import Database
from xingji.kernel.db.migrate import create_workspace_schema, migrate


@pytest.fixture(scope="module")
def place() -> Iterator[Surroundings]:
    """An installation of its own, with an embedded server."""
    folder = Path(tempfile.mkdtemp(prefix="xingji-backup-"))
    folder.chmod(0o711)
    settings = replace(load_settings(), database_url=None, app_database_url=None, data_dir=folder / "data")
    with surroundings(settings) as found:
        yield found
    shutil.rmtree(folder)


async def notes(place: Surroundings) -> list[str]:
    database = await Database.connect(place.app_url, max_size=2)
    try:
        async with database.work("kept") as uow:
            rows = await uow.fetch("select key from brand order by key")
            return [row["key"] for row in rows]
    finally:
        await database.close()


async def note(place: Surroundings, key: str) -> None:
    database = await Database.connect(place.app_url, max_size=2)
    try:
        async with database.work("kept") as uow:
            await uow.execute("insert into brand (key, name) values ($1, $1)", key)
    finally:
        await database.close()


async def test_a_backup_brings_everything_back_and_keeps_what_was_there(place: Surroundings, tmp_path: Path):
    await migrate(place.owner(), place.app_password)
    await create_workspace_schema(place.owner(), "kept", "留存组织（演示）")
    await note(place, "before")
    file = tmp_path / "all.backup"
    assert backups.back_up(place, file) > 1000
    assert file.stat().st_mode & 0o777 == 0o600
    await note(place, "after")

    with pytest.raises(XingjiError, match="not_empty"):
        backups_restore(place, file, replace=False)
    aside = backups_restore(place, file, replace=True)

    assert await notes(place) == ["before"]
    assert place.server is not None
    assert (
        place.server.psql("select string_agg(key, ',' order by key) from ws_kept.brand", str(aside)) == "after,before\n"
    )
    assert place.server.psql("select epoch from ws_kept.workspace_state") == "2\n"


async def test_a_broken_backup_is_refused_and_harms_nothing(place: Surroundings, tmp_path: Path):
    broken = tmp_path / "broken"
    broken.write_bytes(b"PGDMP" + b"\0" * 100)
    with pytest.raises(XingjiError, match="tool_failed"):
        backups_restore(place, broken, replace=True)
    stranger = tmp_path / "notes.txt"
    stranger.write_text("hello")
    with pytest.raises(XingjiError, match="no_backup"):
        backups_restore(place, stranger, replace=True)
    assert await notes(place) == ["before"]
    assert place.server is not None
    assert place.server.psql("select count(*) from pg_database where datname like '%restore%'") == "0\n"


async def test_who_may_create_no_database_is_told_what_to_do(place: Surroundings, tmp_path: Path):
    assert place.server is not None
    file = tmp_path / "all.backup"
    backups.back_up(place, file)
    place.server.psql("create role modest login createrole password 'for tests only'")
    parts = urlsplit(place.owner())
    modest = replace(place, owner_url=urlunsplit(parts._replace(netloc="modest:for%20tests%20only@" + parts.netloc.rpartition("@")[2])))
    place.server.psql("grant usage on schema xingji to modest; grant select on xingji.workspace to modest")
    with pytest.raises(XingjiError, match="may_not_create") as refused:
        backups_restore(modest, file, replace=True)
    assert 'alter role "modest" createdb' in str(refused.value.data["remedy"])
    assert await notes(place) == ["before"]


async def test_the_doctor_finds_a_sound_installation_sound_and_says_what_is_wrong(place: Surroundings):
    database = await Database.connect(place.app_url, place.owner(), max_size=2)
    try:
        found = {finding.subject: finding for finding in await doctor.examine(database, place)}
        assert (found["PostgreSQL"].level, found["PostgreSQL"].text.endswith("durable")) == ("ok", True)
        assert found["role"].level == "ok"
        assert found["kept: audit"].level == "ok"
    finally:
        await database.close()
    mighty = await Database.connect(place.owner(), max_size=2)
    try:
        found = {finding.subject: finding for finding in await doctor.examine(mighty, place)}
        assert found["role"].level == "failure"
        assert "XINGJI_APP_DATABASE_URL" in found["role"].remedy
        assert found["transactions"].level == "warning"  # without an owner's address nobody is shown them
    finally:
        await mighty.close()


def backups_restore(place: Surroundings, file: Path, *, replace: bool) -> str | None:
    """Restore as the command does, outside the test's event loop."""
    import concurrent.futures

    with concurrent.futures.ThreadPoolExecutor(1) as thread:
        return thread.submit(backups.restore, place, file, replace=replace, jobs=1).result()
