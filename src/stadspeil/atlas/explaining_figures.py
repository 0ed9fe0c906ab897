"""The full definition of an indicator and of a composite."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from stadspeil.atlas.explaining import Fact, Telling, Told
from stadspeil.atlas.views import Cell, Column, Table
from stadspeil.catalogue.entries import Composite, Edition, Indicator, summed
from stadspeil.report.definitions import made_of

LEVELS = ("land", "regio", "gemeente", "wijk", "buurt")


def tell_indicator(entry: Indicator, telling: Telling) -> Told:
    """What it measures, how it is made, whose figures it rests on, how sure it is and where it counts."""
    words = telling.words
    title, _ = telling.text(entry, "title")
    reading, lang = telling.text(entry, "definition")
    facts = [
        *_state(entry, telling),
        telling.fact("in_words", _in_words(entry, telling), telling.dutch),
        *([telling.fact("exact", made_of(entry, words))] if entry.status == "connected" else []),
        telling.fact("unit", _unit(entry, telling)),
        telling.fact("direction", words(f"explained.is_{entry.direction}")),
        telling.fact("sort", words(f"workbook.sort_{entry.kind}")),
        telling.fact("levels", words.listing([words.said(each) for each in entry.levels])),
        telling.fact("margin", _margin(entry, telling)),
        telling.fact("range", words("explained.range_said", **_ranges(entry, words))),
        *telling.of_entry("mind", entry, "note"),
        *_printed(entry, telling),
        *_theme(entry.theme, telling),
        *_source(entry, telling),
    ]  # fmt: skip
    tables = (
        _part_of(entry.id, telling),
        _years(entry.id, telling),
        _breaks(entry.id, telling),
        _editions(entry, telling),
    )
    known = entry.id in telling.site.results.indicators
    return Told(
        words("explained.kind_indicator"), title, reading, tuple(facts), tuple(each for each in tables if each.rows),
        lang, {"figure": entry.id if known else ""},
    )  # fmt: skip


def tell_composite(entry: Composite, telling: Telling, area: str = "") -> Told:
    """Its parts with their weights, how they are added up, and what its places depend on."""
    words, catalogue = telling.words, telling.site.catalogue
    title, _ = telling.text(entry, "title")
    reading, lang = telling.text(entry, "definition")
    least = entry.minimum_weight or catalogue.parameter("composite_minimum_weight")
    facts = [
        telling.fact("aggregation", words(f"explained.adds_{entry.aggregation}", power=words.number(entry.power, 1))),
        telling.fact("weights", words(f"lineage.weighed_{entry.weights}")),
        telling.fact("missing", words(f"explained.missing_{entry.missing}")),
        telling.fact("least_weight", f"{words.number(100 * least)}%"),
        telling.fact("direction", words("explained.is_mark")),
        *_theme(entry.theme or entry.id.removeprefix("thema_"), telling),
    ]
    if entry.published:
        facts.append(telling.fact("printed", entry.published.replace("|", ", "), telling.dutch))
    tables = (
        _parts(entry, telling), _part_of(entry.id, telling), _sensitivity(entry.id, telling), _tenths(entry.id, area, telling),
        _checks(entry.id, telling), _years(entry.id, telling), _breaks(entry.id, telling),
    )  # fmt: skip
    known = entry.id in telling.site.results.indicators
    return Told(
        words("explained.kind_composite"), title, reading, tuple(facts), tuple(each for each in tables if each.rows),
        lang, {"figure": entry.id if known else ""},
    )  # fmt: skip


def _state(entry: Indicator, telling: Telling) -> list[Fact]:
    """What a reader must know first: that there is no figure yet, or that another took its place."""
    words, found = telling.words, []
    if entry.status == "planned":
        found.append(telling.fact("state", words("explained.planned")))
    if entry.replaced_by:
        other = telling.site.title(entry.replaced_by, telling.lang)
        found.append(telling.fact("replaced_by", other, link=f"/uitleg/{entry.replaced_by}"))
    return found


def _in_words(entry: Indicator, telling: Telling) -> str:
    """The formula with the meanings of its fields, which the catalogue has in Dutch only."""
    words, fields = telling.words, telling.site.catalogue.fields

    def named(name: str) -> str:
        return " + ".join(fields[each].title if each in fields else each for each in summed(name))

    if entry.status == "planned":
        return words("explained.not_yet", columns=", ".join(entry.publisher_columns) or "–")
    if not entry.numerator:
        return words("explained.as_published", field=named(entry.column or entry.id))
    said = words(
        "explained.ratio", above=named(entry.numerator), below=named(entry.denominator), per=words.number(entry.per)
    )
    return f"{said} {words('explained.else_published')}" if entry.column else said


def _unit(entry: Indicator, telling: Telling) -> str:
    return telling.words.unit(entry.unit) or telling.words("explained.count")


def _margin(entry: Indicator, telling: Telling) -> str:
    """How its margin is known, as the catalogue declares it; else by kind."""
    words = telling.words
    if entry.error:
        sizes = ", ".join(f"{words.said(level)} {words.number(size, 2)}" for level, size in entry.error.items())
        status = words(f"explained.error_{entry.error_status}")
        return words(
            "explained.margin_declared", sizes=sizes, status=status, source=entry.error_source, date=entry.error_date
        )
    if entry.kind in ("share", "rate"):
        return words("explained.margin_number")
    return words("explained.margin_unknown")


def _ranges(entry: Indicator, words: object) -> dict[str, str]:
    names = ("low", "high", "usual_low", "usual_high")
    return {name: f"{value:g}" for name, value in zip(names, (*entry.possible, *entry.expected), strict=True)}


def _printed(entry: Indicator, telling: Telling) -> list[Fact]:
    if not entry.published:
        return []
    said = entry.published.replace("|", ", ")
    return [
        telling.fact("printed", f"{said}{telling.words('explained.mirrored') if entry.mirrored else ''}", telling.dutch)
    ]


def _theme(id: str, telling: Telling) -> list[Fact]:
    theme = telling.site.catalogue.themes.get(id)
    if theme is None:
        return []
    title, lang = telling.text(theme, "title")
    return [telling.fact("theme", title, lang, f"/uitleg#thema-{id}")]


def _source(entry: Indicator, telling: Telling) -> list[Fact]:
    source = telling.site.catalogue.sources.get(entry.source)
    if source is None:
        return []
    title, lang = telling.text(source, "title")
    return [
        telling.fact("source", title, lang, f"/uitleg/{source.id}"), telling.fact("publisher", source.publisher, telling.dutch),
        telling.fact("licence", source.licence, telling.dutch),
        *([telling.fact("homepage", source.homepage, link=source.homepage)] if source.homepage else []),
    ]  # fmt: skip


def _editions(entry: Indicator, telling: Telling) -> Table:
    source = telling.site.catalogue.sources.get(entry.source)
    return edition_table(source.editions if source is not None else (), telling)


def edition_table(editions: Sequence[Edition], telling: Telling) -> Table:
    """Deliveries of a source that we know: year, division, table and how that is known."""
    columns = telling.columns(
        ("editie", "edition"), ("indeling", "division"), ("statline", "statline"), ("herkomst", "evidence"), ("opmerking", "remark")
    )  # fmt: skip
    rows: list[Sequence[Cell]] = [
        (each.edition, str(each.boundaries), each.statline,
         telling.words(f"evidence.{each.evidence}"), each.note)
        for each in editions
    ]  # fmt: skip
    return telling.table("edities", columns, rows)


def _parts(entry: Composite, telling: Telling) -> Table:
    words, catalogue = telling.words, telling.site.catalogue
    parts = catalogue.parts_of(entry.id)
    equal = entry.weights == "equal"
    rows: list[Sequence[Cell]] = []
    for part in parts:
        own = catalogue.indicators.get(part)
        weight = 1 / len(parts) if equal else entry.weight.get(part)
        direction = words(f"workbook.is_{own.direction}") if own is not None else words("words.composite")
        rows.append((telling.site.title(part, telling.lang), weight, direction, part))
    columns = telling.columns(("deel", "part"), ("gewicht", "weight", 2), ("kant", "direction"), ("id", "id"))
    return telling.table("delen", columns, rows)


def _part_of(id: str, telling: Telling) -> Table:
    """The composites that it counts in, and with what weight."""
    catalogue = telling.site.catalogue
    rows: list[Sequence[Cell]] = []
    for other in catalogue.composites.values():
        parts = catalogue.parts_of(other.id)
        if id in parts:
            weight = 1 / len(parts) if other.weights == "equal" else other.weight.get(id)
            rows.append((telling.site.title(other.id, telling.lang), weight, len(parts), other.id))
    columns = telling.columns(("cijfer", "counts_in"), ("gewicht", "weight", 2), ("delen", "of_parts", 0), ("id", "id"))
    return telling.table("telt_mee_in", columns, rows)


def _years(id: str, telling: Telling) -> Table:
    """Per level the years with values, and of how many areas the newest is known."""
    table = telling.site.results.of_indicator(id).filter(pl.col("value").is_not_null() | pl.col("mark").is_not_null())
    rows: list[Sequence[Cell]] = []
    for level in LEVELS:
        own = table.filter(pl.col("level") == level)
        if own.height:
            newest = own.filter(pl.col("year") == pl.col("year").max())
            known = newest.filter(pl.col("spread").is_not_null())["area"].n_unique()
            years = [int(year) for year in own["year"].unique().sort()]
            rows.append((telling.words.said(level), years[0], years[-1], len(years),
                         newest["area"].n_unique(), known))  # fmt: skip
    columns = telling.columns(
        ("niveau", "level"), ("van", "first_year"), ("tot", "last_year"), ("jaren", "number_of_years", 0),
        ("gebieden", "areas", 0), ("met_marge", "with_margin", 0),
    )  # fmt: skip
    return telling.table("jaren", columns, rows)


def _breaks(id: str, telling: Telling) -> Table:
    rows = [(year, reason) for year, reason in telling.site.catalogue.breaks_of(id).items()]
    return telling.table("breuken", telling.columns(("jaar", "year"), ("reden", "reason")), rows)


def _sensitivity(id: str, telling: Telling) -> Table:
    """How much each choice of the maker moves the places of the field."""
    table = telling.site.results.analysis("sensitivity")
    own = table.filter((pl.col("indicator") == id) & (pl.col("area") == "NL")) if table.height else table
    own = own.filter(pl.col("year") == pl.col("year").max()).sort("total", descending=True) if own.height else own
    rows = [
        (
            telling.words.said(row["choice"]),
            100 * max(row["first"] or 0, 0),
            100 * max(row["total"] or 0, 0),
            row["year"],
        )
        for row in own.iter_rows(named=True)
    ]
    columns = telling.columns(("keuze", "choice"), ("alleen", "first", 0), ("totaal", "total", 0), ("jaar", "year"))
    return telling.table("gevoeligheid", columns, rows)


def _tenths(id: str, area: str, telling: Telling) -> Table:
    """Of one town: the share of draws with other choices in each tenth of the field."""
    table = telling.site.results.inside("acceptability", area) if area else pl.DataFrame()
    own = table.filter((pl.col("indicator") == id) & (pl.col("area") == area)) if table.height else table
    rows: list[Sequence[Cell]] = []
    if own.height:
        newest = own.sort("year", "boundaries").row(-1, named=True)
        rows = [
            (number, 100 * newest[f"tenth_{number}"], newest["year"])
            for number in range(1, 11)
            if newest[f"tenth_{number}"] is not None
        ]
    columns = (
        *telling.columns(("tiende", "tenth", 0), ("kans", "chance", 1)),
        Column("jaar", telling.words("town.year"), "year"),
    )
    return telling.table("tienden", columns, rows)


def _checks(id: str, telling: Telling) -> Table:
    """Internal checks of the newest year: whether parts count double, hang together and weigh what they should."""
    table = telling.site.results.analysis("checks")
    own = table.filter(pl.col("indicator") == id) if table.height else table
    own = own.filter(pl.col("year") == pl.col("year").max()) if own.height else own
    words = telling.words
    rows = [
        (words(f"explained.check_{row['check']}"), _part_title(row["part"], telling), _part_title(row["other"], telling),
         row["value"], row["note"])
        for row in own.iter_rows(named=True)
    ]  # fmt: skip
    columns = telling.columns(
        ("controle", "check"), ("deel", "part"), ("ander", "other_part"), ("waarde", "value", 2), ("opmerking", "remark")
    )  # fmt: skip
    return telling.table("controles", columns, rows)


def _part_title(id: str, telling: Telling) -> str:
    catalogue = telling.site.catalogue
    return telling.site.title(id, telling.lang) if id in catalogue.indicators or id in catalogue.composites else id
