"""The causal map as a drawing: mechanisms in the middle, what acts on them around; made without chance."""

from __future__ import annotations

import math
from html import escape

from stadspeil.analyses.causal_map import HYPOTHESIS, title_of
from stadspeil.catalogue import Catalogue

_WIDE, _HIGH = 1000.0, 760.0
_BOX, _LINE = (150.0, 50.0), 15.5
_PLUS, _MINUS, _INK, _SOFT = "#1f5f99", "#a84f04", "#1d2530", "#5b6672"
_LETTERS, _MOST = 19, 3


def causal_map_svg(catalogue: Catalogue, lang: str = "nl") -> str:
    """SVG of the map: blue and whole heads for plus, orange and open heads for minus, dashed without a source."""
    places = _places(catalogue)
    arrows = [_arrow(places[each.cause], places[each.effect], each.sign, each.source == HYPOTHESIS)
              for each in catalogue.arrows.values()]  # fmt: skip
    boxes = [
        _box(title_of(catalogue, node, lang), place, node in catalogue.mechanisms) for node, place in places.items()
    ]
    heads = "".join(
        f'<marker id="{name}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9" orient="auto">'
        f'<path d="M0 1 L9 5 L0 9 Z" fill="{fill}" stroke="{color}"/></marker>'
        for name, color, fill in (("plus", _PLUS, _PLUS), ("minus", _MINUS, "white"))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE:.0f} {_HIGH:.0f}" '
        f'font-family="Source Sans Pro, sans-serif"><defs>{heads}</defs>{"".join(arrows)}{"".join(boxes)}</svg>'
    )


def _places(catalogue: Catalogue) -> dict[str, tuple[float, float]]:
    """Mechanisms on an inner ring; the others on an outer one, each turned towards what it is tied to."""
    ends = {node for each in catalogue.arrows.values() for node in (each.cause, each.effect)}
    inner = [node for node in catalogue.mechanisms if node in ends]
    angles = {node: 2 * math.pi * number / len(inner) - math.pi / 2 for number, node in enumerate(inner)}
    outer = sorted(ends - set(inner))
    ties: dict[str, list[float]] = {node: [] for node in outer}
    for each in catalogue.arrows.values():
        for node, other in ((each.cause, each.effect), (each.effect, each.cause)):
            if node in ties and other in angles:
                ties[node].append(angles[other])
    pulled = sorted(outer, key=lambda node: (_mean_angle(ties[node]), node))
    start = _mean_angle(ties[pulled[0]]) if pulled else 0.0
    around = {node: start + 2 * math.pi * number / max(1, len(pulled)) for number, node in enumerate(pulled)}
    return {
        **{node: _on_ring(angle, 0.46) for node, angle in angles.items()},
        **{node: _on_ring(angle, 0.93) for node, angle in around.items()},
    }


def _mean_angle(angles: list[float]) -> float:
    return math.atan2(sum(map(math.sin, angles)), sum(map(math.cos, angles))) if angles else math.pi


def _on_ring(angle: float, share: float) -> tuple[float, float]:
    across, down = (_WIDE - _BOX[0]) / 2, (_HIGH - _BOX[1]) / 2
    return _WIDE / 2 + share * across * math.cos(angle), _HIGH / 2 + share * down * math.sin(angle)


def _arrow(start: tuple[float, float], end: tuple[float, float], sign: str, guessed: bool) -> str:
    first, last = _edge(start, end), _edge(end, start)
    middle = ((first[0] + last[0]) / 2, (first[1] + last[1]) / 2)
    # A slight bend keeps two arrows between the same boxes apart.
    bend = (middle[0] + 0.09 * (last[1] - first[1]), middle[1] - 0.09 * (last[0] - first[0]))
    color, head = (_PLUS, "plus") if sign == "+" else (_MINUS, "minus")
    dashes = ' stroke-dasharray="6 5"' if guessed else ""
    return (
        f'<path d="M{first[0]:.1f} {first[1]:.1f} Q{bend[0]:.1f} {bend[1]:.1f} {last[0]:.1f} {last[1]:.1f}" '
        f'fill="none" stroke="{color}" stroke-width="1.8"{dashes} marker-end="url(#{head})"/>'
    )


def _edge(box: tuple[float, float], towards: tuple[float, float]) -> tuple[float, float]:
    """Where the line between two boxes leaves the first."""
    across, down = towards[0] - box[0], towards[1] - box[1]
    wide, high = _BOX[0] / 2 + 3, _BOX[1] / 2 + 3
    share = min(wide / abs(across) if across else math.inf, high / abs(down) if down else math.inf, 1.0)
    return box[0] + share * across, box[1] + share * down


def _box(title: str, place: tuple[float, float], is_mechanism: bool) -> str:
    left, top = place[0] - _BOX[0] / 2, place[1] - _BOX[1] / 2
    fill, color, weight = ("#17466e", "white", 600) if is_mechanism else ("white", _INK, 400)
    lines = _lines(title)
    first = place[1] - (len(lines) - 1) * _LINE / 2 + 5
    texts = "".join(
        f'<text x="{place[0]:.1f}" y="{first + number * _LINE:.1f}" text-anchor="middle" font-size="14.5" '
        f'font-weight="{weight}" fill="{color}">{escape(line)}</text>'
        for number, line in enumerate(lines)
    )
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{_BOX[0]:.0f}" height="{_BOX[1]:.0f}" rx="5" fill="{fill}" '
        f'stroke="{_SOFT}"/>{texts}'
    )


def _lines(title: str) -> list[str]:
    """A title on three lines at most, cut where it does not fit."""
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > _LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines if len(lines) <= _MOST else [*lines[: _MOST - 1], f"{lines[_MOST - 1]}\u2026"]
