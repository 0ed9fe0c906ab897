"""The one way in which Stadspeil asks the internet for anything.

Fixed hosts, https, checked addresses, no wandering to other hosts, patience with limits, and every failure in words.
A town hall's proxy (HTTPS_PROXY, NO_PROXY) and its own certificates (SSL_CERT_FILE) are respected; behind a proxy it
is the proxy that looks up names, so there the list of hosts is what guards.
"""

from __future__ import annotations

import email.utils
import ipaddress
import os
import random
import socket
import ssl
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import httpcore
import httpx

from stadspeil.errors import QuestionError, SourceError
from stadspeil.sources.fetching.addresses import HOSTS, Resolve, checked_addresses

_TRY_LATER = "probeer het later opnieuw"
_RETRIED = {429, 500, 502, 503, 504}
_MOST_REDIRECTS = 3
_ROW_LIMIT = b"returns more than 10000 records"
_AGENT = "stadspeil (open source benchmark of Dutch New Towns)"


@dataclass(frozen=True)
class Known:
    """What we have of an address already."""

    etag: str = ""
    modified: str = ""


@dataclass(frozen=True)
class Answer:
    """What came. Status 304 has no content: nothing has changed since what was known."""

    address: str
    status: int
    content: bytes
    content_type: str
    etag: str
    modified: str


@dataclass(frozen=True)
class Manners:
    """How long we wait, how often we ask and how much we take. Seconds and bytes."""

    connect_s: float = 10.0
    read_s: float = 60.0
    total_s: float = 900.0
    tries: int = 4
    pause_s: float = 0.2
    first_wait_s: float = 1.0
    longest_wait_s: float = 120.0
    most_bytes: int = 600_000_000


class NoAnswerError(SourceError):
    """The publisher could not be reached, or kept failing."""


class GoneError(SourceError):
    """The publisher no longer has what was asked for (404, 410)."""


class _CutError(Exception):
    """The answer stopped before its end: worth another try."""


class Client:
    """Asks publishers politely. Use it as a context manager.

    `publishers` is the address of fake ones on this computer: https://HOST/PATH is then asked as {publishers}/HOST/PATH.
    """

    def __init__(
        self,
        hosts: frozenset[str] = HOSTS,
        publishers: str = "",
        offline: bool = False,
        manners: Manners = Manners(),
        resolve: Resolve = socket.getaddrinfo,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._hosts, self._offline, self._manners = hosts, offline, manners
        self._publishers = require_loopback(publishers) if publishers else ""
        self._sleep, self._clock, self._draw = sleep, clock, draw
        self._last: dict[str, float] = {}
        timeouts = httpx.Timeout(manners.read_s, connect=manners.connect_s)
        options: dict[str, Any] = {
            "timeout": timeouts, "follow_redirects": False, "trust_env": False, "headers": {"User-Agent": _AGENT},
        }  # fmt: skip
        self._direct = httpx.Client(transport=transport or self._transport(resolve), **options)
        proxy = _proxy() if not self._publishers and transport is None else ""
        self._proxied = (
            httpx.Client(transport=httpx.HTTPTransport(verify=_certificates(), proxy=proxy), **options)
            if proxy
            else None
        )

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._direct.close()
        if self._proxied is not None:
            self._proxied.close()

    def get(
        self,
        address: str,
        params: Mapping[str, str] | None = None,
        kinds: tuple[str, ...] = ("application/json",),
        known: Known | None = None,
    ) -> Answer:
        """The answer, whole and of one of the `kinds` of content. SourceError in every other case."""
        full = self._permitted(address, params)
        return self._patiently(full, lambda: self._once(full, kinds, known))

    def download(self, address: str, target: Path, known: Known | None = None) -> Answer:
        """A large file to `target`, through target.part: what was cut off is resumed where the publisher allows it."""
        full = self._permitted(address, None)
        part = target.with_name(target.name + ".part")
        marks: dict[str, str] = {}
        try:
            answer = self._patiently(full, lambda: self._piece(full, part, known, marks))
            if answer.status != 304:
                part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        return answer

    def _transport(self, resolve: Resolve) -> httpx.BaseTransport:
        if self._publishers:
            return httpx.HTTPTransport()
        transport = httpx.HTTPTransport(verify=_certificates())
        # The connection goes to the very address that was checked; name and certificate stay those of the host.
        transport._pool = httpcore.ConnectionPool(
            ssl_context=_certificates(), network_backend=_CheckedNetwork(resolve), max_connections=2
        )
        return transport

    def _permitted(self, address: str, params: Mapping[str, str] | None) -> str:
        if self._offline:
            raise SourceError(
                address, "er wordt zonder netwerk gewerkt: alleen wat al is opgehaald is er", "laat --offline weg"
            )
        parts = urllib.parse.urlsplit(address)
        reasons = {
            "geen https": parts.scheme != "https",
            "een gebruikersnaam of wachtwoord in het adres": parts.username is not None or parts.password is not None,
            "een andere poort dan die van https": _port(parts) not in (None, 443),
            f"een host die niet op onze lijst staat ({parts.hostname})": parts.hostname not in self._hosts,
        }
        found = [reason for reason, applies in reasons.items() if applies]
        if found:
            raise SourceError(address, [f"het adres heeft {each}" for each in found], "meld dit aan de makers")
        query = "&".join(
            each for each in (parts.query, urllib.parse.urlencode(params or {}, quote_via=urllib.parse.quote)) if each
        )
        return urllib.parse.urlunsplit(("https", parts.hostname or "", parts.path, query, ""))

    def _asked(self, address: str) -> str:
        """The address as it goes over the wire."""
        return f"{self._publishers}/{address.removeprefix('https://')}" if self._publishers else address

    def _patiently(self, address: str, ask: Callable[[], Answer | float]) -> Answer:
        """Asks until there is an answer. `ask` gives the seconds that the publisher wants us to wait, or 0."""
        manners = self._manners
        why = ""
        for number in range(manners.tries):
            self._pause(address)
            try:
                answer = ask()
                if isinstance(answer, Answer):
                    return answer
                why, wanted = "de uitgever is overbelast of heeft een storing", answer
            except (httpx.TransportError, _CutError, LookupError) as fault:
                certain = _certificate_fault(address, fault)
                if certain is not None:
                    raise certain from fault
                why, wanted = _said(fault), 0.0
            if number + 1 < manners.tries:
                self._sleep(self._wait(number, wanted))
        raise NoAnswerError(address, f"{why} ({manners.tries} keer geprobeerd)", _TRY_LATER)

    def _wait(self, number: int, wanted: float) -> float:
        """Longer each time, with chance in it so that not everybody comes back at once; never shorter than asked."""
        grown = self._manners.first_wait_s * 2**number * (0.5 + self._draw())
        return min(max(grown, wanted), self._manners.longest_wait_s)

    def _pause(self, address: str) -> None:
        host = urllib.parse.urlsplit(address).hostname or ""
        since = self._clock() - self._last.get(host, -self._manners.pause_s)
        if since < self._manners.pause_s:
            self._sleep(self._manners.pause_s - since)
        self._last[host] = self._clock()

    def _once(self, address: str, kinds: tuple[str, ...], known: Known | None) -> Answer | float:
        chunks: list[bytes] = []
        result = self._streamed(address, _conditions(known), chunks.append, kinds)
        if not isinstance(result, httpx.Response):
            return result
        content = b"".join(chunks)
        _refuse_page(address, result, content, kinds)
        return _answer(address, result, content)

    def _piece(self, address: str, part: Path, known: Known | None, marks: dict[str, str]) -> Answer | float:
        have = part.stat().st_size if part.exists() and marks.get("etag") else 0
        headers = {"Accept-Encoding": "identity", **_conditions(known if not have else None)}
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": marks["etag"]}
        with part.open("ab") as writing:

            def begin(response: httpx.Response) -> None:
                # Without 206 the publisher begins anew, because the file has changed or cannot be resumed.
                if response.status_code != 206:
                    writing.seek(0)
                    writing.truncate()
                marks["etag"] = response.headers.get("ETag", "")

            result = self._streamed(address, headers, writing.write, ("*/*",), begin)
            if not isinstance(result, httpx.Response):
                return result
        whole = _told_size(result)
        if result.status_code != 304 and whole is not None and part.stat().st_size != whole:
            found = part.stat().st_size
            part.unlink()
            raise _CutError(f"{found} van {whole} bytes gekregen")
        _check_digest(address, result, part)
        return _answer(address, result, b"")

    def _streamed(
        self,
        address: str,
        headers: Mapping[str, str],
        take: Callable[[bytes], Any],
        kinds: tuple[str, ...],
        begin: Callable[[httpx.Response], None] = lambda response: None,
    ) -> httpx.Response | float:
        """One question; redirects only within the host. The response, or the seconds to wait before the next try."""
        started, following = self._clock(), address
        for _ in range(_MOST_REDIRECTS + 1):
            with self._for(following).stream("GET", self._asked(following), headers=dict(headers)) as response:
                if response.has_redirect_location:
                    following = self._redirected(following, response)
                    continue
                if response.status_code in _RETRIED:
                    return self._failing(address, response)
                _refuse_status(address, response)
                if response.status_code != 304:
                    begin(response)
                    self._take(address, response, take, started)
                return response
        raise SourceError(address, f"verwijst meer dan {_MOST_REDIRECTS} keer door", _TRY_LATER)

    def _take(self, address: str, response: httpx.Response, take: Callable[[bytes], Any], started: float) -> None:
        size = 0
        try:
            for chunk in response.iter_bytes():
                size += len(chunk)
                if size > self._manners.most_bytes:
                    raise SourceError(
                        address,
                        f"het antwoord is uitgepakt groter dan {self._manners.most_bytes / 1e6:.0f} MB",
                        _TRY_LATER,
                    )
                if self._clock() - started > self._manners.total_s:
                    raise NoAnswerError(
                        address, f"het antwoord was na {self._manners.total_s:.0f} s nog niet binnen", _TRY_LATER
                    )
                take(chunk)
        except httpx.DecodingError as fault:
            raise SourceError(address, f"het antwoord is verkeerd ingepakt ({fault})", _TRY_LATER) from fault

    def _failing(self, address: str, response: httpx.Response) -> float:
        start = _start_of(response, 4_000)
        if response.status_code == 500 and _ROW_LIMIT in start:
            raise SourceError(address, "de uitgever geeft hier hooguit 10.000 rijen", "meld dit aan de makers")
        return _retry_after(response.headers.get("Retry-After", ""))

    def _redirected(self, address: str, response: httpx.Response) -> str:
        target = urllib.parse.urljoin(address, response.headers.get("Location", ""))
        if urllib.parse.urlsplit(target).hostname != urllib.parse.urlsplit(address).hostname:
            raise SourceError(
                address, f"verwijst door naar een andere plek ({target[:100]}); dat volgen wij niet", _TRY_LATER
            )
        return self._permitted(target, None)

    def _for(self, address: str) -> httpx.Client:
        host = urllib.parse.urlsplit(address).hostname or ""
        if self._proxied is None or urllib.request.proxy_bypass(host):
            return self._direct
        return self._proxied


class _CheckedNetwork(httpcore.NetworkBackend):
    """Connects to addresses that were looked up once and found to be public."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        last: Exception | None = None
        for address in checked_addresses(host, port, self._resolve):
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as fault:
                last = fault
        raise last or httpcore.ConnectError(host)


def _certificates() -> ssl.SSLContext:
    """The system's certificates, with a town hall's own where it has them."""
    context = ssl.create_default_context()
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        given = os.environ.get(name)
        if given:
            try:
                context.load_verify_locations(given)
            except (OSError, ssl.SSLError) as fault:
                raise QuestionError(
                    name, f"'{given}' is geen bestand met certificaten ({fault})", "verbeter of verwijder de variabele"
                ) from fault
    if not context.get_ca_certs():
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def _proxy() -> str:
    found = urllib.request.getproxies()
    return found.get("https") or found.get("all") or ""


def require_loopback(address: str) -> str:
    """The address of publishers on this computer. QuestionError for one elsewhere."""
    parts = urllib.parse.urlsplit(address)
    try:
        good = parts.scheme == "http" and ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        good = False
    if not good:
        raise QuestionError(
            f"--publishers {address}",
            "is geen adres op deze computer",
            "geef het adres dat 'stadspeil nieuwland serve-sources' toont, zoals http://127.0.0.1:8700",
        )
    return address.rstrip("/")


def _port(parts: urllib.parse.SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        return -1


def _conditions(known: Known | None) -> dict[str, str]:
    if known is None:
        return {}
    given = {"If-None-Match": known.etag, "If-Modified-Since": known.modified}
    return {name: value for name, value in given.items() if value}


def _answer(address: str, response: httpx.Response, content: bytes) -> Answer:
    headers = response.headers
    return Answer(
        address, 304 if response.status_code == 304 else 200, content, _kind(response),
        headers.get("ETag", ""), headers.get("Last-Modified", ""),
    )  # fmt: skip


def _kind(response: httpx.Response) -> str:
    return str(response.headers.get("Content-Type", "")).split(";", 1)[0].strip().lower()


def _refuse_status(address: str, response: httpx.Response) -> None:
    status = response.status_code
    if status in (404, 410):
        raise GoneError(
            address,
            f"de uitgever heeft dit niet (meer) ({status})",
            "kijk op de site van de uitgever waar het gebleven is",
        )
    if status in (401, 403):
        html = "html" in _kind(response)
        who = "de uitgever of een beveiliging in uw netwerk weigert" if html else "de uitgever weigert"
        raise SourceError(address, f"{who} ({status})", "vraag de netwerkbeheerder of dit adres is toegestaan")
    if status not in (200, 206, 304):
        raise SourceError(
            address, f"de uitgever antwoordt met {status}: {_shown(_start_of(response, 400))}", _TRY_LATER
        )


def _refuse_page(address: str, response: httpx.Response, content: bytes, kinds: tuple[str, ...]) -> None:
    if response.status_code == 304 or "*/*" in kinds:
        return
    kind = _kind(response)
    if kind not in kinds:
        raise SourceError(
            address, f"verwacht {' of '.join(kinds)}, gekregen {kind or 'niets'}: {_shown(content[:400])}", _TRY_LATER
        )
    if content.lstrip()[:1] == b"<":
        raise SourceError(address, f"gekregen een webpagina in plaats van cijfers: {_shown(content[:400])}", _TRY_LATER)


def _start_of(response: httpx.Response, most: int) -> bytes:
    found = b""
    try:
        for chunk in response.iter_bytes():
            found += chunk
            if len(found) >= most:
                break
    except httpx.HTTPError:
        return found
    return found[:most]


def _shown(content: bytes) -> str:
    text = content.decode("utf-8", "replace")
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:120]


def _told_size(response: httpx.Response) -> int | None:
    """How large the whole file is, as the publisher says."""
    span = response.headers.get("Content-Range", "")
    told = span.rpartition("/")[2] if span else response.headers.get("Content-Length", "")
    return int(told) if told.isdigit() else None


def _check_digest(address: str, response: httpx.Response, part: Path) -> None:
    """A checksum that the publisher gives must be right."""
    import base64
    import hashlib

    given = response.headers.get("Content-MD5", "")
    if not given or response.status_code == 304:
        return
    with part.open("rb") as reading:
        found = base64.b64encode(hashlib.file_digest(reading, "md5").digest()).decode()
    if found != given.strip():
        part.unlink()
        raise _CutError("het controlegetal van de uitgever klopt niet")


def _retry_after(text: str) -> float:
    """Seconds that the publisher asks us to wait. What is no number and no date in the future is nothing."""
    if text.strip().isdigit():
        return float(text)
    try:
        until = email.utils.parsedate_to_datetime(text)
        return max(until.timestamp() - time.time(), 0.0)
    except (TypeError, ValueError):
        return 0.0


def _certificate_fault(address: str, fault: Exception) -> SourceError | None:
    if isinstance(fault, httpx.ConnectError) and "CERTIFICATE_VERIFY_FAILED" in str(fault):
        return SourceError(
            address,
            "het certificaat is niet te controleren; misschien kijkt uw netwerk mee met een eigen certificaat",
            "vraag de netwerkbeheerder om dat certificaat en noem het bestand in SSL_CERT_FILE",
        )
    return None


def _said(fault: Exception) -> str:
    if isinstance(fault, httpx.TimeoutException):
        return "er kwam op tijd geen antwoord"
    if isinstance(fault, _CutError):
        return f"het antwoord is afgebroken: {fault}"
    if isinstance(fault, httpx.RemoteProtocolError):
        return f"het antwoord is afgebroken of onleesbaar ({fault})"
    if isinstance(fault, LookupError):
        return str(fault)
    if isinstance(fault, httpx.ProxyError):
        return f"de proxy van uw netwerk weigert ({fault})"
    if "SSL" in str(fault):
        return f"er is geen veilige verbinding te maken ({fault})"
    return f"er is geen verbinding te maken ({fault})"
