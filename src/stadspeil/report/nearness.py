"""The table of `stadspeil check --published`: which printed rows can be computed, how near, and why not nearer.

Near is counted in places of the study's field: a town is inside our range, within a twentieth of the field, within a
tenth, or further off.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Composite, Indicator
from stadspeil.report.reproduction import STUDY_FIELD, Comparison, claimed, comparisons, printed_rows

# Parts of the field within which the middle town is near, or fairly near.
NEAR, FAIR = 0.05, 0.1
NEARNESS = ("raak", "dichtbij", "redelijk", "ver", "niet te berekenen")
_NOT = NEARNESS[-1]
SCHEMA = {
    "figure": pl.String, "row": pl.String, "indicator": pl.String, "nearness": pl.String, "year": pl.Int64,
    "ranked": pl.Int64, "inside": pl.Int64, "towns": pl.Int64, "middle_distance": pl.Float64, "middle_shift": pl.Float64,
    "spearman": pl.Float64, "average": pl.String, "reason": pl.String,
}  # fmt: skip


def reproduction(scores: pl.DataFrame, group_scores: pl.DataFrame, catalogue: Catalogue, printed: Path) -> pl.DataFrame:
    """Every printed row: our figure, how near its places are to the printed ones, and the reason where they are not.

    Units: places out of 337. `inside` and `towns` count; a positive `middle_shift` is further down than printed;
           `spearman` is over the towns; `average` is printed / ours.
    """
    found = {
        (each.figure, each.row, each.indicator): each for each in comparisons(scores, group_scores, catalogue, printed)
    }
    claims = claimed(catalogue)
    made: list[tuple[object, ...]] = []
    for row in printed_rows(printed):
        ids = claims.get(f"{row['figure']}|{row['indicator']}", [])
        if not ids:
            empty = (None,) * 8
            made.append((row["figure"], row["indicator"], None, _NOT, *empty, "wij hebben geen cijfer voor deze rij"))
        for id in ids:
            each = found.get((row["figure"], row["indicator"], id))
            told = _absent(id, catalogue) if each is None else _present(each, id, catalogue)
            made.append((row["figure"], row["indicator"], id, *told))
    return pl.DataFrame(made, schema=SCHEMA, orient="row")


def nearness_counts(table: pl.DataFrame) -> dict[str, int]:
    """How many printed rows are how near; a row with several figures counts by its nearest."""
    order = {name: place for place, name in enumerate(NEARNESS)}
    best = table.group_by("figure", "row").agg(pl.col("nearness").replace_strict(order, return_dtype=pl.Int64).min())
    counts = dict(best.group_by("nearness").len().iter_rows())
    return {name: counts.get(place, 0) for name, place in order.items()}


def _absent(id: str, catalogue: Catalogue) -> tuple[object, ...]:
    entry = catalogue.indicators.get(id)
    source = catalogue.sources.get(entry.source) if entry is not None else None
    title = f"{source.title} ({source.publisher})" if source is not None else ""
    if entry is not None and entry.status == "planned":
        reason = f"gepland: {title} is nog niet aangesloten"
    elif entry is not None:
        reason = f"geen plaatsen in deze werkmap: lees {title} in, tot en met 2023"
    else:
        reason = "geen plaatsen in deze werkmap: te weinig onderdelen"
    return (_NOT, *(None,) * 8, reason)


def _present(each: Comparison, id: str, catalogue: Catalogue) -> tuple[object, ...]:
    places = list(each.towns.values())
    distances = [place.distance for place in places]
    middle = float(np.median(distances)) if distances else None
    shift = float(np.median([place.shift for place in places])) if places else None
    near = _nearness(middle)
    average = "" if each.average is None else f"{each.average.printed} / {each.average.first:.0f}"
    inside = sum(distance < 0.5 for distance in distances)
    correlation = round(each.correlation, 2) if len(distances) > 2 else None
    reason = (
        "" if near == "raak" else _reason(each, catalogue.indicators.get(id) or catalogue.composites.get(id), shift)
    )
    return (near, each.year, each.ranked, inside, len(distances), middle, shift, correlation, average, reason)


def _nearness(middle: float | None) -> str:
    if middle is None:
        return _NOT
    if middle < 0.5:
        return "raak"
    return "dichtbij" if middle <= NEAR * STUDY_FIELD else "redelijk" if middle <= FAIR * STUDY_FIELD else "ver"


def _reason(each: Comparison, entry: Indicator | Composite | None, shift: float | None) -> str:
    """What may explain the distance: what we know of the definition, the year and the field, and which way it lies."""
    known = getattr(entry, "note", "")
    found = [known] if known else []
    if isinstance(entry, Composite):
        found.append("De studie neemt andere onderdelen of gewichten.")
    found.append(f"Over {each.year}; de studie gebruikt cijfers van omstreeks 2020 tot 2023.")
    if each.ranked != STUDY_FIELD:
        found.append(f"{each.ranked} gemeenten in plaats van {STUDY_FIELD}, omgerekend.")
    shifts = [place.shift for place in each.towns.values()]
    if shift and (all(one > 0 for one in shifts) or all(one < 0 for one in shifts)):
        way = "lager" if shift > 0 else "hoger"
        found.append(
            f"Alle steden staan bij ons {way}: dat wijst op een andere omschrijving of een ander jaar, niet op ruis."
        )
    return " ".join(found)
