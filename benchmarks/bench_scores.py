"""Time of values and scores at the size of the country.

    python benchmarks/bench_scores.py [--workspace DIR] [--repeat 5]

Without a workspace the cells are drawn at random, sized like the two real health workbooks: 34 figures of 355
gemeenten, 3,177 wijken and 13,808 buurten in two editions, 1.2 million cells. With one, its own tables are used.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.contracts import CELLS
from stadspeil.indicators import build_values, write_values
from stadspeil.scores import report_mark, score_values, write_scores
from stadspeil.workspace import Workspace

SIZES = {"gemeente": 355, "wijk": 3177, "buurt": 13808}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path)
    parser.add_argument("--repeat", type=int, default=5)
    asked = parser.parse_args()
    if asked.workspace:
        _time_workspace(asked.workspace, asked.repeat)
    else:
        _time_random(asked.repeat)
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _time_workspace(folder: Path, repeat: int) -> None:
    catalogue = load_catalogue(own=folder / "catalogue")
    with tempfile.TemporaryDirectory() as scratch:
        copy = Workspace(Path(scratch))
        copy.tables.symlink_to((folder / "tables").resolve())

        def values() -> None:
            (copy.out / "remarks.json.key").unlink(missing_ok=True)
            write_values(copy, catalogue)

        def scores() -> None:
            (copy.out / "run.json.key").unlink(missing_ok=True)
            write_scores(copy, catalogue)

        _show("values, with reading and writing", values, repeat)
        _show("scores, with reading and writing", scores, repeat)
        _show("nothing changed", lambda: write_values(copy, catalogue) or write_scores(copy, catalogue), repeat)


def _time_random(repeat: int) -> None:
    catalogue = load_catalogue()
    cells = random_cells(catalogue)
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    values = build_values(cells, catalogue)
    print(f"{cells.height:,} cells, {values.height:,} values")
    _show("build_values", lambda: build_values(cells, catalogue), repeat)
    _show("score_values", lambda: score_values(values, catalogue, register), repeat)
    for level, size in SIZES.items():
        skewed = np.random.default_rng(1972).lognormal(sigma=2, size=size)
        _show(
            f"report_mark of {size} very skewed values ({level})",
            lambda s=skewed: report_mark(s, "lower_is_better"),
            repeat,
        )


def random_cells(catalogue: Catalogue) -> pl.DataFrame:
    """Cells of the fields that indicators take from the health table, inside their possible range."""
    chance = np.random.default_rng(1972)
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    gemeenten = sorted(code for code in register.codes(2020) if code < "GM9000")
    areas = {"gemeente": gemeenten}
    areas["wijk"] = [f"WK{gemeenten[k % len(gemeenten)][2:]}{k // len(gemeenten):02}" for k in range(SIZES["wijk"])]
    areas["buurt"] = [f"BU{gemeenten[k % len(gemeenten)][2:]}{k // len(gemeenten):04}" for k in range(SIZES["buurt"])]
    health = [
        each for each in catalogue.indicators.values() if each.source == "rivm_gezondheid_wijk_buurt" and each.column
    ]
    tables = [
        pl.DataFrame({"area": codes, "value": chance.uniform(*indicator.expected, len(codes)).round(1)}).with_columns(
            level=pl.lit(level), year=pl.lit(year), field=pl.lit(indicator.column)
        )
        for indicator in health
        for level, codes in areas.items()
        for year in (2016, 2020)
    ]
    nothing = pl.lit(None)
    return (
        pl.concat(tables)
        .with_columns(
            boundaries=pl.lit(2020),
            low=nothing,
            high=nothing,
            status=pl.lit("waarde"),
            snapshot=pl.lit("x"),
            row=pl.lit(1),
        )
        .select(pl.col(name).cast(kind) for name, kind in CELLS.columns.items())
    )


def _show(name: str, run: Callable[[], object], repeat: int) -> None:
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    print(f"{name}: {min(times):.3f} - {max(times):.3f} s over {repeat} runs")


if __name__ == "__main__":
    main()
