"""Sentences and rows on the renewal wave of a gemeente, for chapter and page alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import RenewalAsset, title_in
from stadspeil.report.drawing.waves import WaveRow
from stadspeil.report.wording import Wording

# From here a peak is told as a wave: its low end stands a tenth above the mean of ten years.
EVEN = 1.1
HOMES = ("woning_renovatie", "woning_vervanging")


def wave_reading(peak: Mapping[str, Any] | None, name: str, words: Wording) -> str:
    """One sentence; a wave only where its low end stands above the mean."""
    if peak is None:
        return words("waves.reading_none", town=name)
    told = {
        each: words.number(float(peak[each]), 0) for each in ("cost", "cost_low", "cost_high")
    } | {each: words.number(float(peak[each]), 1) for each in ("times", "times_low", "times_high")}  # fmt: skip
    key = "waves.reading" if float(peak["times_low"]) > EVEN else "waves.reading_even"
    return words(key, town=name, first=peak["first"], last=peak["last"], **told)


def wave_notes(peak: Mapping[str, Any], catalogue: Catalogue, words: Wording) -> list[str]:
    """What spreading and bundling do, and what all of it rests on."""
    earlier, later = (int(catalogue.parameter(f"renewal_years_{each}")) for each in ("earlier", "later"))
    told = [
        words("waves.spread", earlier=earlier, later=later, dearest=words.number(float(peak["dearest_year"]), 1),
              level=words.number(float(peak["spread_level"]), 1))
    ]  # fmt: skip
    works = [asset_title(catalogue, id, words) for id in str(peak["bundle_works"] or "").split()]
    if works:
        saved, low, high = (
            words.number(float(peak[f"bundle_saved{end}"]), 1) for end in ("", "_low", "_high")
        )  # fmt: skip
        told.append(
            words("waves.bundle", works=words.listing([each.lower() for each in works]), year=peak["bundle_year"],
                  saved=saved, low=low, high=high)
        )  # fmt: skip
    return [*told, words("waves.unknown")]


def asset_title(catalogue: Catalogue, id: str, words: Wording) -> str:
    """The title of a work in the language, or its id."""
    entry: RenewalAsset | None = catalogue.renewal.get(id)
    return id if entry is None else title_in(entry, words.lang)


def wave_rows(
    catalogue: Catalogue, own: pl.DataFrame, words: Wording
) -> tuple[list[WaveRow], list[tuple[int, int]]] | None:
    """Rows of the drawing and their stretches of years, all owners together; None where there are none.

    What is public only: homes on the same scale would hide it.
    """
    numbers = ("cost", "cost_low", "cost_high")
    summed = own.group_by("asset", "first", "last").agg(pl.col(numbers).sum()).sort("first")
    parts = {
        id: summed.filter(pl.col("asset") == id)
        for id in catalogue.renewal
        if id in set(own["asset"]) and id not in HOMES
    }
    if not parts:
        return None
    stretches = list(next(iter(parts.values())).select("first", "last").iter_rows())
    rows = [
        WaveRow(asset_title(catalogue, id, words), tuple(each.select("cost_low", "cost", "cost_high").iter_rows()))
        for id, each in parts.items()
    ]
    return rows, stretches
