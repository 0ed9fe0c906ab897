"""Eigen gegevens: what a town brings along, and what was found in a workbook that it sent."""

from __future__ import annotations

from stadspeil.atlas.own.drafts import Draft, Drafts
from stadspeil.atlas.own.routes import TEMPLATE
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Table, View, rows_of
from stadspeil.atlas.words import words_of
from stadspeil.report.wording import Wording
from stadspeil.sources.template import own_indicators

# What follows keeping, in this order.
NEXT = ("stadspeil build", "stadspeil score", "stadspeil serve")


def own(site: Site, asked: Asked) -> View:
    """The three things that a town can bring along: figures, groups, weights."""
    words, english = words_of(asked.lang), asked.lang == "en"
    columns = (
        Column("id", words("own.id")), Column("titel", words("own.figure")), Column("eenheid", words("own.unit")),
        Column("van", words("own.possible_from"), "number", 1), Column("tot", words("own.possible_to"), "number", 1),
        Column("betekenis", words("own.definition")),
    )  # fmt: skip
    rows = [
        (each.id, each.title_en if english else each.title, words.unit(each.unit), *each.possible,
         each.definition_en if english else each.definition)
        for each in own_indicators(site.catalogue)
    ]  # fmt: skip
    composites = [(id, site.title(id, asked.lang)) for id in site.results.placed_composites]
    return View(
        "eigen", words("own.title"), words("own.reading"),
        (Table("cijfers", words("own.figures_caption"), columns, rows_of([each.key for each in columns], *rows)),),
        notes=tuple(words.many("own.rules")),
        more={
            "takes": site.settings.takes_uploads, "megabytes": site.settings.upload_mb, "template": TEMPLATE,
            "composites": composites, "dropped": asked.get("weg") == "1",
        },
    )  # fmt: skip


def draft(site: Site, asked: Asked) -> View:
    """A workbook that was sent: all that is wrong with it, or what it holds, or that it was kept."""
    found, words = Drafts(site.workspace).find(asked.get("token")), words_of(asked.lang)
    if found.kept is not None and not found.kept["problems"]:
        return _kept(found, words)
    problems = found.problems if found.kept is None else list(found.kept["problems"])
    if problems:
        return _faulty(found, problems, words)
    return _sound(found, site, asked.lang, words)


def _faulty(found: Draft, problems: list[dict[str, str]], words: Wording) -> View:
    columns = (
        Column("blad", words("own.sheet")), Column("cel", words("own.cell")), Column("wat", words("own.wrong")),
        Column("doen", words("own.do")),
    )  # fmt: skip
    rows = [(each["sheet"], each["cell"], each["wrong"], each["remedy"]) for each in problems]
    key = "own.faulty_reading_one" if len(rows) == 1 else "own.faulty_reading"
    return View(
        "eigen_werkboek", words("own.faulty_title", file=found.file_name), words(key, number=words.number(len(rows))),
        (Table("problemen", words("own.problems_caption"), columns, rows_of([each.key for each in columns], *rows)),),
        notes=(words("own.faulty_note"),), more={"state": "faulty", "token": found.token, "file": found.file_name},
    )  # fmt: skip


def _sound(found: Draft, site: Site, lang: str, words: Wording) -> View:
    preview = found.judged["preview"]
    columns = (
        Column("cijfer", words("own.figure")), Column("waarden", words("own.values"), "number"),
        Column("leeg", words("own.empty"), "number"), Column("gebieden", words("own.areas"), "number"),
        Column("jaren", words("own.years")), Column("laagste", words("own.low"), "number", 1),
        Column("hoogste", words("own.high"), "number", 1), Column("met_n", words("own.with_n"), "number"),
        Column("met_marge", words("own.with_margin"), "number"), Column("id", words("own.id")),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (site.title(each["id"], lang), each["values"], each["empty"], each["areas"], ", ".join(map(str, each["years"])),
         each["low"], each["high"], each["with_n"], each["with_margin"], each["id"])
        for each in preview["indicators"]
    ]  # fmt: skip
    values = sum(each["values"] for each in preview["indicators"])
    levels = words.listing([
        words(f"own.levels.{name}{'_one' if number == 1 else ''}", number=number) for name, number in preview["levels"].items()
    ])  # fmt: skip
    reading = words(
        "own.sound_reading", values=words.number(values), levels=levels,
        years=words.listing([str(each) for each in preview["years"]]),
    )  # fmt: skip
    return View(
        "eigen_werkboek", words("own.sound_title", file=found.file_name), reading,
        (Table("inhoud", words("own.contents_caption"), columns, rows_of([each.key for each in columns], *rows)),),
        notes=tuple(_effects(preview, words)),
        more={"state": "sound", "token": found.token, "file": found.file_name, "takes": site.settings.takes_uploads},
    )  # fmt: skip


def _effects(preview: dict[str, object], words: Wording) -> list[str]:
    """What keeping would change, in sentences."""
    changes = preview["changes"]
    told = [words("own.known")] if preview["known"] else [words("own.effect", **changes)]  # type: ignore[arg-type]
    told += [words("own.remark", said=each) for each in preview["remarks"]]  # type: ignore[attr-defined]
    told += [words("own.would_hold", reason=each) for each in preview["held"]]  # type: ignore[attr-defined]
    return told


def _kept(found: Draft, words: Wording) -> View:
    kept = found.kept or {}
    columns = (Column("momentopname", words("own.snapshot")), Column("staat", words("own.state")))
    rows = [(id, words("own.states.added")) for id in kept["added"]]
    rows += [(id, words("own.states.known")) for id in kept["known"]]
    rows += [(each["id"], words("own.states.held", reasons="; ".join(each["reasons"]))) for each in kept["held"]]
    held = bool(kept["held"])
    return View(
        "eigen_werkboek", words("own.kept_title" if not held else "own.held_title", file=found.file_name),
        words("own.held_reading" if held else "own.kept_reading"),
        (Table("bewaard", words("own.kept_caption"), columns, rows_of([each.key for each in columns], *rows)),),
        notes=tuple(words("own.remark", said=each) for each in kept["remarks"]),
        more={"state": "held" if held else "kept", "token": found.token, "file": found.file_name, "next": NEXT,
              "held": [each["id"] for each in kept["held"]]},
    )  # fmt: skip


OWN = Page("eigen", "/eigen", own, "own.html", "menu.own", styles=("own.css",))
DRAFT = Page(
    "eigen_werkboek", "/eigen/{token}", draft, "draft.html", under="eigen", styles=("own.css",), remembered=False
)
