"""The server: one thread per question, on this computer only."""

from __future__ import annotations

import json
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from stadspeil.errors import QuestionError
from stadspeil.sources.nieuwland.serving import features, statline_v3, statline_v4
from stadspeil.sources.nieuwland.serving.faults import FAULTS, Switch, Wire, switched
from stadspeil.sources.nieuwland.serving.parts import Part, Question
from stadspeil.sources.nieuwland.serving.warehouse import Warehouse, etag

_SERVICES = {
    "opendata.cbs.nl": statline_v3.answer, "dataderden.cbs.nl": statline_v3.answer, "datasets.cbs.nl": statline_v4.answer,
}  # fmt: skip
_MODIFIED = "Mon, 01 Jan 2024 00:00:00 GMT"
_PIECE = 64


class Publishers:
    """All publishers of a warehouse, with the faults that are on."""

    def __init__(self, folder: Path, faults: Iterable[str] = ()) -> None:
        self.warehouse = Warehouse(folder)
        self.switches: list[Switch] = []
        self.asked: list[str] = []
        self.address = ""
        for each in faults:
            self.turn_on(each)

    def turn_on(self, text: str) -> None:
        """A fault on: 'name', 'name:times' or 'name:times:path'."""
        try:
            self.switches.append(switched(text))
        except (KeyError, ValueError) as fault:
            raise QuestionError(
                f"storing '{text}'", "bestaat niet", "zie 'stadspeil nieuwland serve-sources --faults'"
            ) from fault

    def turn_off(self) -> None:
        """All faults off."""
        self.switches.clear()

    def part(self, question: Question) -> Part:
        """What is answered, faults on the content included."""
        service = _SERVICES.get(question.host)
        found = service(question, self.warehouse) if service else features.answer(question, self.warehouse)
        if found is None:
            content = self.warehouse.file(question.host, question.path)
            found = Part(content=content, kind="application/octet-stream") if content is not None else None
        part = found or Part(status=404, text="Not Found", kind="text/plain")
        for switch in self.switches:
            if switch.fault.part is not None and switch.applies(question):
                switch.fault.part(part, question)
        return part


@contextmanager
def serve(folder: Path, port: int = 0, faults: Iterable[str] = ()) -> Iterator[Publishers]:
    """Publishers that answer until the block ends; `.address` says where."""
    publishers = Publishers(folder, faults)
    server = ThreadingHTTPServer(("127.0.0.1", port), type("Handler", (_Handler,), {"publishers": publishers}))
    server.daemon_threads = True
    publishers.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield publishers
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def serve_sources(folder: Path, port: int, faults: Iterable[str]) -> None:
    """Serve until the user stops it."""
    with serve(folder, port, faults) as publishers:
        sys.stderr.write(f"De namaak-uitgevers van Nieuwland antwoorden op {publishers.address}; stoppen met Ctrl-C.\n")
        sys.stderr.write(f"Probeer: stadspeil fetch --all --publishers {publishers.address}\n")
        sys.stderr.flush()
        while True:
            time.sleep(3600)


class _Handler(BaseHTTPRequestHandler):
    """Answers for the publishers that a subclass names."""

    publishers: Publishers
    # Head and body go in two pieces; without this the second waits for the first to be confirmed.
    disable_nagle_algorithm = True
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.publishers.asked.append(self.path)
        path, _, query = self.path.partition("?")
        if path.startswith("/stadspeil/"):
            self._own(path)
            return
        host, _, rest = path.lstrip("/").partition("/")
        values = {name: found[-1] for name, found in urllib.parse.parse_qs(query, keep_blank_values=True).items()}
        question = Question(host, "/" + urllib.parse.unquote(rest), values)
        self._answer(self.publishers.part(question), question)

    def _own(self, path: str) -> None:
        own: dict[str, Callable[[], Any]] = {
            "/stadspeil/overlay.json": self.publishers.warehouse.overlay,
            "/stadspeil/faults": lambda: {name: each.description for name, each in FAULTS.items()},
        }
        made = own.get(path)
        found = Part(text=json.dumps(made())) if made else Part(status=404, text="Not Found", kind="text/plain")
        self._answer(found, Question("", path, {}))

    def _answer(self, part: Part, question: Question) -> None:
        wire = Wire(part.body(), {"Content-Type": part.kind})
        wire.headers |= {"ETag": etag(wire.body), "Last-Modified": _MODIFIED} if part.content else {}
        wire.headers |= part.headers
        status = self._conditional(part.status, wire) if part.content else part.status
        wire.headers.setdefault("Content-Length", str(len(wire.body)))
        for switch in self.publishers.switches:
            if switch.fault.wire is not None and switch.applies(question):
                switch.fault.wire(wire)
        self.send_response(status)
        for name, value in wire.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._send(wire)

    def _conditional(self, status: int, wire: Wire) -> int:
        """304 for what is known, 206 for what was cut."""
        if self.headers.get("If-None-Match") == wire.headers["ETag"]:
            wire.body = b""
            return 304
        span = self.headers.get("Range", "")
        if span.startswith("bytes=") and self.headers.get("If-Range", wire.headers["ETag"]) == wire.headers["ETag"]:
            start, whole = int(span.removeprefix("bytes=").rstrip("-")), len(wire.body)
            wire.headers["Content-Range"] = f"bytes {start}-{whole - 1}/{whole}"
            wire.body = wire.body[start:]
            return 206
        return status

    def _send(self, wire: Wire) -> None:
        body = wire.body if wire.cut_at is None else wire.body[: wire.cut_at]
        try:
            if wire.drip_s:
                for at in range(0, len(body), _PIECE):
                    self.wfile.write(body[at : at + _PIECE])
                    time.sleep(wire.drip_s)
            else:
                self.wfile.write(body)
        except OSError:
            # The other side had enough of it.
            self.close_connection = True
        if wire.cut_at is not None or len(body) != int(wire.headers["Content-Length"]):
            self.close_connection = True

    def log_message(self, *words: Any) -> None:
        """Silence: what was asked is in `Publishers.asked`."""
