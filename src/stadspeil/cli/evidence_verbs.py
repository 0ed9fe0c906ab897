"""`stadspeil evidence`: what studies together say a new place may expect, and which result moved since another time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stadspeil.cli.options import CsvNlOption, CsvOption, JsonOption, OutOption, WorkspaceOption, wanted_form
from stadspeil.cli.screen import say, show_table


def evidence(
    pool: Annotated[
        str, typer.Argument(metavar="[GROEP]", help="Een groep van studies; zonder: alle groepen, zie 'list pools'.")
    ] = "",
    against: Annotated[
        Path | None,
        typer.Option(
            "--against", metavar="PAD", help="Een eerdere catalogus (map), of de run.json van een eerdere afweging."
        ),
    ] = None,
    csv: CsvOption = False,
    csv_nl: CsvNlOption = False,
    json: JsonOption = False,
    out: OutOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Toon wat studies samen zeggen. Per groep wat een nieuwe plaats mag verwachten, en wat er veranderde door welke studie."""
    import polars as pl

    from stadspeil.appraisal import pooling_results
    from stadspeil.cli.sessions import open_session

    catalogue, form = open_session(workspace).catalogue, wanted_form(csv, csv_nl, json)
    if against is not None:
        moved = [each for each in pooling_results.moved_since(against, catalogue) if pool in ("", each.pool)]
        counted = "1 groep kreeg" if len(moved) == 1 else f"{len(moved)} groepen kregen"
        say(f"{counted} een andere uitkomst dan in {against}")
        rows = pooling_results.moved_rows(moved)
    elif pool:
        rows = pooling_results.study_rows(pool, catalogue)
        say(pooling_results.expectation(pool, catalogue))
    else:
        rows = list(pooling_results.pool_rows(catalogue))
    if rows:
        show_table(pl.DataFrame(rows, infer_schema_length=None), form, out)
