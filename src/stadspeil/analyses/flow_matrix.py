"""Flows between gemeenten as a matrix: of one year, on its own division or on that of a later year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.areas import AreaRegister
from stadspeil.errors import QuestionError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class FlowMatrix:
    """How many go from each gemeente (row) to each (column). Shape: counts (codes, codes), rows and columns alike."""

    codes: tuple[str, ...]
    counts: Floats
    year: int
    boundaries: int

    def place(self, code: str) -> int:
        """Row and column of a gemeente. QuestionError where it is not in the matrix."""
        if code not in self.codes:
            raise QuestionError(
                f"stromen van {self.year}",
                f"gemeente {code} staat er niet in (indeling van {self.boundaries})",
                "vraag een gemeente die toen bestond, of reken de stromen om naar een latere indeling",
            )
        return self.codes.index(code)


def matrix_of(flows: pl.DataFrame, year: int, name: str = "stromen") -> FlowMatrix:
    """All flows of a year. Several fields of one pair, such as means of transport, are added up.

    Shape:   FLOWS. Pairs that are not given are zero: publishers leave them out.
    Raises:  QuestionError if there are no flows, or none of that year.
    """
    if flows.is_empty():
        raise QuestionError(
            name, "er zijn geen stromen in deze werkmap",
            "haal ze op met 'stadspeil fetch --source cbs_verhuizingen_matrix' of cbs_woon_werk, en draai 'stadspeil build'",
        )  # fmt: skip
    own = flows.filter(pl.col("year") == year)
    if own.is_empty():
        years = ", ".join(str(each) for each in flows["year"].unique().sort())
        raise QuestionError(f"{name} van {year}", f"dat jaar is er niet; er zijn: {years}", "vraag een van die jaren")
    boundaries = int(own["boundaries"].max())  # type: ignore[arg-type]
    own = own.filter(pl.col("boundaries") == boundaries)
    codes = tuple(sorted({*own["origin"], *own["destination"]}))
    place = {code: number for number, code in enumerate(codes)}
    counts = np.zeros((len(codes), len(codes)))
    rows = np.array([place[code] for code in own["origin"]])
    columns = np.array([place[code] for code in own["destination"]])
    np.add.at(counts, (rows, columns), own["value"].to_numpy())
    return FlowMatrix(codes, counts, year, boundaries)


def on_boundaries(matrix: FlowMatrix, register: AreaRegister, boundaries: int) -> FlowMatrix:
    """The same flows between the gemeenten of a later year; those between gemeenten that merged become flows within.

    Where a gemeente was divided its flows are divided as its inhabitants were.

    Raises:  QuestionError naming each gemeente that was divided in parts that nobody published, or unknown codes.
    """
    if boundaries == matrix.boundaries:
        return matrix
    weights = register.weights(matrix.boundaries, boundaries)
    known = set(weights["from_code"])
    problems = [f"{code} bestond niet in {matrix.boundaries}" for code in matrix.codes if code not in known]
    parted = weights.filter(pl.col("weight").is_null() & pl.col("from_code").is_in(list(matrix.codes)))
    problems += [f"{code} is verdeeld en niet bekend is hoe" for code in parted["from_code"].unique().sort().to_list()]
    if problems:
        raise QuestionError(
            f"stromen van {matrix.year} op de indeling van {boundaries}", problems,
            f"houd de indeling van {matrix.boundaries} aan, of vul de herindeling aan in areas/changes.csv",
        )  # fmt: skip
    codes = tuple(weights.filter(pl.col("from_code").is_in(list(matrix.codes)))["to_code"].unique().sort())
    place = {code: number for number, code in enumerate(codes)}
    own = {code: number for number, code in enumerate(matrix.codes)}
    share = np.zeros((len(own), len(codes)))
    for old, new, weight in weights.iter_rows():
        if old in own:
            share[own[old], place[new]] = weight
    return FlowMatrix(codes, share.T @ matrix.counts @ share, matrix.year, boundaries)
