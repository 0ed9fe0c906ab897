"""Moving chains as a stream: per link the homes that came free, the part that goes on, and how the rest ended."""

from __future__ import annotations

from collections.abc import Sequence

from stadspeil.report.drawing.paint import (
    ACCENT,
    BAD_EDGE,
    BAD_LIGHT,
    GOOD_EDGE,
    GOOD_LIGHT,
    INK,
    NARROW,
    REGION,
    SMALL,
    SOFT,
    TINY,
    WIDE,
    hatch,
    polygon,
    rect,
    sheet,
    text,
    width_of,
    wrapped,
)  # fmt: skip
from stadspeil.report.simulated_words import interval
from stadspeil.report.wording import Wording
from stadspeil.simulation.reading import Link
from stadspeil.simulation.run import ENDINGS

_SHOWN = 6
_HEAD, _HIGH, _WIDTH, _LEFT = 34.0, 170.0, 50.0, 4.0
# Of each ending but the first, which goes on. Patterns and letters say the same as colors.
_FILLS = (ACCENT, GOOD_LIGHT, "url(#stays)", BAD_LIGHT, "#e3cbd9", "#c9d0d8", "url(#empty)")
_EDGES = (ACCENT, GOOD_EDGE, GOOD_EDGE, BAD_EDGE, REGION, SOFT, SOFT)
_LETTERS = ("", "a", "b", "c", "d", "e", "f")
_DEFS = hatch("stays", back="#dcefe7", ink="#117755", rising=True, gap=5) + hatch("empty", gap=4.5)


def chains_svg(links: Sequence[Link], words: Wording, narrow: bool = False) -> str:
    """Link 0 are the new homes. Heights are means per new home that was lived in."""
    shown = links[:_SHOWN]
    scale = _HIGH / max((each.opened for each in shown), default=1.0)
    wide, column = (NARROW, 36.0) if narrow else (WIDE, _WIDTH)
    step = (wide - _LEFT - column - (10 if narrow else 34)) / max(len(shown) - 1, 1)
    parts: list[str] = []
    for place, each in enumerate(shown):
        left = _LEFT + place * step
        if place + 1 < len(shown):
            parts.append(_stream(left + column, left + step, each.on * scale, shown[place + 1].opened * scale))
        parts += _column(each, left, column, scale)
        parts.append(text(left + column / 2, 9, words("chains.link", number=each.number), size=TINY, color=SOFT, anchor="middle"))  # fmt: skip
        said = words.number(each.filled["mean"], 2)
        parts.append(text(left + column / 2, 23, said, size=SMALL, weight=600, anchor="middle"))
    foot = _HEAD + _HIGH + 14
    below = _legend(parts, links, foot, wide, words)
    return sheet(foot + below, "".join(parts), _DEFS, wide)


def chains_alt(links: Sequence[Link], words: Wording) -> str:
    """All that the drawing shows, in words."""
    rows = [words("chains.link_said", number=each.number, told=interval(each.filled, words)) for each in links[:_SHOWN]]
    ends = [f"{words(f'simulated.ending.{name}')} {words.number(total, 2)}" for name, total in _ended(links)]
    return words("chains.alt", links=words.listing(rows), ends=words.listing(ends))


def _column(each: Link, left: float, wide: float, scale: float) -> list[str]:
    parts, top = [], _HEAD
    for code, amount in enumerate(each.endings):
        high = amount * scale
        if high < 0.3:
            continue
        parts.append(rect(left, top, wide, high, fill=_FILLS[code], edge=_EDGES[code], kind="ending" if code else "on"))
        if high >= 11 and code:
            parts.append(text(left + 5, top + high / 2, _LETTERS[code], size=TINY, weight=600))
        top += high
    return parts


def _stream(start: float, end: float, out: float, into: float) -> str:
    """From the part that goes on to the whole of the next link."""
    points = [(start, _HEAD), (end, _HEAD), (end, _HEAD + into), (start, _HEAD + out)]
    return polygon(points, fill="#b9cfe2", kind="stream")


def _ended(links: Sequence[Link]) -> list[tuple[str, float]]:
    """How all chains ended, per new home; endings that did not happen are left out."""
    totals = [(name, sum(each.endings[code] for each in links)) for code, name in enumerate(ENDINGS) if code]
    return [(name, total) for name, total in totals if total >= 0.005]


def _legend(parts: list[str], links: Sequence[Link], top: float, room: float, words: Wording) -> float:
    """The legend below the columns, with the total of each ending; how high it is."""
    x, y = 0.0, top
    entries = [(0, words("chains.goes_on"))] + [
        (ENDINGS.index(name), f"{_LETTERS[ENDINGS.index(name)]}  {words(f'simulated.ending.{name}')}: {words.number(total, 2)}")
        for name, total in _ended(links)
    ]  # fmt: skip
    for code, said in entries:
        # Where the font is not there a wider one stands in.
        wide = 1.12 * width_of(said, TINY) + 21
        if x and x + wide > room:
            x, y = 0.0, y + 15
        parts.append(rect(x, y - 5, 16, 10, fill=_FILLS[code], edge=_EDGES[code]))
        parts.append(text(x + 21, y, said, size=TINY, color=INK))
        x += wide + 18
    key = wrapped(words("chains.key"), 0.83 * room, TINY, 4) if room < WIDE else [words("chains.key")]
    parts += [text(0, y + 17 + 11 * at, said, size=TINY, color=SOFT) for at, said in enumerate(key)]
    return y + 19 + 11 * len(key) - top
