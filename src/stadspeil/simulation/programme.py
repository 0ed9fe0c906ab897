"""A programme of building, demolition and change: what a town means to do, as data.

The reader of files and its checks stand in `programme_files`; a run takes the rows as they are here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Act = Literal["bouwen", "slopen", "verkopen", "renoveren"]


@dataclass(frozen=True)
class Step:
    """One act on one site.

    act      bouwen: new homes; slopen: homes withdrawn; verkopen: social rent becomes owner-occupied;
             renoveren: homes emptied, made anew and given back
    site     name of the site, unique in the programme         buurt  code
    first, last  calendar months as counts from January of year 0 (12 * year + month - 1): of delivery, of withdrawal,
             of sale; for renovation of leaving and of return. Homes are spread evenly over first to last
    homes    how many                                          tenure, form, price  codes of `classes`
    floor    m2 of each            cost  euro a month; 0: as like homes in the buurt
    groups   household kinds (codes) that go first; empty: everyone
    return_right  renovation and demolition: households that had to leave may come back first
    """

    act: Act
    site: str
    buurt: str
    first: int
    last: int
    homes: int
    tenure: int
    form: int
    price: int
    floor: float = 75.0
    cost: float = 0.0
    groups: tuple[int, ...] = ()
    return_right: bool = False


@dataclass(frozen=True)
class Programme:
    """Steps with the name, town and source under which they are known."""

    id: str
    title: str
    town: str
    steps: tuple[Step, ...]
    source: str = ""
    status: str = "voorbeeld"
    invented: bool = False

    @property
    def built(self) -> int:
        """Homes that the programme adds."""
        return sum(step.homes for step in self.steps if step.act == "bouwen")
