"""The income identity of every gemeente and year of which enough is published: mean income, and the parts low and high."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from stadspeil.analyses.income_identity import Bounds, Turnover, decompose, part_of
from stadspeil.analyses.tables import INCOME_PARTS
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check, empty

_GROUPS = ("laag", "midden", "hoog")
MEAN = "gemiddeld_inkomen"
_BIRTHS, _DEATHS = "geboorten", "sterfgevallen"
_MEANS = {
    "before": "gemiddeld_inkomen_inwoners_1000_eur", "arrived": "gemiddeld_inkomen_gevestigd_1000_eur",
    "left": "gemiddeld_inkomen_vertrokken_1000_eur",
}  # fmt: skip
FIELDS = (
    *(f"{kind}_inkomen_{each}" for kind in ("inwoners", "gevestigd", "vertrokken") for each in _GROUPS),
    *_MEANS.values(), _BIRTHS, _DEATHS,
)  # fmt: skip
# A part whose bounds lie this near is exact: what is left is the rounding of what was published.
_EXACT = 0.03


@dataclass(frozen=True)
class _Counted:
    """Persons per income group: at the start and the end, those who came and those who left."""

    before: tuple[float, ...]
    after: tuple[float, ...]
    came: tuple[float, ...]
    went: tuple[float, ...]
    formed: float
    dissolved: float

    @property
    def persons(self) -> tuple[float, float, float, float, float]:
        """All groups together: at the start, arrived, left, formed, dissolved."""
        return sum(self.before), sum(self.came), sum(self.went), self.formed, self.dissolved


def income_parts_of(cells: pl.DataFrame, catalogue: Catalogue, register: AreaRegister) -> pl.DataFrame:
    """INCOME_PARTS: mean income (thousands of euros) and the shares of low and high incomes (in percent points).

    Movers to and from abroad are counted as their balance. A gemeente whose ground changed within the year is left out.

    Shape:   CELLS of gemeenten, one per key.
    """
    wanted = pl.col("field").is_in(list(FIELDS)) & (pl.col("level") == "gemeente") & pl.col("value").is_not_null()
    cells = cells.filter(wanted)
    known: dict[tuple[str, int], dict[str, float]] = {}
    for area, year, boundaries, field, value in cells.select(
        "area", "year", "boundaries", "field", "value"
    ).iter_rows():
        if boundaries == year:
            known.setdefault((area, year), {})[field] = value
    rounding = catalogue.fields[_MEANS["before"]].rounding
    possible = catalogue.parameter("newcomer_mean_low"), catalogue.parameter("newcomer_mean_high")
    rows: list[tuple[object, ...]] = []
    for (area, year), figures in sorted(known.items()):
        following = known.get((area, year + 1), {})
        counted = _counted(figures, following)
        if counted is None or register.touched(area, year, year + 1):
            continue
        for measured, turnover in _turnovers(counted, figures, following, rounding, possible):
            rows += [(area, year, year + 1, measured, *each) for each in _told(turnover, measured)]
    if not rows:
        return empty(INCOME_PARTS)
    return check(
        pl.DataFrame(rows, schema=dict(INCOME_PARTS.columns), orient="row"), INCOME_PARTS, "verandering van inkomen"
    )


def _counted(figures: Mapping[str, float], following: Mapping[str, float]) -> _Counted | None:
    names = [tuple(f"{kind}_inkomen_{each}" for each in _GROUPS) for kind in ("inwoners", "gevestigd", "vertrokken")]
    needed = {*names[0], *names[1], *names[2], _BIRTHS, _DEATHS}
    if not needed <= figures.keys() or not set(names[0]) <= following.keys():
        return None
    before, came, went = (tuple(figures[each] for each in group) for group in names)
    after = tuple(following[each] for each in names[0])
    abroad = sum(after) - sum(before) - sum(came) + sum(went) - figures[_BIRTHS] + figures[_DEATHS]
    return _Counted(
        before, after, came, went, figures[_BIRTHS] + max(abroad, 0.0), figures[_DEATHS] + max(-abroad, 0.0)
    )


def _turnovers(
    counted: _Counted, figures: Mapping[str, float], following: Mapping[str, float], rounding: float,
    possible: tuple[float, float],
) -> Iterator[tuple[str, Turnover]]:  # fmt: skip
    if set(_MEANS.values()) <= figures.keys() and _MEANS["before"] in following:
        mean = figures[_MEANS["before"]]
        unknown = Bounds(possible[0] * mean, possible[1] * mean)
        yield MEAN, Turnover(
            *counted.persons, Bounds.of(mean, rounding), Bounds.of(following[_MEANS["before"]], rounding),
            Bounds.of(figures[_MEANS["arrived"]], rounding), Bounds.of(figures[_MEANS["left"]], rounding), unknown, unknown,
        )  # fmt: skip
    for place, group in ((0, "laag"), (2, "hoog")):
        yield f"aandeel_{group}", _of_share(counted, place)


def _of_share(counted: _Counted, place: int) -> Turnover:
    """The share of a group in percent. What is not published is what the counts allow: nobody is counted twice."""
    before, after = counted.before[place], counted.after[place]
    stayed_or_died = before - counted.went[place]
    others = sum(counted.before) - before - sum(counted.went) + counted.went[place]
    new = after - counted.came[place]
    other_new = sum(counted.after) - after - sum(counted.came) + counted.came[place]
    formed, dissolved = part_of(counted.formed, new, other_new), part_of(counted.dissolved, stayed_or_died, others)
    return Turnover(
        *counted.persons, Bounds.of(_share(before, sum(counted.before))), Bounds.of(_share(after, sum(counted.after))),
        Bounds.of(_share(counted.came[place], sum(counted.came))), Bounds.of(_share(counted.went[place], sum(counted.went))),
        _shares(formed, counted.formed), _shares(dissolved, counted.dissolved),
    )  # fmt: skip


def _share(part: float, whole: float) -> float:
    return 100 * part / whole if whole else 0.0


def _shares(part: Bounds, whole: float) -> Bounds:
    return part.times(100 / whole) if whole else Bounds(0.0, 0.0)


def _told(turnover: Turnover, measured: str) -> Iterator[tuple[object, ...]]:
    """Part, persons, value where exact, bounds and certainty; then all but moving together, and the change itself."""
    made = decompose(turnover)
    persons = {
        "instroom": turnover.arrived, "uitstroom": turnover.left, "vorming": turnover.formed,
        "opheffing": turnover.dissolved, "blijvers": turnover.stayed, "zonder verhuizen": turnover.stayed, "verandering": turnover.persons_after,
    }  # fmt: skip
    moved = made.parts["instroom"] + made.parts["uitstroom"]
    for name, bounds in {**made.parts, "zonder verhuizen": made.change - moved, "verandering": made.change}.items():
        exact = bounds.width <= _EXACT
        value = bounds.middle if exact else None
        yield name, persons[name], value, bounds.low, bounds.high, "precies" if exact else "begrensd"
