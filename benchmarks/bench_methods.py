"""Measures the methods of scores and analyses at the size of the Netherlands: python benchmarks/bench_methods.py

Peers (inequality, esda) are timed in the same run where they can be imported; they are no dependency of ours. COINr and
csranks are R packages; their figures are quoted as measured elsewhere, on such a machine (design note scores, 6.1).
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely

from stadspeil.analyses.clusters import local_clusters, neighbours_of
from stadspeil.analyses.hidden_buurten import pocket_test
from stadspeil.analyses.nested_split import nested_split
from stadspeil.scores.choices import Parts, draw_weights, scores_under
from stadspeil.scores.draws import RankDraws, draw_ranks, ranks_per_draw
from stadspeil.scores.rank_sets import marginal_rank_sets, simultaneous_rank_sets
from stadspeil.scores.sensitivity import rank_sensitivity

RUNS = 5


def timed(work: Callable[[], Any]) -> tuple[float, float, float]:
    """Least, middle and most seconds of a few runs, after one that does not count."""
    work()
    taken = []
    for _ in range(RUNS):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return min(taken), float(np.median(taken)), max(taken)


def show(name: str, seconds: tuple[float, float, float], bar: str) -> float:
    low, middle, high = seconds
    print(f"{name:58} {low * 1e3:9.2f} {middle * 1e3:9.2f} {high * 1e3:9.2f} ms   {bar}")
    return middle


def composites(rng: np.random.Generator) -> None:
    marks = (6.5 + 1.25 * rng.normal(size=(342, 122))).clip(3, 10)
    marks[rng.random(marks.shape) < 0.02] = np.nan
    weights = np.full(122, 1 / 122)

    def draws_of_weights() -> None:
        scores = scores_under(marks.astype(np.float32), draw_weights(weights, 10_000, rng).astype(np.float32), 0)
        RankDraws(ranks_per_draw(scores), np.ones(342, bool)).ranges()

    def draws_of_all() -> None:
        draw_ranks(Parts(marks, weights, 2 / 3), rng).ranges()

    def sensitivity() -> None:
        rank_sensitivity(Parts(marks, weights, 2 / 3), rng)

    show("342 x 122: 10,000 weights, ranks, intervals", timed(draws_of_weights), "bar 300 ms")
    show(
        "342 x 122: 10,000 of all choices, ranks, intervals", timed(draws_of_all), "COINr, elsewhere: 72-114 ms a draw"
    )
    show("342 x 122: Sobol, 5 choices x 1,024, per gemeente", timed(sensitivity), "bar 1,500 ms")


def rank_sets(rng: np.random.Generator) -> None:
    values, spread = rng.normal(20, 4, 342), rng.uniform(0.3, 1.2, 342)
    for name, work, bar in (
        ("rank sets of 342, simultaneous", simultaneous_rank_sets, "bar 500 ms; csranks, elsewhere: 35 s"),
        ("rank sets of 342, marginal", marginal_rank_sets, "bar 1,000 ms; csranks, elsewhere: 148 s"),
    ):
        show(name, timed(lambda work=work: work(values, spread, "higher_is_better", rng)), bar)


def below(rng: np.random.Generator) -> None:
    wijken = rng.integers(0, 3300, 14_500)
    gemeenten, values = wijken % 342, rng.lognormal(3, 0.3, 14_500)
    people = rng.lognormal(6, 0.8, 14_500)
    ours = show(
        "nested split of 14,500 buurten, three levels",
        timed(lambda: nested_split(values, people, gemeenten, wijken)),
        "",
    )
    try:
        from inequality.theil import TheilD
    except ImportError:
        print("inequality is not installed: no ratio")
    else:
        theirs = show("inequality.TheilD, one level, by wijk", timed(lambda: TheilD(values, wijken)), "")
        print(f"   ratio {theirs / ours:.0f} (bar 1,000)")
    show("pocket test of 14,500 buurten", timed(lambda: pocket_test(values, 0.1 * values, people, wijken)), "")


def clusters(rng: np.random.Generator) -> None:
    side = 120
    cells = [shapely.to_wkb(shapely.box(x, y, x + 1, y + 1)) for x in range(side) for y in range(side)]
    show("who touches whom, 14,400 areas", timed(lambda: neighbours_of(cells)), "")
    neighbours, values = neighbours_of(cells), rng.normal(size=(side * side, 50))
    ours = show(
        "exact LISA of 50 figures, 14,400 areas, one batch",
        timed(lambda: local_clusters(values, neighbours)),
        "bar 1,000 ms",
    )
    try:
        import esda
        import libpysal
    except ImportError:
        print("esda is not installed: no ratio")
        return
    graph = libpysal.weights.WSP(neighbours).to_W(silence_warnings=True)
    graph.transform = "r"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = show(
            "esda.Moran_Local of one figure, 999 permutations",
            timed(lambda: esda.Moran_Local(values[:, 0], graph, permutations=999)),
            "",
        )
    print(f"   ratio per figure {50 * theirs / ours:.0f}")


def main() -> None:
    rng = np.random.default_rng(2026)
    print(f"{'':58} {'min':>9} {'median':>9} {'max':>9}")
    composites(rng)
    rank_sets(rng)
    below(rng)
    clusters(rng)


if __name__ == "__main__":
    main()
