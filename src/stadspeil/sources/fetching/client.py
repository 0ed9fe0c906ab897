"""The one way in which Stadspeil asks the internet for anything.

Fixed hosts, https, checked addresses, no wandering to other hosts, patience with limits, and every failure in words.
A town hall's proxy (HTTPS_PROXY, NO_PROXY) and its own certificates (SSL_CERT_FILE, REQUESTS_CA_BUNDLE) are respected;
behind a proxy it is the proxy that looks up names, so there the list of hosts is what guards.

Above the 400 lines of our habit: what one question may meet on its way is read best in one place.
"""

from __future__ import annotations

import base64
import email.utils
import hashlib
import ipaddress
import os
import random
import socket
import ssl
import time
import urllib.parse
import urllib.request
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from stadspeil.errors import QuestionError, SourceError
from stadspeil.sources.fetching.addresses import (
    HOSTS,
    Deadline,
    Network,
    Resolve,
    certificates,
    checked_addresses,
    town_proxy,
    transport_over,
)

Progress = Callable[[str, int, int], None] | None
_TRY_LATER = "probeer het later opnieuw"
_TELL_US = "meld dit aan de makers"
_CHECK_PROXY = "vraag de netwerkbeheerder of de proxy in HTTPS_PROXY klopt"
_RETRIED = {429, 500, 502, 503, 504}
_MOST_REDIRECTS = 3
_ANY_WRAPPING = 32 + zlib.MAX_WBITS
_PIECE = 1_000_000
_ROW_LIMIT = b"returns more than 10000 records"
# No file is larger than a number of this many digits can say; longer ones are nonsense.
_MOST_DIGITS = 16
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
    """The answer is not whole, or not what belongs to what we have: worth another try."""


@dataclass
class _Download:
    """What has come of a large file so far. `mark` is a strong ETag, without which it cannot be resumed."""

    part: Path
    mark: str = ""
    whole: int | None = None

    def have(self) -> int:
        return self.part.stat().st_size if self.mark and self.part.exists() else 0


class Client:
    """Asks publishers politely. Use it as a context manager.

    `publishers` is the address of fake ones on this computer: https://HOST/PATH is then asked as {publishers}/HOST/PATH.
    `progress` is told of every download: host and path, bytes so far, bytes in all (or so far, when that is unknown).
    `transport` takes the place of the network, in tests.
    """

    def __init__(
        self,
        hosts: frozenset[str] = HOSTS,
        publishers: str = "",
        offline: bool = False,
        manners: Manners = Manners(),
        progress: Progress = None,
        resolve: Resolve = socket.getaddrinfo,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._hosts, self._offline, self._manners, self._progress = hosts, offline, manners, progress
        self._publishers = require_loopback(publishers) if publishers else ""
        self._sleep, self._clock, self._draw = sleep, clock, draw
        self._last: dict[str, float] = {}
        self._deadline = Deadline(clock)
        # Fakes on this computer are asked without certificates; what is given as a transport needs none.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) if self._publishers or transport else certificates()
        as_named = Network(lambda host, port: [host], self._deadline)
        checked = Network(lambda host, port: checked_addresses(host, port, resolve), self._deadline)
        proxy = None if self._publishers or transport else town_proxy()
        self._direct = self._asker(transport or transport_over(as_named if self._publishers else checked, context))
        # The proxy's own name is looked up as it is: it lies within the town hall's network.
        self._proxied = self._asker(transport_over(as_named, context, proxy)) if proxy else None

    def _asker(self, transport: httpx.BaseTransport) -> httpx.Client:
        timeouts = httpx.Timeout(self._manners.read_s, connect=self._manners.connect_s)
        headers = {"User-Agent": _AGENT, "Accept-Encoding": "gzip, deflate"}
        return httpx.Client(
            transport=transport, timeout=timeouts, follow_redirects=False, trust_env=False, headers=headers
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
        coming = _Download(target.with_name(target.name + ".part"))
        try:
            answer = self._patiently(full, lambda: self._piece(full, coming, known))
            if answer.status != 304:
                coming.part.replace(target)
        finally:
            coming.part.unlink(missing_ok=True)
        return answer

    def _permitted(self, address: str, params: Mapping[str, str] | None) -> str:
        if self._offline:
            raise SourceError(
                address, "er wordt zonder netwerk gewerkt: alleen wat al is opgehaald is er", "laat --offline weg"
            )
        try:
            parts = urllib.parse.urlsplit(address)
            httpx.URL(address)
        except (ValueError, httpx.InvalidURL) as fault:
            raise SourceError(_shown(address.encode()), f"dit adres is niet te lezen ({fault})", _TELL_US) from fault
        reasons = {
            "geen https": parts.scheme != "https",
            "een gebruikersnaam of wachtwoord in het adres": parts.username is not None or parts.password is not None,
            "een andere poort dan die van https": _port(parts) not in (None, 443),
            f"een host die niet op onze lijst staat ({parts.hostname})": parts.hostname not in self._hosts,
        }
        found = [reason for reason, applies in reasons.items() if applies]
        if found:
            raise SourceError(address, [f"het adres heeft {each}" for each in found], _TELL_US)
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
        why, remedy = "", _TRY_LATER
        for number in range(manners.tries):
            self._pause(address)
            wanted = 0.0
            try:
                answer = ask()
                if isinstance(answer, Answer):
                    return answer
                why, remedy, wanted = "de uitgever is overbelast of heeft een storing", _TRY_LATER, answer
            except (httpx.TransportError, _CutError) as fault:
                if isinstance(fault, httpx.TimeoutException) and self._deadline.passed:
                    late = f"het antwoord was na {manners.total_s:.0f} s nog niet binnen"
                    raise NoAnswerError(address, late, _TRY_LATER) from fault
                _refuse_certificate(address, fault)
                why, remedy = _said(fault, self._for(address) is self._proxied)
            if number + 1 < manners.tries:
                self._sleep(self._wait(number, wanted))
        raise NoAnswerError(address, f"{why} ({manners.tries} keer geprobeerd)", remedy)

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
        result = self._streamed(address, _conditions(known), chunks.append)
        if not isinstance(result, httpx.Response):
            return result
        content = b"".join(chunks)
        if result.status_code != 304:
            _refuse_kind(address, result, content, kinds)
        return _answer(address, result, content)

    def _piece(self, address: str, coming: _Download, known: Known | None) -> Answer | float:
        """One try at a download: all of it, or what is left after a cut."""
        have = coming.have()
        resuming = {"Range": f"bytes={have}-", "If-Range": coming.mark}
        headers = {"Accept-Encoding": "identity", **(resuming if have else _conditions(known))}
        with coming.part.open("ab" if have else "wb") as writing:

            def begin(response: httpx.Response) -> None:
                if response.status_code in (206, 416):
                    _require_rest(response, have, coming)
                else:
                    # The publisher begins anew, because the file has changed or cannot be resumed.
                    writing.seek(0)
                    writing.truncate()
                    coming.mark = _strong_mark(response)
                coming.whole = _told_size(response)

            def take(chunk: bytes) -> None:
                writing.write(chunk)
                if self._progress:
                    done = writing.tell()
                    self._progress(address.partition("//")[2].partition("?")[0], done, max(coming.whole or 0, done))

            result = self._streamed(address, headers, take, begin, have)
            writing.flush()
            os.fsync(writing.fileno())
        if not isinstance(result, httpx.Response):
            return result
        if result.status_code != 304:
            _check_file(address, result, coming)
        return _answer(address, result, b"")

    def _streamed(
        self,
        address: str,
        headers: Mapping[str, str],
        take: Callable[[bytes], Any],
        begin: Callable[[httpx.Response], None] = lambda response: None,
        have: int = 0,
    ) -> httpx.Response | float:
        """One question; redirects only within the host. The response, or the seconds to wait before the next try."""
        self._deadline.start(self._manners.total_s)
        following = address
        for _ in range(_MOST_REDIRECTS + 1):
            with self._for(following).stream("GET", self._asked(following), headers=dict(headers)) as response:
                if response.has_redirect_location:
                    following = self._redirected(following, response)
                    continue
                if response.status_code in _RETRIED:
                    return self._failing(address, response)
                _refuse_status(address, response, headers)
                if response.status_code != 304:
                    begin(response)
                    self._take(address, response, take, have)
                return response
        raise SourceError(address, f"verwijst meer dan {_MOST_REDIRECTS} keer door", _TRY_LATER)

    def _take(self, address: str, response: httpx.Response, take: Callable[[bytes], Any], have: int) -> None:
        size = have
        self._refuse_large(address, _told_size(response) or 0)
        try:
            for chunk in unpacked(response):
                size += len(chunk)
                self._refuse_large(address, size)
                take(chunk)
        except PackingError as fault:
            raise SourceError(address, f"het antwoord is {fault}", _TRY_LATER) from fault
        except EOFError as fault:
            raise _CutError(str(fault)) from fault

    def _refuse_large(self, address: str, size: int) -> None:
        most = self._manners.most_bytes
        if size > most:
            raise SourceError(address, f"het antwoord is uitgepakt groter dan {most / 1e6:.0f} MB", _TELL_US)

    def _failing(self, address: str, response: httpx.Response) -> float:
        if response.status_code == 500 and _ROW_LIMIT in _start_of(response, 4_000):
            raise SourceError(address, "de uitgever geeft hier hooguit 10.000 rijen", _TELL_US)
        return _retry_after(response.headers)

    def _redirected(self, address: str, response: httpx.Response) -> str:
        location = response.headers.get("Location", "")
        try:
            target = urllib.parse.urljoin(address, location)
            host = urllib.parse.urlsplit(target).hostname
        except ValueError:
            target, host = location, None
        if host != urllib.parse.urlsplit(address).hostname:
            shown = _shown(target.encode())
            raise SourceError(address, f"verwijst door naar een andere plek ({shown}); dat volgen wij niet", _TRY_LATER)
        return self._permitted(target, None)

    def _for(self, address: str) -> httpx.Client:
        host = urllib.parse.urlsplit(address).hostname or ""
        if self._proxied is None or urllib.request.proxy_bypass(host):
            return self._direct
        return self._proxied


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
    """What to send so that only news comes. Marks that no header can hold are left out: then everything comes."""
    given = {"If-None-Match": known.etag, "If-Modified-Since": known.modified} if known else {}
    return {name: value for name, value in given.items() if value and value.isascii() and value.isprintable()}


def _answer(address: str, response: httpx.Response, content: bytes) -> Answer:
    headers = response.headers
    return Answer(
        address, 304 if response.status_code == 304 else 200, content, _kind(response),
        headers.get("ETag", ""), headers.get("Last-Modified", ""),
    )  # fmt: skip


def _kind(response: httpx.Response) -> str:
    return str(response.headers.get("Content-Type", "")).split(";", 1)[0].strip().lower()


def _refuse_status(address: str, response: httpx.Response, asked: Mapping[str, str]) -> None:
    """Lets pass what answers the question: 304 only to a condition, a part only to a range."""
    status = response.status_code
    good = {200}
    good |= {304} if asked.keys() & {"If-None-Match", "If-Modified-Since"} else set()
    good |= {206, 416} if "Range" in asked else set()
    if status in good:
        return
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
    raise SourceError(address, f"de uitgever antwoordt met {status}: {_shown(_start_of(response, 400))}", _TRY_LATER)


def _refuse_kind(address: str, response: httpx.Response, content: bytes, kinds: tuple[str, ...]) -> None:
    """Refuses content of another kind than was asked for, and webpages that pretend to be figures."""
    kind = _kind(response)
    if "*/*" not in kinds and kind not in kinds:
        raise SourceError(
            address, f"verwacht {' of '.join(kinds)}, gekregen {kind or 'niets'}: {_shown(content[:400])}", _TRY_LATER
        )
    start = content[:400].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    markup = not any("xml" in each or each == "*/*" for each in kinds) and start.startswith(b"<")
    if markup or kind == "text/html" or start.startswith((b"<!doctype html", b"<html")):
        raise SourceError(address, f"gekregen een webpagina in plaats van cijfers: {_shown(content[:400])}", _TRY_LATER)


def _require_rest(response: httpx.Response, have: int, coming: _Download) -> None:
    """What comes must be the rest of the very file that we have part of; otherwise all is asked anew."""
    span = response.headers.get("Content-Range", "")
    same = response.headers.get("ETag", "") in ("", coming.mark) and not response.headers.get("Content-Encoding")
    if response.status_code != 206 or not span.startswith(f"bytes {have}-") or not same:
        coming.mark = ""
        raise _CutError(f"het vervolg past niet bij de eerste {have} bytes")


def _check_file(address: str, response: httpx.Response, coming: _Download) -> None:
    """A file must have its told length and checksum, and be no webpage."""
    found = coming.part.stat().st_size
    if coming.whole is not None and found != coming.whole:
        coming.mark = coming.mark if found < coming.whole else ""
        raise _CutError(f"{found} van {coming.whole} bytes gekregen")
    given = response.headers.get("Content-MD5", "").strip()
    with coming.part.open("rb") as reading:
        if given and given != base64.b64encode(hashlib.file_digest(reading, "md5").digest()).decode():
            coming.mark = ""
            raise _CutError("het controlegetal van de uitgever klopt niet")
        reading.seek(0)
        _refuse_kind(address, response, reading.read(400), ("*/*",))


def _strong_mark(response: httpx.Response) -> str:
    """The ETag under which the rest may be asked for; none where bytes on the wire are not those of the file."""
    mark = str(response.headers.get("ETag", ""))
    usable = mark.startswith('"') and mark.isascii() and mark.isprintable()
    return mark if usable and not response.headers.get("Content-Encoding") else ""


def _told_size(response: httpx.Response) -> int | None:
    """How large the whole file is, as the publisher says; None when it does not, or is packed."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        return None
    span = response.headers.get("Content-Range", "")
    told = span.rpartition("/")[2] if span else response.headers.get("Content-Length", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < _MOST_DIGITS else None


class PackingError(Exception):
    """A body is packed in a way that we do not open, or wrongly. Its text completes 'het antwoord is ...'."""


def unpacked(response: httpx.Response) -> Iterator[bytes]:
    """The body without its packing, in pieces of at most 1 MB, so that a bomb is met before it fills memory.

    httpx would unpack one network piece at a time to whatever it grows into, twice over when told that it is packed
    twice, and takes a stream without its end for whole.
    Raises:  PackingError for another or a damaged packing, EOFError for a stream that stops before its end.
    """
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding in ("", "identity"):
        yield from response.iter_raw()
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise PackingError(f"ingepakt op een manier die wij niet openen ({_shown(encoding.encode())})")
    stream = zlib.decompressobj(_ANY_WRAPPING)
    try:
        for chunk in response.iter_raw():
            left = chunk
            while left:
                if stream.eof:
                    # A gzip body may consist of several after each other.
                    stream = zlib.decompressobj(_ANY_WRAPPING)
                yield stream.decompress(left, _PIECE)
                left = stream.unconsumed_tail or stream.unused_data
    except zlib.error as fault:
        raise PackingError(f"verkeerd ingepakt ({fault})") from fault
    if not stream.eof:
        raise EOFError("het ingepakte antwoord houdt op voor zijn einde")


def _start_of(response: httpx.Response, most: int) -> bytes:
    found = b""
    try:
        for chunk in unpacked(response):
            found += chunk
            if len(found) >= most:
                break
    except (httpx.HTTPError, PackingError, EOFError):
        return found
    return found[:most]


def _shown(content: bytes) -> str:
    text = content.decode("utf-8", "replace")
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:120]


def _retry_after(headers: httpx.Headers) -> float:
    """Seconds that the publisher asks us to wait. What is no number and no date in the future is nothing.

    A date is read by the publisher's own clock where it tells its time: ours may be wrong.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    until, now = _moment(text), _moment(headers.get("Date", ""))
    return max(until - (time.time() if now is None else now), 0.0) if until is not None else 0.0


def _moment(text: str) -> float | None:
    try:
        return email.utils.parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _tls_fault(fault: BaseException | None) -> ssl.SSLError | None:
    """The fault of the secure connection that lies under another, if any."""
    while fault is not None and not isinstance(fault, ssl.SSLError):
        fault = fault.__cause__ or fault.__context__
    return fault


def _refuse_certificate(address: str, fault: Exception) -> None:
    """A certificate does not get better by asking again."""
    tls = _tls_fault(fault)
    if isinstance(tls, ssl.SSLCertVerificationError):
        raise SourceError(
            address,
            f"het certificaat is niet te controleren ({tls.verify_message}); misschien kijkt uw netwerk mee met een "
            "eigen certificaat",
            f"vraag de netwerkbeheerder om het bestand met dat certificaat en noem het in REQUESTS_CA_BUNDLE of "
            f"SSL_CERT_FILE; {_CHECK_PROXY}",
        ) from fault


def _said(fault: Exception, through_proxy: bool) -> tuple[str, str]:
    """What happened, and what to do about it."""
    if isinstance(fault, httpx.TimeoutException):
        return "er kwam op tijd geen antwoord", _CHECK_PROXY if through_proxy else _TRY_LATER
    if isinstance(fault, _CutError):
        return f"het antwoord is afgebroken: {fault}", _TRY_LATER
    if isinstance(fault, httpx.ProxyError):
        return f"de proxy van uw netwerk weigert ({fault})", _CHECK_PROXY
    if isinstance(fault, httpx.ConnectError) and _tls_fault(fault) is not None:
        return f"er is geen veilige verbinding te maken ({fault})", f"{_TRY_LATER}, of {_CHECK_PROXY}"
    if isinstance(fault, httpx.RemoteProtocolError | httpx.ReadError):
        return f"het antwoord is afgebroken of onleesbaar ({fault})", _TRY_LATER
    if through_proxy:
        return f"er is geen verbinding te maken via de proxy van uw netwerk ({fault})", _CHECK_PROXY
    return f"er is geen verbinding te maken ({fault})", _TRY_LATER
