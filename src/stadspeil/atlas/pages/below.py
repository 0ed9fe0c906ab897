"""Beneden de wijk: which buurten vanish in the average of their wijk, how sure that is, and on what figures."""

from __future__ import annotations

from typing import Any

import polars as pl

from stadspeil.atlas import below_tables as tables
from stadspeil.atlas.grounds import ground_of_town
from stadspeil.atlas.hidden import Chosen, Hidden
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Page, Picture, Series, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.entries import title_in
from stadspeil.errors import QuestionError
from stadspeil.report.chapters.maps import hidden_map
from stadspeil.report.chapters.shown import Shown
from stadspeil.report.drawing.shares import ShareRow, shares_svg
from stadspeil.report.drawing.strips import strips_alt, strips_svg
from stadspeil.report.standing import HALF_INTERVAL
from stadspeil.report.wording import Wording

_NAMED, _ROWS, _BARS = 3, 4, 12


def below(site: Site, asked: Asked) -> View:
    """The hidden buurten of a gemeente, and what else analyses say of what lies below its wijken."""
    words, code = words_of(asked.lang), site.area(asked.get("stad"))
    if not code.startswith("GM"):
        raise QuestionError(f"gebied '{code}'", "dat is geen gemeente", "kies een gemeente in de lijst")
    made = Hidden(site, code, _choice(site, asked))
    title = _figure_title(made, words)
    shown = (
        tables.hidden_table(made, words), tables.also_table(made, words), tables.strip_table(made, title, words),
        tables.estimate_table(made, words), tables.sliding_table(made, words), tables.split_table(made, words),
        tables.square_table(made, words), tables.apart_table(made, words), tables.group_table(made, words),
        tables.neighbor_table(made, words),
    )  # fmt: skip
    pictures = [*_strip_picture(made, title, words), *_map_picture(made, words), *_split_picture(shown[5], words)]
    return View(
        "beneden-de-wijk", words("pockets.title", town=site.name(code)), _reading(made, words), shown, tuple(pictures),
        series=_split_series(shown[5], words), notes=tuple(_notes(made, words)),
        more={
            "code": code, "name": site.name(code), "chosen": made.chosen, "drawn": made.drawn, "figure_title": title,
            "buurten": _buurten(made), "themes": _themes(made, words), "figures": _figures(made, words),
            "years": _years(made), "least": _least(made), "square_sentences": tables.square_sentences(made, words),
            "apart_sentence": _apart_sentence(shown[7], site.name(code), words), "smallest_p": tables.SMALLEST_P, "rows": _ROWS, "p_meaning": f"{words('pockets.difference_margin_meaning')} {words('pockets.p_meaning')}", "every": bool(asked.get("alles")),
            "query": {key: value for key, value in asked.query.items() if key != "alles"},
            "tested": made.tested.height > 0, "any": made.all_tested.height > 0,
            "neighbors": _neighbor_sentences(made, words),
        },
    )  # fmt: skip


def _choice(site: Site, asked: Asked) -> Chosen:
    """Theme, figure and year as asked; a figure of another theme than the chosen one gives way to the theme."""
    theme, figure = asked.get("thema"), asked.get("cijfer")
    if theme and theme not in site.catalogue.themes:
        raise QuestionError(f"thema '{theme}'", "dat is er niet", "kies een thema in de lijst")
    entry = site.catalogue.indicators.get(figure)
    if figure and entry is None:
        raise QuestionError(f"cijfer '{figure}'", "dat is er niet", "kies een cijfer in de lijst")
    if entry is not None and theme and entry.theme != theme:
        figure = ""
    return Chosen(theme, figure, asked.number("jaar"))


def _figure_title(made: Hidden, words: Wording) -> str:
    rows = made.of_drawn
    if rows.is_empty():
        return words("pockets.nothing_tested")
    return words("pockets.figure_title", figure=made.site.title(made.drawn, words.lang), year=rows["year"][0])


def _reading(made: Hidden, words: Wording) -> str:
    """One sentence: how many buurten are hidden and which; never more than was tested."""
    town, tested = made.site.name(made.town), made.tested["area"].n_unique()
    if not tested:
        return words("pockets.reading_untested", town=town)
    if made.hidden.is_empty():
        return words("pockets.reading_none", town=town, tested=tested)
    names = [made.site.name(code) for code in made.order]
    # One more is named, not counted.
    more = len(names) - _NAMED if len(names) > _NAMED + 1 else 0
    told = words.listing([*names[:_NAMED], words("pockets.more", number=more)] if more else names)
    key = "pockets.reading_one" if len(names) == 1 else "pockets.reading"
    return words(key, town=town, tested=tested, number=len(names), names=told)


def _notes(made: Hidden, words: Wording) -> list[str]:
    rows = made.tested
    if rows.is_empty():
        return [words("pockets.untested_meaning")]
    number = rows["indicator"].n_unique()
    figures = words("pockets.on_one_figure") if number == 1 else words("pockets.on_figures", number=number)
    told = [words("pockets.tested_note", buurten=rows["area"].n_unique(), figures=figures)]
    if made.hidden.is_empty():
        told.append(words("pockets.none_meaning"))
    return [*told, words("pockets.leads")]


def _buurten(made: Hidden) -> list[dict[str, Any]]:
    """The hidden buurten for the page: number, names, and on how many figures."""
    counts = dict(made.hidden.group_by("area").agg(pl.len()).iter_rows())
    surest = dict(made.hidden.group_by("area", maintain_order=True).agg(pl.col("indicator").first()).iter_rows())
    return [
        {"area": code, "number": number, "name": made.site.name(code), "wijk": made.site.name_of_wijk(code),
         "figures": counts[code], "surest": surest[code]}
        for number, code in enumerate(made.order, start=1)
    ]  # fmt: skip


def _themes(made: Hidden, words: Wording) -> list[tuple[str, str]]:
    known = {made.chosen.theme, *(made.all_tested["theme"].unique() if made.all_tested.height else ())}
    themes = sorted(made.site.catalogue.themes.values(), key=lambda each: each.order)
    return [(each.id, title_in(each, words.lang)) for each in themes if each.id in known]


def _figures(made: Hidden, words: Wording) -> list[tuple[str, list[tuple[str, str]]]]:
    """Tested figures by theme; within a chosen theme only its own."""
    known = {made.chosen.figure, *(made.all_tested["indicator"].unique() if made.all_tested.height else ())}
    found = []
    for theme, title in _themes(made, words):
        if made.chosen.theme in ("", theme):
            entries = made.site.catalogue.indicators.values()
            own = [
                (each.id, made.site.title(each.id, words.lang))
                for each in entries
                if each.theme == theme and each.id in known
            ]
            found.append((title, own))
    return found


def _years(made: Hidden) -> list[int]:
    return sorted(made.all_tested["year"].unique().to_list(), reverse=True) if made.all_tested.height else []


def _least(made: Hidden) -> float | None:
    """The least difference with which a middling buurt could stand out on the drawn figure, were it the only test."""
    errors = made.of_drawn["error"].drop_nulls() if made.of_drawn.height else None
    if errors is None or errors.is_empty():
        return None
    return HALF_INTERVAL * float(errors.median())  # type: ignore[arg-type]


def _strip_picture(made: Hidden, title: str, words: Wording) -> list[Picture]:
    content = made.strips(title, words)
    if content is None:
        return []
    return [
        Picture(
            "strook",
            strips_svg(content, words),
            title,
            strips_alt(content, words),
            "strook",
            narrow=strips_svg(content, words, narrow=True),
        )
    ]


def _map_picture(made: Hidden, words: Wording) -> list[Picture]:
    """The hidden buurten on the ground of the town, numbered as in the list; nothing without boundaries of buurten."""
    site, results = made.site, made.site.results
    ground, source = ground_of_town(results, made.town)
    if ground is None or made.tested.is_empty():
        return []
    ids = made.tested["indicator"].unique().to_list()
    clusters = results.inside("clusters", made.town).filter(pl.col("indicator").is_in(ids))
    buurten = results.areas_inside(made.town)
    shown = Shown(
        made.town, site.catalogue, {"pockets": made.tested, "clusters": clusters}, buurten, {}, {}, ground_source=source
    )
    return [
        Picture("kaart", wide.svg, wide.caption, wide.alt, "verborgen", narrow=narrow.svg)
        for wide, narrow in zip(
            *(hidden_map(shown, ground, words, made.order, phone=each) for each in (False, True)), strict=True
        )
    ]


def _split_picture(table: Table, words: Wording) -> list[Picture]:
    rows = [
        ShareRow(f"{row['cijfer']}", float(row["binnen_wijken"] or 0) / 100, _hundredth(row["land_binnen_wijken"]))
        for row in table.rows[:_BARS]
    ]
    if not rows:
        return []
    svg, narrow = (
        shares_svg(rows, words("pockets.within"), words("pockets.within_country"), words, each)
        for each in (False, True)
    )
    told = words.listing([f"{row.title} {words.number(100 * row.share)}%" for row in rows])
    return [Picture("verdeling", svg, table.caption, words("pockets.split_alt", rows=told), "verdeling", narrow=narrow)]


def _split_series(table: Table, words: Wording) -> tuple[Series, ...]:
    rows = table.rows[:_BARS]
    if not rows:
        return ()
    numbers = {
        head: tuple(_hundredth(row[key], 1) for row in rows)
        for key, head in (("binnen_wijken", words("pockets.within")), ("land_binnen_wijken", words("pockets.within_country")))
    }  # fmt: skip
    return (Series("verdeling", "bar", table.caption, tuple(str(row["cijfer"]) for row in rows), numbers),)


def _hundredth(value: object, of: int = 100) -> float | None:
    return float(value) / of if isinstance(value, int | float) else None


def _apart_sentence(table: Table, town: str, words: Wording) -> str:
    clear = [row for row in table.rows if row["binnen_wijken"] is not None and row["land_binnen_wijken"] is not None]
    if not clear:
        return ""
    most = max(clear, key=lambda row: float(row["scheiding"] or 0))
    return words(
        "apart.sentence", family=most["verdeeld_naar"], town=town, share=words.number(float(most["binnen_wijken"] or 0)),
        country=words.number(float(most["land_binnen_wijken"] or 0)),
    )  # fmt: skip


def _neighbor_sentences(made: Hidden, words: Wording) -> list[str]:
    """Over all figures: how many buurten stand out among their neighbours, and lie high or low with them."""
    told = []
    clusters, spots = (made.site.results.inside(name, made.town) for name in ("clusters", "hot_spots"))
    if clusters.height:
        counts = dict(clusters.group_by("quadrant").agg(pl.col("area").n_unique()).iter_rows())
        out = counts.get("hoog-laag", 0) + counts.get("laag-hoog", 0)
        told.append(words("below.clusters", out=out, like=counts.get("hoog-hoog", 0) + counts.get("laag-laag", 0)))
    if spots.height:
        counts = dict(spots.group_by("side").agg(pl.col("area").n_unique()).iter_rows())
        told.append(words("below.spots", high=counts.get("hoog", 0), low=counts.get("laag", 0)))
    return told


BELOW = Page("beneden", "/beneden-de-wijk/{stad}", below, "below.html", "menu.below", styles=("below.css",))
