"""The site as an ASGI application: addresses to views, views to pages and files, faults to plain words."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jinja2
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

from stadspeil import __version__
from stadspeil.atlas.answering import Answering
from stadspeil.atlas.api import EXPOSED, PARQUET, mount_api
from stadspeil.atlas.appraised.telling import retold
from stadspeil.atlas.effort_routes import add_efforts
from stadspeil.atlas.files import Files, answer_file, is_same, keep_file
from stadspeil.atlas.guarding import Guard, may_be_framed
from stadspeil.atlas.leaving import FRAME, PART, About, file_name, leave, offered
from stadspeil.atlas.logs import log_damage, log_fault
from stadspeil.atlas.map_answers import add_map_routes
from stadspeil.atlas.map_choice import warm_maps
from stadspeil.atlas.own.routes import add_own
from stadspeil.atlas.package_routes import add_package_file
from stadspeil.atlas.pages import PAGES
from stadspeil.atlas.pages.find import site_index
from stadspeil.atlas.profiles.around import warm_profiles
from stadspeil.atlas.programme_routes import add_programme_file
from stadspeil.atlas.reports import report_file
from stadspeil.atlas.settings import theme_problem
from stadspeil.atlas.sharing import Shared
from stadspeil.atlas.site import Site
from stadspeil.atlas.suggesting import add_suggestions
from stadspeil.atlas.unwelcome import Unwelcome
from stadspeil.atlas.views import Asked, Page, View
from stadspeil.atlas.words import LANGUAGES, words_of
from stadspeil.errors import ContractError, QuestionError, StadspeilError
from stadspeil.report.simulated_remarks import Remark
from stadspeil.workspace import code_fingerprint

_REMEMBERED = "max-age=60, must-revalidate"
# Tiles are compressed already, and are asked for in parts; workbooks and slides are zip files.
_NOT_PACKED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream", "application/pdf", PARQUET,
               "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
               "application/vnd.openxmlformats-officedocument.presentationml.presentation")  # fmt: skip
_OURS = 500
# Characters of a fault that are said again in English.
_LONGEST = 1000
# Answers made at a time, per worker: more would wait for the same processors, each with its tables in memory.
AT_A_TIME = 4
_YEAR = 365 * 24 * 3600


def create_app(site: Site, shared: Shared | None = None) -> FastAPI:
    """The application of a site; `shared` holds what other workers answered."""

    @asynccontextmanager
    async def living(app: FastAPI) -> Any:
        current_default_thread_limiter().total_tokens = AT_A_TIME
        for step in (
            site.warm,
            partial(warm_maps, site),
            partial(warm_profiles, site),
            pages.warm,
            partial(site_index, site),
        ):
            await run_in_threadpool(_warmed, step)
        # What was read now stays: looking through it for waste, again and again, would make readers wait.
        gc.collect()
        gc.freeze()
        app.state.ready = bool(site.results.version)
        yield
        app.state.ready = False
        gc.unfreeze()

    app = FastAPI(
        title="Stadspeil", version=__version__, docs_url=None, redoc_url=None, openapi_url=None, lifespan=living
    )
    app.state.site = site
    pages = _Pages(site)
    # Before the pages: these have addresses that could be those of a draft or a programme.
    add_own(app, site)
    add_programme_file(app, site)
    add_package_file(app, site)
    add_efforts(app, site)
    for page in PAGES:
        for lang in LANGUAGES:
            prefix = "" if lang == "nl" else f"/{lang}"
            path = f"{prefix}{page.path}".rstrip("/") or "/"
            app.add_api_route(path, pages.answers(page, lang), include_in_schema=False, name=f"{lang}:{page.name}")
    add_suggestions(app, site, pages.drawer)
    app.add_api_route("/stad", _choose, methods=["POST"], include_in_schema=False)
    app.add_api_route("/gezond", _alive, include_in_schema=False)
    app.add_api_route("/gereed", _ready, include_in_schema=False)
    app.add_api_route("/rapport/{naam}", report_file, include_in_schema=False)
    add_map_routes(app, site)
    mount_api(app, site)
    app.mount("/static", pages.files, name="static")
    app.add_api_route("/theme.css", _theme, include_in_schema=False)
    app.add_exception_handler(StadspeilError, pages.refused)
    app.add_exception_handler(HTTPException, pages.refused)
    app.add_middleware(
        GZipMiddleware, minimum_size=800, compresslevel=5, exclude_content_types=_NOT_PACKED
    )  # fmt: skip
    app.add_middleware(Answering, version=lambda: site.results.version, shared=shared)
    if site.settings.origins:
        app.add_middleware(
            CORSMiddleware, allow_origins=list(site.settings.origins), allow_methods=["GET", "HEAD"], expose_headers=EXPOSED
        )  # fmt: skip
    app.add_middleware(Guard, settings=site.settings, broken=pages.broken)
    return app


@cache
def _drawer() -> jinja2.Environment:
    """The templates, each read once: they hold nothing of a site, and do not change while it runs."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("stadspeil.atlas"), autoescape=True, undefined=jinja2.StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, auto_reload=False,
    )  # fmt: skip


class _Pages:
    """Draws views, and says in words what went wrong."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.files = Files(site.static)
        self.code = _code_of(site)
        self.drawer = _drawer()

    def warm(self) -> None:
        """Read the templates, so that no first reader waits for it."""
        for name in {each.template for each in PAGES}:
            self.drawer.get_template(name)

    def answers(self, page: Page, lang: str) -> Callable[[Request], Response]:
        """The function that answers an address."""

        def answer(request: Request) -> Response:
            query = _question(request)
            form = query.pop("als", "")
            parts = {name: str(value) for name, value in request.path_params.items()}
            mark = self._mark(request, page)
            if page.remembered and is_same(request, mark):
                return Response(status_code=304, headers=_remembering(mark))
            if page.name == "start" and not request.url.query:
                remembered = self._remembered(request, lang)
                if remembered is not None:
                    return remembered
            if page.begins_with_town and "stad" not in query and self._town(request):
                return RedirectResponse(
                    _with(request.url.path, {"stad": self._town(request), **_question(request)}), 302
                )
            part = query.pop(PART.get(form, ""), "")
            asked = Asked(lang, request.url.path, parts, query)
            view = page.make(self.site, asked)
            headers = _remembering(mark) if page.remembered else {"Cache-Control": "no-store"}
            if form and form != FRAME:
                return self._file(view, form, part, asked, self._about(request, lang, query), headers)
            return self._page(page, view, request, lang, query, form == FRAME, headers)

        return answer

    async def refused(self, request: Request, fault: Exception) -> Response:
        """A question that cannot be answered: what was asked and what to do, and nothing of our insides."""
        status, where, problems, remedy = _told(fault)
        damaged = isinstance(fault, ContractError)
        if isinstance(fault, ContractError):
            log_damage(fault)
        elif isinstance(fault, StadspeilError) and status >= _OURS:
            log_fault(fault)
        lang = "en" if request.url.path.startswith("/en/") or request.url.path == "/en" else "nl"
        words = words_of(lang)
        parts = ((where,) if where else (), problems, (remedy,) if remedy else ())
        # Holding a text against every sentence costs by its length, and this one may hold what a stranger typed.
        told = [
            [*retold(self.site, each, words)]
            if sum(map(len, each)) < _LONGEST
            else [Remark(said, "nl" if lang == "en" else "") for said in each]
            for each in parts
        ]
        page = self.drawer.get_template("fault.html").render(
            **self._around(request, lang, words("fault.title")), page=None, frame=False, status=status, where=told[0], problems=told[1],
            remedy=[Remark(words("fault.damaged_do"), "")] if damaged else told[2], dutch=any(part.lang for parts in told for part in parts), damaged=damaged,
        )  # fmt: skip
        return HTMLResponse(page, status_code=status, headers=getattr(fault, "headers", None))

    async def broken(self, request: Request, fault: Exception) -> Response:
        """A fault of ours: the log got it, the reader gets words."""
        return await self.refused(request, fault if isinstance(fault, Unwelcome) else HTTPException(_OURS))

    def _page(
        self, page: Page, view: View, request: Request, lang: str, query: Mapping[str, str], frame: bool,
        headers: dict[str, str],
    ) -> Response:  # fmt: skip
        around = self._around(request, lang, view.title)
        content = self.drawer.get_template(page.template).render(
            **around, view=view, page=page, asked=query, frame=frame, whole=_with(request.url.path, query),
            forms=offered(view, request.url.path, query, str(request.base_url).rstrip("/"), lang, page.remembered),
        )  # fmt: skip
        # What a reader sent in stays out of the frames of others, where a click may be led astray.
        if frame and page.remembered:
            may_be_framed(request.scope)
        return HTMLResponse(content, headers=headers)

    def _around(self, request: Request, lang: str, title: str) -> dict[str, Any]:
        other = "en" if lang == "nl" else "nl"
        bare = request.url.path.removeprefix("/en") or "/"
        theirs = bare if other == "nl" else f"/en{bare}".rstrip("/")
        query = _question(request)
        return {
            "site": self.site, "lang": lang, "words": words_of(lang), "title": title, "path": request.url.path,
            "other_lang": other, "other_address": _with(theirs, query), "home": "/" if lang == "nl" else "/en",
            "root": "" if lang == "nl" else "/en", "town": self._town(request),
            "menu_town": self._town(request) or self._shown(request),
            "file": lambda name: self.files.address("/static", name), "invented": self.site.invented, "version": self.site.results.version, "pages": PAGES,
        }  # fmt: skip

    def _town(self, request: Request) -> str:
        """The town that the reader chose before, or that the installation names; '' where neither is known here."""
        return self.site.town_of(request.cookies.get("stad", ""))

    def _shown(self, request: Request) -> str:
        """The town that a page is about or whose part it shows, by its address; '' where it is about none."""
        named, asked = request.path_params, request.query_params
        known = self.site.catalogue
        package = named.get("pakket") or asked.get("pakket", "").partition(",")[0]
        entry = (
            known.packages.get(package)
            or known.programmes.get(named.get("programma", ""))
            or known.agendas.get(named.get("agenda", ""))
        )
        told = (*(source.get(name) for source in (named, asked) for name in ("stad", "gebied")), entry and entry.town)
        codes = (f"GM{area[2:6]}" for area in told if area)
        return next((code for code in codes if code in self.site.results.names), "")

    def _remembered(self, request: Request, lang: str) -> Response | None:
        """To the town that was chosen before, or that the installation names; None to let the reader choose."""
        code = self._town(request)
        if not code:
            return None
        prefix = "" if lang == "nl" else "/en"
        return RedirectResponse(f"{prefix}/stad/{code}", status_code=302)

    def _file(self, view: View, form: str, part: str, asked: Asked, about: About, headers: dict[str, str]) -> Response:  # fmt: skip
        if view.older:
            view = replace(view, notes=(view.older.line, *view.notes))
        made = leave(view, form, about, part)
        name = file_name(view, asked, part, made.ending)
        headers = {**headers, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(made.content, media_type=made.media_type, headers=headers)

    def _about(self, request: Request, lang: str, query: Mapping[str, str]) -> About:
        address = str(request.base_url).rstrip("/") + _with(request.url.path, query)
        return About(address, lang, self.site.invented, self.site.results.version, words_of(lang))

    def _mark(self, request: Request, page: Page) -> str:
        """Equal while results, code, address and chosen town are, and what the page depends on beside these."""
        told = "|".join((
            self.site.results.version, self.code, str(request.url.path), str(request.url.query),
            request.cookies.get("stad", ""), page.also(self.site) if page.also else "",
        ))  # fmt: skip
        return f'W/"{hashlib.sha256(told.encode()).hexdigest()[:20]}"'


def _warmed(step: Callable[[], object]) -> None:
    """Read ahead. A damaged result costs the pages that show it, not the whole site: it is named in the log."""
    try:
        step()
    except ContractError as fault:
        log_damage(fault)


async def _choose(request: Request) -> Response:
    """Remember a town, and go there. Without a script too."""
    form = await request.form()
    site: Site = request.app.state.site
    code = site.area(str(form.get("stad", "")))
    prefix = "/en" if form.get("taal") == "en" else ""
    answer = RedirectResponse(f"{prefix}/stad/{code}", status_code=303)
    answer.set_cookie(
        "stad", code, max_age=_YEAR, httponly=True, samesite="lax", secure=request.url.scheme == "https"
    )  # fmt: skip
    return answer


def _theme(request: Request) -> Response:
    """The town's own colors, where the installation has a file of them."""
    site: Site = request.app.state.site
    name, root = site.settings.theme, site.workspace.root
    if not name or theme_problem(root, name):
        raise HTTPException(404)
    return answer_file(keep_file(root / name), request)


async def _alive() -> dict[str, str]:
    return {"status": "ok"}


async def _ready(request: Request) -> Response:
    ready = bool(request.app.state.site.results.version)
    return Response(
        "ok" if ready else "nog niets om te tonen", status_code=200 if ready else 503, media_type="text/plain"
    )


def _told(fault: Exception) -> tuple[int, str, tuple[str, ...], str | None]:
    if isinstance(fault, QuestionError):
        return 404, fault.where, fault.problems, fault.remedy
    if isinstance(fault, Unwelcome):
        return fault.status_code, fault.where, (fault.problem,), fault.remedy
    # What is wrong with our own files names places on this machine: that is for the log.
    return (fault.status_code if isinstance(fault, HTTPException) else _OURS), "", (), None


def _remembering(mark: str) -> dict[str, str]:
    """Headers of a page: kept by one browser for a minute, and another page with another chosen town."""
    return {"ETag": mark, "Cache-Control": f"private, {_REMEMBERED}", "Vary": "Cookie"}


def _code_of(site: Site) -> str:
    """Changes with our templates, texts and files, and with the settings: pages are not remembered beyond those."""
    known = (__version__, code_fingerprint(), site.settings, site.catalogue.fingerprint, site.catalogue.programmes)
    told = hashlib.sha256(repr(known).encode())
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.is_file() and path.suffix in {".html", ".toml", ".css", ".js", ".mjs"}:
            told.update(path.read_bytes())
    return told.hexdigest()[:16]


def _question(request: Request) -> dict[str, str]:
    """The question of an address; what was ticked several times is one list with commas."""
    asked = request.query_params
    return {name: ",".join(asked.getlist(name)) for name in asked}


def _with(path: str, query: Mapping[str, str]) -> str:
    # Lists stay readable: a comma and a colon may stand in a question as they are.
    question = urlencode(query, safe=",:")
    return f"{path}?{question}" if query else path
