"""The built web app as files from memory, with its first page for every path that is no file. Owns caching of them."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from xingji.kernel.core.errors import not_found

WEB_DIST = Path(__file__).parents[2] / "web_dist"
TEXT = ("text/", "application/javascript", "application/json", "image/svg")
COMPRESS_ABOVE = 1_000
FALLBACK = "/index.html"
NO_FALLBACK = ("/assets/", "/f/", "/q/")
_EMPTY = (
    "<!doctype html><meta charset='utf-8'><title>行迹 Xingji</title>"
    "<p>界面尚未构建 · The web app is not built: <code>make web</code></p>"
)


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes
    compressed: bytes | None
    content_type: str
    etag: bytes
    cache: bytes


class Pages:
    """An ASGI application for GET and HEAD; read from disk once, again when index.html changes."""

    def __init__(self, folder: Path = WEB_DIST) -> None:
        self.folder = folder
        self._files: dict[str, _File] = {}
        self._read_at: float | None = None

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """The file, the first page, 304 or 404."""
        if scope["method"] not in ("GET", "HEAD"):
            raise not_found("http.no_such_route")
        self._refresh()
        path = scope["path"]
        file = self._files.get(path)
        if file is None:
            if path.startswith(NO_FALLBACK):
                raise not_found("http.no_such_route")
            file = self._files[FALLBACK]
        given = dict(scope["headers"])
        headers = [(b"etag", file.etag), (b"cache-control", file.cache), (b"vary", b"accept-encoding")]
        if given.get(b"if-none-match") == file.etag:
            await send({"type": "http.response.start", "status": 304, "headers": headers})
            await send({"type": "http.response.body", "body": b""})
            return
        body = file.body
        if file.compressed is not None and b"gzip" in given.get(b"accept-encoding", b""):
            body = file.compressed
            headers.append((b"content-encoding", b"gzip"))
        headers += [(b"content-type", file.content_type.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _refresh(self) -> None:
        index = self.folder / "index.html"
        stamp = index.stat().st_mtime if index.is_file() else 0.0
        if stamp == self._read_at:
            return
        found = {}
        for path in self.folder.rglob("*") if stamp else ():
            if path.is_file():
                name = "/" + path.relative_to(self.folder).as_posix()
                found[name] = _file(name, path.read_bytes())
        found.setdefault(FALLBACK, _file(FALLBACK, _EMPTY.encode()))
        self._files, self._read_at = found, stamp


def _file(name: str, body: bytes) -> _File:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    kind = "text/javascript" if name.endswith((".js", ".mjs")) else kind
    is_text = kind.startswith(TEXT)
    # Names under /assets/ hold a hash of the content.
    cache = b"public, max-age=31536000, immutable" if name.startswith("/assets/") else b"no-cache"
    return _File(
        body,
        gzip.compress(body, 6, mtime=0) if is_text and len(body) > COMPRESS_ABOVE else None,
        f"{kind}; charset=utf-8" if is_text else kind,
        f'"{hashlib.sha256(body).hexdigest()[:20]}"'.encode(),
        cache,
    )
