"""The way out: which hosts, which addresses behind their names, through which proxy and with whose certificates."""

from __future__ import annotations

import ipaddress
import math
import os
import socket
import ssl
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

import httpcore
import httpx

from stadspeil.errors import QuestionError, SourceError

HOSTS = frozenset(
    {
        "opendata.cbs.nl", "dataderden.cbs.nl", "datasets.cbs.nl", "odata4.cbs.nl", "download.cbs.nl", "www.cbs.nl",
        "service.pdok.nl", "api.pdok.nl", "geo.leefbaarometer.nl", "www.leefbaarometer.nl", "duo.nl",
        "onderwijsdata.duo.nl", "data.rivm.nl", "apps.geo.rivm.nl", "data.rvo.nl", "data.overheid.nl",
        "data.openstate.eu",
    }
)  # fmt: skip
Resolve = Callable[..., list[Any]]
# Only this part of IPv6 is given out for use on the internet; mapped addresses, NAT64 and the like lie outside it.
_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
_TUNNELS = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))
_SPECIAL_V6 = tuple(map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
# What Python takes for public, or does in some of its versions, and is not a publisher's.
_SPECIAL_V4 = tuple(map(ipaddress.IPv4Network, ("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24")))
_ISATAP = 0x5EFE


def refused(address: str) -> str | None:
    """Why an IP address may not be reached, in Dutch; None when it may.

    Tunnel forms are refused as such: 6to4 and NAT64 carry another address inside, which Python takes for public.
    Source:  the IANA registries of special-purpose IPv4 and IPv6 addresses.
    """
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return "is geen IP-adres"
    kinds = {
        "is deze computer zelf": ip.is_loopback, "is geen echt adres": ip.is_unspecified,
        "is een groepsadres": ip.is_multicast, "is een lokaal verbindingsadres": ip.is_link_local,
    }  # fmt: skip
    if isinstance(ip, ipaddress.IPv6Address):
        wrapped = any(ip in each for each in _TUNNELS) or int(ip) >> 32 & 0xFDFFFFFF == _ISATAP
        kinds |= {
            "is een ander adres, ingepakt (6to4, Teredo of ISATAP)": wrapped,
            "is geen gewoon adres op internet": ip not in _GIVEN_OUT or any(ip in each for each in _SPECIAL_V6),
        }
    else:
        kinds["is een gedeeld of bijzonder adres"] = any(ip in each for each in _SPECIAL_V4)
    kinds |= {
        "is een adres binnen een eigen netwerk": ip.is_private, "is een gereserveerd adres": ip.is_reserved,
        "is niet openbaar": not ip.is_global,
    }  # fmt: skip
    return next((reason for reason, applies in kinds.items() if applies), None)


def checked_addresses(host: str, port: int, resolve: Resolve = socket.getaddrinfo) -> list[str]:
    """All addresses of a host, resolved once. SourceError when any of them may not be reached."""
    try:
        found = list(dict.fromkeys(str(each[4][0]) for each in resolve(host, port, type=socket.SOCK_STREAM)))
    except OSError as fault:
        raise httpcore.ConnectError(f"de naam {host} is niet te vinden: {fault}") from fault
    for address in found:
        reason = refused(address)
        if reason:
            raise SourceError(
                host,
                f"verwijst naar {address}, en dat {reason}",
                "vraag de netwerkbeheerder; wij verbinden daar niet mee",
            )
    if not found:
        raise httpcore.ConnectError(f"de naam {host} heeft geen adres")
    return found


class Deadline:
    """The moment at which a question must have been answered, however slowly a publisher drips."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._until = math.inf

    def start(self, seconds: float) -> None:
        self._until = self._clock() + seconds

    @property
    def passed(self) -> bool:
        return self._clock() >= self._until

    def left(self, timeout: float | None) -> float:
        """The seconds that one step may still take. ReadTimeout when there are none."""
        if self.passed:
            raise httpcore.ReadTimeout("de tijd voor deze vraag is om")
        rest = self._until - self._clock()
        return rest if timeout is None else min(timeout, rest)


class Network(httpcore.NetworkBackend):
    """Connects to the addresses that `find` gives for a host and port, and nowhere else, within the deadline."""

    def __init__(self, find: Callable[[str, int], list[str]], deadline: Deadline) -> None:
        self._find, self._deadline = find, deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Any = None,
    ) -> httpcore.NetworkStream:
        last: Exception = httpcore.ConnectError(f"de naam {host} heeft geen adres")
        for address in self._find(host, port):
            try:
                left = self._deadline.left(timeout)
                return _Stream(
                    self._inner.connect_tcp(address, port, left, local_address, socket_options), self._deadline
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as fault:
                last = fault
        raise last


class _Stream(httpcore.NetworkStream):
    """A connection of which no step outlasts the deadline."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._deadline.left(timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


def transport_over(network: Network, context: ssl.SSLContext, proxy: httpx.Proxy | None = None) -> httpx.HTTPTransport:
    """How httpx reaches the outside: over `network` only, where asked through a proxy.

    Name and certificate stay those of the host, whatever address `network` connects to.
    """
    made = httpx.HTTPTransport(verify=context)
    if proxy is None:
        made._pool = httpcore.ConnectionPool(ssl_context=context, network_backend=network, max_connections=2)
    else:
        url = proxy.url
        made._pool = httpcore.HTTPProxy(
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=b"/"),
            proxy_auth=proxy.raw_auth,
            ssl_context=context,
            proxy_ssl_context=context if url.scheme == "https" else None,
            network_backend=network,
            max_connections=2,
        )
    return made


def certificates() -> ssl.SSLContext:
    """The system's certificates, or those of SSL_CERT_FILE, and a town hall's own of REQUESTS_CA_BUNDLE with them."""
    context = ssl.create_default_context()
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"):
        given = os.environ.get(name)
        if not given:
            continue
        try:
            is_folder = os.path.isdir(given)
            context.load_verify_locations(cafile=None if is_folder else given, capath=given if is_folder else None)
        except (OSError, ValueError) as fault:
            raise QuestionError(
                name, f"'{given}' is geen bestand met certificaten ({fault})", "verbeter of verwijder de variabele"
            ) from fault
    if not context.get_ca_certs():
        import certifi

        context.load_verify_locations(certifi.where())
    return context


def town_proxy() -> httpx.Proxy | None:
    """The proxy of the network we are in (HTTPS_PROXY, ALL_PROXY or the system's). QuestionError when it is unusable."""
    found = urllib.request.getproxies()
    told = found.get("https") or found.get("all") or ""
    if not told:
        return None
    given = told if "://" in told else f"http://{told}"
    try:
        parts = urllib.parse.urlsplit(given)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        proxy = httpx.Proxy(given) if usable else None
    except (ValueError, httpx.InvalidURL):
        proxy = None
    if proxy is None:
        # The value is not shown: there may be a password in it.
        raise QuestionError(
            "HTTPS_PROXY of ALL_PROXY",
            "dit is geen proxy die wij kunnen gebruiken",
            "geef een adres als http://proxy.gemeente.nl:8080 (geen SOCKS), of verwijder de variabele",
        )
    return proxy
