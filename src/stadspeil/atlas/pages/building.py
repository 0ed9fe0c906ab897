"""Bouwen: the building programmes that are known here, which of them were simulated, and how to do that."""

from __future__ import annotations

from typing import Any

from stadspeil.atlas.older import older
from stadspeil.atlas.outcomes import kept_outcome, known_outcome, known_outcomes, weighed_here
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.entries import BuildingProgramme, title_in
from stadspeil.report.wording import Wording
from stadspeil.simulation.reading import Outcome

ACTS = ("bouwen", "slopen", "verkopen", "renoveren")
PAIRS, YEARS = 30, 10


def building(site: Site, asked: Asked) -> View:
    """All programmes of the catalogue, the workspace and the results."""
    words, town = words_of(asked.lang), asked.get("stad").upper()
    simulated = {id: known_outcome(site, id) for id in known_outcomes(site)}
    rows = [_row(site, entry, simulated.get(entry.id), words) for entry in site.catalogue.programmes.values()]
    rows += [_forgotten(site, each, words) for id, each in simulated.items() if id not in site.catalogue.programmes]
    # Programmes of towns that the results know come first; an example of elsewhere stays, below.
    known = {code for code, _ in site.towns()}
    rows.sort(key=lambda row: (row["gebied"] != town, row["gebied"] not in known, row["paren"] is None, row["titel"]))
    number = sum(row["paren"] is not None for row in rows)
    key = "building.reading" if number else "building.reading_none" if rows else "building.reading_empty"
    table = Table("programmas", words("building.list_caption"), _columns(words), rows, words("building.reading_empty"))
    return View(
        "bouwen", words("building.title"), words(key, programmes=words.number(len(rows)), number=words.number(number)),
        (table,), notes=(words("simulated.microdata"),),
        more={"commands": {row["id"]: command(str(row["id"])) for row in rows}, "known": known, "weighed": [(each, site.name(each)) for each in weighed_here(site)]},
        older=older((kept_outcome(site, id, words) for id in simulated), words),
    )  # fmt: skip


def command(id: str) -> str:
    """What to type to simulate a programme."""
    return f"stadspeil simulate --programme {id} --pairs {PAIRS} --years {YEARS}"


def title_of(site: Site, id: str, lang: str, told: str) -> str:
    """The title of a programme; of one that the catalogue does not have any more, as it was simulated."""
    entry = site.catalogue.programmes.get(id)
    return title_in(entry, lang) if entry else told


def _columns(words: Wording) -> tuple[Column, ...]:
    return (
        Column("titel", words("building.programme")), Column("stad", words("building.town")),
        *(Column(act, words(f"building.acts.{act}"), "number") for act in ACTS),
        Column("status", words("building.status")), Column("verzonnen", words("building.invented")),
        Column("paren", words("building.pairs"), "number"), Column("jaren", words("building.years"), "number"),
        Column("vanaf", words("building.start"), "year"), Column("begingetal", words("building.seed"), "year"),
        Column("coefficienten", words("building.draws")), Column("id", words("town.id")), Column("gebied", words("pockets.area"), "area"),
    )  # fmt: skip


def _row(site: Site, entry: BuildingProgramme, outcome: Outcome | None, words: Wording) -> dict[str, Cell]:
    homes = {act: sum(each.homes for each in entry.sites if each.act == act) for act in ACTS}
    return {
        "titel": title_in(entry, words.lang), "stad": site.name(entry.town), **homes, "status": entry.status_in(words.lang),
        "verzonnen": words("words.yes" if entry.invented else "words.no"), **made_of(outcome, words), "id": entry.id,
        "gebied": entry.town,
    }  # fmt: skip


def _forgotten(site: Site, outcome: Outcome, words: Wording) -> dict[str, Cell]:
    """A programme that was simulated and whose file is gone, or came after this site began."""
    told: dict[str, Any] = outcome.run["programme"]
    homes = {act: sum(step["homes"] for step in outcome.steps if step["act"] == act) for act in ACTS}
    return {
        "titel": told["title"], "stad": site.name(told["town"]), **homes, "status": told["status"],
        "verzonnen": words("words.yes" if told["invented"] else "words.no"), **made_of(outcome, words), "id": outcome.id,
        "gebied": told["town"],
    }  # fmt: skip


def made_of(outcome: Outcome | None, words: Wording) -> dict[str, Cell]:
    """Of what a result was made; empty cells where there is none."""
    if outcome is None:
        return dict.fromkeys(("paren", "jaren", "vanaf", "begingetal", "coefficienten"))
    asked = outcome.run["inputs"]["asked"]
    return {
        "paren": outcome.pairs, "jaren": asked["years"], "vanaf": outcome.run["start"], "begingetal": asked["seed"],
        "coefficienten": words(f"building.methods.{outcome.run['draws']['method']}"),
    }  # fmt: skip


BUILDING = Page(
    "bouwen", "/bouwen", building, "building.html", "menu.building", "stad={stad}", styles=("building.css",)
)
