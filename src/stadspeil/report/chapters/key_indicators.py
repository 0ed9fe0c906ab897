"""The key indicators of the yearly Staat."""

from __future__ import annotations

from stadspeil.catalogue.entries import title_in
from stadspeil.report.chapters.shown import Shown
from stadspeil.report.document import Chapter, Grid, Line
from stadspeil.report.wording import DASH, Wording, lowered


def key_indicators(shown: Shown, words: Wording) -> Chapter | None:
    """The key indicators of the yearly Staat, by what measures them here."""
    rows = []
    for entry in shown.catalogue.key_indicators.values():
        line = next((found for id in entry.measured_by if (found := _line(shown, id)) is not None), None)
        title = title_in(entry, words.lang)
        if line is None:
            rows.append((title, words("key.none"), DASH, DASH, DASH))
        else:
            value = DASH if line.composite else words.quantity(line.value, line)
            rows.append((title, f"{line.title} ({line.year})", value, words.mark(line.mark), words.place(line.place)))
    if not rows or all(row[1] == words("key.none") for row in rows):
        return None
    heads = tuple(words(f"key.{name}") for name in ("what", "by", "value", "mark", "place"))
    grid = Grid(words("key.caption"), heads, tuple(rows), ("1fr", "1fr", "26mm", "14mm", "30mm"),
                (False, False, True, True, True))  # fmt: skip
    entries = shown.catalogue.key_indicators.values()
    english = words.lang == "en"
    told = ((each.title_en, each.gap_en) if english else (each.title, each.gap) for each in entries)
    gaps = [f"{title}: {lowered(gap)}" for title, gap in told if gap]
    return Chapter("key", words("key.title"), (words("key.intro"), grid, *gaps))


def _line(shown: Shown, id: str) -> Line | None:
    line = shown.lines.get(id) or shown.composites.get(id)
    return line if line is not None and (line.value is not None or line.mark is not None) else None
