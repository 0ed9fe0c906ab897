"""Tables of the page below the wijk: hidden buurten, where differences lie, who lives where, neighbours on the map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from stadspeil.analyses.grid import WHOLE
from stadspeil.atlas.hidden import Hidden
from stadspeil.atlas.views import Cell, Column, Table, rows_of
from stadspeil.catalogue.entries import title_in
from stadspeil.report.chapters.apart import COUNTRY, share_within
from stadspeil.report.standing import margin_of
from stadspeil.report.wording import Wording

# Half a 90 % interval, in standard errors: differences and changes are told with it on every page, figures with 95 %.
_HALF_90 = 1.645

# A chance that no reader tells from nought is told as less than this.
SMALLEST_P = 0.001


def hidden_table(made: Hidden, words: Wording) -> Table:
    """Hidden buurten, a row per figure, the surest first."""
    rows = [(row["number"], *_found(row, made, words)) for row in made.hidden.iter_rows(named=True)]
    columns = (Column("nummer", words("pockets.number"), "number"), *_found_columns(words))
    return _table("verborgen", words("pockets.hidden_caption"), columns, rows, words("pockets.none_hidden"))


def also_table(made: Hidden, words: Wording) -> Table:
    """Buurten that differ from their wijk and are not hidden."""
    rows = [
        (*_found(row, made, words), words(f"pockets.is_{row['finding']}")) for row in made.also.iter_rows(named=True)
    ]
    columns = (*_found_columns(words), Column("soort", words("pockets.sort")))
    return _table("ook_anders", words("pockets.also_caption"), columns, rows, words("pockets.none_also"))


def _found_columns(words: Wording) -> tuple[Column, ...]:
    return (
        Column("gebied", words("pockets.area"), "area"), Column("naam", words("pockets.buurt")),
        Column("wijk", words("pockets.wijk")), Column("cijfer", words("pockets.figure")),
        Column("jaar", words("town.year"), "year"), Column("waarde", words("pockets.value"), "number", 1),
        Column("marge", words("town.margin"), "number", 1, meaning=words("pockets.margin_meaning")),
        Column("rest", words("pockets.rest"), "number", 1, meaning=words("pockets.rest_meaning")),
        Column("hele_wijk", words("pockets.whole"), "number", 1),
        Column("verschil", words("pockets.difference"), "number", 1),
        Column("marge_verschil", words("pockets.difference_margin"), "number", 1,
               meaning=words("pockets.difference_margin_meaning")),
        Column("p", words("pockets.p"), "number", 4, meaning=words("pockets.p_meaning")),
        Column("n", words("pockets.n"), "number"), Column("eenheid", words("town.unit")), Column("id", words("town.id")),
    )  # fmt: skip


def _found(row: Mapping[str, Any], made: Hidden, words: Wording) -> tuple[Cell, ...]:
    site, id = made.site, row["indicator"]
    return (
        row["area"], site.name(row["area"]), site.name_then(row["wijk"], row["boundaries"]), site.title(id, words.lang), row["year"], row["value"],
        margin_of(row["spread"]), row["rest"], row["wijk_value"], row["difference"], _of_difference(row["error"]), row["p"],
        row["base"], words.unit(site.catalogue.indicators[id].unit), id,
    )  # fmt: skip


def strip_table(made: Hidden, title: str, words: Wording) -> Table:
    """All buurten of the drawn figure: the twin of the drawing."""
    decimals = _decimals(made, made.drawn)
    columns = (
        Column("naam", words("pockets.buurt")), Column("wijk", words("pockets.wijk")),
        Column("waarde", words("pockets.value"), "number", decimals),
        Column("marge", words("town.margin"), "number", decimals, meaning=words("pockets.margin_meaning")),
        Column("rest", words("pockets.rest"), "number", decimals), Column("verschil", words("pockets.difference"), "number", decimals),
        Column("marge_verschil", words("pockets.difference_margin"), "number", decimals),
        Column("p", words("pockets.p"), "number", 4), Column("uitslag", words("pockets.finding")),
        Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip
    rows = [
        (made.site.name(row["area"]), made.site.name_then(row["wijk"], row["boundaries"]), row["value"], margin_of(row["spread"]), row["rest"],
         row["difference"], _of_difference(row["error"]), row["p"], words(f"strips.{row['finding']}"), row["area"])
        for row in made.of_drawn.iter_rows(named=True)
    ]  # fmt: skip
    return _table("strook", title, columns, rows, words("pockets.nothing_tested"))


def estimate_table(made: Hidden, words: Wording) -> Table:
    """The shrunken values of the drawn figure, the least favourable first."""
    rows = made.site.results.inside("estimates", made.town).filter(pl.col("indicator") == made.drawn)
    higher = bool(made.drawn) and made.site.catalogue.indicators[made.drawn].direction == "higher_is_better"
    rows = rows.sort("shrunken", descending=not higher)
    decimals = _decimals(made, made.drawn)
    columns = (
        Column("naam", words("pockets.buurt")), Column("waarde", words("pockets.value"), "number", decimals),
        Column("laag", words("pockets.low"), "number", decimals), Column("hoog", words("pockets.high"), "number", decimals),
        Column("bijgetrokken", words("pockets.shrunken"), "number", decimals, meaning=words("pockets.shrunken_meaning")),
        Column("bijgetrokken_met", words("pockets.pull"), "number", decimals),
        Column("voorbij", words("pockets.beyond"), "number", 2, meaning=words("pockets.beyond_meaning")),
        Column("grens", words("pockets.threshold"), "number", decimals), Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip
    told = [
        (made.site.name(row["area"]), row["value"], row["low"], row["high"], row["shrunken"], row["pull"], row["beyond"],
         row["threshold"], row["area"])
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    return _table("schattingen", words("pockets.estimates_caption"), columns, told, words("pockets.no_estimates"))


def sliding_table(made: Hidden, words: Wording) -> Table:
    """Buurten that change for the worse otherwise than the rest of their wijk."""
    table = made.site.results.inside("pocket_changes", made.town)
    found = table.filter(
        pl.col("found") & pl.col("unfavourable") & pl.col("indicator").is_in(list(made.site.catalogue.indicators))
    )
    found = found.sort("p", "area")
    columns = (
        Column("naam", words("pockets.buurt")), Column("cijfer", words("pockets.figure")),
        Column("van", words("pockets.first_year"), "year"), Column("tot", words("pockets.last_year"), "year"),
        Column("verandering", words("pockets.change"), "number", 1), Column("rest", words("pockets.rest"), "number", 1),
        Column("verschil", words("pockets.difference"), "number", 1),
        Column("marge_verschil", words("pockets.difference_margin"), "number", 1),
        Column("p", words("pockets.p"), "number", 4), Column("gebied", words("pockets.area"), "area"), Column("id", words("town.id")),
    )  # fmt: skip
    rows = [
        (made.site.name(row["area"]), made.site.title(row["indicator"], words.lang), row["first_year"], row["year"],
         row["change"], row["rest"], row["difference"], _of_difference(row["error"]), row["p"], row["area"], row["indicator"])
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    none = "pockets.no_change_tested" if table.is_empty() else "pockets.none_sliding"
    return _table("schuivend", words("below.sliding_caption"), columns, rows, words(none))


def split_table(made: Hidden, words: Wording) -> Table:
    """The share of the differences in the town that no average of a wijk shows, the largest first."""
    splits = made.site.results.inside("splits", made.town)
    country = made.site.results.analysis("splits").filter(pl.col("area") == COUNTRY)
    beside = {row["indicator"]: _share_below(row) for row in country.iter_rows(named=True)}
    columns = (
        Column("cijfer", words("pockets.figure")), Column("jaar", words("town.year"), "year"),
        Column("binnen_wijken", words("pockets.within"), "number", meaning=words("pockets.within_meaning"), unit="%"),
        Column("tussen_wijken", words("pockets.between"), "number", unit="%"),
        Column("land_binnen_wijken", words("pockets.within_country"), "number", unit="%"),
        Column("maat", words("pockets.measure")), Column("id", words("town.id")),
    )  # fmt: skip
    rows = []
    entries, chosen = made.site.catalogue.indicators, made.chosen
    for row in splits.iter_rows(named=True):
        share, id = _share_below(row), row["indicator"]
        entry = entries.get(id)
        if (
            share is None
            or entry is None
            or entry.direction == "neutral"
            or (chosen.theme and entry.theme != chosen.theme)
        ):
            continue
        other = beside.get(id)
        rows.append((
            made.site.title(id, words.lang), row["year"], 100 * share, 100 * (1 - share),
            None if other is None else 100 * other, words.said(row["measure"]), id,
        ))  # fmt: skip
    rows.sort(key=lambda each: (-each[2], each[0]))
    return _table("verdeling", words("pockets.split_caption"), columns, rows, words("pockets.no_split"))


def _share_below(row: Mapping[str, Any]) -> float | None:
    """The share within wijken of the differences inside gemeenten; None where noise leaves nothing to divide."""
    if row["between_wijken"] is None or row["within_wijken"] is None:
        return None
    inside = row["between_wijken"] + row["within_wijken"]
    if inside <= 0 or row["within_wijken"] < 0 or row["between_wijken"] < 0:
        return None
    return float(row["within_wijken"] / inside)


def square_table(made: Hidden, words: Wording) -> Table:
    """Buurten with a spot that is worse than the rest of the buurt. No square is named (decision 30)."""
    buurten = _whole(made.site.results.inside("grid_buurten", made.town))
    odd = buurten.filter(pl.col("pockets_unfavourable") > 0) if buurten.height else buurten
    pockets = _whole(made.site.results.inside("grid_pockets", made.town))
    if odd.height:
        far = pockets.filter("unfavourable").sort(pl.col("difference").abs(), descending=True, maintain_order=True)
        far = far.unique("area", keep="first", maintain_order=True).select("area", "difference", "error", "most")
        odd = odd.join(far, on="area", how="left", maintain_order="left")
        odd = odd.sort("buurt_hides", pl.col("difference").abs(), descending=True, maintain_order=True)
    columns = (
        Column("naam", words("pockets.buurt")), Column("vakken", words("below.squares"), "number"),
        Column("plekken", words("below.pockets"), "number"), Column("verschil", words("below.difference"), "number", 2),
        Column("marge_verschil", words("pockets.difference_margin"), "number", 2), Column("vooral", words("below.most")),
        Column("valt_niet_op", words("below.buurt_hides")), Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip
    rows = [
        (made.site.name(row["area"]), row["squares"], row["pockets_unfavourable"], row["difference"], _of_difference(row["error"]),
         words(f"below.part_{row['most']}") if row["most"] else words("below.part_none"),
         words("words.yes" if row["buurt_hides"] else "words.no"), row["area"])
        for row in odd.iter_rows(named=True)
    ]  # fmt: skip
    none = (
        words("pockets.no_squares")
        if buurten.is_empty()
        else words("below.inside_none", tested=int(buurten["tested"].sum()))
    )
    return _table("in_buurten", words("below.inside_caption"), columns, rows, none)


def square_sentences(made: Hidden, words: Wording) -> list[str]:
    """How much of the differences between squares lies within buurten, and how many buurten hide a spot."""
    splits = _whole(made.site.results.inside("grid_splits", made.town))
    buurten = _whole(made.site.results.inside("grid_buurten", made.town))
    if splits.is_empty() or buurten.is_empty():
        return []
    split, told = splits.row(0, named=True), []
    if split["total"] > 0:
        share = words.number(split["within_buurten_pct"])
        told.append(words("below.inside_share", squares=words.number(split["squares"]), share=share))
    odd = buurten.filter(pl.col("pockets_unfavourable") > 0)
    if odd.height:
        counts = {"tested": int(buurten["tested"].sum()), "number": odd.height, "hidden": int(odd["buurt_hides"].sum())}
        told.append(words("below.inside_found", **counts))
    return told


def _whole(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(pl.col("field") == WHOLE) if table.height else table


def apart_table(made: Hidden, words: Wording) -> Table:
    """How far groups live apart, chance taken off, beside the middle gemeente and the country."""
    whole = made.site.results.analysis("segregation")
    families = made.site.catalogue.group_families
    middle = dict(whole.filter(pl.col("area") != COUNTRY).group_by("family").agg(pl.col("h").median()).iter_rows())
    country = {row["family"]: row for row in whole.filter(pl.col("area") == COUNTRY).iter_rows(named=True)}
    known = [
        row
        for row in made.site.results.inside("segregation", made.town).iter_rows(named=True)
        if row["family"] in families
    ]
    known.sort(key=lambda row: list(families).index(row["family"]))
    columns = (
        Column("verdeeld_naar", words("apart.family")), Column("jaar", words("town.year"), "year"),
        Column("scheiding", words("apart.h"), "number", 1, "%", words("pockets.h_meaning")),
        Column("middelste_gemeente", words("apart.middle"), "number", 1, "%"),
        Column("binnen_wijken", words("apart.within"), "number", 0, "%", words("pockets.apart_within_meaning")),
        Column("land_binnen_wijken", words("apart.country"), "number", 0, "%"),
        Column("weggelaten", words("pockets.left_out"), "number", 1, "%"),
    )  # fmt: skip
    rows = [
        (_family(made, row["family"], words), row["year"], _percent(row["h"]), _percent(middle.get(row["family"])),
         _percent(share_within(row)), _percent(share_within(country.get(row["family"]))), _percent(row["left_out"]))
        for row in known
    ]  # fmt: skip
    return _table("scheiding", words("apart.caption"), columns, rows, words("pockets.no_apart"))


def group_table(made: Hidden, words: Wording) -> Table:
    """The share of each group that would have to move for an even spread, beside what chance alone gives."""
    fields, families = made.site.catalogue.fields, made.site.catalogue.group_families
    rows = [
        (_family(made, row["family"], words), fields[row["group"]].title if row["group"] in fields else families[row["family"]].rest or row["group"],
         row["year"], _percent(row["share"]), _percent(row["d"]), _percent(row["d_by_chance"]))
        for row in made.site.results.inside("dissimilarity", made.town).iter_rows(named=True) if row["family"] in families
    ]  # fmt: skip
    columns = (
        Column("verdeeld_naar", words("apart.family")), Column("groep", words("pockets.group")),
        Column("jaar", words("town.year"), "year"), Column("aandeel", words("pockets.group_share"), "number", 1, "%"),
        Column("d", words("pockets.d"), "number", 1, "%", words("pockets.d_meaning")),
        Column("d_toeval", words("pockets.d_chance"), "number", 1, "%"),
    )  # fmt: skip
    return _table("groepen", words("pockets.groups_caption"), columns, rows, words("pockets.no_apart"))


def neighbor_table(made: Hidden, words: Wording) -> Table:
    """Buurten that stand out among their neighbours, or lie high or low with them, on the drawn figure."""
    results = made.site.results
    clusters, spots = (
        results.inside(name, made.town).filter(pl.col("indicator") == made.drawn) for name in ("clusters", "hot_spots")
    )
    joined = clusters.select("area", "value", "quadrant", "p").join(
        spots.select("area", "side", spot_value="value", spot_p="p"), on="area", how="full", coalesce=True
    )
    joined = joined.with_columns(
        value=pl.coalesce("value", "spot_value"),
        odd=pl.col("quadrant").is_in(["hoog-laag", "laag-hoog"]).fill_null(False),
    )
    joined = joined.sort("odd", "value", descending=True, nulls_last=True)
    columns = (
        Column("naam", words("pockets.buurt")), Column("waarde", words("pockets.value"), "number", _decimals(made, made.drawn)),
        Column("naast_buren", words("pockets.quadrant"), meaning=words("pockets.quadrant_meaning")),
        Column("p", words("pockets.p"), "number", 4),
        Column("met_buren", words("pockets.side"), meaning=words("pockets.side_meaning")),
        Column("p_met_buren", words("pockets.p"), "number", 4), Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip
    rows = [
        (made.site.name(row["area"]), row["value"], words.said(row["quadrant"]) if row["quadrant"] else None, row["p"],
         words(f"pockets.side_{row['side']}") if row["side"] else None, row["spot_p"], row["area"])
        for row in joined.iter_rows(named=True)
    ]  # fmt: skip
    mapped = results.inside("clusters", made.town).height or results.inside("hot_spots", made.town).height
    return _table("buren", words("pockets.neighbors_caption"), columns, rows,
                  words("pockets.none_neighbors" if mapped else "pockets.no_neighbors"))  # fmt: skip


def _family(made: Hidden, id: str, words: Wording) -> str:
    entry = made.site.catalogue.group_families[id]
    return title_in(entry, words.lang)


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * max(share, 0.0)


def _decimals(made: Hidden, id: str) -> int:
    entry = made.site.catalogue.indicators.get(id)
    return max(entry.decimals, 0) if entry is not None else 1


def _table(id: str, caption: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], note: str) -> Table:
    return Table(id, caption, tuple(columns), rows_of([each.key for each in columns], *rows), note)


def _of_difference(error: float | None) -> float | None:
    """Half the 90 % interval of a difference; None for a buurt that was not tested."""
    return None if error is None else _HALF_90 * error
