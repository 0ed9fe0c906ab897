"""Choices with limited places by choicemodels (UrbanSim); run by bench_simulation.py with a Python that has it.

    PYTHON benchmarks/peer_choicemodels.py CHOOSERS ALTERNATIVES SAMPLED

Prints seconds of the processor (without making tables of people and homes, and without fitting) and alternatives
evaluated. It is no dependency of ours.
"""

from __future__ import annotations

import sys
import time
import warnings

import numpy as np
import pandas as pd  # type: ignore[import-not-found]
from choicemodels import MultinomialLogit  # type: ignore[import-not-found]
from choicemodels.tools import MergedChoiceTable, iterative_lottery_choices  # type: ignore[import-not-found]

warnings.filterwarnings("ignore")
ROUNDS = 4


def main() -> None:
    """One lottery, after a small one that does not count."""
    choosers, homes, sampled = (int(each) for each in sys.argv[1:4])
    lottery(500, 500, sampled)
    print(*lottery(choosers, homes, sampled))


def lottery(choosers: int, homes: int, sampled: int) -> tuple[float, int, int]:
    """Seconds of the choices alone, alternatives evaluated and choosers placed, in at most four rounds."""
    rng = np.random.default_rng(1)
    people = pd.DataFrame({"income": rng.lognormal(3.5, 0.4, choosers)})
    people.index.name = "person"
    stock = pd.DataFrame({"cost": rng.lognormal(6.8, 0.3, homes), "floor": rng.lognormal(4.4, 0.3, homes)})
    stock.index.name = "home"
    formula = "cost + floor + income:cost - 1"
    evaluated = [0]

    def table(some: pd.DataFrame, left: pd.DataFrame, intx_ops: object = None) -> MergedChoiceTable:
        size = min(sampled, len(left))
        evaluated[0] += len(some) * size
        return MergedChoiceTable(some, left, sample_size=size)

    def chances(merged: MergedChoiceTable) -> pd.Series:
        return model.probabilities(merged)

    model = MultinomialLogit(
        MergedChoiceTable(people.iloc[:50], stock, chosen_alternatives=pd.Series(np.arange(50), people.index[:50]), sample_size=5),
        formula,
    ).fit()  # fmt: skip
    started = time.process_time()
    chosen = iterative_lottery_choices(people, stock, table, chances, max_iter=ROUNDS)
    return time.process_time() - started, evaluated[0], len(chosen)


if __name__ == "__main__":
    main()
