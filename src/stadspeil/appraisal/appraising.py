"""A package weighed: effects, euros, outcome, ledger, and the tables that pages and reports read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stadspeil.appraisal.discounting import growth_factors, present_value
from stadspeil.appraisal.effects import LABEL_POOL, effects_of, unmeasured
from stadspeil.appraisal.frame import Floats, Frame, Ground
from stadspeil.appraisal.ground import INCOME
from stadspeil.appraisal.homes import net_homes
from stadspeil.appraisal.ledger import Ledger, ledger_of, weighted_by_income
from stadspeil.appraisal.marks import Change, change_of, mark_change, mechanism_change, places_gained
from stadspeil.appraisal.measured import library_of
from stadspeil.appraisal.optimism import costs_of
from stadspeil.appraisal.outcome import Outcome, Spread, in_order, outcome_of
from stadspeil.appraisal.pooling import beliefs_of, pooled
from stadspeil.appraisal.sensitivity import turning_rate
from stadspeil.appraisal.streams import PARTS, REST, Effect, Stream
from stadspeil.appraisal.tables import CHANGES, DISPLACED, EVIDENCE, FLOWS, LEDGER, LINES, MECHANISMS, OUTCOMES
from stadspeil.appraisal.valuing import benefits_of
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import Intervention, Package
from stadspeil.contracts import Contract, check, empty
from stadspeil.errors import QuestionError

WHOLE = "alles"
TOLD = (5, 10, 20)
PERCENTILES = (5.0, 50.0, 95.0)
Three = tuple[float | None, float | None, float | None]


@dataclass(frozen=True)
class Appraisal:
    """A package with everything that was made of it. `changes` are by indicator and year of the frame that is told;
    `weighted` is by eta the npv with euros of residents weighted by income, where that is known."""

    package: Package
    ground: Ground
    frame: Frame
    effects: tuple[Effect, ...]
    streams: tuple[Stream, ...]
    outcome: Outcome
    ledger: Ledger
    remarks: tuple[str, ...]
    turning: float | None = None
    weighted: Mapping[str, Spread] = field(default_factory=dict)

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the frame that are told: after 5, 10 and 20 years, as far as it reaches."""
        return tuple(year for year in TOLD if year < self.frame.years) or (self.frame.years - 1,)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Indicators that change, in the order of their names."""
        return tuple(sorted({each.indicator for each in self.effects}))

    def change(self, indicator: str, year: int) -> Change:
        """What happens to an indicator in a year of the frame."""
        return change_of(self.effects, indicator, year, self.ground, self.package.town)


def appraise(
    package: Package, ground: Ground, frame: Frame, catalogue: Catalogue, simulated: Sequence[Effect] = ()
) -> Appraisal:
    """Weigh a package. `simulated`: what its building programme does, from `simulated_effects`.

    Raises:  QuestionError for a template, or for measures without a place, dose or year; ContractError where something
             would be counted twice.
    """
    refuse_template(package)
    effects = [*effects_of(package, ground, frame, catalogue), *simulated]
    streams = [
        stream
        for measure in package.measures
        for stream in costs_of(measure, catalogue.intervention(measure.intervention), package.stage, frame, catalogue)
    ]
    streams += benefits_of(effects, ground, frame, catalogue)
    ledger = ledger_of(streams, frame, catalogue)
    return Appraisal(
        package, ground, frame, tuple(effects), tuple(streams),
        outcome_of(streams, frame, catalogue), ledger, tuple(_remarks(package, ground, frame, catalogue, bool(simulated))),
        turning_rate(streams, frame, catalogue),
        weighted_by_income(ledger.rows, catalogue, incomes_of(package, ground, catalogue)),
    )  # fmt: skip


def incomes_of(package: Package, ground: Ground, catalogue: Catalogue) -> dict[str, float]:
    """Actor whose euros weigh by income -> the mean income of the inhabitants of where the package acts, against the
    mean of all gemeenten; none where either is not known."""
    weighed = [id for id, actor in catalogue.actors.items() if actor.by_income]
    benchmark = ground.fields.get(INCOME)
    areas = tuple(dict.fromkeys(area for each in package.measures for area in each.areas)) or (package.town,)
    rows = ground.rows_of(areas)
    levels, people = ground.level_of(INCOME)[rows], np.nan_to_num(ground.counted["inwoner"])[rows]
    known = ~np.isnan(levels) & (people > 0)
    if not weighed or benchmark is None or not benchmark.values.size or not known.any():
        return {}
    own = float(np.average(levels[known], weights=people[known]))
    return dict.fromkeys(weighed, own / float(np.mean(benchmark.values)))


def refuse_template(package: Package) -> None:
    """Nothing is computed from an empty form.

    Raises:  QuestionError for a template.
    """
    if package.template:
        raise QuestionError(
            f"pakket '{package.id}'", "is een leeg sjabloon: de cijfers van uw stad staan er nog niet in",
            "kopieer het naar packages/ in uw werkmap, vul alle maatregelen in en haal template weg",
        )  # fmt: skip


def _remarks(package: Package, ground: Ground, frame: Frame, catalogue: Catalogue, simulated: bool) -> Iterator[str]:
    """What a reader should know before any number."""
    yield from ground.remarks
    yield from unmeasured(package, ground, catalogue)
    yield _label_told(package, catalogue)
    building = [each.id for each in package.measures if catalogue.intervention(each.intervention).homes]
    if building and not simulated:
        yield (
            f"wie er door {', '.join(building)} anders gaat wonen is niet gesimuleerd; zet programme in het pakket en draai "
            "eerst 'stadspeil simulate'"
        )
    yield from _cautions(package, catalogue)
    homes = net_homes(package, frame, catalogue)
    if homes is not None:
        yield homes.sentence()
    for measure in package.measures:
        for line, size in measure.override.items():
            yield (
                f"eigen grootte: '{line}' van maatregel '{measure.id}' is {size:g} in plaats van wat het bewijs zegt "
                f"({measure.source})"
            )
        if is_unproven(catalogue.intervention(measure.intervention)):
            yield (
                f"van maatregel '{measure.id}' is geen effect bewezen; de kosten tellen mee, baten niet "
                f"({catalogue.intervention(measure.intervention).evidence_note})"
            )


def _cautions(package: Package, catalogue: Catalogue) -> Iterator[str]:
    """What to know beside every result with an intervention, with the measures that are it."""
    for id in dict.fromkeys(each.intervention for each in package.measures):
        caution = catalogue.intervention(id).caution
        if caution:
            measures = ", ".join(each.id for each in package.measures if each.intervention == id)
            yield f"let op bij {measures}: {caution[:1].lower()}{caution[1:]}"


def is_unproven(entry: Intervention) -> bool:
    """Whether a measure of this kind counts as costs only: no effect of it is proven, and it changes no homes, of which the
    simulation tells who comes to live there. The one rule for documents, pages and remarks."""
    return not entry.effects and not entry.homes


def _label_told(package: Package, catalogue: Catalogue) -> str:
    """Whether a loss by being named a problem area is counted, and why."""
    if package.labelled:
        return (
            "de gebieden van dit pakket staan in het openbaar op een lijst van probleemwijken (labelled): het verlies aan "
            "woningwaarde dat daarbij hoort telt mee"
        )
    naming = [each.id for each in package.measures if catalogue.intervention(each.intervention).labelled]
    if naming and not package.unlabelled:
        return f"{', '.join(naming)} kan niet zonder het gebied aan te wijzen: het verlies aan woningwaarde telt mee"
    return (
        "er telt geen verlies aan woningwaarde door een etiket: volgens het pakket staat het gebied niet in het openbaar op "
        "een lijst van probleemwijken; is dat wel zo, zet dan labelled = true"
    )


def tables_of(found: Appraisal, catalogue: Catalogue) -> dict[str, pl.DataFrame]:
    """Every table of an appraised package, by its name."""
    return {
        "changes": changes_table(found),
        "mechanisms": mechanisms_table(found, catalogue),
        "lines": lines_table(found, catalogue),
        "ledger": ledger_table(found),
        "flows": flows_table(found, catalogue),
        "displaced": displaced_table(found),
        "outcomes": outcomes_table(found),
        "evidence": evidence_table(found, catalogue),
    }


def told(draws: Floats) -> tuple[float, float, float, float, bool]:
    """Mean, 5th, 50th and 95th percentile of draws, and whether 0 lies outside."""
    low, middle, high = np.percentile(draws, PERCENTILES)
    return float(draws.mean()), float(low), float(middle), float(high), bool(low > 0 or high < 0)


def _table(rows: list[tuple[object, ...]], contract: Contract) -> pl.DataFrame:
    if not rows:
        return empty(contract)
    made = pl.DataFrame(rows, schema=dict(contract.columns), orient="row")
    floats = [name for name, kind in contract.columns.items() if kind == pl.Float64]
    return check(made.with_columns(pl.col(floats).fill_nan(None)), contract, "afweging")


def changes_table(found: Appraisal) -> pl.DataFrame:
    """CHANGES: the town and every buurt that is touched, per indicator and told year, whole and by part."""
    rows: list[tuple[object, ...]] = []
    for indicator in found.indicators:
        inside = [each for each in found.effects if each.indicator == indicator]
        rests = "; ".join(sorted({id for each in inside for id in each.trace}))
        touched = np.flatnonzero(np.abs([each.at[:-1] for each in inside]).sum(axis=0))
        for year in found.years:
            calendar = found.frame.first + year
            for part in (WHOLE, *PARTS):
                some = [each for each in inside if part in (WHOLE, each.part)]
                if not some:
                    continue
                change = change_of(some, indicator, year, found.ground, found.package.town)
                rows.append(_town_row(found, change, indicator, calendar, part, rests))
                rows += _small_rows(found, change, indicator, calendar, part, rests, touched)
    return _table(rows, CHANGES)


def _town_row(
    found: Appraisal, change: Change, indicator: str, calendar: int, part: str, rests: str
) -> tuple[object, ...]:
    field = found.ground.fields.get(indicator)
    marks: Three = (None, None, None)
    places: Three = (None, None, None)
    if field is not None and part == WHOLE and not np.isnan(change.base):
        marks = _three(mark_change(field, change.base, change.whole, False))
        places = _three(places_gained(field, found.package.town, change.whole))
    spread = told(change.whole) if not np.isnan(change.whole).any() else (None, None, None, None, False)
    return (
        found.package.town, "gemeente", indicator, calendar, part, change.base, *spread, *marks, *places, rests,
    )  # fmt: skip


def _small_rows(
    found: Appraisal, change: Change, indicator: str, calendar: int, part: str, rests: str, touched: NDArray[np.int64]
) -> Iterator[tuple[object, ...]]:
    field = found.ground.fields.get(indicator)
    level = found.ground.levels.get(indicator, np.full(len(found.ground.codes), np.nan))
    small = np.ascontiguousarray(change.small[:, touched].T)
    means = small.mean(axis=1)
    low, middle, high = np.percentile(small, PERCENTILES, axis=1)
    for place, row in enumerate(touched.tolist()):
        marks: Three = (None, None, None)
        if field is not None and field.small is not None and part == WHOLE and not np.isnan(level[row]):
            marks = _three(mark_change(field, level[row], small[place], True))
        yield (
            found.ground.codes[row], "buurt", indicator, calendar, part, float(level[row]), float(means[place]),
            float(low[place]), float(middle[place]), float(high[place]), bool(low[place] > 0 or high[place] < 0),
            *marks, None, None, None, rests,
        )  # fmt: skip


def _three(draws: Floats) -> Three:
    """Mean, 5th and 95th percentile; nothing where there is no scale or place."""
    if np.isnan(draws).any():
        return None, None, None
    low, high = np.percentile(draws, (PERCENTILES[0], PERCENTILES[2]))
    return float(draws.mean()), float(low), float(high)


def mechanism_draws(found: Appraisal, catalogue: Catalogue, year: int) -> dict[str, Floats | None]:
    """By mechanism the draws of what a package does to it in a year of the frame, in points of mark."""
    changes = {each: found.change(each, year) for each in found.indicators}
    return {
        entry.id: mechanism_change(entry, changes, found.ground, catalogue, found.package.town)
        for entry in sorted(catalogue.mechanisms.values(), key=lambda each: each.order)
    }


def mechanisms_table(found: Appraisal, catalogue: Catalogue) -> pl.DataFrame:
    """MECHANISMS of the town; `told` says why there is no number where there is none."""
    rows: list[tuple[object, ...]] = []
    for year in found.years:
        for id, draws in mechanism_draws(found, catalogue, year).items():
            entry = catalogue.mechanisms[id]
            why = "alleen beschreven" if entry.measure == "qualitative" else "hier verandert niets dat gemeten wordt"
            spread = (None,) * 4 + (False,) if draws is None or np.isnan(draws).any() else told(draws)
            rows.append((found.package.town, id, found.frame.first + year, "" if draws is not None else why, *spread))
    return _table(rows, MECHANISMS)


def lines_table(found: Appraisal, catalogue: Catalogue) -> pl.DataFrame:
    """LINES: the present value of every stream, with what its amount would have to be multiplied by to bring the net
    present value to nothing."""
    rows: list[tuple[object, ...]] = []
    net = float(found.outcome.npv.mean())
    parts = _named_parts(found.streams)
    for stream, part in zip(found.streams, parts, strict=True):
        worth = present_value(stream, found.frame, catalogue)
        sign = {"kosten": -1.0, "baten": 1.0}.get(stream.side, 0.0)
        signed = sign * float(worth.mean())
        turning = 1.0 - net / signed if signed else None
        rows.append((
            stream.measure, stream.line, stream.side, stream.area, part, stream.indicator, stream.family, *told(worth),
            turning, "; ".join(stream.trace),
        ))  # fmt: skip
    return _table(rows, LINES)


def _named_parts(streams: Sequence[Stream]) -> list[str]:
    """A number for each of the streams that have measure, line, side and area in common."""
    seen: dict[tuple[str, str, str, str], int] = {}
    names = []
    for each in streams:
        key = (each.measure, each.line, each.side, each.area)
        seen[key] = seen.get(key, 0) + 1
        names.append(str(seen[key]))
    return names


def ledger_table(found: Appraisal) -> pl.DataFrame:
    """LEDGER: rows of every actor that is touched, and of society."""
    rows: list[tuple[object, ...]] = []
    for row in (*found.ledger.rows, found.ledger.society):
        entries = (("kosten", row.costs), ("baten", row.benefits), ("overdracht", row.transfers), ("saldo", row.npv))
        rows += [(row.actor, entry, *told(draws)) for entry, draws in entries]
    return _table(rows, LEDGER)


def flows_table(found: Appraisal, catalogue: Catalogue) -> pl.DataFrame:
    """FLOWS: expected euros per actor, rate and year, with relative price growth and without discounting: times the factor
    of its rate they add up to the outcome."""
    columns = {"kosten": 0, "baten": 1, "overdracht": 2}
    ends = int(catalogue.parameter("growth_ends"))
    paths: dict[tuple[str, str], Floats] = {}
    for stream in in_order(found.streams):
        path = float(stream.amount.mean()) * stream.profile * growth_factors(stream.growth, found.frame.years, ends)
        for actor, share in stream.shares.items():
            of_actor = paths.setdefault((actor, stream.rate), np.zeros((found.frame.years, 3)))
            of_actor[:, columns[stream.side]] += share * path
    order = {id: entry.order for id, entry in catalogue.actors.items()}
    rows: list[tuple[object, ...]] = [
        (actor, rate, found.frame.first + year, *(float(each) for each in path[year]))
        for (actor, rate), path in sorted(paths.items(), key=lambda each: (order.get(each[0][0], 99), each[0]))
        for year in range(found.frame.years)
        if path[year].any()
    ]
    return _table(rows, FLOWS)


def displaced_table(found: Appraisal) -> pl.DataFrame:
    """DISPLACED: what goes elsewhere, by area, the rest of the region as one."""
    people = np.nan_to_num(found.ground.counted["inwoner"])
    names = (*found.ground.codes, REST)
    rows: list[tuple[object, ...]] = []
    for effect in found.effects:
        if effect.part == "verplaatsing":
            units = float(effect.size.mean()) * effect.at * np.append(people, people[effect.home].sum())
            rows += [
                (effect.measure, effect.line, effect.indicator, names[row], float(units[row]))
                for row in np.flatnonzero(units)
            ]
    return _table(rows, DISPLACED)


def outcomes_table(found: Appraisal) -> pl.DataFrame:
    """OUTCOMES: what it comes to under the Dutch rates, and net present value under other rules."""
    outcome, rows = found.outcome, list[tuple[object, ...]]()
    figures = (("baten", outcome.benefits), ("kosten", outcome.costs), ("kosten_publiek", outcome.public_costs),
               ("netto", outcome.npv))  # fmt: skip
    rows += [(outcome.scheme, name, "euro", *told(draws)) for name, draws in figures]
    single = (("kans_netto_boven_nul", "aandeel", outcome.chance), ("slechtste_vijfde", "euro", outcome.worst),
              ("kans_terugverdiend", "aandeel", outcome.payback.chance))  # fmt: skip
    rows += [(outcome.scheme, name, unit, value, None, None, None, False) for name, unit, value in single]
    for name, unit, spread in (
        ("baten_per_euro", "euro", outcome.ratio),
        ("terugverdientijd", "jaar", outcome.payback.year),
    ):
        if spread is not None:
            rows.append((outcome.scheme, name, unit, spread.mean, spread.low, spread.middle, spread.high, False))
    if found.turning is not None:
        rows.append((outcome.scheme, "omslagrente", "procent", 100 * found.turning, None, None, None, False))
    for scheme, spread in {**outcome.beside, **found.weighted}.items():
        rows.append((scheme, "netto", "euro", spread.mean, spread.low, spread.middle, spread.high,
                     spread.low > 0 or spread.high < 0))  # fmt: skip
    return _table(rows, OUTCOMES)


def pools_of(package: Package, catalogue: Catalogue) -> set[str]:
    """The pools of studies on which effects of a package rest; those with a size of their own rest on none."""
    return {
        line.pool
        for measure in package.measures
        for line in catalogue.intervention(measure.intervention).effects
        if line.pool and line.id not in measure.override
    }


def evidence_table(found: Appraisal, catalogue: Catalogue) -> pl.DataFrame:
    """EVIDENCE: every study of every pool that a measure rests on, with its weight; those left out weigh nothing."""
    pools = pools_of(found.package, catalogue)
    if any(each.part == "etiket" for each in found.effects):
        pools.add(LABEL_POOL)
    beside = {id for measure in found.package.measures for id in catalogue.intervention(measure.intervention).studies}
    library, beliefs = library_of(catalogue.studies), beliefs_of(catalogue)
    weights: dict[str, float] = {}
    for pool in pools:
        result = pooled(pool, library, beliefs)
        for used, weight in zip(result.studies, result.posterior.given, strict=True):
            weights |= dict.fromkeys(used.ids, weight)
    rows: list[tuple[object, ...]] = []
    for study in sorted(catalogue.studies.values(), key=lambda each: (each.pool, each.id)):
        if study.pool in pools or study.id in beside:
            rows.append((
                study.pool, study.id, study.strength, study.country, study.effect, study.low, study.high, study.unit,
                study.status, study.provenance, weights.get(study.id, 0.0),
            ))  # fmt: skip
    return _table(rows, EVIDENCE)
