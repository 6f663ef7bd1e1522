"""A wire between the program and its database that can be slow, or cut just after a commit has passed."""

import asyncio
import contextlib
import threading
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

COMMIT = b"COMMIT"


class Proxy:
    """Listens on loopback and passes on to a PostgreSQL socket, on a thread of its own.

    `delay`: seconds each piece from the program waits. `cut_commits(n)`: the next n commits reach the server, their
    answers never the program: it cannot know what came of them. `cut` counts those.
    """

    def __init__(self, target: Path) -> None:
        self.target = target
        self.delay = 0.0
        self.cut = 0
        self.port = 0
        self._to_cut = 0
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Proxy":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def instead_of(self, url: str) -> str:
        """The address of the same database through this wire."""
        parts = urlsplit(url)
        people = parts.netloc.rpartition("@")[0]
        return urlunsplit(parts._replace(netloc=f"{people}@127.0.0.1:{self.port}", query=""))

    def cut_commits(self, count: int) -> None:
        self._to_cut = count

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            there, back = await asyncio.open_unix_connection(str(self.target))
            silent = asyncio.Event()
            await asyncio.gather(self._outward(reader, back, silent), self._homeward(there, writer, silent))
        writer.close()

    async def _outward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, silent: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(1 << 16):
                if self.delay:
                    await asyncio.sleep(self.delay)
                if self._to_cut and COMMIT in piece.upper():
                    self._to_cut -= 1
                    self.cut += 1
                    silent.set()
                writer.write(piece)
                await writer.drain()
        writer.close()

    async def _homeward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, silent: asyncio.Event) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(1 << 16):
                if silent.is_set():
                    break
                writer.write(piece)
                await writer.drain()
        writer.transport.abort() if silent.is_set() else writer.close()
