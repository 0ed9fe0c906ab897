"""Which way a figure of a gemeente went: told only where the change exceeds its margin, as the report's chapter does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from stadspeil.atlas.site import Site

Way = Literal["up", "down", "same", "open"]
_WAYS: dict[str, Way] = {"gestegen": "up", "gedaald": "down", "geen aantoonbare verandering": "same"}


@dataclass(frozen=True)
class Direction:
    """A change between two years. `margin` is half its interval; `fixed` where it is that of a mark on a fixed scale."""

    way: Way
    first_year: int
    last_year: int
    change: float | None
    margin: float | None
    fixed: bool

    @property
    def arrow(self) -> str:
        """An arrow for a change that is sure, else nothing."""
        return {"up": "\u2197", "down": "\u2198"}.get(self.way, "")

    def good(self, direction: str) -> bool | None:
        """Whether the change is for the better; None where it is not sure, or where nothing is better."""
        if self.way not in ("up", "down") or direction == "neutral":
            return None
        return (self.way == "up") == (direction == "higher_is_better")


def directions_of(site: Site, code: str) -> Mapping[str, Direction]:
    """The change of every figure and composite of a gemeente that was measured in more years."""
    table = site.results.analysis("trends")
    if table.is_empty():
        return {}
    found = {}
    for row in table.filter(area=code).iter_rows(named=True):
        known = row["low"] is not None and row["high"] is not None
        found[row["indicator"]] = Direction(
            _WAYS.get(row["verdict"], "open"), row["first_year"], row["last_year"], row["change"],
            (row["high"] - row["low"]) / 2 if known else None, row["scale"] == "vast cijfer",
        )  # fmt: skip
    return found
