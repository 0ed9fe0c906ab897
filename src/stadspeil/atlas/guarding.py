"""What stands between the site and whoever calls: names, limits, headers, a log without persons, errors without insides."""

from __future__ import annotations

import json
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stadspeil.atlas.settings import Settings

LOG = logging.getLogger("stadspeil.atlas")
# Callers remembered for the limit; the oldest is forgotten first.
_CALLERS = 4096
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def content_policy(settings: Settings, may_be_framed: bool) -> str:
    """The Content-Security-Policy: our own files only, nothing inline. A frame page may stand in another site."""
    layer = urlsplit(settings.background)
    outside = f" {layer.scheme}://{layer.netloc}" if layer.netloc else ""
    return "; ".join((
        "default-src 'none'", "script-src 'self'", "style-src 'self'", f"img-src 'self' data: blob:{outside}",
        f"connect-src 'self'{outside}", "font-src 'self'", "worker-src 'self' blob:", "manifest-src 'self'",
        "form-action 'self'", "base-uri 'none'", f"frame-ancestors {'*' if may_be_framed else chr(39) + 'self' + chr(39)}",
    ))  # fmt: skip


@dataclass
class Guard:
    """Outermost layer: refuses what is not meant for us, adds headers to all that leaves, and logs it."""

    app: ASGIApp
    settings: Settings
    _spent: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, seen = time.perf_counter(), {"status": 500}
        refusal = self._refusal(scope)
        framed = "als=frame" in scope.get("query_string", b"").decode("latin-1").split("&")

        async def answered(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                self._headers(MutableHeaders(scope=message), framed)
            await send(message)

        try:
            if refusal is not None:
                await _problem(answered, *refusal)
            else:
                await self.app(scope, receive, answered)
        finally:
            _log(scope, seen["status"], time.perf_counter() - started)

    def _refusal(self, scope: Scope) -> tuple[int, str, str] | None:
        """Status, title and detail of a refusal; None for a request that may pass."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        name = host if host.endswith("]") else host.rsplit(":", 1)[0] if ":" in host.split("]")[-1] else host
        if name.lower() not in self.settings.hosts:
            return 421, "Onbekende naam", "deze site luistert niet naar deze naam; zie 'hosts' in stadspeil.toml"
        if scope["method"] in _WRITES and not _from_here(headers, host):
            return 403, "Van een andere site", "een formulier van een andere site wordt niet aangenomen"
        caller = (scope.get("client") or ("",))[0]
        if not self._may(caller):
            return 429, "Te veel vragen", "probeer het over een minuut opnieuw"
        return None

    def _may(self, caller: str) -> bool:
        """A bucket per caller that fills at the allowed rate; each request takes one."""
        most, now = float(self.settings.requests_per_minute), time.monotonic()
        left, since = self._spent.pop(caller, (most, now))
        left = min(most, left + (now - since) * most / 60)
        self._spent[caller] = (left - 1 if left >= 1 else left, now)
        while len(self._spent) > _CALLERS:
            self._spent.popitem(last=False)
        return left >= 1

    def _headers(self, headers: MutableHeaders, framed: bool) -> None:
        headers["Content-Security-Policy"] = content_policy(self.settings, framed)
        headers["X-Content-Type-Options"] = "nosniff"
        headers["Referrer-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        if not framed:
            headers["X-Frame-Options"] = "SAMEORIGIN"
        headers.setdefault("Cache-Control", "no-store")


def _from_here(headers: Headers, host: str) -> bool:
    """Whether a browser says that the request comes from our own page; a command line says nothing and may pass."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == host


async def _problem(send: Any, status: int, title: str, detail: str) -> None:
    body = json.dumps({"status": status, "title": title, "detail": detail}, ensure_ascii=False).encode()
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        headers.append((b"retry-after", b"60"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _log(scope: Scope, status: int, seconds: float) -> None:
    """One line per answer. No address of a caller, no cookie, no question: those can tell who looked at what."""
    route = getattr(scope.get("route"), "path", "-")
    LOG.info(json.dumps({"method": scope["method"], "route": route, "status": status, "ms": round(1000 * seconds, 1)}))
