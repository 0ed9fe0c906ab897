"""No address inside somebody's own network is ever connected to, whatever form it takes."""

from __future__ import annotations

from typing import Any

import pytest

from stadspeil.errors import SourceError
from stadspeil.sources.fetching.addresses import checked_addresses, refused
from stadspeil.sources.fetching.client import Client, Manners

INSIDE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.8.9.1", "169.254.169.254", "172.16.0.1",
    "172.31.255.255", "192.0.0.1", "192.0.2.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "fc00::1", "fd12::1",
    "fe80::1", "fe80::1%eth0", "ff02::1", "geen adres",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_inside_addresses_are_refused(address: str) -> None:
    assert refused(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "145.101.2.3", "2a00:1450:400e::1", "2001:67c:2564::1"])
def test_public_addresses_pass(address: str) -> None:
    assert refused(address) is None


def resolver(*answers: list[str]) -> Any:
    """Gives the answers one by one, the last for ever."""
    rest = list(answers)
    asked: list[str] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        found = rest.pop(0) if len(rest) > 1 else rest[0]
        return [(2, 1, 6, "", (address, port)) for address in found]

    resolve.asked = asked  # type: ignore[attr-defined]
    return resolve


def test_one_inside_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(SourceError, match=r"10\.0\.0\.1"):
        checked_addresses("opendata.cbs.nl", 443, resolver(["8.8.8.8", "10.0.0.1"]))


def test_a_name_that_changes_its_mind_is_caught_at_the_connection() -> None:
    """DNS rebinding: what is connected to is what was checked, in the same look-up."""
    resolve = resolver(["127.0.0.1"])
    with (
        Client(resolve=resolve, manners=Manners(tries=1)) as client,
        pytest.raises(SourceError, match="deze computer zelf"),
    ):
        client.get("https://opendata.cbs.nl/x")
    assert resolve.asked == ["opendata.cbs.nl"]


def test_a_name_that_is_not_found_is_tried_again_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    def nowhere(*_: Any, **__: Any) -> list[Any]:
        raise OSError("Name or service not known")

    waits: list[float] = []
    with Client(resolve=nowhere, sleep=waits.append) as client, pytest.raises(SourceError, match="niet te vinden"):
        client.get("https://opendata.cbs.nl/x")
    assert len([each for each in waits if each > 0.3]) == 3
