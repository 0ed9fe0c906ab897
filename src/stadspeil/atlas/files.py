"""Files that a browser gets as they are: remembered by their content, compressed once, kept in memory.

An address that carries the version of its file (`?v=...`) may be kept for a year, because another content gets another
address. Every other one is asked for again, and answered with "still the same".
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import threading
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

REMEMBERED = "public, max-age=31536000, immutable"
ASKED_AGAIN = "public, no-cache"
# Below this size compressing costs more than it saves.
_WORTH_PACKING = 800
_TYPES = {".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".svg": "image/svg+xml"}
_PACKED = frozenset({*_TYPES.values(), "application/json", "text/plain"})


@dataclass(frozen=True)
class Kept:
    """A file in memory. `packed` is empty where packing does not pay."""

    stamp: tuple[int, int]
    content: bytes
    packed: bytes
    media_type: str
    version: str


class Files:
    """An ASGI application that serves the files of a folder, and nothing outside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._kept: dict[Path, Kept] = {}
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        root = scope.get("root_path", "")
        kept = self.file(scope["path"].removeprefix(root).lstrip("/"))
        if kept is None:
            raise HTTPException(404)
        await answer_file(kept, Request(scope))(scope, receive, send)

    def address(self, mount: str, name: str) -> str:
        """The address of a file with its version, which a browser may keep."""
        kept = self.file(name)
        return f"{mount}/{name}" + (f"?v={kept.version}" if kept else "")

    def file(self, name: str) -> Kept | None:
        """The file of this name; None where there is none in the folder."""
        try:
            path = (self.folder / name).resolve()
            stat = path.stat()
        except (OSError, ValueError):
            return None
        if not path.is_relative_to(self.folder) or not path.is_file() or path.name.startswith("."):
            return None
        stamp = (stat.st_mtime_ns, stat.st_size)
        with self._lock:
            # By the file that was found: many spellings of one file take no more memory.
            kept = self._kept.get(path)
            if kept is None or kept.stamp != stamp:
                kept = self._kept[path] = keep_file(path, stamp)
        return kept


def keep_file(path: Path, stamp: tuple[int, int] = (0, 0)) -> Kept:
    """Read and compress a file."""
    content = path.read_bytes()
    media_type = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = b""
    if media_type in _PACKED and len(content) >= _WORTH_PACKING:
        packed = gzip.compress(content, 9, mtime=0)
    return Kept(stamp, content, packed, media_type, hashlib.sha256(content).hexdigest()[:16])


def answer_file(kept: Kept, request: Request) -> Response:
    """The answer to a request for a file: whole, packed, or "still the same"."""
    named = QueryParams(request.scope.get("query_string", b"")).get("v") == kept.version
    packs = bool(kept.packed) and "gzip" in request.headers.get("accept-encoding", "")
    headers = {
        "ETag": f'W/"{kept.version}"',
        "Cache-Control": REMEMBERED if named else ASKED_AGAIN,
        "Vary": "Accept-Encoding",
    }
    if is_same(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if packs:
        headers["Content-Encoding"] = "gzip"
    charset = "; charset=utf-8" if kept.media_type in _PACKED else ""
    return Response(kept.packed if packs else kept.content, headers=headers, media_type=kept.media_type + charset)


def is_same(request: Request, mark: str) -> bool:
    """Whether the caller says to hold the content of this mark already."""
    held = request.headers.get("if-none-match", "")
    return mark.removeprefix("W/") in [each.strip().removeprefix("W/") for each in held.split(",")]
