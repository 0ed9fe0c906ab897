"""Herkomst: how one figure of one area came about, from its mark down to the text in the publisher's file."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Column, Page, Picture, Table, View, rows_of
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report.drawing.content import Step as Bar
from stadspeil.report.drawing.content import Waterfall
from stadspeil.report.drawing.waterfall import waterfall_svg
from stadspeil.report.lineage import TOGETHER, Chain, Step, explain_score
from stadspeil.report.standing import reported_row
from stadspeil.report.wording import Wording, join_unit


def origin(site: Site, asked: Asked) -> View:
    """The chain of a figure. QuestionError where an area has no such figure."""
    words, area, id = words_of(asked.lang), site.area(asked.get("gebied")), asked.get("cijfer")
    entry = site.entry(id)
    rows = site.results.here(site.results.of_area(area)).filter(pl.col("indicator") == id)
    year, boundaries = _edition(rows, asked, area, id)
    chain = explain_score(site.workspace, site.catalogue, id, area, year, boundaries, asked.lang)
    parts = site.catalogue.parts_of(id) if id in site.catalogue.composites else ()
    row = rows.filter((pl.col("year") == year) & (pl.col("boundaries") == boundaries)).row(0, named=True)
    columns = (
        Column("stap", words("origin.step")),
        Column("wat", words("explained.what")),
        Column("zegt", words("explained.says")),
    )
    told = [(step.title, name, said) for step in chain.steps for name, said in step.facts]
    title = site.title(id, asked.lang)
    tables = [Table("stappen", words("origin.table"), columns, rows_of([each.key for each in columns], *told))]
    if parts:
        tables.append(_parts(chain, site, words))
    return View(
        "herkomst", words("origin.title", figure=title, area=site.name(area), year=year),
        _reading(site, area, row, chain, title, words), tuple(tables), tuple(_picture(chain, site, title, words)),
        sources=tuple(step.title for step in chain.steps if step.kind == "file"),
        more={
            "area": area, "name": site.name(area), "id": id, "figure": title, "year": year, "boundaries": boundaries,
            "years": sorted(rows["year"].unique().to_list(), reverse=True), "steps": _grouped(chain), "parts": parts,
            "divisions": sorted(rows.filter(pl.col("year") == year)["boundaries"].unique().to_list()), "entry": entry,
        },
    )  # fmt: skip


def _edition(rows: pl.DataFrame, asked: Asked, area: str, id: str) -> tuple[int, int]:
    """The year and division asked for; unasked those that a reader sees elsewhere on the site."""
    year, boundaries = asked.number("jaar"), asked.number("grenzen")
    if rows.is_empty():
        raise QuestionError(
            f"cijfer '{id}' voor {area}", "daar is geen uitkomst van", "kies een ander gebied of cijfer"
        )
    if year is None and boundaries is None:
        row = reported_row(rows.sort("year", "boundaries").iter_rows(named=True)) or rows.sort("year").row(
            -1, named=True
        )
        return int(row["year"]), int(row["boundaries"])
    found = rows.filter(pl.col("year") == (year or rows["year"].max()))
    if boundaries is not None:
        found = found.filter(pl.col("boundaries") == boundaries)
    if found.is_empty():
        known = ", ".join(str(each) for each in sorted(rows["year"].unique()))
        raise QuestionError(f"cijfer '{id}' voor {area}", f"dat jaar is er niet; wel {known}", "kies een van die jaren")
    # The publisher's own division is the oldest.
    first = found.sort("boundaries").row(0, named=True)
    return int(first["year"]), int(first["boundaries"])


def _reading(site: Site, area: str, row: dict[str, Any], chain: Chain, title: str, words: Wording) -> str:
    """One sentence: from what the figure was made, and how many cells and files that took."""
    cells = sum(step.kind == "cell" for step in chain.steps)
    files = len({step.title for step in chain.steps if step.kind == "file"})
    values: dict[str, object] = {"figure": title, "area": site.name(area), "year": row["year"]}
    if row["indicator"] in site.catalogue.composites:
        return words("origin.reading_composite", **values, mark=words.mark(row["mark"]), parts=len(chain.adds))
    if row["value"] is None:
        return words("origin.reading_none", **values, reason=words(f"status.{row['status']}", year=row["year"]))
    entry = site.catalogue.indicators[row["indicator"]]
    value = join_unit(words.number(row["value"], entry.decimals), words.unit(entry.unit))
    key = "origin.reading_neutral" if row["mark"] is None else "origin.reading"
    return words(
        key,
        **values,
        value=value,
        mark=words.mark(row["mark"]),
        cells=_counted("cells", cells, words),
        files=_counted("files", files, words),
    )


def _counted(name: str, number: int, words: Wording) -> str:
    return words(f"origin.{name}_one" if number == 1 else f"origin.{name}", number=number)


def _grouped(chain: Chain) -> list[list[Step]]:
    """The steps as stairs: cells of one file stand beside each other on one tread."""
    stairs: list[list[Step]] = []
    for step in chain.steps:
        if stairs and step.kind == "cell" and stairs[-1][0].kind == "cell":
            stairs[-1].append(step)
        else:
            stairs.append([step])
    return stairs


def _name(part: str, site: Site, words: Wording) -> str:
    return words("composition.together") if part == TOGETHER else site.title(part, words.lang)


def _parts(chain: Chain, site: Site, words: Wording) -> Table:
    """What each part adds, as numbers."""
    columns = (
        Column("deel", words("composition.part")), Column("rapportcijfer", words("composition.mark"), "number", 2),
        Column("gewicht", words("explained.weight"), "number", 2), Column("bijdrage", words("composition.adds"), "number", 3),
        Column("id", words("town.id")),
    )  # fmt: skip
    rows = [
        (_name(each.part, site, words), None if each.part == TOGETHER else each.mark, each.weight, each.adds, each.part)
        for each in chain.adds
    ]
    return Table("delen", words("origin.parts"), columns, rows_of([each.key for each in columns], *rows))


def _picture(chain: Chain, site: Site, title: str, words: Wording) -> list[Picture]:
    if not chain.adds:
        return []
    mean = site.catalogue.parameter("mark_mean")
    bars = tuple(
        Bar(_name(each.part, site, words), "" if each.part == TOGETHER else words.mark(each.mark), each.adds, "")
        for each in sorted(chain.adds, key=lambda each: each.adds)
    )
    content = Waterfall(title, mean, bars, words("origin.ends"))
    told = words.listing([f"{each.title} {'+' if each.adds > 0 else ''}{words.number(each.adds, 2)}" for each in bars])
    alt = words("origin.waterfall_alt", mean=words.mark(mean), mark=words.mark(content.mark), parts=told)
    drawn, narrow = (waterfall_svg(content, words, narrow=each) for each in (False, True))
    return [Picture("delen", drawn, words("origin.parts"), alt, "delen", content, narrow)]


ORIGIN = Page(
    "herkomst", "/herkomst/{gebied}/{cijfer}", origin, "origin.html", under="uitleg", styles=("explained.css",)
)
