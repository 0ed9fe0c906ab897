"""What a figure shows, ready to draw: positions as numbers, everything that is read as text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from stadspeil.report.document import Average, Line, Place, Report
from stadspeil.report.wording import DASH, Wording

# What fits on a page with its heading in tall rows, of which one with a title of two lines takes a third more.
MOST_TALL_ROWS, LINE_LENGTH, EXTRA_LINE = 17, 29, 0.33
# One shape per marker, so that they can be told apart without color: names in templates/figure.typ.
GROUP_SHAPES = ("disc", "ring", "triangle", "square", "hexagon")
REGION_SHAPES = {"region_net": "bar", "region_gross": "cross"}


def figures(
    report: Report, lines: Sequence[Line], caption: str, words: Wording, tall: bool = False
) -> list[dict[str, Any]]:
    """One figure of lines that are all judged or all neutral, none without lines. A long one goes on overleaf.

    `tall` gives the rows more air where a page has little else on it.
    """
    if not lines:
        return []
    height = sum(1 + EXTRA_LINE * (len(line.title) // LINE_LENGTH) for line in lines)
    return [{**_figure(report, lines, caption, words), "tall": tall and height <= MOST_TALL_ROWS}]


def shapes(report: Report) -> list[str]:
    """The shape of each comparison; the country is a line in the figure and has none."""
    groups = iter(GROUP_SHAPES)
    return [next(groups) if each.kind == "group" else REGION_SHAPES.get(each.kind, "") for each in report.comparisons]


def legend(
    report: Report, words: Wording, judged: bool, margins: bool, ranges: Collection[str] = (), unsure: str = ""
) -> dict[str, Any]:
    """What shapes and colors mean; `unsure` is a shade without a known margin, where there is one."""
    markers = [{"shape": "town", "text": words("legend.town", town=report.town.name)}]
    markers += [
        {"shape": shape, "text": each.short}
        for each, shape in zip(report.comparisons, shapes(report), strict=True)
        if shape
    ]
    middle = words("legend.mean", mean=words.mark(report.parameters.get("mark_mean", 6.5)))
    markers.append({"shape": "middle", "text": middle if judged else words("legend.median")})
    if margins:
        markers.append({"shape": "whisker", "text": words("legend.margin")})
    markers += [{"shape": kind, "text": words(f"legend.{kind}")} for kind in ("noise", "choices") if kind in ranges]
    bands = (
        ("very_favourable", "favourable", "middle", "unfavourable", "very_unfavourable")
        if judged
        else ("very_high", "high", "middle", "low", "very_low")
    )
    return {
        "markers": markers,
        "bands": [{"band": band, "text": words(f"legend.{band}")} for band in bands]
        + ([{"band": unsure, "text": words("legend.unsure")}] if unsure else []),
        "note": words("legend.judged_note" if judged else "legend.neutral_note"),
    }


def _figure(report: Report, lines: Sequence[Line], caption: str, words: Wording) -> dict[str, Any]:
    judged = lines[0].judged
    low, high = (
        (report.parameters.get("mark_min", 3.0), report.parameters.get("mark_max", 10.0)) if judged else (0, 100)
    )
    middle = report.parameters.get("mark_mean", 6.5) if judged else 50
    rows = [_row(report, line, words) for line in lines]
    unsure = next((cell["band"] for row in rows for cell in row["cells"] if "unsure" in cell["band"]), "")
    ranges = {row["range"]["kind"] for row in rows if row["range"]}
    ticks = [*range(int(low), int(high) + 1)] if judged else [0, 25, 50, 75, 100]
    return {
        "judged": judged,
        "caption": caption,
        "alt": _alt(lines, judged, words),
        "low": low, "high": high, "middle": middle,
        "ticks": [{"x": tick, "text": words.number(tick) + ("" if judged else "%")} for tick in ticks],
        "head_left": words("figure.marks_head" if judged else "figure.shares_head"),
        "head_right": words("figure.places_head"),
        "of": words("heads.of"),
        "range_head": words("figure.range_head") if ranges else "",
        "towns": [town.name for town in report.towns],
        "rows": rows,
        "legend": legend(report, words, judged, any(row["whisker"] for row in rows), ranges, unsure),
    }  # fmt: skip


def _row(report: Report, line: Line, words: Wording) -> dict[str, Any]:
    markers = [
        {"shape": shape, "x": x}
        for shape, average in zip(shapes(report), line.averages, strict=True)
        if shape and (x := _position(line, average)) is not None
    ]
    x = line.mark if line.judged else _share_below(line.place)
    margin = line.mark_margin if line.judged else None
    low, high = report.parameters.get("mark_min", 3.0), report.parameters.get("mark_max", 10.0)
    return {
        "label": line.title,
        "mark": words.mark(line.mark) if line.judged else "",
        "x": x,
        "whisker": [max(low, x - margin), min(high, x + margin)] if x is not None and margin is not None else None,
        "markers": markers,
        "range": _range(line.place),
        "cells": [{"text": short_place(place), "band": place.shade} for place in line.places],
        "ranked": words.number(line.place.ranked) if line.place.rank is not None else "",
    }


def _range(place: Place) -> dict[str, Any] | None:
    """The places that are possible, as text and as shares of the field: the same as everywhere they are written."""
    found, kind = place.possible, "choices" if place.noise is None else "noise"
    if found is None or place.rank is None:
        return None
    low, high, own = ((each - 1) / max(1, place.ranked - 1) for each in (*found, place.rank))
    return {"text": f"{found[0]}\u2013{found[1]}", "kind": kind, "low": low, "high": high, "place": own}


def _position(line: Line, average: Average) -> float | None:
    if line.judged:
        return average.mark
    if average.rank is None:
        return None
    return _share_below(Place(rank=min(average.rank, average.ranked or 1), ranked=average.ranked or 1))


def _share_below(place: Place) -> float | None:
    return None if place.share is None else 100 * (1 - place.share)


def short_place(place: Place) -> str:
    """A place without its field, with = where it is shared."""
    if place.rank is None:
        return DASH
    return f"{place.rank}=" if place.tied > 1 else str(place.rank)


def _alt(lines: Sequence[Line], judged: bool, words: Wording) -> str:
    """The figure for who cannot see it: every row of the town, and where the other numbers are."""
    rows = [
        words(
            "figure.alt_row" if line.mark is not None else "figure.alt_row_unmarked",
            title=line.title, mark=words.mark(line.mark), place=words.place(line.place),
            range=_told_range(line.place, words),
        )
        for line in lines
    ]  # fmt: skip
    return words("figure.alt_marks" if judged else "figure.alt_shares", rows=" ".join(rows))


def _told_range(place: Place, words: Wording) -> str:
    told = ""
    for kind, found in (("noise", place.noise), ("choices", place.choices)):
        if found is not None:
            told += f"; {words(f'drawing.{kind}_told', low=found[0], high=found[1])}"
    return told
