"""The verbs of the simulation: a programme with and without, and a search for programmes that no other beats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stadspeil.cli.options import (
    BesideOption,
    CsvNlOption,
    CsvOption,
    JsonOption,
    OutOption,
    PopulationsOption,
    SimulatedTable,
    TargetsOption,
    WorkspaceOption,
    YearOption,
    wanted_form,
)
from stadspeil.cli.screen import say, show_table


def simulate(
    programme: Annotated[str, typer.Option("--programme", metavar="ID", help="Zie 'stadspeil list programmes'.")],
    town: Annotated[
        str, typer.Option("--town", metavar="GEMEENTE", help="De gemeente van het programma; mag weg.")
    ] = "",
    region: Annotated[bool, typer.Option("--region", help="Simuleer ook de regio van de gemeente.")] = False,
    beside: BesideOption = None,
    pairs: Annotated[int, typer.Option("--pairs", metavar="AANTAL", help="Paren met en zonder programma.")] = 30,
    years: Annotated[int, typer.Option("--years", metavar="AANTAL", help="Jaren per paar.")] = 10,
    seed: Annotated[int, typer.Option("--seed", metavar="GETAL", help="Begin van alle toeval.")] = 2026,
    realized: Annotated[
        str,
        typer.Option(
            "--realized", metavar="PERCENTAGE", help="Deel dat gebouwd wordt; een bereik als 60-100 loot per paar."
        ),
    ] = "100",
    fixed: Annotated[bool, typer.Option("--fixed", help="Houd de coefficienten in elk paar gelijk.")] = False,
    populations: PopulationsOption = 3,
    executor: Annotated[
        str, typer.Option("--executor", metavar="WAAR", help="serial, processes, processes:4 of dask://host:poort.")
    ] = "processes",
    threads: Annotated[int, typer.Option("--threads", metavar="AANTAL", help="Draden per run.", min=1)] = 1,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Zeg alleen hoe groot het is en hoe lang het duurt.")
    ] = False,
    resume: Annotated[bool, typer.Option("--resume/--anew", help="Ga verder met paren die al klaar zijn.")] = True,
    targets: TargetsOption = None,
    table: Annotated[SimulatedTable, typer.Option("--table", help="Welke tabel met --csv, --csv-nl of --json.")] = (
        SimulatedTable.effects
    ),
    year: YearOption = None,
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Simuleer wat een bouwprogramma met de bestaande stad doet. Met en zonder, vele malen; met wat toeval kan zijn afgedekt."""
    from stadspeil.cli import simulating
    from stadspeil.cli.sessions import open_session

    session, form = open_session(workspace), wanted_form(csv, csv_nl, json)
    asked = simulating.asked_of(
        session,
        simulating.Choices(
            programme, town, region, tuple(beside or ()), pairs, years, seed, realized, fixed, year, populations
        ),
    )
    own = simulating.own_targets(session, targets) if targets is not None else None
    if dry_run:
        for sentence in simulating.expected(session, asked, executor, threads):
            say(sentence)
        return
    made = simulating.simulated(session, asked, executor, threads, resume)
    on_screen = form == "screen" and out is None
    for sentence in simulating.summary(session, made, asked):
        say(sentence)
    show_table(simulating.wanted_table(session, made, asked, table.value, on_screen, own), form, out)


def balance(
    town: Annotated[str, typer.Option("--town", metavar="GEMEENTE", help="Code of naam.")],
    homes: Annotated[int, typer.Option("--homes", metavar="AANTAL", help="Zoveel woningen erbij.")],
    sites: Annotated[
        Path,
        typer.Option("--sites", metavar="BESTAND", help="CSV met locatie, buurt, hoogstens (en van, tot, soorten)."),
    ],
    years: Annotated[int, typer.Option("--years", metavar="AANTAL", help="Jaren om te bouwen.", min=1, max=40)] = 10,
    share: Annotated[
        list[str] | None,
        typer.Option("--share", metavar="EIGENDOM=DEEL", help="Grens aan een eigendom, als koop=30-60; mag vaker."),
    ] = None,
    confirm: Annotated[
        int, typer.Option("--confirm", metavar="PAREN", help="Reken een handvol na met zoveel paren; 0: niet.", min=0)
    ] = 0,
    region: Annotated[bool, typer.Option("--region", help="Neem de regio op in de bevolking.")] = False,
    populations: PopulationsOption = 3,
    seed: Annotated[int, typer.Option("--seed", metavar="GETAL", help="Begin van alle toeval.")] = 2026,
    threads: Annotated[int, typer.Option("--threads", metavar="AANTAL", help="Draden per run.", min=1)] = 1,
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Zoek bouwprogramma's die door geen ander op alle punten worden verslagen. Een afweging, niet het antwoord."""
    from stadspeil.cli import balancing
    from stadspeil.cli.sessions import open_session

    session, form = open_session(workspace), wanted_form(csv, csv_nl, json)
    wishes = balancing.Wishes(session.area(town), homes, years, sites, tuple(share or ()), seed)
    found = balancing.balance_town(session, wishes, balancing.Running(confirm, region, threads, populations))
    for sentence in found.sentences:
        say(sentence)
    if form != "screen" or out is not None:
        show_table(found.balance.trade_offs, form, out)


def history(
    town: Annotated[
        str,
        typer.Option(
            "--town", metavar="GEMEENTE", help="Vertel van deze gemeente; code of naam. Zonder: alleen maken."
        ),
    ] = "",
    draws: Annotated[
        int, typer.Option("--draws", metavar="AANTAL", help="Trekkingen van kansen, voor het interval.")
    ] = 6,
    seed: Annotated[int, typer.Option("--seed", metavar="GETAL", help="Begin van alle toeval.")] = 2026,
    fit: Annotated[bool, typer.Option("--fit", help="Geef de toets aan gepubliceerde verhuizingen als tabel.")] = False,
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Reken terug waardoor huishoudens veranderden: vorming, verhuizen, bouw en toedeling, met stromen per gemeente."""
    from stadspeil.cli import household_history
    from stadspeil.cli.sessions import open_session

    session, form = open_session(workspace), wanted_form(csv, csv_nl, json)
    code = session.area(town) if town else ""
    made = household_history.made(session, draws, seed)
    for sentence in household_history.summary(session, made, code):
        say(sentence)
    if form != "screen" or out is not None or fit:
        show_table(household_history.wanted(session, code, fit), form, out)
