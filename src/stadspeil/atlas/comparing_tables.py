"""What a comparison says as tables: all numbers, the distance from groups, and who is ahead of whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from stadspeil.analyses.group_tests import REST
from stadspeil.atlas.comparing import HALF_90, Cell, Compared, Comparing, Gap
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Column, Table, rows_of
from stadspeil.catalogue.entries import title_in
from stadspeil.report.wording import Wording

Row = Mapping[str, Any]


def numbers_table(site: Site, found: Comparing, words: Wording) -> Table:
    """Every area and every mean on every figure: the twin of the figure."""
    columns = (
        Column("onderwerp", words("compare.subject")), Column("gebied", words("compare.area"), "area"),
        Column("naam", words("compare.name")), Column("soort", words("compare.kind")),
        Column("waarde", words("compare.value"), "number", 1),
        Column("marge", words("compare.margin"), "number", 1, meaning=words("compare.margin_meaning")),
        Column("eenheid", words("compare.unit")), Column("rapportcijfer", words("compare.mark"), "number", 1),
        Column("marge_rapportcijfer", words("compare.mark_margin"), "number", 1),
        Column("plaats", words("compare.place"), "number"), Column("van", words("compare.of"), "number"),
        Column("plaats_van", words("compare.from"), "number", meaning=words("compare.range_meaning")),
        Column("plaats_tot", words("compare.to"), "number", meaning=words("compare.range_meaning")),
        Column("bereik_door", words("compare.range_by")), Column("jaar", words("compare.year"), "year"),
        Column("grenzen", words("compare.boundaries"), "year"), Column("aantal", words("compare.number"), "number"),
        Column("status", words("compare.status")), Column("id", words("compare.id")),
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for each in found.rows:
        title, unit, (year, boundaries) = site.title(each.id, words.lang), unit_of(site, each, words), each.edition
        for cell in each.cells:
            low, high, by = cell.range or (None, None, "")
            rows.append((
                title, cell.area, site.name(cell.area), words(f"compare.levels.{found.choice.level}"), cell.value,
                cell.margin, unit, cell.mark, cell.mark_margin, cell.place.rank, cell.place.ranked or None, low, high,
                words(f"compare.by.{by}") if by else "", year, boundaries, cell.n, cell.status, each.id,
            ))  # fmt: skip
        for mean in each.means:
            rows.append((
                title, mean.id, found.names[mean.id], words(f"compare.kinds.{mean.kind}"), mean.value, None, unit,
                mean.mark, None, None, None, None, None, "", year, boundaries, mean.present, "", each.id,
            ))  # fmt: skip
    return Table("vergelijking", words("compare.numbers_caption"), columns, rows_of([c.key for c in columns], *rows))


def gaps_table(site: Site, found: Comparing, words: Wording) -> Table:
    """The lit area less each mean, with its margin and what may be said."""
    columns = (
        Column("onderwerp", words("compare.subject")), Column("naast", words("compare.beside")),
        Column("waarde", words("compare.own_value"), "number", 1), Column("gemiddelde", words("compare.mean"), "number", 1),
        Column("verschil", words("compare.difference"), "number", 1),
        Column("marge", words("compare.margin_90"), "number", 1, meaning=words("compare.margin_90_meaning")),
        Column("oordeel", words("compare.verdict"), meaning=words("compare.verdict_meaning")),
        Column("eenheid", words("compare.unit")), Column("jaar", words("compare.year"), "year"),
        Column("leden", words("compare.members"), "number"), Column("id", words("compare.id")),
    )  # fmt: skip
    rows = []
    for each in found.rows:
        own = each.cell(found.choice.lit)
        for gap in each.gaps:
            rows.append((
                site.title(each.id, words.lang), found.names[gap.mean.id], own.value if own else None, gap.mean.value,
                gap.difference, gap.margin, verdict_of(site, each.id, gap, words), unit_of(site, each, words),
                each.edition[0], gap.mean.present, each.id,
            ))  # fmt: skip
    return Table("verschillen", words("compare.gaps_caption", town=site.name(found.choice.lit)), columns,
                 rows_of([c.key for c in columns], *rows), note=words("compare.no_gaps"))  # fmt: skip


def pairs_table(site: Site, found: Comparing, words: Wording) -> Table:
    """The lit town beside each other area: the difference, both chances, and who is ahead where that can be told."""
    columns = (
        Column("onderwerp", words("compare.subject")), Column("naast", words("compare.beside")),
        Column("waarde", words("compare.own_value"), "number", 1), Column("ander", words("compare.other_value"), "number", 1),
        Column("verschil", words("compare.difference"), "number", 1),
        Column("marge", words("compare.margin_90"), "number", 1, meaning=words("compare.margin_90_meaning")),
        Column("kans_voor", words("compare.ahead_noise"), "number", unit="%", meaning=words("compare.ahead_noise_meaning")),
        Column("keuzes_voor", words("compare.ahead_choices"), "number", unit="%",
               meaning=words("compare.ahead_choices_meaning")),
        Column("oordeel", words("compare.verdict"), meaning=words("compare.verdict_meaning")),
        Column("eenheid", words("compare.unit")), Column("jaar", words("compare.year"), "year"),
        Column("gebied", words("compare.code"), "area"), Column("id", words("compare.id")),
    )  # fmt: skip
    tested = pairs_of(site, found)
    rows: list[tuple[Any, ...]] = []
    for each in found.rows:
        own = each.cell(found.choice.lit)
        for cell in each.cells:
            if own is None or own.value is None or cell.area == own.area or cell.value is None or not each.judged:
                continue
            rows.append(_pair(site, each, own, cell, tested.get((each.id, cell.area)), words))
    return Table("paren", words("compare.pairs_caption", town=site.name(found.choice.lit)), columns,
                 rows_of([c.key for c in columns], *rows), note=words("compare.no_pairs"))  # fmt: skip


def pairs_of(site: Site, found: Comparing) -> dict[tuple[str, str], Row]:
    """PAIRS of the lit town by figure and other town, in the edition that is compared."""
    table = site.results.analysis("pairs")
    if table.is_empty():
        return {}
    editions = {each.id: each.edition for each in found.rows}
    mine = table.filter((pl.col("area") == found.choice.lit) & pl.col("indicator").is_in(list(editions)))
    return {
        (row["indicator"], row["other"]): row
        for row in mine.iter_rows(named=True)
        if editions[row["indicator"]] == (row["year"], row["boundaries"])
    }


def _pair(site: Site, each: Compared, own: Cell, cell: Cell, row: Row | None, words: Wording) -> tuple[Any, ...]:
    difference = (own.value or 0.0) - (cell.value or 0.0)
    margin = noise = choices = None
    said = words("compare.untested")
    if row is not None:
        margin = HALF_90 * row["error"] if row["error"] is not None else None
        noise, choices = (None if row[name] is None else 100 * row[name] for name in ("ahead_noise", "ahead_choices"))
        said = pair_verdict(row, words)
    return (
        site.title(each.id, words.lang), site.name(cell.area), own.value, cell.value, difference, margin, noise, choices,
        said, unit_of(site, each, words), each.edition[0], cell.area, each.id,
    )  # fmt: skip


def pair_verdict(row: Row, words: Wording) -> str:
    """What may be said of a pair: ahead, behind, no demonstrable difference, or that the margin is not known."""
    if row["favourable"] is None:
        return words.said(row["verdict"])
    return words("compare.ahead" if row["favourable"] else "compare.behind")


def group_tables(site: Site, found: Comparing, words: Wording) -> tuple[Table, ...]:
    """Whether the first group that was chosen differs from the rest of the country; empty where nobody tested it."""
    columns = (
        Column("onderwerp", words("compare.subject")), Column("groep", words("likes.group"), "number", 1),
        Column("rest", words("likes.rest"), "number", 1),
        Column("grootte", words("likes.size"), "number", 1, meaning=words("compare.size_meaning")),
        Column("grootte_van", words("compare.size_from"), "number", 1),
        Column("grootte_tot", words("compare.size_to"), "number", 1),
        Column("oordeel", words("compare.verdict")), Column("eenheid", words("compare.unit")),
        Column("jaar", words("compare.year"), "year"), Column("leden", words("compare.members"), "number"),
        Column("id", words("compare.id")),
    )  # fmt: skip
    table = site.results.analysis("group_tests")
    if not found.choice.groups or table.is_empty():
        return ()
    group = site.catalogue.groups[found.choice.groups[0]]
    compared = {each.id: each for each in found.rows}
    mine = table.filter(
        (pl.col("group") == group.id) & (pl.col("other") == REST) & pl.col("indicator").is_in(list(compared))
    )
    by_id = {row["indicator"]: row for row in mine.iter_rows(named=True)}
    rows = [
        (site.title(id, words.lang), row["mean"], row["other_mean"], row["g"], row["g_low"], row["g_high"],
         _found(row, words), unit_of(site, compared[id], words), row["year"], row["members"], id)
        for id in compared if (row := by_id.get(id)) is not None
    ]  # fmt: skip
    caption = words("compare.group_caption", group=title_in(group, words.lang))
    return (Table("groep", caption, columns, rows_of([c.key for c in columns], *rows)),) if rows else ()


def twin_tables(site: Site, found: Comparing, words: Wording) -> tuple[Table, ...]:
    """The lit town beside the gemeenten most like it in structure; empty where they are not known."""
    columns = (
        Column("onderwerp", words("compare.subject")), Column("cijfer", words("likes.mark"), "number", 1),
        Column("tweelingen", words("likes.twins_mark"), "number", 1),
        Column("laagste", words("compare.lowest"), "number", 1), Column("hoogste", words("compare.highest"), "number", 1),
        Column("verschil", words("compare.difference"), "number", 1), Column("marge", words("compare.margin_90"), "number", 1),
        Column("oordeel", words("compare.verdict")), Column("jaar", words("compare.year"), "year"),
        Column("id", words("compare.id")),
    )  # fmt: skip
    table = site.results.analysis("twin_gaps")
    if table.is_empty():
        return ()
    editions = {each.id: each.edition for each in found.rows}
    mine = table.filter((pl.col("area") == found.choice.lit) & pl.col("indicator").is_in(list(editions)))
    by_id = {row["indicator"]: row for row in mine.iter_rows(named=True)
             if editions[row["indicator"]] == (row["year"], row["boundaries"])}  # fmt: skip
    rows = [
        (site.title(id, words.lang), row["mark"], row["twins_mark"], row["lowest"], row["highest"], row["difference"],
         HALF_90 * row["error"] if row["error"] is not None else None, _twins_said(row, words), row["year"], id)
        for id in editions if (row := by_id.get(id)) is not None
    ]  # fmt: skip
    caption = words("likes.twins_caption")
    return (Table("tweelingen", caption, columns, rows_of([c.key for c in columns], *rows)),) if rows else ()


def twins_of(site: Site, town: str) -> tuple[str, ...]:
    """The twins of a town, the nearest first."""
    table = site.results.analysis("twins")
    return tuple(table.filter(pl.col("area") == town).sort("nearness")["twin"]) if table.height else ()


def verdict_of(site: Site, id: str, gap: Gap, words: Wording) -> str:
    """'aantoonbaar hoger', and whether that is favourable where the figure has a favourable side."""
    said = words.said(gap.verdict)
    if gap.verdict not in ("hoger", "lager"):
        return said
    entry = site.catalogue.indicators.get(id)
    direction = "higher_is_better" if entry is None else entry.direction
    if direction == "neutral":
        return said
    good = (direction == "higher_is_better") == (gap.verdict == "hoger")
    return f"{said} ({words('compare.favourable' if good else 'compare.unfavourable')})"


def unit_of(site: Site, each: Compared, words: Wording) -> str:
    """The unit of a figure; of a composite that it is a mark."""
    return words("compare.mark_unit") if each.composite else words.unit(site.catalogue.indicators[each.id].unit)


def digits_of(site: Site, id: str) -> int:
    """Decimals of a difference of a figure: at least one, and two for marks, whose margins are often less than a tenth."""
    entry = site.catalogue.indicators.get(id)
    return 2 if entry is None else max(entry.decimals, 1)


def found_in(rows: Iterable[Row], words: Wording) -> tuple[int, int]:
    """Of a table of a group: how many figures differ demonstrably, and of how many."""
    told: Sequence[Row] = list(rows)
    return sum(row["oordeel"] != words.said("gelijk") for row in told), len(told)


def _found(row: Row, words: Wording) -> str:
    return words.said(("hoger" if row["difference"] > 0 else "lager") if row["found"] else "gelijk")


def _twins_said(row: Row, words: Wording) -> str:
    inside = row["lowest"] <= row["mark"] <= row["highest"]
    verdict = row["verdict"] if row["verdict"] != "onbekend" else "inside" if inside else "outside"
    return words(f"likes.said.{verdict}")
