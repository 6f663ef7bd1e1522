"""A load generator on bare sockets: so many connections, one request at a time on each, or paced to a rate.

Usage: load.py '{"host", "port", "path", "headers", "make": "lead"|"events", "connections", "seconds", "rate"}'.
Prints one JSON object: requests, per_second, statuses, p50_ms, p99_ms.
"""

import asyncio
import json
import random
import sys
import time
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

    async def connection(self, prepared: asyncio.Queue[bytes], pace: float | None) -> None:
        reader, writer = await asyncio.open_connection(self.options["host"], self.options["port"])
        due = time.perf_counter()
        while time.perf_counter() < self.ends:
            if pace is not None:
                due += self.rng.expovariate(1 / pace)
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            message = prepared.get_nowait() if not prepared.empty() else self.request()
            begun = time.perf_counter()
            writer.write(message)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (
                    int(line.split(b":")[1])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length")
                ),
                0,
            )
            if length:
                await reader.readexactly(length)
            self.latencies.append(time.perf_counter() - begun)
            status = head[9:12].decode()
            self.statuses[status] = self.statuses.get(status, 0) + 1
        writer.close()

    async def run(self) -> dict[str, Any]:
        options = self.options
        connections, seconds = int(options["connections"]), float(options["seconds"])
        prepared: asyncio.Queue[bytes] = asyncio.Queue()
        for _ in range(int(options.get("prepare", 0))):
            prepared.put_nowait(self.request())
        pace = connections / float(options["rate"]) if options.get("rate") else None
        begun = time.perf_counter()
        self.ends = begun + seconds
        await asyncio.gather(*(self.connection(prepared, pace) for _ in range(connections)))
        took = time.perf_counter() - begun
        ranked = sorted(self.latencies)
        return {
            "requests": len(ranked), "per_second": len(ranked) / took, "statuses": self.statuses, "last": self.next,
            "p50_ms": ranked[len(ranked) // 2] * 1000, "p99_ms": ranked[int(len(ranked) * 0.99)] * 1000,
        }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(uvloop.run(Load(json.loads(sys.argv[1])).run())))
