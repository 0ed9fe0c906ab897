"""The report of a town as files: those that the command wrote, or made now, one at a time."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response

from stadspeil.atlas.site import Site
from stadspeil.errors import QuestionError

_NAME = re.compile(
    r"(?:rapport-(GM\d{4})-(nl|en)\.(?:pdf|xlsx|pptx)|brief-(GM\d{4})-(nl|en)\.pdf|buurtblad-(BU\d{8})-(nl|en)\.pdf)"
)
_TYPES = {
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
_SECONDS_TO_WAIT = 60
_one_at_a_time = threading.Lock()


def reports_of(site: Site, code: str, lang: str) -> list[dict[str, Any]]:
    """The files that an area may have: their kind, name, and whether they are there already."""
    if code.startswith("GM"):
        names = [*((f"rapport-{code}-{lang}.{ending}", ending) for ending in ("pdf", "xlsx", "pptx")),
                 (f"brief-{code}-{lang}.pdf", "brief")]  # fmt: skip
    elif code.startswith("BU"):
        names = [(f"buurtblad-{code}-{lang}.pdf", "sheet")]
    else:
        names = []
    return [{"name": name, "kind": kind, "made": _is_fresh(site, site.workspace.out / name)} for name, kind in names]


def report_file(request: Request) -> Response:
    """A file of a report. Of a name that is none of ours nothing is looked for on disk.

    Runs in a thread of its own: making a report takes seconds, and other pages go on.
    """
    site, name = request.app.state.site, str(request.path_params["naam"])
    found = _NAME.fullmatch(name)
    if found is None:
        raise QuestionError(f"bestand '{name}'", "dat is geen bestand van een rapport", "ga naar 'Waar staan we?'")
    town, lang, brief, brief_lang, buurt, buurt_lang = found.groups()
    path = site.workspace.out / name
    if not _is_fresh(site, path):
        code = site.area(town or brief or buurt)
        if not _one_at_a_time.acquire(timeout=_SECONDS_TO_WAIT):
            return Response("", status_code=503, headers={"Retry-After": "30"})
        try:
            if not _is_fresh(site, path):
                _writer("rapport" if town else "brief" if brief else "buurtblad")(
                    site.workspace, site.catalogue, code, lang or brief_lang or buurt_lang
                )
        finally:
            _one_at_a_time.release()
    return FileResponse(path, media_type=_TYPES[path.suffix], filename=name, headers={"Cache-Control": "no-cache"})


def _is_fresh(site: Site, path: Path) -> bool:
    """Whether the file is there, and was made after the results that it tells of."""
    if not path.is_file():
        return False
    made = path.stat().st_mtime
    return all(not each.is_file() or each.stat().st_mtime <= made for each in (
        site.workspace.out / "run.json", site.workspace.out / "analyses" / "run.json",
    ))  # fmt: skip


def _writer(kind: str) -> Callable[..., list[Path]]:
    # Imported here: drawing a PDF brings libraries that no page needs.
    from stadspeil.report import publication

    return {"rapport": publication.write_report, "brief": publication.write_brief,
            "buurtblad": publication.write_buurt_sheet}[kind]  # fmt: skip
