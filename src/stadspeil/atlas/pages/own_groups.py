"""Eigen groep gebieden: composed by name, held in the address, with its average by theme at once.

The average is that of the groups of the catalogue: each member counts once, whatever its size.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

import polars as pl

from stadspeil.areas import gemeente_of, is_code, level_of
from stadspeil.atlas.finding.index import Entry
from stadspeil.atlas.finding.telling import AREAS
from stadspeil.atlas.pages.find import site_index
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Table, View, rows_of
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.entries import title_in
from stadspeil.errors import QuestionError
from stadspeil.report.wording import Wording
from stadspeil.scores.groups import score_set

MOST = 120
_LONGEST_NAME = 60
FEW = 30


@dataclass
class Chosen:
    """The areas of a group, all of one level; `said` are sentences about what could not be taken in."""

    name: str
    codes: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def level(self) -> str:
        """The level of all of them; gemeente while there are none."""
        return level_of(self.codes[0]) if self.codes else "gemeente"


def own_groups(site: Site, asked: Asked) -> View:
    """The group that an address holds, and what it is on average."""
    words = words_of(asked.lang)
    chosen = chosen_areas(site, asked, words)
    town = asked.get("stad").upper()
    level = asked.get("niveau") if asked.get("niveau") in ("wijk", "buurt") else "wijk"
    averages = _averages(site, chosen, asked.lang, words)
    name = chosen.name or words("groups.unnamed")
    return View(
        "eigen_gebieden", words("groups.title", name=name) if chosen.codes else words("groups.title_empty"),
        _reading(chosen, averages, words), (averages, _members(site, chosen, words)), notes=tuple(words.many("groups.rules")),
        more={
            "name": chosen.name, "codes": chosen.codes, "joined": ",".join(chosen.codes), "said": chosen.said,
            "members": [(code, site.name(code), _address(asked, chosen, [each for each in chosen.codes if each != code])) for code in chosen.codes],
            "compare": urlencode({"set": f"{re.sub('[:,]', ' ', name)}:{','.join(chosen.codes)}"}),
            "snippet": snippet(name, chosen.codes) if chosen.level == "gemeente" and chosen.codes else "",
            "town": town, "towns": site.towns(), "level": level, "inside": _inside(site, town, level) if town else [],
            "beside": ",".join(each for each in chosen.codes if not (town and each[:2] == level[:2].upper() and gemeente_of(each) == town)),
            "starts": [(title, _address(asked, Chosen(title), members)) for title, members in _starts(site, asked.lang)],
        },
    )  # fmt: skip


def chosen_areas(site: Site, asked: Asked, words: Wording) -> Chosen:
    """What the address names: codes, areas that were ticked, and names that were typed."""
    chosen = Chosen(" ".join(asked.get("naam").split())[:_LONGEST_NAME])
    codes = [each.strip().upper() for name in ("gebieden", "gebied") for each in asked.get(name).split(",")]
    for code in dict.fromkeys(filter(None, codes)):
        if code in site.results.names and is_code(code) and level_of(code) in AREAS:
            _add(chosen, code, site, words)
        else:
            chosen.said.append(words("groups.unknown", asked=code[:40]))
    for text in re.split(r"[,;\n]", asked.get("erbij")[:2000]):
        if text.strip():
            for code in _meant(site, text.strip(), chosen, words):
                _add(chosen, code, site, words)
    return chosen


def _meant(site: Site, text: str, chosen: Chosen, words: Wording) -> Sequence[str]:
    """The area that a name means; of a gemeente that is gone what it became."""
    kinds = AREAS | {"vroeger"} if chosen.level == "gemeente" else frozenset({chosen.level})
    found = site_index(site).find(text, 40, kinds)
    if chosen.codes and chosen.level != "gemeente":
        found = [each for each in found if each.owner == gemeente_of(chosen.codes[0])]
    if not found:
        chosen.said.append(words("groups.not_found", asked=text[:40]))
        return ()
    first: Entry = found[0]
    if first.kind == "vroeger":
        chosen.said.append(
            words("groups.became", asked=first.names[0], now=words.listing([site.name(each) for each in first.heirs]))
        )
        return first.heirs
    return (first.id,)


def _add(chosen: Chosen, code: str, site: Site, words: Wording) -> None:
    if code in chosen.codes:
        return
    if chosen.codes and level_of(code) != chosen.level:
        chosen.said.append(
            words("groups.other_level", name=site.name(code), level=words(f"groups.levels.{chosen.level}"))
        )
    elif chosen.codes and chosen.level != "gemeente" and gemeente_of(code) != gemeente_of(chosen.codes[0]):
        chosen.said.append(
            words("groups.other_town", name=site.name(code), town=site.name(gemeente_of(chosen.codes[0])))
        )
    elif len(chosen.codes) >= MOST:
        chosen.said.append(words("groups.full", name=site.name(code), number=MOST))
    else:
        chosen.codes.append(code)


def _address(asked: Asked, chosen: Chosen, codes: Iterable[str]) -> str:
    query = {"naam": chosen.name, "gebieden": ",".join(codes)}
    return f"{asked.path}?{urlencode({name: each for name, each in query.items() if each}, safe=',')}"


def _starts(site: Site, lang: str) -> list[tuple[str, list[str]]]:
    """Groups of the catalogue to begin with, as far as their members are in the results."""
    known = {code for code, _ in site.towns()}
    found = []
    for group in sorted(site.catalogue.groups.values(), key=lambda each: each.order):
        members = [each for each in group.members if each in known]
        if members:
            found.append((title_in(group, lang), members))
    return found


def _inside(site: Site, town: str, level: str) -> list[tuple[str, str]]:
    """The wijken or buurten of a gemeente, by name, of its newest division that has them."""
    own = site.results.areas.filter((pl.col("level") == level) & pl.col("area").str.slice(2, 4).eq(town[2:6]))
    if own.is_empty():
        return []
    newest = own.filter(pl.col("boundaries") == own["boundaries"].max())
    return sorted(newest.select("area", "name").unique().iter_rows(), key=lambda each: (each[1].lower(), each[0]))


def _averages(site: Site, chosen: Chosen, lang: str, words: Wording) -> Table:
    columns = (
        Column("thema", words("groups.theme")), Column("cijfer", words("groups.mark"), "number", 1, meaning=words("groups.mark_meaning")),
        Column("plaats", words("groups.place"), "number", meaning=words("groups.place_meaning")), Column("van", words("groups.of"), "number"),
        Column("bekend", words("groups.present"), "number", meaning=words("groups.present_meaning")),
        Column("leden", words("groups.members"), "number"), Column("dekking", words("groups.coverage"), "number", 0, "%", words("groups.coverage_meaning")),
        Column("jaar", words("groups.year"), "year"), Column("id", words("own.id")),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for id in site.catalogue.composites if chosen.codes else ():
        row = _average(site, chosen, id) if id in site.results.indicators else None
        if row is not None:
            rows.append((site.title(id, lang), *row, id))
    return Table("gemiddelden", words("groups.averages_caption"), columns, rows_of([each.key for each in columns], *rows),
                 note=words("groups.no_averages"))  # fmt: skip


def _average(site: Site, chosen: Chosen, id: str) -> tuple[Cell, ...] | None:
    """Mark, place, places, members known, members, coverage and year of the newest year that knows most members."""
    table = site.results.of_indicator(id).filter((pl.col("level") == chosen.level) & pl.col("mark").is_not_null())
    # What rests on too few people is greyed elsewhere, so here it does not count.
    table = table.filter(pl.col("n").is_null() | (pl.col("n") >= FEW))
    best: tuple[int, int, tuple[Cell, ...]] | None = None
    for (year, boundaries), block in table.group_by("year", "boundaries"):
        members = _members_in(site, chosen, int(str(boundaries)))
        row = score_set(block, members, "higher_is_better")
        if row is not None and row["mark"] is not None:
            known = block.filter(pl.col("area").is_in(members))["coverage"].drop_nulls().to_numpy()
            covered = 100 * float(known.mean()) if len(known) else None
            told = (row["mark"], row["rank"], row["ranked"], row["present"], row["members"], covered, year)
            key = (row["present"], int(str(year)) - abs(int(str(boundaries)) - int(str(year))), told)
            best = key if best is None or key[:2] > best[:2] else best  # type: ignore[assignment]
    return None if best is None else best[2]


def _members_in(site: Site, chosen: Chosen, boundaries: int) -> tuple[str, ...]:
    """The members as the areas of a year: a group keeps its gemeenten through mergers, as those of the catalogue do."""
    if chosen.level != "gemeente":
        return tuple(chosen.codes)
    try:
        return site.results.register.members_in(chosen.codes, boundaries)
    except QuestionError:
        return tuple(chosen.codes)


def _members(site: Site, chosen: Chosen, words: Wording) -> Table:
    columns = (Column("gebied", words("groups.code"), "area"), Column("naam", words("groups.name")))
    return Table("leden", words("groups.members_caption"), columns,
                 rows_of(("gebied", "naam"), *((code, site.name(code)) for code in chosen.codes)), note=words("groups.nobody"))  # fmt: skip


def _reading(chosen: Chosen, averages: Table, words: Wording) -> str:
    if not chosen.codes:
        return words("groups.reading_empty")
    rows = [row for row in averages.rows if row["cijfer"] is not None]
    one = "_one" if len(chosen.codes) == 1 else ""
    number = words(f"groups.counted.{chosen.level}{one}", number=len(chosen.codes))
    if not rows:
        return words("groups.reading_none", number=number)
    ordered = sorted(rows, key=lambda row: float(row["cijfer"] or 0))
    return words(
        "groups.reading", number=number, best=ordered[-1]["thema"], high=words.mark(_mark(ordered[-1])),
        worst=ordered[0]["thema"], low=words.mark(_mark(ordered[0])),
    )  # fmt: skip


def _mark(row: object) -> float:
    return float(row["cijfer"])  # type: ignore[index]


def snippet(name: str, codes: Sequence[str]) -> str:
    """The entry of a group for <werkmap>/catalogue/groups.toml."""
    plain = "".join(each for each in name if each.isprintable())
    id = re.sub(r"[^a-z0-9]+", "_", plain.lower().encode("ascii", "ignore").decode()).strip("_") or "eigen_groep"
    id = id if id[0].isalpha() else f"groep_{id}"
    said = json.dumps(plain, ensure_ascii=False)
    return "\n".join((
        f"[{id}]", f"title    = {said}", f"title_en = {said}", "order    = 10", f"members  = {json.dumps(list(codes))}",
        'evidence = "ours"', 'source   = "eigen keuze"',
    ))  # fmt: skip


GROUPS = Page("eigen_gebieden", "/eigen/gebieden", own_groups, "own_groups.html", under="eigen", styles=("own.css",))
