"""`stadspeil simulate`: a programme with and without, many times over, and what of it may be told."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from stadspeil.amounts import counted
from stadspeil.cli.screen import Progress, progress_bar, say
from stadspeil.cli.sessions import Session
from stadspeil.errors import QuestionError
from stadspeil.simulation.chaining import ALL_LINKS, DIFFERENCE, FOLLOWED
from stadspeil.simulation.comparing import held_against, published_targets
from stadspeil.simulation.effects import FIGURE, masked
from stadspeil.simulation.places import AROUND, SITES
from stadspeil.simulation.reading import Outcome, read_outcome
from stadspeil.simulation.signals import erosion
from stadspeil.simulation.store import (
    POPULATIONS,
    Asked,
    Made,
    forget_pairs,
    prepared,
    read_simulation,
    simulate_programme,
)
from stadspeil.simulation.targets import OwnTargets, read_targets
from stadspeil.simulation.tiers import ALGEBRA, DONE, FREED, MONTHS, NATIONAL, TRACED
from stadspeil.simulation.vacancy_chain import MOMENTS

_STRONGEST = 15
_CHANCE = "niet te onderscheiden van toeval"


@dataclass(frozen=True)
class Choices:
    """The options of the verb, as typed."""

    programme: str
    town: str
    region: bool
    beside: tuple[str, ...]
    pairs: int
    years: int
    seed: int
    realized: str
    fixed: bool
    year: int | None
    populations: int = POPULATIONS


def asked_of(session: Session, choices: Choices) -> Asked:
    """The question that the options ask.

    Raises:  QuestionError where a town is not the programme's, a region is not known or a share is none.
    """
    entry = session.catalogue.programme(choices.programme)
    if choices.town and session.register.find(choices.town) != entry.town:
        raise QuestionError(
            f"programma '{entry.id}'", f"gaat over {entry.town}, niet over {choices.town}",
            "laat --town weg, of kies een ander programma; zie 'stadspeil list programmes'",
        )  # fmt: skip
    beside = [session.register.find(each) for each in choices.beside]
    members: tuple[str, ...] = ()
    if choices.region:
        if entry.town not in session.catalogue.regions:
            raise QuestionError(
                f"--region bij {entry.town}", "van deze gemeente is geen regio opgegeven",
                "noem de buurgemeenten met --with, of zet de regio in regions.toml van uw werkmap",
            )  # fmt: skip
        members = session.catalogue.regions[entry.town].members
    towns = tuple(dict.fromkeys((entry.town, *beside, *members)))
    return Asked(
        entry.id, towns, (entry.town, *beside), choices.years, choices.pairs, choices.seed, _share(choices.realized),
        not choices.fixed, choices.year, choices.populations,
    )  # fmt: skip


def simulated(session: Session, asked: Asked, executor: str, threads: int, resume: bool) -> Made:
    """Simulate with progress on the screen."""
    if not resume:
        forget_pairs(session.workspace, asked.programme)
    with progress_bar() as progress:
        return simulate_programme(
            session.workspace, session.catalogue, asked, executor=executor, threads=threads, progress=_lines(progress)
        )


def expected(session: Session, asked: Asked, executor: str, threads: int) -> Iterator[str]:
    """What a simulation would take, without doing it."""
    from stadspeil.simulation.estimating import estimate
    from stadspeil.simulation.store import refuse_asked

    refuse_asked(asked)
    made = prepared(session.workspace, session.catalogue, asked, threads=threads)
    cost = estimate(made.ensemble, asked.pairs, executor)
    yield f"bevolking: {_whole(cost.households)} huishoudens en {_whole(cost.homes)} woningen in {_towns(asked)}"
    yield (
        f"werk: {counted(asked.pairs, 'paar', 'paren')} van {asked.years} jaar; naar verwachting {_duration(cost.seconds)} met {cost.workers} "
        "werker(s), gemeten op deze computer zoals die nu is"
    )
    yield f"geheugen: ongeveer {cost.megabytes:.0f} MB per werker"
    yield from made.told()["remarks"]
    yield "er is niets geschreven; laat --dry-run weg om te simuleren"


def summary(session: Session, made: Made, asked: Asked) -> Iterator[str]:
    """What came out, in sentences. Nothing that is masked."""
    run = made.run
    programme = run["programme"]
    effects, chains, shift, spreads = (
        read_simulation(session.workspace, asked.programme, name)
        for name in ("effects", "chains", "shift_room", "spreads")
    )
    if not made.new:
        yield "Er is niets veranderd; de vorige uitkomst blijft staan."
    yield (
        f"{programme['title']} ({programme['status']}): {counted(asked.pairs, 'paar', 'paren')} van {asked.years} jaar vanaf {run['start']}, "
        f"{_whole(run['households'])} huishoudens in {_towns(asked)}."
    )
    if run["invented"]:
        yield "Let op: programma of bevolking is verzonnen; geen getal hieruit is een plan of een voorspelling."
    yield from _chains(chains)
    yield from _tiers(read_simulation(session.workspace, asked.programme, "tiers"))
    yield from _shift(shift, asked.years)
    yield from _erosion(effects, run, asked.years)
    yield from _spreads(spreads, asked.years)
    yield from _masked(effects, asked)
    yield from run["remarks"]


def own_targets(session: Session, path: Path) -> OwnTargets:
    """The targets of a file, before anything is simulated. What repeats a number that was taken back is warned of.

    Raises:  as `read_targets`.
    """
    found = read_targets(path, session.catalogue)
    for warning in found.warnings:
        say(warning)
    return found


def wanted_table(
    session: Session, made: Made, asked: Asked, name: str, on_screen: bool, own: OwnTargets | None = None
) -> pl.DataFrame:
    """The table that was asked for, masked; on the screen the effects that stand out. With targets of one's own, or
    moments on the screen: the runs beside these and what was published for the country."""
    table = read_simulation(session.workspace, asked.programme, name)
    if own is not None or (name == "moments" and on_screen):
        return _compared(session, asked, own, on_screen)
    if on_screen and name == "effects":
        return strongest(read_outcome(session.workspace, asked.programme), asked.years)
    return masked(table) if "shown" in table.columns else table


def _compared(session: Session, asked: Asked, own: OwnTargets | None, on_screen: bool) -> pl.DataFrame:
    moments = read_simulation(session.workspace, asked.programme, "moments")
    table = held_against(moments, (*(own.targets if own else ()), *published_targets(session.catalogue)))
    if not on_screen:
        return table
    numbers = [name for name, kind in table.schema.items() if kind == pl.Float64]
    return table.with_columns(pl.col(numbers).map_elements(_three_digits, return_dtype=pl.String))


def strongest(outcome: Outcome, years: int) -> pl.DataFrame:
    """Of each figure the area in which the effect stands out most from chance after some years; shown ones only."""
    names = outcome.run["names"] | {SITES: "buurten met een locatie", AROUND: "buurten daaromheen"}
    titles = {id: each.title for id, each in FIGURE.items()}
    return outcome.strongest(years, _STRONGEST).select(
        gebied=pl.col("area").replace(names),
        cijfer=pl.col("figure").replace(titles),
        groep="group",
        zonder="without",
        verschil_10="low",
        verschil_50="middle",
        verschil_90="high",
    )


def _chains(chains: pl.DataFrame) -> Iterator[str]:
    if chains.is_empty():
        yield "Ketens: geen; het programma bouwt niets dat in deze jaren bewoond wordt."
        return
    yield (
        "Ketens, gevolgd (geen effect: een deel van deze verhuizingen was er ook zonder programma): per bewoonde nieuwe "
        f"woning {_told(chains, FOLLOWED, 'vrijgekomen woningen')} andere woningen vrij en weer bewoond."
    )
    yield (
        "Ketens, als verschil met en zonder programma: per bewoonde nieuwe woning "
        f"{_told(chains, DIFFERENCE, 'verhuizingen')} verhuizingen meer, en "
        f"{_told(chains, DIFFERENCE, 'zonder eigen woning')} huishoudens meer zonder eigen woning."
    )


def _tiers(tiers: pl.DataFrame) -> Iterator[str]:
    """What the first tier says beside the third: how far chains reach, and when they are done."""
    rows = {(row["method"], row["figure"]): row for row in tiers.to_dicts()}
    freed = {method: rows.get((method, FREED)) for method in (TRACED, ALGEBRA, NATIONAL)}
    told = [f"{method} {_beside(row)}" for method, row in freed.items() if row is not None]
    if told:
        yield f"Drie wijzen om een hele keten te tellen, vrijgekomen woningen per nieuwe woning: {'; '.join(told)}."
    done = rows.get((ALGEBRA, DONE[MOMENTS.index(12)])), rows.get((ALGEBRA, MONTHS))
    if done[0] is not None and done[1] is not None:
        yield (
            f"Tijd: een schakel duurt {_beside(done[1])} maanden; van wat vrijkomt is 12 maanden na oplevering "
            f"{_number(100 * done[0]['mean'])} % vrij."
        )


def _beside(row: dict[str, Any]) -> str:
    """The mean of all pairs, with the interval where there is one."""
    known = row["low"] is not None and row["high"] is not None
    return f"{_number(row['mean'])}" + (f" ({_number(row['low'])} tot {_number(row['high'])})" if known else "")


def _told(chains: pl.DataFrame, method: str, figure: str) -> str:
    row = chains.filter(method=method, link=ALL_LINKS, figure=figure, group="alle").row(0, named=True)
    return _range(row) if row["shown"] else f"({_chance_or_few(row)})"


def _chance_or_few(row: dict[str, Any]) -> str:
    return "niet te zeggen uit een paar" if row["pairs"] < 2 else _CHANCE


def _range(row: dict[str, Any]) -> str:
    return f"{_number(row['middle'])} (10-90 %: {_number(row['low'])} tot {_number(row['high'])})"


def _shift(shift: pl.DataFrame, years: int) -> Iterator[str]:
    for (site,), rows in shift.filter(years=years).group_by("site", maintain_order=True):
        told = "; ".join(
            f"{row['reach']} {_range(row) if row['shown'] else _chance_or_few(row)}" for row in rows.to_dicts()
        )
        yield (
            f"Schuifruimte bij '{site}': {rows['needed'][0]} huishoudens moeten weg; na {years} jaar vond een passende "
            f"woning: {told}."
        )


def _erosion(effects: pl.DataFrame, run: dict[str, Any], years: int) -> Iterator[str]:
    found = erosion(effects, run["around"], years)
    if not run["around"]:
        return
    if not found:
        yield (
            f"Uitholling: in de {len(run['around'])} buurten rond de locaties daalt het aandeel hoge inkomens niet "
            "aantoonbaar."
        )
    for each in found:
        name = (
            "de buurten rond de locaties samen"
            if each.area == AROUND
            else f"{run['names'].get(each.area)} ({each.area})"
        )
        left = f"; {_number(each.left)} meer vertrokken" if each.left is not None else ""
        yield (
            f"Waarschuwing, uitholling: in {name} is het aandeel hoge inkomens na {years} jaar {_number(-each.share)} "
            f"procentpunt lager dan zonder programma (10-90 %: {_number(-each.high)} tot {_number(-each.low)}){left}."
        )


def _spreads(spreads: pl.DataFrame, years: int) -> Iterator[str]:
    for row in spreads.filter(years=years).drop_nulls("without").to_dicts():
        change = _range(row) if row["shown"] else _chance_or_few(row)
        yield (
            f"Spreiding tussen buurten, {row['figure']} ({row['measure']}): zonder programma {_number(row['without'])}; "
            f"verschil: {change}."
        )


def _masked(effects: pl.DataFrame, asked: Asked) -> Iterator[str]:
    small = effects.filter((pl.col("level") == "buurt") & (pl.col("years") == asked.years))
    if asked.pairs < 2:
        yield "Van een enkel paar wordt nooit een cijfer van een buurt of wijk getoond; vraag --pairs 30 of meer."
        return
    shown = int(small["shown"].sum())
    yield (
        f"Van {_whole(small.height)} cijfers van buurten na {asked.years} jaar mogen er {_whole(shown)} getoond worden; de rest "
        f"is {_CHANCE}. Elk voor zich getoetst kwamen er zonder enig effect al {_whole(round(0.05 * small.height))} over de grens; "
        "samen getoetst is van wat getoond wordt naar verwachting hoogstens een op de tien toeval."
    )


def _share(text: str) -> tuple[float, float]:
    low, _, high = text.partition("-")
    try:
        return float(low) / 100, float(high or low) / 100
    except ValueError as fault:
        raise QuestionError(
            f"--realized {text}", "is geen percentage en geen bereik", "geef bijvoorbeeld 100, of 60-100"
        ) from fault


def _lines(progress: Progress) -> Progress:
    """Where lines stay on the screen, a pair is news every tenth."""
    if sys.stderr.isatty():
        return progress
    told = -1

    def show(text: str, done: int, total: int) -> None:
        nonlocal told
        tenth = 10 * done // max(total, 1)
        if total > 1 and tenth != told:
            told = tenth
            progress(f"{text}: {done} van {total}", 0, 1)
        elif total <= 1:
            progress(text, done, total)

    return show


def _towns(asked: Asked) -> str:
    return "een gemeente" if len(asked.towns) == 1 else f"{len(asked.towns)} gemeenten"


def _whole(number: float) -> str:
    return f"{number:,.0f}".replace(",", ".")


def _number(number: float) -> str:
    """With the digits that say something, in the Dutch way."""
    size = abs(number)
    digits = 0 if size >= 100 or number == 0 else 1 if size >= 10 else 2 if size >= 0.01 else 4
    return f"{number:,.{digits}f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def _three_digits(number: float) -> str:
    return f"{number:.3g}".replace(".", ",")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1):.0f} seconden"
    return f"{seconds / 60:.0f} minuten" if seconds < 5400 else f"{_number(seconds / 3600)} uur"
