"""A workspace and a programme for the stand-in engine: what several tests of simulated programmes begin with."""

from __future__ import annotations

from pathlib import Path

from stadspeil.catalogue import Catalogue, load_catalogue
from stadspeil.simulation.store import Asked
from stadspeil.workspace import Workspace

PROGRAMME = """
title = "Proef"
title_en = "Trial"
town = "GM9002"
status = "verzonnen voor een test"
source = "test"
invented = true

[sites.nieuw]
act = "bouwen"
buurt = "BU90020103"
first = "2024-06"
last = "2025-05"
homes = {homes}
tenure = "koop"
form = "meergezins"
price = "midden"
"""
DEMOLITION = """
[sites.sloop]
act = "slopen"
buurt = "BU90020102"
first = "2024-06"
last = "2024-12"
homes = 3
tenure = "corporatie"
form = "meergezins"
price = "laag"
"""
GEMEENTEN = (
    "code,name,province,first,last,evidence\nGM9001,Wissemonde,Nieuwland,,,ours\nGM9002,Vierlingstad,Nieuwland,,,ours\n"
)


def place(folder: Path, programme: str | None = None, homes: int = 20) -> tuple[Workspace, Catalogue]:
    """A workspace with Nieuwland's gemeenten and the programme `proef`."""
    workspace = Workspace(folder / "werkmap")
    (workspace.own_catalogue / "areas").mkdir(parents=True)
    (workspace.own_catalogue / "programmes").mkdir()
    (workspace.own_catalogue / "areas" / "gemeenten.csv").write_text(GEMEENTEN, encoding="utf-8")
    text = PROGRAMME.format(homes=homes) + DEMOLITION if programme is None else programme
    (workspace.own_catalogue / "programmes" / "proef.toml").write_text(text, encoding="utf-8")
    return workspace, load_catalogue(own=workspace.own_catalogue)


def asked(pairs: int = 4, years: int = 2, **changes: object) -> Asked:
    """A small question about the programme `proef`."""
    return Asked("proef", ("GM9002", "GM9001"), ("GM9002",), years, pairs, **changes)  # type: ignore[arg-type]


def written(folder: Path) -> dict[str, bytes]:
    """All that stands in a folder, by path; what is kept of pairs left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".pairs" not in path.parts
    }
