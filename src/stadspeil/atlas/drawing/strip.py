"""Every buurt as a dot: a lane per wijk for a gemeente, a row per buurt with its interval for a wijk."""

from __future__ import annotations

from html import escape

from stadspeil.atlas.profiles.inside import Buurt, Spread, Wijk
from stadspeil.report.drawing.axes import Scale, bounds, decimals_of, ticks
from stadspeil.report.drawing.content import Side
from stadspeil.report.drawing.paint import (
    ACCENT,
    BAD,
    GOOD,
    INK,
    NARROW,
    RULE,
    SOFT,
    TINY,
    WIDE,
    diamond,
    disc,
    line,
    polygon,
    sheet,
    text,
    width_of,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording, join_unit

_LABEL, _LEFT, _RIGHT, _TOP = 176.0, 190.0, 668.0, 28.0
# On a phone the name of a row stands above its dots.
_ABOVE, _ON_PHONE = 15.0, (8.0, NARROW - 10.0)
_LANE, _ROW, _DOT = 24.0, 18.0, 4.2
_GREY, _INTERVAL = "#c4c4bf", "#9fb0c0"


def strip_svg(spread: Spread, words: Wording, marked: str = "", narrow: bool = False) -> str:
    """The spread of one figure; the buurt that is `marked` has its name in bold."""
    lanes = len(spread.wijken) > 1
    axis = Scale(*_bounds(spread), *(_ON_PHONE if narrow else (_LEFT, _RIGHT)))
    wide, above = (NARROW, _ABOVE) if narrow else (WIDE, 0.0)
    rows: list[Wijk | Buurt] = [each for wijk in spread.wijken for each in wijk.buurten]
    if lanes:
        rows = list(spread.wijken)
    high = (_LANE if lanes else _ROW) + above
    foot = _TOP + high * len(rows)
    parts = [_grid(axis, foot, spread, words, narrow)]
    for number, row in enumerate(rows):
        top = _TOP + high * number
        y = top + above + (high - above) / 2
        parts.append(line((0, top + high), (wide, top + high)))
        bold = not isinstance(row, Wijk) and row.code == marked
        name = wrapped(row.name, wide if narrow else _LABEL, most=1)[0]
        parts.append(text(0, top + 9 if narrow else y, name, weight=700 if bold else 400))
        parts.append(_lane(row, axis, y, spread, words) if isinstance(row, Wijk) else _row(row, axis, y, spread, words))
    legend, end = _legend(foot + 16, spread, lanes, wide, words)
    return sheet(end + 14, "".join([*parts, legend]), wide=wide)


def strip_alt(spread: Spread, words: Wording) -> str:
    """Per wijk its own value and the lowest and highest of its buurten."""
    told = []
    for wijk in spread.wijken:
        values = [each.value for each in wijk.buurten if each.value is not None]
        if values:
            own = "" if wijk.value is None else words("profile.strip_wijk", value=_number(wijk.value, spread, words))
            told.append(words("profile.strip_lane", wijk=wijk.name, own=own, number=len(values),
                              low=_number(min(values), spread, words), high=_number(max(values), spread, words)))  # fmt: skip
    return words("profile.strip_alt", figure=spread.title, year=spread.year, lanes=" ".join(told))


def _bounds(spread: Spread) -> tuple[float, float]:
    single = len(spread.wijken) < 2
    found = [each.value for each in spread.buurten if each.value is not None]
    found += [each for each in (spread.gemeente, spread.country) if each is not None]
    found += [wijk.value for wijk in spread.wijken if wijk.value is not None]
    if single:
        found += [edge for each in spread.buurten for edge in (each.low, each.high) if edge is not None]
    return bounds(found, 1e-6)


def _grid(axis: Scale, foot: float, spread: Spread, words: Wording, narrow: bool) -> str:
    found = ticks(axis.low, axis.high, 5 if narrow else 7)
    decimals = decimals_of(found[1] - found[0]) if len(found) > 1 else spread.decimals
    parts = []
    for tick in found:
        parts.append(line((axis(tick), _TOP), (axis(tick), foot)))
        parts.append(text(axis(tick), _TOP - 9, words.number(tick, decimals), size=TINY, color=SOFT, anchor="middle"))
    unit = words.unit(spread.unit)
    if unit:
        parts.append(text(0, 6 if narrow else _TOP - 9, unit, size=TINY, color=SOFT))
    for value, color, dash in ((spread.country, SOFT, "3 3"), (spread.gemeente, ACCENT, "")):
        if value is not None:
            parts.append(line((axis(value), _TOP - 2), (axis(value), foot), color=color, width=1.6, dash=dash))
    return "".join(parts)


def _lane(wijk: Wijk, axis: Scale, y: float, spread: Spread, words: Wording) -> str:
    parts = []
    known = [each for each in wijk.buurten if each.value is not None]
    if not known:
        parts.append(text(axis.start, y, words("profile.no_buurten"), size=TINY, color=SOFT))
    if known:
        ends = [axis(value) for value in (known[0].value, known[-1].value) if value is not None]
        parts.append(line((min(ends), y), (max(ends), y), color=RULE, width=1.4))
    last, lifted = -100.0, False
    for each in reversed(known):
        x = axis(each.value or 0.0)
        lifted = x - last < 1.6 * _DOT and not lifted
        parts.append(_dot(each, x, y - (5 if lifted else 0), spread, words))
        last = x
    if wijk.value is not None:
        parts.append(_told(diamond(axis(wijk.value), y, 6, fill=INK, kind="wijk"),
                           f"{wijk.name}: {_number(wijk.value, spread, words)}"))  # fmt: skip
    return "".join(parts)


def _row(each: Buurt, axis: Scale, y: float, spread: Spread, words: Wording) -> str:
    if each.value is None:
        why = words(f"status.{each.status}", year=spread.year)
        return text(axis.start, y, why, size=TINY, color=SOFT)
    parts = []
    if each.low is not None and each.high is not None:
        parts.append(line((axis(each.low), y), (axis(each.high), y), color=_INTERVAL, width=4, kind="interval"))
    if each.shrunken is not None:
        x = axis(each.shrunken)
        parts.append(line((x, y - 6), (x, y + 6), color=INK, width=1.6, kind="shrunken"))
    parts.append(_dot(each, axis(each.value), y, spread, words))
    return "".join(parts)


def _dot(each: Buurt, x: float, y: float, spread: Spread, words: Wording) -> str:
    said = f"{each.name}: {_number(each.value, spread, words)}"
    if each.few:
        return _told(disc(x, y, _DOT - 0.8, fill=_GREY, edge=_GREY, kind="few"), f"{said}, {words('profile.few')}")
    return _told(_shape(each.side, x, y), said)


def _shape(side: Side, x: float, y: float) -> str:
    half = _DOT + 1.2
    if side == "favourable":
        return polygon(
            [(x, y - half), (x + half, y + half * 0.8), (x - half, y + half * 0.8)], fill=GOOD, kind="favourable"
        )
    if side == "unfavourable":
        return polygon(
            [(x, y + half), (x + half, y - half * 0.8), (x - half, y - half * 0.8)], fill=BAD, kind="unfavourable"
        )
    return disc(x, y, _DOT - 0.6, fill="white", edge=INK, kind="open")


def _told(shape: str, said: str) -> str:
    return f"<g><title>{escape(said)}</title>{shape}</g>"


def _number(value: float | None, spread: Spread, words: Wording) -> str:
    return (
        join_unit(words.number(value, spread.decimals), words.unit(spread.unit))
        if value is not None
        else words.number(None)
    )


def _legend(y: float, spread: Spread, lanes: bool, wide: float, words: Wording) -> tuple[str, float]:
    """What the signs mean, and how far down that runs."""
    half = 5.0
    entries = [
        (_shape("", half, 0), "profile.legend.open"),
        (disc(half, 0, _DOT - 0.8, fill=_GREY, edge=_GREY), "profile.legend.few"),
    ]
    for side in ("favourable", "unfavourable"):
        if any(each.side == side for each in spread.buurten):
            entries.append((_shape(side, half, 0), f"profile.legend.{side}"))
    if lanes and any(wijk.value is not None for wijk in spread.wijken):
        entries.append((diamond(half, 0, 6, fill=INK), "profile.legend.wijk"))
    if not lanes and any(each.low is not None for each in spread.buurten):
        entries.append((line((0, 0), (12, 0), color=_INTERVAL, width=4), "profile.legend.interval"))
    if not lanes and any(each.shrunken is not None for each in spread.buurten):
        entries.append((line((half, -6), (half, 6), color=INK, width=1.6), "profile.legend.shrunken"))
    if spread.gemeente is not None:
        entries.append((line((half, -6), (half, 6), color=ACCENT, width=1.8), "profile.legend.gemeente"))
    if spread.country is not None:
        entries.append((line((half, -6), (half, 6), color=SOFT, width=1.6, dash="3 3"), "profile.legend.country"))
    parts, x = [], 0.0
    for shape, name in entries:
        said = words(name)
        long = 18 + 1.15 * width_of(said, TINY) + 16
        if x and x + long > wide:
            x, y = 0.0, y + 15
        parts.append(f'<g transform="translate({x:.1f} {y:.1f})">{shape}{text(16, 0, said, size=TINY)}</g>')
        x += long
    return "".join(parts), y
