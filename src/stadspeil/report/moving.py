"""What may be told of who comes and goes, of treads and of commuting: the newest rows of a town, read within their bounds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from stadspeil.analyses.moves import ALL, TOWNS
from stadspeil.analyses.selectivity import Index, selectivity_verdict
from stadspeil.analyses.treads import AGES, HOUSEHOLDS
from stadspeil.analyses.treads import ALL as ALL_INCOMES
from stadspeil.report.drawing.staircase import Said
from stadspeil.report.wording import DASH, Wording

Row = Mapping[str, Any]
Side = Literal["more_came", "more_left", "open"]
NAMES = ("moves", "selectivity", "income_parts", "ties", "commuting", "treads")
MORE_COME, MORE_GO = "weegt zwaarder onder wie komt", "weegt zwaarder onder wie gaat"
SAID: Mapping[str, Said] = {
    "ontbreekt": "missing", "ruim": "ample", "niet te zeggen": "open", "alle woningen passen": "all_fit",
}  # fmt: skip
# Parts of which what is left is made up, in the order of the identity.
MOVED, UNMOVED, INSIDE, CHANGE = (
    ("instroom", "uitstroom"),
    "zonder verhuizen",
    ("vorming", "opheffing", "blijvers"),
    "verandering",
)


def side_of(balance_low: float, balance_high: float) -> Side:
    """Which way a balance goes as far as chance allows."""
    return "more_came" if balance_low > 0 else "more_left" if balance_high < 0 else "open"


def newest(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of the newest year, on the newest division of that year."""
    last = rows.filter(pl.col("year") == pl.col("year").max())
    return last.filter(pl.col("boundaries") == pl.col("boundaries").max())


def newest_moves(moves: pl.DataFrame) -> pl.DataFrame:
    """The newest year of each family of groups of a gemeente, in the order of the analysis."""
    families = [moves.filter(pl.col("family") == each) for each in moves["family"].unique(maintain_order=True)]
    return pl.concat([newest(each) for each in families]) if families else moves


def balance_of(moves: pl.DataFrame) -> Row | None:
    """The row of all persons in the newest year; None where it is not known."""
    return next(newest(moves.filter(pl.col("family") == ALL)).iter_rows(named=True), None)


def heavier(selectivity: pl.DataFrame) -> tuple[Row | None, Row | None]:
    """The group that weighs most among who comes, and among who goes; only of groups whose interval leaves out nought."""
    sure = selectivity.filter(pl.col("index").is_not_null() & ((pl.col("low") > 0) | (pl.col("high") < 0)))
    ordered = sure.sort("index", "family", "group")
    goes = next(ordered.filter(pl.col("high") < 0).iter_rows(named=True), None)
    comes = next(ordered.reverse().filter(pl.col("low") > 0).iter_rows(named=True), None)
    return comes, goes


def selective(row: Row) -> str:
    """The verdict of a row, made again from its interval: a table of an older version says no more than it may."""
    return selectivity_verdict(None if row["index"] is None else Index(row["index"], row["low"], row["high"]))


def selectivity_words(selectivity: pl.DataFrame, words: Wording) -> str:
    """A clause on which groups weigh more among who comes and who goes; '' where nothing is known."""
    comes, goes = heavier(selectivity)
    if selectivity.is_empty():
        return ""
    if comes is None and goes is None:
        return words("moving.no_group")
    if comes is None or goes is None:
        key, row = ("moving.one_comes", comes) if comes is not None else ("moving.one_goes", goes)
        return words(key, group=group_name(row, words)) if row else ""
    return words("moving.both", comes=group_name(comes, words), goes=group_name(goes, words))


def balance_words(row: Row, town: str, words: Wording) -> str:
    """A sentence on the balance, without its full stop: a direction only where the interval leaves out nought."""
    low, high = row["balance_low"], row["balance_high"]
    side = side_of(low, high)
    least, most = sorted((abs(low), abs(high)))
    told = (
        {"number": abs(row["balance"]), "least": least, "most": most} if side != "open" else {"low": low, "high": high}
    )
    return words(
        f"moving.{side}", town=town, year=row["year"], arrived=words.number(row["arrived"]), left=words.number(row["left"]),
        **{name: words.number(value) for name, value in told.items()},
    )  # fmt: skip


def group_name(row: Row, words: Wording) -> str:
    """The name of a group of persons within its family."""
    return words(f"moving.groups.{row['family']}_{row['group']}" if row["family"] != ALL else "moving.groups.allen")


@dataclass(frozen=True)
class Step:
    """Treads that ask for the same homes and so have the same bounds: who they are for, and their one row."""

    said: Said
    kinds: tuple[tuple[str, tuple[str, ...]], ...]
    row: Row

    @property
    def number(self) -> int:
        """How many treads."""
        return sum(len(ages) for _, ages in self.kinds)

    def who(self, words: Wording) -> str:
        """The households in words."""
        by_ages: dict[tuple[str, ...], list[str]] = {}
        for household, ages in self.kinds:
            by_ages.setdefault(ages, []).append(words(f"moving.groups.huishouden_{household}"))
        return words.listing([
            words("moving.of_all_ages", kinds=words.listing(names)) if len(ages) == len(AGES)
            else words("moving.of_ages", kinds=words.listing(names), ages=words.listing([age_name(each, words) for each in ages]))
            for ages, names in by_ages.items()
        ])  # fmt: skip


_BOUNDS = ("stock_ratio_low", "stock_ratio_high", "flow_ratio_low", "flow_ratio_high", "verdict")


def steps(treads: pl.DataFrame, group: str = TOWNS) -> tuple[Step, ...]:
    """The treads of a town without regard to income beside a group, those that ask for the same homes together."""
    rows = treads.filter((pl.col("group") == group) & (pl.col("income") == ALL_INCOMES))
    found = []
    for _, part in rows.group_by(*_BOUNDS, maintain_order=True):
        ages = {each: tuple(age for age in AGES if part.filter(household=each, age=age).height) for each in HOUSEHOLDS}
        kinds = tuple((household, those) for household, those in ages.items() if those)
        found.append(Step(SAID.get(part["verdict"][0], "open"), kinds, part.row(0, named=True)))
    return tuple(found)


def tread_words(treads: pl.DataFrame, group: str, words: Wording) -> Iterator[str]:
    """A sentence per set of treads that is missing or ample, then how many there are of which nothing can be said."""
    for said in ("missing", "ample"):
        for each in steps(treads):
            if each.said == said:
                yield words(f"moving.tread_{said}", who=each.who(words), group=group, **_ratios(each.row, words))
    counted = treads.filter(pl.col("group") == TOWNS)["verdict"].replace(SAID).value_counts()
    numbers = {name: dict(counted.iter_rows()).get(name, 0) for name in ("missing", "ample", "open", "all_fit")}
    yield words("moving.treads_counted", all=sum(numbers.values()), **numbers)


def _ratios(row: Row, words: Wording) -> dict[str, str]:
    return {name: span_words(row[f"{name}_low"], row[f"{name}_high"], words, 2)
            for name in ("stock_ratio", "group_stock", "flow_ratio", "group_flow")}  # fmt: skip


def span_words(low: float | None, high: float | None, words: Wording, decimals: int = 0) -> str:
    """Two bounds in words: 'a to b', one number where they are the same as written, 'at least a', or a dash."""
    if low is None and high is None:
        return DASH
    if high is None or low is None:
        return words(
            "moving.at_least" if high is None else "moving.at_most",
            number=words.number(low if high is None else high, decimals),
        )
    ends = words.number(low, decimals), words.number(high, decimals)
    return ends[0] if ends[0] == ends[1] else words("moving.span", low=ends[0], high=ends[1])


def age_name(age: str, words: Wording) -> str:
    """An age of a head of household in words."""
    return words(f"moving.ages.{age.replace('+', '_plus').replace('-', '_')}")


def income_words(parts: pl.DataFrame, measured: str, words: Wording) -> str:
    """How a mean or share changed in the newest year, in its three parts; '' where it is not known."""
    rows = {row["part"]: row for row in newest(parts.filter(pl.col("measured") == measured)).iter_rows(named=True)}
    if not {*MOVED, UNMOVED, CHANGE} <= rows.keys():
        return ""
    told = {part.replace(" ", "_"): part_words(rows[part], words) for part in (*MOVED, UNMOVED, CHANGE)}
    return words(f"moving.income_{measured}", year=rows[CHANGE]["year"], **told)


def part_words(row: Row, words: Wording) -> str:
    """A part of a change: its number where it is exact, else its two bounds."""
    if row["value"] is not None:
        return words.signed(row["value"], 2)
    return words("moving.span", low=words.signed(row["low"], 2), high=words.signed(row["high"], 2))


def commuting_words(row: Row, town: str, city: str, words: Wording) -> str:
    """Where those who live in a town work; another gemeente is named only where somebody goes there."""
    if not row["largest_pct"]:
        return words("moving.commuting_own", town=town, year=row["year"], own=words.number(row["own_pct"]))
    return words(
        "moving.commuting", town=town, year=row["year"], own=words.number(row["own_pct"]), city=city,
        largest=words.number(row["largest_pct"]),
    )  # fmt: skip


def orientation_words(row: Row, words: Wording) -> str:
    """The place of a town in commuting orientation."""
    return words(
        "moving.orientation", tie=words.number(row["both_ways_pct"], 1), rank=row["unique_rank"], ranked=row["ranked"]
    )
