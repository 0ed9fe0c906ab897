"""What changed between two workspaces in values, marks and places, and why.

A value that differs rests on other data, or on another area division. Where the value is the same and the mark is not,
either the way of making marks changed (the catalogue or the code) or the field did: others moved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

KEY = ("area", "indicator", "year")
# Closer than this, in proportion, is the rounding of the computer.
_SAME = 1e-9
CAUSES = ("gegevens", "grenzen", "methode", "veld", "nieuw", "vervallen")


@dataclass(frozen=True)
class Side:
    """One workspace: SCORES of what is compared, and what they were made from (out/run.json)."""

    scores: pl.DataFrame
    run: Mapping[str, Any]


@dataclass(frozen=True)
class Differences:
    """A row per changed figure of an area, with its cause; and sentences that sum them up."""

    table: pl.DataFrame
    sentences: tuple[str, ...]


def differences(old: Side, new: Side) -> Differences:
    """All that differs between two workspaces, the largest moves of places first."""
    both = _joined(old.scores, new.scores)
    changed = both.with_columns(cause=_cause(_method_changed(old.run, new.run))).filter(pl.col("cause").is_not_null())
    moved = (pl.col("rank_new") - pl.col("rank_old")).abs()
    table = changed.sort(moved, descending=True, nulls_last=True, maintain_order=True).select(
        *KEY, "cause", "value_old", "value_new", "mark_old", "mark_new", "rank_old", "rank_new", "boundaries_old",
        "boundaries_new",
    )  # fmt: skip
    return Differences(table, tuple(_sentences(old, new, both, table)))


def _joined(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    sides = []
    for scores, end in ((old, "old"), (new, "new")):
        # Of a year on two divisions the newest is what a report shows.
        one = scores.sort("boundaries").unique(list(KEY), keep="last", maintain_order=True)
        sides.append(
            one.select(*KEY, *(pl.col(name).alias(f"{name}_{end}") for name in ("value", "mark", "rank", "boundaries")))
        )
    return sides[0].join(sides[1], on=list(KEY), how="full", coalesce=True).sort(*KEY)


def _differs(name: str, tolerance: float = _SAME) -> pl.Expr:
    one, other = pl.col(f"{name}_old"), pl.col(f"{name}_new")
    apart = (one - other).abs() > tolerance * pl.max_horizontal(one.abs(), other.abs(), 1e-12)
    return pl.when(one.is_null() != other.is_null()).then(True).otherwise(apart.fill_null(False))


def _cause(method_changed: bool) -> pl.Expr:
    other = pl.lit("methode" if method_changed else "veld")
    return (
        pl.when(pl.col("boundaries_old").is_null())
        .then(pl.lit("nieuw"))
        .when(pl.col("boundaries_new").is_null())
        .then(pl.lit("vervallen"))
        .when(pl.col("boundaries_old") != pl.col("boundaries_new"))
        .then(pl.lit("grenzen"))
        .when(_differs("value") & ~_is_composite())
        .then(pl.lit("gegevens"))
        .when(_differs("mark", 1e-7) | _differs("rank") | _differs("value"))
        .then(other)
    )


def _is_composite() -> pl.Expr:
    """A composite's value is its mark: it changes with its parts, the method or the field, never by data of its own."""
    return (pl.col("value_old") == pl.col("mark_old")) & (pl.col("value_new") == pl.col("mark_new"))


def _method_changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    return any(old.get(name) != new.get(name) for name in ("catalogue", "code"))


def _sentences(old: Side, new: Side, both: pl.DataFrame, table: pl.DataFrame) -> list[str]:
    gone = sorted(set(old.run.get("snapshots", ())) - set(new.run.get("snapshots", ())))
    came = sorted(set(new.run.get("snapshots", ())) - set(old.run.get("snapshots", ())))
    found = [f"{both.height} cijfers vergeleken; {table.height} verschillen"]
    counts = dict(table.group_by("cause").len().iter_rows())
    found += [f"{cause}: {counts[cause]}" for cause in CAUSES if cause in counts]
    found += [f"momentopname erbij: {each}" for each in came] + [f"momentopname weg: {each}" for each in gone]
    for name, word in (("catalogue", "de catalogus"), ("code", "het programma")):
        if old.run.get(name) != new.run.get(name):
            found.append(f"{word} is anders; wat bij gelijke waarde verschuift heet hier 'methode'")
    return found
