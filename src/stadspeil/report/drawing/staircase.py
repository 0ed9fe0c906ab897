"""The treads of the escalator as a grid: kinds of households by age, each cell with a word and a sign, never color alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stadspeil.report.drawing.paint import (
    ACCENT,
    BAD_EDGE,
    BAD_LIGHT,
    FAINT,
    INK,
    RULE,
    SOFT,
    TINY,
    WIDE,
    block,
    hatch,
    rect,
    sheet,
    text,
    wrapped,
)  # fmt: skip
from stadspeil.report.wording import Wording

Said = Literal["missing", "ample", "open", "all_fit"]
SIGNS: dict[Said, str] = {"missing": "\N{MINUS SIGN}", "ample": "+", "open": "?", "all_fit": "="}
_LEFT, _ROW, _HEAD, _GAP, _BLOCK = 150.0, 24.0, 26.0, 3.0, 12.0


@dataclass(frozen=True)
class Staircase:
    """Heads of the columns, and blocks of rows: the head of a block, and per row its title and what each cell says."""

    heads: tuple[str, ...]
    blocks: tuple[tuple[str, tuple[tuple[str, tuple[Said, ...]], ...]], ...]


def staircase_svg(content: Staircase, words: Wording) -> str:
    """A cell per tread."""
    wide = (WIDE - _LEFT) / max(len(content.heads), 1)
    parts = [
        text(_LEFT + (at + 0.5) * wide, _HEAD - 12, head, size=TINY, color=SOFT, anchor="middle", weight=600)
        for at, head in enumerate(content.heads)
    ]
    top = _HEAD
    for title, rows in content.blocks:
        parts.append(text(0, top + 8, title, size=10.5, weight=600))
        top += 20
        for name, cells in rows:
            parts.append(block(12, top + _ROW / 2, wrapped(name, _LEFT - 20, 10.5, 1), size=10.5))
            for at, said in enumerate(cells):
                parts.append(_cell(said, _LEFT + at * wide, top, wide, words))
            top += _ROW
        top += _BLOCK
    return sheet(top, "".join(parts), hatch("missing", back=BAD_LIGHT, ink=BAD_EDGE, gap=7))


def staircase_alt(content: Staircase, words: Wording) -> str:
    """What is missing and what is ample, in words, and how much cannot be said."""
    told = []
    for title, rows in content.blocks:
        for name, cells in rows:
            for head, said in zip(content.heads, cells, strict=True):
                if said in ("missing", "ample"):
                    told.append(f"{title}, {name}, {head}: {words(f'staircase.{said}')}")
    every = [said for _, rows in content.blocks for _, cells in rows for said in cells]
    return words(
        "staircase.alt", rows="; ".join(told) or words("staircase.none"), open=every.count("open"), all=len(every)
    )


def _cell(said: Said, left: float, top: float, wide: float, words: Wording) -> str:
    fill = {"missing": "url(#missing)", "ample": ACCENT, "open": "white", "all_fit": FAINT}[said]
    edge = {"missing": BAD_EDGE, "ample": ACCENT, "open": RULE, "all_fit": RULE}[said]
    middle, height = left + wide / 2, top + _ROW / 2
    label = f"{SIGNS[said]} {words(f'staircase.{said}')}"
    parts = [
        rect(left + _GAP, top + _GAP / 2, wide - 2 * _GAP, _ROW - _GAP, fill=fill, edge=edge, width=1.0, kind=said)
    ]
    if said == "missing":
        # Words stand on plain ground: the hatching shows around them.
        parts.append(rect(middle - 36, height - 7, 72, 14, fill=BAD_LIGHT))
    color = "white" if said == "ample" else INK if said == "missing" else SOFT
    parts.append(
        text(middle, height, label, size=TINY, color=color, anchor="middle", weight=600 if said != "open" else 400)
    )
    return "".join(parts)
