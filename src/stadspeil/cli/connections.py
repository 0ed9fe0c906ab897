"""Connections of `stadspeil serve` that send at once."""

from __future__ import annotations

import asyncio
import socket

from uvicorn.protocols.http.auto import AutoHTTPProtocol


class Prompt(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    """A connection that does not wait for the caller's word that the first half of an answer came.

    Python sets TCP_NODELAY itself on sockets that it knows to be of TCP, but not on one that several workers share:
    there every answer took 40 ms longer.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:
        found = transport.get_extra_info("socket")
        if found is not None and found.family in (socket.AF_INET, socket.AF_INET6):
            found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
