"""Numbers of other packages on shared cases, for tests that hold ours against them.

Run in an environment of its own, with inequality, segregation, esda and libpysal (1.3 GB, so no part of ours):
    python tools/make_oracles.py > tests/oracles/below_the_wijk.json
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import warnings
from typing import Any

import numpy as np
from scipy.special import ndtri

PACKAGES = ("inequality", "segregation", "esda", "libpysal", "numpy")


def theil() -> dict[str, Any]:
    from inequality.theil import TheilD

    rng = np.random.default_rng(1)
    values, wijken = rng.lognormal(3, 0.4, 60), rng.integers(0, 12, 60)
    found = TheilD(values, wijken)
    return {
        "values": values.tolist(), "wijken": wijken.tolist(), "total": float(found.T), "between": float(found.bg[0]),
        "within": float(found.wg[0]),
    }  # fmt: skip


def segregation() -> dict[str, Any]:
    import pandas
    from segregation.multigroup import MultiInfoTheory

    counts = np.random.default_rng(2).multinomial(400, [0.5, 0.3, 0.2], 40) + np.arange(40)[:, None] * [0, 3, 0]
    frame = pandas.DataFrame(counts, columns=["a", "b", "c"])
    return {"counts": counts.tolist(), "h": float(MultiInfoTheory(frame, groups=["a", "b", "c"]).statistic)}


def moran() -> dict[str, Any]:
    import esda
    import libpysal

    side = 9
    # Normal scores, so that both speak of the same numbers; above zero, since esda divides by their sum.
    places = np.random.default_rng(3).permutation(side * side)
    values = 10 + ndtri((places + 0.5) / side**2)
    graph = libpysal.weights.lat2W(side, side, rook=False)
    binary = esda.G_Local(values, graph, transform="B", permutations=0, star=True)
    graph.transform = "r"
    local = esda.Moran_Local(values, graph, permutations=99_999, seed=4)
    return {
        "side": side, "values": values.tolist(), "local": (local.Is).tolist(), "simulated_z": local.z_sim.tolist(),
        "hot_z": binary.Zs.tolist(),
    }  # fmt: skip


def main() -> None:
    warnings.simplefilter("ignore")
    versions = {name: importlib.metadata.version(name) for name in PACKAGES}
    made = {"versions": versions, "theil": theil(), "segregation": segregation(), "moran": moran()}
    json.dump(made, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
