"""Annual accounts per gemeente (summary of Iv3): costs per task field, income and balance, in thousand euro.

What a task costs per inhabitant is near the mean of all Dutch gemeenten in 2024; where more people have a low income the
social tasks cost more and the state gives more. All of it is invented.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stadspeil.sources.nieuwland import plan
from stadspeil.sources.nieuwland.figures import Figures
from stadspeil.sources.nieuwland.publishing.areas import Gazetteer

Floats = NDArray[np.float64]
FIRST_YEAR, LAST_YEAR = 2017, 2024
# Euro per inhabitant in 2024, and how strongly it follows the share of low incomes.
TASKS: dict[str, tuple[float, float]] = {
    "0.1": (60, 0.0), "0.2": (48, 0.0), "0.3": (25, 0.0), "0.4": (470, 0.1), "0.5": (15, 0.0), "0.61": (11, 0.0),
    "0.62": (4, 0.0), "0.63": (1, 0.0), "0.64": (6, 0.0), "0.7": (0, 0.0), "0.8": (13, 0.0), "0.9": (1, 0.0),
    "1.1": (85, 0.1), "1.2": (49, 0.5), "2.1": (190, 0.0), "2.2": (15, 0.0), "2.3": (3, 0.0), "2.4": (8, 0.0),
    "2.5": (4, 0.0), "3.1": (17, 0.0), "3.2": (25, 0.0), "3.3": (8, 0.0), "3.4": (14, 0.0), "4.1": (11, 0.0),
    "4.2": (70, 0.1), "4.3": (80, 0.4), "5.1": (24, 0.1), "5.2": (83, 0.0), "5.3": (40, 0.0), "5.4": (10, 0.0),
    "5.5": (7, 0.0), "5.6": (28, 0.0), "5.7": (120, 0.0), "6.1": (247, 0.4), "6.2": (94, 0.4), "6.3": (404, 0.9),
    "6.4": (125, 0.6), "6.5": (49, 0.6), "6.6": (56, 0.3), "6.71": (210, 0.4), "6.72": (185, 0.4),
    "6.73": (75, 0.4), "6.74": (77, 0.4), "6.81": (53, 0.4), "6.82": (27, 0.5), "7.1": (61, 0.1), "7.2": (96, 0.0),
    "7.3": (125, 0.0), "7.4": (73, 0.0), "7.5": (11, 0.0), "8.1": (60, 0.0), "8.2": (130, 0.0), "8.3": (100, 0.0),
}  # fmt: skip
# The other task fields of the file, which these years do not use.
_EMPTY = ("6.75", "6.92", "6.79", "6.21", "6.60", "6.91", "6.76", "6.23", "6.22")
_HEAD = ("jaar", "verslagsoort", "gm_code", "inwoners", "lasten", "baten", "reserve_lasten", "reserve_baten", "sociaal",
         "salarissen", "inhuur", "verbonden", "rijk", "spuks", "heffingen", "salarissen_overhead", "inhuur_overhead",
         "eigen_vermogen", "balanstotaal")  # fmt: skip
_GROWTH = 0.048  # a year: of all gemeenten together between 2017 and 2024


def publish(rng: np.random.Generator, figures: Figures, gazetteer: Gazetteer) -> bytes:
    """The accounts of every gemeente from 2017 to 2024, with the headers of the collected file."""
    lines = [",".join([*_HEAD, *(f"tv_{code}" for code in (*TASKS, *_EMPTY))])]
    base, follows = np.array(list(TASKS.values())).T
    # A town books and does things in its own way, year after year.
    habit = rng.normal(0, 0.12, (len(plan.GEMEENTEN), len(base)))
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        division = gazetteer.division(year).only("gemeente")
        people = figures.over(division.members, "inwoners", year)
        poor = figures.over(division.members, "huishoudens_laag_inkomen_pct", year)
        want = (poor / poor.mean() - 1)[:, None]
        own = np.exp(habit[np.arange(len(people)) % len(habit)] + rng.normal(0, 0.04, (len(people), len(base))))
        tasks = np.rint(base * (1 + follows * want) * own * (1 - _GROWTH) ** (2024 - year) * people[:, None] / 1000)
        for place, area in enumerate(division.areas):
            lines.append(",".join([str(year), f"{year}X005", area.code, *_summary(rng, tasks[place], people[place])]))
    return ("\n".join(lines) + "\n").encode()


def _summary(rng: np.random.Generator, tasks: Floats, people: float) -> list[str]:
    """Cells of one account after the first three: totals, balance, and costs per task field."""
    social = float(sum(cost for code, cost in zip(TASKS, tasks, strict=True) if code.startswith("6.")))
    costs = float(tasks.sum())
    income = round(costs * float(rng.normal(1.01, 0.02)))
    state, pay = round(0.30 * costs + 0.60 * social), round(0.19 * costs)
    equity = round(people * 1.9 * float(np.exp(rng.normal(0, 0.2))))
    numbers = [
        round(people), costs, income, round(0.06 * costs), round(0.06 * costs), social, pay,
        round(0.24 * pay), round(0.12 * costs), state, round(0.27 * state), round(0.11 * costs), round(0.4 * pay),
        round(0.05 * pay), equity, round(equity / 0.42),
    ]  # fmt: skip
    return [*(f"{each:.0f}" for each in numbers), *(f"{each:.0f}" for each in tasks), *([""] * len(_EMPTY))]
