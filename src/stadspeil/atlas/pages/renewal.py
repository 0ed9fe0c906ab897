"""Vernieuwing: what was built together with the homes of a town, when it comes due, for whom, and where first."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Picture, Series, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.entries import RenewalAsset
from stadspeil.errors import QuestionError
from stadspeil.report.drawing.waves import WaveRow, waves_alt, waves_svg
from stadspeil.report.wording import Wording

# From here a peak is told as a wave: its low end stands a tenth above the mean of ten years.
_EVEN = 1.1
_NAMED = 3
HOMES = ("woning_renovatie", "woning_vervanging")


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
    drawn = _drawn(site, own, words)
    pictures, series = [], []
    if drawn:
        rows, stretches = drawn
        caption = words("renewal.picture", town=name)
        pictures = [
            Picture("golf", waves_svg(rows, stretches, words), caption, waves_alt(rows, stretches, words), "golf")
        ]
        series = [_series(caption, rows, stretches)]
    peak = next(peaks.filter(pl.col("area") == code).iter_rows(named=True), None)
    return View(
        "vernieuwing", words("renewal.title", town=name), _reading(peak, name, words), tables, tuple(pictures),
        series=tuple(series), notes=tuple(_notes(peak, site, words)) if peak else (),
        sources=tuple(each.source for each in site.catalogue.renewal.values()),
        more={"code": code, "name": name, "any": own.height > 0, "buurten": _first_buurten(tables[2], words)},
    )  # fmt: skip


def _reading(peak: dict[str, object] | None, name: str, words: Wording) -> str:
    """One sentence; a wave only where its low end stands above the mean."""
    if peak is None:
        return words("renewal.reading_none", town=name)
    told = {
        each: words.number(float(str(peak[each])), 0) for each in ("cost", "cost_low", "cost_high")
    } | {each: words.number(float(str(peak[each])), 1) for each in ("times", "times_low", "times_high")}  # fmt: skip
    key = "renewal.reading" if float(str(peak["times_low"])) > _EVEN else "renewal.reading_even"
    return words(key, town=name, first=peak["first"], last=peak["last"], **told)


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


def _notes(peak: dict[str, object], site: Site, words: Wording) -> list[str]:
    """What spreading and bundling do, and what all of it rests on."""
    number = {key: float(str(value)) for key, value in peak.items() if isinstance(value, int | float)}
    earlier, later = (int(site.catalogue.parameter(f"renewal_years_{each}")) for each in ("earlier", "later"))
    told = [
        words("renewal.spread", earlier=earlier, later=later, dearest=words.number(number["dearest_year"], 1),
              level=words.number(number["spread_level"], 1))
    ]  # fmt: skip
    works = [_title(site, id, words) for id in str(peak["bundle_works"] or "").split()]
    if works:
        told.append(
            words("renewal.bundle", works=words.listing([each.lower() for each in works]), year=peak["bundle_year"],
                  saved=words.number(number["bundle_saved"], 1), low=words.number(number["bundle_saved_low"], 1),
                  high=words.number(number["bundle_saved_high"], 1))
        )  # fmt: skip
    return [*told, words("renewal.unknown")]


def _title(site: Site, id: str, words: Wording) -> str:
    entry: RenewalAsset | None = site.catalogue.renewal.get(id)
    return id if entry is None else entry.title if words.lang == "nl" else entry.title_en


def _of_assets(site: Site, own: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Rows per asset, all owners together, in the order of the catalogue."""
    numbers = ("units", "units_low", "units_high", "cost", "cost_low", "cost_high")
    summed = own.group_by("asset", "first", "last").agg(pl.col(numbers).sum()).sort("first")
    return {id: summed.filter(pl.col("asset") == id) for id in site.catalogue.renewal if id in set(own["asset"])}


def _drawn(site: Site, own: pl.DataFrame, words: Wording) -> tuple[list[WaveRow], list[tuple[int, int]]] | None:
    """Rows of the drawing: what is public first, homes after it on the same scale would hide them, so they stay out."""
    parts = {id: rows for id, rows in _of_assets(site, own).items() if id not in HOMES}
    if not parts:
        return None
    stretches = list(next(iter(parts.values())).select("first", "last").iter_rows())
    rows = [
        WaveRow(_title(site, id, words), tuple(each.select("cost_low", "cost", "cost_high").iter_rows()))
        for id, each in parts.items()
    ]
    return rows, stretches


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
            "werk": _title(site, row["asset"], words), "eigenaar": words.said(row["payer"]), "van": row["first"], "tot": row["last"],
            "hoeveel": row["units"], "eenheid": site.catalogue.renewal[row["asset"]].unit, "kosten": row["cost"],
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
            "samen": ", ".join(_title(site, id, words).lower() for id in (row["bundle_works"] or "").split())
            + (f" ({row['bundle_year']})" if row["bundle_works"] else ""),
            "bespaart": row["bundle_saved"], "gebied": row["area"],
        }
        for row in peaks.filter((pl.col("level") == "buurt") & (pl.col("cost") > 0))
        .sort(["first", "cost"], descending=[False, True])
        .iter_rows(named=True)
    ]  # fmt: skip
    return Table("buurten", words("renewal.buurten_caption"), columns, rows, words("renewal.no_buurten"))


@lru_cache(maxsize=4)
def _ends(bounds: tuple[float, float, float], lang: str) -> str:
    words = words_of(lang)
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
            "werk": _title(site, each.id, words), "levensduur": _ends(each.life, words.lang),
            "per_huis": f"{_ends(each.per_house, words.lang)} {each.unit}", "per_flat": f"{_ends(each.per_flat, words.lang)} {each.unit}",
            "prijs": f"{_ends(each.cost, words.lang)} euro ({each.price_level})",
            "bekend": words(f"renewal.evidence_{each.evidence}"), "bron": each.source,
        }
        for each in site.catalogue.renewal.values()
    ]  # fmt: skip
    return Table("aannamen", words("renewal.assets_caption"), columns, rows)


RENEWAL = Page("vernieuwing", "/vernieuwing/{stad}", renewal_page, "renewal.html", "menu.renewal")
