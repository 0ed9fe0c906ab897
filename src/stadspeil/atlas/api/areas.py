"""Areas: which there were in which division, what they lie in and what lies in them."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.areas import level_of, parent_of
from stadspeil.areas.codes import is_code
from stadspeil.atlas.api.asking import AREA_PATTERN, BOUNDARIES, LEVEL, LIMIT, OFFSET, Parameter
from stadspeil.atlas.api.problems import missing
from stadspeil.atlas.api.resources import Question, Reply, Resource, as_json, page_of_table
from stadspeil.atlas.results import Results
from stadspeil.catalogue.reader import near_match

_SHOWN = {"area": "gebied", "name": "naam", "level": "niveau", "boundaries": "grenzen", "parent": "ligtIn"}
_EXAMPLE = {"gebied": "GM9002", "naam": "Vierlingstad", "niveau": "gemeente", "grenzen": 2024, "ligtIn": "NL"}


def known_area(results: Results, code: str) -> str:
    """The code of an area of which there is a name or a figure. RefusalError (404) for another."""
    if not is_code(code):
        raise missing(f"'{code[:40]}' is geen code van een gebied; een code is als GM0637, WK063701 of BU06370101")
    if code not in results.names and results.of_area(code).is_empty():
        raise missing(f"gebied {code} kennen wij niet{near_match(code, results.names)}")
    return code


def named(table: pl.DataFrame, results: Results) -> pl.DataFrame:
    """The table with names of areas in `naam`, right after its codes."""
    names = table.select(pl.col("area").replace_strict(results.names, default=None, return_dtype=pl.String))
    return table.insert_column(table.columns.index("area") + 1, names["area"].alias("naam"))


def newest_per(table: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Rows on the newest division of each of the keys."""
    return table.filter(pl.col("boundaries") == pl.col("boundaries").max().over(keys)) if table.height else table


def _areas(question: Question) -> Reply:
    given, table = question.given, question.site.results.areas
    chosen = (
        newest_per(table, "level") if given["grenzen"] is None else table.filter(boundaries=given["grenzen"])
    )  # fmt: skip
    if given["niveau"]:
        chosen = chosen.filter(pl.col("level") == given["niveau"])
    if given["ligtIn"]:
        chosen = chosen.filter(_inside(given["ligtIn"]))
    rows = chosen.sort("level", "area", "boundaries").select(pl.col(name).alias(key) for name, key in _SHOWN.items())
    return page_of_table(question, "gebieden", rows)


def _inside(code: str) -> pl.Expr:
    """Areas that lie in another, at any depth."""
    if code == "NL":
        return pl.col("area") != "NL"
    same = level_of(code) in ("gemeente", "wijk", "buurt")
    within = pl.col("area").str.slice(2).str.starts_with(code[2:]) & (pl.col("area") != code)
    smaller = pl.col("level").is_in(["wijk", "buurt"])
    return within & smaller if same else pl.col("parent") == code


def _area(question: Question) -> Reply:
    results = question.site.results
    code = known_area(results, question.parts["gebied"])
    own = results.areas.filter(area=code).sort("boundaries")
    divisions = own["boundaries"].to_list()
    wanted = question.given["grenzen"]
    if wanted is not None and wanted not in divisions:
        offered = ", ".join(map(str, divisions)) or "geen enkele indeling"
        raise missing(f"gebied {code} kennen wij niet in de indeling van {wanted}; wel: {offered}")
    year = wanted if wanted is not None else (divisions[-1] if divisions else None)
    row = own.filter(boundaries=year).row(0, named=True) if year is not None else {}
    told: dict[str, Any] = {
        "gebied": code, "naam": results.names.get(code, code), "niveau": level_of(code), "grenzen": year,
        "alleGrenzen": divisions, "ligtIn": _brief(results, row.get("parent") or parent_of(code), year),
        "bevat": _children(results, code, year),
    }  # fmt: skip
    if row:
        told["naam"] = row["name"]
    told["links"] = [
        question.link("self", f"/gebieden/{code}"), question.link("waarden", f"/gebieden/{code}/waarden"),
    ]  # fmt: skip
    return as_json(told)


def _brief(results: Results, code: str | None, year: int | None) -> dict[str, Any] | None:
    if code is None:
        return None
    rows = results.areas.filter((pl.col("area") == code) & (pl.col("boundaries") == (year or 0)))
    return {"gebied": code, "naam": rows["name"][0] if rows.height else results.names.get(code, code)}


def _children(results: Results, code: str, year: int | None) -> list[dict[str, Any]]:
    if year is None:
        return []
    rows = results.areas.filter((pl.col("parent") == code) & (pl.col("boundaries") == year)).sort("area")
    return [{"gebied": area, "naam": name} for area, name in rows.select("area", "name").iter_rows()]


_INSIDE = Parameter("ligtIn", "Alleen gebieden die hierin liggen, op elke diepte.", example="GM9002",
                    pattern=AREA_PATTERN)  # fmt: skip
_PAGED = {"aantal": 1, "gegeven": 1, "links": [
    {"rel": "self", "href": "https://stadspeil.example/v1/gebieden?limit=100&offset=0", "type": "application/json"}]}  # fmt: skip

RESOURCES = (
    Resource(
        "/gebieden", "gebieden", "Gebieden", "Lijst van gebieden",
        "Gebieden van een gebiedsindeling. Zonder `grenzen`: van elk niveau de nieuwste indeling die er is. "
        "Volgorde: niveau, dan code.",
        _areas, "Gebieden", {**_PAGED, "gebieden": [_EXAMPLE]}, (LEVEL, BOUNDARIES, _INSIDE, LIMIT, OFFSET),
    ),
    Resource(
        "/gebieden/{gebied}", "gebied", "Gebieden", "Een gebied",
        "Naam, niveau, in welke indelingen het bestond, waar het in ligt en wat erin ligt.",
        _area, "Gebied",
        {
            "gebied": "GM9002", "naam": "Vierlingstad", "niveau": "gemeente", "grenzen": 2024,
            "alleGrenzen": [2023, 2024], "ligtIn": {"gebied": "NL", "naam": "Nieuwland"},
            "bevat": [{"gebied": "WK900201", "naam": "Centrum"}],
            "links": [{"rel": "self", "href": "https://stadspeil.example/v1/gebieden/GM9002", "type": "application/json"}],
        },
        (BOUNDARIES,),
    ),
)  # fmt: skip
