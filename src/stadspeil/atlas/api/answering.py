"""The API as an ASGI application below /v1: finds the resource, reads the question, keeps answers, tells what is wrong."""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from stadspeil import __version__
from stadspeil.atlas.api.asking import read_question
from stadspeil.atlas.api.problems import PROBLEM, RefusalError, problem
from stadspeil.atlas.api.resources import Question, Reply, Resource
from stadspeil.atlas.logs import log_fault
from stadspeil.atlas.site import Site
from stadspeil.errors import QuestionError, StadspeilError
from stadspeil.shelf import shelf_sum

ROOT, VERSION = "/v1", "1.0.0"
METHODS = ("GET", "HEAD", "OPTIONS")
_REMEMBERED = "public, max-age=60, must-revalidate"
_KEPT_BYTES = 24_000_000
_LARGEST_KEPT = 8_000_000
# Above this an answer is kept packed: that is how nearly all ask for it.
_WORTH_PACKING = 20_000
_LARGEST_BODY = 10_000


@dataclass(frozen=True)
class _Kept:
    """An answer as it is remembered: packed when it is large."""

    content: bytes
    packed: bool
    media_type: str
    headers: Mapping[str, str]


class Api:
    """All resources of the API on one site. Safe to ask from several threads."""

    def __init__(self, site: Site, resources: Sequence[Resource]) -> None:
        self.site, self.resources = site, tuple(resources)
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            answer = await self._answer(request)
        except RefusalError as refusal:
            answer = _refused(refusal, request)
        except Exception as fault:
            log_fault(fault)
            answer = _refused(RefusalError(500, "er ging iets mis bij ons; probeer het later opnieuw"), request)
        answer.headers["API-Version"] = VERSION
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method not in METHODS:
            raise RefusalError(
                405, "deze API leest alleen: GET, HEAD of OPTIONS", headers={"Allow": ", ".join(METHODS)}
            )
        if int_of(request.headers.get("content-length", "0")) > _LARGEST_BODY:
            raise RefusalError(413, "een vraag aan deze API heeft geen inhoud", headers={"Connection": "close"})
        resource, parts = self._resource(request.url.path)
        request.scope["route"] = _Route(ROOT + resource.path)
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ", ".join(METHODS)})
        if not _accepts(request.headers.get("accept", "*/*"), resource.media_type):
            raise RefusalError(406, f"dit is er alleen als {resource.media_type}")
        given = read_question(request.url.query, resource.parameters)
        path = request.url.path.removeprefix(ROOT)
        question = Question(self.site, self._root(request), path, parts, given, _only_head(request))
        return await self._remembered(request, resource, question)

    def _resource(self, path: str) -> tuple[Resource, Mapping[str, str]]:
        inside = path.removeprefix(ROOT)
        if inside.endswith("/") and inside != "/":
            raise RefusalError(404, "een adres eindigt hier nooit op een schuine streep")
        pieces = tuple(inside[1:].split("/")) if inside.strip("/") else ()
        for resource in self.resources:
            parts = resource.match(pieces)
            if parts is not None:
                return resource, parts
        raise RefusalError(404, f"dit adres is er niet; {ROOT} noemt wat er wel is")

    def _root(self, request: Request) -> str:
        """The address of the API as callers reach it: the setting, or else as this caller did."""
        return (self.site.settings.address or str(request.base_url)).rstrip("/") + ROOT

    async def _remembered(self, request: Request, resource: Resource, question: Question) -> Response:
        """The answer, or that it has not changed. Weak marks: packed or not, it is the same answer."""
        key = hashlib.sha256(
            "|".join((self.edition, question.root, question.path, repr(question.given))).encode()
        ).hexdigest()
        headers = {"ETag": f'W/"{key[:24]}"', "Cache-Control": _REMEMBERED}
        if resource.open_to_all:
            headers["Access-Control-Allow-Origin"] = "*"
        if _same(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=304, headers=headers)
        kept = self._known(key)
        if kept is None:
            made = await run_in_threadpool(self._make, resource, question)
            if made.stream is not None:
                return _streamed(made, headers, question.only_head)
            kept = await run_in_threadpool(self._keep, key, made)
        return _response(kept, headers, request)

    def _make(self, resource: Resource, question: Question) -> Reply:
        try:
            return resource.answer(question)
        except QuestionError as fault:
            raise RefusalError(404, _said(fault, self.site)) from fault
        except StadspeilError as fault:
            log_fault(fault)
            raise RefusalError(500, "een bestand van deze site is niet goed; de beheerder weet meer") from fault

    @property
    def edition(self) -> str:
        """Changes whenever an answer can: with results, code, catalogue and settings."""
        return "|".join((self.site.results.version, self._fixed))

    @cached_property
    def _fixed(self) -> str:
        told = (__version__, VERSION, self.site.catalogue.fingerprint, self.site.catalogue.plans, repr(self.site.settings),
                shelf_sum(self.site.workspace.tables / "areas"))  # fmt: skip
        return hashlib.sha256(repr(told).encode()).hexdigest()

    def _known(self, key: str) -> _Kept | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: str, made: Reply) -> _Kept:
        large = len(made.content) > _WORTH_PACKING
        content = gzip.compress(made.content, 5, mtime=0) if large else made.content
        kept = _Kept(content, large, made.media_type, made.headers)
        if len(content) <= _LARGEST_KEPT:
            with self._lock:
                if key not in self._kept:
                    self._kept[key] = kept
                    self._size += len(content)
                while self._size > _KEPT_BYTES:
                    _, gone = self._kept.popitem(last=False)
                    self._size -= len(gone.content)
        return kept


@dataclass(frozen=True)
class _Route:
    """What the log calls the address: its pattern, never what was asked."""

    path: str


def int_of(text: str) -> int:
    """A length as a header says it; one that is no number is taken as too large."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else _LARGEST_BODY + 1


def _response(kept: _Kept, headers: Mapping[str, str], request: Request) -> Response:
    told = {**headers, **kept.headers}
    content = kept.content
    if kept.packed:
        if "gzip" in request.headers.get("accept-encoding", ""):
            # Of what leaves plain, the layer that packs says this.
            told |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        else:
            content = gzip.decompress(content)
    return Response(content, media_type=kept.media_type, headers=told)


def _streamed(made: Reply, headers: Mapping[str, str], only_head: bool) -> Response:
    stream: Iterator[bytes] = made.stream if made.stream is not None and not only_head else iter(())
    return StreamingResponse(stream, media_type=made.media_type, headers={**headers, **made.headers})


def _refused(refusal: RefusalError, request: Request) -> Response:
    body = problem(refusal.status, refusal.detail, request.url.path, refusal.wrong)
    return Response(body, refusal.status, {"Cache-Control": "no-store", **refusal.headers}, PROBLEM)


def _only_head(request: Request) -> bool:
    """Whether the guard will drop the content: then a large one need not be made."""
    return bool(request.scope.get("state", {}).get("head"))


def _accepts(wanted: str, offered: str) -> bool:
    """Whether a caller takes what a resource offers; one that asks for plain JSON takes our kinds of it."""
    fit = {"*/*", offered, f"{offered.split('/')[0]}/*"} | ({"application/json"} if offered.endswith("json") else set())
    for each in wanted.lower().split(","):
        name, *options = (part.strip() for part in each.split(";"))
        refused = any(option.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000") for option in options)
        if (name or "*/*") in fit and not refused:
            return True
    return False


def _same(known: str, mark: str) -> bool:
    bare = mark.removeprefix("W/")
    return any(each.strip() in ("*", mark, bare) for each in known.split(",")) if known else False


def _said(fault: QuestionError, site: Site) -> str:
    """A message of ours without places on this machine."""
    told = f"{fault.where}: {'; '.join(fault.problems)}"
    return told.replace(str(site.workspace.root), "werkmap")
