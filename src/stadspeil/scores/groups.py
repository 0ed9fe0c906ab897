"""Groups, regions and the country: the average of their gemeenten, its mark, and the place it would take.

The study speaks of 'the average New Town': every member counts once, however large it is.
The mark is the mean of the members' marks and not the mark of their mean, so that a composite goes the same way,
a reader can check it by hand, and one member off the scale does not decide.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Direction
from stadspeil.contracts import GROUP_SCORES, empty
from stadspeil.scores.field import existing_gemeenten
from stadspeil.scores.ranks import position

COUNTRY = "NL"


@dataclass(frozen=True)
class GroupsOfYear:
    """All groups of a boundary year: which of them has which gemeente as a member."""

    ids: tuple[str, ...]
    kinds: tuple[str, ...]
    codes: np.ndarray
    member: np.ndarray

    def means(self, areas: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Per group the mean of the members that have a number, and how many have one."""
        known = ~np.isnan(numbers) & np.isin(areas, self.codes)
        columns = np.searchsorted(self.codes, areas[known])
        present = self.member[:, columns]
        count = present.sum(axis=1)
        total = present @ numbers[known]
        return np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0), count


def score_groups(scores: pl.DataFrame, catalogue: Catalogue, register: AreaRegister) -> pl.DataFrame:
    """GROUP_SCORES of every group with at least one member that has a value."""
    gemeenten = scores.filter(pl.col("level") == "gemeente")
    if gemeenten.is_empty():
        return empty(GROUP_SCORES)
    fields = {
        boundaries: existing_gemeenten(gemeenten, register, boundaries)
        for boundaries in gemeenten["boundaries"].unique().sort()
    }
    groups = {
        boundaries: groups_of(catalogue, register, boundaries, existing)
        for boundaries, existing in fields.items()
        if existing
    }
    blocks = gemeenten.partition_by("indicator", "year", "boundaries", as_dict=True, maintain_order=True)
    rows: list[tuple[object, ...]] = []
    for (indicator, year, boundaries), block in blocks.items():
        if boundaries in groups:
            direction = _direction(catalogue, indicator)
            rows += _score_block(block, groups[boundaries], direction, (year, boundaries, indicator))
    return pl.DataFrame(rows, schema=dict(GROUP_SCORES.columns), orient="row")


def score_set(
    block: pl.DataFrame, members: Sequence[str], direction: Direction, id: str = "eigen"
) -> dict[str, object] | None:
    """The row of GROUP_SCORES that areas chosen by a reader would have, by the same rule; None where none has a value.

    Shape:   block are SCORES of one figure, level and edition; members are codes of that level and division.
    """
    codes = np.array(sorted(set(members)))
    chosen = GroupsOfYear((id,), ("group",), codes, np.ones((1, len(codes)), dtype=bool))
    first = block.row(0, named=True)
    rows = _score_block(block, chosen, direction, (first["year"], first["boundaries"], first["indicator"]))
    return dict(zip(GROUP_SCORES.columns, rows[0], strict=True)) if rows else None


def groups_of(catalogue: Catalogue, register: AreaRegister, boundaries: int, existing: tuple[str, ...]) -> GroupsOfYear:
    """All groups, regions and the country as they were in a boundary year; `existing` are its gemeenten."""
    members: dict[tuple[str, str], tuple[str, ...]] = {}
    for group in catalogue.groups.values():
        members[group.id, "group"] = register.members_in(group.members, boundaries, group.before)
    for region in catalogue.regions.values():
        # A region keeps its ground: what a member took in since, belonged to it before as well.
        gross = register.members_in(region.members, boundaries, whole=True)
        dominant = set(register.members_in((region.dominant,), boundaries))
        members[f"{region.id}:net", "region_net"] = tuple(code for code in gross if code not in dominant)
        members[f"{region.id}:gross", "region_gross"] = gross
    members[COUNTRY, "country"] = existing
    codes = np.array(sorted({code for each in members.values() for code in each}))
    member = np.array([np.isin(codes, np.array(each, dtype=codes.dtype)) for each in members.values()])
    ids, kinds = zip(*members, strict=True)
    return GroupsOfYear(ids, kinds, codes, member)


def _score_block(
    block: pl.DataFrame, groups: GroupsOfYear, direction: Direction, key: tuple[int, int, str]
) -> list[tuple[object, ...]]:
    """Rows of GROUP_SCORES for one indicator or composite in one year."""
    areas, values, marks = (block[name].to_numpy() for name in ("area", "value", "mark"))
    means, present = groups.means(areas.astype(str), values)
    mean_marks, _ = groups.means(areas.astype(str), marks)
    ranked = block["ranked"].max()
    place = _placer(values, direction) if ranked is not None else (lambda value: None)
    return [
        (id, kind, *key, mean, None if np.isnan(mark) else mark, place(mean), ranked, int(members), int(count))
        for id, kind, mean, mark, members, count in zip(
            groups.ids, groups.kinds, means, mean_marks, groups.member.sum(axis=1), present, strict=True
        )
        if count
    ]


def _placer(values: np.ndarray, direction: Direction) -> Callable[[float], int | None]:
    return lambda value: position(value, values, direction)


def _direction(catalogue: Catalogue, indicator: str) -> Direction:
    return catalogue.indicators[indicator].direction if indicator in catalogue.indicators else "higher_is_better"
