"""What counts in the mark of a theme of one area: which figures, from which year, and with what weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from stadspeil.atlas.lines import AreaLines
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Cell, Column, LaterRows, Table, rows_of
from stadspeil.report.document import Line
from stadspeil.report.wording import Wording
from stadspeil.scores.carrying import Edition, carry_rules, present_marks
from stadspeil.scores.composites import marks_of
from stadspeil.scores.recipes import Recipe, recipe_of


@dataclass(frozen=True)
class Part:
    """A figure that belongs to a theme's mark. `year` is None where it has no report mark and so does not count.

    `share` is its part of the weight, 0 to 1 among those that count; None where the weights are made from the data.
    """

    id: str
    title: str
    mark: float | None
    year: int | None
    share: float | None

    @property
    def counts(self) -> bool:
        """Whether it counts in the mark of this area."""
        return self.year is not None and self.share != 0


def parts_counted(site: Site, known: AreaLines, lines: Sequence[Line], lang: str) -> Mapping[str, tuple[Part, ...]]:
    """By id of these theme composites of an area their parts, in the order of the catalogue.

    A part counts with its mark of the same year, else with its newest that may still be carried (decision 0004).
    Kept until the results are others.
    """
    key = ("counted", known.code, lang, *(line.id for line in lines))
    return site.results.remembered(key, lambda: _parts(site, known, lines, lang))


def counted_said(parts: Sequence[Part], line: Line, site: Site, words: Wording) -> tuple[str, ...]:
    """What counts, with what weight, and what becomes of the weight of a part without a mark. Whole sentences."""
    counting, lacking = [each for each in parts if each.counts], [each.title for each in parts if each.year is None]
    if not counting:
        return ()
    shares = {each.share for each in counting}
    share = shares.pop() if len(shares) == 1 else None
    listed = []
    for each in counting:
        told = [] if share is not None or each.share is None else [percent(each.share, words)]
        told += [] if each.year == line.year else [str(each.year)]
        listed.append(f"{each.title} ({', '.join(told)})" if told else each.title)
    way = "alone" if len(counting) == 1 else "equal" if share is not None else "own" if shares else "data"
    said = [words(f"counted.{way}", number=len(counting), share=percent(share, words), parts=words.listing(listed))]
    if lacking:
        missing = site.catalogue.composite(line.id).missing
        said.append(words(f"counted.lacking_{missing}", parts=words.listing(lacking)))
    return tuple(said)


def counted_table(site: Site, known: AreaLines, words: Wording) -> Table:
    """A row per theme and part: for taking along."""
    columns = (
        Column("thema", words("town.theme")), Column("cijfer", words("town.figure")),
        Column("rapportcijfer", words("town.mark"), "number", 1), Column("jaar", words("town.year"), "year"),
        Column("gewicht_pct", words("counted.weight"), "number", 1, meaning=words("counted.weight_meaning")),
        Column("telt", words("counted.counts"), meaning=words("counted.counts_meaning")), Column("id", words("town.id")),
    )  # fmt: skip

    def made() -> Sequence[Mapping[str, Cell]]:
        counted = parts_counted(site, known, known.themes, words.lang)
        rows = (
            (line.title, each.title, each.mark, each.year, None if each.share is None else 100 * each.share,
             words("words.yes" if each.counts else "words.no"), each.id)
            for line in known.themes for each in counted[line.id]
        )  # fmt: skip
        return rows_of([each.key for each in columns], *rows)

    return Table("telt_mee", words("counted.caption"), columns, LaterRows(made))


def _parts(site: Site, known: AreaLines, lines: Sequence[Line], lang: str) -> dict[str, tuple[Part, ...]]:
    recipes = [recipe_of(site.catalogue, line.id) for line in lines]
    wanted = {part for recipe in recipes for part in recipe.parts}
    table = site.results.here(site.results.of_area(known.code)).filter(
        pl.col("indicator").is_in(list(wanted)) & pl.col("mark").is_not_null()
    )
    own, found = marks_of(table), {}
    # Most themes are of one edition: it is asked once, for all their parts.
    by_edition: dict[Edition, dict[str, tuple[float, int]]] = {}
    for recipe in recipes:
        row = known.rows[recipe.id]
        edition = Edition(row["level"], row["year"], row["boundaries"])
        if edition not in by_edition:
            by_edition[edition] = _marks(site, own, edition)
        marks = {id: by_edition[edition][id] for id in recipe.parts if id in by_edition[edition]}
        shares = _shares(recipe, set(marks))
        found[recipe.id] = tuple(_part(id, site.title(id, lang), marks.get(id), shares) for id in recipe.parts)
    return found


def _part(id: str, title: str, mark: tuple[float, int] | None, shares: Mapping[str, float] | None) -> Part:
    worth, year = mark or (None, None)
    return Part(id, title, worth, year, None if shares is None else shares.get(id))


def _marks(site: Site, own: pl.DataFrame, edition: Edition) -> dict[str, tuple[float, int]]:
    """Mark and year of each part, by the rule that composites are made by. Shape: own has MARKS of the area."""
    found = present_marks(own, edition, carry_rules(site.catalogue), site.results.register)
    return {id: (mark, year) for id, mark, year in found.select("indicator", "mark", "year").iter_rows()}


def _shares(recipe: Recipe, marked: set[str]) -> dict[str, float] | None:
    """The weight of each part, as a share of all; a part without a mark leaves its weight to the others where the recipe
    says so. None for weights that are made from the data.
    """
    if recipe.weights not in ("equal", "declared"):
        return None
    given = recipe.given_weights()
    if recipe.missing == "renormalise":
        given = {id: weight for id, weight in given.items() if id in marked}
    total = sum(given.values())
    return {id: weight / total for id, weight in given.items()} if total else {}


def percent(share: float | None, words: Wording) -> str:
    """A share as a percentage, whole where it is; '' for none."""
    return "" if share is None else f"{words.number(100 * share, 0 if abs(share * 100 % 1) < 1e-9 else 1)}%"
