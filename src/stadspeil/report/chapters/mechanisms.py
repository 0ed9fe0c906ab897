"""The mechanisms, and the causal map that ties them together."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.analyses.causal_map import hypotheses, loops, title_of
from stadspeil.catalogue.entries import title_in
from stadspeil.report.causal_drawing import causal_map_svg
from stadspeil.report.chapters.leads import leads
from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Chapter, Drawing, Grid, Heading
from stadspeil.report.drawing.content import Dial, Dials, Verdict
from stadspeil.report.drawing.dials import dials_alt, dials_svg
from stadspeil.report.wording import DASH, Wording, lowered

_LOOPS_SHOWN = 5


def mechanisms(shown: Shown, words: Wording) -> Chapter | None:
    """The mechanisms: goal, place beside the region, verdict with its reason, and what is missing."""
    rows = shown.table("mechanisms")
    if rows.is_empty():
        return None
    parts: list[Part] = [f"{words('mechanisms.intro')} {words('drawing.dials_intro')}", dials_of(rows, shown, words)]
    for entry in sorted(shown.catalogue.mechanisms.values(), key=lambda each: each.order):
        own = rows.filter(pl.col("mechanism") == entry.id).to_dicts()
        english = words.lang == "en"
        parts.append(Heading(entry.title_en if english else entry.title))
        parts.append(words("mechanisms.goal", goal=entry.goal_text_en if english else entry.goal_text))
        parts += [
            _mechanism_sentence(row, entry.measure, shown, words) for row in own if row["years"] or not row["measured"]
        ]
        without = (row["measured"] for row in own if row["measured"] and not row["years"])
        lacking = [lowered(shown.catalogue.title_of(id, words.lang)) for id in without]
        if lacking:
            parts.append(words("mechanisms.lacking", figures=words.listing(lacking)))
        gaps = entry.gaps_en if english else entry.gaps
        if gaps:
            parts.append(words("mechanisms.gaps", gaps=" ".join(gaps)))
    parts += _causal_map(shown, words)
    parts += leads(shown, words)
    return Chapter("mechanisms", words("mechanisms.title"), tuple(parts))


def dials_of(rows: pl.DataFrame, shown: Shown, words: Wording) -> Drawing:
    """The measures of the mechanisms against their goal. Shape: MECHANISMS of the town."""
    order = {entry.id: entry.order for entry in shown.catalogue.mechanisms.values()}
    made = [_dial(row, shown, words) for row in sorted(rows.to_dicts(), key=lambda row: order[row["mechanism"]])]
    content = Dials(tuple(made), shown.catalogue.parameter("level_tolerance"), int(rows["goal_year"].max()))  # type: ignore[arg-type]
    caption = words("drawing.dials_caption", goal_year=content.goal_year)
    return Drawing(dials_svg(content, words), caption, dials_alt(content, words), content)


def _dial(row: dict[str, Any], shown: Shown, words: Wording) -> Dial:
    """A measure as it is drawn. Of differences between buurten no gap with the region is known."""
    entry = shown.catalogue.mechanisms[row["mechanism"]]
    title = title_in(entry, words.lang)
    if entry.measure == "inequality":
        title = words("drawing.differences_in", figure=lowered(shown.catalogue.title_of(row["measured"], words.lang)))
    reason = words(f"mechanisms.reason.{row['reason']}", years=row["years"], goal_year=row["goal_year"])
    interval = None if row["low"] is None or row["high"] is None else (row["low"], row["high"])
    return Dial(title, VERDICTS[row["verdict"]], bool(row["years"]), reason[:1].upper() + reason[1:].rstrip("."), row["year"],
                row["gap"], row["projection"], interval)  # fmt: skip


def _mechanism_sentence(row: dict[str, Any], measure: str, shown: Shown, words: Wording) -> str:
    verdict = words(f"mechanisms.verdict.{VERDICTS[row['verdict']]}")
    reason = words(f"mechanisms.reason.{row['reason']}", years=row["years"], goal_year=row["goal_year"])
    if measure == "qualitative":
        return f"{verdict} {reason}"
    if measure == "inequality":
        figure = shown.catalogue.title_of(row["measured"], words.lang)
        return words("mechanisms.differences", figure=figure, year=row["year"], verdict=verdict, reason=reason)
    numbers = {
        "year": row["year"], "baseline_year": row["baseline_year"], "mark": words.mark(row["value"]),
        "baseline": words.mark(row["baseline"]), "region": words.mark(row["region"]),
        "gap": words.signed(row["gap"], 2) if row["gap"] is not None else DASH,
    }  # fmt: skip
    said = words("mechanisms.level_unknown" if row["gap"] is None else "mechanisms.level", **numbers)
    if row["gap"] is not None:
        said = f"{said} {_gap_margin(row, shown, words)}".rstrip()
    if row["baseline_year"] != row["year"]:
        said = f"{said} {words('mechanisms.baseline', **numbers)}"
    if row["projection"] is None:
        return f"{said} {verdict} {reason}"
    drawn = words(
        "mechanisms.projection", goal_year=row["goal_year"],
        **{name: words.number(row[name], 1) for name in ("projection", "low", "high")},
    )  # fmt: skip
    return f"{said} {drawn} {verdict} {reason}"


def _gap_margin(row: dict[str, Any], shown: Shown, words: Wording) -> str:
    """What the reader may not read into a gap with the region: that of its size more is known than is."""
    line = shown.composites.get(row["measured"])
    margin = line.mark_margin if line is not None and line.year == row["year"] else None
    if margin is None:
        return words("mechanisms.gap_unknown")
    return words("mechanisms.gap_within") if abs(row["gap"]) <= margin else ""


VERDICTS: dict[str, Verdict] = {"op koers": "on", "van koers": "off", "niet te zeggen": "open"}


def _causal_map(shown: Shown, words: Wording) -> list[Part]:
    arrows = shown.catalogue.arrows
    if not arrows:
        return []
    found = loops(arrows)
    guessed = {each.id for each in hypotheses(arrows)}
    rows = []
    for loop in found[:_LOOPS_SHOWN]:
        titles = [title_of(shown.catalogue, node, words.lang) for node in (*loop.nodes, loop.nodes[0])]
        kind = words("mechanisms.loop_feeds" if loop.feeds_itself else "mechanisms.loop_holds")
        rests = words("words.yes" if loop.rests_on_hypothesis else "words.no")
        rows.append((" \u2192 ".join(titles), kind, rests))
    text = words("mechanisms.map", arrows=len(arrows), guessed=len(guessed), loops=len(found))
    heads = words("mechanisms.loop"), words("mechanisms.kind"), words("mechanisms.guess")
    grid = Grid(words("mechanisms.loops_caption"), heads, tuple(rows), ("1fr", "24mm", "24mm"), (False, False, False))
    drawing = Drawing(
        causal_map_svg(shown.catalogue, words.lang), words("mechanisms.map_caption"),
        words("mechanisms.map_alt", arrows=_arrows_in_words(shown, words)),
    )  # fmt: skip
    return [Heading(words("mechanisms.map_title")), text, drawing, *([grid] if rows else [])]


def _arrows_in_words(shown: Shown, words: Wording) -> str:
    titles = {
        node: title_of(shown.catalogue, node, words.lang)
        for each in shown.catalogue.arrows.values()
        for node in (each.cause, each.effect)
    }
    return "; ".join(
        f"{titles[each.cause]} {each.sign} {titles[each.effect]}" for each in shown.catalogue.arrows.values()
    )
