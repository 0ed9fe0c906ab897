"""A picture that stands on its own: with the page's title above it, and below it what to mind and where it is from."""

from __future__ import annotations

import re
from html import escape

from stadspeil.atlas.leaving.about import About, Leaving, picture_of
from stadspeil.atlas.views import Picture, View
from stadspeil.report.drawing.paint import FAINT, FONT, INK, SOFT, TINY, WIDE, block, rect, text, wrapped
from stadspeil.report.pdf import svg_png

_OUTER = re.compile(r"<svg\b[^>]*>")
_BOX = re.compile(r'viewBox\s*=\s*"([^"]+)"')
_EDGE, _TITLE, _CAPTION = 14.0, 17.0, 11.0
_NOTICE = "#ffe08a"
_PPI = 254.0


def as_svg(view: View, about: About, part: str = "") -> Leaving:
    """A picture that may be scaled.

    Raises:  QuestionError for a picture that the view does not have.
    """
    return Leaving("svg", "image/svg+xml", standalone(view, picture_of(view, part), about).encode())


def as_png(view: View, about: About, part: str = "") -> Leaving:
    """A picture for a text or a message, 1,700 points wide. Raises as as_svg."""
    return Leaving("png", "image/png", svg_png(standalone(view, picture_of(view, part), about), _PPI))


def standalone(view: View, picture: Picture, about: About) -> str:
    """The drawing between its title and its sources, with both as text for who cannot see it."""
    inside = WIDE - 2 * _EDGE
    titles = wrapped(view.title, inside, _TITLE, most=3)
    captions = wrapped(picture.caption, inside, _CAPTION, most=3) if picture.caption != view.title else []
    wide, high = size_of(picture.svg)
    scale = inside / wide
    parts, y = [], _EDGE + 0.5 * _TITLE
    for lines, size, color, weight in ((titles, _TITLE, INK, 600), (captions, _CAPTION, SOFT, 400)):
        if lines:
            parts.append(block(_EDGE, y + (len(lines) - 1) * size * 0.55, lines, size=size, color=color, weight=weight))
            y += len(lines) * size * 1.1 + 5
    parts.append(_placed(picture.svg, _EDGE, y, inside, high * scale))
    y += high * scale + 14
    for told in _foot(view, about):
        lines = wrapped(told, inside, TINY, most=4)
        parts.append(block(_EDGE, y + (len(lines) - 1) * TINY * 0.55, lines, size=TINY, color=SOFT))
        y += len(lines) * TINY * 1.1 + 2
    if about.invented:
        parts.append(rect(0, y, WIDE, 20, fill=_NOTICE))
        parts.append(text(_EDGE, y + 10, about.words("page.invented"), weight=600))
        y += 20
    high = y + (0 if about.invented else _EDGE - 4)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE:.0f} {high:.0f}" width="{WIDE:.0f}" '
        f'height="{high:.0f}" role="img" aria-labelledby="titel uitleg" lang="{about.lang}" font-family="{FONT}">'
        f'<title id="titel">{escape(view.title)}</title><desc id="uitleg">{escape(picture.alt)}</desc>'
        f"{rect(0, 0, WIDE, high, fill='#ffffff')}{''.join(parts)}</svg>"
    )


def size_of(svg: str) -> tuple[float, float]:
    """Width and height of a drawing, by its view box."""
    outer = _OUTER.search(svg)
    found = _BOX.search(outer.group()) if outer else None
    numbers = [float(each) for each in re.split(r"[\s,]+", found.group(1).strip())] if found else []
    return (numbers[2], numbers[3]) if len(numbers) == 4 and min(numbers[2:]) > 0 else (WIDE, WIDE / 2)


def _placed(svg: str, x: float, y: float, wide: float, high: float) -> str:
    """The drawing inside another; its own size gives way."""
    outer = _OUTER.search(svg)
    if outer is None:
        return rect(x, y, wide, high, fill=FAINT)
    bare = re.sub(r'\s(?:x|y|width|height|role|aria-[a-z]+|class|id)\s*=\s*"[^"]*"', "", outer.group())
    placed = bare.replace("<svg", f'<svg x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}"', 1)
    return f"{placed}{svg[outer.end() :]}"


def _foot(view: View, about: About) -> list[str]:
    words = about.words
    told = [*view.notes[:2]]
    if view.sources:
        told.append(f"{words('leaving.source')}: {'; '.join(view.sources[:3])}")
    return [*told, f"{about.address} – {about.made}"]
