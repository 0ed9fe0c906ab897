"""The mechanisms of a town, each in one line: mark and place beside the region, direction, and whether it is on course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from stadspeil.atlas.directions import Direction
from stadspeil.atlas.lines import AreaLines
from stadspeil.atlas.site import Site
from stadspeil.catalogue.entries import Mechanism, title_in
from stadspeil.report.chapters.mechanisms import VERDICTS
from stadspeil.report.document import Line
from stadspeil.report.drawing.content import Verdict
from stadspeil.report.wording import Wording

_ORDER: tuple[Verdict, ...] = ("off", "on", "open")


@dataclass(frozen=True)
class Measure:
    """One measure of a mechanism: the row of the analysis with its verdict and the reason in words."""

    id: str
    row: Mapping[str, Any]
    verdict: Verdict
    reason: str


@dataclass(frozen=True)
class Standing:
    """A mechanism. `line` and `direction` are those of its mark, where it has one; `told` sums up its measures."""

    id: str
    title: str
    kind: Literal["level", "inequality", "qualitative"]
    line: Line | None
    direction: Direction | None
    measures: tuple[Measure, ...]
    verdict: Verdict
    told: str


def mechanisms_of(
    site: Site, known: AreaLines, directions: Mapping[str, Direction], words: Wording
) -> tuple[Standing, ...]:
    """The mechanisms of a gemeente in the order of the catalogue; none where the analysis has no rows of it."""
    table = site.results.analysis("mechanisms")
    own = table.filter(area=known.code).to_dicts() if table.height else []
    entries = sorted(site.catalogue.mechanisms.values(), key=lambda each: each.order)
    rows = {each.id: [row for row in own if row["mechanism"] == each.id] for each in entries}
    return tuple(_standing(each, rows[each.id], known, directions, words) for each in entries if rows[each.id])


def _standing(
    entry: Mechanism, rows: list[dict[str, Any]], known: AreaLines, directions: Mapping[str, Direction], words: Wording
) -> Standing:
    measures = tuple(_measure(row, words) for row in rows if row["years"] or not row["measured"])
    line = known.composites.get(entry.composite) if entry.composite else None
    verdict, told = _summed(measures, rows, words)
    return Standing(
        entry.id, title_in(entry, words.lang), entry.measure,
        line if line is not None and line.mark is not None else None, directions.get(entry.composite), measures,
        verdict, told,
    )  # fmt: skip


def _measure(row: dict[str, Any], words: Wording) -> Measure:
    return Measure(row["measured"] or "", row, VERDICTS[row["verdict"]], words.said(row["reason"]))


def _summed(measures: tuple[Measure, ...], rows: list[dict[str, Any]], words: Wording) -> tuple[Verdict, str]:
    """Of several measures how many are off or on course; a verdict on all of them only where they agree."""
    if not measures:
        return "open", words.said("not_measured")
    if len(rows) == 1:
        return measures[0].verdict, measures[0].reason
    counts = {each: sum(one.verdict == each for one in measures) for each in _ORDER}
    sure = [each for each in _ORDER if each != "open" and counts[each]]
    told = [words(f"town.measures.{each}", number=counts[each], total=len(measures)) for each in sure]
    verdict: Verdict = sure[0] if len(sure) == 1 else "open"
    return verdict, words.listing(told) if told else words("town.measures.open", total=len(measures))
