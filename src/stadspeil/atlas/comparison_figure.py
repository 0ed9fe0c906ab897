"""The figure of the study, to be read with a mouse or keys: a row per subject, marks on the left, places on the right.

Every area has its own lane in each row, the same one left and right, with its margin and its range. One area is lit;
a script may light another, and everything it says then stands in the drawing already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, ticks
from stadspeil.report.drawing.content import Side
from stadspeil.report.drawing.paint import (
    BAD,
    GOOD,
    GROUP,
    INK,
    NARROW,
    REGION,
    SOFT,
    TINY,
    WIDE,
    block,
    diamond,
    disc,
    line,
    rect,
    sheet,
    text,
    width_of,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording

_TOP, _LANE, _MEANS, _AIR = 36.0, 7.0, 9.0, 7.0
_DIM = "#7a8592"
_FILLS: dict[Side, str] = {"favourable": GOOD, "unfavourable": BAD, "": "white"}


@dataclass(frozen=True)
class _Frame:
    """Where the parts of the figure stand; with `above` the title and the numbers of a row stand over what is drawn."""

    wide: float
    label: float
    left: float
    marks_end: float
    places: float
    places_end: float
    above: float = 0.0

    def titles(self, row: FigureRow) -> list[str]:
        """The title of a row on as many lines as it takes."""
        return wrapped(row.title, self.label - 8, 10.5, 3)


_DESK = _Frame(WIDE, 142.0, 180.0, 372.0, 396.0, 588.0)
_PHONE = _Frame(NARROW, NARROW, 0.0, 184.0, 198.0, NARROW, above=18.0)


@dataclass(frozen=True)
class Lane:
    """An area in a row: where it stands on the left, with half its margin, and its place with what is possible.

    `told` and `placed` are what stands at the ends of the row while the area is lit.
    """

    area: str
    name: str
    x: float | None
    margin: float | None
    rank: int | None
    ranked: int
    noise: tuple[int, int] | None
    choices: tuple[int, int] | None
    side: Side
    told: str
    placed: str
    tied: int = 1


@dataclass(frozen=True)
class FigureRow:
    """A row: its title, a lane per area, and the means beside them as (shape, name, position)."""

    title: str
    lanes: tuple[Lane, ...]
    means: tuple[tuple[str, str, float], ...]


@dataclass(frozen=True)
class Figure:
    """The whole figure. Without a scale of marks `low`, `high` and `middle` are None and the axis follows the values."""

    rows: tuple[FigureRow, ...]
    lit: str
    head: str
    marks: tuple[float, float, float] | None
    with_places: bool
    shapes: Mapping[str, str]
    order: tuple[str, ...]
    alone: bool = False


def figure_svg(figure: Figure, words: Wording, narrow: bool = False) -> str:
    """The figure with its own legend, so that it can leave the page as it is; narrow for a phone."""
    frame = _PHONE if narrow else _DESK
    scales = _scales(figure, frame)
    tops, top = [], _TOP
    for row in figure.rows:
        tops.append(top)
        top += _over(row, frame) + _height(row, figure)
    parts = [_heads(figure, scales, frame, top, words)]
    parts += [_row(row, place, figure, scales, frame) for row, place in zip(figure.rows, tops, strict=True)]
    parts.append(line((0, top), (frame.wide, top)))
    legend, high = _legend(figure, top + 14, words, frame.wide)
    return sheet(high, "".join(parts) + legend, wide=frame.wide)


def figure_alt(figure: Figure, words: Wording) -> str:
    """Every row of the lit area in words; the others stand in the table."""
    rows = [
        words("compare.alt_row", title=f"{lane.name}, {row.title}" if not figure.alone else lane.name,
              mark=lane.told, place=lane.placed or words("compare.no_place"))
        for row in figure.rows for lane in row.lanes if figure.alone or lane.area == figure.lit
    ]  # fmt: skip
    return words("compare.alt", rows=" ".join(rows))


def _scales(figure: Figure, frame: _Frame) -> tuple[Scale, Scale]:
    end = frame.marks_end if figure.with_places else frame.places_end
    if figure.marks is not None:
        low, high, _ = figure.marks
    else:
        reach = [each for row in figure.rows for lane in row.lanes if lane.x is not None
                 for each in (lane.x - (lane.margin or 0), lane.x + (lane.margin or 0))]  # fmt: skip
        low, high = bounds([*reach, *(x for row in figure.rows for *_, x in row.means)])
    last = max((lane.ranked for row in figure.rows for lane in row.lanes), default=1)
    return Scale(low, high, frame.left + 8, end - 8), Scale(1, max(last, 2), frame.places + 6, frame.places_end - 6)


def _over(row: FigureRow, frame: _Frame) -> float:
    """How high the words above a row are."""
    return 13.0 * len(frame.titles(row)) + frame.above if frame.above else 0.0


def _height(row: FigureRow, figure: Figure) -> float:
    lanes = (11.0 if figure.alone else _LANE) * len(row.lanes)
    return max(lanes + (_MEANS if row.means and not figure.alone else 0) + _AIR, 19.0)


def _heads(figure: Figure, scales: tuple[Scale, Scale], frame: _Frame, foot: float, words: Wording) -> str:
    marks, places = scales
    last = round(places.high)
    parts = [text((marks.start + marks.end) / 2, 8, figure.head, size=TINY, color=SOFT, weight=600, anchor="middle")]
    found = ticks(marks.low, marks.high, 8 if figure.marks else 6)
    digits = decimals_of(found[1] - found[0]) if len(found) > 1 else 1
    for tick in found:
        parts.append(line((marks(tick), _TOP), (marks(tick), foot), color="#e3e7eb"))
        parts.append(text(marks(tick), _TOP - 8, words.number(tick, digits), size=TINY, color=SOFT, anchor="middle"))
    if figure.marks is not None:
        middle = marks(figure.marks[2])
        parts.append(line((middle, _TOP), (middle, foot), color=SOFT, width=0.9, dash="3 3", kind="middle"))
    if not figure.with_places:
        return "".join(parts)
    parts.append(text(places.start, 8, words("drawing.most_favourable"), size=TINY, color=SOFT))
    parts.append(text(places.end, 8, words("drawing.least_favourable"), size=TINY, color=SOFT, anchor="end"))
    for tick in (1, *[each for each in ticks(1, last, 5) if 0.1 * last < each < 0.9 * last], last):
        parts.append(line((places(tick), _TOP), (places(tick), foot), color="#e3e7eb"))
        parts.append(text(places(tick), _TOP - 8, f"{tick:.0f}", size=TINY, color=SOFT, anchor="middle"))
    middle = places((1 + last) / 2)
    parts.append(line((middle, _TOP), (middle, foot), color=SOFT, width=0.9, dash="3 3", kind="middle"))
    if not frame.above:
        parts.append(text(WIDE, 8, words("compare.place_head"), size=TINY, color=SOFT, weight=600, anchor="end"))
    return "".join(parts)


def _row(row: FigureRow, top: float, figure: Figure, scales: tuple[Scale, Scale], frame: _Frame) -> str:
    high, over = _height(row, figure), _over(row, frame)
    height = top + over + high / 2
    lit = next((each for each in row.lanes if figure.alone or each.area == figure.lit), None)
    titles = frame.titles(row)
    parts = [line((0, top), (frame.wide, top))]
    if over:
        # No line of the scales runs through words.
        parts.append(rect(0, top + 1, frame.wide, over - 3, fill="white"))
    parts.append(block(0, top + 5 + 6 * len(titles) if over else height, titles, size=10.5))
    first = top + over + _AIR / 2 + (_MEANS if row.means and not figure.alone else 0)
    step = 11.0 if figure.alone else _LANE
    if figure.alone:
        first = height - step / 2
    lanes = [_lane(lane, first + step * (number + 0.5), step, figure, scales, frame)
             for number, lane in enumerate(row.lanes)]  # fmt: skip
    # The lit area last, so that it lies on top.
    order = sorted(range(len(lanes)), key=lambda each: row.lanes[each].area == figure.lit)
    parts += [lanes[each] for each in order]
    for shape, name, x in row.means:
        parts.append(shape_svg(shape, scales[0].held(x), top + over + _AIR / 2 + _MEANS / 2, name))
    said = height if not over else top + over - frame.above / 2
    parts.append(
        _readable(frame.left - 6 if not over else 0, said, lit.told if lit is not None else "", "told", not over)
    )
    if figure.with_places:
        parts.append(_readable(frame.wide, said, lit.placed if lit is not None else "", "placed"))
    return f'<g class="subject">{"".join(parts)}</g>'


def _readable(x: float, height: float, said: str, kind: str, ends: bool = True) -> str:
    """Text that changes with the area that is lit."""
    made = text(x, height, said, size=10.5, anchor="end" if ends else "start", weight=600)
    return made.replace("<text", f'<text class="{kind}"', 1)


def _lane(lane: Lane, y: float, step: float, figure: Figure, scales: tuple[Scale, Scale], frame: _Frame) -> str:
    marks, places = scales
    lit = lane.area == figure.lit
    color = INK if lit else _DIM
    parts = [rect(frame.left, y - step / 2, frame.wide - frame.left, step, fill="transparent", kind="catch")]
    if lane.x is not None:
        if lane.margin is not None:
            ends = marks.held(lane.x - lane.margin), marks.held(lane.x + lane.margin)
            parts.append(line((ends[0], y), (ends[1], y), color=color, width=1.6, kind="whisker"))
        x = marks.held(lane.x)
        mark = diamond(x, y, 4.6, fill=INK, edge="white", kind="dot") if lit else disc(x, y, 2.6, fill=_DIM, kind="dot")
        parts.append(mark)
    if figure.with_places and lane.rank is not None:
        parts += _placed(lane, y, lit, places)
    title = f"<title>{escape(f'{lane.name}: {lane.told}; {lane.placed}'.rstrip('; '))}</title>"
    return (
        f'<g class="area{" lit" if lit else ""}" data-area="{lane.area}" data-told="{escape(lane.told)}" '
        f'data-placed="{escape(lane.placed)}">{title}{"".join(parts)}</g>'
    )


def _placed(lane: Lane, y: float, lit: bool, places: Scale) -> list[str]:
    """Thick for noise, thin with ends for other choices, the place on top in the color of its sure side."""
    parts, color = [], INK if lit else _DIM
    if lane.noise is not None:
        low, high = (places(each) for each in lane.noise)
        parts.append(line((low - 0.8, y), (high + 0.8, y), color=SOFT if lit else "#b9c0c8", width=3.6, kind="noise"))
    if lane.choices is not None:
        low, high = (places(each) for each in lane.choices)
        parts.append(line((low, y), (high, y), color=color, width=1.1, kind="choices"))
        parts += [line((end, y - 2.2), (end, y + 2.2), color=color, width=1.1, kind="choices") for end in (low, high)]
    kind = f"place {lane.side}".strip()
    size = 3.6 if lit else 2.4
    made = disc(places(lane.rank or 1), y, size, fill=_FILLS[lane.side], edge=color, kind=kind)
    return [*parts, made.replace('stroke-width="1.2"', 'stroke-width="0.9"')]


def shape_svg(shape: str, x: float, y: float, name: str = "") -> str:
    """The sign of a mean: one shape per group, a bar for the region, a cross for an own set."""
    shapes = {
        "disc": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="{GROUP}" stroke="white" stroke-width="0.8"/>',
        "ring": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.8" fill="white" stroke="{GROUP}" stroke-width="1.5"/>',
        "triangle": f'<path d="M{x:.1f} {y - 3.6:.1f} l3.6 6.4 h-7.2 Z" fill="#b0468f" stroke="white" stroke-width="0.6"/>',
        "square": f'<rect x="{x - 2.7:.1f}" y="{y - 2.7:.1f}" width="5.4" height="5.4" fill="white" stroke="{REGION}" stroke-width="1.5"/>',
        "hexagon": f'<path d="M{x - 3.5:.1f} {y:.1f} l1.75 -3 h3.5 l1.75 3 l-1.75 3 h-3.5 Z" fill="#8a6d00" stroke="white" stroke-width="0.6"/>',
        "bar": f'<rect x="{x - 1.3:.1f}" y="{y - 4.2:.1f}" width="2.6" height="8.4" fill="{REGION}" stroke="white" stroke-width="0.6"/>',
        "cross": f'<path d="M{x - 3:.1f} {y - 3:.1f} l6 6 m0 -6 l-6 6" stroke="{INK}" stroke-width="1.7" fill="none"/>',
        "dash": f'<line x1="{x:.1f}" y1="{y - 4.2:.1f}" x2="{x:.1f}" y2="{y + 4.2:.1f}" stroke="{SOFT}" stroke-width="1.2" stroke-dasharray="2 1.5"/>',
    }  # fmt: skip
    title = f"<title>{escape(name)}</title>" if name else ""
    return f'<g class="mean">{title}{shapes[shape]}</g>'


def _legend(figure: Figure, y: float, words: Wording, across: float) -> tuple[str, float]:
    """What shapes and colors mean, on as many lines as it takes; and where it ends."""
    lit = next((lane.name for row in figure.rows for lane in row.lanes if lane.area == figure.lit), "")
    signs = [(diamond(6, 0, 5), lit), (disc(6, 0, 3, fill=_DIM), words("compare.others"))]
    signs += [(shape_svg(shape, 6, 0), name) for name, shape in figure.shapes.items()]
    lanes = [lane for row in figure.rows for lane in row.lanes]
    if any(each.margin is not None for each in lanes):
        signs.append((line((0, 0), (14, 0), color=INK, width=1.6), words("legend.margin")))
    if figure.with_places:
        for side, said in (("favourable", "sure_good"), ("unfavourable", "sure_bad"), ("", "unsure")):
            signs.append((disc(6, 0, 3.6, fill=_FILLS[side], edge=INK), words(f"drawing.{said}")))  # type: ignore[index]
        for kind, width, color in (("noise", 3.6, SOFT), ("choices", 1.1, INK)):
            if any(getattr(each, kind) is not None for each in lanes):
                signs.append((line((0, 0), (14, 0), color=color, width=width), words(f"drawing.{kind}")))
    parts, x = [], 0.0
    for sign, said in signs:
        # A browser without our letter draws a wider one.
        wide = 1.12 * width_of(said, TINY) + 38
        if x and x + wide - 18 > across:
            x, y = 0.0, y + 15
        parts.append(f'<g transform="translate({x:.1f} {y:.1f})">{sign}{text(20, 0, said, size=TINY)}</g>')
        x += wide
    if len(figure.order) > 1 and not figure.alone:
        for said in _lines(words("compare.lanes", areas=", ".join(figure.order)), across):
            y += 15
            parts.append(text(0, y, said, size=TINY, color=SOFT))
    return "".join(parts), y + 12


def _lines(said: str, wide: float) -> Sequence[str]:
    """A text on as many lines as it takes."""
    return wrapped(said, 0.85 * wide, TINY, most=12)
