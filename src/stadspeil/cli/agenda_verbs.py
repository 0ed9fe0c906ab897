"""The verb of the agenda: which projects, in which year, under which means, and what that rests on."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from stadspeil.cli.options import (
    CsvNlOption,
    CsvOption,
    FilesLanguageOption,
    FilesOption,
    JsonOption,
    Language,
    OutOption,
    WorkspaceOption,
    wanted_form,
)
from stadspeil.cli.screen import say, say_written, show_table


class AgendaTable(StrEnum):
    """Tables of an agenda."""

    plan = "plan"
    means = "means"
    marks = "marks"
    efforts = "efforts"
    front = "front"
    options = "options"
    knowing = "knowing"
    triggers = "triggers"
    pathways = "pathways"
    pairs = "pairs"


def agenda(
    id: Annotated[str, typer.Argument(metavar="AGENDA", help="Zie 'stadspeil list agendas'.")],
    lam: Annotated[
        float, typer.Option("--lam", metavar="GETAL", help="0: het gemiddelde telt; 1: het slechtste vijfde deel.")
    ] = 0.0,
    scenarios: Annotated[
        int, typer.Option("--scenarios", metavar="AANTAL", help="Waarin het beste plan wordt gezocht; 0: niet.")
    ] = 40,
    gap: Annotated[
        float, typer.Option("--gap", metavar="PERCENTAGE", help="Zo ver mag het plan van het beste af zijn.")
    ] = 1.0,
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds",
            metavar="AANTAL",
            help="Zoek zoveel als een gewone processor in zo lang doet; de klok stopt na het dubbele.",
        ),
    ] = 60.0,
    without: Annotated[
        list[str] | None,
        typer.Option("--without-fund", metavar="BUDGET", help="Reken door alsof dit geld niet komt; mag vaker."),
    ] = None,
    front: Annotated[bool, typer.Option("--front/--no-front", help="Zoek afwegingen tussen mechanismen.")] = True,
    seed: Annotated[int, typer.Option("--seed", metavar="GETAL", help="Begin van alle toeval.")] = 2026,
    table: Annotated[AgendaTable, typer.Option("--table", help="Welke tabel met --csv, --csv-nl of --json.")] = (
        AgendaTable.plan
    ),
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    files: FilesOption = True,
    lang: FilesLanguageOption = Language.nl,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Kies en orden projecten over de jaren. Binnen geld en mensen, met een bewijs van hoe goed het plan is."""
    from stadspeil.appraisal.portfolio.agenda import Choices
    from stadspeil.cli import ordering
    from stadspeil.cli.sessions import open_session

    session, form = open_session(workspace), wanted_form(csv, csv_nl, json)
    choices = Choices(
        id, lam, scenarios, gap / 100, seconds, front, tuple(dict.fromkeys(without or ())), seed=seed
    )  # fmt: skip
    made = ordering.made_agenda(session, choices)
    for sentence in ordering.summary(session, made):
        say(sentence)
    if files:
        from stadspeil.report.cases import write_agenda_files

        say_written(write_agenda_files(session.workspace, session.catalogue, made.folder.name, lang.value))
    show_table(ordering.wanted_table(session, made, table.value, form == "screen" and out is None), form, out)
