"""What a reorganization does to gemeenten, as weights: which share of an old gemeente lies in which new one.

A weight is a share of inhabitants (or dwellings), never of land. A weight that nobody published is None, and
stays None through every multiplication: an unknown split is refused, not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import polars as pl

# One row of a weight matrix: new code -> share. The shares of a row add up to 1.
Shares = Mapping[str, float | None]
Matrix = Mapping[str, Shares]


@dataclass(frozen=True)
class AreaChange:
    """One line of areas/changes.csv."""

    date: date
    from_code: str
    to_code: str
    kind: str
    weight: float | None
    evidence: str
    source: str
    note: str

    @property
    def boundaries(self) -> int:
        """The first boundary year in which it counts: divisions are of 1 January."""
        first_of_year = (self.date.month, self.date.day) == (1, 1)
        return self.date.year if first_of_year else self.date.year + 1

    @property
    def leaves(self) -> bool:
        """Whether the old code stops existing."""
        return self.kind != "border"


def changes_of(frame: pl.DataFrame) -> tuple[AreaChange, ...]:
    """The rows of a changes table in order of date."""
    return tuple(sorted((AreaChange(**row) for row in frame.iter_rows(named=True)), key=lambda each: each.date))


def walk(before: Matrix, changes: Iterable[AreaChange]) -> Matrix:
    """Where every code lies after further changes: the product of the matrices of their dates, from where it was before."""
    shares = before
    for _, same_day in groupby(changes, key=lambda each: each.date):
        shares = compose(shares, day_matrix(same_day))
    return shares


def day_matrix(changes: Iterable[AreaChange]) -> dict[str, dict[str, float | None]]:
    """The rows that change on one day; every other gemeente stays what it is."""
    leaving: dict[str, list[AreaChange]] = {}
    for change in changes:
        leaving.setdefault(change.from_code, []).append(change)
    return {code: _row(code, parts) for code, parts in leaving.items()}


def compose(first: Matrix, second: Matrix) -> dict[str, dict[str, float | None]]:
    """The matrix product; a code without a row in `second` stays itself."""
    untouched = second.keys().isdisjoint
    return {code: _settled(dict(row) if untouched(row) else _row_product(row, second)) for code, row in first.items()}


def _row(code: str, parts: list[AreaChange]) -> dict[str, float | None]:
    row: dict[str, float | None] = {part.to_code: part.weight for part in parts}
    known = [weight for weight in row.values() if weight is not None]
    if not parts[0].leaves:
        row[code] = 1.0 - sum(known) if len(known) == len(row) else None
    elif len(known) == len(row):
        # The file keeps six decimals, so that the parts may add up to 1.000001.
        row = {to_code: weight / sum(known) for to_code, weight in row.items() if weight is not None}
    return row


def _row_product(row: Shares, second: Matrix) -> dict[str, float | None]:
    product: dict[str, float | None] = {}
    for middle, share in row.items():
        for to_code, weight in second.get(middle, {middle: 1.0}).items():
            part = None if share is None or weight is None else share * weight
            before = product.get(to_code, 0.0)
            product[to_code] = None if before is None or part is None else before + part
    return product


def _settled(row: dict[str, float | None]) -> dict[str, float | None]:
    """A row adds up to 1, so one single unknown share is the remainder."""
    unknown = [code for code, share in row.items() if share is None]
    if len(unknown) == 1:
        row[unknown[0]] = 1.0 - sum(share for share in row.values() if share is not None)
    return row
