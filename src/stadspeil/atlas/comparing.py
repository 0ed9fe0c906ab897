"""Areas beside each other on the same figures, in the same year and on the same division, and beside groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from stadspeil.analyses.gaps import distance
from stadspeil.atlas.choosing import Choice, OwnSet
from stadspeil.atlas.site import Site
from stadspeil.errors import QuestionError
from stadspeil.report.document import Place
from stadspeil.report.drawing.content import PlaceRow, Side
from stadspeil.report.standing import margin_of, reported_row
from stadspeil.report.wording import Wording
from stadspeil.scores.explaining import difference_words
from stadspeil.scores.groups import COUNTRY

# Half a 90 % interval, in standard errors: differences are told with it, here and in the analyses.
HALF_90 = 1.645
# Marks run from 3 to 10: with a margin beyond this a mark may be anything.
WIDEST = 3.5
Edition = tuple[int, int]


@dataclass(frozen=True)
class Cell:
    """One area on one figure. Margins are half a 95 % interval; None where the noise is not known."""

    area: str
    value: float | None
    margin: float | None
    n: float | None
    mark: float | None
    mark_margin: float | None
    status: str
    place: Place

    @property
    def vague(self) -> bool:
        """Whether the margin of the mark is so wide that the mark says nothing: wider than half the scale."""
        return self.mark_margin is not None and self.mark_margin > WIDEST

    @property
    def side(self) -> Side:
        """The side of the field on which it surely stands; '' where that cannot be told."""
        if self.place.rank is None:
            return ""
        return PlaceRow(
            "", self.place.rank, self.place.ranked, self.place.noise, self.place.choices, self.place.tied
        ).side

    @property
    def range(self) -> tuple[int, int, str] | None:
        """First and last place that are possible, the same as on every page, and by what: noise, choices or both."""
        found = self.place.possible
        if found is None:
            return None
        by = (
            "both"
            if None not in (self.place.noise, self.place.choices)
            else "choices"
            if self.place.noise is None
            else "noise"
        )
        return (*found, by)


@dataclass(frozen=True)
class Mean:
    """What a group, region, own set or the country averages on one figure."""

    id: str
    kind: str
    value: float | None
    mark: float | None
    members: int
    present: int


@dataclass(frozen=True)
class Gap:
    """The lit area less a mean: the difference, half its 90 % interval, and what may be said of it."""

    mean: Mean
    difference: float
    margin: float | None
    verdict: str


@dataclass(frozen=True)
class Compared:
    """One figure: the areas in the order of the choice, the means beside them, and the distance of the lit area."""

    id: str
    judged: bool
    composite: bool
    edition: Edition
    cells: tuple[Cell, ...]
    means: tuple[Mean, ...]
    gaps: tuple[Gap, ...]

    def cell(self, area: str) -> Cell | None:
        """The cell of an area; None where it has no row."""
        return next((each for each in self.cells if each.area == area), None)


@dataclass(frozen=True)
class Comparing:
    """All figures of a choice, and the names of the means beside them by id."""

    choice: Choice
    rows: tuple[Compared, ...]
    names: Mapping[str, str]
    kinds: Mapping[str, str]


def compare(site: Site, choice: Choice, words: Wording) -> Comparing:
    """The choice, with its figures. Figures that none of the areas has are left out."""
    names, kinds = _means_of(site, choice, words)
    tables = {"ranges": _only(site.results.analysis("rank_ranges"), choice.areas),
              "gaps": _only(site.results.analysis("gaps"), (choice.lit,))}  # fmt: skip
    groups = site.results.groups().filter(pl.col("group").is_in(list(names)))
    made = [_compared(site, choice, id, tables, groups, kinds) for id in choice.ids]
    return Comparing(choice, tuple(each for each in made if each is not None), names, kinds)


def _only(table: pl.DataFrame, areas: Sequence[str]) -> pl.DataFrame:
    return table.filter(pl.col("area").is_in(list(areas))) if table.height else table


def _means_of(site: Site, choice: Choice, words: Wording) -> tuple[dict[str, str], dict[str, str]]:
    """Names and kinds of what is drawn beside the areas: groups, the net region of the lit area, sets, the country."""
    english = words.lang == "en"
    names, kinds = {}, {}
    for id in choice.groups:
        group = site.catalogue.groups[id]
        names[id] = (group.short_en if english else group.short) or (group.title_en if english else group.title)
        kinds[id] = "group"
    if choice.level == "gemeente":
        region = site.catalogue.regions.get(choice.lit)
        if region is not None:
            names[f"{region.id}:net"] = words("company.region_net_short")
            kinds[f"{region.id}:net"] = "region_net"
        names[COUNTRY], kinds[COUNTRY] = words("company.country_short"), "country"
    for each in choice.sets:
        names[each.address], kinds[each.address] = each.name, "set"
    return names, kinds


def _compared(
    site: Site,
    choice: Choice,
    id: str,
    tables: Mapping[str, pl.DataFrame],
    groups: pl.DataFrame,
    kinds: Mapping[str, str],
) -> Compared | None:
    edition = _edition(site, choice, id)
    if edition is None:
        return None
    year, boundaries = edition
    wanted = {*choice.areas, *(code for each in choice.sets for code in each.members)}
    stand_ins = _stand_ins(site, choice, wanted, boundaries)
    measured = site.results.here(site.results.edition(id, year, choice.level, boundaries))
    table = measured.filter(pl.col("area").is_in(list(stand_ins.values())))
    by_code = {row["area"]: row for row in table.iter_rows(named=True)}
    rows = {code: by_code[own] for code, own in stand_ins.items() if own in by_code}
    ranges = {row["area"]: row for row in tables["ranges"].filter(
        (pl.col("indicator") == id) & (pl.col("year") == year) & (pl.col("boundaries") == boundaries)
    ).iter_rows(named=True)} if tables["ranges"].height else {}  # fmt: skip
    cells = tuple(_cell(code, rows[code], ranges.get(stand_ins[code])) for code in choice.areas if code in rows)
    if not any(each.value is not None for each in cells):
        return None
    averages = groups.filter(
        (pl.col("indicator") == id) & (pl.col("year") == year) & (pl.col("boundaries") == boundaries)
    )
    means = [_mean(row, kinds) for row in averages.iter_rows(named=True)]
    means += [_mean_of_set(each, rows) for each in choice.sets]
    order = list(kinds)
    means.sort(key=lambda each: order.index(each.id))
    indicator = site.catalogue.indicators.get(id)
    return Compared(
        id, indicator is None or indicator.direction != "neutral", indicator is None, edition, cells, tuple(means),
        tuple(_gaps(id, edition, choice, rows, means, tables["gaps"])),
    )  # fmt: skip


def _edition(site: Site, choice: Choice, id: str) -> Edition | None:
    """The year and division that count for the lit area, else for the first area that has a number."""
    for code in dict.fromkeys((choice.lit, *choice.areas)):
        rows = site.results.here(site.results.of_area(code)).filter(pl.col("indicator") == id)
        row = reported_row(rows.iter_rows(named=True))
        if row is not None and row["value"] is not None:
            return row["year"], row["boundaries"]
    return None


def _stand_ins(site: Site, choice: Choice, wanted: set[str], boundaries: int) -> dict[str, str]:
    """By area the code under which its figures stand on another division; of a gemeente that was several none."""
    if choice.level != "gemeente":
        return {code: code for code in wanted}
    before = {code: part for group in site.catalogue.groups.values() for code, part in group.before.items()}
    found = {}
    for code in sorted(wanted):
        try:
            members = site.results.register.members_in((code,), boundaries, before)
        except QuestionError:
            continue
        if len(members) == 1:
            found[code] = members[0]
    return found


def _cell(area: str, row: Mapping[str, Any], known: Mapping[str, Any] | None) -> Cell:
    place = Place(reason=str(row["status"]))
    if row["rank"] is not None and row["level"] == "gemeente":
        place = Place(row["rank"], row["tied"] or 1, row["ranked"] or 0,
                      noise=_range(known, "noise"), choices=_range(known, "choices"))  # fmt: skip
    return Cell(
        area, row["value"], margin_of(row["spread"]) if row["value"] is not None else None, row["n"], row["mark"],
        margin_of(row["mark_spread"]) if row["mark"] is not None else None, str(row["status"]), place,
    )  # fmt: skip


def _range(known: Mapping[str, Any] | None, kind: str) -> tuple[int, int] | None:
    if known is None or known[f"best_{kind}"] is None or known[f"worst_{kind}"] is None:
        return None
    return int(known[f"best_{kind}"]), int(known[f"worst_{kind}"])


def _mean(row: Mapping[str, Any], kinds: Mapping[str, str]) -> Mean:
    return Mean(row["group"], kinds[row["group"]], row["value"], row["mark"], row["members"], row["present"])


def _mean_of_set(own: OwnSet, rows: Mapping[str, Mapping[str, Any]]) -> Mean:
    """Every member counts once, as in a group of the catalogue; the mark is the mean of the members' marks."""
    inside = [rows[code] for code in own.members if code in rows]
    values = [row["value"] for row in inside if row["value"] is not None]
    marks = [row["mark"] for row in inside if row["mark"] is not None]
    return Mean(own.address, "set", float(np.mean(values)) if values else None,
                float(np.mean(marks)) if marks else None, len(own.members), len(values))  # fmt: skip


def _gaps(
    id: str, edition: Edition, choice: Choice, rows: Mapping[str, Mapping[str, Any]], means: Sequence[Mean],
    known: pl.DataFrame,
) -> list[Gap]:  # fmt: skip
    """As the analysis has them; of an own set worked out in the same way; of what nobody tested only the difference."""
    row = rows.get(choice.lit)
    if row is None or row["value"] is None:
        return []
    tested: dict[str, Mapping[str, Any]] = {}
    if known.height:
        year, boundaries = edition
        mine = known.filter(
            (pl.col("indicator") == id) & (pl.col("year") == year) & (pl.col("boundaries") == boundaries)
        )
        tested = {each["group"]: each for each in mine.iter_rows(named=True)}
    found = []
    sets = {each.address: each for each in choice.sets}
    for mean in means:
        if mean.value is None:
            continue
        if mean.id in sets:
            found.append(_gap_with_set(choice, sets[mean.id], rows, mean))
        elif mean.id in tested:
            each = tested[mean.id]
            margin = None if each["low"] is None else (each["high"] - each["low"]) / 2
            found.append(Gap(mean, each["gap"], margin, each["verdict"]))
        else:
            found.append(Gap(mean, row["value"] - mean.value, None, "onbekend"))
    return found


def _gap_with_set(choice: Choice, own: OwnSet, rows: Mapping[str, Mapping[str, Any]], mean: Mean) -> Gap:
    """With the level shared among all differences of the page."""
    codes = [
        code for code in dict.fromkeys((choice.lit, *own.members)) if code in rows and rows[code]["value"] is not None
    ]
    values, spread = (
        np.array([np.nan if rows[code][name] is None else rows[code][name] for code in codes], dtype=float)
        for name in ("value", "spread")
    )
    inside = np.array([code in own.members for code in codes])
    _, difference, error = distance(0, values, spread, inside)
    verdict = difference_words(difference, error, len(choice.ids) * len(choice.sets))
    return Gap(mean, difference, HALF_90 * error if np.isfinite(error) else None, verdict)
