"""A sheet per analysis: the table as it stands in out/analyses, with titles and words in the report's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from stadspeil.report.document import Report
from stadspeil.report.wording import Wording
from stadspeil.report.workbook_sheets import MARK, NARROW, SHARE, WIDE, Column, Sheet, number

# Columns whose cells are ids: the reader gets the title; of the figure itself the id too, to look up or pivot by.
_IDS = ("indicator", "part", "other", "measured", "mechanism", "group", "field", "twin", "family")
# Columns in the unit of the figure: they take its decimals, and one more.
_IN_UNIT = {
    "value", "rest", "wijk_value", "difference", "error", "ordinary", "low", "high", "change", "first", "last", "slope",
    "slope_low", "slope_high", "country_change", "beyond_country", "shrunken", "pull", "threshold", "group_value", "gap",
    "value_wanted", "wijk_change", "other_value", "smallest_detectable", "own_change", "group_change", "group_slope",
    "slope_difference",
}  # fmt: skip
_SHARES = {"lowest_tenth", "far", "beyond", "weight", "stability", "agreement", "moved", "moved_by_noise", "share_by_noise",
           "ahead_choices", "ahead_noise", "left_out", "share", *(f"tenth_{place}" for place in range(1, 11))}  # fmt: skip
_FORMS = {
    "p": "0.0000", "ahead_p": "0.0000", "behind_p": "0.0000", "z": MARK, "base": "#,##0", "mark": MARK, "fixed_mark": MARK,
    "fixed_spread": MARK, "mark_wanted": MARK,
    "adds": "0.000", "tau": MARK, "distance": MARK, "twins_mark": MARK, "lowest": MARK, "highest": MARK, "h": "0.000",
    "chance": "0.000", "entropy": "0.000", "d": "0.000", "d_by_chance": "0.000", "people": "#,##0", "between_buurten": "0.00000",
    "within_buurten": "0.00000", "within_buurten_pct": "0.0", "total": "0.00000", "between_gemeenten": "0.00000", "between_wijken": "0.00000",
    "within_wijken": "0.00000",
}  # fmt: skip
_COUNTED = (
    "arrived",
    "left",
    "balance",
    "balance_low",
    "balance_high",
    "within",
    "people",
    "workers",
    "jobs",
    "persons",
)
_TENTHS = (
    "within_pct", "arrived_per_1000", "left_per_1000", "balance_per_1000", "arrived_pct", "left_pct", "towns_arrived_pct",
    "towns_left_pct", "own_pct", "largest_pct", "both_ways_pct", "largest_of_leaving_pct", "large_cities_pct",
)  # fmt: skip
_BOUNDS = {
    "#,##0": ("households", "demand", "rivals", "rivals_seeking", "stock", "flow"),
    MARK: ("stock_ratio", "group_stock", "flow_ratio", "group_flow"),
}
_FLOWS: dict[str, dict[str, str]] = {
    name: {**dict.fromkeys(_COUNTED, "#,##0"), **dict.fromkeys(_TENTHS, "0.0")}
    for name in ("moves", "ties", "commuting")
} | {
    "selectivity": {
        **dict.fromkeys(_COUNTED, "#,##0"),
        **dict.fromkeys(("index", "low", "high", "towns_index", "leaving", "leaving_low", "leaving_high"), "0.000"),
    },
    "income_parts": {"persons": "#,##0", **dict.fromkeys(("value", "low", "high"), "0.000")},
    "treads": {f"{name}_{end}": form for form, names in _BOUNDS.items() for name in names for end in ("low", "high")},
}
# In these tables a number means something else than elsewhere.
_OWN_FORMS: Mapping[str, dict[str, str]] = {
    "mechanisms": dict.fromkeys(("value", "baseline", "region", "gap", "baseline_gap", "projection", "low", "high"), "0.000"),
    "transitions": {"share": SHARE},
    "household_change": dict.fromkeys(("before", "after", "value", "low", "high"), "#,##0"),
    "household_fit": {"correlation": MARK},
    "programme_effects": dict.fromkeys(("without", "low", "middle", "high"), "0.00"),
    "lead_lag": dict.fromkeys(
        (f"{end}{limit}" for end in ("ahead", "behind") for limit in ("", "_low", "_high")), "0.000"
    ),
    **_FLOWS,
    "sensitivity": dict.fromkeys(("first", "first_low", "first_high", "total", "total_low", "total_high"), SHARE),
}  # fmt: skip
# Columns whose cells have words of their own: those of a simulated programme, and of the history of households.
_WORDED = {
    ("programme_effects", "figure"): "simulated.figure", ("programme_effects", "part_of_figure"): "simulated.group",
    ("household_change", "part"): "analysis_history",
}  # fmt: skip
_SAID = {
    "verdict",
    "reason",
    "choice",
    "hangs_on",
    "quadrant",
    "kind",
    "measure",
    "level",
    "check",
    "side",
    "scale",
    "broken_by",
    "leaving_verdict",
    "certainty",
    "partner",
    "household",
    "income",
    "told",
    "age",
    "unit",
}


def analysis_sheets(report: Report, words: Wording) -> list[Sheet]:
    """A sheet for every analysis that says something of the town."""
    return [_sheet(name, table, report, words) for name, table in report.tables.items() if table.height]


def _sheet(name: str, table: pl.DataFrame, report: Report, words: Wording) -> Sheet:
    titles = report.titles
    columns: list[Column] = []
    makers: list[tuple[str, Callable[[Any, int], Any]]] = []
    for column in table.columns:
        if column == "indicator":
            columns.append(_column(name, "title", WIDE, "", words))
            makers.append((column, lambda cell, _: titles.get(cell, cell)))
        kind = table.schema[column]
        text = kind in (pl.String, pl.Boolean) or isinstance(kind, pl.Enum)
        width = 30 if column in ("indicator", "name", *_IDS) else 18 if text else NARROW
        columns.append(_column(name, column, width, _form(name, column), words))
        makers.append((column, _maker(name, column, report, words)))
    decimals = [_decimals(row, report) for row in table.to_dicts()] if "indicator" in table.columns else []
    rows = [
        tuple(make(row[column], decimals[place] if decimals else 2) for column, make in makers)
        for place, row in enumerate(table.to_dicts())
    ]
    about = words(f"analysis_about.{name}") if words.has("analysis_about", name) else ""
    return Sheet(f"tabel_{name}", words(f"analysis_sheets.{name}"), about, tuple(columns), rows)


def _column(table: str, name: str, width: int, form: str, words: Wording) -> Column:
    """Its texts; a column that says something else in one table has a text under 'table.column' with a dash."""
    own = f"{table}-{name}"
    key = own if words.has("analysis_columns", own) else name
    note = own if words.has("analysis_notes", own) else name
    told = words(f"analysis_notes.{note}") if words.has("analysis_notes", note) else ""
    meaning, _, unit = told.partition("|")
    return Column(words(f"analysis_columns.{key}"), width, form, meaning, unit)


def _form(table: str, column: str) -> str:
    own = _OWN_FORMS.get(table, {}).get(column)
    return own or (SHARE if column in _SHARES else _FORMS.get(column, ""))


def _maker(table: str, column: str, report: Report, words: Wording) -> Callable[[Any, int], Any]:
    """What stands in a cell of a column, given the decimals of the row's figure."""
    if (table, column) in _WORDED:
        return lambda cell, _: words(f"{_WORDED[table, column]}.{cell}") if cell else None
    if column in _IDS and column != "indicator":
        return lambda cell, _: report.titles.get(cell, words.said(cell)) if cell else None
    if column in _SAID:
        return lambda cell, _: words.said(cell) if isinstance(cell, str) else cell
    if column in _IN_UNIT and column not in _OWN_FORMS.get(table, {}):
        return lambda cell, decimals: number(cell, decimals + 1)
    return lambda cell, _: words("words.yes" if cell else "words.no") if isinstance(cell, bool) else cell


def _decimals(row: dict[str, Any], report: Report) -> int:
    return report.decimals.get(row["indicator"], 1)
