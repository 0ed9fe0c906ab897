"""What the files of an agenda are made from: its tables, its certificate, and the same agenda without some of its money."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from stadspeil.appraisal.portfolio.store import FOLDER, RUN, read_agenda
from stadspeil.appraisal.portfolio.tables import TABLES
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import Agenda
from stadspeil.catalogue.entries import text_in, title_in
from stadspeil.errors import QuestionError
from stadspeil.report.cases.material import Row
from stadspeil.report.retelling import Retelling, retelling
from stadspeil.report.wording import Wording, lowered, wording
from stadspeil.shelf import has_shelf, read_shelf
from stadspeil.workspace import Workspace


@dataclass(frozen=True)
class AgendaCase:
    """An agenda that was answered, in one language.

    without   title of what does not come -> its run        names   of areas, by code
    """

    id: str
    catalogue: Catalogue
    run: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]
    without: tuple[Mapping[str, Any], ...]
    words: Wording
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """The title of the agenda."""
        known = self.catalogue.agendas.get(self.id)
        return title_in(known, self.words.lang) if known is not None else str(self.run["title"])

    @property
    def town(self) -> str:
        """The name of the gemeente."""
        names = dict(self.catalogue.gemeenten.select("code", "name").iter_rows())
        return str(names.get(self.run["town"], self.run["town"]))

    @property
    def last(self) -> int:
        """The last year."""
        return int(self.run["first"]) + int(self.run["years"]) - 1

    @property
    def invented(self) -> bool:
        """Whether it is made up."""
        return bool(self.run["invented"])

    def rows(self, name: str, **wanted: object) -> list[Row]:
        """Rows of a table with these values."""
        table = self.tables[name]
        return table.filter(**wanted).to_dicts() if wanted else table.to_dicts()

    @property
    def plan(self) -> list[Row]:
        """Projects in order of their start, those that are not in the plan last."""
        return self.tables["plan"].sort(["start", "project"], nulls_last=True).to_dicts()

    def purse(self, id: str) -> str:
        """The title of a budget; of staff the word for it."""
        if id == "voltijdbanen":
            return self.words("case_agenda.staff")
        entry = self.catalogue.agendas.get(self.id)
        told = {each.id: text_in(each, "title", self.words.lang) for each in entry.budgets} if entry else {}
        if id in told:
            return told[id]
        budgets = self.run["inputs"]["agenda"]["budgets"]
        return str(next((each["title"] for each in budgets if each["id"] == id), id))

    def figure(self, id: str) -> str:
        """The title of an indicator."""
        known = self.catalogue.indicators.get(id)
        return title_in(known, self.words.lang) if known is not None else id

    def trigger(self, said: str) -> str:
        """What a project waits for ('bijstand > 45'), with the title of the figure."""
        id, _, rest = said.partition(" ")
        known = id in self.catalogue.indicators or id in self.catalogue.composites
        return f"{lowered(self.catalogue.title_of(id, self.words.lang))} {rest}" if known else said

    def objective(self, of: str) -> str:
        """A mechanism, area or worth by its code."""
        id = of.partition(":")[2] or of
        if id in self.catalogue.mechanisms:
            return title_in(self.catalogue.mechanisms[id], self.words.lang)
        return self.words("case_agenda.worth") if id == "waarde" else self.names.get(id, id)


def agenda_case(workspace: Workspace, catalogue: Catalogue, agenda: str, lang: str = "nl") -> AgendaCase:
    """An agenda as its files tell it; `agenda` is its id, or the name of its folder where some money was left out.

    Raises:  QuestionError where it was not answered, or where there is no such language.
    """
    words, folder = wording(lang), workspace.out / FOLDER / agenda
    if not (folder / RUN).is_file():
        raise QuestionError(
            f"agenda '{agenda}'", "is nog niet doorgerekend", f"draai eerst 'stadspeil agenda {agenda}'"
        )
    run = json.loads((folder / RUN).read_text(encoding="utf-8"))
    beside = sorted((workspace.out / FOLDER).glob(f"{agenda}_zonder_*/{RUN}"))
    without = tuple(json.loads(path.read_text(encoding="utf-8")) for path in beside)
    id, tables = agenda.partition("_zonder_")[0], {name: read_agenda(folder, name) for name in TABLES}
    told = tables_told(tables, catalogue.agendas.get(id), retelling(catalogue, words))
    return AgendaCase(id, catalogue, run, told, without, words, _names(workspace))


def _names(workspace: Workspace) -> dict[str, str]:
    """Names of areas as the newest division has them."""
    folder = workspace.tables / "areas"
    if not has_shelf(folder):
        return {}
    found = read_shelf(folder, {}, ["area", "boundaries", "name"]).sort("boundaries")
    return dict(found.select("area", "name").iter_rows())


def tables_told(
    tables: Mapping[str, pl.DataFrame], entry: Agenda | None, telling: Retelling
) -> dict[str, pl.DataFrame]:
    """Tables of an agenda with titles, reasons and notes in the language, as far as the catalogue and texts have them."""
    lang = telling.words.lang
    titles = {each.id: text_in(each, "title", lang) for each in entry.projects} if entry else {}
    title = pl.col("project").replace_strict(titles, default=pl.col("title"), return_dtype=pl.String).alias("title")
    told = {
        name: table.with_columns(title) if {"project", "title"} <= set(table.columns) else table
        for name, table in tables.items()
    }
    other = pl.col("other").replace_strict(titles, default=pl.col("other_title"), return_dtype=pl.String)
    told["pairs"] = told["pairs"].with_columns(other.alias("other_title"))
    for name, column in (("efforts", "reason"), ("pathways", "note"), ("knowing", "input")):
        said = pl.col(column).map_elements(telling.said, return_dtype=pl.String)
        told[name] = told[name].with_columns(said)
    return told
