"""What moves first along the arrows of the causal map: a relation in time, told without a word of cause."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.analyses.causal_map import title_of
from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Grid, Heading
from stadspeil.report.wording import Wording, lowered

_SAID = {"loopt vooruit": "ahead", "loopt achter": "behind", "beide": "both", "niets aantoonbaars": "none"}


def leads(shown: Shown, words: Wording) -> list[Part]:
    """A paragraph and a small table; nothing where no arrow has a measure at both ends."""
    rows = shown.all_of("lead_lag")
    if rows.is_empty():
        return []
    told = rows.filter(pl.col("verdict").is_in(list(_SAID)))
    found = told.filter(pl.col("verdict") != "niets aantoonbaars").height
    short, same = (rows.filter(pl.col("verdict") == verdict).height for verdict in ("te kort", "zelfde delen"))
    said = [words("mechanisms.lead_intro", arrows=rows["arrow"].n_unique())]
    if told.height:
        said.append(
            words("mechanisms.lead_found" if found else "mechanisms.lead_found_none", found=found, told=told.height)
        )
    if short:
        said.append(words("mechanisms.lead_short", number=short))
    if same:
        said.append(words("mechanisms.lead_same", number=same))
    parts: list[Part] = [Heading(words("mechanisms.lead_title")), " ".join(said)]
    if told.height:
        made = tuple(_row(row, shown, words) for row in told.to_dicts())
        heads = tuple(words(f"mechanisms.lead_{name}") for name in ("arrow", "years", "ahead", "behind", "verdict"))
        grid = Grid(words("mechanisms.lead_caption"), heads, made, ("1fr", "20mm", "24mm", "24mm", "36mm"),
                    (False, True, True, True, False))  # fmt: skip
        parts += [grid, words("mechanisms.lead_parts")]
    return parts


def _row(row: dict[str, Any], shown: Shown, words: Wording) -> tuple[str, ...]:
    arrow = shown.catalogue.arrows[row["arrow"]]
    ends = [_end(node, row[measured], shown, words)
            for node, measured in ((arrow.cause, "cause_measured"), (arrow.effect, "effect_measured"))]  # fmt: skip
    said = _SAID[row["verdict"]]
    if said == "ahead" and row["agrees"] is not None:
        said = "ahead_agrees" if row["agrees"] else "ahead_against"
    return (
        f"{ends[0]} \u2192 {ends[1]} ({arrow.sign})", f"{row['first_year']}\u2013{row['last_year']}",
        _interval(row, "ahead", words), _interval(row, "behind", words), words(f"mechanisms.lead.{said}"),
    )  # fmt: skip


def _end(node: str, measured: str, shown: Shown, words: Wording) -> str:
    title = title_of(shown.catalogue, node, words.lang)
    if not measured.startswith("verschillen:"):
        return title
    figure = lowered(shown.catalogue.title_of(measured.removeprefix("verschillen:"), words.lang))
    return words("mechanisms.lead_apart", title=title, figure=figure)


def _interval(row: dict[str, Any], name: str, words: Wording) -> str:
    margin = (row[f"{name}_high"] - row[f"{name}_low"]) / 2
    return f"{words.signed(row[name], 2)} ±\u00a0{words.number(margin, 2)}"
