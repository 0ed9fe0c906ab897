"""Keeping what a reader typed of a running effort in the agenda's file, and taking it away again."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from stadspeil.atlas.appraised.effort_form import effort_of, is_ours, judged, read_agenda_file, without
from stadspeil.atlas.appraised.efforts import changing, keep, kept_agenda
from stadspeil.atlas.site import Site
from stadspeil.atlas.unwelcome import Unwelcome
from stadspeil.atlas.words import LANGUAGES
from stadspeil.errors import QuestionError

# A form is some thousand characters; fields are no more than purses, mechanisms and a dozen.
_LARGEST, _FIELDS = 20_000, 80


def add_efforts(app: FastAPI, site: Site) -> None:
    """Add the addresses that change an agenda, in each language."""

    async def save(request: Request, agenda: str) -> Response:
        _may(site)
        given = await _sent(request)
        return RedirectResponse(await run_in_threadpool(_save, site, agenda, given, _root(request)), status_code=303)

    async def drop(request: Request, agenda: str, inzet: str) -> Response:
        _may(site)
        return RedirectResponse(await run_in_threadpool(_drop, site, agenda, inzet, _root(request)), status_code=303)

    for lang in LANGUAGES:
        path = f"{'' if lang == 'nl' else f'/{lang}'}/agenda/{{agenda}}/lopend"
        app.add_api_route(path, save, methods=["POST"], include_in_schema=False)
        app.add_api_route(f"{path}/{{inzet}}/weg", drop, methods=["POST"], include_in_schema=False)


def _save(site: Site, id: str, given: dict[str, str], root: str) -> str:
    """Keep what was typed, and say where to go: back to the form with it where something is wrong."""
    with changing(site):
        kept = kept_agenda(site, id)
        form = effort_of(given, kept.agenda, kept.catalogue.mechanisms)
        if form.is_empty:
            return f"{root}/agenda/{id}/lopend"
        found = judged(form, kept.text, kept.agenda, kept.catalogue)
        if found.agenda is None:
            return f"{root}/agenda/{id}/lopend?{urlencode(form.query())}#inzet"
        keep(site, id, found.text)
    return f"{root}/agenda/{id}/lopend?gedaan=bewaard"


def _drop(site: Site, id: str, name: str, root: str) -> str:
    """Take away what the site wrote. QuestionError where a person wrote it, or where the agenda would not hold without it."""
    with changing(site):
        kept = kept_agenda(site, id)
        if not is_ours(kept.text, name):
            raise QuestionError(
                f"lopende inzet '{name[:60]}'",
                "die is niet op deze bladzijde ingevoerd",
                f"verander catalogue/agendas/{id}.toml",
            )
        text = without(kept.text, name)
        _, wrong = read_agenda_file(text, id, kept.catalogue)
        if wrong:
            raise QuestionError(f"lopende inzet '{name}'", wrong, "haal eerst weg wat ernaar verwijst")
        keep(site, id, text)
    return f"{root}/agenda/{id}/lopend?gedaan=weg"


async def _sent(request: Request) -> dict[str, str]:
    """What was typed. Unwelcome for more than a form of this page can hold."""
    told = request.headers.get("content-length", "")
    if not told.isdecimal() or int(told) > _LARGEST:
        raise Unwelcome(413, "lopende inzet", "er kwam meer mee dan in dit formulier past", "kort de teksten in")
    async with request.form(max_fields=_FIELDS, max_files=0) as form:
        return {name: str(value) for name, value in form.items()}


def _may(site: Site) -> None:
    if not site.settings.takes_uploads:
        raise Unwelcome(
            403, "lopende inzet", "deze site neemt niets aan",
            "zet de inzet in het bestand van de agenda, of zet uploads = \"always\" onder [atlas] in stadspeil.toml",
        )  # fmt: skip


def _root(request: Request) -> str:
    return "/en" if request.url.path.startswith("/en/") else ""
