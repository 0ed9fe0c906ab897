"""Sentences on how the households of a town changed, for chapter and page alike: what was counted, and what is computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from stadspeil.report.moving import age_name
from stadspeil.report.wording import Wording
from stadspeil.simulation.classes import AGE_BANDS, HOUSEHOLD_TYPES
from stadspeil.simulation.flows import FACTORS
from stadspeil.simulation.history_store import ALL, CAUSE, DOOR
from stadspeil.simulation.household_figures import BY_AGE, EVERYONE
from stadspeil.simulation.household_history import DOORS, UNEXPLAINED

Row = Mapping[str, Any]
_MOVED = ("komst", "vertrek")


def household_words(change: pl.DataFrame, fit: pl.DataFrame, town: str, words: Wording) -> list[str]:
    """What changed in all, through which doors, what would have been otherwise, and age by age; none without rows.

    Shape:   HOUSEHOLD_CHANGE of the town, HOUSEHOLD_FIT.
    """
    if change.is_empty():
        return []
    doors, causes = (_rows(change, told, ALL) for told in (DOOR, CAUSE))
    first = doors["vorming"]
    between = {"first": first["first_year"], "last": first["year"]}
    agree = {row["group"]: row["agrees"] for row in fit.filter(pl.col("family") == BY_AGE).iter_rows(named=True)}
    everyone = fit.filter(pl.col("family") == EVERYONE)["agrees"].to_list()
    return [
        words("household_history.counted", town=town, before=words.number(first["before"]), after=words.number(first["after"]), **between),
        words("household_history.doors", **{part: number_words(doors[part], words) for part in DOORS if part != "veroudering"}),
        *([] if True in everyone else [words("household_history.moves_against" if everyone == [False] else "household_history.moves_untested")]),
        words("household_history.causes", **{part: number_words(causes[part], words) for part in FACTORS}),
        *(age_words(_rows(change, DOOR, age), agree.get(age), age, words) for age in AGE_BANDS),
        *(kind_words(_rows(change, CAUSE, ALL, kind), kind, words) for kind in HOUSEHOLD_TYPES),
        words("household_history.left", number=number_words(doors[UNEXPLAINED], words)),
    ]  # fmt: skip


def age_words(rows: Mapping[str, Row], agrees: bool | None, age: str, words: Wording) -> str:
    """One age band: its change, what growing older brought, and moves where published ones do not speak against them."""
    older = rows["veroudering"]
    told = {
        "age": age_name(age, words),
        "change": words.signed(older["after"] - older["before"], 0),
        "older": number_words(older, words),
    }
    if not agrees:
        key = "age_untested" if agrees is None else "age_against"
        return words(f"household_history.{key}", **told)
    net = sum(rows[part]["value"] for part in _MOVED)
    return words("household_history.age", moved=words.signed(net, 0), **told)


def kind_words(rows: Mapping[str, Row], kind: str, words: Wording) -> str:
    """One kind of household: its change, and what each cause made of difference to it."""
    older = rows["veroudering"]
    name = words(f"moving.groups.huishouden_{kind}")
    return words(
        "household_history.kind", kind=f"{name[:1].upper()}{name[1:]}", change=words.signed(older["after"] - older["before"], 0),
        **{part: number_words(rows[part], words) for part in ("veroudering", *FACTORS)},
    )  # fmt: skip


def number_words(row: Row, words: Wording) -> str:
    """A number with its interval; without one where none was drawn."""
    value = words.signed(row["value"], 0)
    if row["low"] is None or row["high"] is None:
        return value
    return words(
        "household_history.interval", value=value, low=words.signed(row["low"], 0), high=words.signed(row["high"], 0)
    )


def _rows(change: pl.DataFrame, told: str, age: str, household: str = ALL) -> dict[str, Row]:
    """The parts of the households of an age and kind, by name."""
    rows = change.filter((pl.col("told") == told) & (pl.col("household") == household) & (pl.col("age") == age))
    return {row["part"]: row for row in rows.iter_rows(named=True)}
