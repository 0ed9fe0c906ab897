"""Costs of a measure with what work turns out above the plan, by class and stage.

    C' = C (1 + b (1 - m)), D' = D (1 + d (1 - m))

b and d are the upper bounds of the class, m is what the stage has mitigated. Of the costs the surcharge is drawn: PERT
from a small windfall, over the mitigated bound, to the whole bound. Source: Mott MacDonald 2002, HM Treasury.
"""

from __future__ import annotations

import numpy as np

from stadspeil.appraisal.discounting import price_level
from stadspeil.appraisal.frame import Floats, Frame
from stadspeil.appraisal.pert import pert
from stadspeil.appraisal.streams import Stream
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import CostLine, Intervention, Measure, Stage


def with_optimism(amount: float, bound: float, mitigated: float) -> float:
    """An estimate of cost or duration with what is left of the bias: amount (1 + bound (1 - mitigated))."""
    return amount * (1.0 + bound * (1.0 - mitigated))


def surcharges(bound: float, mitigated: float, low: float, draws: int, source: np.random.Generator) -> Floats:
    """Draws of the surcharge on costs, shares (S): PERT(low, bound (1 - mitigated), bound); nothing where the bound is 0."""
    if bound <= 0:
        return np.zeros(draws)
    return pert(source, low, max(low, bound * (1.0 - mitigated)), bound, draws)


def years_of_work(measure: Measure, intervention: Intervention, stage: Stage, catalogue: Catalogue) -> float:
    """How many years the making takes with what work turns out slower than planned."""
    planned = float(measure.last - measure.first + 1 if intervention.running == 0 else intervention.making)
    return planned + delay_of(measure, intervention, stage, catalogue)


def delay_of(measure: Measure, intervention: Intervention, stage: Stage, catalogue: Catalogue) -> float:
    """By how many years the first effect comes later than planned: that of the slowest of what is paid once."""
    planned = float(measure.last - measure.first + 1 if intervention.running == 0 else intervention.making)
    mitigated = catalogue.parameter(f"mitigation_{stage}")
    bounds = [
        catalogue.optimism_class(line.optimism).duration for line in intervention.costs if line.timing == "eenmalig"
    ]
    return with_optimism(planned, max(bounds, default=0.0), mitigated) - planned


def costs_of(
    measure: Measure, intervention: Intervention, stage: Stage, frame: Frame, catalogue: Catalogue
) -> list[Stream]:
    """A stream of euros per cost line, in prices of the frame's first year.

    What is paid once is spread evenly over the years of making, stretched by the bias of duration; what is paid yearly
    runs over the years of the measure, and of something built from when it is ready until the horizon. A cost that comes
    after the horizon is left out.
    """
    return [_stream(line, measure, intervention, stage, frame, catalogue) for line in intervention.costs]


def _stream(
    line: CostLine, measure: Measure, intervention: Intervention, stage: Stage, frame: Frame, catalogue: Catalogue
) -> Stream:
    kind = catalogue.optimism_class(line.optimism)
    name = f"kosten:{intervention.id}/{line.id}"
    euros = pert(frame.source(name), line.low, line.mode, line.high, frame.draws)
    above = surcharges(
        kind.cost, catalogue.parameter(f"mitigation_{stage}"), catalogue.parameter("optimism_low"),
        frame.draws, frame.source(f"optimisme:{kind.id}/{intervention.id}"),
    )  # fmt: skip
    units = measure.dose if line.per == "eenheid" else 1.0
    fixed = units * measure.cost_factor * price_level(catalogue, line.price_year, frame.first)
    trace = [name, f"optimisme:{kind.id}", f"parameter:mitigation_{stage}", f"parameter:rate_{line.rate}"]
    if measure.cost_factor != 1.0:
        trace.append(f"eigen:{measure.source or measure.id}")
    return Stream(
        measure=measure.id, line=line.id, side="kosten", amount=euros * (1.0 + above) * fixed,
        profile=_years(line, measure, intervention, stage, frame, catalogue), shares={catalogue.actor(line.bearer).id: 1.0},
        trace=tuple(trace), rate=line.rate, drawn={name: euros, f"optimisme:{kind.id}/{intervention.id}": 1.0 + above},
    )  # fmt: skip


def _years(
    line: CostLine, measure: Measure, intervention: Intervention, stage: Stage, frame: Frame, catalogue: Catalogue
) -> Floats:
    """Share of the amount in each year of the frame (T)."""
    start = float(measure.first - frame.first)
    work = years_of_work(measure, intervention, stage, catalogue)
    if line.timing == "eenmalig":
        return spread_evenly(start, max(work, 1.0), frame.years) / max(work, 1.0)
    if intervention.running == 0:
        return spread_evenly(start + work, np.inf, frame.years)
    return spread_evenly(start, float(measure.last - measure.first + 1), frame.years)


def spread_evenly(start: float, length: float, years: int) -> Floats:
    """How much of each year lies in a stretch of time, from 0 to 1 (`years` numbers)."""
    firsts = np.arange(years)
    overlap: Floats = np.minimum(firsts + 1, start + length) - np.maximum(firsts, start)
    return np.clip(overlap, 0.0, 1.0)
