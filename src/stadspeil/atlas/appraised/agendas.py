"""Agendas of a workspace as pages ask for them, with and without the money of some fund."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import polars as pl

from stadspeil.appraisal.portfolio.store import FOLDER, RUN, read_agenda
from stadspeil.appraisal.portfolio.tables import TABLES
from stadspeil.atlas.site import Site
from stadspeil.errors import QuestionError
from stadspeil.shelf import read_account

WITHOUT = "_zonder_"


@dataclass(frozen=True)
class Made:
    """An agenda as it was answered. `without` are the purses whose money does not come."""

    id: str
    run: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]

    @cached_property
    def without(self) -> tuple[str, ...]:
        """Purses whose money does not come."""
        return tuple(self.run["without"])

    @property
    def years(self) -> tuple[int, int]:
        """First and last year."""
        return int(self.run["first"]), int(self.run["first"]) + int(self.run["years"]) - 1


def known_agendas(site: Site) -> tuple[str, ...]:
    """Names of the folders of agendas that were answered; those without some fund have it in their name."""
    folder = site.workspace.out / FOLDER
    return site.results.remembered(
        "agendas", lambda: tuple(sorted(path.parent.name for path in folder.glob(f"*/{RUN}")))
    )


def made_agenda(site: Site, id: str, without: str = "") -> Made:
    """An agenda as it was answered. QuestionError for one that is not known or was not made."""
    name = f"{id}{WITHOUT}{without}" if without else id
    if name not in known_agendas(site):
        if id in site.catalogue.agendas:
            also = "".join(f" --without-fund {each}" for each in without.split(WITHOUT)) if without else ""
            raise QuestionError(f"agenda '{id}'", "is zo nog niet doorgerekend", f"draai 'stadspeil agenda {id}{also}'")
        raise QuestionError(f"agenda '{id[:60]}'", "die kennen wij niet", "kies een agenda op de bladzijde Agenda")

    def read() -> Made:
        folder = site.workspace.out / FOLDER / name
        run = read_account(folder / RUN)
        return Made(id, run, {table: read_agenda(folder, table) for table in TABLES})

    return site.results.remembered(("agenda", name), read)


def without_of(site: Site, id: str) -> list[str]:
    """Which scenarios without the money of some fund were made of an agenda: purses, parted as in the name of the folder."""
    start = f"{id}{WITHOUT}"
    return [name.removeprefix(start) for name in known_agendas(site) if name.startswith(start)]
