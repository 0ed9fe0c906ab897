"""What one project of an agenda brings and takes: from its own numbers, or from the appraisal of its package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from stadspeil.appraisal.drawing import Lines, drawn_worth
from stadspeil.appraisal.frame import Frame
from stadspeil.appraisal.portfolio.gains import Gain
from stadspeil.appraisal.portfolio.problem import Floats
from stadspeil.appraisal.streams import refuse_untraced
from stadspeil.catalogue.appraisal_entries import Agenda, Project
from stadspeil.errors import QuestionError

MECHANISM, BUURT = "mechanism:", "buurt:"


@dataclass(frozen=True)
class Weighed:
    """One project, seen from its year of start.

    worth    S x T draws: worth in the agenda's first year of all benefits, before costs, when started in each year
    costs    fund or purse -> K euro in each year since the start, prices of the agenda's first year, mean
    strain   S: factor by which costs turn out against that mean
    marks    'mechanism:<id>' or 'buurt:<code>' -> points of report mark, mean
    inputs   name of a study pool or own number -> S draws on which the worth rests, for the value of knowing it
    trace    ids on which it rests; never empty
    gains    what it improves where, to be held against other projects; none of a project with numbers of its own
    """

    id: str
    worth: Floats
    costs: Mapping[str, Floats]
    strain: Floats
    trace: tuple[str, ...]
    marks: Mapping[str, float] = field(default_factory=dict)
    inputs: Mapping[str, Floats] = field(default_factory=dict)
    invented: bool = False
    gains: tuple[Gain, ...] = ()

    def __post_init__(self) -> None:
        refuse_untraced(f"project '{self.id}'", self.trace)


# The appraisal of a package for an agenda: its id, in the frame of the agenda.
Weigh = Callable[[str, Frame], Weighed]


def delayed(worth: Floats, rate: float, years: int) -> Floats:
    """S x T: the worth of starting later, where nothing else changes but that it comes later."""
    return worth[:, None] * (1.0 + rate) ** -np.arange(years)


def own_draws(agenda: Agenda, frame: Frame) -> dict[str, Floats]:
    """PERT draws (S) of the worth of every project that has no package, all at once; by name, whatever else is drawn."""
    own = [each for each in agenda.projects if not each.package]
    if not own:
        return {}
    low, likely, high = np.array([each.worth for each in own]).T[:, :, None]
    names = [(f"agenda:{agenda.id}:{each.id}",) for each in own]
    worth = drawn_worth(Lines(low, likely, high, np.ones_like(low), names), frame.draws, frame.seed)
    return {each.id: worth[:, row].astype(np.float64) for row, each in enumerate(own)}


def own_numbers(project: Project, agenda: Agenda, draws: Floats, rate: float) -> Weighed:
    """A project that has no package: draws of its own worth, its costs spread evenly over its years."""
    return Weighed(
        project.id,
        delayed(draws, rate, agenda.years),
        {purse: np.full(project.years, euro / project.years) for purse, euro in project.costs.items()},
        np.ones(len(draws)),
        (f"eigen:{project.source}",),
        {f"{MECHANISM}{name}": points for name, points in project.marks.items()},
        {f"opbrengst van {project.title}": draws},
        agenda.invented,
    )


def weighed_of(agenda: Agenda, frame: Frame, rate: float, weigh: Weigh | None) -> tuple[Weighed, ...]:
    """All projects of an agenda, in its order.

    Raises:  QuestionError naming all projects whose package cannot be appraised here.
    """
    found, missing, drawn = [], [], own_draws(agenda, frame)
    for project in agenda.projects:
        if not project.package:
            found.append(own_numbers(project, agenda, drawn[project.id], rate))
        elif weigh is None:
            missing.append(f"project '{project.id}': pakket '{project.package}' is nog niet door te rekenen")
        else:
            made = weigh(project.package, frame)
            found.append(replace(made, id=project.id))
    if missing:
        raise QuestionError(
            f"agenda '{agenda.id}'", missing, "geef het project eigen costs en worth in plaats van package"
        )
    return tuple(found)
