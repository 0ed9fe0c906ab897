"""Places with their ranges: a dot on the axis from 1 to the last place, thick for noise, thin for other choices."""

from __future__ import annotations

from stadspeil.report.drawing.axes import Scale, ticks
from stadspeil.report.drawing.content import PlacePanels, PlaceRow, Places, Side
from stadspeil.report.drawing.paint import (
    BAD,
    GOOD,
    INK,
    RULE,
    SOFT,
    TINY,
    WIDE,
    block,
    disc,
    line,
    sheet,
    text,
    width_of,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording

_ROW, _LABEL, _RIGHT = 23.0, 205.0, 590.0
_SMALL_ROW, _PANEL, _GAP = 13.5, 325.0, 30.0
MOST_PANELS = 12
_FILLS: dict[Side, str] = {"favourable": GOOD, "unfavourable": BAD, "": "white"}


def places_svg(content: Places, words: Wording) -> str:
    """One town: a row per subject."""
    last = max(row.ranked for row in content.rows)
    axis = Scale(1, last, _LABEL + 10, _RIGHT - 12)
    top = 34.0
    foot = top + _ROW * len(content.rows)
    parts = [_axis(axis, last, top, foot, words)]
    for number, row in enumerate(content.rows):
        height = top + _ROW * (number + 0.5)
        parts.append(line((0, top + _ROW * number), (WIDE, top + _ROW * number)))
        parts.append(block(0, height, wrapped(row.title, _LABEL - 8)))
        parts.append(_marks(row, axis, height, 4.4))
        parts.append(text(_RIGHT, height, words("place.single", rank=row.rank, ranked=row.ranked)))
    parts.append(line((0, foot), (WIDE, foot)))
    parts.append(_legend(foot + 14, words))
    return sheet(foot + 40, "".join(parts))


def panels_svg(content: PlacePanels, words: Wording) -> str:
    """Several towns: a panel per subject, two beside each other, a row per town."""
    last = max(row.ranked for _, places in content.panels for row in places.rows)
    rows = max(len(places.rows) for _, places in content.panels)
    high = 22 + rows * _SMALL_ROW + 20
    parts = []
    for number, (title, places) in enumerate(content.panels):
        left, top = (number % 2) * (_PANEL + _GAP), (number // 2) * high
        parts.append(_panel(title, places, left, top, last))
    foot = -(-len(content.panels) // 2) * high
    parts.append(_legend(foot + 8, words))
    return sheet(foot + 34, "".join(parts))


def places_alt(content: Places, words: Wording) -> str:
    """Every place with its ranges in words."""
    return words("drawing.places_alt", rows=" ".join(_told(row, words) for row in content.rows))


def panels_alt(content: PlacePanels, words: Wording) -> str:
    """Every place of every town in words."""
    told = [f"{title}: {' '.join(_told(row, words) for row in places.rows)}" for title, places in content.panels]
    return words("drawing.places_alt", rows=" ".join(told))


def _panel(title: str, places: Places, left: float, top: float, last: int) -> str:
    axis = Scale(1, last, left + 104, left + _PANEL - 32)
    foot = top + 22 + _SMALL_ROW * len(places.rows)
    parts = [text(left, top + 10, wrapped(title, _PANEL, most=1)[0], weight=600)]
    for tick in (1, *[each for each in ticks(1, last, 5) if 0.1 * last < each < 0.9 * last], last):
        parts.append(line((axis(tick), top + 20), (axis(tick), foot)))
        parts.append(text(axis(tick), foot + 6, f"{tick:.0f}", size=TINY, color=SOFT, anchor="middle"))
    parts.append(
        line((axis((1 + last) / 2), top + 20), (axis((1 + last) / 2), foot), color=SOFT, dash="3 3", width=0.9)
    )
    for number, row in enumerate(places.rows):
        height = top + 22 + _SMALL_ROW * (number + 0.5)
        parts.append(text(left, height, wrapped(row.title, 96, TINY, most=1)[0], size=TINY))
        parts.append(_marks(row, axis, height, 3.4))
        parts.append(text(left + _PANEL, height, str(row.rank), size=10, anchor="end"))
    return "".join(parts)


def _axis(axis: Scale, last: int, top: float, foot: float, words: Wording) -> str:
    parts = []
    for tick in (1, *[each for each in ticks(1, last, 7) if 0.05 * last < each < 0.95 * last], last):
        parts.append(line((axis(tick), top), (axis(tick), foot)))
        parts.append(text(axis(tick), top - 8, f"{tick:.0f}", size=TINY, color=SOFT, anchor="middle"))
    middle = axis((1 + last) / 2)
    parts.append(line((middle, top), (middle, foot), color=SOFT, dash="3 3", width=0.9))
    parts.append(text(axis(1), 8, words("drawing.most_favourable"), size=TINY, color=SOFT))
    parts.append(text(axis(last), 8, words("drawing.least_favourable"), size=TINY, color=SOFT, anchor="end"))
    return "".join(parts)


def _marks(row: PlaceRow, axis: Scale, height: float, radius: float) -> str:
    """Thin with ends for other choices, thick for noise, and the place on top."""
    parts = [line((axis(1), height), (axis(row.ranked), height), color=RULE, width=0.6, kind="field")]
    if row.noise is not None:
        low, high = (axis(each) for each in row.noise)
        # A range of one place is still a mark that can be seen.
        parts.append(line((low - 0.8, height), (high + 0.8, height), color=SOFT, width=1.35 * radius, kind="noise"))
    if row.choices is not None:
        low, high = (axis(each) for each in row.choices)
        parts.append(line((low, height), (high, height), color=INK, width=1.3, kind="choices"))
        parts += [line((end, height - 3), (end, height + 3), color=INK, width=1.3) for end in (low, high)]
    kind = f"place {row.side}".strip()
    parts.append(disc(axis(row.rank), height, radius, fill=_FILLS[row.side], edge=INK, kind=kind))
    return "".join(parts)


def _legend(y: float, words: Wording) -> str:
    """What dots and lines mean, on two lines."""
    parts, x = [], 6.0
    for side, name in (("favourable", "sure_good"), ("unfavourable", "sure_bad"), ("", "unsure")):
        parts.append(disc(x, y, 4, fill=_FILLS[side], edge=INK))  # type: ignore[index]
        said = words(f"drawing.{name}")
        parts.append(text(x + 9, y, said, size=TINY))
        x += width_of(said, TINY) + 34
    x = 0.0
    for width, color, name in ((5.5, SOFT, "noise"), (1.3, INK, "choices")):
        parts.append(line((x, y + 15), (x + 18, y + 15), color=color, width=width))
        said = words(f"drawing.{name}")
        parts.append(text(x + 24, y + 15, said, size=TINY))
        x += width_of(said, TINY) + 50
    return "".join(parts)


def _told(row: PlaceRow, words: Wording) -> str:
    told = f"{row.title}: {words('place.single', rank=row.rank, ranked=row.ranked)}"
    if row.noise is not None:
        told += f"; {words('drawing.noise_told', low=row.noise[0], high=row.noise[1])}"
    if row.choices is not None:
        told += f"; {words('drawing.choices_told', low=row.choices[0], high=row.choices[1])}"
    if row.noise is None and row.choices is None:
        told += f"; {words('drawing.no_range')}"
    return f"{told}."
