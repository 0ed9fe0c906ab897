"""What a statistical office does to figures before it lets them out: rounding by chance, and keeping small ones back.

Thresholds are those of the notes to the Wijk- en buurtkaart 2022-2024 of CBS (30 October 2024).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stadspeil.sources.nieuwland.figures import Figures
from stadspeil.sources.nieuwland.publishing.areas import Division

Floats = NDArray[np.float64]
Style = Literal["count5", "count10", "count100", "whole", "tenth", "hundredth", "care"]
Rule = Literal[
    "", "people10", "people100", "people150", "earners100", "households50", "households100", "dwellings6", "dwellings10",
    "dwellings20", "valued", "businesses20",
    "wmo", "youth_care",
]  # fmt: skip

_BASES: dict[str, str] = {
    "people": "inwoners", "earners": "inkomensontvangers", "households": "huishoudens", "dwellings": "woningen",
    "businesses": "bedrijfsvestigingen",
}  # fmt: skip
# A rate tells the count, so it is kept back where the count is.
_CARE = {"wmo": "wmo_clienten", "youth_care": "jeugdzorg_jongeren"}
_STEPS = {"count5": 5, "count100": 100, "care": 5}
# Of youth care and Wmo no number from 0 to 7 is given.
_CARE_FLOOR = 7


@dataclass(frozen=True)
class Bases:
    """How many people, households and so on a figure of an area rests on."""

    counts: dict[str, Floats]

    def allow(self, rule: Rule) -> NDArray[np.bool_]:
        """Which areas are large enough."""
        if rule == "valued":
            # Objects with a WOZ value are dwellings and premises together.
            objects = self.counts["woningen"] + self.counts["bedrijfsvestigingen"] * 0.4
            return np.asarray((self.counts["woningen"] >= 20) & (objects >= 50))
        if rule in _CARE:
            return np.asarray((self.counts[_CARE[rule]] > _CARE_FLOOR) & (self.counts["inwoners"] >= 100))
        if not rule:
            return np.ones(len(self.counts["inwoners"]), dtype=bool)
        word = rule.rstrip("0123456789")
        return np.asarray(self.counts[_BASES[word]] >= int(rule[len(word) :]))


def bases_of(figures: Figures, division: Division) -> Bases:
    """The numbers of people and things in every area of a division, as they are."""
    return Bases(
        {name: figures.over(division.members, name, division.year) for name in (*_BASES.values(), *_CARE.values())}
    )


def round_by_chance(rng: np.random.Generator, counts: Floats, step: int) -> Floats:
    """Down or up to a multiple, so that on average nothing is added or lost."""
    below = np.floor(counts / step)
    return (below + (rng.random(len(counts)) < counts / step - below)) * step


def as_published(rng: np.random.Generator, values: Floats, style: Style, exact: NDArray[np.bool_]) -> Floats:
    """Figures as they are printed; `exact` are areas (gemeenten, country) whose counts are not rounded."""
    if style == "count10":
        return np.rint(values / 10) * 10
    if style in _STEPS:
        published = np.where(exact, np.rint(values), round_by_chance(rng, np.nan_to_num(values), _STEPS[style]))
        return np.where((style == "care") & (values <= _CARE_FLOOR), np.nan, published)
    return values.round({"whole": 0, "tenth": 1, "hundredth": 2}[style])


def as_text(values: Floats, style: Style) -> list[str | None]:
    """Numbers in print; None where none is given."""
    decimals = {"tenth": 1, "hundredth": 2}.get(style, 0)
    write: Callable[[float], str] = f"{{:.{decimals}f}}".format
    # Adding zero turns a minus zero into an ordinary one.
    return [write(value + 0.0) if value == value else None for value in values.tolist()]
