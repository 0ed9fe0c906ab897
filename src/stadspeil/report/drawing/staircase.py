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
    NARROW,
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


def staircase_svg(content: Staircase, words: Wording, narrow: bool = False) -> str:
    """A cell per tread; on a phone with its sign alone, and what signs mean below."""
    whole, edge = (NARROW, 118.0) if narrow else (WIDE, _LEFT)
    wide = (whole - edge) / max(len(content.heads), 1)
    parts = []
    for at, head in enumerate(content.heads):
        told = wrapped(head, 0.83 * wide, TINY, 2)
        parts += [
            text(edge + (at + 0.5) * wide, _HEAD - 1 - 11 * (len(told) - down), said, size=TINY, color=SOFT, anchor="middle",
                 weight=600)
            for down, said in enumerate(told)
        ]  # fmt: skip
    top = _HEAD
    for title, rows in content.blocks:
        parts.append(text(0, top + 8, title, size=10.5, weight=600))
        top += 20
        for name, cells in rows:
            name_lines = (
                wrapped(name, edge - (4 if narrow else 20), 9.5, 2) if narrow else wrapped(name, _LEFT - 20, 10.5, 1)
            )
            parts.append(block(0 if narrow else 12, top + _ROW / 2, name_lines, size=9.5 if narrow else 10.5))
            for at, said in enumerate(cells):
                parts.append(_cell(said, edge + at * wide, top, wide, "" if narrow else words(f"staircase.{said}")))
            top += _ROW
        top += _BLOCK
    if narrow:
        key = " \u00b7 ".join(f"{sign} {words(f'staircase.{said}')}" for said, sign in SIGNS.items())
        parts += [
            text(0, top + 11 * at, line, size=TINY, color=SOFT)
            for at, line in enumerate(wrapped(key, 0.9 * NARROW, TINY, 3))
        ]
        top += 33
    return sheet(top, "".join(parts), hatch("missing", back=BAD_LIGHT, ink=BAD_EDGE, gap=7), whole)


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


def _cell(said: Said, left: float, top: float, wide: float, word: str) -> str:
    fill = {"missing": "url(#missing)", "ample": ACCENT, "open": "white", "all_fit": FAINT}[said]
    edge = {"missing": BAD_EDGE, "ample": ACCENT, "open": RULE, "all_fit": RULE}[said]
    middle, height = left + wide / 2, top + _ROW / 2
    label = f"{SIGNS[said]} {word}".strip()
    parts = [
        rect(left + _GAP, top + _GAP / 2, wide - 2 * _GAP, _ROW - _GAP, fill=fill, edge=edge, width=1.0, kind=said)
    ]
    if said == "missing":
        # Words stand on plain ground: the hatching shows around them.
        half = 36 if word else 8
        parts.append(rect(middle - half, height - 7, 2 * half, 14, fill=BAD_LIGHT))
    color = "white" if said == "ample" else INK if said == "missing" else SOFT
    parts.append(
        text(middle, height, label, size=TINY, color=color, anchor="middle", weight=600 if said != "open" else 400)
    )
    return "".join(parts)
