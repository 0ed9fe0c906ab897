"""Analyses: what each is, and its rows. Squares are not among them (decision 30)."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.analyses.tables import ANALYSES, NEVER_SHOWN
from stadspeil.atlas.api.asking import AREAS, BOUNDARIES, FIGURES, LIMIT, OFFSET, YEAR, known_ones
from stadspeil.atlas.api.entries import figure_ids
from stadspeil.atlas.api.problems import RefusalError, Wrong, missing
from stadspeil.atlas.api.resources import Question, Reply, Resource, as_json, page_of_rows, page_of_table
from stadspeil.catalogue.reader import near_match
from stadspeil.contracts import Contract

SHOWN = {name: each for name, each in ANALYSES.items() if name not in NEVER_SHOWN}
# The key of a question, and the column that it chooses in.
_FILTERS = {"gebied": "area", "cijfer": "indicator", "jaar": "year", "grenzen": "boundaries"}


def kind_of(dtype: Any) -> str:
    """What a column holds, as a word of JSON Schema."""
    if dtype.is_integer():
        return "integer"
    if dtype.is_float():
        return "number"
    return "boolean" if dtype == pl.Boolean else "string"


def columns_of(contract: Contract) -> list[dict[str, Any]]:
    """Columns of a table: name, type, whether it is part of the key and whether it may be empty."""
    return [
        {
            "naam": name, "type": kind_of(dtype() if isinstance(dtype, type) else dtype), "sleutel": name in contract.key,
            "magLeeg": name not in contract.required,
        }
        for name, dtype in contract.columns.items()
    ]  # fmt: skip


def known_analysis(name: str) -> Contract:
    """An analysis that may be shown. RefusalError (404) for another."""
    if name not in SHOWN:
        raise missing(f"analyse '{name[:80]}' is er niet{near_match(name, SHOWN)}")
    return SHOWN[name]


def _list(question: Question) -> Reply:
    return page_of_rows(question, "analyses", [_brief(question, each) for each in SHOWN.values()])


def _brief(question: Question, contract: Contract) -> dict[str, Any]:
    return {
        "id": contract.name, "rij": contract.row, "aantal": question.site.results.analysis(contract.name).height,
        "links": [question.link("rijen", f"/analyses/{contract.name}/rijen")],
    }  # fmt: skip


def _one(question: Question) -> Reply:
    contract = known_analysis(question.parts["analyse"])
    asked = [key for key, column in _FILTERS.items() if column in contract.columns]
    return as_json({**_brief(question, contract), "kolommen": columns_of(contract), "vragen": asked})


def _rows(question: Question) -> Reply:
    contract = known_analysis(question.parts["analyse"])
    _only_what_it_has(question, contract)
    known_ones("cijfer", question.given["cijfer"], figure_ids(question.site))
    table = question.site.results.analysis(contract.name)
    for key, column in _FILTERS.items():
        wanted = question.given[key]
        if wanted is not None:
            chosen = list(wanted) if isinstance(wanted, tuple) else [wanted]
            table = table.filter(pl.col(column).is_in(chosen))
    link = question.link("describedby", f"/analyses/{contract.name}")
    return page_of_table(question, "rijen", table.sort(contract.key), {"links": [link]})


def _only_what_it_has(question: Question, contract: Contract) -> None:
    wrong = [
        Wrong("query", key, f"'{key}': deze analyse heeft geen kolom {column}", "onbekend")
        for key, column in _FILTERS.items()
        if question.given[key] is not None and column not in contract.columns
    ]
    if wrong:
        raise RefusalError(400, "; ".join(each.detail for each in wrong), wrong)


_LINK = {"rel": "rijen", "href": "https://stadspeil.example/v1/analyses/splits/rijen", "type": "application/json"}
_BRIEF = {"id": "splits", "rij": "how the differences between buurten divide", "aantal": 1573, "links": [_LINK]}
_PAGE = {"rel": "self", "href": "https://stadspeil.example/v1/analyses?limit=100&offset=0", "type": "application/json"}

RESOURCES = (
    Resource("/analyses", "analyses", "Analyses", "Lijst van analyses",
             "Wat er naast waarden is uitgerekend. Vakken van 100 m zijn er niet bij.",
             _list, "Analyses", {"aantal": 1, "gegeven": 1, "links": [_PAGE], "analyses": [_BRIEF]}, (LIMIT, OFFSET)),
    Resource("/analyses/{analyse}", "analyse", "Analyses", "Een analyse",
             "Wat één rij is, welke kolommen er zijn en waarop u rijen kunt kiezen (`vragen`).",
             _one, "Analyse",
             {**_BRIEF, "kolommen": [{"naam": "area", "type": "string", "sleutel": True, "magLeeg": False}],
              "vragen": ["gebied", "cijfer", "jaar", "grenzen"]}),
    Resource("/analyses/{analyse}/rijen", "analyserijen", "Analyses", "Rijen van een analyse",
             "Rijen met de kolommen zoals `stadspeil export` en de bestanden ze hebben, gesorteerd op de sleutel.",
             _rows, "Analyserijen",
             {"aantal": 1, "gegeven": 1, "links": [_PAGE], "rijen": [
                 {"area": "GM9002", "year": 2024, "boundaries": 2024, "indicator": "koopwoningen_aandeel",
                  "measure": "variance", "total": 210.5, "between_gemeenten": None, "between_wijken": 120.2,
                  "within_wijken": 90.3}]},
             (AREAS, FIGURES, YEAR, BOUNDARIES, LIMIT, OFFSET)),
)  # fmt: skip
