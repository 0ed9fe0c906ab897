"""The site under load: answers per second and milliseconds of each kind of address, memory per worker, cold and warm.

    .venv/bin/python benchmarks/bench_site.py --workspace PATH [--workers 2] [--seconds 10] [--browser]

Starts `stadspeil serve` on a workspace, and calls it from this process over plain sockets that stay open. Cold: each
address for the first time since the start. Warm: the same addresses again. Mixed: what readers do, at once. Beside it,
in the same run, a peer that does nothing but give bytes of the same size: a bare Starlette route on the same server.
With --browser also the map in Chromium: from the start of the page to the sketch that stands in for the map and to the
map itself, and from a choice to painted; as the map opens, and with all buurten at once.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl

from stadspeil.atlas.pages import PAGES
from stadspeil.atlas.results import Results
from stadspeil.catalogue import load_catalogue
from stadspeil.workspace import Workspace

COMMAND = (sys.executable, "-c", "from stadspeil.cli import main; main()")
PEER = "import bench_site; bench_site.serve_peer()"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ("--no-sandbox", "--disable-dev-shm-usage", "--use-gl=angle", "--use-angle=swiftshader",
         "--enable-unsafe-swiftshader", "--hide-scrollbars")  # fmt: skip
CONNECTIONS = 8
# A caller may ask so much at once; each connection calls from an address of its own, and takes another in time.
PER_CALLER = 1_000
# How often each kind is asked for in the mix.
WEIGHTS = {"start": 1, "town": 3, "profile": 6, "map": 2, "values": 4, "search": 2, "api": 2, "below": 1,
           "compare": 1, "static": 4}  # fmt: skip
# Kinds of which there are only a few addresses.
FEW = frozenset({"start", "static", "peer"})


@dataclass
class Taken:
    """Milliseconds of answers of one kind, and what was no answer."""

    milliseconds: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    bytes: int = 0

    @property
    def errors(self) -> str:
        """How many answers were none, and what they were."""
        return ", ".join(f"{number} x {what}" for what, number in self.faults.items()) or "0"


def addresses(workspace: Workspace, number: int) -> dict[str, list[str]]:
    """Random addresses by kind, the same in every run."""
    catalogue = load_catalogue(own=workspace.own_catalogue)
    results, chance = Results(workspace, catalogue), random.Random(2026)
    newest = results.areas.filter(pl.col("boundaries") == pl.col("boundaries").max())
    codes = {
        level: own["area"].sort().to_list() for (level,), own in newest.partition_by("level", as_dict=True).items()
    }
    inside = codes.get("buurt") or codes.get("wijk") or codes["gemeente"]
    some = [chance.choice(inside) for _ in range(number)]
    paths = {page.name: page.path for page in PAGES}
    found: dict[str, list[str]] = {"start": ["/?kies", "/en?kies"]}
    found["town"] = [f"/stad/{chance.choice(codes['gemeente'])}" for _ in range(number)]
    profile = paths.get("profiel", "")
    found["profile"] = [profile.replace("{gebied}", code).replace("{stad}", f"GM{code[2:6]}") for code in some]
    figures = [chance.choice(results.indicators) for _ in range(number)]
    found["values"] = list(values_addresses(results, figures, "buurt" if "buurt" in codes else "gemeente", chance))
    found["map"] = [each.replace("/kaart/waarden", "/kaart") for each in found["values"]]
    names = [results.names[code] for code in some]
    found["search"] = [f"/zoeken?q={quote(name[: 3 + number % 6])}" for number, name in enumerate(names)]
    found["api"] = [f"/v1/gebieden/{code}/waarden" for code in some]
    found["below"] = [f"/beneden-de-wijk/GM{code[2:6]}" for code in some]
    found["compare"] = [f"/vergelijken?gebieden={chance.choice(codes['gemeente'])},{chance.choice(codes['gemeente'])}"
                        for _ in range(number)]  # fmt: skip
    found["static"] = [f"/static/{name}" for name in ("stadspeil.css", "stadspeil.js", "vendor/htmx.js", "icon.svg")]
    return {kind: own for kind, own in found.items() if own[0]}


def values_addresses(results: Results, figures: Sequence[str], level: str, chance: random.Random) -> Iterator[str]:
    """What the map asks for: a figure in a year of which there are values."""
    for figure in figures:
        table = results.of_indicator(figure)
        table = table.filter(pl.col("value").is_not_null() & pl.col("level").is_in(["gemeente", "wijk", "buurt"]))
        own = table.filter(pl.col("level") == level)
        own = own if own.height else table
        if own.height:
            editions = own.select("year", "level").unique().sort("year", "level").rows()
            year, found = chance.choice(editions)
            yield f"/kaart/waarden?cijfer={figure}&jaar={year}&niveau={found}"


class Caller:
    """A connection that stays open, from an address of its own."""

    number = itertools.count(1)

    def __init__(self, port: int) -> None:
        self.port, self.left = port, 0
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def ask(self, path: str, headers: str = "") -> tuple[int, bytes]:
        """Status and content."""
        if self.writer is None or self.left == 0:
            await self._connect()
        self.left -= 1
        told = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nAccept-Encoding: gzip\r\n{headers}\r\n"
        self.writer.write(told.encode())  # type: ignore[union-attr]
        head = await self.reader.readuntil(b"\r\n\r\n")  # type: ignore[union-attr]
        status = int(head[9:12])
        lowered = head.lower()
        at = lowered.find(b"content-length:")
        if at >= 0:
            size = int(lowered[at + 15 : lowered.index(b"\r\n", at)])
            return status, await self.reader.readexactly(size) if size else b""  # type: ignore[union-attr]
        return status, await self._chunks() if b"transfer-encoding: chunked" in lowered else b""

    async def _chunks(self) -> bytes:
        found = b""
        while True:
            size = int(await self.reader.readline(), 16)  # type: ignore[union-attr]
            found += (await self.reader.readexactly(size + 2))[:-2]  # type: ignore[union-attr]
            if size == 0:
                return found

    async def _connect(self) -> None:
        if self.writer is not None:
            self.writer.close()
        mine = next(Caller.number)
        local = (f"127.0.{1 + mine // 250}.{1 + mine % 250}", 0) if sys.platform == "linux" else None
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=local)
        self.left = PER_CALLER

    def close(self) -> None:
        """Let go of the connection."""
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


async def one_by_one(port: int, asked: Sequence[str]) -> Taken:
    """Addresses after each other on one connection."""
    caller, taken = Caller(port), Taken()
    for path in asked:
        await timed(caller, path, taken)
    caller.close()
    return taken


async def at_once(
    port: int, asked: dict[str, list[str]], seconds: float, once: bool = False
) -> tuple[dict[str, Taken], float]:
    """Several connections that each ask as fast as they are answered; taken by kind, and how long it went on.

    `once` asks for no address twice, and ends when a kind has no more.
    """
    left = {kind: list(own) for kind, own in asked.items()}
    taken: dict[str, Taken] = defaultdict(Taken)
    kinds = [kind for kind in asked for _ in range(WEIGHTS.get(kind, 1))]
    started = time.perf_counter()

    async def reader(seed: int) -> None:
        chance, caller = random.Random(seed), Caller(port)
        while time.perf_counter() - started < seconds:
            kind = chance.choice(kinds)
            if once and kind not in FEW and not left[kind]:
                break
            path = left[kind].pop() if once and kind not in FEW else chance.choice(asked[kind])
            await timed(caller, path, taken[kind])
        caller.close()

    await asyncio.gather(*(reader(seed) for seed in range(CONNECTIONS)))
    return taken, time.perf_counter() - started


async def timed(caller: Caller, path: str, taken: Taken) -> None:
    """One answer."""
    started = time.perf_counter()
    try:
        status, content = await caller.ask(path)
    except (OSError, asyncio.IncompleteReadError, ValueError) as fault:
        caller.close()
        taken.faults[type(fault).__name__] += 1
        return
    taken.milliseconds.append(1000 * (time.perf_counter() - started))
    taken.bytes += len(content)
    if status != 200:
        taken.faults[str(status)] += 1


def show(title: str, taken: Taken, seconds: float = 0.0, processor: float | None = None) -> None:
    """One line: number, rate, the middle and the slow answers, and milliseconds of processor for each."""
    told = sorted(taken.milliseconds)
    if not told:
        print(f"  {title:<18} no answers, {taken.errors} errors", flush=True)
        return
    p50, p95, p99 = (told[min(len(told) - 1, int(share * len(told)))] for share in (0.5, 0.95, 0.99))
    rate = len(told) / (seconds or sum(told) / 1000)
    size = taken.bytes / len(told) / 1000
    worked = "" if processor is None else f"   processor {1000 * processor / len(told):6.1f} ms each"
    print(f"  {title:<18} {len(told):6d} answers {rate:8.0f}/s   p50 {p50:7.1f}  p95 {p95:7.1f}  p99 {p99:7.1f} ms  "
          f"{size:7.1f} kB{worked}   errors {taken.errors}", flush=True)  # fmt: skip


def all_of(taken: dict[str, Taken]) -> Taken:
    """All kinds together."""
    whole = Taken()
    for each in taken.values():
        whole.milliseconds += each.milliseconds
        whole.faults.update(each.faults)
        whole.bytes += each.bytes
    return whole


def spent_by(process: int) -> float:
    """Seconds of processor that the server and its workers took so far; Linux only."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(folder.name) == process or int(told[1]) == process:
            ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 0.0


def memory(process: int) -> list[tuple[int, float, float]]:
    """Megabytes that each worker holds, and the most that it held; Linux only."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines() if ":" in line)
        except OSError:
            continue
        if int(told["PPid"]) == process:
            held, most = (int(told.get(name, "0 kB").split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
            if held > 50:
                found.append((int(folder.name), held, most))
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def started(command: Sequence[str], port: int, ready: str, log: Path) -> tuple[subprocess.Popen[bytes], float]:
    """A server that answers, and the seconds until it did."""
    begun = time.perf_counter()
    here = os.pathsep.join(each for each in (str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")) if each)
    process = subprocess.Popen(command, stdout=log.open("wb"), stderr=subprocess.STDOUT,
                               env={**os.environ, "PYTHONPATH": here})  # fmt: skip
    while time.perf_counter() - begun < 900:
        if process.poll() is not None:
            sys.exit(f"the server ended with {process.returncode}; see {log}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{ready}", timeout=2).close()
            return process, time.perf_counter() - begun
        except OSError:
            time.sleep(0.05)
    sys.exit(f"the server did not start; see {log}")


def ended(process: subprocess.Popen[bytes]) -> float:
    """Seconds from the request to stop until it stopped."""
    begun = time.perf_counter()
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=60)
    return time.perf_counter() - begun


def peer() -> object:
    """A bare Starlette application that gives bytes."""
    from starlette.applications import Starlette
    from starlette.responses import Response
    from starlette.routing import Route

    content = b"x" * int(os.environ["BENCH_BYTES"])

    async def give(request: object) -> Response:
        return Response(content, media_type="text/html")

    return Starlette(routes=[Route("/{path:path}", give)])


def serve_peer() -> None:
    """As `stadspeil serve` serves."""
    import uvicorn

    from stadspeil.cli.connections import Prompt

    uvicorn.run("bench_site:peer", factory=True, http=Prompt, port=int(os.environ["BENCH_PORT"]), access_log=False,
                workers=int(os.environ["BENCH_WORKERS"]), log_level="warning")  # fmt: skip


def bench_peer(workers: int, size: int, seconds: float, log: Path) -> float:
    """Answers per second of the peer."""
    port = free_port()
    os.environ.update(BENCH_PORT=str(port), BENCH_WORKERS=str(workers), BENCH_BYTES=str(size))
    process, _ = started((sys.executable, "-c", PEER), port, "/", log)
    taken, spent = asyncio.run(at_once(port, {"peer": ["/"]}, seconds))
    ended(process)
    show("bare Starlette", taken["peer"], spent)
    return len(taken["peer"].milliseconds) / spent


# When the sketch that stands in for the map was drawn, in milliseconds from the start of the page.
SEEN = """() => new Promise((done) => {
  new PerformanceObserver((list) => done(list.getEntries().filter((each) => each.url.includes("schets.png")).map(
    (each) => each.startTime)[0] ?? null)).observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => done(null), 1000);
})"""


def bench_map(port: int, figures: Sequence[str]) -> None:
    """Seconds in Chromium with software GL: page start to the sketch and to the map; a choice of another to painted.

    For the map as it opens (gemeenten), and for all buurten at once.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for title, level in (("as it opens", ""), ("all buurten", "&niveau=buurt")):
            taken: dict[str, list[float]] = {"page to sketch": [], "page to painted": [], "choice to painted": []}
            for figure in figures[:5]:
                page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
                begun = time.perf_counter()
                page.goto(f"http://127.0.0.1:{port}/kaart?cijfer={figure}{level}", wait_until="commit")
                if not _is_painted(page, figure):
                    continue
                taken["page to painted"].append(time.perf_counter() - begun)
                page.wait_for_load_state("networkidle")
                seen = page.evaluate(SEEN)
                taken["page to sketch"] += [] if seen is None else [seen / 1000]
                for other in figures[5:10]:
                    begun = time.perf_counter()
                    page.select_option("#cijfer", other)
                    if _is_painted(page, other):
                        taken["choice to painted"].append(time.perf_counter() - begun)
                # The next page is measured from rest, as the first one was.
                page.wait_for_load_state("networkidle")
                page.context.close()
                time.sleep(1)
            for name, told in taken.items():
                told.sort()
                if told:
                    print(f"  {title}: {name:<18} median {told[len(told) // 2]:.2f} s, largest {told[-1]:.2f} s, "
                          f"of {len(told)}")  # fmt: skip
        browser.close()


def _is_painted(page: Any, figure: str) -> bool:
    """Wait until the map shows a figure; says so where it does not."""
    from playwright.sync_api import TimeoutError

    try:
        page.wait_for_selector(f"#kaart-1[data-painted^='{figure} ']", timeout=30_000)
    except TimeoutError:
        print(f"  {figure} was not painted within 30 s")
        return False
    return True


def main() -> None:
    """Everything after each other on one server."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--number", type=int, default=200, help="addresses of each kind")
    parser.add_argument("--log", type=Path, default=Path("bench-site.log"))
    parser.add_argument("--browser", action="store_true")
    asked = parser.parse_args()
    workspace, port = Workspace(asked.workspace), free_port()
    every = addresses(workspace, 3 * asked.number)
    known = {kind: own[: asked.number] for kind, own in every.items()}
    others = {kind: own if kind in FEW else own[asked.number :] for kind, own in every.items()}
    process, seconds = started((*COMMAND, "serve", "--workspace", str(asked.workspace), "--port", str(port),
                                "--workers", str(asked.workers)), port, "/gereed", asked.log)  # fmt: skip
    print(f"{asked.workers} workers, ready after {seconds:.1f} s")
    try:
        for title in ("cold", "warm"):
            print(f"{title}, one by one:")
            for kind, own in list(known.items()):
                before = spent_by(process.pid)
                taken = asyncio.run(one_by_one(port, own))
                worked = spent_by(process.pid) - before
                if taken.faults.total() == len(own):
                    print(f"  {kind:<18} is not served here")
                    del known[kind]
                else:
                    show(kind, taken, processor=worked)
        fresh = {kind: others[kind] for kind in known}
        for title, own, once in (("no address twice", fresh, True), ("again and again", known, False)):
            print(f"mixed, {CONNECTIONS} connections, {title}:")
            before = spent_by(process.pid)
            mixed, spent = asyncio.run(at_once(port, own, asked.seconds, once))
            worked = spent_by(process.pid) - before
            for kind in own:
                show(kind, mixed[kind], spent)
            whole = all_of(mixed)
            show("all", whole, spent, worked)
        held = memory(process.pid)
        print("memory per worker:", ", ".join(f"{now:.0f} MB (at most {most:.0f})" for _, now, most in held))
        size = whole.bytes // max(1, len(whole.milliseconds))
        bare = bench_peer(asked.workers, size, min(asked.seconds, 5), asked.log.with_suffix(".peer.log"))
        print(f"  ours / peer: {len(whole.milliseconds) / spent / bare:.2f}")
        if asked.browser:
            print("map, Chromium with software GL:")
            figures = [each.split("cijfer=")[1].split("&")[0] for each in known["values"] if "niveau=buurt" in each]
            bench_map(port, list(dict.fromkeys(figures)))
    finally:
        print(f"stopped in {ended(process):.1f} s")


if __name__ == "__main__":
    main()
