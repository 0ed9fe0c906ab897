"""What each composite mark is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Chapter, Drawing
from stadspeil.report.drawing.content import Step, Waterfall
from stadspeil.report.drawing.waterfall import waterfall_alt, waterfall_svg
from stadspeil.report.wording import DASH, Wording


def composition(shown: Shown, words: Wording) -> Chapter | None:
    """What lifts and what lowers each composite mark, and what it would take to rise."""
    rows = shown.table("steps")
    if rows.is_empty():
        return None
    parts: list[Part] = [words("composition.intro", mean=words.mark(shown.catalogue.parameter("mark_mean")))]
    drawings = []
    for (indicator,), steps in rows.group_by("indicator", maintain_order=True):
        if steps.height > 1:
            drawings.append(_waterfall(str(indicator), steps.sort("adds").to_dicts(), shown, words))
    if not drawings:
        return None
    return Chapter("composition", words("composition.title"), (*parts, *drawings))


def _waterfall(id: str, steps: Sequence[dict[str, Any]], shown: Shown, words: Wording) -> Drawing:
    made = []
    for row in steps:
        part = row["part"]
        title = words("composition.together") if part == "samenspel" else shown.catalogue.title_of(part, words.lang)
        needed = DASH
        if row["mark_wanted"] is not None and row["mark"] is not None and row["mark_wanted"] > row["mark"] + 1e-9:
            needed = words.mark(row["mark_wanted"])
            if row["value_wanted"] is not None and not _can_be(part, row["value_wanted"], shown):
                needed = DASH
            elif row["value_wanted"] is not None:
                needed = f"{needed} ({shown.quantity(part, row['value_wanted'], words)})"
        made.append(Step(title, words.mark(row["mark"]), row["adds"], needed))
    # The steps end at the mark: what they add up to is the mark, not what is printed elsewhere.
    content = Waterfall(shown.catalogue.title_of(id, words.lang), shown.catalogue.parameter("mark_mean"), tuple(made))
    caption = words(
        "composition.caption",
        figure=shown.catalogue.title_of(id, words.lang),
        mark=words.mark(content.mark),
        place=steps[0]["place_wanted"],
    )
    return Drawing(waterfall_svg(content, words), caption, waterfall_alt(content, words), content)


def _can_be(part: str, value: float, shown: Shown) -> bool:
    """Whether a figure can have this value at all: no station is nearer than nought kilometers."""
    entry = shown.catalogue.indicators.get(part)
    return entry is None or entry.possible[0] <= value <= entry.possible[1]
