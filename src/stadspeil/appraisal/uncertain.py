"""What an outcome hangs on: shares of its spread, what would turn it, when it goes wrong, and what to find out first."""

from __future__ import annotations

import numpy as np
import polars as pl

from stadspeil.amounts import listed
from stadspeil.appraisal.appraising import Appraisal
from stadspeil.appraisal.boxes import Box, Words, find_box, sentence
from stadspeil.appraisal.effects import LABEL_POOL
from stadspeil.appraisal.frame import Floats
from stadspeil.appraisal.input_subjects import subject_of
from stadspeil.appraisal.input_units import most_of, told_times, unit_of
from stadspeil.appraisal.portfolio.information import evppi
from stadspeil.appraisal.sensitivity import draws_of, sobol_of, switching_values
from stadspeil.appraisal.tables import INPUTS
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import Package
from stadspeil.contracts import check, empty

WORST = 0.2
_BASE = 1024
# How the words before the colon of a draw are told.
_KINDS = {
    "kosten": "kosten van", "kengetal": "waarde van", "optimisme": "meerkosten van",
    "bereik": "bereik van", "korting": "korting",
}  # fmt: skip


def drawn_inputs(found: Appraisal, catalogue: Catalogue) -> dict[str, Floats]:
    """Every draw that lines are products of, by its name, as large as the package has it; those that do not vary are left
    out."""
    drawn = draws_of([each for each in found.streams if each.drawn])
    return {
        name: draws * told_times(name, found.package, catalogue) for name, draws in drawn.items() if np.ptp(draws) > 0
    }


def inputs_table(found: Appraisal, catalogue: Catalogue) -> pl.DataFrame:
    """INPUTS: the inputs with the largest shares first, with the value at which they would turn the outcome, and what
    knowing them before choosing is worth (to do it or not)."""
    inputs = drawn_inputs(found, catalogue)
    if not inputs:
        return empty(INPUTS)
    shares = {each.name: each for each in sobol_of(found.streams, found.frame, catalogue, _BASE)}
    switches = {each.name: each for each in switching_values(found.streams, found.frame, catalogue)}
    choice = np.vstack([found.outcome.npv, np.zeros_like(found.outcome.npv)])
    rows = []
    for name, draws in inputs.items():
        share, switch = shares.get(name), switches.get(name)
        used = float(draws.mean())
        turning = used * switch.times if switch is not None and switch.times >= 0 else None
        if turning is not None and turning > most_of(name, found.package, catalogue):
            turning = None
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
    inputs = drawn_inputs(found, catalogue)
    if not inputs:
        return {"worst": "", "worst_box": None}
    box = _worst_box(found, inputs)
    words = {
        name: Words(input_title(name, found, catalogue), unit_of(name, found.package, catalogue).words())
        for name in inputs
    }
    told = sentence(box, words, "slechtste uitkomsten (een op de vijf)")
    return {"worst": told, "worst_box": None if box is None else _numbers_of(box)}


def _numbers_of(box: Box) -> dict[str, object]:
    limits = {
        name: [float(each) if np.isfinite(each) else None for each in pair] for name, pair in sorted(box.limits.items())
    }
    return {"limits": limits, "coverage": box.coverage, "density": box.density, "base": box.base}


def _worst_box(found: Appraisal, inputs: dict[str, Floats]) -> Box | None:
    bad = found.outcome.npv <= np.quantile(found.outcome.npv, WORST)
    return find_box(inputs, bad, found.frame.source("gebied:slechtste vijfde"))


def input_title(name: str, found: Appraisal, catalogue: Catalogue) -> str:
    """A draw by its name, in words: 'kosten van Bijles (leerling)'."""
    kind, _, rest = name.partition(":")
    head, _, tail = rest.partition("/")
    lead = _KINDS.get(kind, kind)
    if kind == "pool":
        return _pool_title(rest, found.package, catalogue)
    if kind == "kengetal" and rest in catalogue.unit_values:
        return f"{lead} {catalogue.unit_values[rest].title}"
    if kind in ("kosten", "bereik") and head in catalogue.interventions:
        line = next((each.title for each in catalogue.interventions[head].costs if each.id == tail), tail)
        return f"{lead} {catalogue.interventions[head].title}" + (f" ({line})" if line else "")
    if kind == "optimisme" and head in catalogue.optimism:
        of = catalogue.interventions[tail].title if tail in catalogue.interventions else tail
        return f"{lead} {of} ({catalogue.optimism[head].title})"
    return f"{lead} {rest}"


def _pool_title(pool: str, package: Package, catalogue: Catalogue) -> str:
    subject = subject_of(pool, package, catalogue)
    done = listed([catalogue.intervention(each).title for each in subject.interventions], "en")
    if pool == LABEL_POOL:
        why = f"de aanwijzing als probleemgebied bij {done}" if done else "een openbare lijst van probleemwijken"
        return f"verlies aan woningwaarde door {why}"
    if not done:
        return f"bewijs over {pool}"
    return f"effect van {done} op {listed([catalogue.title_of(each) for each in subject.indicators], 'en')}"
