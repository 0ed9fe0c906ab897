"""What stands between the site and whoever calls: names, limits, headers, a log without persons, errors without insides."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stadspeil.atlas.api.answering import ROOT, VERSION
from stadspeil.atlas.api.problems import PROBLEM, problem
from stadspeil.atlas.logs import log_answer, log_fault
from stadspeil.atlas.settings import Settings
from stadspeil.atlas.unwelcome import Unwelcome

# Callers remembered for the limit; the oldest is forgotten first.
_CALLERS = 4096
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# For who watches over the site, by whatever name: they tell nothing but that it lives.
HEALTH = frozenset({"/gezond", "/gereed"})
_LONGEST_ADDRESS = 8000
_BESIDE_THE_FILE = 64_000
_TOO_LARGE = 413
# What happens to a person with a browser, and what that person can do; not a caller by a name that is not ours.
_FOR_READERS = {
    403: "open de bladzijde op deze site zelf en probeer het daar", 413: "",
    414: "kies minder gebieden of cijfers tegelijk", 429: "wacht een minuut en probeer het opnieuw",
}  # fmt: skip


def content_policy(settings: Settings, may_be_framed: bool) -> str:
    """The Content-Security-Policy: our own files only, nothing inline. A frame page may stand in another site."""
    layer = urlsplit(settings.background)
    outside = f" {layer.scheme}://{layer.netloc}" if layer.netloc else ""
    return "; ".join((
        "default-src 'none'", "script-src 'self'", "style-src 'self'", f"img-src 'self' data: blob:{outside}",
        f"connect-src 'self'{outside}", "font-src 'self'", "worker-src 'self' blob:", "manifest-src 'self'",
        "form-action 'self'", "base-uri 'none'", f"frame-ancestors {'*' if may_be_framed else chr(39) + 'self' + chr(39)}",
    ))  # fmt: skip


def may_be_framed(scope: Scope) -> None:
    """Say of the answer to this request that it may stand in a frame of another site: said by the page, never asked."""
    scope.setdefault("state", {})["framed"] = True


@dataclass
class Guard:
    """Outermost layer: refuses what is not meant for us, adds headers to all that leaves, and logs it.

    `broken` makes the answer to a fault of ours. It is asked here and not by the framework, whose own handler stands
    outside of every layer, so that its answers would miss our headers.
    """

    app: ASGIApp
    settings: Settings
    broken: Callable[[Request, Exception], Awaitable[Response]]
    _spent: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, seen, asked = time.perf_counter(), {"status": 0}, scope["method"]
        refusal = self._refusal(scope)
        if asked == "HEAD":
            # The same headers as GET, of every address, and no content.
            scope["method"] = "GET"
            scope.setdefault("state", {})["head"] = True

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                self._headers(MutableHeaders(scope=message), scope.get("state", {}).get("framed", False))
                if _is_api(scope):
                    self._limits(MutableHeaders(scope=message), scope)
            elif asked == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            if (
                refusal is not None
                and refusal[0] in _FOR_READERS
                and "text/html" in Headers(scope=scope).get("accept", "")
            ):
                told = _too_large(self.settings) if refusal[0] == _TOO_LARGE else _in_words(*refusal)
                await (await self.broken(Request(scope), told))(scope, receive, answered)
            elif refusal is not None:
                await _problem(answered, scope["path"], *refusal)
            else:
                await self.app(scope, self._measured(scope, receive), answered)
        except Exception as fault:
            log_fault(fault)
            if seen["status"]:
                # Half an answer has left: breaking the connection is the only honest end.
                raise
            await (await self.broken(Request(scope), fault))(scope, receive, answered)
        finally:
            log_answer(asked, route_of(scope), seen["status"] or 500, time.perf_counter() - started)

    def _refusal(self, scope: Scope) -> tuple[int, str, str] | None:
        """Status, title and detail of a refusal; None for a request that may pass."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if scope["path"] not in HEALTH and name_of(host) not in self.settings.names:
            return 421, "Onbekende naam", "deze site luistert niet naar deze naam; zie 'hosts' in stadspeil.toml"
        if scope["method"] in _WRITES and not _from_here(headers, host):
            return 403, "Van een andere site", "een formulier van een andere site wordt niet aangenomen"
        if len(scope.get("query_string", b"")) + len(scope.get("raw_path") or b"") > _LONGEST_ADDRESS:
            return 414, "Te lang adres", f"een adres heeft hier hoogstens {_LONGEST_ADDRESS} tekens"
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > self._most:
            return _TOO_LARGE, "Te groot", f"een bestand mag hier hoogstens {self.settings.upload_mb} MB zijn"
        if not self._may(_caller(scope)):
            return 429, "Te veel vragen", "probeer het over een minuut opnieuw"
        return None

    @property
    def _most(self) -> int:
        return self.settings.upload_mb * 1_000_000 + _BESIDE_THE_FILE

    def _measured(self, scope: Scope, receive: Receive) -> Receive:
        """What a caller sends, up to the limit: one that says no length may not send without end."""
        if scope["method"] not in _WRITES:
            return receive
        taken = 0

        async def measured() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._most:
                raise HTTPException(_TOO_LARGE)
            return message

        return measured

    def _may(self, caller: str) -> bool:
        """A bucket per caller that fills at the allowed rate; each request takes one."""
        most, now = float(self.settings.requests_per_minute), time.monotonic()
        left, since = self._spent.pop(caller, (most, now))
        left = min(most, left + (now - since) * most / 60)
        self._spent[caller] = (left - 1 if left >= 1 else left, now)
        while len(self._spent) > _CALLERS:
            self._spent.popitem(last=False)
        return left >= 1

    def _limits(self, headers: MutableHeaders, scope: Scope) -> None:
        """What a program must know to stay below the limit."""
        most = self.settings.requests_per_minute
        left, _ = self._spent.get(_caller(scope), (float(most), 0.0))
        headers["RateLimit-Limit"] = str(most)
        headers["RateLimit-Remaining"] = str(int(left))
        headers["RateLimit-Reset"] = str(math.ceil((most - left) * 60 / most))
        headers["API-Version"] = VERSION

    def _headers(self, headers: MutableHeaders, framed: bool) -> None:
        headers["Content-Security-Policy"] = content_policy(self.settings, framed)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if not framed:
            headers["X-Frame-Options"] = "SAMEORIGIN"
        headers.setdefault("Cache-Control", "no-store")


def name_of(host: str) -> str:
    """The name in a Host header, without its port; an IPv6 address keeps its brackets."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() and not (host.startswith("[") and "]" not in name) else host).lower()


def _from_here(headers: Headers, host: str) -> bool:
    """Whether a browser says that the request comes from our own page; a command line says nothing and may pass."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host


def _is_api(scope: Scope) -> bool:
    return str(scope["path"]).startswith(f"{ROOT}/") or scope["path"] == ROOT


def _caller(scope: Scope) -> str:
    return str((scope.get("client") or ("",))[0])


def _too_large(settings: Settings) -> Unwelcome:
    """To a person who sent a form: the same refusal as a page."""
    return Unwelcome(
        _TOO_LARGE, "werkboek", f"het is groter dan {settings.upload_mb} MB", "haal plaatjes en andere bladen eruit",
        {"connection": "close"},
    )  # fmt: skip


def _in_words(status: int, title: str, detail: str) -> Unwelcome:
    headers = {"retry-after": "60"} if status == HTTPStatus.TOO_MANY_REQUESTS else {}
    return Unwelcome(status, title.lower(), detail, _FOR_READERS[status], headers)


async def _problem(send: Any, path: str, status: int, title: str, detail: str) -> None:
    body = problem(status, detail, path, title=title)
    headers = [(b"content-type", PROBLEM.encode()), (b"content-length", str(len(body)).encode())]
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        headers.append((b"retry-after", b"60"))
    if status == _TOO_LARGE:
        # The rest of what is being sent is not read.
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def route_of(scope: Scope) -> str:
    """The pattern of the address that answered, never the address itself: that can tell who looked at what."""
    return getattr(scope.get("route"), "path", "-")
