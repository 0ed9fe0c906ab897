"""What the files of a business case are made from: the tables of an appraised package, with names for its codes."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from stadspeil.analyses.purse import ACCOUNT, BUDGET, beside_groups, over_budget
from stadspeil.analyses.store import read_analysis
from stadspeil.appraisal.effects import LABEL_LIST
from stadspeil.appraisal.store import TABLES, read_appraisal, read_run
from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import Package
from stadspeil.catalogue.entries import title_in
from stadspeil.report.retelling import Retelling, retelling
from stadspeil.report.wording import Wording, wording
from stadspeil.workspace import Workspace

Row = dict[str, Any]
# What `rests_on` begins its names with.
KINDS = ("studie", "kengetal", "parameter", "kosten", "optimisme", "korting", "interventie", "simulatie", "eigen",
         "ontbreekt", "fonds", "bereik")  # fmt: skip
# What stands as a measure in lines and is none, with the key of its words.
_NO_MEASURES = {"woningbouw": "homes_built", LABEL_LIST: "listed"}


@dataclass(frozen=True)
class Case:
    """A weighed package in one language.

    purse    what the town can carry beside its groups by its last account, without rows where unknown
    planned  the same by its last budget
    over     by how much its accounts came above its budgets, per year with both
    """

    package: Package
    catalogue: Catalogue
    run: Mapping[str, Any]
    tables: Mapping[str, pl.DataFrame]
    purse: pl.DataFrame
    planned: pl.DataFrame
    over: pl.DataFrame
    words: Wording

    @functools.cached_property
    def telling(self) -> Retelling:
        """How sentences of the computation are said in the language."""
        return retelling(self.catalogue, self.words)

    @property
    def title(self) -> str:
        """The title of the package."""
        return title_in(self.package, self.words.lang)

    @property
    def town(self) -> str:
        """The name of the gemeente."""
        return self._named(self.package.town)

    @property
    def towns(self) -> str:
        """The names of all towns that it is about, its own first."""
        return self.words.listing(
            [self._named(each) for each in dict.fromkeys((self.package.town, *self.package.towns))]
        )

    def _named(self, code: str) -> str:
        return str(dict(self.catalogue.gemeenten.select("code", "name").iter_rows()).get(code, code))

    @property
    def invented(self) -> bool:
        """Whether package or town is made up."""
        return bool(self.run["invented"])

    @property
    def last(self) -> int:
        """The last year that counts."""
        return int(self.run["first"]) + int(self.run["years"]) - 1

    @property
    def told_year(self) -> int:
        """The year of which effects are told: the middle one of those in the tables."""
        years = self.tables["changes"]["year"].unique().sort().to_list()
        return int(years[len(years) // 2]) if years else int(self.run["first"])

    def rows(self, name: str, **wanted: object) -> list[Row]:
        """Rows of a table with these values."""
        table = self.tables[name]
        return table.filter(**wanted).to_dicts() if wanted else table.to_dicts()

    def outcome(self, figure: str, rules: str = "nl") -> Row | None:
        """One figure of the whole."""
        return next(iter(self.rows("outcomes", rules=rules, figure=figure)), None)

    def entry(self, actor: str, entry: str) -> Row:
        """One cell of the ledger."""
        return self.rows("ledger", actor=actor, entry=entry)[0]

    @property
    def actors(self) -> list[str]:
        """Actors of the ledger in order, without society as a whole."""
        found = self.tables["ledger"]["actor"].unique(maintain_order=True).to_list()
        return [each for each in found if each in self.catalogue.actors]

    def actor(self, id: str) -> str:
        """The name of an actor, or of society."""
        known = self.catalogue.actors.get(id)
        return title_in(known, self.words.lang) if known is not None else self.words("case.society")

    def measure(self, id: str) -> str:
        """The title of what a measure does."""
        found = next((each for each in self.package.measures if each.id == id), None)
        if found is None:
            return self.words(f"case.{_NO_MEASURES[id]}") if id in _NO_MEASURES else id
        return title_in(self.catalogue.intervention(found.intervention), self.words.lang)

    def indicator(self, id: str) -> str:
        """The title of an indicator."""
        return self.catalogue.title_of(id, self.words.lang) if id in self.catalogue.indicators else id

    def measured(self, id: str) -> str:
        """From which year(s) the last known values of an indicator are: '2021', '2019–2021'; '' where that is not kept."""
        return years_said(self.run, id)

    def area(self, code: str) -> str:
        """The name of a buurt or gemeente."""
        if code == self.package.town:
            return self.town
        return str(self.run["names"].get(code, self.words("case.rest") if code.startswith("rest") else code))

    def resting(self) -> Iterator[tuple[str, str]]:
        """Kind and id of everything that lines and effects rest on, each once, by kind."""
        found = {
            each
            for name in ("lines", "changes")
            for text in self.tables[name]["rests_on"].unique().to_list()
            for each in parted(text)
        }
        for each in sorted(found):
            kind, _, id = each.partition(":")
            yield kind, id


def years_said(run: Mapping[str, Any], id: str) -> str:
    """From which year(s) the levels of an indicator are in an outcome; '' in one that does not keep that."""
    first, last = run.get("measured", {}).get(id, (None, None))
    if first is None:
        return ""
    return str(last) if first == last else f"{first}\u2060\u2013\u2060{last}"


def parted(rests_on: str) -> list[str]:
    """The names in a `rests_on`; a name may itself hold a semicolon, so only what begins with a kind is a new one."""
    found: list[str] = []
    for part in filter(None, rests_on.split("; ")):
        if part.partition(":")[0] in KINDS or not found:
            found.append(part)
        else:
            found[-1] = f"{found[-1]}; {part}"
    return found


def case_of(workspace: Workspace, catalogue: Catalogue, package: str, lang: str = "nl") -> Case:
    """A weighed package as its files tell it.

    Raises:  QuestionError where it is unknown or was not weighed, or where there is no such language.
    """
    words, entry, run = wording(lang), catalogue.package(package), read_run(workspace, package)
    tables = {name: read_appraisal(workspace, package, name) for name in TABLES}
    register = AreaRegister(catalogue.gemeenten, catalogue.changes)
    purse = read_analysis(workspace, "purse")
    spent, planned = (beside_groups(purse, entry.town, catalogue, register, kind) for kind in (ACCOUNT, BUDGET))
    return Case(entry, catalogue, run, tables, spent, planned, over_budget(purse, entry.town), words)
