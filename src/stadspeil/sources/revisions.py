"""What a new delivery changes in figures that we had, and when that is more than a publisher's revision.

A delivery is held apart when one of these rules is broken:

    rows       more than 2 % fewer areas than before
    columns    a column that had figures has none any more
    empty      the share of cells without a number grows by more than 5 percentage points
    unit       the median of new divided by old lies outside 0.5 to 2: thousands became units, per cent became shares
    jump       a value moves more than 8 times as far, in proportion, as values of its field usually move
    parts      wijken or buurten of a gemeente together differ from the gemeente by more than rounding explains

Without an older delivery of the same year the year beside it is the yardstick, with room for what a year may bring:
then only rows (10 %) and unit (0.2 to 5) of gemeenten are asked. A field that a survey did not ask in a year is empty
as a whole, and gemeenten merge, so emptiness and jumps say nothing from year to year.

Most values do not move at all in a revision, so the usual move (the median absolute one, times 1.4826) is taken to be
five per cent at least: less than 40 % is never a jump. A move is in proportion to the old value, or to a fifth of the
usual distance between areas where that is larger, and must be more than 8 rounding steps: from 5 to 15 people is none.
Fewer than 8 cells of a field, level and year (those of the country always) have no usual move; there a jump is a
number that became more than three times as large or as small.
The rules are those of safety.md 7.2; the shape of the last one is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from stadspeil.catalogue.entries import Field
from stadspeil.contracts import CELLS, WITH_NUMBER, Status

KEY = ("area", "year", "boundaries", "field")
# Cars stand where a company leases them out and water belongs to no buurt: only these add up.
ADDING_UNITS = ("personen", "huishoudens", "woningen")
_SHOWN = 3
_FEW = 8
_SMALL_MOVE = 0.05
_LARGE_FACTOR = 3.0
_MOST_TOLD = 20


@dataclass(frozen=True)
class Limits:
    """How much may change before we hold a delivery."""

    rows: float = 0.02
    few: int = 0
    empty: float = 0.05
    unit: tuple[float, float] = (0.5, 2.0)
    jump: float = 8.0
    parts: float = 0.05


SAME_YEAR = Limits()
YEAR_BEFORE = Limits(rows=0.10, few=5, empty=1.0, unit=(0.2, 5.0), jump=float("inf"))


@dataclass(frozen=True)
class Revision:
    """Counts of cells, and the rules that were broken as whole Dutch sentences."""

    added: int = 0
    gone: int = 0
    changed: int = 0
    emptied: int = 0
    filled: int = 0
    broken: tuple[str, ...] = ()
    fields: tuple[Mapping[str, Any], ...] = ()
    largest: tuple[Mapping[str, Any], ...] = ()

    def summary(self) -> str:
        """One line for a report."""
        return (
            f"{self.changed} cellen met een ander getal, {self.filled} ingevuld, {self.emptied} leeg geworden, "
            f"{self.added} nieuw, {self.gone} weg"
        )

    def report(self) -> dict[str, Any]:
        """All of it, as JSON can hold it. `fields` are those that changed: share with a number, median ratio."""
        counts = {name: getattr(self, name) for name in ("added", "gone", "changed", "emptied", "filled")}
        return {**counts, "fields": list(self.fields), "largest": list(self.largest)}


def compare(
    old: pl.DataFrame,
    new: pl.DataFrame,
    fields: Mapping[str, Field],
    limits: Limits = SAME_YEAR,
    partial: bool = False,
) -> Revision:
    """Two deliveries of the same figures, cell by cell. CELLS in both.

    `partial`: the new one holds a part of the old one's areas, so what it lacks is no fault.
    """
    if partial:
        old = _of_areas(old, new)
    # What is new may well be emptier than what there was: small buurten beside a town's large ones.
    known = _of_areas(new, old)
    both = _joined(old, new)
    counts = both.select(
        added=pl.col("old_status").is_null().sum(),
        gone=pl.col("new_status").is_null().sum(),
        changed=_moved().sum(),
        emptied=(pl.col("old").is_not_null() & pl.col("new").is_null() & pl.col("new_status").is_not_null()).sum(),
        filled=(pl.col("old").is_null() & pl.col("new").is_not_null() & pl.col("old_status").is_not_null()).sum(),
    ).row(0, named=True)
    broken = [
        *_rows_broken(old, known, limits),
        *_columns_broken(old, known, limits),
        *_unit_broken(both, fields, limits),
        *_jumps(both, fields, limits),
    ]
    return Revision(**counts, broken=tuple(broken), fields=_per_field(both), largest=_largest(old, new))


def compare_years(
    beside: pl.DataFrame, new: pl.DataFrame, year: int, fields: Mapping[str, Field], other: int = 0
) -> tuple[str, ...]:
    """Rules that the first delivery of `year` breaks against the year before it, or `other`: what no year brings."""
    other = other or year - 1
    old = beside.filter((pl.col("year") == other) & (pl.col("level") == "gemeente"))
    now = new.filter((pl.col("year") == year) & (pl.col("level") == "gemeente"))
    if old.is_empty() or now.is_empty():
        return ()
    # Divisions differ from year to year, so areas are held against each other by code alone.
    same = pl.lit(0, dtype=pl.Int16)
    old = old.with_columns(boundaries=same, year=pl.lit(year, dtype=pl.Int16))
    now = now.with_columns(boundaries=same)
    broken = (*_rows_broken(old, now, YEAR_BEFORE), *_unit_broken(_joined(old, now), fields, YEAR_BEFORE))
    return tuple(f"{year} naast {other}: {each}" for each in broken)


def areas_broken(old: pl.DataFrame, new: pl.DataFrame, limits: Limits = SAME_YEAR) -> tuple[str, ...]:
    """The rule of rows for a map. AREAS in both."""
    before, after = (each.with_columns(year="boundaries") for each in (old, new))
    return tuple(_rows_broken(before, after, limits))


def flows_as_cells(flows: pl.DataFrame) -> pl.DataFrame:
    """FLOWS summed by where they start, as CELLS: single flows are small and move at random."""
    totals = flows.group_by("origin", "level", "year", "boundaries", "field", maintain_order=True).agg(
        pl.col("value").sum(),
        numbered=pl.col("value").is_not_null().any(),
        snapshot=pl.col("snapshot").first(),
        row=pl.col("row").first(),
    )
    status = pl.when("numbered").then(pl.lit("waarde")).otherwise(pl.lit("geheim")).cast(Status)
    nothing = pl.lit(None, dtype=pl.Float64)
    cells = totals.rename({"origin": "area"}).with_columns(
        value=pl.when("numbered").then("value"), status=status, low=nothing, high=nothing
    )
    return cells.select(list(CELLS.columns))


def changes(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Every cell that differs: key, level, old, new and both statuses; the largest relative move first."""
    both = _joined(old, new)
    other = pl.col("old_status").cast(pl.String) != pl.col("new_status").cast(pl.String)
    differing = both.filter(_moved() | other.fill_null(True))
    size = ((pl.col("new") - pl.col("old")) / pl.col("old")).abs().fill_nan(None)
    return differing.sort(size, descending=True, nulls_last=True, maintain_order=True).select(
        *KEY, "level", "old", "new", "old_status", "new_status"
    )


def _of_areas(cells: pl.DataFrame, wanted: pl.DataFrame) -> pl.DataFrame:
    """The cells of the areas and years that are in `wanted` too."""
    return cells.join(wanted.select("area", "year").unique(), on=["area", "year"], how="semi")


def _per_field(both: pl.DataFrame) -> tuple[Mapping[str, Any], ...]:
    """Per field with any change: share of cells with a number before and after, cells changed, median ratio."""
    ratio = (pl.col("new") / pl.col("old")).filter(pl.col("old") != 0)
    told = both.group_by("field").agg(
        before=pl.col("old").is_not_null().mean().round(4),
        after=pl.col("new").is_not_null().mean().round(4),
        changed=_moved().sum(),
        ratio=ratio.median().round(6),
    )
    moved = told.filter((pl.col("changed") > 0) | (pl.col("before") != pl.col("after")))
    return tuple(moved.sort("field").to_dicts())


def _largest(old: pl.DataFrame, new: pl.DataFrame) -> tuple[Mapping[str, Any], ...]:
    moved = changes(old, new).filter(pl.col("old").is_not_null() & pl.col("new").is_not_null())
    # Division by a zero of before says nothing of size to a reader of JSON either.
    return tuple(moved.head(_MOST_TOLD).select("field", "area", "year", "old", "new").to_dicts())


def parts_broken(cells: pl.DataFrame, fields: Mapping[str, Field], limits: Limits = SAME_YEAR) -> list[str]:
    """Counts whose wijken or buurten do not add up to their gemeente.

    Each part is rounded at random to a step, so n parts differ by at most step x the root of n, five times over; some
    people are counted at the gemeente only, so a share more is allowed. Gemeenten with a part without a number are
    left out.
    """
    counts = [each.id for each in fields.values() if each.type == "count" and each.unit in ADDING_UNITS]
    wanted = cells.filter(pl.col("field").is_in(counts) & pl.col("level").is_in(["gemeente", "wijk", "buurt"]))
    if wanted.is_empty():
        return []
    steps = {each.id: max(each.rounding, 5.0) for each in fields.values()}
    keyed = wanted.with_columns(
        gemeente=pl.lit("GM") + pl.col("area").str.slice(2, 4),
        step=pl.col("field").replace_strict(steps, default=5.0, return_dtype=pl.Float64),
    )
    whole = keyed.filter(pl.col("level") == "gemeente").select("gemeente", "year", "boundaries", "field", whole="value")
    parts = (
        keyed.filter(pl.col("level") != "gemeente")
        .group_by("gemeente", "level", "year", "boundaries", "field", maintain_order=True)
        .agg(
            total=pl.col("value").sum(), empty=pl.col("value").is_null().any(), n=pl.len(), step=pl.col("step").first()
        )
    )
    held = (
        parts.filter(~pl.col("empty")).join(whole, on=["gemeente", "year", "boundaries", "field"]).drop_nulls("whole")
    )
    bound = 5 * pl.col("step") * pl.col("n").sqrt() + limits.parts * pl.col("whole").abs()
    far = held.filter((pl.col("total") - pl.col("whole")).abs() > bound)
    sentences = []
    for (name, level), rows in far.group_by("field", "level", maintain_order=True):
        asked = held.filter((pl.col("field") == name) & (pl.col("level") == level)).height
        # One gemeente with a border quarrel is no reason to hold a country; a pattern is.
        if rows.height > max(0.02 * asked, 3):
            first = rows.row(0, named=True)
            plural = "wijken" if level == "wijk" else "buurten"
            sentences.append(
                f"'{name}': in {rows.height} van {asked} gemeenten tellen de {plural} niet op tot de gemeente "
                f"({first['gemeente']}: {first['total']:g} en {first['whole']:g})"
            )
    return sentences


def _joined(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Both sides of each cell; a side without the cell has no status."""
    left = old.select(*KEY, "level", old="value", old_status="status")
    right = new.select(*KEY, new_level="level", new="value", new_status="status")
    return left.join(right, on=KEY, how="full", coalesce=True).with_columns(level=pl.coalesce("level", "new_level"))


def _moved() -> pl.Expr:
    return ((pl.col("new") - pl.col("old")).abs() > 1e-9 * pl.col("old").abs()).fill_null(False)


def _rows_broken(old: pl.DataFrame, new: pl.DataFrame, limits: Limits) -> Iterable[str]:
    before, after = (_areas_per_level(each) for each in (old, new))
    for level, count in before.items():
        found = after.get(level, 0)
        if count - found > max(limits.rows * count, limits.few):
            yield f"er zijn {found} gebieden van het niveau {level}; eerst waren dat er {count}"


def _areas_per_level(cells: pl.DataFrame) -> dict[str, int]:
    counted = cells.group_by("level").agg(pl.struct("area", "year").n_unique().alias("areas"))
    return {str(level): int(areas) for level, areas in counted.sort("level").iter_rows()}


def _columns_broken(old: pl.DataFrame, new: pl.DataFrame, limits: Limits) -> Iterable[str]:
    before, after = (_filled_share(each) for each in (old, new))
    for name, level, share in before.iter_rows():
        found = after.filter((pl.col("field") == name) & (pl.col("level") == level))["share"].to_list()
        now = found[0] if found else 0.0
        if share > 0 and now == 0:
            yield f"'{name}' heeft bij {level} geen enkel getal meer; eerst had {100 * share:.0f} % er een"
        elif share - now > limits.empty:
            yield f"'{name}' is bij {level} vaker leeg: eerst had {100 * share:.0f} % een getal, nu {100 * now:.0f} %"


def _filled_share(cells: pl.DataFrame) -> pl.DataFrame:
    numbered = pl.col("status").is_in(WITH_NUMBER).mean().alias("share")
    return (
        cells.group_by("field", "level")
        .agg(numbered)
        .sort("field", "level")
        .with_columns(pl.col("level").cast(pl.String))
    )


def _unit_broken(both: pl.DataFrame, fields: Mapping[str, Field], limits: Limits) -> Iterable[str]:
    """Fields of which nearly everything became so many times as much or as little.

    A balance that can be negative has no such ratio.
    """
    positive = [each.id for each in fields.values() if each.possible[0] >= 0]
    both = both.filter(pl.col("field").is_in(positive))
    ratio = both.filter((pl.col("old") != 0) & pl.col("new").is_not_null()).with_columns(
        ratio=pl.col("new") / pl.col("old")
    )
    medians = ratio.group_by("field").agg(pl.col("ratio").median(), n=pl.len()).sort("field")
    low, high = limits.unit
    odd = medians.filter((pl.col("n") >= _FEW) & ((pl.col("ratio") < low) | (pl.col("ratio") > high)))
    for name, median, _ in odd.iter_rows():
        yield f"'{name}' is in het midden {median:g} keer zo groot als eerst: is de eenheid veranderd?"


def _jumps(both: pl.DataFrame, fields: Mapping[str, Field], limits: Limits) -> Iterable[str]:
    if limits.jump == float("inf"):
        return
    roundings = {
        each.id: max(each.rounding, 5.0) if each.type == "count" else each.rounding for each in fields.values()
    }
    pairs = both.filter(pl.col("old").is_not_null() & pl.col("new").is_not_null())
    group = ["field", "level", "year"]
    middle = (pl.col("old") - pl.col("old").median()).abs().median().over(group)
    relative = ((pl.col("new") - pl.col("old")) / pl.max_horizontal(pl.col("old").abs(), 0.2 * middle, 1e-9)).abs()
    moved = pairs.with_columns(move=relative, step=(pl.col("new") - pl.col("old")).abs(), n=pl.len().over(group))
    usual = pl.max_horizontal(1.4826 * pl.col("move").median().over(group), _SMALL_MOVE)
    smaller = pl.min_horizontal(pl.col("old").abs(), pl.col("new").abs())
    alone = pl.max_horizontal(pl.col("old").abs(), pl.col("new").abs()) > _LARGE_FACTOR * smaller
    steps = pl.col("field").replace_strict(roundings, default=0.0, return_dtype=pl.Float64)
    further = pl.when(pl.col("n") < _FEW).then(alone).otherwise(pl.col("move") > limits.jump * usual)
    far = moved.filter(further & (pl.col("step") > limits.jump * steps))
    for (name,), rows in far.group_by("field", maintain_order=True):
        examples = ", ".join(
            f"{row['area']} in {row['year']} van {row['old']:g} naar {row['new']:g}"
            for row in rows.head(_SHOWN).iter_rows(named=True)
        )
        yield f"'{name}' springt in {rows.height} cellen verder dan een herziening doet ({examples})"
