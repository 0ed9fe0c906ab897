"""The warning of erosion: only what may be shown, only where the better-off become fewer, only beside a site."""

from __future__ import annotations

import polars as pl

from stadspeil.simulation.signals import erosion
from stadspeil.simulation.tables import EFFECTS

AROUND = ("BU1", "BU2", "BU3", "BU4", "BU5")


def row(
    area: str, figure: str, group: str, mean: float, shown: bool = True, without: float = 400.0, years: int = 5
) -> dict[str, object]:
    level = "omgeving" if area == "omgeving" else "buurt"
    return {
        "area": area, "level": level, "years": years, "figure": figure, "group": group, "without": without, "mean": mean,
        "low": mean - 1, "middle": mean, "high": mean + 1, "error": 0.1, "pairs": 30, "shown": shown,
    }  # fmt: skip


def table(*rows: dict[str, object]) -> pl.DataFrame:
    sizes = [row(area, "huishoudens", "alle", 0.0, False, 99.0 if area == "BU4" else 400.0)
             for area in (*AROUND, "FAR", "omgeving")]  # fmt: skip
    return pl.DataFrame([*sizes, *rows], schema=dict(EFFECTS.columns))


def test_erosion_is_a_shown_fall_beside_a_site_in_a_buurt_of_some_size() -> None:
    share = "inkomensgroep_pct"
    found = erosion(
        table(
            row("BU1", share, "hoog", -0.5), row("BU2", share, "hoog", -2.0), row("BU3", share, "hoog", -3.0, shown=False),
            row("BU4", share, "hoog", -4.0), row("BU5", share, "hoog", 1.0), row("FAR", share, "hoog", -9.0),
            row("BU1", share, "laag", -9.0), row("BU1", share, "hoog", -9.0, years=4), row("omgeving", share, "hoog", -0.7),
            row("BU2", "vertrokken", "hoog", 12.0), row("BU1", "vertrokken", "hoog", 3.0, shown=False),
        ),
        AROUND, 5,
    )  # fmt: skip
    assert [(each.area, each.share, each.left) for each in found] == [
        ("BU2", -2.0, 12.0), ("omgeving", -0.7, None), ("BU1", -0.5, None),
    ]  # fmt: skip
    assert (found[0].low, found[0].high) == (-3.0, -1.0)


def test_no_fall_is_no_warning() -> None:
    assert erosion(table(), AROUND, 5) == []
