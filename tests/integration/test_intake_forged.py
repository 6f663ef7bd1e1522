"""Row 11: deliveries forged, changed, re-serialised, stale, replayed, and signed by another brand's source: none is taken in."""

import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from urllib.parse import quote

from figures import figure
from leads_world import Client, publish
from xingji.kernel.core.protocols import SYSTEM

SECRETS = {"north": "north-s3cret-演示", "south": "south-s3cret-演示"}
BODY = b'{"id": "1", "name": "\\u771f", "budget": 1.0}'


def signed(secret: str, body: bytes, at: float) -> dict[str, str]:
    """What the sender of a JSON webhook with a signed time sends along."""
    stamp = str(int(at))
    return {"x-timestamp": stamp, "x-signature": hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()}


def forgeries(now: float) -> Iterator[tuple[str, bytes, dict[str, str]]]:
    """Deliveries the source "north" must not take: what is wrong, body, headers."""
    good = signed(SECRETS["north"], BODY, now)
    right = good["x-signature"]
    told = json.loads(BODY)
    for how, body in {
        "spaces": json.dumps(told, separators=(",", ":")), "sorted": json.dumps(told, sort_keys=True), "decoded": json.dumps(told, ensure_ascii=False),
        "number": BODY.decode().replace("1.0", "1"), "indented": json.dumps(told, indent=1), "end of line": BODY.decode() + "\n", "mark": "\ufeff" + BODY.decode(),
        "doubled key": BODY.decode()[:-1] + ', "name": "x"}', "other value": BODY.decode().replace("1.0", "9.0"), "empty": "", "null": "null", "batch": f"[{BODY.decode()}]",
    }.items():  # fmt: skip
        yield f"re-serialised: {how}", body.encode(), good
    for how, signature in {
        "none": "", "zeros": "0" * 64, "cut": right[:-1], "longer": right + "0", "other digest": hashlib.sha256(BODY).hexdigest(), "sha1": hmac.new(SECRETS["north"].encode(), BODY, "sha1").hexdigest(),
        "empty key": signed("", BODY, now)["x-signature"], "without the time": hmac.new(SECRETS["north"].encode(), BODY, "sha256").hexdigest(), "quoted": quote(right + "\x00"),
        "name of the method alone": "sha256=", "none of it": "none", "two": f"{'0' * 64},{right}", "wildcard": "*", "true": "true",
    }.items():  # fmt: skip
        yield f"forged: {how}", BODY, {**good, "x-signature": signature}
    yield "forged: no signature at all", BODY, {"x-timestamp": good["x-timestamp"]}
    yield "forged: no time at all", BODY, {"x-signature": right}
    for how, stamp in {"later time": str(int(now) + 1), "no number": "now", "negative": "-1", "huge": "9" * 30, "fraction": f"{now}.5", "nan": "nan", "long": "9" * 5_000}.items():
        yield f"forged: {how}", BODY, {**good, "x-timestamp": stamp}
    yield "forged: a digit that is no decimal", BODY, {**good, "x-timestamp": b"\xb2"}  # type: ignore[dict-item]
    for seconds in (-86_400, -3_600, -601, 601, 3_600, 86_400):
        yield f"stale: signed {seconds} s away", BODY, signed(SECRETS["north"], BODY, now + seconds)
    for body in (BODY, BODY.replace(b'"1"', b'"2"')):
        yield "signed by another brand", body, signed(SECRETS["south"], body, now)


async def leads(database, workspace) -> int:
    async with database.work(workspace, SYSTEM) as uow:
        return int(await uow.fetchval("select count(*) from o_lead"))


async def test_no_forged_stale_or_foreign_delivery_is_taken_in_and_a_replayed_one_has_no_second_effect(database, workspace):
    clients = {}
    for name, secret in SECRETS.items():
        settings = {"secret": secret, "timestamp_header": "X-Timestamp", "id": "$.id"}
        await publish(database, workspace, "source", name, {"via": "json", "settings": settings, "mapping": {"name": "$.name"}})
        clients[name] = await Client.open(database, workspace, name)
    client, before, now = clients["north"], await leads(database, workspace), time.time()
    tried, accepted = 0, []
    for what, body, headers in forgeries(now):
        answer = await client.send(body, headers)
        tried += 1
        if answer.status < 400 or answer.status >= 500:
            accepted.append((what, answer.status))
    assert accepted == []
    assert await leads(database, workspace) == before
    # The control: the same body under its own signature is a lead; sent again, also signed anew, it is the same one.
    first = await client.send(BODY, signed(SECRETS["north"], BODY, now))
    replays = [await client.send(BODY, signed(SECRETS["north"], BODY, now + more)) for more in (0, 0, 1, 2)]
    assert first.status == 202
    assert {answer.json["lead"] for answer in replays} == {first.json["lead"]}
    assert await leads(database, workspace) == before + 1
    assert (await clients["south"].send(BODY, signed(SECRETS["north"], BODY, now))).status == 401
    figure(11, f"{tried} forged, re-serialised, stale and foreign deliveries: {len(accepted)} accepted; {len(replays)} replays: 0 second effects")


async def test_without_the_look_at_the_signature_they_are_taken_in(database, workspace, monkeypatch):
    """The control of the walk."""
    await publish(database, workspace, "source", "open", {"via": "json", "settings": {"id": "$.id"}, "mapping": {"name": "$.name"}})
    client = await Client.open(database, workspace, "open")
    taken = [(await client.send(body, headers)).status for _, body, headers in forgeries(time.time())]
    assert taken.count(202) > 20
