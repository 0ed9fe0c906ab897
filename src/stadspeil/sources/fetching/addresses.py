"""Where we may connect to: publishers' hosts by name, and no address inside somebody's own network."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import Any

from stadspeil.errors import SourceError

HOSTS = frozenset(
    {
        "opendata.cbs.nl", "dataderden.cbs.nl", "datasets.cbs.nl", "download.cbs.nl", "www.cbs.nl",
        "service.pdok.nl", "api.pdok.nl", "geo.leefbaarometer.nl", "www.leefbaarometer.nl",
        "duo.nl", "onderwijsdata.duo.nl", "data.rivm.nl", "data.rvo.nl", "data.overheid.nl", "data.openstate.eu",
    }
)  # fmt: skip
Resolve = Callable[..., list[Any]]
_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_TEREDO = ipaddress.IPv6Network("2001::/32")
_SHARED = ipaddress.IPv4Network("100.64.0.0/10")


def refused(address: str) -> str | None:
    """Why an IP address may not be reached, in Dutch; None when it may.

    Tunnel forms are refused as such: 6to4 and NAT64 carry another address inside, which Python takes for public.
    """
    try:
        ip = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return "is geen IP-adres"
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return refused(str(ip.ipv4_mapped)) or "is een IPv4-adres in een IPv6-vorm"
        if any(ip in network for network in _NAT64):
            return "is een vertaald adres (NAT64)"
        if ip in _SIX_TO_FOUR or ip in _TEREDO:
            return "is een tunneladres (6to4 of Teredo)"
        if ip in ipaddress.IPv6Network("::/96"):
            return "is een oud ingepakt IPv4-adres"
    elif ip in _SHARED:
        return "is een gedeeld adres van een aanbieder"
    kinds = {
        "is deze computer zelf": ip.is_loopback, "is een adres binnen een eigen netwerk": ip.is_private,
        "is een lokaal verbindingsadres": ip.is_link_local, "is een groepsadres": ip.is_multicast,
        "is een gereserveerd adres": ip.is_reserved, "is geen echt adres": ip.is_unspecified,
        "is niet openbaar": not ip.is_global,
    }  # fmt: skip
    return next((reason for reason, applies in kinds.items() if applies), None)


def checked_addresses(host: str, port: int, resolve: Resolve = socket.getaddrinfo) -> list[str]:
    """All addresses of a host, resolved once. SourceError when any of them may not be reached."""
    try:
        found = list(dict.fromkeys(str(each[4][0]) for each in resolve(host, port, type=socket.SOCK_STREAM)))
    except OSError as fault:
        raise LookupError(f"de naam {host} is niet te vinden ({fault})") from fault
    for address in found:
        reason = refused(address)
        if reason:
            raise SourceError(
                host,
                f"verwijst naar {address}, en dat {reason}",
                "vraag de netwerkbeheerder; wij verbinden daar niet mee",
            )
    if not found:
        raise LookupError(f"de naam {host} heeft geen adres")
    return found
