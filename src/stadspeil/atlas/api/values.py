"""Values: what a figure is in an area and a year, with its margin, its mark, its place and the range of that place."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.atlas.api.areas import known_area, named, newest_per
from stadspeil.atlas.api.asking import AREAS, FIGURES, LEVEL, LIMIT, OFFSET, YEAR, Parameter, known_ones
from stadspeil.atlas.api.entries import all_groups, figure_ids, known_figure
from stadspeil.atlas.api.resources import Question, Reply, Resource, page_of_many, page_of_table
from stadspeil.atlas.results import Results
from stadspeil.report.standing import HALF_INTERVAL

_PLACE = ("area", "year", "boundaries", "indicator")
_RANGES = {
    "best_noise": "plaatsBesteRuis", "worst_noise": "plaatsSlechtsteRuis",
    "best_choices": "plaatsBesteKeuzes", "worst_choices": "plaatsSlechtsteKeuzes",
}  # fmt: skip
_SHOWN = {
    "indicator": "cijfer", "year": "jaar", "boundaries": "grenzen", "level": "niveau", "area": "gebied",
    "naam": "naam", "value": "waarde", "margin": "marge", "low": "laag", "high": "hoog", "n": "n", "status": "status",
    "mark": "rapportcijfer", "mark_margin": "rapportcijferMarge", "rank": "plaats", "tied": "gedeeldDoor",
    "ranked": "plaatsVan", **_RANGES, "coverage": "dekking", "note": "opmerking",
}  # fmt: skip
ALL = "alle"


def value_rows(results: Results, table: pl.DataFrame) -> pl.DataFrame:
    """SCORES as the API gives them: margins are half of a 95 % interval, `laag` and `hoog` its ends."""
    ranges = results.analysis("rank_ranges").select(*_PLACE, *_RANGES)
    margin = HALF_INTERVAL * pl.col("spread")
    joined = named(table, results).join(ranges, on=list(_PLACE), how="left", maintain_order="left")
    return joined.with_columns(
        margin=pl.when(pl.col("value").is_not_null()).then(margin), low=pl.col("value") - margin,
        high=pl.col("value") + margin, mark_margin=HALF_INTERVAL * pl.col("mark_spread"),
    ).select(pl.col(name).alias(key) for name, key in _SHOWN.items())  # fmt: skip


def _of_figure(question: Question) -> Reply:
    results, given = question.site.results, question.given
    id = known_figure(question.site, question.parts["cijfer"])
    table = results.of_indicator(id)
    if given["jaar"] is not None:
        table = table.filter(pl.col("year") == given["jaar"])
    if given["niveau"]:
        table = table.filter(pl.col("level") == given["niveau"])
    table = _division(table, given["grenzen"], "year", "level")
    if given["gebied"]:
        table = table.filter(pl.col("area").is_in(list(given["gebied"])))
    if given["ligtIn"]:
        code = given["ligtIn"]
        inside = pl.col("area").str.slice(2).str.starts_with(code[2:]) & pl.col("level").is_in(["wijk", "buurt"])
        table = table.filter(inside & (pl.col("area") != code))
    return _page(question, table.sort("year", "boundaries", "level", "area"), f"/cijfers/{id}")


def _of_area(question: Question) -> Reply:
    results, given = question.site.results, question.given
    code = known_area(results, question.parts["gebied"])
    known_ones("cijfer", given["cijfer"], figure_ids(question.site))
    table = results.of_area(code)
    if given["cijfer"]:
        table = table.filter(pl.col("indicator").is_in(list(given["cijfer"])))
    if given["jaar"] is not None:
        table = table.filter(pl.col("year") == given["jaar"])
    table = _division(table, given["grenzen"], "indicator", "year")
    return _page(question, table.sort("indicator", "year", "boundaries"), f"/gebieden/{code}")


def _division(table: pl.DataFrame, wanted: str | None, *keys: str) -> pl.DataFrame:
    """Rows on the division that is asked for; unasked on the newest of each."""
    if wanted == ALL:
        return table
    return newest_per(table, *keys) if wanted is None else table.filter(pl.col("boundaries") == int(wanted))


def _page(question: Question, table: pl.DataFrame, about: str) -> Reply:
    """Only the rows of the page are dressed up."""
    offset, limit = question.given["offset"], question.given["limit"]
    dressed = value_rows(question.site.results, table.slice(offset, limit))
    return page_of_many(question, "waarden", dressed, table.height, {"links": [question.link("describedby", about)]})


def _averages(question: Question) -> Reply:
    site, given = question.site, question.given
    id = known_figure(site, question.parts["cijfer"])
    known_ones("groep", [given["groep"]] if given["groep"] else None, {*all_groups(site), "NL"})
    table = site.results.groups().filter(pl.col("indicator") == id)
    if given["groep"]:
        table = table.filter(pl.col("group") == given["groep"])
    if given["jaar"] is not None:
        table = table.filter(pl.col("year") == given["jaar"])
    table = _division(table, given["grenzen"], "group", "year")
    names = {
        "indicator": "cijfer", "group": "groep", "kind": "soort", "year": "jaar", "boundaries": "grenzen",
        "value": "waarde", "mark": "rapportcijfer", "rank": "plaats", "ranked": "plaatsVan", "members": "leden",
        "present": "metWaarde",
    }  # fmt: skip
    rows = table.sort("group", "year", "boundaries").select(pl.col(name).alias(key) for name, key in names.items())
    return page_of_table(question, "groepsgemiddelden", rows)


_DIVISION = Parameter(
    "grenzen", "Het jaar van de gebiedsindeling, of `alle`. Zonder: van elk jaar de nieuwste indeling.",
    example="2024", pattern=r"^([12]\d{3}|alle)$",
)  # fmt: skip
_MANY = Parameter("limit", "Hoeveel rijen in één antwoord; 20.000 is heel Nederland op buurten.", "whole", 1000,
                  default=1000, low=1, high=20_000)  # fmt: skip
_INSIDE = Parameter("ligtIn", "Alleen wijken en buurten van deze gemeente of wijk.", example="GM9002",
                    pattern=r"^(GM\d{4}|WK\d{4}[0-9A-Z]{2})$")  # fmt: skip
_GROUP = Parameter(
    "groep", "Alleen deze groep, regio of het land (NL).", example="nta", pattern=r"^[A-Za-z0-9_:]{1,80}$"
)
_ROW: dict[str, Any] = {
    "cijfer": "koopwoningen_aandeel", "jaar": 2024, "grenzen": 2024, "niveau": "gemeente", "gebied": "GM9002",
    "naam": "Vierlingstad", "waarde": 58.4, "marge": 0.6, "laag": 57.8, "hoog": 59.0, "n": 31250.0, "status": "waarde",
    "rapportcijfer": None, "rapportcijferMarge": None, "plaats": 5, "gedeeldDoor": 1, "plaatsVan": 12,
    "plaatsBesteRuis": 4, "plaatsSlechtsteRuis": 6, "plaatsBesteKeuzes": None, "plaatsSlechtsteKeuzes": None,
    "dekking": 1.0, "opmerking": "neutral",
}  # fmt: skip
_AVERAGE = {
    "cijfer": "koopwoningen_aandeel", "groep": "nta", "soort": "group", "jaar": 2024, "grenzen": 2024, "waarde": 56.1,
    "rapportcijfer": None, "plaats": None, "plaatsVan": None, "leden": 7, "metWaarde": 7,
}  # fmt: skip
_PAGED = {"aantal": 1, "gegeven": 1, "links": [
    {"rel": "describedby", "href": "https://stadspeil.example/v1/cijfers/koopwoningen_aandeel", "type": "application/json"}]}  # fmt: skip
_MEANING = (
    "`marge` is de helft van een 95%-interval, `laag` en `hoog` zijn de uiteinden. `plaats` is die onder alle gebieden van "
    "het niveau met een waarde; `plaatsBesteRuis` tot `plaatsSlechtsteRuis` is wat ruis in de cijfers toelaat, "
    "`...Keuzes` wat andere keuzes van methode toelaten. Zonder waarde zegt `status` waarom."
)

RESOURCES = (
    Resource(
        "/cijfers/{cijfer}/waarden", "waarden-van-cijfer", "Waarden", "Waarden van een cijfer",
        f"Alle gebieden en jaren van een cijfer. {_MEANING} Volgorde: jaar, indeling, niveau, code.",
        _of_figure, "Waarden", {**_PAGED, "waarden": [_ROW]}, (YEAR, LEVEL, _DIVISION, AREAS, _INSIDE, _MANY, OFFSET),
    ),
    Resource(
        "/gebieden/{gebied}/waarden", "waarden-van-gebied", "Waarden", "Waarden van een gebied",
        f"Alle cijfers en jaren van een gebied. {_MEANING} Volgorde: cijfer, jaar, indeling.",
        _of_area, "Waarden", {**_PAGED, "waarden": [_ROW]}, (FIGURES, YEAR, _DIVISION, _MANY, OFFSET),
    ),
    Resource(
        "/cijfers/{cijfer}/groepsgemiddelden", "groepsgemiddelden", "Waarden", "Gemiddelden van groepen",
        "Het gemiddelde van een groep, regio of het land, en de plaats die het onder de gemeenten zou innemen. `metWaarde` "
        "zegt van hoeveel leden er een waarde is.",
        _averages, "Groepsgemiddelden", {**_PAGED, "groepsgemiddelden": [_AVERAGE]}, (_GROUP, YEAR, _DIVISION, LIMIT, OFFSET),
    ),
)  # fmt: skip
