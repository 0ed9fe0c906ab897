"""`stadspeil nieuwland`: the invented country, and publishers that hand it out over HTTP as the real ones would."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from stadspeil.cli.screen import progress_bar, say

nieuwland_app = typer.Typer(
    name="nieuwland",
    help="Het verzonnen land: om te proberen en te toetsen zonder echte cijfers.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class Size(StrEnum):
    """Sizes of the invented country."""

    mini = "mini"
    midden = "midden"
    nederland = "nederland"


FolderOption = Annotated[
    Path | None, typer.Option("--folder", metavar="MAP", help="Waar het land staat of komt; anders nieuwland-<size>.")
]
SizeOption = Annotated[Size, typer.Option("--size", help="Hoe groot het land is, als het nog gemaakt moet worden.")]


@nieuwland_app.command()
def make(size: SizeOption = Size.midden, folder: FolderOption = None, seed: int = 1972) -> None:
    """Maak het land. Schrijft de tabellen, kaarten en bestanden van zijn uitgevers in een map."""
    made = warehouse(size, folder, seed)
    say(f"gemaakt: {made}. Verder met: stadspeil nieuwland serve-sources --folder {made}")


@nieuwland_app.command(name="serve-sources")
def serve_sources_(
    size: SizeOption = Size.midden,
    folder: FolderOption = None,
    port: Annotated[int, typer.Option("--port", help="Poort op deze computer; 0 kiest een vrije.")] = 8700,
    fault: Annotated[list[str] | None, typer.Option("--fault", metavar="NAAM", help="Storing aan; mag vaker.")] = None,
    faults: Annotated[bool, typer.Option("--faults", help="Toon de storingen die er zijn.")] = False,
    seed: int = 1972,
) -> None:
    """Speel de uitgevers na. StatLine, PDOK en bestanden van het verzonnen land, met storingen naar keuze."""
    from stadspeil.sources.nieuwland.serving import FAULTS, serve_sources

    if faults:
        for name, each in sorted(FAULTS.items()):
            print(f"{name}: {each.description}")
        return
    serve_sources(warehouse(size, folder, seed), port, fault or [])


def warehouse(size: Size, folder: Path | None, seed: int) -> Path:
    """The folder of an invented country, made when it is not there."""
    target = folder or Path(f"nieuwland-{size.value}")
    if (target / "nieuwland.json").exists():
        return target
    from stadspeil.catalogue import load_catalogue
    from stadspeil.sources.nieuwland.wide import make_country, write_warehouse

    with progress_bar() as progress:
        progress(f"Nieuwland bedenken ({size.value})", 0, 1)
        country = make_country(size.value, seed)
        write_warehouse(country, load_catalogue(), target, progress=progress)
    return target
