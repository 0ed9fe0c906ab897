"""What lies around an area: above it, beside it, like it elsewhere, and the pockets that its averages hide."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from stadspeil.analyses.kin import Structure, alike
from stadspeil.atlas.fields import FIELDS
from stadspeil.atlas.lines import AreaLines, known_fields, level_of
from stadspeil.atlas.neighbours import NEIGHBOURS
from stadspeil.atlas.site import Site
from stadspeil.atlas.surroundings import STRUCTURE_TABLE, read_structure
from stadspeil.atlas.views import Cell, Column, Table, rows_of
from stadspeil.errors import QuestionError
from stadspeil.report.wording import Wording

_LIKE, _HALF_90 = 6, 1.645


@dataclass(frozen=True)
class Step:
    """A step of the way down from the country: an area, or the country itself (without code)."""

    code: str
    name: str
    level: str


def way_down(site: Site, code: str, words: Wording) -> tuple[Step, ...]:
    """Country, gemeente, wijk, buurt, as far as the area goes."""
    country = words("words.invented_country" if site.invented else "words.country")
    codes = [f"GM{code[2:6]}", f"WK{code[2:8]}", code][: {"gemeente": 1, "wijk": 2, "buurt": 3}[level_of(code)]]
    if len(codes) == 3 and not site.lies_in_wijk(code):
        # The code of its wijk means another place now, of which the profile would be opened.
        del codes[1]
    return (Step("", country, "land"), *(Step(each, site.name(each), level_of(each)) for each in codes))


def areas_inside(site: Site, known: AreaLines) -> tuple[Step, ...]:
    """The wijken of a gemeente or the buurten of a wijk, on the newest division that has figures."""
    below = {"gemeente": "wijk", "wijk": "buurt"}.get(known.level)
    codes = [] if below is None else _newest(site, known.code, below)
    return _named(site, [code for code in codes if known.level != "wijk" or site.lies_in_wijk(code)])


def neighbours(site: Site, known: AreaLines, words: Wording) -> tuple[Table, bool]:
    """Areas that share a border, and true; or else those of the same gemeente or wijk, and false."""
    columns = (
        Column("gebied", words("start.code")), Column("naam", words("map.name")),
        Column("grens_km", words("profile.shared_km"), "number", 1, "km"),
    )  # fmt: skip
    own = site.results.prepared(NEIGHBOURS, f"GM{known.code[2:6]}", known.code)
    own = own.sort("shared_km", descending=True) if own.height else own
    rows: list[tuple[Cell, ...]] = [(row["neighbour"], site.name(row["neighbour"]), row["shared_km"])
                                    for row in own.iter_rows(named=True)]  # fmt: skip
    bordering = bool(rows)
    if not rows and known.level != "gemeente":
        siblings = _newest(site, known.code, known.level)
        rows = [(each.code, each.name, None) for each in _named(site, siblings) if each.code != known.code]
    caption = words("profile.neighbours_caption" if bordering else "profile.siblings_caption")
    return Table("buren", caption, columns, rows_of([each.key for each in columns], *rows), words("profile.no_neighbours")), bordering  # fmt: skip


def likes(site: Site, known: AreaLines, words: Wording) -> Table:
    """Buurten of other gemeenten that are most like this one in homes, households and ages; empty for other areas."""
    columns = (
        Column("gebied", words("start.code")), Column("naam", words("map.name")), Column("gemeente", words("map.levels.gemeente")),
        Column("afstand", words("profile.distance"), "number", 2, meaning=words("profile.distance_meaning")),
        Column("cijfers", words("profile.shared_figures"), "number"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    note = words("profile.like_only_buurten")
    if known.level == "buurt":
        try:
            found = site.results.remembered(("like", known.code), lambda: _alike(site, known.code))
            rows = [(area, site.name(area), site.name(f"GM{area[2:6]}"), distance, figures)
                    for area, distance, figures in found.iter_rows()]  # fmt: skip
        except QuestionError:
            note = words("profile.like_unknown")
    return Table(
        "lijkt_op", words("profile.like_caption"), columns, rows_of([each.key for each in columns], *rows), note
    )


@dataclass(frozen=True)
class Pocket:
    """A buurt that differs from the rest of its wijk, on the figure where it does most, and on how many others."""

    code: str
    name: str
    wijk: str
    id: str
    row: Mapping[str, Cell]
    others: int


def pockets(site: Site, known: AreaLines, words: Wording) -> tuple[Table, tuple[Pocket, ...]]:
    """Buurten in the area (or the buurt itself) that differ from the rest of their wijk; unfavourable ones first."""
    columns = (
        Column("buurt", words("map.levels.buurt")), Column("gebied", words("start.code")), Column("wijk", words("map.levels.wijk")),
        Column("cijfer", words("town.figure")), Column("id", words("town.id")),
        Column("waarde", words("town.value"), "number", 1), Column("eenheid", words("town.unit")), Column("rest", words("profile.rest"), "number", 1),
        Column("marge", words("profile.margin_90"), "number", 1), Column("kant", words("profile.side")),
        Column("wijk_verbergt", words("profile.hides"), meaning=words("profile.hides_meaning")),
        Column("jaar", words("town.year"), "year"),
    )  # fmt: skip
    found, tested = _found(site, known)
    rows = [
        (site.name(row["area"]), row["area"], site.name_of_wijk(row["area"]), site.title(row["indicator"], words.lang),
         row["indicator"], row["value"], _unit(site, row["indicator"], words), row["rest"], _HALF_90 * row["error"],
         words(f"profile.sides.{_side(site, row['indicator'], row['unfavourable'])}"),
         words("words.yes" if row["wijk_hides"] else "words.no"), row["year"])
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    note = words("profile.no_pockets", number=tested) if tested else words("profile.pockets_untested")
    made = rows_of([each.key for each in columns], *rows)
    table = Table("verborgen", words("profile.pockets_caption"), columns, made, note)
    # As the page beneden de wijk counts them: only where the wijk itself does not show it.
    hidden = [
        row
        for row in made
        if row["kant"] == words("profile.sides.unfavourable") and row["wijk_verbergt"] == words("words.yes")
    ]
    return table, _by_buurt(hidden if known.level != "buurt" else made, known.level)


def _found(site: Site, known: AreaLines) -> tuple[pl.DataFrame, int]:
    """The rows of POCKETS that were found, in the order of the report, and how many buurten were tested."""
    table = site.results.prepared("pockets", f"GM{known.code[2:6]}", known.code if known.level == "buurt" else "")
    if table.is_empty():
        return table, 0
    if known.level == "wijk":
        table = table.filter(pl.col("area").str.starts_with(f"BU{known.code[2:8]}"))
    if gone := site.divisions_elsewhere(known.code):
        table = table.filter(~pl.col("boundaries").is_in(gone))
    order = [pl.col("unfavourable"), pl.col("wijk_hides"), pl.col("difference").abs() / pl.col("error")]
    found = table.filter("found")
    return found.sort(order, descending=True) if found.height else found, table["area"].n_unique()


def _by_buurt(rows: Sequence[Mapping[str, Cell]], level: str) -> tuple[Pocket, ...]:
    """A line per buurt; of one buurt a line per figure."""
    counts = Counter(row["gebied"] for row in rows)
    shown: dict[object, Pocket] = {}
    for row in rows:
        key: object = (row["gebied"], row["id"]) if level == "buurt" else row["gebied"]
        if key not in shown:
            others = 0 if level == "buurt" else counts[row["gebied"]] - 1
            shown[key] = Pocket(str(row["gebied"]), str(row["buurt"]), str(row["wijk"]), str(row["id"]), row, others)
    return tuple(shown.values())


def _unit(site: Site, id: str, words: Wording) -> str:
    entry = site.catalogue.indicators.get(id)
    return words.unit(entry.unit) if entry is not None else ""


def _side(site: Site, id: str, unfavourable: bool) -> str:
    if unfavourable:
        return "unfavourable"
    entry = site.catalogue.indicators.get(id)
    return "neutral" if entry is not None and entry.direction == "neutral" else "favourable"


def warm_profiles(site: Site) -> None:
    """Read what every profile needs."""
    if site.results.prepared(FIELDS).height:
        known_fields(site)
        known = _structure(site)
        if known.figures:
            known.standard  # noqa: B018


def _structure(site: Site) -> Structure:
    return site.results.once("structure", lambda: read_structure(site.results.prepared(STRUCTURE_TABLE)))


def _alike(site: Site, code: str) -> pl.DataFrame:
    return alike(_structure(site), code, _LIKE)


def _newest(site: Site, code: str, level: str) -> list[str]:
    rows = site.results.divided(code).filter(pl.col("level") == level)
    if level == "buurt":
        rows = rows.filter(pl.col("area").str.starts_with(f"BU{code[2:8]}"))
    newest = rows.filter(pl.col("boundaries") == pl.col("boundaries").max())
    return newest["area"].unique().sort().to_list()


def _named(site: Site, codes: list[str]) -> tuple[Step, ...]:
    return tuple(Step(code, site.name(code), level_of(code)) for code in codes)
