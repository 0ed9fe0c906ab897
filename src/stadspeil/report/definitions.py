"""What every id of the catalogue means, for the sheet of definitions: in the report's language, with how it is made."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Composite, Indicator, Theme, title_in
from stadspeil.report.document import Definition
from stadspeil.report.notes import catalogue_note
from stadspeil.report.wording import Wording


def definitions(catalogue: Catalogue, shown: Collection[str], words: Wording) -> tuple[Definition, ...]:
    """Indicators, then composites, in the order of the catalogue. SHOWN are the ids with a number in the report."""
    composites = [_composite(each, catalogue, shown, words) for each in catalogue.composites.values()]
    indicators = [
        _indicator(each, catalogue, shown, words) for each in catalogue.indicators.values() if not each.replaced_by
    ]
    return (*indicators, *composites)


def titles(catalogue: Catalogue, words: Wording) -> dict[str, str]:
    """Titles by id of all that tables of analyses name."""
    entries: Mapping[str, object] = {
        **catalogue.groups, **catalogue.mechanisms, **catalogue.indicators, **catalogue.composites,
    }  # fmt: skip
    name = "title_en" if words.lang == "en" else "title"
    return {id: str(getattr(entry, name)) for id, entry in entries.items()}


def _indicator(entry: Indicator, catalogue: Catalogue, shown: Collection[str], words: Wording) -> Definition:
    english = words.lang == "en"
    source = catalogue.sources.get(entry.source)
    state = "shown" if entry.id in shown else "planned" if entry.status == "planned" else "lacking"
    return Definition(
        id=entry.id, title=entry.title_en if english else entry.title,
        definition=entry.definition_en if english else entry.definition, theme=_theme(entry.theme, catalogue, words),
        sort=entry.kind, unit=entry.unit, direction=entry.direction, made_of=made_of(entry, words),
        levels=", ".join(entry.levels), source="" if source is None else source.title_en if english else source.title,
        publisher="" if source is None else source.publisher, state=state, note=" ".join(catalogue_note(entry, words)),
    )  # fmt: skip


def made_of(entry: Indicator, words: Wording) -> str:
    """Fields of the catalogue, so that a reader can look them up with `stadspeil list fields`."""
    ratio = f"{entry.per:g} × {entry.numerator} / {entry.denominator}" if entry.numerator else ""
    column = entry.column or ("" if ratio else entry.id)
    return words("workbook.or_published", ratio=ratio, column=column) if ratio and column else ratio or column


def _composite(entry: Composite, catalogue: Catalogue, shown: Collection[str], words: Wording) -> Definition:
    english = words.lang == "en"
    parts = catalogue.parts_of(entry.id)
    weights = ", ".join(f"{part} ({entry.weight[part]:g})" if part in entry.weight else part for part in parts)
    return Definition(
        id=entry.id, title=entry.title_en if english else entry.title,
        definition=entry.definition_en if english else entry.definition,
        theme=_theme(entry.theme or entry.id.removeprefix("thema_"), catalogue, words), sort="composite", unit="",
        direction="higher_is_better", made_of=f"{words.said(entry.aggregation)}, {words.said(entry.weights)}: {weights}",
        levels="", source="", publisher="", state="shown" if entry.id in shown else "lacking", note="",
    )  # fmt: skip


def _theme(id: str, catalogue: Catalogue, words: Wording) -> str:
    theme: Theme | None = catalogue.themes.get(id)
    if theme is None:
        return words("words.composite")
    return title_in(theme, words.lang)
