"""Vernieuwing: what was built together with the homes of a town, when it comes due, for whom, and where first."""

from __future__ import annotations

import polars as pl

from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Picture, Series, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report.drawing.waves import WaveRow, waves_alt, waves_svg
from stadspeil.report.renewal_words import asset_title, wave_notes, wave_reading, wave_rows
from stadspeil.report.wording import Wording

_NAMED = 3


def renewal_page(site: Site, asked: Asked) -> View:
    """The renewal wave of a gemeente."""
    words, code = words_of(asked.lang), site.area(asked.get("stad"))
    if not code.startswith("GM"):
        raise QuestionError(f"gebied '{code}'", "dat is geen gemeente", "kies een gemeente in de lijst")
    wave = site.results.inside("renewal_wave", code)
    stock = site.results.inside("renewal_stock", code)
    peaks = site.results.inside("renewal_peaks", code)
    name = site.name(code)
    own = wave.filter(pl.col("area") == code)
    tables = (
        _wave_table(site, own, words), _stock_table(stock.filter(pl.col("area") == code), words),
        _buurt_table(site, peaks, words), _asset_table(site, words),
    )  # fmt: skip
    drawn = wave_rows(site.catalogue, own, words)
    pictures, series = [], []
    if drawn:
        rows, stretches = drawn
        caption = words("waves.picture", town=name)
        pictures = [
            Picture(
                "golf",
                waves_svg(rows, stretches, words),
                caption,
                waves_alt(rows, stretches, words),
                "golf",
                narrow=waves_svg(rows, stretches, words, narrow=True),
            )
        ]
        series = [_series(caption, rows, stretches)]
    peak = next(peaks.filter(pl.col("area") == code).iter_rows(named=True), None)
    return View(
        "vernieuwing", words("renewal.title", town=name), wave_reading(peak, name, words), tables, tuple(pictures),
        series=tuple(series), notes=tuple(wave_notes(peak, site.catalogue, words)) if peak else (),
        sources=tuple(each.source for each in site.catalogue.renewal.values()),
        more={"code": code, "name": name, "any": own.height > 0, "buurten": _first_buurten(tables[2], words)},
    )  # fmt: skip


def _first_buurten(table: Table, words: Wording) -> str:
    """The buurten whose peak comes first, in one sentence; '' without buurten."""
    if not table.rows:
        return ""
    told = [
        words("renewal.buurt", name=row["naam"], first=row["van"], last=row["tot"],
              low=words.number(float(row["laag"] or 0), 1), high=words.number(float(row["hoog"] or 0), 1))
        for row in table.rows[:_NAMED]
    ]  # fmt: skip
    return words("renewal.first_buurten", buurten=words.listing(told))


def _series(title: str, rows: list[WaveRow], stretches: list[tuple[int, int]]) -> Series:
    names = tuple(f"{first}–{last}" for first, last in stretches)
    return Series("golf", "bar", title, names, {row.title: tuple(middle for _, middle, _ in row.bars) for row in rows})


def _wave_table(site: Site, own: pl.DataFrame, words: Wording) -> Table:
    """All works and owners per five years: the twin of the drawing and more."""
    columns = (
        Column("werk", words("renewal.asset")), Column("eigenaar", words("renewal.owner")),
        Column("van", words("renewal.first"), "year"), Column("tot", words("renewal.last"), "year"),
        Column("hoeveel", words("renewal.units"), "number"), Column("eenheid", words("town.unit")),
        Column("kosten", words("renewal.cost"), "number", 1, unit="mln euro", meaning=words("renewal.cost_meaning")),
        Column("laag", words("renewal.low"), "number", 1, unit="mln euro"),
        Column("hoog", words("renewal.high"), "number", 1, unit="mln euro"), Column("id", words("town.id")),
    )  # fmt: skip
    order = {id: at for at, id in enumerate(site.catalogue.renewal)}
    rows = sorted(own.iter_rows(named=True), key=lambda row: (order.get(row["asset"], 99), row["payer"], row["first"]))
    told: list[dict[str, Cell]] = [
        {
            "werk": asset_title(site.catalogue, row["asset"], words), "eigenaar": words.said(row["payer"]), "van": row["first"], "tot": row["last"],
            "hoeveel": row["units"], "eenheid": words.unit(site.catalogue.renewal[row["asset"]].unit), "kosten": row["cost"],
            "laag": row["cost_low"], "hoog": row["cost_high"], "id": row["asset"],
        }
        for row in rows
        if row["asset"] in site.catalogue.renewal
    ]  # fmt: skip
    return Table("golf", words("renewal.wave_caption"), columns, told, words("renewal.none"))


def _stock_table(stock: pl.DataFrame, words: Wording) -> Table:
    columns = (
        Column("van", words("renewal.built_first"), "year"), Column("tot", words("renewal.built_last"), "year"),
        Column("eengezins", words("renewal.houses"), "number"), Column("meergezins", words("renewal.flats"), "number"),
        Column("deel", words("renewal.part"), "number", 0, unit="%"),
    )  # fmt: skip
    wide = stock.group_by("first", "last", maintain_order=True).agg(
        pl.col("homes").filter(pl.col("form") == form).sum().alias(form) for form in ("eengezins", "meergezins")
    )
    whole = float(stock["homes"].sum() or 1)
    rows: list[dict[str, Cell]] = [
        {"van": row["first"], "tot": row["last"], "eengezins": row["eengezins"], "meergezins": row["meergezins"],
         "deel": 100 * (row["eengezins"] + row["meergezins"]) / whole}
        for row in wide.sort("first").iter_rows(named=True)
    ]  # fmt: skip
    return Table("bouwjaren", words("renewal.stock_caption"), columns, rows, words("renewal.none"))


def _buurt_table(site: Site, peaks: pl.DataFrame, words: Wording) -> Table:
    """Buurten by the years of their peak: the earliest first."""
    columns = (
        Column("naam", words("pockets.buurt")), Column("van", words("renewal.first"), "year"),
        Column("tot", words("renewal.last"), "year"),
        Column("kosten", words("renewal.cost_ten"), "number", 1, unit="mln euro", meaning=words("renewal.cost_meaning")),
        Column("laag", words("renewal.low"), "number", 1, unit="mln euro"),
        Column("hoog", words("renewal.high"), "number", 1, unit="mln euro"),
        Column("keer", words("renewal.times"), "number", 2, meaning=words("renewal.times_meaning")),
        Column("samen", words("renewal.together")), Column("bespaart", words("renewal.saved"), "number", 2, unit="mln euro"),
        Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "naam": site.name(row["area"]), "van": row["first"], "tot": row["last"], "kosten": row["cost"],
            "laag": row["cost_low"], "hoog": row["cost_high"], "keer": row["times"],
            "samen": ", ".join(asset_title(site.catalogue, id, words).lower() for id in (row["bundle_works"] or "").split())
            + (f" ({row['bundle_year']})" if row["bundle_works"] else ""),
            "bespaart": row["bundle_saved"], "gebied": row["area"],
        }
        for row in peaks.filter((pl.col("level") == "buurt") & (pl.col("cost") > 0))
        .sort(["first", "cost"], descending=[False, True])
        .iter_rows(named=True)
    ]  # fmt: skip
    return Table("buurten", words("renewal.buurten_caption"), columns, rows, words("renewal.no_buurten"))


def _ends(bounds: tuple[float, float, float], words: Wording) -> str:
    """Middle (low–high)."""
    low, middle, high = (words.number(each, 0 if each >= 10 or each == int(each) else 2) for each in bounds)
    return f"{middle} ({low}–{high})"


def _asset_table(site: Site, words: Wording) -> Table:
    """What the wave rests on."""
    columns = (
        Column("werk", words("renewal.asset")), Column("levensduur", words("renewal.life")),
        Column("per_huis", words("renewal.per_house")), Column("per_flat", words("renewal.per_flat")),
        Column("prijs", words("renewal.price")), Column("bekend", words("renewal.known")), Column("bron", words("renewal.source")),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "werk": asset_title(site.catalogue, each.id, words), "levensduur": _ends(each.life, words),
            "per_huis": f"{_ends(each.per_house, words)} {words.unit(each.unit)}", "per_flat": f"{_ends(each.per_flat, words)} {words.unit(each.unit)}",
            "prijs": f"{_ends(each.cost, words)} euro ({each.price_level})",
            "bekend": words(f"renewal.evidence_{each.evidence}"), "bron": each.source,
        }
        for each in site.catalogue.renewal.values()
    ]  # fmt: skip
    return Table("aannamen", words("renewal.assets_caption"), columns, rows)


RENEWAL = Page("vernieuwing", "/vernieuwing/{stad}", renewal_page, "renewal.html", "menu.renewal")
