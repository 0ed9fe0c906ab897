"""Lopende inzet: what runs already, typed in by a reader, and whether to keep, bend, slow, wind down or stop it, and why."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import polars as pl

from stadspeil.atlas.appraised.agendas import Made
from stadspeil.atlas.appraised.effort_form import (
    COSTS,
    POINTS,
    Effort,
    Judged,
    effort_of,
    effort_of_project,
    is_ours,
    judged,
)
from stadspeil.atlas.appraised.efforts import Kept, is_answered, kept_agenda, verdicts
from stadspeil.atlas.appraised.telling import retelling_of
from stadspeil.atlas.pages.agenda import STYLES, efforts_told
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.appraisal_entries import Agenda
from stadspeil.catalogue.entries import text_in, title_in
from stadspeil.report.wording import Wording


def efforts_page(site: Site, asked: Asked) -> View:
    """What runs, with its verdict; the form as the address holds it, and what would become of the plan with it."""
    words, kept = words_of(asked.lang), kept_agenda(site, asked.get("agenda"))
    form, found = form_in(kept, asked.query)
    telling = retelling_of(site, words)
    agenda = found.agenda if found is not None and found.agenda is not None else kept.agenda
    table, refused = verdicts(site, kept.catalogue, agenda)
    outcome = _told(agenda, table, words, telling) if table.height else []
    title = words("efforts.title", title=title_in(kept.agenda, words.lang))
    problems = [(key, telling.remark(said)) for key, said in (found.problems if found else ())]
    rows: list[dict[str, Cell]] = [
        {"inzet": name, "oordeel": verdict, "redenen": "; ".join(reasons)} for name, verdict, reasons in outcome
    ]
    columns = (
        Column("inzet", words("efforts.effort")),
        Column("oordeel", words("agenda.verdict")),
        Column("redenen", words("agenda.reason")),
    )
    return View(
        "lopend", title, _reading(outcome, found, words),
        (Table("oordelen", words("agenda.efforts_caption"), columns, rows, words("efforts.none")),),
        notes=(words("efforts.answered" if is_answered(site, agenda) else "efforts.note"), words("agenda.note")),
        more={
            "id": kept.agenda.id, "form": form, "problems": problems, "wrong": {key for key, _ in problems}, "previewed": found is not None and found.agenda is not None,
            "outcome": outcome, "refused": [telling.remark(each) for each in refused], "running": _running(kept, words), "may": site.settings.takes_uploads,
            "purses": [(each.id, text_in(each, "title", words.lang)) for each in kept.agenda.budgets], "costs": COSTS, "points": POINTS,
            "mechanisms": [(each.id, title_in(each, words.lang)) for each in kept.catalogue.mechanisms.values()],
            "packages": [(each.id, title_in(each, words.lang)) for each in kept.catalogue.packages.values() if each.town == kept.agenda.town and not each.template],
            "done": asked.query.get("gedaan", ""), "command": f"stadspeil agenda {kept.agenda.id}", "first": kept.agenda.first,
            "last": kept.agenda.first + kept.agenda.years - 1, "invented": kept.agenda.invented,
        },
    )  # fmt: skip


def form_in(kept: Kept, given: Any) -> tuple[Effort, Judged | None]:
    """The form of an address, judged where something was filled in; one to change comes as the file has it."""
    form = effort_of(given, kept.agenda, kept.catalogue.mechanisms)
    if not form.is_empty:
        return form, judged(form, kept.text, kept.agenda, kept.catalogue)
    project = next((each for each in kept.agenda.projects if each.id == form.name), None)
    return (effort_of_project(project), None) if project is not None else (Effort(form.typed), None)


def _running(kept: Kept, words: Wording) -> list[tuple[str, str, str]]:
    """Efforts of the file: id, title, and the question that changes it; '' where a person wrote it."""
    return [
        (
            each.id,
            text_in(each, "title", words.lang),
            urlencode({"wijzig": each.id}) if is_ours(kept.text, each.id) else "",
        )
        for each in kept.agenda.projects
        if each.existing
    ]


def _told(agenda: Agenda, table: pl.DataFrame, words: Wording, telling: Any) -> list[tuple[str, str, list[str]]]:
    titles = {each.id: text_in(each, "title", words.lang) for each in agenda.projects}
    said = table.with_columns(
        pl.col("project").replace_strict(titles, default=pl.col("title"), return_dtype=pl.String).alias("title"),
        pl.col("reason").map_elements(telling.said, return_dtype=pl.String),
    )
    return efforts_told(Made(agenda.id, {}, {"efforts": said}), words)


def _reading(outcome: list[tuple[str, str, list[str]]], found: Judged | None, words: Wording) -> str:
    if found is not None and found.problems:
        return words("efforts.reading_wrong", number=len(found.problems))
    if not outcome:
        return words("efforts.none")
    told = words.listing([f"{title}: {verdict}" for title, verdict, _ in outcome])
    return words("efforts.reading_with" if found is not None else "efforts.reading", told=told)


EFFORTS = Page(
    "lopend", "/agenda/{agenda}/lopend", efforts_page, "efforts.html", under="afwegen", styles=STYLES, remembered=False
)  # fmt: skip
