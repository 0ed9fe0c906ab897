"""How often 'moves first' is found at one in ten, where nothing does and where something is planted.

Run: python benchmarks/lead_false_finds.py [draws per cell]. The figures stand in docs/decisions/0024.
"""

from __future__ import annotations

import sys

import numpy as np

from stadspeil.analyses.lead_lag import lead

KINDS = ("independent", "drift", "shock", "memory", "planted")


def drawn(rng: np.random.Generator, kind: str, gemeenten: int, years: int) -> tuple[np.ndarray, np.ndarray]:
    """Two figures of gemeenten. 'memory': shocks that are shared for eight tenths, with changes that remember, or not."""
    one, other = rng.normal(size=(2, gemeenten, years))
    if kind == "drift":
        drift = 0.5 * rng.normal(size=(gemeenten, 1))
        one, other = one + drift, other + drift
    elif kind == "shock":
        common = 3 * rng.normal(size=years)
        one, other = one + common, other + np.roll(common, 1)
    elif kind == "memory":
        other = 0.8 * one + 0.6 * other
        for year in range(1, years):
            one[:, year] += 0.7 * one[:, year - 1]
    elif kind == "planted":
        other[:, 1:] += 0.3 * one[:, :-1]
    return one.cumsum(axis=1), other.cumsum(axis=1)


def main() -> None:
    """One line per number of gemeenten and years: the share found of each kind."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    rng = np.random.default_rng(2026)
    print("gemeenten years " + " ".join(f"{kind:>11}" for kind in KINDS))
    for gemeenten in (12, 60, 342):
        for years in (6, 10, 18):
            found = [
                np.mean([lead(*drawn(rng, kind, gemeenten, years)).p < 0.1 for _ in range(draws)]) for kind in KINDS
            ]
            print(f"{gemeenten:9} {years:5} " + " ".join(f"{each:11.2f}" for each in found), flush=True)


if __name__ == "__main__":
    main()
