"""The ground on which a package is weighed: areas, years, draws, and what every area has now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stadspeil.catalogue.entries import Direction
from stadspeil.scores.marks import MarkScale

DRAWS, SEED = 10_000, 2026
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Benchmark:
    """What marks and places of one indicator are read from: all gemeenten, and the scale of all buurten.

    areas, values  codes and values of the gemeenten of the latest year      scale  their scale of marks
    small          the scale of marks of buurten; None where buurten have no marks
    """

    direction: Direction
    areas: tuple[str, ...]
    values: Floats
    scale: MarkScale | None
    small: MarkScale | None


@dataclass(frozen=True)
class Ground:
    """The areas that effects are told of: the buurten of the town(s), in order of code.

    codes, names   N buurten                       towns, wijken  code of the gemeente and wijk of each
    middles        N x 2, metres (RD); NaN where no boundaries are known
    counted        what an indicator is counted over -> N numbers (inwoner, huishouden, woning, leerling, jongere);
                   NaN where not published
    levels         indicator -> N values as last published (NaN: secret or not measured)
    errors         indicator -> N standard errors of those
    spreads        indicator -> standard deviation over the buurten of the country, 0 where unknown
    gaps           indicator -> N: how far the benchmark group's mean lies on the favourable side of the area, units; at
                   least 0
    fields         indicator -> the benchmark of the latest year at gemeente and buurt level, for marks and places
    years          indicator -> first and last year of the levels: each buurt has its last known value
    remarks        sentences on what is missing or made up
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    towns: tuple[str, ...]
    wijken: tuple[str, ...]
    middles: Floats
    counted: Mapping[str, Floats]
    levels: Mapping[str, Floats]
    errors: Mapping[str, Floats] = field(default_factory=dict)
    spreads: Mapping[str, float] = field(default_factory=dict)
    gaps: Mapping[str, Floats] = field(default_factory=dict)
    fields: Mapping[str, Benchmark] = field(default_factory=dict)
    years: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    invented: bool = False

    def level_of(self, indicator: str) -> Floats:
        """The last value of every buurt; where it has none that of its gemeente; NaN where that is not known either."""
        level = self.levels.get(indicator, np.full(len(self.codes), np.nan)).copy()
        field = self.fields.get(indicator)
        if field is not None:
            own = dict(zip(field.areas, field.values, strict=True))
            for row in np.flatnonzero(np.isnan(level)):
                level[row] = own.get(self.towns[row], np.nan)
        return level

    def rows_of(self, areas: tuple[str, ...]) -> NDArray[np.int64]:
        """Rows of the buurten inside some areas: buurten, wijken or gemeenten, in order."""
        wanted = set(areas)
        rows = [
            row
            for row, kin in enumerate(zip(self.codes, self.wijken, self.towns, strict=True))
            if not wanted.isdisjoint(kin)
        ]
        return np.array(rows, dtype=np.int64)


@dataclass(frozen=True)
class Frame:
    """Years and draws of an appraisal. Year 0 is `first`; money is in prices of `first` unless told otherwise.

    Every random number comes from `source(name)`: the same name gives the same draws whatever else is drawn, so that the
    order of measures and packages changes nothing.
    """

    first: int
    years: int
    draws: int = DRAWS
    seed: int = SEED

    def source(self, name: str) -> np.random.Generator:
        """The generator of draws that go by this name (intervention, pool or line; never a number of order)."""
        return np.random.default_rng([self.seed, *name.encode("utf-8")])
