"""From scores to what a report says: pure, without reading or writing anything."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from stadspeil.areas import is_invented
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Theme, title_in
from stadspeil.contracts import AREAS, CELLS, empty
from stadspeil.errors import QuestionError
from stadspeil.report import findings
from stadspeil.report.chapters import Shown, analysis_tables, build_chapters, summary
from stadspeil.report.company import find_company
from stadspeil.report.definitions import definitions, titles
from stadspeil.report.document import HistoryRow, Line, Report, SourceLine
from stadspeil.report.lines import LineMaker
from stadspeil.report.provenance import CellSnapshots, cells_by_field, snapshots_of, source_lines, source_of_ground
from stadspeil.report.sections import build_sections
from stadspeil.report.standing import Standings, reported_row
from stadspeil.report.wording import Wording, wording
from stadspeil.simulation.reading import Outcome
from stadspeil.simulation.weighed import Weighed
from stadspeil.sources import Snapshot

PARAMETERS = (
    "mark_mean",
    "mark_sd",
    "mark_min",
    "mark_max",
    "coverage_gemeente",
    "composite_minimum_weight",
    "carry_years",
)


@dataclass(frozen=True)
class Material:
    """What a report is made from. `cells` are those of the town, to know which snapshots a figure rests on; `ground`
    are its buurten with their boundaries, `outcomes` its building programmes that were simulated,
    `weighed` its trade-off.
    """

    scores: pl.DataFrame
    group_scores: pl.DataFrame
    areas: pl.DataFrame
    snapshots: Sequence[Snapshot] = ()
    remarks: tuple[str, ...] = ()
    cells: pl.DataFrame = field(default_factory=lambda: empty(CELLS))
    analyses: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    small_areas: pl.DataFrame = field(default_factory=lambda: empty(AREAS))
    ground: pl.DataFrame = field(default_factory=lambda: empty(AREAS))
    outcomes: tuple[Outcome, ...] = ()
    weighed: Weighed | None = None


def report_model(material: Material, catalogue: Catalogue, town: str, lang: str = "nl") -> Report:
    """The Staat van de stad of a town.

    Raises:  QuestionError if there are no scores of this gemeente, or no texts in this language.
    """
    words = wording(lang)
    standings = Standings(material.scores, material.analyses.get("rank_ranges"))
    company = find_company(catalogue, material.areas, town, words)
    connected = [
        each.id for each in catalogue.indicators.values() if each.status == "connected" and not each.replaced_by
    ]
    cells = cells_by_field(material.cells)
    sources = source_lines(material.snapshots, catalogue, _used(connected, standings, town, catalogue, cells), lang)
    maker = LineMaker(catalogue, standings, material.group_scores, company, words, _Numbers(sources, cells, catalogue))
    lines = {id: line for id in connected if (line := maker.line(id)) is not None}
    composites = {id: line for id in catalogue.composites if (line := maker.line(id)) is not None}
    if not lines:
        raise QuestionError(
            f"{company.towns[0].name} ({town})",
            "daar zijn geen scores van",
            "zie 'stadspeil export scores' welke er zijn",
        )
    sections, silent = build_sections(catalogue, lines, composites, words)
    source_of = {each.id: each.source for each in material.snapshots}
    shown = findings.telling((line for section in sections for line in section.lines), catalogue)
    of_themes = {each.composite.id for each in (*sections, *silent) if each.composite is not None}
    shown_by_analyses = Shown(
        town, catalogue, material.analyses, material.small_areas, lines, composites,
        series=material.scores.filter(pl.col("area") == town),
        group_series=material.group_scores.filter(pl.col("group").is_in([each.id for each in company.comparisons])),
        comparisons=company.comparisons, own_group=company.own_group, town_name=company.towns[0].name, weighed=material.weighed,
        ground=material.ground, ground_source=source_of_ground(material.ground, material.snapshots, catalogue), outcomes=material.outcomes,
    )  # fmt: skip
    return Report(
        town=company.towns[0],
        lang=lang,
        invented=is_invented(town) or any(each.invented for each in material.snapshots),
        towns=company.towns,
        towns_title=company.title,
        own_group=company.own_group,
        comparisons=company.comparisons,
        member_names=company.member_names,
        sections=sections,
        silent=silent,
        composites=tuple(line for id, line in composites.items() if id not in of_themes and line.mark is not None),
        strongest=findings.strongest(shown),
        weakest=findings.weakest(shown),
        sources=sources,
        remarks=material.remarks,
        history=_history(catalogue, standings, town, words, cells, source_of, {**lines, **composites}, maker),
        parameters={id: catalogue.parameter(id) for id in PARAMETERS if id in catalogue.parameters},
        chapters=build_chapters(shown_by_analyses, words),
        summary=summary(shown_by_analyses, words),
        definitions=definitions(catalogue, {id for id, line in {**lines, **composites}.items() if line.shown}, words),
        titles=titles(catalogue, words)
        | dict(company.member_names)
        | {each.id: each.title for each in company.comparisons},
        decimals={each.id: each.decimals for each in catalogue.indicators.values()},
        tables=analysis_tables(shown_by_analyses),
    )


def _used(
    indicators: Iterable[str], standings: Standings, town: str, catalogue: Catalogue, cells: CellSnapshots
) -> set[str]:
    """Snapshots behind the figures that the report shows."""
    rows = {id: reported_row(standings.of_town(id, town)) for id in indicators}
    return {
        snapshot
        for id, row in rows.items()
        if row is not None and row["value"] is not None
        for snapshot in snapshots_of(catalogue.indicators[id], cells, row["year"], row["boundaries"])
    }


class _Numbers:
    """The numbers in the list of sources on which a figure of the town rests."""

    def __init__(self, sources: Sequence[SourceLine], cells: CellSnapshots, catalogue: Catalogue) -> None:
        self._number_of = {each.snapshot: each.number for each in sources}
        self._cells = cells
        self._catalogue = catalogue

    def __call__(self, id: str, year: int, boundaries: int) -> tuple[int, ...]:
        if id not in self._catalogue.indicators:
            return ()
        found = snapshots_of(self._catalogue.indicators[id], self._cells, year, boundaries)
        return tuple(sorted(self._number_of[each] for each in found if each in self._number_of))


def _history(
    catalogue: Catalogue,
    standings: Standings,
    town: str,
    words: Wording,
    cells: CellSnapshots,
    source_of: Mapping[str, str],
    lines: Mapping[str, Line],
    maker: LineMaker,
) -> tuple[HistoryRow, ...]:
    """Every row of SCORES of the town, indicators before composites, in the order of the catalogue."""
    rows = []
    for id, line in lines.items():
        indicator = catalogue.indicators.get(id)
        theme = catalogue.themes.get(indicator.theme if indicator else id.removeprefix("thema_"))
        for row in standings.of_town(id, town):
            edition = (row["year"], row["boundaries"])
            snapshots = sorted(snapshots_of(indicator, cells, *edition)) if indicator else []
            # Another source than the catalogue's own may have filled the table.
            filled = sorted({source_of[each] for each in snapshots if each in source_of})
            rows.append(
                HistoryRow(
                    id=id, title=line.title, theme=_theme_title(theme, words), direction=line.direction, unit=line.unit,
                    decimals=line.decimals, **{name: row[name] for name in _KEPT},
                    source=" ".join(filled) or (indicator.source if indicator else ""), snapshots=" ".join(snapshots),
                    reported=edition == (line.year, line.boundaries), mark_spread=row["mark_spread"],
                    source_title=_source_title(filled or [indicator.source if indicator else ""], catalogue, words),
                    averages=maker.averages(id, *edition),
                )
            )  # fmt: skip
    return tuple(rows)


def _source_title(sources: Sequence[str], catalogue: Catalogue, words: Wording) -> str:
    found = [catalogue.sources[each] for each in sources if each in catalogue.sources]
    return "; ".join(f"{title_in(each, words.lang)} ({each.publisher})" for each in found)


_KEPT = ("year", "boundaries", "value", "spread", "n", "mark", "rank", "tied", "ranked", "status", "note")


def _theme_title(theme: Theme | None, words: Wording) -> str:
    if theme is None:
        return words("words.composite")
    return title_in(theme, words.lang)
