"""First and last year of marks: beside the others, and on a fixed base, with labels at the ends of the lines."""

from __future__ import annotations

from collections.abc import Sequence

from stadspeil.report.drawing.axes import Scale, bounds
from stadspeil.report.drawing.content import Slope, Slopes
from stadspeil.report.drawing.paint import (
    BAD,
    GOOD,
    INK,
    NARROW,
    RULE,
    SOFT,
    TINY,
    WIDE,
    disc,
    line,
    sheet,
    spread_out,
    text,
    width_of,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording

_PANEL, _BETWEEN = 330.0, 20.0
_FIRST, _LAST = 52.0, 104.0
_LABEL_GAP = 12.5
_TOP = 36.0


def slopes_svg(content: Slopes, words: Wording, narrow: bool = False) -> str:
    """Two panels on one scale of marks, beside each other or on a phone below each other."""
    both = (*content.relative, *content.fixed)
    low, high = bounds((each for slope in both for each in (slope.first, slope.last)), least=2.0)
    tall = max(150.0, 22.0 * len(content.relative))
    scale = Scale(low, high, _TOP + tall, _TOP)
    base = words("drawing.slopes_fixed", years=words.listing([str(year) for year in content.base_years]))
    lower = _TOP + tall + 24 if narrow else 0.0
    fixed = _panel(content.fixed, base, 0 if narrow else _PANEL + _BETWEEN, scale, words)
    parts = [
        _panel(content.relative, words("drawing.slopes_relative"), 0, scale, words),
        f'<g transform="translate(0 {lower:.1f})">{fixed}</g>' if narrow else fixed,
    ]
    foot = lower + _TOP + tall + 20
    legend, below = _legend(foot, NARROW if narrow else WIDE, words)
    return sheet(below + 12, "".join([*parts, legend]), wide=NARROW if narrow else WIDE)


def slopes_alt(content: Slopes, words: Wording) -> str:
    """Both marks of both years of every subject in words."""
    rows = []
    for relative, fixed in zip(content.relative, content.fixed, strict=True):
        rows.append(words(
            "drawing.slopes_row", title=relative.title, first=relative.first_year, last=relative.last_year,
            relative=f"{words.mark(relative.first)} \u2192 {words.mark(relative.last)}",
            relative_said=words(f"drawing.{_said(relative)}"), fixed_said=words(f"drawing.{_said(fixed)}"),
            fixed=f"{words.mark(fixed.first)} \u2192 {words.mark(fixed.last)}",
        ))  # fmt: skip
    return words("drawing.slopes_alt", rows=" ".join(rows))


def _said(slope: Slope) -> str:
    if slope.beyond is None:
        return "change_unknown"
    return {"favourable": "change_up", "unfavourable": "change_down", "": "change_same"}[slope.beyond]


def _panel(slopes: Sequence[Slope], title: str, left: float, scale: Scale, words: Wording) -> str:
    first, last = left + _FIRST, left + _LAST
    foot = scale.start
    parts = [text(left, 8, title, weight=600)]
    parts.append(text(first, 24, words("drawing.first_year"), size=TINY, color=SOFT, anchor="middle"))
    parts.append(text(last, 24, words("drawing.last_year"), size=TINY, color=SOFT, anchor="middle"))
    parts += [line((x, _TOP - 4), (x, foot), color=SOFT, width=0.9) for x in (first, last)]
    starts = spread_out([scale(each.first) for each in slopes], _LABEL_GAP, _TOP, foot)
    ends = spread_out([scale(each.last) for each in slopes], _LABEL_GAP, _TOP, foot)
    for slope, start, end in zip(slopes, starts, ends, strict=True):
        parts.append(_slope(slope, (first, last), (start, end), scale, words))
    return "".join(parts)


def _slope(
    slope: Slope, across: tuple[float, float], heights: tuple[float, float], scale: Scale, words: Wording
) -> str:
    color, width, dash = _look(slope)
    (first, last), (start, end) = across, heights
    kind = f"slope {slope.beyond}".strip() if slope.beyond else "slope"
    places = (first, scale(slope.first)), (last, scale(slope.last))
    parts = [line(*places, color=color, width=width, dash=dash, kind=kind)]
    for (x, y), label, sign in ((places[0], start, -1), (places[1], end, 1)):
        parts.append(disc(x, y, 3, fill=color))
        parts.append(line((x + 4 * sign, y), (x + 10 * sign, label), color=RULE))
    ink = color if slope.beyond else INK
    parts.append(text(first - 12, start, f"{slope.first_year}: {words.mark(slope.first)}", size=TINY, color=ink,
                      anchor="end"))  # fmt: skip
    parts.append(text(last + 12, end, words.mark(slope.last), size=TINY, color=ink, weight=600))
    said = f"{slope.title}, {slope.last_year}"
    lines = wrapped(said, 0.88 * (_PANEL - _LAST - 30), 9, most=1)
    parts.append(text(last + 30, end, lines[0], size=9, color=ink))
    return "".join(parts)


def _look(slope: Slope) -> tuple[str, float, str]:
    """Color, width and dashes: solid and colored beyond the margin, gray within, dotted where there is none."""
    if slope.beyond is None:
        return SOFT, 1.2, "2 3"
    if slope.beyond == "":
        return SOFT, 1.4, ""
    return (GOOD, 2.4, "") if slope.beyond == "favourable" else (BAD, 2.4, "7 3")


def _legend(y: float, wide: float, words: Wording) -> tuple[str, float]:
    parts, x = [], 0.0
    for color, width, dash, name in (
        (GOOD, 2.4, "", "change_up"), (BAD, 2.4, "7 3", "change_down"), (SOFT, 1.4, "", "change_same"),
        (SOFT, 1.2, "2 3", "change_unknown"),
    ):  # fmt: skip
        said = words(f"drawing.{name}")
        if wide == NARROW and x and x + 28 + 1.15 * width_of(said, TINY) > wide:
            x, y = 0.0, y + 15
        parts.append(line((x, y), (x + 22, y), color=color, width=width, dash=dash))
        parts.append(text(x + 28, y, said, size=TINY))
        x += width_of(said, TINY) + 46
    return "".join(parts), y
