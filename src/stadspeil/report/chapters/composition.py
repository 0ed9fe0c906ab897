"""What each composite mark is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stadspeil.report.chapters.shown import Part, Shown, signed
from stadspeil.report.document import Chapter, Grid
from stadspeil.report.wording import DASH, Wording


def composition(shown: Shown, words: Wording) -> Chapter | None:
    """What lifts and what lowers each composite mark, and what it would take to rise."""
    rows = shown.table("steps")
    if rows.is_empty():
        return None
    parts: list[Part] = [words("composition.intro", mean=words.mark(shown.catalogue.parameter("mark_mean")))]
    grids = []
    for (indicator,), steps in rows.group_by("indicator", maintain_order=True):
        if steps.height > 1:
            grids.append(_waterfall(str(indicator), steps.sort("adds").to_dicts(), shown, words))
    if not grids:
        return None
    return Chapter("composition", words("composition.title"), (*parts, *grids))


def _waterfall(id: str, steps: Sequence[dict[str, Any]], shown: Shown, words: Wording) -> Grid:
    heads = tuple(words(f"composition.{name}") for name in ("part", "mark", "adds", "needed"))
    rows = []
    for row in steps:
        part = row["part"]
        title = words("composition.together") if part == "samenspel" else shown.catalogue.title_of(part, words.lang)
        needed = DASH
        if row["mark_wanted"] is not None and row["mark"] is not None and row["mark_wanted"] > row["mark"] + 1e-9:
            needed = words.mark(row["mark_wanted"])
            if row["value_wanted"] is not None:
                needed = f"{needed} ({shown.quantity(part, row['value_wanted'], words)})"
        rows.append((title, words.mark(row["mark"]), signed(row["adds"], 2, words), needed))
    line = shown.composites.get(id)
    mark = words.mark(line.mark) if line is not None else DASH
    caption = words(
        "composition.caption",
        figure=shown.catalogue.title_of(id, words.lang),
        mark=mark,
        place=steps[0]["place_wanted"],
    )
    return Grid(caption, heads, tuple(rows), ("1fr", "18mm", "20mm", "48mm"), (False, True, True, True))
