"""The server: one thread per question, on this computer only."""

from __future__ import annotations

import json
import re
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
_LONGEST_POST = 10_000
# From a byte, from a byte to a byte, or the last so many.
_RANGE = re.compile(r"bytes=(?=-?\d)(\d*)-(\d*)")


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

    def turn_off(self, name: str = "") -> None:
        """A fault off, or all."""
        self.switches = [each for each in self.switches if name and each.fault.name != name]

    def turn(self, texts: Iterable[str]) -> None:
        """Faults on or off as they are sent to /stadspeil/faults: 'name=on', 'name=on:times:path' or 'name=off'."""
        for text in texts:
            name, _, how = text.partition("=")
            word, _, limits = how.partition(":")
            if word == "on":
                self.turn_on(f"{name}:{limits}" if limits else name)
            elif word == "off" and (name in FAULTS or name == "all"):
                self.turn_off("" if name == "all" else name)
            else:
                raise QuestionError(f"storing '{text}'", "is niet te lezen", "stuur naam=on, naam=on:2:pad of naam=off")

    def switched_on(self) -> list[dict[str, Any]]:
        """The faults that are on, with what they are limited to and how often they acted."""
        return [
            {"name": each.fault.name, "times": each.times, "path": each.path, "used": each.used}
            for each in self.switches
        ]

    def part(self, question: Question) -> Part:
        """What is answered, faults on the question and the content included."""
        acting = [each.fault for each in self.switches if each.fault.wire is None and each.applies(question)]
        asked = question
        for fault in acting:
            asked = fault.ask(asked) if fault.ask is not None else asked
        part = self._sound(asked)
        for fault in acting:
            if fault.part is not None:
                fault.part(part, question)
        return part

    def _sound(self, question: Question) -> Part:
        service = _SERVICES.get(question.host)
        found = service(question, self.warehouse) if service else features.answer(question, self.warehouse)
        if found is None:
            content = self.warehouse.file(question.host, question.path)
            found = Part(content=content, kind="application/octet-stream") if content is not None else None
        return found or Part(status=404, text="Not Found", kind="text/plain")


@contextmanager
def serve(folder: Path, port: int = 0, faults: Iterable[str] = (), host: str = "127.0.0.1") -> Iterator[Publishers]:
    """Publishers that answer until the block ends; `.address` says where. QuestionError for a port that is taken."""
    publishers = Publishers(folder, faults)
    try:
        server = _Server((host, port), type("Handler", (_Handler,), {"publishers": publishers}))
    except OSError as fault:
        raise QuestionError(
            f"--port {port}", f"op deze poort is niet te luisteren ({fault.strerror})", "kies een andere, of --port 0"
        ) from fault
    publishers.address = f"http://{host}:{server.server_port}"
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


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # How many may wait at the door. With the usual five, a burst of questions waits a second for no reason.
    request_queue_size = 128


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
        try:
            part = self.publishers.part(question)
        except ValueError as fault:
            # A number in the question that is none, such as $top=veel.
            part = Part(status=400, text=str(fault), kind="text/plain")
        self._answer(part, question)

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        given = self.rfile.read(int(length)) if length.isdigit() and int(length) <= _LONGEST_POST else b""
        if self.path != "/stadspeil/faults" or not given:
            # What was not read stands in the way of a next question.
            self.close_connection = True
            self._answer(Part(status=404, text="Not Found", kind="text/plain"), Question("", self.path, {}))
            return
        try:
            texts = urllib.parse.unquote_plus(given.decode("utf-8", "replace")).split("&")
            self.publishers.turn(each.strip() for each in texts if each.strip())
            part = Part(text=json.dumps(self.publishers.switched_on()))
        except QuestionError as fault:
            part = Part(status=400, text=fault.message(), kind="text/plain; charset=utf-8")
        self._answer(part, Question("", self.path, {}))

    def _own(self, path: str) -> None:
        own: dict[str, Callable[[], Any]] = {
            "/stadspeil/overlay.json": self.publishers.warehouse.overlay,
            "/stadspeil/faults": lambda: {name: each.description for name, each in FAULTS.items()},
            "/stadspeil/faults/on": self.publishers.switched_on,
        }
        made = own.get(path)
        found = Part(text=json.dumps(made())) if made else Part(status=404, text="Not Found", kind="text/plain")
        self._answer(found, Question("", path, {}))

    def _answer(self, part: Part, question: Question) -> None:
        wire = Wire(part.body(), {"Content-Type": part.kind})
        wire.headers |= {"ETag": etag(wire.body), "Last-Modified": _MODIFIED} if part.status == 200 else {}
        wire.headers |= part.headers
        status = self._conditional(wire) if part.status == 200 else part.status
        wire.headers.setdefault("Content-Length", str(len(wire.body)))
        for switch in self.publishers.switches if question.host else []:
            if switch.fault.wire is not None and switch.applies(question):
                switch.fault.wire(wire)
        self.send_response(status)
        for name, value in wire.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self._send(wire)

    def _conditional(self, wire: Wire) -> int:
        """304 for what is known, 206 for the rest of what was cut off, 416 for what lies behind the end; else 200."""
        if self.headers.get("If-None-Match") == wire.headers["ETag"]:
            wire.body = b""
            return 304
        span = _RANGE.fullmatch(self.headers.get("Range", ""))
        if span is None or self.headers.get("If-Range", wire.headers["ETag"]) != wire.headers["ETag"]:
            return 200
        whole = len(wire.body)
        start = int(span[1]) if span[1] else max(whole - int(span[2]), 0)
        end = min(int(span[2]), whole - 1) if span[1] and span[2] else whole - 1
        if start > end:
            wire.body, wire.headers["Content-Range"] = b"", f"bytes */{whole}"
            return 416
        wire.headers["Content-Range"] = f"bytes {start}-{end}/{whole}"
        wire.body = wire.body[start : end + 1]
        return 206

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
