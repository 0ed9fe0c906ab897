"""From a package to what changes: every part of every line of every measure, per indicator, buurt and year.

    change[s, n, t] = size[s] * at[n] * profile[t]

size is drawn from the evidence (`pooling`), times reach and what is left after deadweight and leakage; `at` is how
strongly each buurt gets it; profile rises, holds and fades. What other people living there explain, what is displaced
and what reaches next door are parts of their own. Together measures cannot bring more than the ceiling of an indicator:

    together = ceiling * (1 - prod(1 - each / ceiling))

so that the order of measures changes nothing. Source: design of the appraisal, 2.1 and 2.2.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from stadspeil.appraisal.frame import Floats, Frame, Ground
from stadspeil.appraisal.ground import kernel
from stadspeil.appraisal.optimism import delay_of
from stadspeil.appraisal.pert import pert
from stadspeil.appraisal.pooling import pool_draw, predict
from stadspeil.appraisal.streams import Effect, Part
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import EffectLine, Intervention, Measure, Package, Stage, Strength
from stadspeil.errors import QuestionError
from stadspeil.scores.marks import SIGNS

LABEL_POOL, LABEL_INDICATOR, LABEL_LINE = "etiket_woningprijs", "woz_waarde", "etiket"
# What stands as the measure of that loss where no measure names the area but a public list does.
LABEL_LIST = "openbare_lijst"
# Which count of people or homes a full dose is measured by.
FULL = {"woningen": "woning", "inwoners": "inwoner", "huishoudens": "huishouden", "leerlingen": "leerling",
        "jongeren": "jongere"}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """Where a measure is done: its rows, and the share of a full dose that each of them gets (N numbers, 0..1)."""

    rows: NDArray[np.int64]
    dose: Floats


def effects_of(package: Package, ground: Ground, frame: Frame, catalogue: Catalogue) -> list[Effect]:
    """All effects of a package, before what a simulation says of its homes.

    Raises:  QuestionError naming every measure whose areas hold no buurt, whose dose has nothing to count against, or
             whose years lie outside the frame.
    """
    refuse_places(package, ground, frame, catalogue)
    found: list[Effect] = []
    for measure in package.measures:
        intervention = catalogue.intervention(measure.intervention)
        place = place_of(measure, intervention, ground)
        for line in intervention.effects:
            found += _line(measure, intervention, line, place, package.stage, ground, frame, catalogue)
    found += _labels(labelled_by(package, ground, catalogue), ground, frame, catalogue)
    return saturated(found, ground, catalogue)


def unmeasured(package: Package, ground: Ground, catalogue: Catalogue) -> list[str]:
    """Sentences on effects that cannot be told here, because nothing of their indicator is known in this workspace, and
    on those for which the figure of the gemeente stands in for that of buurten."""
    lost: dict[str, set[str]] = {}
    filled: dict[str, set[str]] = {}
    for measure in package.measures:
        rows = ground.rows_of(measure.areas)
        for line in catalogue.intervention(measure.intervention).effects:
            if line.id in measure.override or not line.pool:
                continue
            relative = any(each.pool == line.pool and each.unit == "percent" for each in catalogue.studies.values())
            known = ground.level_of(line.indicator)[rows]
            if np.isnan(known).all() if relative else not (line.spread or ground.spreads.get(line.indicator)):
                lost.setdefault(line.indicator, set()).add(measure.id)
            elif (
                relative and np.isnan(ground.levels.get(line.indicator, np.full(len(ground.codes), np.nan))[rows]).any()
            ):
                filled.setdefault(line.indicator, set()).add(measure.id)
    return [
        f"van '{catalogue.indicator(id).title}' zijn in deze werkmap geen cijfers; het effect daarop van "
        f"{', '.join(sorted(measures))} telt niet mee"
        for id, measures in sorted(lost.items())
    ] + [
        f"van '{catalogue.indicator(id).title}' ontbreekt het cijfer van een of meer buurten van "
        f"{', '.join(sorted(measures))}; daar telt dat van de gemeente"
        for id, measures in sorted(filled.items())
    ]


def refuse_places(package: Package, ground: Ground, frame: Frame, catalogue: Catalogue) -> None:
    """Hold a package against the ground and the years.

    Raises:  QuestionError with all that cannot be.
    """
    problems = []
    last = frame.first + frame.years - 1
    for measure in package.measures:
        head = f"maatregel '{measure.id}'"
        intervention = catalogue.intervention(measure.intervention)
        rows = ground.rows_of(measure.areas)
        lost = [area for area in measure.areas if not ground.rows_of((area,)).size]
        if lost:
            problems.append(f"{head}: {', '.join(lost)} is geen buurt, wijk of gemeente met inwoners in deze werkmap")
        elif np.isnan(_full(intervention, ground, rows)) or _full(intervention, ground, rows) <= 0:
            problems.append(
                f"{head}: van {', '.join(measure.areas)} is het aantal {intervention.full_dose} niet bekend; "
                "zonder dat kan de dosis niet worden gewogen"
            )
        if not frame.first <= measure.first <= last:
            problems.append(f"{head}: begint in {measure.first}; verwacht {frame.first} tot en met {last}")
    if problems:
        raise QuestionError(
            f"pakket '{package.id}'", problems, f"verbeter packages/{package.id}.toml, of vraag andere jaren"
        )


def place_of(measure: Measure, intervention: Intervention, ground: Ground) -> Place:
    """Where a measure is done and how strongly: its dose spread evenly over what it is counted against."""
    rows = ground.rows_of(measure.areas)
    share = min(1.0, measure.dose / _full(intervention, ground, rows))
    dose = np.zeros(len(ground.codes))
    dose[rows] = share
    return Place(rows, dose)


def _full(intervention: Intervention, ground: Ground, rows: NDArray[np.int64]) -> float:
    """What counts as a full dose in some rows; NaN where that is not known."""
    per = FULL.get(intervention.full_dose)
    if per is None:
        return float(intervention.full_dose)
    known = ground.counted[per][rows]
    return float("nan") if np.isnan(known).all() else float(np.nansum(known))


def _line(
    measure: Measure, intervention: Intervention, line: EffectLine, place: Place, stage: Stage, ground: Ground,
    frame: Frame, catalogue: Catalogue,
) -> list[Effect]:  # fmt: skip
    known = _size(measure, intervention, line, ground, frame, catalogue)
    if known is None:
        return []
    at = np.zeros(len(ground.codes) + 1)
    at[:-1] = place.dose * known.scaled
    if not np.any(at) or not np.any(known.size):
        return []
    profile = _profile(measure, intervention, line, stage, frame, catalogue)
    trace = (*known.trace, f"interventie:{intervention.id}", f"parameter:fade_{line.persistence}")

    def part(name: Part, share: float, where: Floats, *more: str) -> Effect:
        return Effect(
            measure.id, line.id, line.indicator, name, known.size * share, where, profile, place.rows, (*trace, *more),
            line.unit_value, known.strength, known.drawn,
        )  # fmt: skip

    left = (1 - line.deadweight) * (1 - line.leakage)
    own = left * (1 - line.displacement)
    found = [part("zittend", own * (1 - line.composition), at)]
    if line.composition:
        found.append(part("samenstelling", own * line.composition, _mirrored(at, place, line, ground, 0.0)))
    if line.displacement:
        near = catalogue.parameter("displacement_near")
        where = _mirrored(at, place, line, ground, near, _neighbours(place, ground, catalogue))
        found.append(part("verplaatsing", left * line.displacement, where, "parameter:displacement_near"))
    if line.spill:
        strongest = at[np.abs(at).argmax()]
        where = np.append(_neighbours(place, ground, catalogue) * strongest, 0.0)
        if np.any(where):
            found.append(part("uitstraling", left * line.spill, where, "parameter:spill_half"))
    return found


@dataclass(frozen=True)
class _Known:
    """Draws of the size of an effect, how it is scaled per area, on what it rests, how strong that is, and by name the
    draws that the size is the product of."""

    size: Floats
    scaled: Floats | float
    trace: tuple[str, ...]
    strength: Strength | Literal[""]
    drawn: Mapping[str, Floats] = field(default_factory=dict)


def _size(
    measure: Measure, intervention: Intervention, line: EffectLine, ground: Ground, frame: Frame, catalogue: Catalogue
) -> _Known | None:
    """What is known of a line; None where nothing is."""
    reaching = f"bereik:{intervention.id}"
    low, likely, high = intervention.reach if measure.reach is None else (measure.reach,) * 3
    reach = pert(frame.source(reaching), low, likely, high, frame.draws)
    own = (f"eigen:{measure.id}.{line.id} ({measure.source})",) if measure.source else ()
    if line.id in measure.override:
        return _Known(np.full(frame.draws, measure.override[line.id]), 1.0, own, "")
    if not line.pool:
        return None
    found = predict(line.pool, catalogue, frame)
    trace = (*found.trace, *(own if measure.reach is not None else ()))
    # A reach that the package gives itself is no draw.
    drawn = {pool_draw(line.pool): found.size} | ({reaching: reach} if measure.reach is None else {})
    size = found.size * line.factor * reach
    if found.unit == "sd":
        size = size * (line.spread or ground.spreads.get(line.indicator, 0.0))
    elif found.unit == "percent":
        return _Known(size / 100, np.nan_to_num(ground.level_of(line.indicator)), trace, found.strength, drawn)
    elif found.unit == "per_participant":
        # Of people: as many units as the indicator is told per.
        size = size * catalogue.indicator(line.indicator).per
    elif found.unit != "points":
        return None
    return _Known(size, 1.0, trace, found.strength, drawn)


def _profile(
    measure: Measure, intervention: Intervention, line: EffectLine, stage: Stage, frame: Frame, catalogue: Catalogue
) -> Floats:
    """Share of full strength per year: from nothing when it begins to work, up over `ramp` years, down once it ends.

    What comes later than planned (`optimism.delay_of`) begins later, and of what is built nothing ends. Where each year
    reaches other people, every year's share fades from its own end, and years add up.
    """
    years = frame.first + np.arange(frame.years)
    begins = measure.first + intervention.making + delay_of(measure, intervention, stage, catalogue)
    rising = np.clip((years - begins + 1) / max(line.ramp, 1.0), 0.0, 1.0)
    ends = max(float(measure.last), begins + max(line.ramp, 1.0) - 1)
    fade = catalogue.parameter(f"fade_{line.persistence}")
    if line.cohorts:
        yearly = np.where((years > begins - 1) & (years <= ends), rising, 0.0)
        added: Floats = np.convolve(yearly, np.exp(-fade * np.arange(frame.years)))[: frame.years]
        return added
    return np.where(years > begins - 1, rising * np.exp(-fade * np.maximum(years - ends, 0)), 0.0)


def _neighbours(place: Place, ground: Ground, catalogue: Catalogue) -> Floats:
    """How near every buurt that is not of the place itself lies to it, by the kernel."""
    near = kernel(ground.middles, place.rows, catalogue.parameter("spill_half"), catalogue.parameter("spill_cut"))
    near[place.rows] = 0.0
    return near


def _mirrored(
    at: Floats, place: Place, line: EffectLine, ground: Ground, near: float, reached: Floats | None = None
) -> Floats:
    """`at` with its opposite elsewhere, so that counted over inhabitants all of it adds up to nothing."""
    people = np.nan_to_num(ground.counted["inwoner"])
    where, home = at.copy(), float(people[place.rows].sum())
    total = float((at[:-1] * people).sum())
    weights = np.zeros(len(people)) if reached is None else reached * people
    share = near if weights.sum() > 0 else 0.0
    if share:
        where[:-1] -= total * share * weights / weights.sum() / np.where(people > 0, people, 1.0)
    where[-1] = -total * (1 - share) / home if home else 0.0
    return where


def naming_measures(package: Package, catalogue: Catalogue) -> tuple[Measure, ...]:
    """The measures whose areas are named as a problem in public: all of a package that stands on such a list, else those
    that cannot be done without."""
    if package.labelled:
        return package.measures
    return tuple(
        each
        for each in package.measures
        if catalogue.intervention(each.intervention).labelled and not package.unlabelled
    )


def labelled_by(package: Package, ground: Ground, catalogue: Catalogue) -> dict[int, tuple[str, int]]:
    """Rows that are named as a problem in public, each with who names it and since when: the list that the package says it
    stands on, from the first measure there, else the first measure there that names it."""
    found: dict[int, tuple[str, int]] = {}
    for measure in sorted(naming_measures(package, catalogue), key=lambda each: (each.first, each.id)):
        named = LABEL_LIST if package.labelled else measure.id, measure.first
        found |= {int(row): named for row in ground.rows_of(measure.areas) if int(row) not in found}
    return found


def _labels(labelled: dict[int, tuple[str, int]], ground: Ground, frame: Frame, catalogue: Catalogue) -> list[Effect]:
    """The loss of house value in buurten that are named as a problem; once, however many measures name them."""
    level = np.nan_to_num(ground.level_of(LABEL_INDICATOR))
    together: dict[tuple[str, int], list[int]] = {}
    for row, named in sorted(labelled.items()):
        if level[row]:
            together.setdefault(named, []).append(row)
    if not together:
        return []
    found = predict(LABEL_POOL, catalogue, frame)
    effects = []
    for (id, first), rows in sorted(together.items()):
        at, years = np.zeros(len(ground.codes) + 1), frame.first + np.arange(frame.years)
        at[rows] = level[rows]
        effects.append(
            Effect(
                id, LABEL_LINE, LABEL_INDICATOR, "etiket", found.size / 100, at, (years >= first).astype(float),
                np.array(rows, dtype=np.int64), found.trace, LABEL_INDICATOR, found.strength,
                {pool_draw(LABEL_POOL): found.size},
            )
        )  # fmt: skip
    return effects


def ceiling_of(indicator: str, rows: NDArray[np.int64], given: Sequence[float], ground: Ground, least: float) -> Floats:
    """The most that all measures together can improve an indicator, per row: what lines give, else the gap to the group."""
    if any(given):
        return np.full(len(rows), max(given))
    gap = ground.gaps.get(indicator, np.zeros(len(ground.codes)))[rows]
    return np.fmax(np.nan_to_num(gap), least * ground.spreads.get(indicator, 0.0))


def together_of(gains: Sequence[Floats], ceiling: Floats) -> Floats:
    """What improvements bring together under a ceiling: ceiling * (1 - prod(1 - each / ceiling)), of any shape."""
    kept = np.ones(np.broadcast(gains[0], ceiling).shape)
    for each in gains:
        kept = kept * np.maximum(1 - each / ceiling, 0.0)
    return ceiling * (1 - kept)


def given_ceilings(effects: Sequence[Effect], catalogue: Catalogue) -> list[float]:
    """The ceilings that interventions give the lines of some effects."""
    lines = {(one.line, one.indicator) for one in effects}
    return [
        line.ceiling
        for each in catalogue.interventions.values()
        for line in each.effects
        if line.ceiling and (line.id, line.indicator) in lines
    ]


def saturated(effects: list[Effect], ground: Ground, catalogue: Catalogue) -> list[Effect]:
    """Effects that meet in one indicator, each shrunk by the same share, so that together they stay under the ceiling.

    Per draw the share is that of all that the buurten of the measures get together. Harm is never shrunk.
    """
    shrunk: list[Effect] = []
    for indicator in dict.fromkeys(each.indicator for each in effects):
        inside = [each for each in effects if each.indicator == indicator]
        sign = SIGNS.get(catalogue.indicators[indicator].direction, 0.0)
        bounded = [each for each in inside if each.part != "etiket"]
        share = _share(bounded, sign, ground, catalogue) if bounded and sign else None
        for each in inside:
            if share is None or each.part == "etiket":
                shrunk.append(each)
                continue
            # What reaches next door is nothing at home.
            better = sign * each.size * (each.at[each.home].sum() or each.at[:-1].sum()) > 0
            shrunk.append(dataclasses.replace(each, size=each.size * np.where(better, share, 1.0)))
    return shrunk


def _share(effects: Sequence[Effect], sign: float, ground: Ground, catalogue: Catalogue) -> Floats:
    """Per draw what is left of the sum of improvements once the ceiling is held."""
    given = given_ceilings(effects, catalogue)
    rows = np.unique(np.concatenate([each.home for each in effects]))
    ceiling = ceiling_of(effects[0].indicator, rows, given, ground, catalogue.parameter("ceiling_least"))
    bound = ceiling > 0
    ceiling = np.where(bound, ceiling, 1.0)
    draws = len(effects[0].size)
    by_line: dict[tuple[str, str], Floats] = {}
    for each in effects:
        if each.part == "uitstraling":
            continue
        gained = sign * each.size[:, None] * each.at[rows][None, :]
        key = (each.measure, each.line)
        by_line[key] = by_line.get(key, np.zeros((draws, len(rows)))) + gained
    gains = [np.maximum(by_line[key], 0.0) for key in sorted(by_line)]
    plain = sum(gains, np.zeros((draws, len(rows))))
    together = np.where(bound, together_of(gains, ceiling), plain)
    people = np.nan_to_num(ground.counted["inwoner"][rows])
    whole = (plain * people).sum(axis=1)
    return np.where(whole > 0, (together * people).sum(axis=1) / np.where(whole > 0, whole, 1.0), 1.0)
