"""Values of all connected indicators, from cells.

An indicator is a field, or a quotient of two fields. A quotient is rebuilt from its counts; only where an edition
lacks the counts is the publisher's ready-made share taken, and `method` says which of the two it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Indicator, summed
from stadspeil.contracts import BASE, MARGINS, VALUES, WITH_NUMBER, Status, check, empty
from stadspeil.errors import ContractError
from stadspeil.indicators.algebra import bounds_of_quotient, status_of_quotient, sum_of_fields
from stadspeil.indicators.noise import confidence_of, margin_error, with_spread

KEY = ("area", "level", "year", "boundaries")
# What is ranked together is made in one way: a method is chosen per edition and level, never per area.
BLOCK = ("year", "boundaries", "level")
# Land is added up like a count, but no chance draws hectares: such a base says nothing about noise.
AREA_UNITS = ("ha", "km2", "m2")
SHOWN = 20


def build_values(cells: pl.DataFrame, catalogue: Catalogue, own_snapshots: Iterable[str] = frozenset()) -> pl.DataFrame:
    """One row per indicator, area and year, with the status of what went into it.

    An indicator that nobody measured at a level in a year has no rows there. Values made from `own_snapshots`,
    a town's own figures, say so in `method`.
    Raises:  ContractError naming all values outside an indicator's possible range.
    """
    indicators = [each for each in catalogue.indicators.values() if each.status == "connected"]
    fields = _by_field(cells, {name for each in indicators for name in _fields_of(each)}, own_snapshots)
    tables = [_values_of(each, fields, catalogue) for each in indicators]
    values = pl.concat([table for table in tables if table is not None] or [empty(VALUES)])
    _refuse_impossible(values, catalogue)
    return check(values, VALUES, "indicatoren")


def _fields_of(indicator: Indicator) -> set[str]:
    if _is_own(indicator):
        names = {indicator.id, _own_base(indicator)}
    else:
        names = {indicator.column, indicator.numerator, indicator.denominator, indicator.base} - {""}
    margins = {f"{_as_published(indicator)}{suffix}" for suffix in MARGINS} if _as_published(indicator) else set()
    return names | margins


def _as_published(indicator: Indicator) -> str:
    """The field with the ready-made figure; empty where only its counts are there."""
    return indicator.id if _is_own(indicator) else indicator.column


def _is_own(indicator: Indicator) -> bool:
    """A town's own indicator needs no field of ours: its cells carry the indicator's id."""
    return not indicator.column and not indicator.numerator


def _own_base(indicator: Indicator) -> str:
    return f"{indicator.id}{BASE}"


def _by_field(cells: pl.DataFrame, wanted: set[str], own: Iterable[str]) -> dict[str, pl.DataFrame]:
    single = {part for name in wanted for part in summed(name)}
    needed = cells.filter(pl.col("field").is_in(sorted(single))).select(
        *KEY, "field", "value", "low", "high", "status", "snapshot", own=pl.col("snapshot").is_in(sorted(own))
    )
    parts = needed.partition_by("field", as_dict=True, include_key=False)
    fields = {str(field): table for (field,), table in parts.items()}
    for name in sorted(wanted - single):
        if all(part in fields for part in summed(name)):
            fields[name] = sum_of_fields([fields[part] for part in summed(name)])
    return fields


def _values_of(indicator: Indicator, fields: Mapping[str, pl.DataFrame], catalogue: Catalogue) -> pl.DataFrame | None:
    """Rows of one indicator in the order of VALUES; None where its fields are not in the workspace."""
    rebuilt, published = _rebuilt(indicator, fields, catalogue), _published(indicator, fields, catalogue)
    if rebuilt is not None and published is not None:
        counted = rebuilt.select(*BLOCK).unique()
        published = published.join(counted, on=BLOCK, how="anti")
    found = [_finish(table, indicator) for table in (rebuilt, published) if table is not None]
    return pl.concat(found).sort("year", "boundaries", "level", "area") if found else None


def _rebuilt(indicator: Indicator, fields: Mapping[str, pl.DataFrame], catalogue: Catalogue) -> pl.DataFrame | None:
    if indicator.numerator not in fields or indicator.denominator not in fields:
        return None
    above = _prefixed(fields[indicator.numerator], "num")
    below = _prefixed(fields[indicator.denominator], "den")
    status = status_of_quotient("num", "den")
    low, high = bounds_of_quotient("num", "den", indicator.per)
    table = above.join(below, on=KEY, how="full", coalesce=True).with_columns(
        pl.col("num_status", "den_status").fill_null("niet_gemeten"),
        own=pl.col("num_own").fill_null(False) | pl.col("den_own").fill_null(False),
    )
    table = table.with_columns(status=status).with_columns(
        value=pl.when(status == "afgeleid").then(pl.col("num_value") / pl.col("den_value") * indicator.per),
        low=pl.when(status == "gecensureerd").then(low),
        high=pl.when(status == "gecensureerd").then(high),
    )
    table = _measured(table).with_columns(margin_error=pl.lit(None, dtype=pl.Float64))
    return _with_noise(table, indicator, fields, catalogue, rebuilt=True)


def _published(indicator: Indicator, fields: Mapping[str, pl.DataFrame], catalogue: Catalogue) -> pl.DataFrame | None:
    name = _as_published(indicator)
    if name not in fields:
        return None
    table = _with_margins(_measured(fields[name]), name, fields, catalogue)
    return _with_noise(table, indicator, fields, catalogue, rebuilt=False)


def _with_margins(
    table: pl.DataFrame, name: str, fields: Mapping[str, pl.DataFrame], catalogue: Catalogue
) -> pl.DataFrame:
    """Adds `margin_error`. A margin belongs to the delivery that it came with: a later figure without has none."""
    for suffix in MARGINS:
        column = pl.lit(None, dtype=pl.Float64).alias(suffix)
        if f"{name}{suffix}" not in fields:
            table = table.with_columns(column)
            continue
        given = fields[f"{name}{suffix}"].filter(pl.col("status").is_in(WITH_NUMBER))
        table = table.join(
            given.select(*KEY, "snapshot", pl.col("value").alias(suffix)), on=[*KEY, "snapshot"], how="left"
        )
    field = catalogue.fields.get(name)
    return margin_error(table, confidence_of(name, catalogue), field.rounding if field else 0.0)


def _prefixed(table: pl.DataFrame, prefix: str) -> pl.DataFrame:
    return table.rename({name: f"{prefix}_{name}" for name in table.columns if name not in KEY})


def _measured(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(~(pl.col("status") == "niet_gemeten").all().over(BLOCK))


def _with_noise(
    table: pl.DataFrame, indicator: Indicator, fields: Mapping[str, pl.DataFrame], catalogue: Catalogue, rebuilt: bool
) -> pl.DataFrame:
    table = with_spread(table.pipe(_with_base, indicator, fields, catalogue), indicator, catalogue.fields, rebuilt)
    return table.with_columns(
        method=pl.when(pl.col("own")).then(pl.lit("own")).otherwise(pl.lit("rebuilt" if rebuilt else "published")),
    )


def _with_base(
    table: pl.DataFrame, indicator: Indicator, fields: Mapping[str, pl.DataFrame], catalogue: Catalogue
) -> pl.DataFrame:
    """Adds `n`: the base, or the denominator where that counts something."""
    name = _own_base(indicator) if _is_own(indicator) else indicator.base or indicator.denominator
    parts = [catalogue.fields.get(part) for part in summed(name)]
    countable = (each is not None and each.type == "count" and each.unit not in AREA_UNITS for each in parts)
    counted = _is_own(indicator) or (bool(parts) and all(countable))
    if name not in fields or not counted:
        return table.with_columns(n=pl.lit(None, dtype=pl.Float64))
    numbered = fields[name].filter(pl.col("status").is_in(WITH_NUMBER)).select(*KEY, n=pl.col("value"))
    return table.join(numbered, on=KEY, how="left")


def _finish(table: pl.DataFrame, indicator: Indicator) -> pl.DataFrame:
    return table.with_columns(indicator=pl.lit(indicator.id), status=pl.col("status").cast(Status)).select(
        list(VALUES.columns)
    )


def _refuse_impossible(values: pl.DataFrame, catalogue: Catalogue) -> None:
    found = outside(values, catalogue, "possible")
    if found.is_empty():
        return
    problems = [
        f"'{indicator}' is {value:g} in {area}, {year}; mogelijk is {low:g} tot {high:g}"
        for indicator, area, year, value, low, high in found.head(SHOWN).iter_rows()
    ]
    if found.height > SHOWN:
        problems.append(f"en nog {found.height - SHOWN} waarden buiten het mogelijke bereik")
    raise ContractError("de indicatoren", problems, "controleer het bestand, of 'possible' in catalogue/indicators/")


def outside(values: pl.DataFrame, catalogue: Catalogue, which: str) -> pl.DataFrame:
    """Values outside the 'possible' or 'expected' range of their indicator: indicator, area, year, value, low, high."""
    ranges = [(each.id, *map(float, getattr(each, which))) for each in catalogue.indicators.values()]
    schema = {"indicator": pl.String, "allowed_low": pl.Float64, "allowed_high": pl.Float64}
    return (
        values.filter(pl.col("value").is_not_null())
        .join(pl.DataFrame(ranges, schema=schema, orient="row"), on="indicator", how="left", maintain_order="left")
        .filter((pl.col("value") < pl.col("allowed_low")) | (pl.col("value") > pl.col("allowed_high")))
        .select("indicator", "area", "year", "value", "allowed_low", "allowed_high")
    )
