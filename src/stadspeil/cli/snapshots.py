"""`stadspeil snapshots`: what was fetched and imported, what of it is in use, what is held, and what changed."""

from __future__ import annotations

import dataclasses
import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from stadspeil.amounts import counted
from stadspeil.cli.screen import say, show_table

if TYPE_CHECKING:
    from stadspeil.cli.sessions import Session
    from stadspeil.sources import Snapshot, SnapshotStore

snapshots_app = typer.Typer(
    name="snapshots",
    help="Wat is opgehaald en ingelezen: wat in gebruik is, wat wordt vastgehouden, wat er veranderde.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
WorkspaceOption = Annotated[
    Path | None,
    typer.Option("--workspace", metavar="MAP", envvar="STADSPEIL_WORKSPACE", help="De werkmap; anders ./werkmap."),
]
IdArgument = Annotated[str, typer.Argument(metavar="ID", help="Id van een momentopname, of het begin ervan.")]
_MOST_SHOWN = 40


@snapshots_app.command(name="list")
def list_(
    history: Annotated[bool, typer.Option("--history", help="Ook wat niet meer in gebruik is.")] = False,
    held: Annotated[bool, typer.Option("--held", help="Alleen wat wordt vastgehouden.")] = False,
    csv: Annotated[bool, typer.Option("--csv", help="CSV met komma's en decimale punt.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Toon de momentopnamen."""
    import polars as pl

    store = _store(workspace)
    states = [] if held else [(each, "in gebruik") for each in store.active()]
    states += [(each.snapshot, "vastgehouden") for each in store.held()]
    states += [(each, "vroeger") for each in store.history()] if history and not held else []
    if not states:
        say("Er is niets om te tonen.")
        return
    rows = [
        {
            "id": each.id, "staat": state, "jaren": _span(each), "gebieden": each.areas, "rijen": each.rows,
            "gewijzigd": each.modified[:10], "opgehaald": each.retrieved[:10], "voor": each.scope or "alles",
        }
        for each, state in states
    ]  # fmt: skip
    show_table(pl.DataFrame(rows), "csv" if csv else "screen")


@snapshots_app.command()
def show(id: IdArgument, workspace: WorkspaceOption = None) -> None:
    """Toon alles wat van een momentopname bekend is."""
    store = _store(workspace)
    snapshot = store.find(id)
    told: dict[str, Any] = dataclasses.asdict(snapshot)
    for each in store.held():
        if each.id == snapshot.id:
            told |= {"vastgehouden_om": list(each.reasons), "verandering": each.summary, "verslag": dict(each.report)}
    print(json_module.dumps(told, ensure_ascii=False, indent=1))


@snapshots_app.command()
def verify(workspace: WorkspaceOption = None) -> None:
    """Reken van alles wat in gebruik is het controlegetal na."""
    from stadspeil.errors import SourceError

    store = _store(workspace)
    damaged = store.verify()
    if damaged:
        raise SourceError("de momentopnamen", damaged, "haal ze opnieuw op of lees ze opnieuw in")
    say(f"{counted(len(store.active()), 'momentopname', 'momentopnamen')} in orde: elk controlegetal klopt")


@snapshots_app.command()
def diff(
    id: IdArgument,
    other: Annotated[str, typer.Argument(metavar="ID2", help="Waarmee; anders met wat zij vervangt.")] = "",
    csv: Annotated[bool, typer.Option("--csv", help="Alle cellen, als CSV.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Toon wat er cel voor cel veranderde. De grootste verandering eerst."""
    from stadspeil.cli.sessions import open_session
    from stadspeil.errors import QuestionError
    from stadspeil.sources.judging import figures
    from stadspeil.sources.kept import read_snapshot
    from stadspeil.sources.revisions import changes, compare

    session = open_session(workspace)
    store = _of(session)
    newer = store.find(id)
    older_id = other or newer.parent
    if not older_id:
        raise QuestionError(
            f"momentopname {newer.id}", "vervangt geen andere", "noem er zelf een: stadspeil snapshots diff ID ID2"
        )
    older = store.find(older_id)
    parts = session.workspace.parts
    read = [figures(read_snapshot(store, each, session.catalogue, parts)) for each in (older, newer)]
    say(f"{older.id} -> {newer.id}: {compare(read[0], read[1], session.catalogue.fields).summary()}")
    table = changes(read[0], read[1])
    show_table(table if csv else table.head(_MOST_SHOWN), "csv" if csv else "screen")
    if not csv and table.height > _MOST_SHOWN:
        say(f"en nog {table.height - _MOST_SHOWN}; alles met --csv")


@snapshots_app.command()
def accept(
    id: IdArgument,
    reason: Annotated[str, typer.Option("--reason", metavar="REDEN", help="Waarom de cijfers toch kloppen.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Neem in gebruik wat werd vastgehouden. De reden blijft erbij staan."""
    store = _store(workspace)
    snapshot = store.accept(store.find(id).id, reason)
    say(f"in gebruik: {snapshot.id}. Verder met: stadspeil build")


@snapshots_app.command()
def forget(
    id: IdArgument,
    back: Annotated[bool, typer.Option("--back", help="Neem weer in gebruik wat zij verving.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Haal een momentopname uit het gebruik. Bijvoorbeeld na een verkeerde editie; het bestand blijft tot 'sweep'."""
    store = _store(workspace)
    snapshot = store.find(id)
    for each in store.forget(snapshot.id, back):
        say(f"weer in gebruik: {each.id}")
    say(f"niet meer in gebruik: {snapshot.id}. Verder met: stadspeil build")


@snapshots_app.command()
def sweep(
    history: Annotated[bool, typer.Option("--history", help="Ook wat lang geleden is vervangen.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Zeg alleen wat er weg zou gaan.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Ruim bestanden op waar niets meer naar verwijst."""
    gone = _store(workspace).sweep(history, dry_run)
    for path in gone if dry_run else []:
        say(f"  {path.name}")
    say(
        f"{counted(len(gone), *(('bestand zou weggaan', 'bestanden zouden weggaan') if dry_run else ('bestand opgeruimd', 'bestanden opgeruimd')))}"
    )


@snapshots_app.command(name="export")
def export_(
    target: Annotated[Path, typer.Argument(metavar="BESTAND", help="Waar alles in komt, een .zip.")],
    history: Annotated[bool, typer.Option("--history", help="Ook wat vroeger in gebruik was.")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Schrijf alles wat in gebruik is naar een bestand. Voor een computer zonder internet."""
    from stadspeil.sources.carrying import export_store

    say(
        f"{counted(export_store(_store(workspace), target, history), 'momentopname', 'momentopnamen')} geschreven naar {target}"
    )


@snapshots_app.command(name="import")
def import_(
    source: Annotated[Path, typer.Argument(metavar="BESTAND", help="Wat 'snapshots export' elders schreef.")],
    workspace: WorkspaceOption = None,
) -> None:
    """Neem over wat elders is opgehaald. Elk controlegetal wordt nagerekend; alles of niets."""
    from stadspeil.cli.sessions import open_session
    from stadspeil.sources import all_held
    from stadspeil.sources.carrying import import_store

    session = open_session(workspace)
    carried = import_store(source, session.workspace, session.catalogue)
    for remark in carried.remarks:
        say(f"let op: {remark}")
    say(f"{len(carried.added)} nieuw, {carried.known} al aanwezig. Verder met: stadspeil build")
    if carried.held:
        raise all_held(carried.held)


def _store(workspace: Path | None) -> SnapshotStore:
    from stadspeil.cli.sessions import open_session

    return _of(open_session(workspace))


def _of(session: Session) -> SnapshotStore:
    from stadspeil.sources import SnapshotStore

    return SnapshotStore(session.workspace.raw)


def _span(snapshot: Snapshot) -> str:
    return "-".join(map(str, sorted({min(snapshot.years), max(snapshot.years)}))) if snapshot.years else ""
