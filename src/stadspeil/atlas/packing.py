"""Answers of lists of numbers: written as JSON a list at a time, packed once, with a mark of their content."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

_LEVEL = 4


@dataclass(frozen=True)
class Packed:
    """An answer that is made once, as it travels, and its mark. Few ask for it as it is, so that is not kept."""

    small: bytes
    mark: str

    @property
    def plain(self) -> bytes:
        """The answer for who takes nothing packed."""
        return gzip.decompress(self.small)


def pack(told: Mapping[str, object]) -> Packed:
    """Names with what they hold, as compact JSON. A Series becomes a list, 14,500 numbers at once."""
    parts = (f"{json.dumps(name)}:{_written(value)}" for name, value in told.items())
    plain = ("{" + ",".join(parts) + "}").encode()
    return Packed(gzip.compress(plain, _LEVEL, mtime=0), hashlib.sha256(plain).hexdigest()[:16])


def short(numbers: pl.Series, decimals: int) -> pl.Series:
    """Numbers with no more digits than are shown; without a point where all are whole."""
    rounded = np.round(numbers.cast(pl.Float64).fill_null(np.nan).to_numpy(), decimals)
    whole = bool(np.all(np.isnan(rounded) | (rounded == np.trunc(rounded))))
    told = pl.Series(rounded).fill_nan(None)
    return told.cast(pl.Int64) if whole else told


def joined(texts: pl.Series) -> str:
    """Short texts after each other."""
    return str(texts.str.join("").item()) if texts.len() else ""


def _written(value: object) -> str:
    if not isinstance(value, pl.Series):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    if value.dtype == pl.String:
        return json.dumps(value.to_list(), separators=(",", ":"), ensure_ascii=False)
    if value.null_count() == value.len():
        return f"[{','.join(['null'] * value.len())}]"
    return f"[{value.cast(pl.String).fill_null('null').str.join(',').item()}]"
