"""Do the list of gemeenten and the list of changes tell the same story?"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from stadspeil.areas.changes import changes_of
from stadspeil.areas.register import FIRST_BOUNDARIES, AreaRegister


def register_problems(gemeenten: pl.DataFrame, changes: pl.DataFrame) -> list[str]:
    """Everything in which the two lists contradict each other, as Dutch sentences."""
    known = set(gemeenten["code"])
    unknown = sorted({*changes["from_code"], *changes["to_code"]} - known)
    if unknown:
        return [f"gemeente {code} staat in changes.csv en niet in gemeenten.csv" for code in unknown]
    register = AreaRegister(gemeenten, changes)
    return [
        *_dates_problems(register, changes),
        *_lives_problems(gemeenten, changes),
        *_walk_problems(register, changes),
    ]


def _dates_problems(register: AreaRegister, changes: pl.DataFrame) -> Iterator[str]:
    for change in changes_of(changes):
        before, since = change.boundaries - 1, change.boundaries
        where = f"{change.date} {change.from_code} naar {change.to_code}"
        if not register.exists(change.from_code, before):
            yield f"{where}: {change.from_code} bestond in {before} niet"
        if change.leaves == register.exists(change.from_code, since):
            yield f"{where}: {change.from_code} {'bestaat nog' if change.leaves else 'bestaat niet meer'} in {since}"
        if not register.exists(change.to_code, since) and not _renamed_within_the_year(change.to_code, since, changes):
            yield f"{where}: {change.to_code} bestaat in {since} niet"


def _renamed_within_the_year(code: str, boundaries: int, changes: pl.DataFrame) -> bool:
    return any(each.from_code == code and each.leaves and each.boundaries == boundaries for each in changes_of(changes))


def _lives_problems(gemeenten: pl.DataFrame, changes: pl.DataFrame) -> Iterator[str]:
    events = changes_of(changes)
    left = {(change.from_code, change.boundaries - 1) for change in events if change.leaves}
    entered = {(change.to_code, change.boundaries) for change in events}
    for code, first, last in gemeenten.select("code", "first", "last").iter_rows():
        if last is not None and (code, last) not in left:
            yield f"{code} eindigt in {last} en changes.csv zegt niet waarin"
        if first is not None and first > FIRST_BOUNDARIES and (code, first) not in entered:
            yield f"{code} begint in {first} en changes.csv zegt niet waaruit"


def _walk_problems(register: AreaRegister, changes: pl.DataFrame) -> Iterator[str]:
    latest = max((change.boundaries for change in changes_of(changes)), default=FIRST_BOUNDARIES)
    for year in range(FIRST_BOUNDARIES, latest):
        reached = set(register.weights(year, year + 1)["to_code"])
        expected = register.codes(year + 1)
        for code in sorted(reached ^ expected):
            fault = "ontbreekt in gemeenten.csv" if code in reached else "is uit de wijzigingen niet te bereiken"
            yield f"indeling {year + 1}: {code} {fault}"
