"""Figures of gemeenten on the boundaries of another year.

Counts are added up with the weights of the register. A gemeente whose ground stayed the same keeps every figure.
What is not a count cannot be added: there the result is `onmogelijk`, and an indicator is rebuilt from its
numerator and denominator. Medians and model estimates of a merged gemeente do not exist.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from stadspeil.areas.register import AreaRegister
from stadspeil.catalogue.entries import Field
from stadspeil.contracts import CELLS, WITH_NUMBER, Status, check
from stadspeil.errors import ContractError, QuestionError

# Which status a sum gets when its parts lack a number for different reasons: the most final reason first.
_GRAVEST_FIRST = ("onmogelijk", "geheim", "vervallen", "niet_gemeten", "later")

_REFUSALS = {
    "share": "een aandeel wordt opnieuw berekend uit teller en noemer, nooit gemiddeld",
    "rate": "een verhouding wordt opnieuw berekend uit teller en noemer, nooit gemiddeld",
    "mean": "een gemiddelde is alleen samen te voegen met het aantal waarop het rust",
    "median": "de mediaan van het geheel volgt niet uit de medianen van de delen",
    "model": "een modelschatting geldt alleen voor het gebied waarvoor zij is gemaakt",
    "index": "een indexcijfer is niet op te tellen of te middelen",
}

_KEY = ("to_code", "year", "field")


def rebase_cells(
    cells: pl.DataFrame, fields: Mapping[str, Field], register: AreaRegister, to_boundaries: int
) -> pl.DataFrame:
    """The same cells on the area division of `to_boundaries`.

    Shape:   CELLS, rows of gemeenten (and country); out the same, all on `to_boundaries`.
    Units:   as the field. Sums are `afgeleid` and may be fractions where a gemeente was split.
    Status:  one part without a number makes the whole sum so: it gets the gravest status of its parts; parts that
             are intervals (`gecensureerd`) give an interval; an unknown weight or a part of a later, larger
             gemeente gives `onmogelijk`.
    Source:  snapshot and row of a derived cell are those of the part that contributes most.
    Raises:  QuestionError for wijken and buurten; ContractError for codes that did not exist in their own year, for
             unknown fields, and for a cell that is given on two divisions.
    """
    _refuse_small_areas(cells)
    _refuse_unknown_fields(cells, fields)
    counts = [field.id for field in fields.values() if field.type == "count"]
    moved = [
        _rebase_block(block, int(boundaries[0]), counts, register, to_boundaries)
        for boundaries, block in sorted(cells.partition_by("boundaries", as_dict=True).items())
    ]
    empty = pl.DataFrame(schema=dict(CELLS.columns))
    return check(pl.concat([empty, *moved]), CELLS, f"omrekenen naar de indeling van {to_boundaries}")


def rebuild_refused(fields: Mapping[str, Field]) -> dict[str, str]:
    """Fields that cannot be merged for a changed gemeente, with the reason as a Dutch clause."""
    return {field.id: _REFUSALS[field.type] for field in fields.values() if field.type in _REFUSALS}


def _rebase_block(
    block: pl.DataFrame, boundaries: int, counts: list[str], register: AreaRegister, to_boundaries: int
) -> pl.DataFrame:
    country = _on(block.filter(pl.col("level") == "land"), to_boundaries)
    block = block.filter(pl.col("level") == "gemeente")
    _refuse_unknown_codes(block, register, boundaries)
    if boundaries == to_boundaries:
        return pl.concat([country, block])
    if boundaries > to_boundaries:
        return pl.concat([country, _backward(block, boundaries, register, to_boundaries)])
    unchanged = register.unchanged(boundaries, to_boundaries)
    weights = _touched_weights(register, boundaries, to_boundaries)
    changed = block.filter(~pl.col("area").is_in(list(unchanged)))
    is_count = pl.col("field").is_in(counts)
    return pl.concat([
        country,
        _recoded(block, unchanged, to_boundaries),
        summed_cells(changed.filter(is_count), weights, to_boundaries),
        impossible_cells(changed.filter(~is_count), weights, to_boundaries),
    ])  # fmt: skip


def _backward(block: pl.DataFrame, boundaries: int, register: AreaRegister, to_boundaries: int) -> pl.DataFrame:
    """Figures of a later division: only unchanged gemeenten can be carried back."""
    earlier = {new: old for old, new in register.unchanged(to_boundaries, boundaries).items()}
    parts = _touched_weights(register, to_boundaries, boundaries)
    reversed_parts = parts.select(from_code="to_code", to_code="from_code", weight="weight")
    changed = block.filter(~pl.col("area").is_in(list(earlier)))
    return pl.concat(
        [_recoded(block, earlier, to_boundaries), impossible_cells(changed, reversed_parts, to_boundaries)]
    )


def _touched_weights(register: AreaRegister, from_boundaries: int, to_boundaries: int) -> pl.DataFrame:
    unchanged = register.unchanged(from_boundaries, to_boundaries)
    weights = register.weights(from_boundaries, to_boundaries)
    return weights.filter(~pl.col("from_code").is_in(list(unchanged)))


def _recoded(block: pl.DataFrame, codes: Mapping[str, str], to_boundaries: int) -> pl.DataFrame:
    """Cells of unchanged gemeenten under the code they have in the other year."""
    same = block.filter(pl.col("area").is_in(list(codes)))
    return _on(same.with_columns(pl.col("area").replace(dict(codes))), to_boundaries)


def summed_cells(block: pl.DataFrame, weights: pl.DataFrame, to_boundaries: int) -> pl.DataFrame:
    """Weighted sums per new gemeente; a part without a row counts as not measured."""
    if block.is_empty():
        return block
    wanted = block.select("year", "field").unique().join(weights, how="cross")
    cells = block.rename({"area": "from_code"}).drop("boundaries", "level")
    parts = _with_bounds(wanted.join(cells, on=["from_code", "year", "field"], how="left"))
    sums = parts.sort(_biggest_first(), descending=[True, True, False], nulls_last=True).group_by(_KEY).agg(
        status=_sum_status(),
        gravity=pl.col("gravity").min(),
        value=pl.col("low_part").sum(),
        low=_sum_or_null("low_part"),
        high=_sum_or_null("high_part"),
        snapshot=pl.col("snapshot").drop_nulls().first(),
        row=pl.col("row").drop_nulls().first(),
    )  # fmt: skip
    named = sums.filter(pl.col("snapshot").is_not_null()).with_columns(
        status=pl.coalesce("status", pl.col("gravity").replace_strict(dict(enumerate(_GRAVEST_FIRST)), default=None))
    )
    return _as_cells(named, to_boundaries)


def _with_bounds(parts: pl.DataFrame) -> pl.DataFrame:
    """Each part's share of the sum, as an interval that is a point where the part has a number."""
    numbered = pl.col("status").is_in(WITH_NUMBER)
    gravity = {status: rank for rank, status in enumerate(_GRAVEST_FIRST)}
    return parts.with_columns(pl.col("status").cast(pl.String).fill_null("niet_gemeten")).with_columns(
        low_part=pl.col("weight") * pl.when(numbered).then("value").otherwise("low"),
        high_part=pl.col("weight") * pl.when(numbered).then("value").otherwise("high"),
        gravity=pl.col("status").replace_strict(gravity, default=None, return_dtype=pl.Int8),
    )


def _biggest_first() -> list[pl.Expr]:
    return [pl.col("low_part"), pl.col("from_code") == pl.col("to_code"), pl.col("from_code")]


def _sum_status() -> pl.Expr:
    """The status of a sum; empty where a part lacks a number, since that part's status then counts."""
    return (
        pl.when(pl.col("weight").is_null().any()).then(pl.lit("onmogelijk"))
        .when(pl.col("gravity").is_not_null().any()).then(None)
        .when((pl.col("status") == "gecensureerd").any()).then(pl.lit("gecensureerd"))
        .otherwise(pl.lit("afgeleid"))
    )  # fmt: skip


def _sum_or_null(column: str) -> pl.Expr:
    return pl.when(pl.col(column).is_null().any()).then(None).otherwise(pl.col(column).sum())


def impossible_cells(block: pl.DataFrame, weights: pl.DataFrame, to_boundaries: int) -> pl.DataFrame:
    """One `onmogelijk` cell per new gemeente, traced to the cell of its largest part."""
    parts = block.rename({"area": "from_code"}).drop("boundaries", "level").join(weights, on="from_code")
    traced = parts.sort(
        pl.col("weight"), pl.col("from_code") == pl.col("to_code"), pl.col("from_code"),
        descending=[True, True, False], nulls_last=True,
    )  # fmt: skip
    cells = traced.group_by(_KEY).agg(pl.col("snapshot", "row").first())
    nothing = pl.lit(None, dtype=pl.Float64)
    refused = cells.with_columns(status=pl.lit("onmogelijk"), value=nothing, low=nothing, high=nothing)
    return _as_cells(refused, to_boundaries)


def _as_cells(sums: pl.DataFrame, to_boundaries: int) -> pl.DataFrame:
    """Sums as CELLS: a number only where the status allows it, an interval only where it is one."""
    interval = pl.col("status") == "gecensureerd"
    shaped = sums.with_columns(
        area=pl.col("to_code"),
        level=pl.lit("gemeente"),
        value=pl.when(pl.col("status").is_in(WITH_NUMBER)).then("value"),
        low=pl.when(interval).then("low"),
        high=pl.when(interval).then("high"),
        status=pl.col("status").cast(Status),
    ).sort(_KEY)
    return _on(shaped, to_boundaries)


def _on(cells: pl.DataFrame, to_boundaries: int) -> pl.DataFrame:
    return cells.with_columns(boundaries=pl.lit(to_boundaries)).select(
        pl.col(name).cast(kind) for name, kind in CELLS.columns.items()
    )


def _refuse_small_areas(cells: pl.DataFrame) -> None:
    levels = [level for level in cells["level"].unique().to_list() if level not in ("gemeente", "land")]
    if levels:
        raise QuestionError(
            f"cijfers van {' en '.join(sorted(levels))}",
            "omrekenen naar een andere indeling kan alleen voor gemeenten",
            "vraag het jaar waarin het gebied bestond",
        )


def _refuse_unknown_fields(cells: pl.DataFrame, fields: Mapping[str, Field]) -> None:
    unknown = sorted(set(cells["field"].unique()) - set(fields))
    if unknown:
        raise ContractError("omrekenen van grenzen", [f"veld '{name}' staat niet in fields.toml" for name in unknown])


def _refuse_unknown_codes(block: pl.DataFrame, register: AreaRegister, boundaries: int) -> None:
    unknown = sorted(set(block["area"].unique()) - register.codes(boundaries))
    if unknown:
        shown = ", ".join(unknown[:20]) + (f" en nog {len(unknown) - 20}" if len(unknown) > 20 else "")
        raise ContractError(
            f"gemeenten in de indeling van {boundaries}",
            f"{len(unknown)} codes bestonden in dat jaar niet: {shown}",
            "controleer bij de bron welke indeling de codes volgen (boundaries in de catalogus)",
        )
