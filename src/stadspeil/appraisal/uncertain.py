"""What an outcome hangs on: shares of its spread, what would turn it, when it goes wrong, and what to find out first."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.appraisal.appraising import Appraisal
from stadspeil.appraisal.boxes import Box, Words, find_box, sentence
from stadspeil.appraisal.effects import LABEL_LINE
from stadspeil.appraisal.frame import Floats
from stadspeil.appraisal.input_units import unit_of
from stadspeil.appraisal.portfolio.information import evppi
from stadspeil.appraisal.sensitivity import sobol_of, switching_values
from stadspeil.appraisal.tables import INPUTS
from stadspeil.catalogue import Catalogue
from stadspeil.contracts import check, empty

WORST = 0.2
_BASE = 1024
# How the words before the colon of a draw are told.
_KINDS = {
    "kosten": "kosten van", "effect": "effect van", "kengetal": "waarde van", "optimisme": "meerkosten van",
    "bereik": "bereik van", "korting": "korting", "pool": "bewijs over",
}  # fmt: skip


def drawn_inputs(found: Appraisal) -> dict[str, Floats]:
    """Every draw that lines are products of, by its name; those that do not vary are left out."""
    inputs: dict[str, Floats] = {}
    for stream in found.streams:
        if stream.side != "overdracht":
            inputs |= {name: each for name, each in stream.drawn.items() if np.ptp(each) > 0}
    return inputs


def inputs_table(found: Appraisal, catalogue: Catalogue) -> pl.DataFrame:
    """INPUTS: the inputs with the largest shares first, with the value at which they would turn the outcome, and what
    knowing them before choosing is worth (to do it or not)."""
    inputs = drawn_inputs(found)
    if not inputs:
        return empty(INPUTS)
    shares = {each.name: each for each in sobol_of(found.streams, found.frame, catalogue, _BASE)}
    switches = {each.name: each for each in switching_values(found.streams, found.frame, catalogue)}
    choice = np.vstack([found.outcome.npv, np.zeros_like(found.outcome.npv)])
    rows = []
    for name, draws in inputs.items():
        share, switch = shares.get(name), switches.get(name)
        used = float(draws.mean())
        turning = switch.turning if switch is not None else None
        unit = unit_of(name, found.package, catalogue).words()
        rows.append((name, *_shares(share), used, unit, turning, evppi(choice, draws)))
    table = pl.DataFrame(rows, schema=dict(INPUTS.columns), orient="row")
    return check(table.sort("total", "input", descending=[True, False], nulls_last=True), INPUTS, "gevoeligheid")


def _shares(share: object) -> tuple[float | None, ...]:
    first, total = getattr(share, "first", None), getattr(share, "total", None)
    return first, None, None, total, None, None


def told_worst(found: Appraisal, catalogue: Catalogue) -> dict[str, object]:
    """In which circumstances the worst fifth of outcomes lies: `worst`, one sentence of Dutch, and `worst_box`, the same as
    numbers for other languages, None where there is none. An open limit is None."""
    inputs = drawn_inputs(found)
    if not inputs:
        return {"worst": "", "worst_box": None}
    box = _worst_box(found, inputs)
    words = {
        name: Words(
            input_title(name, found, catalogue), unit_of(name, found.package, catalogue).words(), _decimals(draws)
        )
        for name, draws in inputs.items()
    }
    told = sentence(box, words, "slechtste uitkomsten (een op de vijf)")
    return {"worst": told, "worst_box": None if box is None else _numbers_of(box, inputs)}


def _numbers_of(box: Box, inputs: dict[str, Floats]) -> dict[str, object]:
    limits = {
        name: [float(each) if np.isfinite(each) else None for each in pair] + [_decimals(inputs[name])]
        for name, pair in sorted(box.limits.items())
    }
    return {"limits": limits, "coverage": box.coverage, "density": box.density, "base": box.base}


def _worst_box(found: Appraisal, inputs: dict[str, Floats]) -> Box | None:
    bad = found.outcome.npv <= np.quantile(found.outcome.npv, WORST)
    return find_box(inputs, bad, found.frame.source("gebied:slechtste vijfde"))


def _decimals(draws: Floats) -> int:
    size = float(np.abs(draws).max())
    return 0 if size >= 100 else 1 if size >= 10 else 3


def input_title(name: str, found: Appraisal, catalogue: Catalogue) -> str:
    """A draw by its name, in words: 'kosten van Bijles (leerling)'."""
    kind, _, rest = name.partition(":")
    head, _, tail = rest.partition("/")
    lead = _KINDS.get(kind, kind)
    if kind == "effect":
        measure = next((each for each in found.package.measures if each.id == head), None)
        title = catalogue.intervention(measure.intervention).title if measure is not None else head
        if tail == LABEL_LINE:
            return f"verlies aan huizenprijs doordat {title} de buurt een probleem noemt"
        indicator = next((each.indicator for each in found.effects if (each.measure, each.line) == (head, tail)), "")
        return f"{lead} {title} op {catalogue.title_of(indicator) if indicator else tail}"
    if kind == "kengetal" and rest in catalogue.unit_values:
        return f"{lead} {catalogue.unit_values[rest].title}"
    if kind in ("kosten", "bereik") and head in catalogue.interventions:
        line = next((each.title for each in catalogue.interventions[head].costs if each.id == tail), tail)
        return f"{lead} {catalogue.interventions[head].title}" + (f" ({line})" if line else "")
    if kind == "optimisme" and head in catalogue.optimism:
        of = catalogue.interventions[tail].title if tail in catalogue.interventions else tail
        return f"{lead} {of} ({catalogue.optimism[head].title})"
    return f"{lead} {rest}"
