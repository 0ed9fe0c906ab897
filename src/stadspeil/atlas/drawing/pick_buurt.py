"""A map of the buurten of a town to choose from: each is a link, numbered as in the list below it."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import shapely

from stadspeil.report.drawing.ground import Frame, Ground, wijk_of
from stadspeil.report.drawing.paint import FAINT, INK, SOFT, WIDE, sheet, text

_HIGH = 460.0
_PICKED = ' class="picked" aria-current="true"'


def pick_svg(
    ground: Ground, names: Mapping[str, str], addresses: Mapping[str, str], chosen: frozenset[str] = frozenset()
) -> str:
    """The map. `addresses` are where a click on a buurt leads; those that are chosen stand out."""
    frame = Frame(0, 4, WIDE, _HIGH, ground.bounds)
    parts = []
    for number, (code, shape) in enumerate(ground.shapes.items(), start=1):
        if code not in addresses:
            continue
        middle = shapely.point_on_surface(shape)
        x, y = frame.place(middle.x, middle.y)
        parts.append(
            f'<a href="{escape(addresses[code])}" data-buurt="{escape(code)}"{_PICKED if code in chosen else ""}><title>{escape(names.get(code, code))}</title>'
            f'<path d="{frame.path(shape)}" fill="{FAINT}" stroke="{SOFT}" stroke-width="0.6"/>'
            + text(x, y, str(number), size=9, anchor="middle") + "</a>"
        )  # fmt: skip
    joined = "".join(frame.path(shape) for shape in ground.outlines(wijk_of(ground.shapes)).values())
    parts.append(f'<path d="{joined}" fill="none" stroke="{INK}" stroke-width="1.1" pointer-events="none"/>')
    return sheet(_HIGH + 8, "".join(parts))
