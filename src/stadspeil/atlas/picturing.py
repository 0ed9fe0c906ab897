"""The map and the chart beside it as SVG: for a browser without WebGL, for paper, and for the downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import polars as pl

from stadspeil.atlas.outlines import Outlines
from stadspeil.atlas.painting import GREY, JUDGED, NONE, WITHIN, Key, Painting
from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, ticks
from stadspeil.report.drawing.paint import (
    ACCENT,
    BAD_EDGE,
    FONT,
    INK,
    RULE,
    SMALL,
    SOFT,
    TINY,
    WIDE,
    diamond,
    hatch,
    line,
    rect,
    sheet,
    text,
    width_of,
    wrapped,
)

_EDGE, _CHOSEN = "#5b6672", "#e0a100"
_BARS, _HIGH = 40, 140.0
# The charts stand in a column beside the map; what they say must be read there.
_BROAD = 440.0
# Codes that are hatched too, so that gray print tells unfavourable from favourable.
_BAD = {"0": "bad2", "1": "bad1"}


@dataclass(frozen=True)
class Caption:
    """What stands around a drawn map."""

    title: str
    note: str


def map_svg(outlines: Outlines, painting: Painting, legend: Sequence[Key], caption: Caption, chosen: str = "") -> str:
    """The map of a painting, its legend below it."""
    fills = {key.code: _fill(key, painting.scale) for key in legend}
    codes = dict(painting.table.select("area", "code").iter_rows())
    by_code: dict[str, list[str]] = {}
    marked = ""
    for area, path in outlines.paths:
        by_code.setdefault(codes.get(area, NONE), []).append(path)
        if area == chosen:
            marked = path
    width = {"gemeente": 0.4, "wijk": 0.2, "buurt": 0.1}[outlines.level] * (3 if len(outlines.paths) < 600 else 1)
    head = 14.0 * len(wrapped(caption.title, WIDE, 12)) + 6
    drawn = "".join(
        f'<path class="code-{code}" fill="{fills.get(code, GREY)}" d="{"".join(paths)}"/>'
        for code, paths in sorted(by_code.items())
    )
    edge = f'stroke="{_EDGE}" stroke-width="{min(width, 0.6):g}" stroke-linejoin="round"'
    body = [
        "".join(text(0, 7 + 14 * number, each, size=12, weight=600)
                for number, each in enumerate(wrapped(caption.title, WIDE, 12))),
        f'<g transform="translate(0 {head:g})" {edge}>{drawn}',
        f'<path d="{marked}" fill="none" stroke="{_CHOSEN}" stroke-width="2.5"/>' if marked else "", "</g>",
    ]  # fmt: skip
    below = head + outlines.high + 16
    drawn_legend, foot = _legend(legend, fills, below)
    body.append(drawn_legend)
    body.append("".join(text(0, foot + 12 * number, each, size=TINY, color=SOFT)
                        for number, each in enumerate(wrapped(caption.note, WIDE, TINY))))  # fmt: skip
    return sheet(foot + 30, "".join(body), _patterns(legend, painting.scale))


def spread_svg(painting: Painting, shown: pl.DataFrame, words: Callable[..., str], chosen: str, decimals: int) -> str:
    """How the areas lie along the scale: a bar per step, parted by colour; the chosen area marked. '' without values.

    The island moves the mark by the scale that stands in the attributes of the drawing.
    """
    known = shown.filter(pl.col("value").is_not_null())
    if known.height < 3:
        return ""
    values = known["value"].to_numpy()
    low, high = _trimmed(values)
    scale = Scale(low, high, 8, _BROAD - 8)
    at = np.clip(((values - low) / (high - low) * _BARS).astype(int), 0, _BARS - 1)
    order = list(painting.colors)
    counts = {code: np.bincount(at[(known["code"] == code).to_numpy()], minlength=_BARS) for code in order}
    tallest = max(int(sum(counts.values()).max()), 1)  # type: ignore[union-attr]
    floor, step = _HIGH - 24, (_BROAD - 16) / _BARS
    parts, tops = [], np.full(_BARS, floor)
    for code in order:
        size = counts[code] / tallest * (floor - 26)
        for number in np.flatnonzero(counts[code]):
            tops[number] -= size[number]
            parts.append(rect(8 + number * step + 0.5, tops[number], step - 1, size[number], fill=painting.colors[code],
                              edge=SOFT, width=0.4))  # fmt: skip
    parts.append(line((8, floor), (_BROAD - 8, floor), color=INK, width=0.8))
    told = ticks(low, high, 6)
    places = max(decimals_of(told[1] - told[0]) if len(told) > 1 else decimals, 0)
    parts += [text(scale(each), floor + 11, _number(words, each, places), size=SMALL, anchor="middle") for each in told]
    own = dict(known.select("area", "value").iter_rows()).get(chosen)
    parts.append(_mark(scale.held(own) if own is not None else None, floor))
    made = _small(_HIGH, "".join(parts))
    data = f'class="spread" data-low="{low!r}" data-high="{high!r}" data-left="8" data-right="{_BROAD - 8:g}" '
    return made.replace("<svg ", f"<svg {data}", 1)


def trend_svg(points: Sequence[tuple[int, float, float | None]], words: Callable[..., str]) -> str:
    """One area through the years, with its margin as a band; '' with one year."""
    if len(points) < 2:
        return ""
    ends = [value + side * (margin or 0) for _, value, margin in points for side in (-1, 1)]
    low, high = bounds(ends, 3 * max((margin or 0.0) for _, _, margin in points))
    across = Scale(points[0][0], points[-1][0], 52, _BROAD - 24)
    up = Scale(low, high, 130, 10)
    told = ticks(low, high, 4)
    places = decimals_of(told[1] - told[0]) if len(told) > 1 else 1
    parts = [line((44, up(each)), (_BROAD - 16, up(each)), color=RULE) for each in told]
    parts += [text(40, up(each), _number(words, each, places), size=SMALL, anchor="end") for each in told]
    band = [(across(year), value, margin) for year, value, margin in points if margin is not None]
    if len(band) > 1:
        upper = [f"{x:.1f},{up(value + margin):.1f}" for x, value, margin in band]
        lower = [f"{x:.1f},{up(value - margin):.1f}" for x, value, margin in reversed(band)]
        parts.append(f'<polygon points="{" ".join(upper + lower)}" fill="{ACCENT}" fill-opacity="0.16"/>')
    way = " ".join(f"{across(year):.1f},{up(value):.1f}" for year, value, _ in points)
    parts.append(f'<polyline points="{way}" fill="none" stroke="{ACCENT}" stroke-width="2"/>')
    last = -99.0
    for year, value, _ in points:
        x = across(year)
        parts.append(f'<circle cx="{x:.1f}" cy="{up(value):.1f}" r="2.6" fill="{ACCENT}"/>')
        if x - last > 32:
            parts.append(text(x, 142, str(year), size=SMALL, anchor="middle"))
            last = x
    return _small(150, "".join(parts))


def _small(high: float, body: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_BROAD:.0f} {high:.0f}" font-family="{FONT}">{body}</svg>'


def _trimmed(values: np.ndarray) -> tuple[float, float]:
    """Bounds of the scale: a few far away are put at its ends, so that the others can be told apart."""
    low, middle, high = (float(each) for each in np.quantile(values, [0.005, 0.5, 0.995]))
    reach = 1.5 * max(high - middle, middle - low, 1e-9)
    return max(float(values.min()), middle - reach), min(float(values.max()), middle + reach) + 1e-9


def _mark(x: float | None, floor: float) -> str:
    """The mark of the chosen area; hidden until there is one."""
    hidden = ' visibility="hidden"' if x is None else ""
    shown = line((0, 14), (0, floor), color=INK, width=1.4) + diamond(0, 12, 7, fill=_CHOSEN, edge=INK)
    return f'<g class="chosen-mark" transform="translate({x or 0:.1f} 0)"{hidden}>{shown}</g>'


def _legend(legend: Sequence[Key], fills: Mapping[str, str], top: float) -> tuple[str, float]:
    parts, x, y = [], 0.0, top
    for key in legend:
        said = f"{key.words} ({key.count})"
        wide = width_of(said, TINY) + 36
        if x and x + wide > WIDE:
            x, y = 0.0, y + 15
        parts.append(rect(x, y - 5, 16, 10, fill=fills[key.code], edge=SOFT))
        parts.append(text(x + 21, y, said, size=TINY))
        x += wide
    return "".join(parts), y + 18


def _fill(key: Key, scale: str) -> str:
    if key.code == WITHIN:
        return "url(#within)"
    if key.code == NONE:
        return "url(#none)"
    return f"url(#{_BAD[key.code]})" if scale.endswith("judged") and key.code in _BAD else escape(key.color)


def _patterns(legend: Sequence[Key], scale: str) -> str:
    made = hatch("within", ink="#b9c1ca", gap=5) + hatch("none", back=GREY, ink="#b4b4ae", gap=4)
    if scale.endswith("judged"):
        made += hatch("bad1", back=JUDGED[1], ink=BAD_EDGE, rising=True, gap=4)
        made += hatch("bad2", back=JUDGED[0], ink=JUDGED[1], rising=True, gap=4)
    return made


def _number(words: Callable[..., str], value: float, decimals: int) -> str:
    return str(words.number(value, decimals))  # type: ignore[attr-defined]
