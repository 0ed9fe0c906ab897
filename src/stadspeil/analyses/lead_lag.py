"""Whether one end of an arrow of the causal map moves before the other, in gemeenten: a relation, never a cause.

The change of the one in a year is held beside its own change and that of the other the year before, with what all
gemeenten share in a year taken out (Granger's question, in changes). Two readings must agree, because each is fooled
by something else: one with the own drift of each gemeente taken out (else two figures that drift together seem to
lead each other), one without (taking it out of a short series biases the rest; Nickell 1981). A difference is found
when both readings are, at the weaker of their p-values, with false discoveries at one in ten over all arrows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from scipy.special import stdtr, stdtrit

from stadspeil.analyses.panel import COUNTRY, Panel
from stadspeil.analyses.slopes import FEWEST_YEARS
from stadspeil.analyses.tables import LEAD_LAG
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Arrow
from stadspeil.contracts import check, empty

Verdict = Literal["loopt vooruit", "loopt achter", "beide", "niets aantoonbaars", "te kort", "zelfde delen"]
FEWEST_GEMEENTEN = 10
_LEVEL = 0.1
_ENOUGH = 0.8


@dataclass(frozen=True)
class Series:
    """One figure of gemeenten over the years. Shape: values (areas, years), NaN where unknown."""

    areas: np.ndarray
    years: np.ndarray
    values: np.ndarray


@dataclass(frozen=True)
class Lead:
    """How the change of one goes with the change of the other the year before, in standard deviations, and its p."""

    value: float
    low: float
    high: float
    p: float


@dataclass(frozen=True)
class _End:
    """One way to measure an end: what it is called, its parts down to indicators, and its series where there is one."""

    measured: str
    rests_on: frozenset[str]
    series: Series | None


def lead(cause: np.ndarray, effect: np.ndarray) -> Lead:
    """How far changes of the effect follow changes of the cause. Shape: both (gemeenten, consecutive years), whole."""
    moved, pushed = np.diff(effect, axis=1), np.diff(cause, axis=1)
    target, own, other = moved[:, 1:], moved[:, :-1], pushed[:, :-1]
    readings = [_reading(target, own, other, out) for out in (_without_years, _without_years_and_drift)]
    freedom = len(effect) - 1
    scores = [value / error if error > 0 else 0.0 for value, error in readings]
    p = max(2 * float(stdtr(freedom, -abs(score))) for score in scores)
    if scores[0] * scores[1] <= 0:
        p = 1.0
    value, error = readings[0]
    scale = float(_without_years(other).std()) / max(float(_without_years(target).std()), 1e-300)
    margin = float(stdtrit(freedom, 1 - _LEVEL / 2)) * error
    return Lead(value * scale, (value - margin) * scale, (value + margin) * scale, p)


def _without_years(table: np.ndarray) -> np.ndarray:
    return np.asarray(table - table.mean(axis=0))


def _without_years_and_drift(table: np.ndarray) -> np.ndarray:
    return np.asarray(table - table.mean(axis=0) - table.mean(axis=1, keepdims=True) + table.mean())


def _reading(
    target: np.ndarray, own: np.ndarray, other: np.ndarray, out: Callable[[np.ndarray], np.ndarray]
) -> tuple[float, float]:
    """Coefficient of the other with its standard error: a jackknife over gemeenten, which few of them do not fool."""
    beside = np.stack([out(own), out(other)])
    squares = np.einsum("igt,jgt->gij", beside, beside)
    crosses = np.einsum("igt,gt->gi", beside, out(target))
    whole, cross = squares.sum(axis=0), crosses.sum(axis=0)
    if np.linalg.cond(whole) > 1e10:
        return 0.0, float("inf")
    value = np.linalg.solve(whole, cross)[1]
    less = np.linalg.solve(whole - squares, (cross - crosses)[..., None])[:, 1, 0]
    number = len(target)
    return float(value), float(np.sqrt((number - 1) / number * ((less - value) ** 2).sum()))


def lead_lags(panels: Sequence[Panel], inequality: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """LEAD_LAG of every arrow of which both ends have a measure.

    Shape:   panels of all figures; `inequality` has columns area, year, indicator, total.
    """
    ends = _Ends(panels, inequality, catalogue)
    rows: list[dict[str, object]] = []
    for arrow in catalogue.arrows.values():
        for cause in ends.of(arrow.cause):
            for effect in ends.of(arrow.effect):
                rows.append({"arrow": arrow.id, **_held_together(cause, effect, ends)})
    if not rows:
        return empty(LEAD_LAG)
    found = _found([row.get(name) for row in rows for name in ("ahead_p", "behind_p")])
    for number, row in enumerate(rows):
        row.update(_said(row, catalogue.arrows[str(row["arrow"])], found[2 * number], found[2 * number + 1]))
    made = [{name: row.get(name) for name in LEAD_LAG.columns} for row in rows]
    return check(pl.DataFrame(made, schema=dict(LEAD_LAG.columns), orient="row"), LEAD_LAG, "wie loopt vooruit")


class _Ends:
    """What measures the nodes of the map, and composites made again of parts that suit the question."""

    def __init__(self, panels: Sequence[Panel], inequality: pl.DataFrame, catalogue: Catalogue) -> None:
        self.panels = {panel.indicator: panel for panel in panels}
        self.inequality, self.catalogue = inequality, catalogue

    def of(self, node: str) -> Iterator[_End]:
        mechanism, concept = self.catalogue.mechanisms.get(node), self.catalogue.concepts.get(node)
        if mechanism is not None and mechanism.measure == "inequality":
            for id in mechanism.indicators:
                # Differences between buurten rest on other figures than the level of the gemeente.
                yield _End(f"verschillen:{id}", frozenset({f"verschillen:{id}"}), self._of_inequality(id))
            return
        id = node
        if mechanism is not None:
            id = mechanism.composite
        elif concept is not None:
            id = concept.measured_by
        if id in self.catalogue.indicators or id in self.catalogue.composites:
            yield _End(id, self.leaves(id), self._of_panel(id))

    def leaves(self, id: str) -> frozenset[str]:
        """The indicators that a figure is made of."""
        if id in self.catalogue.indicators:
            return frozenset({id})
        return frozenset(leaf for part in self.catalogue.parts_of(id) for leaf in self.leaves(part))

    def of_yearly_parts(self, end: _End, shared: frozenset[str]) -> _End | None:
        """The mean of the indicators of an end that the other does not hold and that are known in enough years.

        None where all are shared. Each counts in standard deviations between gemeenten, more is better.
        """
        leaves = sorted(end.rests_on - shared)
        if not leaves:
            return None
        known = {leaf: self._standardised(leaf) for leaf in leaves}
        kept = {leaf: series for leaf, series in known.items() if series is not None}
        return _End(" + ".join(kept or leaves), frozenset(kept or leaves), _mean(list(kept.values())) if kept else None)

    def _standardised(self, id: str) -> Series | None:
        series = self._of_panel(id)
        if series is None or _longest_run(series.years, series.values) < FEWEST_YEARS:
            return None
        apart = float(np.nanmean(np.nanstd(series.values, axis=0)))
        sign = -1.0 if self.catalogue.indicators[id].direction == "lower_is_better" else 1.0
        return Series(series.areas, series.years, sign * series.values / apart) if apart > 0 else None

    def _of_panel(self, id: str) -> Series | None:
        panel = self.panels.get(id)
        if panel is None:
            return None
        kept = panel.areas != COUNTRY
        return Series(panel.areas[kept], panel.years, panel.values[kept])

    def _of_inequality(self, id: str) -> Series | None:
        own = self.inequality.filter(pl.col("indicator") == id)
        if own.is_empty():
            return None
        areas, years = (np.unique(own[name].to_numpy()) for name in ("area", "year"))
        values = np.full((len(areas), len(years)), np.nan)
        values[np.searchsorted(areas, own["area"].to_numpy()), np.searchsorted(years, own["year"].to_numpy())] = own[
            "total"
        ]
        return Series(areas.astype(str), years.astype(int), values)


def _held_together(cause: _End, effect: _End, ends: _Ends) -> dict[str, object]:
    """One row, not yet judged: the ends, without what they share or is not known yearly, and both directions."""
    names: dict[str, object] = {"cause_measured": cause.measured, "effect_measured": effect.measured}
    nothing: dict[str, object] = {**names, "years": 0, "gemeenten": 0}
    shared = cause.rests_on & effect.rests_on
    remade = [end if _suffices(end, shared) else ends.of_yearly_parts(end, shared) for end in (cause, effect)]
    if remade[0] is None or remade[1] is None:
        return {**nothing, "verdict": "zelfde delen"}
    cause, effect = remade[0], remade[1]
    nothing |= {"cause_measured": cause.measured, "effect_measured": effect.measured}
    together = None if cause.series is None or effect.series is None else aligned(cause.series, effect.series)
    if together is None:
        return {**nothing, "verdict": "te kort"}
    years, one, other = together
    span = {**nothing, "years": len(years), "gemeenten": len(one)}
    if len(years) < FEWEST_YEARS or len(one) < FEWEST_GEMEENTEN:
        return {**span, "verdict": "te kort"}
    span |= {"first_year": int(years[0]), "last_year": int(years[-1])}
    for name, found in (("ahead", lead(one, other)), ("behind", lead(other, one))):
        span |= {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high, f"{name}_p": found.p}
    return {key: None if isinstance(each, float) and not np.isfinite(each) else each for key, each in span.items()}


def _suffices(end: _End, shared: frozenset[str]) -> bool:
    """Whether an end can stay as it is: a figure by itself, or a composite that shares nothing and has enough years."""
    if len(end.rests_on) < 2:
        return not shared
    return not shared and end.series is not None and _longest_run(end.series.years, end.series.values) >= FEWEST_YEARS


def _longest_run(years: np.ndarray, values: np.ndarray) -> int:
    """The number of consecutive years in which any gemeente is known."""
    there = years[~np.isnan(values).all(axis=0)]
    return max((len(run) for run in np.split(there, np.flatnonzero(np.diff(there) != 1) + 1)), default=0)


def aligned(one: Series, other: Series) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """The last run of consecutive years in which nearly all gemeenten have both, and the gemeenten that are whole in it.

    Nearly all: of those that have both in the widest year.
    """
    areas, at_one, at_other = np.intersect1d(one.areas, other.areas, return_indices=True)
    years, year_one, year_other = np.intersect1d(one.years, other.years, return_indices=True)
    if not len(areas) or not len(years):
        return None
    first, last = one.values[np.ix_(at_one, year_one)], other.values[np.ix_(at_other, year_other)]
    known = ~np.isnan(first) & ~np.isnan(last)
    wide = known.sum(axis=0) >= _ENOUGH * known.sum(axis=0).max()
    if not known.any():
        return None
    # The longest run, the later of two that are as long.
    runs = np.split(np.flatnonzero(wide), np.flatnonzero(np.diff(years[wide]) != 1) + 1)
    run = max(runs, key=lambda each: (len(each), years[each[-1]]))
    whole = known[:, run].all(axis=1)
    return years[run], first[np.ix_(whole, run)], last[np.ix_(whole, run)]


def _mean(series: list[Series]) -> Series | None:
    """The mean of series where all are known."""
    areas, years = series[0].areas, series[0].years
    for each in series[1:]:
        areas, years = np.intersect1d(areas, each.areas), np.intersect1d(years, each.years)
    if not len(areas) or not len(years):
        return None
    tables = [
        each.values[np.ix_(np.searchsorted(each.areas, areas), np.searchsorted(each.years, years))] for each in series
    ]
    return Series(areas, years, np.mean(tables, axis=0))


def _found(ps: Sequence[object]) -> list[bool]:
    """Benjamini-Hochberg at one in ten over all that were asked."""
    asked = np.array([each if isinstance(each, float) else np.nan for each in ps])
    known = np.sort(asked[~np.isnan(asked)])
    passed = np.flatnonzero(known <= _LEVEL * np.arange(1, len(known) + 1) / max(len(known), 1))
    limit = known[passed[-1]] if passed.size else -1.0
    return [bool(each <= limit) for each in asked]


def _said(row: Mapping[str, object], arrow: Arrow, ahead: bool, behind: bool) -> dict[str, object]:
    if "verdict" in row:
        return {"verdict": row["verdict"]}
    verdict: Verdict = "niets aantoonbaars"
    if ahead or behind:
        verdict = "beide" if ahead and behind else "loopt vooruit" if ahead else "loopt achter"
    value = row["ahead"]
    agrees = (value > 0) == (arrow.sign == "+") if ahead and isinstance(value, float) else None
    return {"verdict": verdict, "agrees": agrees}
