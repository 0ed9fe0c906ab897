"""What the third tier says of a programme on the counts by which programmes are weighed, over pairs of runs.

Chains are traced from the programme's new homes; only likeness of buurten is a difference of two runs. So the counts
mean what they mean in the surrogate, and no figure of one buurt from one pair is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stadspeil.errors import QuestionError
from stadspeil.simulation.classes import HIGHEST_20, LOWEST_40, SEGMENTS, SOCIAL, segment
from stadspeil.simulation.programme import Programme
from stadspeil.simulation.run import NEW_HOME, Run
from stadspeil.simulation.surrogate import CRITERIA, Town, apart
from stadspeil.simulation.world import NOWHERE, World

Floats = NDArray[np.float64]
Simulate = Callable[..., Run]


@dataclass
class Confirmer:
    """Runs programmes in the third tier, each with the same seeds; runs without programme are made once.

    `worlds` are populations of the same key figures, that pairs take in turn; `rules` holds one set of coefficients per seed.
    """

    worlds: Sequence[World]
    town: str
    known: Town
    simulate: Simulate
    rules: Sequence[Any]
    seeds: Sequence[int]
    months: int
    threads: int = 1
    _without: dict[int, Run] = field(default_factory=dict)

    def __call__(self, programme: Programme) -> Mapping[str, Floats]:
        """CRITERIA per pair.

        Raises:  QuestionError with fewer than two pairs, or when a run does not have the town.
        """
        if len(self.seeds) < 2 or len(self.rules) != len(self.seeds):
            raise QuestionError(
                "bevestigen met de microsimulatie", f"{len(self.seeds)} paren en {len(self.rules)} sets regels; verwacht "
                "ten minste twee paren, met regels voor elk", "vraag meer paren",
            )  # fmt: skip
        rows = []
        for pair in range(len(self.seeds)):
            if pair not in self._without:
                self._without[pair] = self._run(pair, ())
            rows.append(criteria_of(self._run(pair, programme.steps), self._without[pair], self.town, self.known))
        return {name: np.array([row[name] for row in rows]) for name in CRITERIA}

    def _run(self, pair: int, steps: Sequence[Any]) -> Run:
        world = self.worlds[pair % len(self.worlds)]
        return self.simulate(
            world, self.rules[pair], steps, months=self.months, seed=self.seeds[pair], threads=self.threads
        )


def criteria_of(with_it: Run, without: Run, town: str, known: Town) -> dict[str, float]:
    """The counts of one pair."""
    places, homes, vacancies = with_it.end.places, with_it.end.dwellings, with_it.vacancies
    ours = np.array([places.town_codes[row] == town for row in places.town])
    of_programme = (vacancies.cause == NEW_HOME)[vacancies.root] if len(vacancies.root) else np.zeros(0, bool)
    kind = segment(homes.tenure, homes.form, homes.price).astype(np.intp)[vacancies.home]
    here = ours[homes.buurt[vacancies.home]]
    freed = of_programme & (vacancies.link > 0)
    built = np.bincount(kind[of_programme & (vacancies.link == 0)], minlength=SEGMENTS)
    inside = np.bincount(kind[freed & here], minlength=SEGMENTS)
    low = [_apart_at_end(run, ours) for run in (without, with_it)]
    return {
        "treden": float(np.minimum(known.missing, built + inside).sum()),
        "gelijkheid": low[0] - low[1],
        "blijvers": float(_change_of_high(with_it, ours)),
        "sociaal_vrij": float(np.count_nonzero(freed & here & (homes.tenure[vacancies.home] == SOCIAL))),
        "regio": float(np.count_nonzero(freed & ~here)),
    }


def _change_of_high(run: Run, ours: NDArray[np.bool_]) -> int:
    """Households of the highest incomes that came by the chains to homes of the town that stood, less those that left them."""
    moves, homes = run.moves, run.end.dwellings
    if not len(moves.root):
        return 0
    traced = (run.vacancies.cause == NEW_HOME)[moves.root] & (moves.decile >= HIGHEST_20)
    came, went = traced & (moves.link > 0), traced & (moves.left != NOWHERE)
    return int(ours[homes.buurt[moves.home[came]]].sum()) - int(ours[homes.buurt[moves.left[went]]].sum())


def _apart_at_end(run: Run, ours: NDArray[np.bool_]) -> float:
    deciles = run.buurten.by_decile[-1][ours].astype(np.float64)
    return float(apart(deciles[:, :LOWEST_40].sum(axis=1), deciles.sum(axis=1)))
