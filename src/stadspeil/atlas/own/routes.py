"""What may be sent to the site: a workbook to look at, and what to do with it. And the template to fill in."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from stadspeil.atlas.own.confined import ask_apart
from stadspeil.atlas.own.drafts import Drafts, plain_name
from stadspeil.atlas.site import Site
from stadspeil.atlas.unwelcome import Unwelcome
from stadspeil.atlas.words import LANGUAGES
from stadspeil.sources.guarded import MEGABYTE
from stadspeil.sources.template import write_template
from stadspeil.tables.invented import invented_gemeenten

TEMPLATE = "/eigen/sjabloon.xlsx"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Of a form there is more than the file in it.
_AROUND = 20_000


def add_own(app: FastAPI, site: Site) -> None:
    """Add the addresses for a town's own figures, in each language."""
    own = _Own(site)
    app.add_api_route(TEMPLATE, own.template, include_in_schema=False)
    for lang in LANGUAGES:
        root = "" if lang == "nl" else f"/{lang}"
        for path, answer in (("", own.send), ("/{token}/bewaren", own.keep), ("/{token}/weggooien", own.drop)):
            app.add_api_route(f"{root}/eigen{path}", answer, methods=["POST"], include_in_schema=False)


class _Own:
    def __init__(self, site: Site) -> None:
        self.site = site
        self.drafts = Drafts(site.workspace)

    def template(self) -> Response:
        """The workbook to fill in, with the indicators of this catalogue."""
        with tempfile.TemporaryDirectory() as scratch:
            path = Path(scratch) / "sjabloon.xlsx"
            write_template(path, self.site.catalogue, invented_gemeenten(self.site.workspace))
            content = path.read_bytes()
        headers = {"Content-Disposition": 'attachment; filename="eigen-cijfers.xlsx"'}
        return Response(content, media_type=_TYPE, headers=headers)

    async def send(self, request: Request) -> Response:
        """Look at a workbook, and go to what was found."""
        self._may()
        name, content = await self._sent(request)
        judged = await run_in_threadpool(ask_apart, "judge", content, plain_name(name), self.site.workspace)
        draft = await run_in_threadpool(self.drafts.add, content, name, judged)
        return RedirectResponse(f"{_root(request)}/eigen/{draft.token}", status_code=303)

    async def keep(self, request: Request, token: str) -> Response:
        """Import a draft, as `stadspeil import` does."""
        self._may()
        draft = self.drafts.find(token)
        if draft.kept is None and not draft.problems:
            content = self.drafts.content(draft)
            kept = await run_in_threadpool(ask_apart, "keep", content, draft.file_name, self.site.workspace)
            self.drafts.done(draft, kept)
        return RedirectResponse(f"{_root(request)}/eigen/{token}", status_code=303)

    async def drop(self, request: Request, token: str) -> Response:
        """Throw a draft away."""
        self._may()
        self.drafts.drop(token)
        return RedirectResponse(f"{_root(request)}/eigen?weg=1", status_code=303)

    def _may(self) -> None:
        if not self.site.settings.takes_uploads:
            raise Unwelcome(
                403, "eigen cijfers", "deze site neemt geen werkboeken aan",
                "gebruik 'stadspeil import' op de machine zelf, of zet uploads = \"always\" onder [atlas] in stadspeil.toml",
            )  # fmt: skip

    async def _sent(self, request: Request) -> tuple[str, bytes]:
        """Name and bytes of the file in a form. Unwelcome for what is too large: no more of it is read than that."""
        most = self.site.settings.upload_mb * MEGABYTE
        told = request.headers.get("content-length", "")
        if told.isdecimal() and int(told) > most + _AROUND:
            raise _too_large(self.site.settings.upload_mb)
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            raise _nothing_sent()
        counted = _counted(request.stream(), most + _AROUND, self.site.settings.upload_mb)
        try:
            form = await MultiPartParser(request.headers, counted, max_files=1, max_fields=4).parse()
        except MultiPartException as fault:
            raise _nothing_sent() from fault
        try:
            sent = form.get("werkboek")
            if not isinstance(sent, UploadFile) or not sent.filename:
                raise _nothing_sent()
            content = await sent.read(most + 1)
        finally:
            await form.close()
        if len(content) > most:
            raise _too_large(self.site.settings.upload_mb)
        return sent.filename, content


async def _counted(stream: AsyncIterator[bytes], most: int, megabytes: int) -> AsyncGenerator[bytes, None]:
    """The stream until it is longer than it may be."""
    read = 0
    async for piece in stream:
        read += len(piece)
        if read > most:
            raise _too_large(megabytes)
        yield piece


def _too_large(megabytes: int) -> Unwelcome:
    return Unwelcome(
        413,
        "werkboek",
        f"het is groter dan {megabytes} MB",
        "haal plaatjes en bladen met andere gegevens eruit en probeer het opnieuw",
    )


def _nothing_sent() -> Unwelcome:
    return Unwelcome(400, "werkboek", "er kwam geen bestand mee", "kies een bestand en druk op de knop")


def _root(request: Request) -> str:
    return "/en" if request.url.path.startswith("/en/") else ""
