"""The one outbound client: what it must never reach, and what it does with slow, huge or moved answers."""

import asyncio
import re
from ipaddress import ip_address
from pathlib import Path

import pytest

from figures import figure
from xingji.kernel.work.address_guard import AddressGuard, AddressRefused, forbidden_address
from xingji.kernel.work.http_client import OutboundClient, OutboundFailed

SOURCE = Path(__file__).parents[2] / "src" / "xingji"


class Listener:
    """A loopback server that counts what reaches it and answers with fixed bytes."""

    def __init__(self, reply: bytes = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", pause: float = 0) -> None:
        self.reply, self.pause, self.reached, self.port = reply, pause, 0, 0

    async def __aenter__(self) -> "Listener":
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reached += 1
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(self.pause)
        writer.write(self.reply)
        writer.close()


def spellings_of(a: int, b: int, c: int, d: int) -> list[str]:
    """One IPv4 address as resolvers and browsers have been known to read it."""
    number = (a << 24) | (b << 16) | (c << 8) | d
    return [
        f"{a}.{b}.{c}.{d}", f"{a}.{b}.{c}.{d}.", f"{number}", f"{number:#x}", f"0{number:o}", f"0x{number:08X}",
        f"{a}.{(b << 16) | (c << 8) | d}", f"{a}.{b}.{(c << 8) | d}", f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}",
        f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"000{a:o}.{b}.{c}.{d}", f"0x{a:x}.{b}.{c}.{d}", f"{a}.0x{b:x}.0{c:o}.{d}",
        f"{a}.{b}.{c}.0{d:o}", f"{number + (1 << 32)}", f"%{ord(str(a)[0]):x}{str(a)[1:]}.{b}.{c}.{d}",
        f"[::ffff:{a}.{b}.{c}.{d}]", f"[::ffff:{a:02x}{b:02x}:{c:02x}{d:02x}]", f"[::{a}.{b}.{c}.{d}]",
        f"[0:0:0:0:0:ffff:{a}.{b}.{c}.{d}]", f"[64:ff9b::{a}.{b}.{c}.{d}]", f"[64:ff9b:1::{a}.{b}.{c}.{d}]",
        f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1]",
        f"[2001:0:1::{a ^ 255:02x}{b ^ 255:02x}:{c ^ 255:02x}{d ^ 255:02x}]",
        f"[fe80::5efe:{a}.{b}.{c}.{d}]", f"[2400:3200::5efe:{a:02x}{b:02x}:{c:02x}{d:02x}]",
        f"[::ffff:0:{a}.{b}.{c}.{d}]", "".join(chr(0xFF10 + int(x)) if x.isdigit() else x for x in f"{a}.{b}.{c}.{d}"),
        f"{a}。{b}。{c}。{d}", f"{a}.{b}.{c}.{d}".replace(".", "."), f"user@{a}.{b}.{c}.{d}",
        f"open.example.com@{a}.{b}.{c}.{d}", f"{a}.{b}.{c}.{d}\\@open.feishu.cn", f"{a}.{b}.{c}.{d} ",
        f"\t{a}.{b}.{c}.{d}",
    ]  # fmt: skip


FORBIDDEN_HOSTS = [
    *spellings_of(127, 0, 0, 1), *spellings_of(169, 254, 169, 254), *spellings_of(10, 0, 0, 1),
    *spellings_of(192, 168, 1, 1), *spellings_of(172, 16, 0, 1), *spellings_of(100, 100, 100, 200),
    "127.1", "127.0.1", "0", "0.0.0.0", "0x0", "00", "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::1%lo]",
    "[::1%25lo]", "[fe80::1]", "[fe80::1%25eth0]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
    "[2001:db8::1]", "[100::1]", "[3ffe::1]", "[5f00::1]", "127.255.255.254", "198.18.0.1", "192.0.0.192",
    "192.0.2.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "100.64.0.1",
    "192.88.99.1", "168.63.129.16", "localhost", "LOCALHOST", "localhost.", "foo.localhost", "metadata.google.internal",
    "metadata", "kubernetes.default.svc", "db.lan", "printer.local", "wpad", "127.0.0.1.in-addr.arpa", "", ".", "..",
    "a..b", "-a.com", "127.0.0.1:0", "1.1.1.1:22", "1.1.1.1:6379x", "[::1", "::1", "[127.0.0.1]", "[v1.a]",
    "①②⑦.⓪.⓪.①", "ⓛocalhost", "0x7f.1", "0177.1", "1.1.1.256", "1.2.3.4.5", "0x", "127.0.0.0x1",
]  # fmt: skip


def test_there_are_at_least_two_hundred_spellings():
    assert len(set(FORBIDDEN_HOSTS)) >= 200


async def test_no_spelling_of_a_forbidden_address_is_reached():
    async with Listener() as listener:
        async with OutboundClient(AddressGuard()) as client:
            for host in FORBIDDEN_HOSTS:
                for scheme, port in (("http", f":{listener.port}"), ("https", "")):
                    with pytest.raises(AddressRefused):
                        await client.send("POST", f"{scheme}://{host}{port}/", headers={}, timeout=3)
        figure(10, f"{len(set(FORBIDDEN_HOSTS))} spellings of forbidden addresses, two schemes each: {listener.reached} reached")
        assert listener.reached == 0


async def test_a_guard_that_allows_the_loopback_is_reached_so_the_listener_does_listen():
    async with Listener() as listener:
        async with OutboundClient(AddressGuard([f"127.0.0.1:{listener.port}"])) as client:
            answer = await client.send("POST", f"http://127.0.0.1:{listener.port}/", headers={}, body=b"{}")
            with pytest.raises(AddressRefused):
                await client.send("POST", f"http://127.0.0.1:{listener.port + 1}/", headers={})
    assert (answer.status, answer.body, listener.reached) == (200, b"ok", 1)


async def test_without_the_judgement_the_same_request_does_arrive(monkeypatch):
    monkeypatch.setattr("xingji.kernel.work.address_guard.forbidden_address", lambda address: False)
    async with Listener() as listener, OutboundClient(AddressGuard()) as client:
        await client.send("POST", f"http://127.0.0.1:{listener.port}/", headers={})
        assert listener.reached == 1


@pytest.mark.parametrize("url", [
    "file:///etc/passwd", "gopher://1.1.1.1/", "ftp://1.1.1.1/", "//1.1.1.1/", "1.1.1.1", "http:///x", "http:1.1.1.1",
    "javascript:alert(1)", "unix:///var/run/x.sock", "http://1.1.1.1/\r\nHost: a", "http://a b.com/", "x" * 3000,
])  # fmt: skip
async def test_other_schemes_and_broken_urls_are_refused(url):
    async with OutboundClient(AddressGuard()) as client:
        with pytest.raises(AddressRefused):
            await client.send("GET", url, headers={})


async def test_a_name_that_answers_differently_the_second_time_cannot_move_the_connection():
    asked: list[str] = []

    async def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.215.14"] if len(asked) == 1 else ["127.0.0.1"]

    async with Listener() as listener:
        guard = AddressGuard(resolve=rebinding)
        assert await guard.address_of("rebind.demo.com", listener.port) == "93.184.215.14"
        async with OutboundClient(guard) as client:
            with pytest.raises(AddressRefused):
                await client.send("GET", f"http://rebind.demo.com:{listener.port}/", headers={}, timeout=2)
        assert listener.reached == 0
        # One look-up for each connection: there is no second one between judging and connecting.
        assert len(asked) == 2


async def test_one_forbidden_address_among_many_condemns_the_name():
    async def mixed(host: str, port: int) -> list[str]:
        return ["93.184.215.14", "10.0.0.8"]

    with pytest.raises(AddressRefused):
        await AddressGuard(resolve=mixed).address_of("mixed.demo.com", 443)


async def test_a_redirect_is_answered_and_not_followed():
    async with Listener() as inner:
        moved = f"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:{inner.port}/\r\ncontent-length: 0\r\n\r\n".encode()
        async with Listener(moved) as outer, OutboundClient(AddressGuard(["127.0.0.1"])) as client:
            answer = await client.send("POST", f"http://127.0.0.1:{outer.port}/", headers={})
        assert (answer.status, inner.reached) == (302, 0)


async def test_an_answer_is_read_up_to_the_limit_only():
    huge = b"HTTP/1.1 200 OK\r\ncontent-length: 5000000\r\n\r\n" + b"x" * 5_000_000
    async with Listener(huge) as listener, OutboundClient(AddressGuard(["127.0.0.1"]), max_bytes=1000) as client:
        answer = await client.send("GET", f"http://127.0.0.1:{listener.port}/", headers={})
    assert len(answer.body) == 1000


async def test_an_answer_that_never_comes_fails_and_says_so():
    async with Listener(pause=30) as listener, OutboundClient(AddressGuard(["127.0.0.1"])) as client:
        with pytest.raises(OutboundFailed):
            await client.send("GET", f"http://127.0.0.1:{listener.port}/", headers={}, timeout=0.2)


async def test_a_closed_port_fails_and_is_not_a_crash():
    async with Listener() as listener:
        port = listener.port
    async with OutboundClient(AddressGuard(["127.0.0.1"])) as client:
        with pytest.raises(OutboundFailed):
            await client.send("GET", f"http://127.0.0.1:{port}/", headers={}, timeout=2)


async def test_a_proxy_in_the_environment_is_not_used(monkeypatch):
    async with Listener() as proxy, Listener() as target:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.port}")
        async with OutboundClient(AddressGuard(["127.0.0.1"])) as client:
            await client.send("GET", f"http://127.0.0.1:{target.port}/", headers={})
        assert (proxy.reached, target.reached) == (0, 1)


@pytest.mark.parametrize("text", ["1.1.1.1", "223.5.5.5", "2400:3200::1", "2606:4700:4700::1111"])
def test_public_addresses_are_not_forbidden(text):
    assert not forbidden_address(ip_address(text))


def test_nothing_else_in_the_program_speaks_http():
    other = re.compile(
        r"^\s*(import|from)\s+(httpx|httpcore|requests|aiohttp|urllib3|urllib\.request|http\.client|smtplib)\b", re.M
    )
    allowed = {"kernel/work/http_client.py", "kernel/work/channels/email.py"}
    found = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.py") if other.search(path.read_text("utf-8"))}
    assert found <= allowed
