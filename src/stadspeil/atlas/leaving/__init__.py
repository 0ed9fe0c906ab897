"""A view leaves as a file: figures for a program, pages to print, slides with native charts, pictures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from stadspeil.atlas.leaving.about import About, Leaving, file_name
from stadspeil.atlas.leaving.documents import as_pdf
from stadspeil.atlas.leaving.pictures import as_png, as_svg
from stadspeil.atlas.leaving.sheets import as_csv, as_json, as_workbook
from stadspeil.atlas.leaving.slides import as_slides
from stadspeil.atlas.views import View
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError

__all__ = ["FORMS", "FRAME", "PART", "About", "Leaving", "Offer", "Way", "file_name", "leave", "offered"]

FORMS: dict[str, Callable[[View, About, str], Leaving]] = {
    "csv": as_csv, "xlsx": as_workbook, "pdf": as_pdf, "pptx": as_slides, "png": as_png, "svg": as_svg, "json": as_json,
}  # fmt: skip
FRAME = "frame"
# What of the view, in the address: a table, a picture.
PART = {"csv": "tabel", "json": "tabel", "png": "beeld", "svg": "beeld"}
_PICTURES = frozenset({"png", "svg"})
# Forms that take a processor for a while: so many at a time, so that pages keep answering.
_HEAVY = frozenset({"xlsx", "pdf", "pptx", "png"})
_ROOM = threading.BoundedSemaphore(2)


def leave(view: View, form: str, about: About, part: str = "") -> Leaving:
    """The view in a form; of one table or picture where `part` names it.

    Raises:  QuestionError for a form or part that there is not.
    """
    if form not in FORMS:
        raise QuestionError(f"vorm '{form}'", f"die is er niet; wel {', '.join(FORMS)}", "kies een van deze")
    if form not in _HEAVY:
        return FORMS[form](view, about, part)
    with _ROOM:
        return FORMS[form](view, about, part)


@dataclass(frozen=True)
class Way:
    """A link by which something leaves."""

    form: str
    label: str
    address: str


@dataclass(frozen=True)
class Offer:
    """All by which a view can leave: the view itself, its other tables and pictures, and a frame for another site if it may be in one."""

    ways: tuple[Way, ...]
    tables: tuple[tuple[str, tuple[Way, ...]], ...]
    pictures: tuple[tuple[str, tuple[Way, ...]], ...]
    frame: Way | None
    snippet: str


def offered(view: View, path: str, query: Mapping[str, str], origin: str, lang: str, framed: bool = True) -> Offer:
    """What a view has to offer: no picture of a page without pictures, no table of one without tables, no frame where none
    may hold it."""
    words = words_of(lang)
    asked = {name: told for name, told in query.items() if name not in ("als", *PART.values())}

    def way(form: str, part: str = "") -> Way:
        more = {PART[form]: part} if part else {}
        return Way(form, words(f"leaving.form.{form}"), f"{path}?{urlencode({**asked, 'als': form, **more})}")

    without = (_PICTURES if not view.pictures else frozenset()) | ({"csv"} if not view.tables else frozenset())
    frame = way(FRAME)
    # A frame is as wide as its room; its height a reader may change.
    snippet = (
        f'<iframe src="{escape(origin + frame.address)}" title="{escape(view.title)}" width="100%" height="640" '
        'loading="lazy"></iframe>'
    )
    return Offer(
        tuple(way(each) for each in FORMS if each not in without),
        tuple((each.caption, (way("csv", each.id),)) for each in view.tables) if len(view.tables) > 1 else (),
        tuple((each.caption, (way("png", each.id), way("svg", each.id))) for each in view.pictures)
        if len(view.pictures) > 1
        else (),
        frame if framed else None, snippet if framed else "",
    )  # fmt: skip
