"""How far groups live apart, for every family of groups in the catalogue: of the country and inside each gemeente.

The index is mutual information (M), and H: the share of the mixing of the whole that buurten lack. It splits exactly
over gemeenten, wijken and buurten, and is less what chance and rounding alone give. D, which readers know, stands
beside it per group with what chance alone would give, since D of small buurten is never near zero.

Rule for what is unknown: a buurt where one count of a family is secret, absent or fewer than FEWEST_PEOPLE in all is
left out whole, and `left_out` says which share of the people lives there. See docs/decisions/0026.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from stadspeil.analyses.below import COUNTRYWIDE
from stadspeil.analyses.nested_split import (
    Rounding,
    chance_of_country,
    entropy_of_groups,
    information_per_gemeente,
    mutual_information,
)
from stadspeil.analyses.tables import DISSIMILARITY, SEGREGATION
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import GroupFamily
from stadspeil.contracts import WITH_NUMBER, Contract, check, empty
from stadspeil.indicators.noise import lot_rounding_variance, nearest_rounding_variance

COUNTRY, REST = "NL", "rest"
# Below this the effect of rounding to fives on the index has no usable form (simulated: it is then half unseen).
FEWEST_PEOPLE = 50
# Of the most buurten in which the base of the family is known in any year.
WIDE = 0.5
_FEWEST_BUURTEN = 30


@dataclass(frozen=True)
class Living:
    """The groups of one family in the buurten of one year.

    Shape:   counts (buurten, groups) above zero in each row; people_of maps each gemeente, and NL, to all its people.
    """

    family: GroupFamily
    year: int
    boundaries: int
    areas: np.ndarray
    counts: np.ndarray
    rounding: Rounding
    people_of: dict[str, float]

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, as fields; those in none of them as `rest`."""
        return (*self.family.groups, *([REST] if self.family.rest else []))

    def codes(self, length: int, prefix: str) -> np.ndarray:
        """Codes of the areas that the buurten lie in."""
        return np.array([f"{prefix}{area[2:length]}" for area in self.areas])


def wanted_fields(catalogue: Catalogue) -> list[str]:
    """The fields that the families need."""
    return sorted({id for each in catalogue.group_families.values() for id in (each.base, *each.groups)})


def segregation(cells: pl.DataFrame, catalogue: Catalogue) -> tuple[pl.DataFrame, pl.DataFrame]:
    """SEGREGATION and DISSIMILARITY of each family in the newest year in which it is widely known.

    Shape:   CELLS of buurten with the wanted fields, all years, one per key.
    """
    apart, uneven = [empty(SEGREGATION)], [empty(DISSIMILARITY)]
    # One gemeente's own file is no country: so many buurten must be in it of the most that any family is known of.
    sizes = cells.group_by("year", "boundaries").agg(pl.col("area").n_unique())["area"]
    least = COUNTRYWIDE * int(sizes.max() or 0)  # type: ignore[arg-type]
    for family in catalogue.group_families.values():
        living = newest_living(cells, family, catalogue, least)
        if living is not None:
            apart.append(_apart(living))
            uneven.append(_uneven(living))
    keys = ["family", "area"]
    return (
        check(pl.concat(apart).sort(keys), SEGREGATION, "segregatie"),
        check(pl.concat(uneven).sort([*keys, "group"]), DISSIMILARITY, "segregatie"),
    )


def newest_living(cells: pl.DataFrame, family: GroupFamily, catalogue: Catalogue, least: float = 0) -> Living | None:
    """The groups of a family in the newest year that is known of at least half as many buurten as any year, and of
    at least so many."""
    known = cells.filter(pl.col("status").cast(pl.String).is_in(list(WITH_NUMBER)))
    names = [family.base, *family.groups]
    base = known.filter((pl.col("field") == family.base) & (pl.col("value") > 0))
    complete = (
        known.filter(pl.col("field").is_in(names))
        .group_by("area", "year", "boundaries")
        .agg(pl.col("field").n_unique())
        .filter(pl.col("field") == len(names))
    )
    sizes = complete.group_by("year", "boundaries").len()
    most = base.group_by("year", "boundaries").len()["len"].max()
    wide = sizes.filter(pl.col("len") >= max(_FEWEST_BUURTEN, least, WIDE * (most if isinstance(most, int) else 0)))
    if wide.is_empty():
        return None
    year, boundaries, _ = wide.sort("year", "boundaries").row(-1)
    here = (pl.col("year") == year) & (pl.col("boundaries") == boundaries)
    everyone = base.filter(here).with_columns(gemeente="GM" + pl.col("area").str.slice(2, 4))
    people_of = dict(everyone.group_by("gemeente").agg(pl.col("value").sum()).sort("gemeente").iter_rows())
    table = (
        known.filter(here & pl.col("field").is_in(names))
        .join(complete, on=["area", "year", "boundaries"], how="semi")
        .pivot("field", index="area", values="value")
        .sort("area")
    )
    counts, rounding = _counted(table, family, catalogue)
    enough = (table[family.base].to_numpy() >= FEWEST_PEOPLE) & (counts.sum(axis=1) > 0)
    if enough.sum() < _FEWEST_BUURTEN:
        return None
    return Living(
        family, year, boundaries, table["area"].to_numpy().astype(str)[enough], counts[enough],
        Rounding(rounding.cells[enough], rounding.totals[enough]), {**people_of, COUNTRY: sum(people_of.values())},
    )  # fmt: skip


def _counted(table: pl.DataFrame, family: GroupFamily, catalogue: Catalogue) -> tuple[np.ndarray, Rounding]:
    """Counts of the groups, and the variance that rounding gives them."""
    base = table[family.base].cast(pl.Float64).to_numpy()
    of_base = _variance(catalogue.fields[family.base].rounding)
    counts, noise = [], []
    for id in family.groups:
        field, numbers = catalogue.fields[id], table[id].cast(pl.Float64).to_numpy()
        if field.type == "count":
            counts.append(numbers)
            noise.append(np.full(len(base), _variance(field.rounding)))
        else:
            counts.append(numbers / 100 * base)
            percent = nearest_rounding_variance(field.rounding)
            noise.append((base / 100) ** 2 * percent + (numbers / 100) ** 2 * of_base)
    if family.rest:
        # Rounding can make the groups a few more than everyone.
        counts.append(np.maximum(base - np.sum(counts, axis=0), 0.0))
        noise.append(np.sum(noise, axis=0) + of_base)
        return np.column_stack(counts), Rounding(np.column_stack(noise), np.full(len(base), of_base))
    return np.column_stack(counts), Rounding(np.column_stack(noise), np.sum(noise, axis=0))


def _variance(step: float) -> float:
    return lot_rounding_variance(step) if step > 1 else 0.0


def _apart(living: Living) -> pl.DataFrame:
    """Rows of SEGREGATION: the country and each gemeente with more than one buurt."""
    gemeenten, wijken = living.codes(6, "GM"), living.codes(8, "WK")
    given = (living.counts, gemeenten, wijken, living.rounding)
    country, inside = mutual_information(*given), information_per_gemeente(*given)
    entropy = entropy_of_groups(living.counts)
    sizes = np.unique(gemeenten, return_counts=True)[1]
    several = np.flatnonzero((sizes > 1) & (inside.entropy > 0))
    rows: list[tuple[object, ...]] = [
        (COUNTRY, country.total / entropy, country.total, country.between_gemeenten, country.between_wijken,
         country.within_wijken, chance_of_country(*given), entropy, float(living.counts.sum()), len(living.areas))
    ]  # fmt: skip
    rows += [
        (str(inside.codes[n]), float(inside.total[n] / inside.entropy[n]), float(inside.total[n]), None,
         float(inside.between_wijken[n]), float(inside.within_wijken[n]), float(inside.chance[n]),
         float(inside.entropy[n]), float(inside.people[n]), int(sizes[n]))
        for n in several
    ]  # fmt: skip
    names = (
        "area", "h", "total", "between_gemeenten", "between_wijken", "within_wijken", "chance", "entropy", "people",
        "buurten",
    )  # fmt: skip
    table = pl.DataFrame(rows, schema={name: SEGREGATION.columns[name] for name in names}, orient="row")
    everyone = pl.col("area").replace_strict(living.people_of, return_dtype=pl.Float64)
    # Groups may add up to a little more than their rounded base.
    return _keyed(table.with_columns(left_out=(1 - pl.col("people") / everyone).clip(0)), living, SEGREGATION)


def _uneven(living: Living) -> pl.DataFrame:
    """Rows of DISSIMILARITY: each group against the others, in the country and in each gemeente."""
    gemeenten = living.codes(6, "GM")
    rows: list[tuple[object, ...]] = []
    for area, units in ((COUNTRY, np.zeros(len(gemeenten), int)), ("", np.unique(gemeenten, return_inverse=True)[1])):
        codes = [area] if area else [str(code) for code in np.unique(gemeenten)]
        sizes = np.bincount(units)
        for column, group in enumerate(living.groups):
            d, chance, share = dissimilarity(living.counts[:, column], living.counts.sum(axis=1), units)
            people = np.bincount(units, living.counts.sum(axis=1))
            rows += [
                (codes[n], group, float(share[n]), float(d[n]), float(chance[n]), float(people[n]), int(sizes[n]))
                for n in np.flatnonzero(~np.isnan(d) & (sizes > 1))
            ]
    names = ("area", "group", "share", "d", "d_by_chance", "people", "buurten")
    table = pl.DataFrame(rows, schema={name: DISSIMILARITY.columns[name] for name in names}, orient="row")
    return _keyed(table, living, DISSIMILARITY)


def dissimilarity(group: np.ndarray, total: np.ndarray, units: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Share of a group that would have to move for an even spread, 0 (even) to 1 (apart); and what chance would give.

    Shape:   people per buurt, and the number of the gemeente of each; answers per gemeente, NaN where everyone or no
             one is of the group. By chance: had each person the same chance to be of the group wherever she lives.
    Source:  Duncan & Duncan 1955; Winship 1977 (what D is without segregation).
    """
    of_group, people = np.bincount(units, group), np.bincount(units, total)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = of_group / people
        apart = np.abs(group / of_group[units] - (total - group) / (people - of_group)[units])
        d = np.where((share > 0) & (share < 1), 0.5 * np.bincount(units, apart), np.nan)
        # The mean distance of a binomial share from its own mean, by the normal curve; a buurt counts for its people.
        spread = np.sqrt(2 / np.pi * total * share[units] * (1 - share[units]))
        chance = np.bincount(units, spread) / (2 * people * share * (1 - share))
    return d, chance, share


def _keyed(table: pl.DataFrame, living: Living, contract: Contract) -> pl.DataFrame:
    return table.with_columns(
        year=pl.lit(living.year, dtype=pl.Int16),
        boundaries=pl.lit(living.boundaries, dtype=pl.Int16),
        family=pl.lit(living.family.id),
    ).select(list(contract.columns))
