"""Colors and the smallest parts of a drawing. A unit is a quarter millimeter on an A4 page, so that 680 fill a line."""

from __future__ import annotations

from functools import lru_cache
from html import escape

WIDE = 680.0
# On a phone a drawing is as wide as this, so that its letters keep their size.
NARROW = 380.0
# The tallest drawing that fits on a page with its caption.
TALLEST = 880.0
SMALL, TINY = 11.0, 9.5

# The colors of templates/look.typ; tests/stages/report holds the two equal.
INK, SOFT, RULE, FAINT, ACCENT = "#1d2530", "#5b6672", "#c9d0d8", "#f3f5f7", "#17466e"
GOOD, GOOD_LIGHT, GOOD_EDGE = "#1f5f99", "#cfe3f3", "#1f5f99"
BAD, BAD_LIGHT, BAD_EDGE = "#a84f04", "#fbdcb8", "#b35806"
GROUP, REGION = "#117755", "#7a1f5c"
FONT = "Source Sans Pro, sans-serif"

# Advance widths of Source Sans Pro Regular in hundredths of its size, read from its hmtx table; others count as 50.
_LETTERS = {
    20: " \u00a0", 25: "',.:;ij|Il", 30: "!f()[]{}-", 34: "t/\\r", 42: '"*?szx', 46: "cvyJYFL", 54: "ESATZhouVX",
    56: "dpqbnCPRKB", 63: "&DGUHN", 66: "OQ", 72: "wM", 79: "W", 83: "%m@",
}  # fmt: skip
_WIDTHS = {letter: width / 100 for width, letters in _LETTERS.items() for letter in letters}
# Semibold runs a little wider.
_SEMIBOLD = 1.05


def sheet(high: float, body: str, defs: str = "", wide: float = WIDE) -> str:
    """The whole drawing as SVG."""
    held = f"<defs>{defs}</defs>" if defs else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.0f} {high:.0f}" font-family="{FONT}">'
        f"{held}{body}</svg>"
    )


def text(
    x: float, y: float, words: str, *, size: float = SMALL, color: str = INK, anchor: str = "start", weight: int = 400
) -> str:
    """A line of text with its middle at height y."""
    return (
        f'<text x="{x:.1f}" y="{y + 0.35 * size:.1f}" font-size="{size:g}" fill="{color}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{escape(words)}</text>'
    )


def block(x: float, y: float, lines: list[str], *, size: float = SMALL, color: str = INK, weight: int = 400) -> str:
    """Lines of text with their middle at height y."""
    top = y - (len(lines) - 1) * size * 0.55
    return "".join(
        text(x, top + number * size * 1.1, line, size=size, color=color, weight=weight)
        for number, line in enumerate(lines)
    )


def line(
    start: tuple[float, float], end: tuple[float, float], *, color: str = RULE, width: float = 0.6, dash: str = "",
    kind: str = "",
) -> str:  # fmt: skip
    """A straight line."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line{_kind(kind)} x1="{start[0]:.1f}" y1="{start[1]:.1f}" x2="{end[0]:.1f}" y2="{end[1]:.1f}" '
        f'stroke="{color}" stroke-width="{width:g}"{dashes}/>'
    )


def rect(
    x: float, y: float, wide: float, high: float, *, fill: str = "none", edge: str = "", width: float = 0.6,
    kind: str = "",
) -> str:  # fmt: skip
    """A rectangle by its upper left corner."""
    stroke = f' stroke="{edge}" stroke-width="{width:g}"' if edge else ""
    return f'<rect{_kind(kind)} x="{x:.2f}" y="{y:.1f}" width="{max(wide, 0):.2f}" height="{high:.1f}" fill="{fill}"{stroke}/>'


def disc(x: float, y: float, radius: float, *, fill: str = INK, edge: str = "white", kind: str = "") -> str:
    """A disc around a point."""
    return f'<circle{_kind(kind)} cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}" stroke="{edge}" stroke-width="1.2"/>'


def diamond(x: float, y: float, half: float, *, fill: str = INK, edge: str = "white", kind: str = "") -> str:
    """A square on its corner: the town."""
    return (
        f'<path{_kind(kind)} d="M{x:.1f} {y - half:.1f} L{x + half:.1f} {y:.1f} L{x:.1f} {y + half:.1f} '
        f'L{x - half:.1f} {y:.1f} Z" fill="{fill}" stroke="{edge}" stroke-width="1"/>'
    )


def polyline(
    points: list[tuple[float, float]], *, color: str, width: float, dash: str = "", kind: str = ""
) -> str:  # fmt: skip
    """A line through points."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline{_kind(kind)} points="{places}" fill="none" stroke="{color}" stroke-width="{width:g}"{dashes}/>'


def polygon(points: list[tuple[float, float]], *, fill: str, edge: str = "", kind: str = "") -> str:
    """A filled shape, without an edge unless one is given."""
    drawn = f' stroke="{edge}" stroke-width="1.2"' if edge else ""
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon{_kind(kind)} points="{places}" fill="{fill}"{drawn}/>'


def hatch(name: str, *, back: str = "white", ink: str = "#9aa3ad", rising: bool = False, gap: float = 5) -> str:
    """A pattern of slanted lines, to fill with `url(#name)`: what color alone would say, and 'not known'."""
    turn = -45 if rising else 45
    return (
        f'<pattern id="{name}" width="{gap:g}" height="{gap:g}" patternUnits="userSpaceOnUse" '
        f'patternTransform="rotate({turn})"><rect width="{gap:g}" height="{gap:g}" fill="{back}"/>'
        f'<rect width="1.1" height="{gap:g}" fill="{ink}"/></pattern>'
    )


@lru_cache(2048)
def width_of(words: str, size: float = SMALL, weight: int = 400) -> float:
    """How wide a text is, to a few percent."""
    wide = size * sum(_WIDTHS.get(each, 0.5) for each in words)
    return wide * (_SEMIBOLD if weight > 400 else 1.0)


def wrapped(words: str, wide: float, size: float = SMALL, most: int = 2) -> list[str]:
    """A text on at most some lines; what does not fit ends in an ellipsis."""
    lines = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(longer, size) > wide:
            lines.append(word)
        else:
            lines[-1] = longer
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [_cut(each, wide, size) for each in lines]


def spread_out(wanted: list[float], gap: float, low: float, high: float) -> list[float]:
    """Heights near the wanted ones, in the same order, a gap apart and within bounds where they fit."""
    order = sorted(range(len(wanted)), key=lambda each: (wanted[each], each))
    # Neighbors that are too near share one middle: pools of (sum of wanted starts, number).
    pools: list[tuple[float, int]] = []
    for number, each in enumerate(order):
        pools.append((wanted[each] - number * gap, 1))
        while len(pools) > 1 and pools[-2][0] / pools[-2][1] >= pools[-1][0] / pools[-1][1]:
            last, before = pools.pop(), pools.pop()
            pools.append((before[0] + last[0], before[1] + last[1]))
    starts = [total / size for total, size in pools for _ in range(size)]
    highest = max(low, high - (len(wanted) - 1) * gap)
    placed = [min(max(start, low), highest) + number * gap for number, start in enumerate(starts)]
    found = [0.0] * len(wanted)
    for each, height in zip(order, placed, strict=True):
        found[each] = height
    return found


def _cut(words: str, wide: float, size: float) -> str:
    if width_of(words, size) <= wide:
        return words
    while words and width_of(f"{words}\u2026", size) > wide:
        words = words[:-1]
    return f"{words.rstrip()}\u2026"


def _kind(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
