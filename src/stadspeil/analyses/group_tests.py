"""Groups of gemeenten beside the rest of the country, and groups with towns of ours beside each other group.

Each figure in its newest year. The false discoveries among all figures of one comparison are held to one in ten.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.analyses.hidden_buurten import benjamini_hochberg
from stadspeil.analyses.tables import GROUP_TESTS
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check
from stadspeil.scores.field import existing_gemeenten
from stadspeil.scores.groups import groups_of
from stadspeil.scores.permuting import Picks, group_difference

REST = "rest"
# Of all differences that are called found, so many may be luck.
DISCOVERIES = 0.1
# A group of which fewer have a value is no group.
FEWEST = 3

Members = dict[str, frozenset[str]]


def group_tests(
    table: pl.DataFrame, catalogue: Catalogue, register: AreaRegister, rng: np.random.Generator
) -> pl.DataFrame:
    """GROUP_TESTS of all figures with places. Shape: SCORES of gemeenten in the newest year of each figure."""
    picks = Picks(rng)
    members: dict[int, Members] = {}
    rows: list[tuple[object, ...]] = []
    # Sorted, so that the same picks are drawn whatever order the figures come in.
    blocks = table.sort("indicator", "area").group_by("indicator", "year", "boundaries", maintain_order=True)
    for (indicator, year, boundaries), block in blocks:
        division = int(str(boundaries))
        if division not in members:
            members[division] = _members(table.filter(pl.col("boundaries") == division), catalogue, register, division)
        values = dict(block.filter(pl.col("value").is_not_null()).select("area", "value").iter_rows())
        for group, other in _comparisons(members[division], set(catalogue.regions)):
            row = _row(values, members[division], group, other, picks)
            if row is not None:
                rows.append((group, other, year, boundaries, indicator, *row))
    names = [name for name in GROUP_TESTS.columns if name != "found"]
    made = pl.DataFrame(rows, schema={name: GROUP_TESTS.columns[name] for name in names}, orient="row")
    made = made.with_columns(pl.col(pl.Float64).fill_nan(None))
    parts = made.partition_by("group", "other", maintain_order=True)
    tested = [
        part.with_columns(pl.Series("found", benjamini_hochberg(part["p"].to_numpy(), DISCOVERIES))) for part in parts
    ]
    whole = pl.concat([made.clear().with_columns(found=pl.lit(None, dtype=pl.Boolean)), *tested])
    return check(whole.select(list(GROUP_TESTS.columns)), GROUP_TESTS, "groepen")


def _members(table: pl.DataFrame, catalogue: Catalogue, register: AreaRegister, boundaries: int) -> Members:
    existing = existing_gemeenten(table, register, boundaries)
    groups = groups_of(catalogue, register, boundaries, existing)
    return {
        id: frozenset(str(code) for code in groups.codes[member])
        for id, kind, member in zip(groups.ids, groups.kinds, groups.member, strict=True)
        if kind == "group"
    }


def _comparisons(members: Members, towns: set[str]) -> list[tuple[str, str]]:
    """Each group with the rest of the country; a group with a town of ours in it also with each other group."""
    own = [group for group, inside in members.items() if inside & towns]
    return [(group, REST) for group in members] + [(one, other) for one in own for other in members if one != other]


def _row(values: dict[str, float], members: Members, group: str, other: str, picks: Picks) -> tuple[object, ...] | None:
    inside = members[group]
    beside = values.keys() - inside if other == REST else members[other] - inside
    one = np.array([values[code] for code in sorted(inside & values.keys())])
    two = np.array([values[code] for code in sorted(beside & values.keys())])
    if min(len(one), len(two)) < FEWEST:
        return None
    made = group_difference(one, two, picks)
    return (
        float(one.mean()), float(two.mean()), made.difference, made.p, made.exact, made.g, made.g_low, made.g_high,
        len(one), len(two),
    )  # fmt: skip
