"""Connections that workers share send at once, as those of one process do."""

from __future__ import annotations

import asyncio
import socket

import pytest
from apart import run_apart

from stadspeil.cli.connections import Prompt


@pytest.mark.parametrize("protocol", [Prompt, asyncio.Protocol])
def test_a_connection_on_a_shared_socket_does_not_wait(protocol: type) -> None:
    asked: list[int] = []

    async def serve() -> None:
        # As uvicorn makes it for its workers: without saying that it is of TCP.
        shared = socket.socket(socket.AF_INET)
        shared.bind(("127.0.0.1", 0))
        loop = asyncio.get_running_loop()

        class Watched(protocol):  # type: ignore[misc]
            def connection_made(self, transport: asyncio.Transport) -> None:
                if protocol is Prompt:
                    super().connection_made(transport)
                own = transport.get_extra_info("socket")
                asked.append(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

        server = await loop.create_server(lambda: made(Watched, loop), sock=shared)
        _, writer = await asyncio.open_connection(*shared.getsockname())
        while not asked:
            await asyncio.sleep(0.01)
        writer.close()
        server.close()

    def made(watched: type, loop: asyncio.AbstractEventLoop) -> asyncio.Protocol:
        if protocol is not Prompt:
            return watched()
        import uvicorn
        from uvicorn.server import ServerState

        config = uvicorn.Config(lambda scope: None, log_config=None)
        config.load()
        return watched(config=config, server_state=ServerState(), app_state={}, _loop=loop)

    run_apart(serve())
    # Without ours Python leaves it off here; where that changes, ours is no longer needed.
    assert bool(asked[0]) is (protocol is Prompt)
