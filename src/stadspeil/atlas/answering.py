"""Answers that were given before are given again without making them: kept packed, as room allows.

Each worker keeps its own at hand; what another worker of the site made comes from `sharing`.

An answer is kept when it says by an ETag of ours until when it holds, and is the same for all who ask with the same
address, chosen town and packing. New results make all that was kept worthless: their version is part of the key.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stadspeil.atlas.guarding import may_be_framed, route_of
from stadspeil.atlas.sharing import Answer, Key, Shared

KEPT_BYTES, LARGEST = 32_000_000, 2_000_000
# Files of a folder and answers of the API are kept by who gives them.
_OWN_KEEPING = ("/static/", "/tiles/", "/v1")
# What an entry costs beside its content.
_BESIDE = 1_000
_VARIES = frozenset({"cookie", "accept-encoding"})


@dataclass(frozen=True)
class _Pattern:
    """Stands for the route of an answer that was not made now: the log names its pattern."""

    path: str


class Answering:
    """A layer around the application and its packing. `version` tells of which results an answer is."""

    def __init__(
        self, app: ASGIApp, version: Callable[[], str], most: int = KEPT_BYTES, largest: int = LARGEST,
        shared: Shared | None = None,
    ) -> None:  # fmt: skip
        self.app, self.version, self.most, self.largest, self.shared = app, version, most, largest, shared
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self.size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_plain(scope):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        key = self._key(scope, headers)
        known = self._known(key)
        if known is None:
            await self.app(scope, receive, _Copying(self, key, scope, send))
            return
        scope["route"] = _Pattern(known.pattern)
        if known.framed:
            may_be_framed(scope)
        await _give(known, headers.get("if-none-match", ""), send)

    def keep(self, key: Key, answer: Answer) -> None:
        """Keep an answer; what was not asked for the longest makes room."""
        before = self._kept.pop(key, None)
        self.size += _size(key, answer) - (_size(key, before) if before else 0)
        self._kept[key] = answer
        while self.size > self.most:
            self.size -= _size(*self._kept.popitem(last=False))

    def _known(self, key: Key) -> Answer | None:
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        found = self.shared.read(key) if self.shared is not None else None
        if found is not None:
            self.keep(key, found)
        return found

    def _key(self, scope: Scope, headers: Headers) -> Key:
        packing = "gzip" if "gzip" in headers.get("accept-encoding", "") else ""
        # The API refuses who asks for another form than it has.
        form = headers.get("accept", "") if scope["path"].startswith("/v1") else ""
        # Addresses in an answer begin with the name by which the site was called.
        return (
            self.version(), scope.get("scheme", ""), headers.get("host", ""), scope["path"],
            scope.get("query_string", b"").decode("latin-1"), _town(headers.get("cookie", "")), packing, form,
        )  # fmt: skip


class _Copying:
    """Sends on what the application says, and keeps a copy where it may be kept."""

    def __init__(self, keeper: Answering, key: Key, scope: Scope, send: Send) -> None:
        self.keeper, self.key, self.scope, self.send = keeper, key, scope, send
        self.headers: tuple[tuple[bytes, bytes], ...] = ()
        self.mark, self.parts, self.size = "", list[bytes](), 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.mark = self._mark_of(message)
            self.headers = tuple((name, value) for name, value in message["headers"])
        elif self.mark and message["type"] == "http.response.body":
            part = message.get("body", b"")
            self.size += len(part)
            self.parts.append(part)
            if self.size > self.keeper.largest:
                self.mark, self.parts = "", []
            elif not message.get("more_body"):
                framed = bool(self.scope.get("state", {}).get("framed"))
                answer = Answer(self.headers, b"".join(self.parts), self.mark, framed, route_of(self.scope))
                self.keeper.keep(self.key, answer)
                await self.send(message)
                if self.keeper.shared is not None:
                    # A disk may take long: others are answered meanwhile.
                    await run_in_threadpool(self.keeper.shared.write, self.key, answer)
                return
        await self.send(message)

    def _mark_of(self, message: Message) -> str:
        """The ETag of an answer that may be kept; '' of any other."""
        headers = Headers(raw=message["headers"])
        varies = {each.strip().lower() for each in headers.get("vary", "").split(",") if each.strip()}
        size = headers.get("content-length", "")
        kept = (
            message["status"] == 200
            and varies <= _VARIES
            and "set-cookie" not in headers
            and "no-store" not in headers.get("cache-control", "")
            and size.isdigit()
            and int(size) <= self.keeper.largest
        )
        return headers.get("etag", "") if kept else ""


async def _give(answer: Answer, marks: str, send: Send) -> None:
    if answer.mark in {each.strip() for each in marks.split(",")}:
        headers = [each for each in answer.headers if each[0] in (b"etag", b"cache-control", b"vary")]
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": list(answer.headers)})
    await send({"type": "http.response.body", "body": answer.content})


def _is_plain(scope: Scope) -> bool:
    """Whether a page is asked for, without content of the caller's own, and not of who keeps its own answers."""
    headers = Headers(scope=scope)
    empty = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
    return bool(scope["method"] == "GET" and empty and not scope["path"].startswith(_OWN_KEEPING))


def _size(key: Key, answer: Answer) -> int:
    return len(answer.content) + sum(map(len, key)) + _BESIDE


def _town(cookie: str) -> str:
    """The town that was chosen: the only cookie on which an answer may depend."""
    if "stad" not in cookie:
        return ""
    try:
        found = SimpleCookie(cookie).get("stad")
    except CookieError:
        return cookie
    return found.value if found else ""
