"""The missing-value algebra at the door: a cell's text becomes a number with a status, or a status without a number.

A secret, absent or later value is never a number and never zero.
"""

from __future__ import annotations

import polars as pl

from stadspeil.contracts import Status

# Publishers' marks for 'no number here'. StatLine writes a point for secret and for absent alike.
SPECIAL = {
    "": "niet_gemeten", ".": "geheim", "x": "geheim", "-": "onmogelijk",
    "-99997": "geheim", "-99999999": "geheim", "-99995": "later", "-99991": "vervallen",
}  # fmt: skip
_WHOLE_CODE = r"^(-999\d\d|-99999999)[.,]0*$"
_NUMBER = r"^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$"


def parse_cells(texts: pl.Expr) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """Value, status and 'is no number and no known mark' of a column of texts."""
    plain = texts.str.strip_chars().fill_null("").str.replace(_WHOLE_CODE, "$1")
    plain = pl.when(plain.str.contains(r"^[+-]?\d+,\d+$")).then(plain.str.replace(",", ".")).otherwise(plain)
    special = plain.str.to_lowercase().replace_strict(SPECIAL, default=None, return_dtype=pl.String)
    number = plain.cast(pl.Float64, strict=False)
    numeric = special.is_null() & plain.str.contains(_NUMBER) & number.is_finite().fill_null(False)
    value = pl.when(numeric).then(number)
    status = pl.when(numeric).then(pl.lit("waarde")).otherwise(special.fill_null("niet_gemeten")).cast(Status)
    return value, status, ~numeric & special.is_null()
