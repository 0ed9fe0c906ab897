"""The verbs of the appraisal: a package weighed."""

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


class AppraisedTable(StrEnum):
    """Tables of an appraised package."""

    outcomes = "outcomes"
    ledger = "ledger"
    lines = "lines"
    flows = "flows"
    displaced = "displaced"
    changes = "changes"
    mechanisms = "mechanisms"
    evidence = "evidence"
    funds = "funds"
    inputs = "inputs"


def appraise(
    package: Annotated[str, typer.Option("--package", metavar="ID", help="Zie 'stadspeil list packages'.")],
    first: Annotated[int, typer.Option("--first", metavar="JAAR", help="Eerste jaar; 0: van de eerste maatregel.")] = 0,
    years: Annotated[
        int, typer.Option("--years", metavar="AANTAL", help="Jaren; 0: 40 waar iets blijft staan, anders 20.")
    ] = 0,
    draws: Annotated[int, typer.Option("--draws", metavar="AANTAL", help="Trekkingen.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", metavar="GETAL", help="Begin van alle toeval.")] = 2026,
    table: Annotated[AppraisedTable, typer.Option("--table", help="Welke tabel met --csv, --csv-nl of --json.")] = (
        AppraisedTable.outcomes
    ),
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    files: FilesOption = True,
    lang: FilesLanguageOption = Language.nl,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Weeg een pakket maatregelen af. Effecten, kosten en baten per partij, met wat er zeker en onzeker aan is."""
    from stadspeil.appraisal.store import Asked, read_appraisal
    from stadspeil.cli import appraising
    from stadspeil.cli.sessions import open_session

    session, form = open_session(workspace), wanted_form(csv, csv_nl, json)
    made = appraising.appraised(session, Asked(package, first, years, draws, seed))
    for sentence in appraising.summary(session, made):
        say(sentence)
    if files:
        from stadspeil.report.cases import write_case

        say_written(write_case(session.workspace, session.catalogue, package, lang.value))
    if form != "screen" or out is not None:
        show_table(read_appraisal(session.workspace, package, table.value), form, out)
