"""A simulated programme as pages and chapters read it: its tables, with what is asked of them most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from stadspeil.contracts import empty
from stadspeil.simulation.chaining import ALL_LINKS, FOLLOWED, LINKS
from stadspeil.simulation.places import AROUND, SITES
from stadspeil.simulation.run import ENDINGS
from stadspeil.simulation.store import TABLES, read_run, read_simulation, simulated
from stadspeil.simulation.tables import MOMENTS_TABLE, TIERS
from stadspeil.workspace import Workspace

Row = Mapping[str, Any]
# Figures that follow from the programme itself: no news.
GIVEN = ("woningen",)
LEVELS = ("gemeente", SITES, AROUND, "wijk", "buurt")


@dataclass(frozen=True)
class Link:
    """A link of the followed chains per new home: vacancies of each ending (means, so that they add up), and the row of
    those that were filled."""

    number: int
    endings: tuple[float, ...]
    filled: Row

    @property
    def opened(self) -> float:
        """Homes that came free at this link."""
        return sum(self.endings)

    @property
    def on(self) -> float:
        """Those after which the chain goes on."""
        return self.endings[0]


@dataclass(frozen=True)
class Outcome:
    """What is known of one programme: what it was made from, and the tables of `simulation/tables.py`."""

    id: str
    run: Mapping[str, Any]
    effects: pl.DataFrame
    chains: pl.DataFrame
    shift_room: pl.DataFrame
    spreads: pl.DataFrame
    fit: pl.DataFrame
    moments: pl.DataFrame = field(default_factory=lambda: empty(MOMENTS_TABLE))
    tiers: pl.DataFrame = field(default_factory=lambda: empty(TIERS))

    @property
    def town(self) -> str:
        """Code of the gemeente."""
        return str(self.run["programme"]["town"])

    @property
    def pairs(self) -> int:
        """Pairs of runs that it rests on."""
        return len(self.run["seeds"])

    @property
    def years(self) -> tuple[int, ...]:
        """Years after the start that are told."""
        return tuple(self.effects["years"].unique().sort().to_list())

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps of the programme, in order of month."""
        return list(self.run["programme"]["steps"])

    @property
    def built(self) -> int:
        """Homes that the programme adds."""
        return sum(step["homes"] for step in self.steps if step["act"] == "bouwen")

    def name(self, area: str) -> str:
        """The name of an area, or its code."""
        return str(self.run["names"].get(area, area))

    def chain(self, method: str, figure: str, group: str = "alle") -> Row | None:
        """The row of whole chains; None where no new home was lived in."""
        rows = self.chains.filter(method=method, link=ALL_LINKS, figure=figure, group=group)
        return rows.row(0, named=True) if rows.height else None

    def links(self) -> list[Link]:
        """The followed chains link by link; none where no new home was lived in."""
        told = self.chains.filter((pl.col("method") == FOLLOWED) & (pl.col("link") >= 0))
        found = []
        for number in range(LINKS):
            here = told.filter(link=number)
            ends = dict(here.filter(figure="einde").select("group", "mean").iter_rows())
            filled = here.filter(figure="woningen")
            if filled.height:
                endings = tuple(float(ends.get(name) or 0.0) for name in ENDINGS)
                found.append(Link(number, endings, filled.row(0, named=True)))
        return found

    def of_figure(self, figure: str, group: str, years: int) -> pl.DataFrame:
        """Effects on one figure after some years, all areas: the town first, buurten last."""
        rows = self.effects.filter(figure=figure, group=group, years=years)
        order = pl.col("level").replace_strict({level: place for place, level in enumerate(LEVELS)}, default=9)
        return rows.sort(order, maintain_order=True)

    def strongest(self, years: int, most: int) -> pl.DataFrame:
        """Of each figure the area in which the effect stands out most from chance; only what may be shown."""
        return (
            self.effects.filter(
                # What is the same in every pair follows from the programme, or from too few pairs to tell.
                (pl.col("years") == years) & pl.col("shown") & (pl.col("error") > 0) & ~pl.col("figure").is_in(GIVEN)
            )
            .with_columns(clear=pl.col("mean").abs() / pl.col("error"))
            .sort(["clear", "area", "figure", "group"], descending=[True, False, False, False])
            .unique(["figure", "group"], keep="first", maintain_order=True)
            .head(most)
        )

    @property
    def together(self) -> bool:
        """Whether figures of one table were tested together; outcomes of older code were tested one by one."""
        return bool(self.run.get("tested_together"))

    def counted(self, years: int) -> tuple[int, int]:
        """Figures of buurten after some years, and how many of them may be shown."""
        small = self.effects.filter((pl.col("level") == "buurt") & (pl.col("years") == years))
        return small.height, int(small["shown"].sum())


def read_outcome(workspace: Workspace, programme: str) -> Outcome:
    """The outcome of a programme. QuestionError where it was not simulated."""
    return Outcome(
        programme,
        read_run(workspace, programme),
        **{name: read_simulation(workspace, programme, name) for name in TABLES},
    )


def outcomes_of(workspace: Workspace, town: str) -> tuple[Outcome, ...]:
    """Outcomes of all programmes of a gemeente that were simulated."""
    found = (id for id in simulated(workspace) if read_run(workspace, id)["programme"]["town"] == town)
    return tuple(read_outcome(workspace, id) for id in found)
