"""Effects in marks and places: per indicator, buurt and town, and on the mechanisms.

A change of an indicator becomes a change of mark on the very scale of the benchmark, everybody else standing still:
an appraisal does not know what other towns will do. A place is counted in the field of the latest year.
Source: design of the appraisal, 2.17.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stadspeil.appraisal.frame import Benchmark, Floats, Ground
from stadspeil.appraisal.streams import Effect
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Mechanism
from stadspeil.scores.marks import SIGNS

# What an indicator is counted over; households where its unit is about them or their homes, else inhabitants.
_OF_HOUSEHOLDS = ("huishoudens_", "gestandaardiseerd_inkomen", "mediaan_vermogen", "moeite_met_rondkomen")
_OF_HOMES = ("woz_waarde", "woninginbraken")


@dataclass(frozen=True)
class Change:
    """What happens to one indicator in one year: S x N changes of buurten, S of the town as a whole.

    base     value of the town, NaN where it is not measured
    """

    indicator: str
    small: Floats
    whole: Floats
    base: float


def counted_over(indicator: str) -> str:
    """By which count buurten are weighed into the town."""
    if indicator.startswith(_OF_HOUSEHOLDS):
        return "huishouden"
    return "woning" if indicator in _OF_HOMES else "inwoner"


def change_of(effects: Sequence[Effect], indicator: str, year: int, ground: Ground, town: str) -> Change:
    """The sum of all effects on an indicator in one year of the frame, buurten weighed by what it is counted over."""
    per = counted_over(indicator)
    inside = [each for each in effects if each.indicator == indicator]
    small = np.zeros((len(inside[0].size) if inside else 1, len(ground.codes)))
    for each in inside:
        reached = np.flatnonzero(each.at[:-1])
        small[:, reached] += (each.size * each.profile[year])[:, None] * each.at[reached][None, :]
    own = np.array([each == town for each in ground.towns])
    weight = np.nan_to_num(ground.counted[per]) * own
    whole = small @ (weight / weight.sum()) if weight.sum() else np.full(len(small), np.nan)
    field = ground.fields.get(indicator)
    known = field is not None and town in field.areas
    base = float(field.values[field.areas.index(town)]) if known and field is not None else float("nan")
    return Change(indicator, small, whole, base)


def mark_change(field: Benchmark, base: Floats | float, change: Floats, small: bool) -> Floats:
    """Change of mark where a value changes, on the scale of buurten or gemeenten; NaN where there is no scale."""
    scale = field.small if small else field.scale
    if scale is None:
        return np.full(np.broadcast(np.asarray(base), change).shape, np.nan)
    return scale.marks(base + change) - scale.marks(base + np.zeros_like(change))


def places_gained(field: Benchmark, town: str, change: Floats) -> Floats:
    """How many places a town goes up (+) or down among gemeenten, the others standing still.

    Shape:   S changes of its value; S places. A place is one more than the number of gemeenten that are better.
    """
    sign = SIGNS.get(field.direction)
    if sign is None or town not in field.areas:
        return np.full(len(change), np.nan)
    own = field.areas.index(town)
    others = np.sort(sign * np.delete(field.values, own))
    others = others[~np.isnan(others)]
    before = len(others) - np.searchsorted(others, sign * field.values[own], side="right")
    after = len(others) - np.searchsorted(others, sign * (field.values[own] + change), side="right")
    return (before - after).astype(float)


def weights_in(catalogue: Catalogue, id: str) -> dict[str, float]:
    """What one point of mark of each indicator adds to the mark of a composite, all parts being there."""
    if id not in catalogue.composites:
        return {id: 1.0}
    entry, parts = catalogue.composite(id), catalogue.parts_of(id)
    given = {part: entry.weight.get(part, 1.0) if entry.weights == "declared" else 1.0 for part in parts}
    found: dict[str, float] = {}
    for part in parts:
        for leaf, weight in weights_in(catalogue, part).items():
            found[leaf] = found.get(leaf, 0.0) + weight * given[part] / sum(given.values())
    return found


def mechanism_change(
    mechanism: Mechanism, changes: Mapping[str, Change], ground: Ground, catalogue: Catalogue, town: str
) -> Floats | None:
    """What happens to a mechanism, S draws in points of mark; up is favourable. None where nothing of it changes.

    A level is the weighed mean of the changes of its indicators' marks in the town. Differences between buurten are the
    standard deviation of marks over inhabitants, averaged over its indicators; smaller is favourable.
    """
    if mechanism.measure == "level":
        parts = weights_in(catalogue, mechanism.composite)
        found = [
            weight * mark_change(ground.fields[indicator], changes[indicator].base, changes[indicator].whole, False)
            for indicator, weight in parts.items()
            if indicator in changes and indicator in ground.fields and not np.isnan(changes[indicator].base)
        ]
        return sum(found[1:], found[0]) if found else None
    if mechanism.measure == "inequality":
        told = [
            _narrowing(changes[indicator], ground, town) for indicator in mechanism.indicators if indicator in changes
        ]
        known = [each for each in told if each is not None]
        return sum(known[1:], known[0]) / len(mechanism.indicators) if known else None
    return None


def _narrowing(change: Change, ground: Ground, town: str) -> Floats | None:
    """How much nearer the buurten of a town come to each other, in marks."""
    field, level = ground.fields.get(change.indicator), ground.levels.get(change.indicator)
    if field is None or field.small is None or level is None:
        return None
    own = np.array([each == town for each in ground.towns]) & ~np.isnan(level)
    weight = np.nan_to_num(ground.counted["inwoner"])[own]
    if own.sum() < 2 or not weight.sum():
        return None

    def apart(values: Floats) -> Floats:
        marks = field.small.marks(values)  # type: ignore[union-attr]
        middle = (marks * weight).sum(axis=-1, keepdims=True) / weight.sum()
        return np.sqrt((weight * (marks - middle) ** 2).sum(axis=-1) / weight.sum())

    return apart(level[own]) - apart(level[own] + change.small[:, own])
