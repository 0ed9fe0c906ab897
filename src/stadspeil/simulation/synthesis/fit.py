"""How near the invented households and homes come to what is published, margin by margin, and what was filled in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check
from stadspeil.simulation.classes import AGE_FROM, FORMS, TENURES
from stadspeil.simulation.synthesis import figures as published
from stadspeil.simulation.synthesis.figures import HEIGHTS, KeyFigures, Values
from stadspeil.simulation.synthesis.homes import Stock, values_wanted
from stadspeil.simulation.synthesis.households import People
from stadspeil.simulation.synthesis.seeds import Seeds
from stadspeil.simulation.synthesis.targets import STEP, HomeTargets, HouseholdTargets
from stadspeil.simulation.tables import FIT
from stadspeil.simulation.world import NOBODY, NOWHERE

_TYPE_NAMES = ("eenpersoons", "zonder kinderen", "met kinderen")
_AGE_NAMES = ("0-24", "25-44", "45-64", "65+")


@dataclass(frozen=True)
class Made:
    """All that a synthesis made and what it was made from."""

    figures: KeyFigures
    households: HouseholdTargets
    homes: HomeTargets
    people: People
    stock: Stock
    dwelling: NDArray[np.int32]
    household: NDArray[np.int32]
    vacant: Values
    vacant_found: NDArray[np.intp]
    middles_found: NDArray[np.intp]
    scale: float


def fit_rows(made: Made, seeds: Seeds, catalogue: Catalogue) -> pl.DataFrame:
    """The table `fit`: a row per margin and group."""
    rows = [*_of_households(made, seeds, catalogue), *_of_homes(made, catalogue), *_filled_only(made)]
    return check(pl.DataFrame(rows, schema=dict(FIT.columns), orient="row"), FIT, "de simulatie")


def fit_sentence(fit: pl.DataFrame, households: int, homes: int) -> str:
    """The whole table in plain Dutch, for who only wants to know whether it can be trusted."""
    counted = fit.filter((pl.col("margin") == "typen") & (pl.col("areas") > 0))
    exact = 100 * float(counted["within"].mean() or 0.0) if counted.height else 0.0  # type: ignore[arg-type]
    lacking = fit.filter((pl.col("areas") == 0) & (pl.col("filled") > 0))["margin"].unique(maintain_order=True)
    told = f"{households} verzonnen huishoudens en {homes} woningen; in {exact:.0f} procent van de buurten kloppen de typen op afronding na."
    if len(lacking):
        told += f" Niet per buurt bekend en van een hoger gebied genomen: {', '.join(lacking)}."
    return told


def _row(
    margin: str, group: str, unit: str, wanted: Values, made: Values, tolerance: Values | float,
    found: NDArray[np.intp], weight: Values | None = None,
) -> tuple[object, ...]:  # fmt: skip
    """Compare where the buurt itself has a figure; elsewhere count from where it was filled. Means are weighted."""
    own = ~np.isnan(wanted) & ~np.isnan(made) & (found == 0)
    apart = np.abs(wanted - made)[own]
    inside = np.broadcast_to(np.asarray(tolerance, dtype=float), wanted.shape)[own]
    from_where = _from_where(found)
    filled = int((found > 0).sum())
    if not own.any():
        return (margin, group, unit, 0, None, _summed(made, weight), None, None, filled, from_where)
    of = weight[own] if weight is not None else None
    return (
        margin, group, unit, int(own.sum()), _summed(wanted[own], of), _summed(made[own], of), _summed(apart, of),
        float((apart <= inside + 1e-9).mean()), filled, from_where,
    )  # fmt: skip


def _summed(values: Values, weight: Values | None) -> float | None:
    if weight is None:
        return float(np.nansum(values))
    known = ~np.isnan(values) & (weight > 0)
    return float(np.average(values[known], weights=weight[known])) if known.any() else None


def _from_where(found: NDArray[np.intp]) -> str:
    names = (*HEIGHTS[1:], "aanname")
    counts = [(name, int((found == place).sum())) for place, name in enumerate(names, start=1)]
    return ", ".join(f"{name} {number}" for name, number in counts if number)


def _of_households(made: Made, seeds: Seeds, catalogue: Catalogue) -> Iterator[tuple[object, ...]]:
    figures, people, targets = made.figures, made.people, made.households
    buurten = len(figures.areas.buurten)
    number = np.bincount(people.buurt, minlength=buurten).astype(float)
    here = np.zeros(buurten, dtype=np.intp)
    lost = np.where(np.isnan(figures.at("huishoudens", "buurt")), 1, 0)
    half = catalogue.fields["huishoudens"].rounding / 2
    yield _row("huishoudens", "alle", "huishoudens", targets.totals * made.scale, number, half, lost)
    yield _per_town(made)
    key_type = np.minimum(people.kind, 2)
    for group, name in enumerate(_TYPE_NAMES):
        one = np.bincount(people.buurt[key_type == group], minlength=buurten).astype(float)
        wanted = figures.at(published.TYPES[group], "buurt") * made.scale
        found = np.where(np.isnan(wanted) & (targets.types.found == 0), 1, targets.types.found)
        yield _row("typen", name, "huishoudens", wanted, one, STEP, found)
    income = np.searchsorted((4, 8), people.decile, side="right")
    for group, name, field in ((0, "laagste 40 %", published.INCOMES[0]), (2, "hoogste 20 %", published.INCOMES[1])):
        share = _share(income == group, people.buurt, number)
        # A share of whole households cannot be nearer than half of one.
        rounding = catalogue.fields[field].rounding / 2 + 50 / np.maximum(number, 1)
        yield _row(
            "inkomens",
            name,
            "% van huishoudens",
            figures.at(field, "buurt"),
            share,
            rounding,
            targets.incomes.found,
            number,
        )
    yield from _incomes(made, number)
    persons = np.bincount(people.buurt, weights=people.persons, minlength=buurten).astype(float)
    wanted = figures.at("inwoners", "buurt") * made.scale
    size_rounding = 0.05 * number + 2.5
    yield _row("inwoners", "alle", "personen", wanted, persons, size_rounding, np.where(np.isnan(wanted), 1, here))
    ages, wanted_ages = (
        np.column_stack([each[:, :2].sum(axis=1), each[:, 2:]])
        for each in (_ages_of_persons(people, seeds, buurten), targets.persons.targets * made.scale)
    )
    for group, name in enumerate(_AGE_NAMES):
        of_age = wanted_ages[:, group]
        yield _row(
            "leeftijden (geschat uit het hoofd)",
            name,
            "personen",
            of_age,
            ages[:, group],
            0.1 * of_age,
            targets.persons.found,
        )


def _per_town(made: Made) -> tuple[object, ...]:
    """Households of whole gemeenten: buurten are rounded to five, so that their sum may be off where each is right."""
    figures = made.figures
    towns = len(figures.areas.towns)
    number = np.bincount(figures.areas.town[made.people.buurt], minlength=towns).astype(float)
    wanted = figures.at("huishoudens", "gemeente") * made.scale
    buurten = np.bincount(figures.areas.town, minlength=towns)
    return _row(
        "huishoudens",
        "gemeenten",
        "huishoudens",
        wanted,
        number,
        STEP * buurten.astype(float),
        np.zeros(towns, dtype=np.intp),
    )


def _incomes(made: Made, number: Values) -> Iterator[tuple[object, ...]]:
    figures, people = made.figures, made.people
    buurten = len(number)
    sums = np.bincount(people.buurt, weights=people.standard, minlength=buurten)
    mean = np.divide(sums, number, out=np.full(buurten, np.nan), where=number > 0)
    _, found = figures.nearest(published.MEAN_INCOME)
    yield _row(
        "inkomen", "gemiddeld", "1.000 euro", figures.at(published.MEAN_INCOME, "buurt"), mean, 0.5, found, number
    )
    country, _ = figures.country(published.LOW_INCOME)
    low = low_income_share(people, buurten, country)
    _, found = figures.nearest(published.LOW_INCOME)
    rounding = 0.05 + 50 / np.maximum(number, 1)
    yield _row(
        "lage inkomens",
        "uit laagste deciel",
        "% van huishoudens",
        figures.at(published.LOW_INCOME, "buurt"),
        low,
        rounding,
        found,
        number,
    )


def low_income_share(people: People, buurten: int, country: float) -> Values:
    """Share with a low income, %: that of the lowest decile, on the scale on which the country has its own share."""
    number = np.bincount(people.buurt, minlength=buurten).astype(float)
    return _share(people.decile == 0, people.buurt, number) * country / 10


def _of_homes(made: Made, catalogue: Catalogue) -> Iterator[tuple[object, ...]]:
    figures, stock, targets = made.figures, made.stock, made.homes
    buurten = len(figures.areas.buurten)
    number = np.bincount(stock.buurt, minlength=buurten).astype(float)
    yield _row("woningen", "alle", "woningen", targets.totals * made.scale, number, 0.5, targets.counted)
    rounding = 0.5 + 50 / np.maximum(number, 1)
    for names, codes, fields, margin, title in (
        (TENURES, stock.tenure, published.TENURE, targets.tenure, "eigendom"),
        (FORMS, stock.form, published.FORM, targets.form, "woningvorm"),
    ):
        for group, name in enumerate(names):
            share = _share(codes == group, stock.buurt, number)
            wanted = figures.at(fields[group], "buurt")
            found = np.where(np.isnan(wanted) & (margin.found == 0), 1, margin.found)
            yield _row(title, name, "% van woningen", wanted, share, rounding, found, number)
    sums = np.bincount(stock.buurt, weights=stock.value, minlength=buurten)
    mean = np.divide(sums, number, out=np.full(buurten, np.nan), where=number > 0)
    wanted, found = values_wanted(figures)
    yield _row("waarde", "gemiddeld", "1.000 euro", wanted, mean, 0.5, found, number)
    empty = _share(made.household == NOBODY, stock.buurt, number)
    yield _row(
        "leegstand",
        "alle",
        "% van woningen",
        100 * made.vacant,
        empty,
        0.5 + 100 / np.maximum(number, 1),
        made.vacant_found,
        number,
    )


def _filled_only(made: Made) -> Iterator[tuple[object, ...]]:
    none = np.full(len(made.figures.areas.buurten), np.nan)
    yield _row("midden van de buurt", "alle", "buurten", none, none, 0.0, made.middles_found)
    unhoused = float((made.dwelling == NOWHERE).sum())
    yield ("zonder eigen woning", "alle", "huishoudens", 0, None, unhoused, None, None, 0, "")


def _share(chosen: NDArray[np.bool_], buurt: NDArray[np.int64], number: Values) -> Values:
    part = np.bincount(buurt[chosen], minlength=len(number))
    return np.divide(100.0 * part, number, out=np.full(len(number), np.nan), where=number > 0)


def _ages_of_persons(people: People, seeds: Seeds, buurten: int) -> Values:
    """Persons by age as the households of a buurt suggest: children are as many as were made."""
    band = np.searchsorted(AGE_FROM[1:], people.age, side="right")
    pair = people.kind.astype(np.int64) * 5 + band
    counts = np.bincount(people.buurt * 20 + pair, minlength=buurten * 20).reshape(buurten, 20)
    young = seeds.persons.copy()
    young[:10] = 0.0
    young[:, 2:] = 0.0
    children, others = counts @ young, counts @ (seeds.persons - young)
    persons = np.bincount(people.buurt, weights=people.persons, minlength=buurten)
    left = np.maximum(persons - others.sum(axis=1), 0.0)
    factor = np.divide(left, children.sum(axis=1), out=np.ones(buurten), where=children.sum(axis=1) > 0)
    return np.asarray(others + children * factor[:, None])


def joined(remarks: Sequence[str]) -> tuple[str, ...]:
    """Remarks without doubles, in order."""
    return tuple(dict.fromkeys(remarks))
