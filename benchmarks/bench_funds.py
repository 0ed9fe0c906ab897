"""Measures another criterion for a whole country: python benchmarks/bench_funds.py WERKMAP

Takes any workspace with scores; figures are those of Nieuwland at the size of the Netherlands (14,520 buurten), two
criteria with margins at wijk and buurt. Loading is told apart: it is done once for any number of criteria.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from stadspeil.appraisal.funds.asking import Question, answer
from stadspeil.appraisal.funds.country import load_country
from stadspeil.appraisal.funds.criteria import read_rule
from stadspeil.appraisal.funds.requests import Lot
from stadspeil.appraisal.funds.stacking import Offer, stack
from stadspeil.appraisal.funds.sureness import surely_among_worst
from stadspeil.appraisal.funds.telling import sentences
from stadspeil.appraisal.funds.what_if import contribution_of, what_if
from stadspeil.catalogue import load_catalogue
from stadspeil.workspace import find_workspace

RUNS = 7
BAR = 1.0
FIGURES = (
    ("misdrijven_totaal:slechtste:5:wijk",), ("misdrijven_totaal:slechtste:5:buurt", "inwoners:minstens:50000:gemeente"),
)  # fmt: skip


def main() -> None:
    """Print seconds, least, middle and most."""
    workspace = find_workspace(sys.argv[1] if len(sys.argv) > 1 else None)
    catalogue = load_catalogue(own=workspace.own_catalogue)
    now, then = (read_rule(each, "alle", catalogue) for each in FIGURES)
    start = time.perf_counter()
    country = load_country(workspace, catalogue, now.asked() | then.asked())
    loaded = time.perf_counter() - start
    places = country.places["buurt"]
    print(f"buurten {len(places.codes)}, inladen {loaded:.2f} s")
    paid = contribution_of(catalogue.fund("nplv"))
    show("what-if, hele land", lambda: sentences(what_if(now, then, country, paid, ("nta", "NTA")), now, then), BAR)
    show("alles samen, met inladen", lambda: answer(Question(FIGURES[1], FIGURES[0]), workspace, catalogue), None)
    figure = country.measured("misdrijven_totaal", "buurt")
    number = int(0.05 * figure.count)
    show("zekerheid van een cijfer", lambda: surely_among_worst(figure.values, figure.errors, number, 0.9), None)
    rng = np.random.default_rng(1)
    lots = [Lot(f"l{each}", 200, (int(rng.integers(0, 200)), 200), (2026, 2027)) for each in range(40)]
    offers = [
        Offer(f"f{each}", {lot.id: float(rng.integers(1_000, 20_000)) for lot in lots}, affordable=0.5, homes=500)
        for each in range(4)
    ]
    show("stapelen, 40 locaties, 4 fondsen", lambda: stack(lots, offers, (("f0", "f1"), ("f1", "f2"))), None)


def show(name: str, work: Callable[[], object], bar: float | None) -> None:
    """Time some work a few times, after one run that does not count."""
    work()
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    low, middle, high = min(taken), statistics.median(taken), max(taken)
    told = "" if bar is None else f"  (grens {bar:g} s: {'gehaald' if middle <= bar else 'NIET gehaald'})"
    print(f"{name}: {middle:.3f} s ({low:.3f} tot {high:.3f}){told}")


if __name__ == "__main__":
    main()
