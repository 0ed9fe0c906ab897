"""Een programma maken: rows of sites, checked as the catalogue does, a first estimate of chains, and the file to take along."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

import numpy as np
import polars as pl

from stadspeil.atlas.appraised.telling import retelling_of
from stadspeil.atlas.drawing.pick_buurt import pick_svg
from stadspeil.atlas.grounds import ground_of_town
from stadspeil.atlas.pages.building import command
from stadspeil.atlas.programme_form import MOST_ROWS, Form, Judged, form_of, judged
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.report.retelling import Retelling
from stadspeil.report.simulated_remarks import Remark
from stadspeil.report.wording import Wording
from stadspeil.simulation.classes import FORMS, HOUSEHOLD_TYPES, PRICES, TENURES
from stadspeil.simulation.national_chain import national_chain
from stadspeil.simulation.programme_files import programme_in_steps
from stadspeil.simulation.vacancy_chain import ChainAnswer, Interval, Prepared, ask, homes_of, prepare

FILE = "/bouwen/nieuw.toml"
# Fields of the file as the form names them.
_LABELS = {
    "act": "building.act", "buurt": "pockets.buurt", "first": "build.from", "last": "build.until", "homes": "building.homes",
    "tenure": "build.tenure", "form": "build.form", "price": "build.price", "floor": "build.floor",
}  # fmt: skip
_FIELD = re.compile(r"veld '(\w+)' is (.*); verwacht (.*)")
_CHOICE = re.compile(r"veld '(\w+)' is (.*); kies uit (.*)")
# What the check of the file calls it, and what the form does.
_SAID = (
    (re.compile(r"^homes is"), "Woningen is"), (re.compile(r"Slopen is act = \"slopen\", geen negatief aantal"), "Slopen kiest u bij Wat"),
    (re.compile(r"^floor is (.*) m2$"), r"m² is \1 m²"), (re.compile(r"^first is"), "Van is"), (re.compile(r"^last is"), "Tot en met is"),
    (re.compile(r"wissel first en last om"), "wissel de maanden om"), (re.compile(r"laat first na (\S+) komen"), r"laat Van na \1 komen"),
    (re.compile(r"tenure is "), "Eigendom is "), (re.compile(r"^return_right hoort"), "terugkeerrecht hoort"),
    (re.compile(r"^on (noemt|gaat) "), r"'Na sloop van' \1 "),
)  # fmt: skip
_ACTS = ("bouwen", "slopen", "verkopen", "renoveren")
# Chances of the first tier are drawn so often, from this number: the same form gives the same answer.
_SEED = 6


def building_new(site: Site, asked: Asked) -> View:
    """The form as the address holds it, what is wrong with it, and what its new homes set free."""
    words = words_of(asked.lang)
    telling = retelling_of(site, words)
    form, found, buurten = form_in(site, asked)
    touched = bool(asked.query) and bool(asked.get("titel") or asked.get("1.buurt") or asked.get("doe") == "kijk")
    answer = _answer(site, found) if touched and not found.problems else None
    ground = ground_of_town(site.results, form.top["stad"])[0] if buurten else None
    hand = form.in_hand
    picked = (
        {code: f"{asked.path}?{urlencode(form.with_buurt(hand, code).query())}#rij-{hand}" for code in buurten}
        if ground
        else {}
    )
    return View(
        "bouwen_nieuw", words("build.title"), _reading(form, found, answer, touched, words),
        (_problem_table(found if touched else Judged("", None), telling), _chain_table(answer, words)),
        notes=tuple(words.many("build.notes")),
        more={
            "form": form, "names": form.names, "found": found, "said": {each: plainly(each, telling) for _, each in found.problems}, "touched": touched, "buurten": sorted(buurten.items(), key=lambda each: each[1].lower()),
            "towns": site.towns(), "most": MOST_ROWS, "acts": _ACTS, "tenures": TENURES, "forms": FORMS, "prices": PRICES, "types": HOUSEHOLD_TYPES,
            "cleared": [name for name, row in zip(form.names, form.rows, strict=True) if row["wat"] == "slopen"],
            "file": f"{FILE}?{urlencode(form.query())}", "file_name": f"{form.id}.toml", "command": command(form.id), "hand": hand,
            "map": pick_svg(ground, buurten, picked) if ground else "", "answer": answer is not None,
        },
    )  # fmt: skip


def form_in(site: Site, asked: Asked) -> tuple[Form, Judged, Mapping[str, str]]:
    """The form of an address, judged, with the buurten of its town."""
    towns = site.towns()
    form = form_of(asked, site.settings.town or (towns[0][0] if towns else ""))
    buurten = buurten_of(site, form.top["stad"])
    return form, judged(form, site.catalogue, buurten), buurten


def buurten_of(site: Site, town: str) -> dict[str, str]:
    """Code and name of the buurten of a gemeente, of its newest division that has them."""
    own = site.results.areas_inside(town).filter(level="buurt")
    if own.is_empty():
        return {}
    newest = own.filter(pl.col("boundaries") == own["boundaries"].max())
    return dict(newest.select("area", "name").sort("area").iter_rows())


def _answer(site: Site, found: Judged) -> ChainAnswer | None:
    """What the new homes set free by the chain of the country; None where nothing is built."""
    if found.entry is None:
        return None
    homes = homes_of(programme_in_steps(found.entry))
    return ask(site.noted("first tier", lambda: _prepared(site)), homes) if homes.sum() else None


def _prepared(site: Site) -> Prepared:
    return prepare(national_chain(site.catalogue), np.random.default_rng(_SEED))


def _reading(form: Form, found: Judged, answer: ChainAnswer | None, touched: bool, words: Wording) -> str:
    if not touched:
        return words("build.reading_start")
    if found.problems:
        return words(
            "build.reading_one" if len(found.problems) == 1 else "build.reading_problems", number=len(found.problems)
        )
    if answer is None:
        return words("build.reading_nothing", sites=len(form.rows))
    each = answer.per_home
    return words("build.reading", homes=words.number(answer.homes), middle=words.number(each.middle, 2), low=words.number(each.low, 2),
                 high=words.number(each.high, 2))  # fmt: skip


def plainly(problem: str, telling: Retelling) -> Remark:
    """What the reader of the catalogue says of a field, with the label that the field has on the form."""
    words = words_of(telling.words.lang)
    found, choice = _FIELD.fullmatch(problem), _CHOICE.fullmatch(problem)
    if choice is not None and choice[1] in _LABELS:
        return Remark(words("build.choice", field=words(_LABELS[choice[1]]), found=choice[2], options=choice[3]))
    if found is None or found[1] not in _LABELS:
        for pattern, said in _SAID:
            problem = pattern.sub(said, problem)
        return telling.remark(problem)
    label = words(_LABELS[found[1]])
    if found[2] in ("'leeg'", "''"):
        return Remark(words("build.empty", field=label))
    return Remark(words("build.misfit", field=label, found=found[2], expected=telling.said(found[3])))


def _problem_table(found: Judged, telling: Retelling) -> Table:
    words = words_of(telling.words.lang)
    columns = (Column("rij", words("build.row"), "number"), Column("wat", words("build.wrong")))
    rows: list[dict[str, Cell]] = [
        {"rij": row or None, "wat": plainly(said, telling).said} for row, said in found.problems
    ]
    return Table("problemen", words("build.problems_caption"), columns, rows, words("build.no_problems"))


def _chain_table(answer: ChainAnswer | None, words: Wording) -> Table:
    columns = (
        Column("wat", words("build.what")), Column("laag", words("building.low"), "number", 1),
        Column("midden", words("building.middle"), "number", 1), Column("hoog", words("building.high"), "number", 1),
    )  # fmt: skip
    told: list[tuple[str, Interval]] = []
    if answer is not None:
        told.append((words("build.freed"), answer.freed))
        told += [
            (words("build.freed_link", number=number), each) for number, each in enumerate(answer.links[:-1], start=1)
        ]
        told += [(words("build.within", months=months), each) for months, each in answer.within.items()]
    rows: list[dict[str, Cell]] = [
        {"wat": said, "laag": each.low, "midden": each.middle, "hoog": each.high} for said, each in told
    ]
    return Table("eerste_schatting", words("build.chain_caption"), columns, rows, words("build.no_chain"))


BUILDING_NEW = Page(
    "bouwen_nieuw",
    "/bouwen/nieuw",
    building_new,
    "building_new.html",
    under="bouwen",
    styles=("building.css",),
    begins_with_town=True,
)
