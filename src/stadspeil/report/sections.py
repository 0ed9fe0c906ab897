"""The themes of the report: which figures each has, which it lacks, and which are planned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Indicator, Theme, title_in
from stadspeil.report.document import Lacking, Line, Section
from stadspeil.report.notes import catalogue_note, lacking_reason
from stadspeil.report.wording import Wording


def build_sections(
    catalogue: Catalogue, lines: Mapping[str, Line], composites: Mapping[str, Line], words: Wording
) -> tuple[tuple[Section, ...], tuple[Section, ...]]:
    """Themes with at least one number, and themes without any, both in the order of the catalogue."""
    ordered = sorted(catalogue.themes.values(), key=lambda each: each.order)
    of_theme: dict[str, list[Indicator]] = {theme.id: [] for theme in ordered}
    for each in catalogue.indicators.values():
        if not each.replaced_by:
            of_theme[each.theme].append(each)
    sections = [_section(theme, of_theme[theme.id], catalogue, lines, composites, words) for theme in ordered]
    return tuple(each for each in sections if each.lines), tuple(each for each in sections if not each.lines)


def _section(
    theme: Theme, entries: Sequence[Indicator], catalogue: Catalogue, lines: Mapping[str, Line],
    composites: Mapping[str, Line], words: Wording,
) -> Section:  # fmt: skip
    found = [lines[each.id] for each in entries if each.id in lines]
    connected = [each for each in entries if each.status == "connected"]
    return Section(
        id=theme.id,
        title=_title(theme, words),
        note=" ".join(catalogue_note(theme, words)),
        composite=_composite_of(theme, catalogue, composites),
        judged=tuple(line for line in found if line.shown and line.judged),
        neutral=tuple(line for line in found if line.shown and not line.judged),
        lacking=tuple(
            Lacking(line.id, line.title, lacking_reason(line.status, line.year, words))
            for line in found
            if not line.shown
        ),
        not_imported=tuple(Lacking(each.id, _title(each, words), "") for each in connected if each.id not in lines),
        planned=tuple(Lacking(each.id, _title(each, words), "") for each in entries if each.status == "planned"),
    )


def _composite_of(theme: Theme, catalogue: Catalogue, composites: Mapping[str, Line]) -> Line | None:
    ids = [
        each.id for each in catalogue.composites.values() if each.theme == theme.id or each.id == f"thema_{theme.id}"
    ]
    return next((composites[id] for id in ids if id in composites), None)


def _title(entry: Theme | Indicator, words: Wording) -> str:
    return title_in(entry, words.lang)
