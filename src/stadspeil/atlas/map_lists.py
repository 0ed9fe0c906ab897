"""Answers of the map that are made once and kept packed; first of all its areas: codes, names, middles and boxes.

A browser keeps the lists of a division for good: their address holds a sum of their content.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from stadspeil.atlas.outlines import places_of
from stadspeil.atlas.site import Site


@dataclass(frozen=True)
class Packed:
    """An answer that is made once: as it is, as it travels, and its mark."""

    plain: bytes
    small: bytes
    mark: str


def packed_areas(site: Site, boundaries: int, level: str) -> Packed:
    """The areas of a map, each property as one list; remembered."""
    return site.kept(("gebieden", boundaries, level), lambda: pack(_areas_of(site, boundaries, level)))


def areas_address(site: Site, boundaries: int, level: str) -> str:
    """Where those lists stand, with a sum in the address so that a browser may keep them for good."""
    return f"/kaart/gebieden/{boundaries}-{level}.json?v={packed_areas(site, boundaries, level).mark}"


def pack(told: dict[str, Any]) -> Packed:
    """An answer as JSON."""
    plain = json.dumps(told, separators=(",", ":"), ensure_ascii=False).encode()
    return Packed(plain, gzip.compress(plain, 4, mtime=0), hashlib.sha256(plain).hexdigest()[:16])


def short(numbers: pl.Series, decimals: int) -> list[Any]:
    """Numbers with no more digits than are shown; without a point where all are whole."""
    rounded = np.round(numbers.cast(pl.Float64).fill_null(np.nan).to_numpy(), decimals)
    whole = bool(np.all(np.isnan(rounded) | (rounded == np.trunc(rounded))))
    told = pl.Series(rounded).fill_nan(None)
    return (told.cast(pl.Int64) if whole else told).to_list()


def _areas_of(site: Site, boundaries: int, level: str) -> dict[str, Any]:
    table = places_of(site.workspace, boundaries, level)
    return {
        "areas": table["area"].to_list(), "names": table["name"].to_list(),
        "x": short(table["x"], 4), "y": short(table["y"], 4),
        "width": short(table["east"] - table["west"], 4), "height": short(table["north"] - table["south"], 4),
    }  # fmt: skip
