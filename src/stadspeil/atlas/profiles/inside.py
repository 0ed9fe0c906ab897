"""The spread inside an area: every buurt with its noise, beside the averages in which it may vanish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from stadspeil.atlas.classes import FEWEST
from stadspeil.atlas.inner import INNER, editions_part
from stadspeil.atlas.lines import AreaLines, known_fields
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Column, Table, rows_of
from stadspeil.report.buurt_sheet import difference_beside
from stadspeil.report.drawing.content import Side
from stadspeil.report.standing import Edition
from stadspeil.report.wording import Wording

# Half a 90 % interval, as the analysis of buurten gives it.
_HALF_90 = 1.645


@dataclass(frozen=True)
class Buurt:
    """One buurt on one figure. `low` and `high` are its 90 % interval; `side` only where it is sure beside the gemeente."""

    code: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    shrunken: float | None
    n: float | None
    verdict: str
    side: Side
    status: str

    @property
    def few(self) -> bool:
        """Whether it rests on too few people to judge."""
        return self.n is not None and self.n < FEWEST


@dataclass(frozen=True)
class Wijk:
    """The buurten of one wijk, and the value of the wijk itself."""

    code: str
    name: str
    value: float | None
    buurten: tuple[Buurt, ...]


@dataclass(frozen=True)
class Spread:
    """One figure inside an area. `gemeente` and `country` (the average of all buurten) are held beside it.

    Of a composite wijken and gemeente have no value here: their mark is one among wijken or gemeenten, another scale.
    """

    id: str
    title: str
    unit: str
    decimals: int
    judged: bool
    composite: bool
    year: int
    boundaries: int
    wijken: tuple[Wijk, ...]
    gemeente: float | None
    country: float | None

    @property
    def buurten(self) -> tuple[Buurt, ...]:
        """All buurten with a value."""
        return tuple(each for wijk in self.wijken for each in wijk.buurten if each.value is not None)


def choices_inside(site: Site, known: AreaLines) -> tuple[str, ...]:
    """Figures that are known of two or more buurten in or around the area, marks of themes last."""
    many = {id for id, (areas, _) in _editions(site, known).items() if areas > 1}
    return tuple(id for id in (*site.catalogue.indicators, *site.catalogue.composites) if id in many)


def spread_inside(site: Site, known: AreaLines, id: str, lang: str) -> Spread | None:
    """The spread of a figure over the buurten of the gemeente or wijk; of a buurt, over those of its wijk."""
    _, edition = _editions(site, known).get(id, (0, None))
    if edition is None:
        return None
    year, boundaries = edition
    around = site.results.inner(f"GM{known.code[2:6]}", id).filter(year=year, boundaries=boundaries)
    values = {row["area"]: row for row in around.iter_rows(named=True)}
    composite = id in site.catalogue.composites
    gemeente = None if composite else values.get(f"GM{known.code[2:6]}") or _of_year(site, known, id, year)
    own = sorted(code for code in values if code.startswith(_prefix(known)))
    entry = site.catalogue.indicators.get(id)
    judged = entry is None or entry.direction != "neutral"
    better = entry is None or entry.direction == "higher_is_better"
    compared = sum(values[code]["spread"] is not None for code in own)
    buurten = [_buurt(site, values[code], gemeente, compared, judged, better) for code in own]
    field = known_fields(site).get((id, "buurt", year, boundaries))
    return Spread(
        id, site.title(id, lang), entry.unit if entry else "", entry.decimals if entry else 1, judged, composite, year, boundaries,
        _by_wijk(site, buurten, {} if composite else values, boundaries), None if gemeente is None else gemeente["value"],
        None if field is None else field["mean"],
    )  # fmt: skip


def spread_table(spread: Spread, words: Wording) -> Table:
    """A row per buurt: raw with its interval, and the value that leans on the gemeente."""
    columns = (
        Column("wijk", words("map.levels.wijk")), Column("buurt", words("map.levels.buurt")), Column("gebied", words("start.code")),
        Column("waarde", words("town.value"), "number", spread.decimals, words.unit(spread.unit)),
        Column("van", words("profile.from_90"), "number", spread.decimals, meaning=words("profile.interval_meaning")),
        Column("tot", words("profile.to_90"), "number", spread.decimals, meaning=words("profile.interval_meaning")),
        Column("gestabiliseerd", words("profile.shrunken"), "number", spread.decimals, meaning=words("profile.shrunken_meaning")),
        Column("n", words("profile.n"), "number", meaning=words("profile.n_meaning")),
        Column("wijkwaarde", words("profile.wijk_value"), "number", spread.decimals),
        Column("verschil", words("profile.beside_gemeente"), meaning=words("profile.differs_meaning")),
        Column("jaar", words("town.year"), "year"), Column("status", words("profile.status")),
    )  # fmt: skip
    rows = [
        (wijk.name, each.name, each.code, each.value, each.low, each.high, each.shrunken, each.n, wijk.value,
         words.said(each.verdict) if each.verdict else "", spread.year, _status(each, spread.year, words))
        for wijk in spread.wijken for each in wijk.buurten
    ]  # fmt: skip
    caption = words("profile.inside_caption", figure=spread.title, year=spread.year)
    return Table("binnen", caption, columns, rows_of([each.key for each in columns], *rows))


def _status(buurt: Buurt, year: int, words: Wording) -> str:
    return words("profile.few") if buurt.few else words(f"status.{buurt.status}", year=year)


def _prefix(known: AreaLines) -> str:
    return f"BU{known.code[2:6]}" if known.level == "gemeente" else f"BU{known.code[2:8]}"


def _editions(site: Site, known: AreaLines) -> Mapping[str, tuple[int, Edition]]:
    """Per figure of how many buurten of the gemeente or wijk it is known, and the edition that counts there."""
    around = known.code if known.level == "gemeente" else f"WK{known.code[2:8]}"
    # Buurten that carry the code of a wijk may lie where that code meant another place.
    gone = site.results.elsewhere if known.level == "wijk" else frozenset()

    def read() -> Mapping[str, tuple[int, Edition]]:
        table = site.results.prepared(INNER, editions_part(f"GM{known.code[2:6]}"))
        if table.is_empty():
            return {}
        rows = table.filter(around=around).select("indicator", "areas", "year", "boundaries").iter_rows()
        return {
            id: (areas, (year, boundaries)) for id, areas, year, boundaries in rows if (around, boundaries) not in gone
        }

    return site.results.remembered(("inside", around), read)


def _of_year(site: Site, known: AreaLines, id: str, year: int) -> Mapping[str, Any] | None:
    """The gemeente in that year, on another division than that of the buurten."""
    rows = site.results.of_area(f"GM{known.code[2:6]}").filter((pl.col("indicator") == id) & (pl.col("year") == year))
    found = rows.filter(pl.col("value").is_not_null()).sort("boundaries")
    return found.row(-1, named=True) if found.height else None


def _buurt(
    site: Site, row: Mapping[str, Any], gemeente: Mapping[str, Any] | None, compared: int, judged: bool, better: bool
) -> Buurt:
    low, high = row["low"], row["high"]
    if low is None and row["spread"] is not None and row["value"] is not None:
        low, high = (row["value"] + sign * _HALF_90 * row["spread"] for sign in (-1, 1))
    known = row["value"] is not None and gemeente is not None
    verdict = difference_beside(row, gemeente, compared) if known else ""
    few = row["n"] is not None and row["n"] < FEWEST
    side: Side = ""
    if judged and not few and verdict in ("hoger", "lager"):
        side = "favourable" if (verdict == "hoger") == better else "unfavourable"
    return Buurt(
        row["area"], site.name(row["area"]), row["value"], low, high, row["shrunken"], row["n"], verdict, side, row["status"],
    )  # fmt: skip


def _by_wijk(
    site: Site, buurten: Sequence[Buurt], values: Mapping[str, Mapping[str, Any]], boundaries: int
) -> tuple[Wijk, ...]:
    grouped: dict[str, list[Buurt]] = {}
    for each in buurten:
        grouped.setdefault(f"WK{each.code[2:8]}", []).append(each)
    return tuple(
        Wijk(code, site.name_then(code, boundaries), values[code]["value"] if code in values else None,
             tuple(sorted(own, key=lambda each: (each.value is None, -(each.value or 0)))))
        for code, own in grouped.items()
    )  # fmt: skip
