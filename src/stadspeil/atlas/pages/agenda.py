"""Agenda: which projects in which year with which money, how good that plan is, and what would change it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import polars as pl

from stadspeil.appraisal.portfolio.store import command_of
from stadspeil.atlas.appraised.agendas import WITHOUT, Made, known_agendas, made_agenda, without_of
from stadspeil.atlas.appraised.drawing import Lane, YearBars, timeline_svg, years_svg
from stadspeil.atlas.appraised.efforts import is_changed, stamp
from stadspeil.atlas.appraised.resting import ids_in, rest_of
from stadspeil.atlas.appraised.telling import retelling_of, retold
from stadspeil.atlas.appraised.walking import walk_of
from stadspeil.atlas.older import Stored, older
from stadspeil.atlas.outcomes import kept_below
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Picture, Series, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.entries import text_in, title_in
from stadspeil.report.cases.agenda_material import tables_told
from stadspeil.report.cases.agenda_pages import FEW_SCENARIOS, together_told
from stadspeil.report.wording import Wording, lowered

STYLES = ("building.css", "appraisal.css")
_PLACES = {"kern": "core", "grens": "borderline", "buiten": "exterior"}
_VERDICTS = {"behouden": "keep", "ombuigen": "bend", "vertragen": "slow", "afbouwen": "wind_down", "stoppen": "stop"}
_MOST_KNOWING = 6
_NAMED = 6
# What rounds to nothing in two decimals is left to the table.
_TOLD_POINTS = 0.005


def agendas_page(site: Site, asked: Asked) -> View:
    """The agendas that are known here."""
    words, known = words_of(asked.lang), known_agendas(site)
    rows: list[dict[str, Cell]] = [
        {"titel": title_in(each, words.lang), "stad": site.name(each.town), "staat": "gemaakt" if each.id in known else "niet_gemaakt", "projecten": len(each.projects),
         "van": each.first, "jaren": each.years, "status": text_in(each, "status", words.lang), "id": each.id}
        for each in site.catalogue.agendas.values()
    ]  # fmt: skip
    columns = (
        Column("titel", words("agenda.agenda")), Column("stad", words("building.town")), Column("staat", words("appraise.state")),
        Column("projecten", words("agenda.projects"), "number"), Column("van", words("appraise.year"), "year"), Column("jaren", words("agenda.years"), "number"),
        Column("status", words("building.status")), Column("id", words("town.id")),
    )  # fmt: skip
    number = sum(row["staat"] == "gemaakt" for row in rows)
    reading = words("agenda.list_reading", number=len(rows), made=number) if rows else words("agenda.list_empty")
    return View(
        "agendas",
        words("agenda.title"),
        reading,
        (Table("agendas", words("agenda.list_caption"), columns, rows, words("agenda.list_empty")),),
        older=older((_kept(site, each, "", words) for each in site.catalogue.agendas if each in known), words),
    )


def _kept(site: Site, id: str, without: str, words: Wording) -> Stored:
    """An agenda as the workspace keeps it."""
    run, entry = made_agenda(site, id, without).run, site.catalogue.agendas.get(id)
    return Stored(title_in(entry, words.lang) if entry else str(run["title"]), run, command_of(run))


def _below(site: Site, id: str, words: Wording) -> list[Stored]:
    """The simulations that packages on the agenda rest on."""
    entry, packages = site.catalogue.agendas.get(id), site.catalogue.packages
    names = [each.package for each in entry.projects] if entry else []
    return kept_below(site, [packages[each].programme for each in names if each in packages], words)


def _in_language(site: Site, made: Made, words: Wording) -> Made:
    """The same with titles, reasons and notes in the language of the page, as far as the catalogue has them."""
    told = tables_told(made.tables, site.catalogue.agendas.get(made.id), retelling_of(site, words))
    trace = pl.col("trace")
    told["plan"] = told["plan"].with_columns(
        trace.map_elements(lambda ids: _trace_said(site, ids, words), return_dtype=pl.String),
        trace.map_elements(lambda ids: _briefly(site, ids, words), return_dtype=pl.String).alias("briefly"),
    )
    return Made(made.id, made.run, told)


def _trace_said(site: Site, trace: str, words: Wording) -> str:
    """What a project rests on: kinds with what of them."""
    found = [rest_of(site, id, words) for id in ids_in(trace, ", ") if ":" in id]
    return "; ".join(f"{each.kind}: {each.title}" for each in found) or trace


def _briefly(site: Site, trace: str, words: Wording) -> str:
    """The same with assumptions counted, and each kind counted where there are many: they stand on the page of the package."""
    ids = ids_in(trace, ", ")
    named = [each for each in ids if not each.startswith("parameter:")]
    told = _trace_said(site, ", ".join(named), words)
    if len(named) > _NAMED:
        kinds = Counter(rest_of(site, each, words).kind for each in named if ":" in each)
        told = "; ".join(f"{kind}: {number}" for kind, number in kinds.items())
    number = sum(each.startswith("parameter:") for each in ids)
    return f"{told}; {words('agenda.assumptions', number=number)}" if number else told


def agenda_page(site: Site, asked: Asked) -> View:
    """One agenda, with all its money or without that of some fund."""
    words, id, without = words_of(asked.lang), asked.get("agenda"), asked.get("zonder")
    made = site.results.remembered(
        ("agenda told", id, without, words.lang), lambda: _in_language(site, made_agenda(site, id, without), words)
    )
    entry = site.catalogue.agendas.get(id)
    title = title_in(entry, words.lang) if entry else str(made.run["title"])
    plan = _plan_table(made, words)
    shown = (
        plan, _means_table(site, made, words), _mark_table(site, made, words), _effort_table(made, words), _front_table(site, made, words), _knowing_table(made, words),
        _trigger_table(site, made, words), _pathway_table(made, words),
        _pair_table(site, made, words),
    )  # fmt: skip
    purses = _purses(site, made, words)
    walk = walk_of(site, made, asked, words)
    return View(
        "agenda", title, _reading(title, made, words), tuple(each for each in shown if each.rows), (_timeline(made, words, int(walk["year"])), *_purse_pictures(made, purses, words)),
        series=tuple(_series(made, purses, words)), notes=(words("agenda.note"),),
        more={
            "id": id, "made": made, "town": site.name(str(made.run["town"])), "status": text_in(entry, "status", words.lang) if entry else made.run["status"], "invented": bool(made.run["invented"]),
            "proof": _proof(site, made, words), "core": _core(made, words), "efforts": efforts_told(made, words), "knowing": _knowing(made, words), "paths": _paths(site, made, words),
            "marks": _marks(site, made, words), "without": [(each, _without_said(site, id, each, words)) for each in without_of(site, id)], "chosen": without,
            "beside": _beside(site, id, made, without, words), "remarks": retold(site, made.run["remarks"], words), "command": f"stadspeil agenda {id}",
            "budgets": [each.id for each in entry.budgets] if entry else [], "changed": is_changed(site, id), "rows": _plan_rows(made, words), "tables": {each.id for each in shown if each.rows}, "walk": walk,
        },
        older=older([_kept(site, id, without, words), *_below(site, id, words)], words),
    )  # fmt: skip


def _reading(title: str, made: Made, words: Wording) -> str:
    plan = made.tables["plan"]
    done = plan.filter(pl.col("start").is_not_null()).height
    return words(
        "agenda.reading", title=title, done=done, number=plan.height, first=made.years[0], last=made.years[1], worth=words.euros(made.run["worth"]),
        gap=words.number(100 * made.run["gap"], 1),
    )  # fmt: skip


def _proof(site: Site, made: Made, words: Wording) -> list[str]:
    """How good the plan is, and what ranking by worth per euro would lose."""
    run, telling = made.run, retelling_of(site, words)
    told = [
        words(
            "agenda.proof",
            worth=words.euros(run["worth"]),
            bound=words.euros(run["bound"]),
            gap=words.number(100 * run["gap"], 1),
        )
    ]
    if run.get("lost"):
        told.append(words("agenda.together", **together_told(run, words)))
        if words.euros(run["lost_pairs"]) != words.euros(run["lost"]):
            told.append(words("agenda.by_pair", pairs=words.euros(run["lost_pairs"])))
    if run["ranked_loss"] is not None:
        told.append(
            words(
                "agenda.ranked", worth=words.euros(run["ranked_worth"]), loss=words.number(100 * run["ranked_loss"], 1)
            )
        )
    if run["ranked_breaks"]:
        told.append(
            words("agenda.ranked_breaks", limits="; ".join(telling.said(each) for each in run["ranked_breaks"]))
        )
    return told


def _core(made: Made, words: Wording) -> list[str]:
    """Projects in every good plan, in some, in none."""
    if not made.run["scenarios"]:
        return [words("agenda.no_core")]
    told = [
        words(
            "agenda.core_about",
            scenarios=made.run["scenarios"],
            possible=made.run["possible"],
            plans=made.run["core_plans"],
        )
    ]
    if made.run["scenarios"] < FEW_SCENARIOS:
        told.append(words("agenda.few"))
    for place, key in _PLACES.items():
        rows = made.tables["plan"].filter(place=place).sort("core_index", descending=True)
        names = [
            f"{row['title']} ({words.chance(row['core_index'])})" if place == "grens" else row["title"]
            for row in rows.iter_rows(named=True)
        ]
        if names:
            told.append(words(f"agenda.{key}", projects="; ".join(names)))
    return told


def efforts_told(made: Made, words: Wording) -> list[tuple[str, str, list[str]]]:
    """Running efforts with the verdict and its reasons."""
    found: dict[str, tuple[str, str, list[str]]] = {}
    for row in made.tables["efforts"].sort("project", "number").iter_rows(named=True):
        said = (
            words(f"agenda.verdicts.{_VERDICTS.get(row['verdict'], 'other')}")
            if row["verdict"] in _VERDICTS
            else row["verdict"]
        )
        found.setdefault(row["project"], (row["title"], said, []))[2].append(row["reason"])
    return list(found.values())


def _knowing(made: Made, words: Wording) -> list[str]:
    rows = made.tables["knowing"].filter(pl.col("shown")).sort("worth_eur", descending=True).head(_MOST_KNOWING)
    told = [
        words("agenda.know", input=row["input"], worth=words.euros(row["worth_eur"]))
        for row in rows.iter_rows(named=True)
    ]
    return (
        [*told, words("agenda.know_all", worth=words.euros(made.run["perfect"]))]
        if told
        else [words("agenda.know_none")]
    )


def _paths(site: Site, made: Made, words: Wording) -> list[str]:
    return [
        words(
            "agenda.path", title=row["title"], trigger=_trigger_said(site, row["trigger"], words), lead=row["lead"], until=row["decide_by"] or words.number(None),
            acts=words.chance(row["acts"]) if row["acts"] is not None else words.number(None), option=words.euros(row["option_eur"]),
        )
        for row in made.tables["pathways"].iter_rows(named=True)
    ]  # fmt: skip


def _trigger_said(site: Site, trigger: str, words: Wording) -> str:
    id, _, rest = trigger.partition(" ")
    return f"{lowered(site.title(id, words.lang))} {rest}" if id in site.catalogue.indicators else trigger


def _marks(site: Site, made: Made, words: Wording) -> list[str]:
    told = []
    for row in made.tables["marks"].iter_rows(named=True):
        name = _of_said(site, row["of"], words)
        floor = words("agenda.floor", floor=words.number(row["floor"], 2)) if row["floor"] is not None else ""
        if row["floor"] is None and abs(row["points"]) < _TOLD_POINTS:
            continue
        told.append(f"{name}: {words.signed(row['points'], 2)} {floor}".strip())
    return told


def _of_said(site: Site, of: str, words: Wording) -> str:
    """A mechanism or area by its code."""
    kind, _, id = of.partition(":")
    if kind == "mechanism" and id in site.catalogue.mechanisms:
        return title_in(site.catalogue.mechanisms[id], words.lang)
    return site.name(id or of)


def _without_said(site: Site, id: str, without: str, words: Wording) -> str:
    entry = site.catalogue.agendas.get(id)
    titles = {each.id: text_in(each, "title", words.lang) for each in entry.budgets} if entry else {}
    return words.listing(
        [titles.get(each, each) for each in without.split(WITHOUT)]
        if without in titles
        else [titles.get(without, without)]
    )


def _beside(site: Site, id: str, made: Made, without: str, words: Wording) -> str:
    """What the plan loses where the money of a fund does not come."""
    if not without or id not in known_agendas(site):
        return ""
    whole = _in_language(site, made_agenda(site, id), words)
    lost = set(whole.tables["plan"].filter(pl.col("start").is_not_null())["title"]) - set(
        made.tables["plan"].filter(pl.col("start").is_not_null())["title"]
    )
    return words(
        "agenda.beside", fund=_without_said(site, id, without, words), worth=words.euros(made.run["worth"]), before=words.euros(whole.run["worth"]),
        lost=words.listing(sorted(lost)) or words("agenda.nothing"),
    )  # fmt: skip


def _start_said(row: Mapping[str, Any], words: Wording) -> str:
    if row["start"] is not None:
        return str(row["start"])
    return words("agenda.waits") if row["waits_for"] else words("agenda.not_done")


def _plan_rows(made: Made, words: Wording) -> list[dict[str, str]]:
    """The plan in words, in order of start."""
    rows = made.tables["plan"].sort(pl.col("start").fill_null(9999), "title")
    return [
        {
            "title": row["title"], "existing": words("agenda.existing") if row["existing"] else "", "start": _start_said(row, words), "costs": words.euros(row["costs_eur"]),
            "worth": words("appraise.between", low=words.euros(row["worth_low_eur"]), high=words.euros(row["worth_high_eur"])) if row["worth_low_eur"] is not None else words.euros(row["worth_eur"]),
            "chance": words.chance(row["chance"]), "place": words(f"agenda.places.{_PLACES[row['place']]}") if row["place"] in _PLACES else words.number(None), "trace": row["briefly"],
        }
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip


def _timeline(made: Made, words: Wording, at: int) -> Picture:
    lanes = [
        Lane(row["title"], row["start"], row["end"], row["existing"], f"{_start_said(row, words)} · {words.euros(row['costs_eur'])}")
        for row in made.tables["plan"].sort(pl.col("start").fill_null(9999), "title").iter_rows(named=True)
    ]  # fmt: skip
    caption = words("agenda.timeline")
    alt = f"{caption}: " + "; ".join(f"{lane.title}: {lane.said}" for lane in lanes)
    return Picture(
        "tijdlijn",
        timeline_svg(lanes, made.years, words, at),
        caption,
        alt,
        "plan",
        narrow=timeline_svg(lanes, made.years, words, at, narrow=True),
    )


def _purses(site: Site, made: Made, words: Wording) -> list[tuple[str, str]]:
    entry = site.catalogue.agendas.get(made.id)
    titles = {each.id: text_in(each, "title", words.lang) for each in entry.budgets} if entry else {}
    return [
        (each, titles.get(each, each))
        for each in made.tables["means"].filter(unit="euro")["purse"].unique(maintain_order=True)
    ]


def _purse_pictures(made: Made, purses: list[tuple[str, str]], words: Wording) -> list[Picture]:
    found = []
    for purse, title in purses:
        rows = made.tables["means"].filter(purse=purse).sort("year").to_dicts()
        comes = YearBars(words("agenda.comes"), tuple(row["comes"] or 0.0 for row in rows), True)
        goes = YearBars(words("agenda.goes"), tuple(row["goes"] for row in rows), False)
        caption = words("agenda.purse_picture", purse=title)
        total = words(
            "agenda.purse_alt",
            title=caption,
            comes=words.euros(sum(comes.numbers)),
            goes=words.euros(sum(goes.numbers)),
        )
        found.append(
            Picture(
                f"kas_{purse}",
                years_svg([row["year"] for row in rows], (comes, goes), words("appraise.axis_year"), words, purse),
                caption,
                total,
                "middelen",
                narrow=years_svg(
                    [row["year"] for row in rows], (comes, goes), words("appraise.axis_year"), words, purse, narrow=True
                ),
            )
        )
    return found


def _series(made: Made, purses: list[tuple[str, str]], words: Wording) -> list[Series]:
    found = []
    for purse, title in purses:
        rows = made.tables["means"].filter(purse=purse).sort("year").to_dicts()
        numbers = {
            words("agenda.comes"): tuple((row["comes"] or 0.0) / 1e6 for row in rows),
            words("agenda.goes"): tuple(row["goes"] / 1e6 for row in rows),
        }
        found.append(Series(f"kas_{purse}", "bar", title, tuple(str(row["year"]) for row in rows), numbers))
    return found


def _plan_table(made: Made, words: Wording) -> Table:
    rows = [
        {**row, "existing": words("words.yes" if row["existing"] else "words.no"), "must": words("words.yes" if row["must"] else "words.no"),
         "place": words(f"agenda.places.{_PLACES[row['place']]}") if row["place"] in _PLACES else None}
        for row in made.tables["plan"].to_dicts()
    ]  # fmt: skip
    columns = (
        Column("title", words("agenda.project")), Column("start", words("agenda.start"), "year"), Column("end", words("agenda.end"), "year"),
        Column("costs_eur", words("appraise.figures.kosten"), "number"), Column("worth_eur", words("agenda.worth"), "number"),
        Column("worth_low_eur", words("appraise.low"), "number"), Column("worth_high_eur", words("appraise.high"), "number"), Column("chance", words("agenda.chance"), "number", 2),
        Column("place", words("agenda.place")), Column("core_index", words("agenda.core_index"), "number", 2), Column("ranked_start", words("agenda.ranked_start"), "year"),
        Column("existing", words("agenda.existing")), Column("must", words("agenda.must")), Column("waits_for", words("agenda.waits_for")), Column("trace", words("appraise.rests_on")),
        Column("project", words("town.id")),
    )  # fmt: skip
    return Table("plan", words("agenda.plan_caption"), columns, rows)


def _means_table(site: Site, made: Made, words: Wording) -> Table:
    titles = dict(_purses(site, made, words))
    rows = [{**row, "purse": titles.get(row["purse"], row["purse"])} for row in made.tables["means"].to_dicts()]
    columns = (
        Column("purse", words("agenda.purse")), Column("year", words("appraise.year"), "year"), Column("unit", words("appraise.unit")), Column("comes", words("agenda.comes"), "number", 1, mixed=True),
        Column("goes", words("agenda.goes"), "number", 1, mixed=True), Column("left", words("agenda.left"), "number", 1, mixed=True),
    )  # fmt: skip
    return Table("middelen", words("agenda.means_caption"), columns, rows)


def _mark_table(site: Site, made: Made, words: Wording) -> Table:
    columns = (
        Column("of", words("appraise.what")),
        Column("points", words("agenda.points"), "number", 2),
        Column("floor", words("agenda.asked"), "number", 2),
    )
    rows = [{**row, "of": _of_said(site, row["of"], words)} for row in made.tables["marks"].to_dicts()]
    return Table("cijfers", words("agenda.marks_caption"), columns, rows)


def _effort_table(made: Made, words: Wording) -> Table:
    columns = (
        Column("title", words("agenda.project")), Column("verdict", words("agenda.verdict")), Column("reason", words("agenda.reason")),
        Column("gains_eur", words("agenda.gains"), "number"), Column("frees_eur", words("agenda.frees"), "number"),
    )  # fmt: skip
    return Table("lopend", words("agenda.efforts_caption"), columns, made.tables["efforts"].to_dicts())


def _front_table(site: Site, made: Made, words: Wording) -> Table:
    known = site.catalogue.mechanisms
    rows = [
        {
            **row,
            "objective": title_in(known[row["objective"]], words.lang)
            if row["objective"] in known
            else words("agenda.worth"),
        }
        for row in made.tables["front"].to_dicts()
    ]
    columns = (
        Column("option", words("agenda.option")),
        Column("objective", words("appraise.what")),
        Column("value", words("appraise.number"), "number", 2, mixed=True),
        Column("unit", words("appraise.unit")),
    )
    return Table("afruil", words("agenda.front_caption"), columns, rows)


def _knowing_table(made: Made, words: Wording) -> Table:
    rows = [
        {**row, "shown": words("words.yes" if row["shown"] else "words.no")}
        for row in made.tables["knowing"].to_dicts()
    ]
    columns = (
        Column("input", words("appraise.input")), Column("worth_eur", words("agenda.know_worth"), "number"), Column("by_chance_eur", words("agenda.by_chance"), "number"),
        Column("shown", words("appraise.clear")),
    )  # fmt: skip
    return Table("weten", words("agenda.knowing_caption"), columns, rows)


def _trigger_table(site: Site, made: Made, words: Wording) -> Table:
    yes, no = words("words.yes"), words("words.no")
    rows = [
        {**row, "indicator": site.title(row["indicator"], words.lang) if row["indicator"] in site.catalogue.indicators else row["indicator"],
         "in_time": yes if row["in_time"] else no, "affordable": yes if row["affordable"] else no}
        for row in made.tables["triggers"].to_dicts()
    ]  # fmt: skip
    columns = (
        Column("project", words("agenda.project")), Column("year", words("appraise.year"), "year"), Column("indicator", words("building.figure")), Column("side", words("agenda.side")),
        Column("bound", words("funds.bound"), "number", 1), Column("chance", words("agenda.fallen"), "number", 2), Column("in_time", words("agenda.in_time")),
        Column("affordable", words("agenda.affordable")),
    )  # fmt: skip
    return Table("wachters", words("agenda.triggers_caption"), columns, rows)


def _pathway_table(made: Made, words: Wording) -> Table:
    columns = (
        Column("title", words("agenda.project")), Column("trigger", words("agenda.waits_for")), Column("lead", words("agenda.lead"), "number"), Column("decide_by", words("agenda.decide_by"), "year"),
        Column("option_eur", words("agenda.option_worth"), "number"), Column("acts", words("agenda.acts"), "number", 2), Column("note", words("library.mind")),
    )  # fmt: skip
    return Table("paden", words("agenda.paths_caption"), columns, made.tables["pathways"].to_dicts())


def _pair_table(site: Site, made: Made, words: Wording) -> Table:
    """Projects of the plan that lose together, with the titles of figures and names of buurten."""
    rows = [
        {
            **row,
            "indicators": words.listing([site.title(id, words.lang) for id in row["indicators"].split(", ")]),
            "areas": words.listing([site.name(code) for code in row["areas"].split(", ")]),
        }
        for row in made.tables["pairs"].to_dicts()
    ]
    columns = (
        Column("title", words("agenda.project")),
        Column("other_title", words("agenda.other")),
        Column("lost_eur", words("agenda.lost"), "number"),
        Column("indicators", words("agenda.figures")),
        Column("areas", words("agenda.buurten")),
    )
    return Table("paren", words("agenda.pairs_caption"), columns, rows)


AGENDAS = Page("agendas", "/agenda", agendas_page, "agendas.html", under="afwegen", styles=STYLES)
AGENDA = Page(
    "agenda", "/agenda/{agenda}", agenda_page, "agenda.html", under="afwegen", styles=STYLES, also=stamp
)  # fmt: skip
