"""A load generator on bare sockets: so many connections, one request at a time on each, or paced to a rate.

Usage: load.py '{"host", "port", "path", "headers", "make": "lead"|"events", "connections", "seconds", "rate",
"prepare", "only_prepared"}'.
Prints one JSON object: requests, per_second, statuses, p50_ms, p99_ms.
"""

import asyncio
import json
import random
import sys
import time
from collections import deque
from typing import Any

import uvloop

COMPANIES = ["卓汇", "恒拓", "瑞昇", "博远", "泰禾", "启明", "鼎晟", "华耀", "安达", "凯旋"]
PROVINCES = ("江苏省", "浙江省", "广东省", "山东省", "湖北省", "四川省")


def lead(rng: random.Random, n: int) -> tuple[bytes, str]:
    """The body of one enquiry with eight fields, and its delivery key."""
    serial = f"{n:09d}"
    body = {
        "name": "王经理", "company": f"{rng.choice(COMPANIES)}{serial}机械有限公司", "mobile": f"139{serial[-8:]}",
        "email": f"u{serial}@example.test", "need": "变频空压机两台，月底前到货", "area": rng.choice(PROVINCES),
        "industry": "manufacturing", "budget": rng.randrange(1, 100) * 10_000,
    }  # fmt: skip
    return json.dumps(body, ensure_ascii=False).encode(), f"bench-{serial}"


def events(rng: random.Random, n: int, lines: int, subjects: list[str]) -> bytes:
    """An NDJSON body of CloudEvents about existing leads."""
    types = ("page.viewed", "touch.note", "mail.opened", "call.ended")
    rows = [
        json.dumps(
            {
                "specversion": "1.0", "id": f"{n}-{k}", "source": "bench", "type": types[k % 4],
                "subject": f"lead/{rng.choice(subjects)}", "time": "2026-01-05T03:04:05Z",
                "data": {"seconds": rng.randrange(600), "path": "/price"},
            }
        )
        for k in range(lines)
    ]  # fmt: skip
    return "\n".join(rows).encode()


class Load:
    """What one run does and counts."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        self.rng = random.Random(options.get("seed", 1))
        self.next = int(options.get("first", 0))
        self.latencies: list[float] = []
        self.statuses: dict[str, int] = {}
        self.ends = 0.0
        self.prepared: deque[bytes] = deque()
        self.pace: float | None = None

    def request(self) -> bytes:
        options = self.options
        self.next += 1
        headers = dict(options.get("headers", {}))
        if options["make"] == "lead":
            body, key = lead(self.rng, self.next)
            headers |= {"content-type": "application/json", "idempotency-key": key}
        else:
            body = events(self.rng, self.next, options["lines"], options["subjects"])
            headers |= {"content-type": "application/x-ndjson"}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        start = (
            f"POST {options['path']} HTTP/1.1\r\nhost: {options['host']}\r\ncontent-length: {len(body)}\r\n{head}\r\n"
        )
        return start.encode() + body

    async def run(self) -> dict[str, Any]:
        options = self.options
        connections, seconds = int(options["connections"]), float(options["seconds"])
        self.prepared.extend(self.request() for _ in range(int(options.get("prepare", 0))))
        self.pace = connections / float(options["rate"]) if options.get("rate") else None
        begun = time.perf_counter()
        self.ends = begun + seconds
        loop = asyncio.get_running_loop()
        callers = [Caller(self, loop) for _ in range(connections)]
        for caller in callers:
            await loop.create_connection(lambda caller=caller: caller, options["host"], options["port"])
        await asyncio.gather(*(caller.done for caller in callers))
        took = time.perf_counter() - begun
        ranked = sorted(self.latencies)
        return {
            "requests": len(ranked), "per_second": len(ranked) / took, "statuses": self.statuses, "last": self.next,
            "p50_ms": ranked[len(ranked) // 2] * 1000, "p99_ms": ranked[int(len(ranked) * 0.99)] * 1000,
        }  # fmt: skip


class Caller(asyncio.Protocol):
    """One connection: a request, its answer, the next request; with a pace each request at an instant of its own."""

    def __init__(self, load: Load, loop: asyncio.AbstractEventLoop) -> None:
        self.load = load
        self.loop = loop
        self.done: asyncio.Future[None] = loop.create_future()
        self.answer = b""
        self.begun = self.due = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self.due = time.perf_counter()
        self.next()

    def next(self) -> None:
        """Sends the next request, now or when it is due; or ends."""
        load = self.load
        if time.perf_counter() >= load.ends or (load.options.get("only_prepared") and not load.prepared):
            self.transport.close()
            self.done.set_result(None)
        elif load.pace is None:
            self.send()
        else:
            self.due += load.rng.expovariate(1 / load.pace)
            self.loop.call_later(max(0.0, self.due - time.perf_counter()), self.send)

    def send(self) -> None:
        message = self.load.prepared.popleft() if self.load.prepared else self.load.request()
        self.begun = time.perf_counter()
        self.transport.write(message)

    def data_received(self, data: bytes) -> None:
        self.answer += data
        head = self.answer.find(b"\r\n\r\n")
        if head < 0:
            return
        lower = self.answer[:head].lower()
        place = lower.find(b"\r\ncontent-length:")
        length = int(lower[place + 17 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        if len(self.answer) < head + 4 + length:
            return
        self.load.latencies.append(time.perf_counter() - self.begun)
        status = self.answer[9:12].decode()
        self.load.statuses[status] = self.load.statuses.get(status, 0) + 1
        self.answer = b""
        self.next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server closed the connection"))


if __name__ == "__main__":
    print(json.dumps(uvloop.run(Load(json.loads(sys.argv[1])).run())))
