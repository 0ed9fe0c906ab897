"""A door before the site through which pages and scripts come in two parts, to find tests that look too soon.

`STADSPEIL_TRICKLE=0.5 .venv/bin/python -m pytest -n 4 --dist loadfile tests/browser` puts it before the site of every
browser test: each page and script then stands still for so many seconds after its first bytes. What is expected of a page
must be waited for; where it is not, a test fails so, and else only now and then on a busy machine.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

FIRST = 200
# Pages and their parts, and scripts.
KINDS = (b"content-type: text/html", b"content-type: text/javascript")


@contextmanager
def trickled(port: int, seconds: float) -> Iterator[int]:
    """The port of a door before a site at another port, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    door = asyncio.run_coroutine_threadsafe(_opened(port, seconds), loop).result()
    yield int(door.sockets[0].getsockname()[1])
    asyncio.run_coroutine_threadsafe(_closed(door), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


async def _opened(port: int, seconds: float) -> asyncio.Server:
    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_passed(reader, back, 0.0), _passed(there, writer, seconds))

    return await asyncio.start_server(meet, "127.0.0.1", 0)


async def _closed(door: asyncio.Server) -> None:
    door.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for each in others:
        each.cancel()
    await asyncio.gather(*others, return_exceptions=True)


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """All that one side says, to the other; a page or script stands still after its first bytes."""
    try:
        while said := await reader.read(1 << 16):
            if seconds and said.startswith(b"HTTP/1.1 ") and any(each in said.lower() for each in KINDS):
                part = said.index(b"\r\n\r\n") + 4 + FIRST
                writer.write(said[:part])
                await writer.drain()
                await asyncio.sleep(seconds)
                said = said[part:]
            writer.write(said)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()
