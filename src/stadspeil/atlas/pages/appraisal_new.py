"""Een pakket samenstellen: measures with place, years and amount, and what they do, cost and ask, at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import numpy as np
import polars as pl

from stadspeil.appraisal.appraising import Appraisal, ledger_table, mechanism_draws, outcomes_table, told
from stadspeil.appraisal.means import local_cash, money_of
from stadspeil.appraisal.streams import Stream
from stadspeil.atlas.appraised.before import (
    Outcome,
    Row,
    ToldRow,
    before_table,
    changes,
    figure_rows,
    fund_rows,
    held,
    query_before,
    side_by_side,
)  # fmt: skip
from stadspeil.atlas.appraised.drawing import SpanRow, spans_svg
from stadspeil.atlas.appraised.form import MOST_ROWS, STAGES, Form, Judged, form_of, judged
from stadspeil.atlas.appraised.package_tables import FAVOURABLE, actor_table, fund_table, spread_columns
from stadspeil.atlas.appraised.pictures import ledger_picture, ledger_series
from stadspeil.atlas.appraised.reading import QUICK, funds_for, weighed
from stadspeil.atlas.appraised.saying import change, verdict
from stadspeil.atlas.appraised.sentences import ask_sentences, figures_said, pocket_sentences, reading, told_ask
from stadspeil.atlas.appraised.telling import retelling_of, retold
from stadspeil.atlas.drawing.pick_buurt import pick_svg
from stadspeil.atlas.grounds import ground_of_town
from stadspeil.atlas.older import older
from stadspeil.atlas.outcomes import kept_below, known_outcomes
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Cell, Column, Page, Picture, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.catalogue.entries import text_in, title_in
from stadspeil.errors import ContractError, QuestionError
from stadspeil.report.cases.telling import change_unit
from stadspeil.report.simulated_remarks import Remark
from stadspeil.report.wording import Wording

FILE = "/afwegen/nieuw.toml"
_YEAR = 10


def appraisal_new(site: Site, asked: Asked) -> View:
    """The form as the address holds it, what is wrong with it at its field, and what the package would do."""
    words = words_of(asked.lang)
    form, found, names = form_in(site, asked)
    touched = any(row["gebieden"] or row["van"] or row["aantal"] for row in form.rows) or asked.get("doe") == "kijk"
    appraisal, refused = _weighed(site, found) if touched else (None, ())
    problems = (*found.problems, *((0, "", each) for each in refused))
    shown, drawn, more = _outcome(site, appraisal, words) if appraisal else ((), (), {})
    site.noted(("composed", words.lang, found.toml), lambda: tuple(more.get("rows", ())))
    compared, changed, beside = _beside(site, form, names, asked, more.pop("rows", ()), words)
    by_hand = _row_by_hand(asked, len(form.rows))
    hand = by_hand or form.in_hand
    drawn_map, numbered = _map(site, form, asked, names, hand)
    return View(
        "pakket_nieuw", words("compose.title"), _reading(form, problems, more, touched, words),
        (_problem_table([(row, key, retelling_of(site, words).said(each)) for row, key, each in problems] if touched else (), words), *shown, *compared), drawn, series=more.pop("series", ()), notes=(words("compose.note", draws=words.number(QUICK)), words("appraise.note_euro")),
        more={
            "form": form, "names": form.names, "found": Judged(found.toml, found.entry, problems), "said": {each: retelling_of(site, words).remark(each) for _, _, each in problems}, "touched": touched, "areas": _choices(names),
            "area_names": names, "towns": site.towns(), "most": MOST_ROWS, "stages": STAGES, "interventions": _interventions(site, words),
            "units": {id: text_in(each, "dose_unit", words.lang) for id, each in site.catalogue.interventions.items()}, "programmes": known_outcomes(site),
            "address": urlencode(form.query()), "file": f"{FILE}?{urlencode(form.query())}", "file_name": f"{form.id}.toml", "command": f"stadspeil appraise --package {form.id}", "hand": hand,
            "map": drawn_map, "map_names": numbered, "by_hand": by_hand or "", "weighed": appraisal is not None,
            "before": beside, "changed": changed, "held": held(form, appraisal is not None, asked.get("vorig")), **more,
        },
        older=older(kept_below(site, [form.top["programma"]], words), words) if appraisal else None,
    )  # fmt: skip


def form_in(site: Site, asked: Asked) -> tuple[Form, Judged, Mapping[str, str]]:
    """The form of an address, judged, with the areas of its town."""
    towns = site.towns()
    form = form_of(asked, site.settings.town or (towns[0][0] if towns else ""))
    names = areas_of(site, form.top["stad"])
    return form, _judged(site, form, names), names


def _judged(site: Site, form: Form, names: Mapping[str, str]) -> Judged:
    """The form without rows in which nothing was filled in yet, as long as another row has something."""
    filled = [number for number, row in enumerate(form.rows, start=1) if any(row[key] for key in row if key != "naam")]
    if not filled:
        return judged(form, site.catalogue, names)
    found = judged(Form(form.top, tuple(form.rows[number - 1] for number in filled)), site.catalogue, names)
    problems = tuple((filled[row - 1] if row else 0, key, said) for row, key, said in found.problems)
    return Judged(found.toml, found.entry, problems)


def areas_of(site: Site, town: str) -> dict[str, str]:
    """Code and name of a gemeente and of its wijken and buurten, of the newest division that has buurten."""
    own = site.results.areas_inside(town)
    buurten = own.filter(level="buurt")
    if buurten.is_empty():
        return {town: site.name(town)} if town in site.results.names else {}
    newest = own.filter(pl.col("boundaries") == buurten["boundaries"].max())
    return dict(newest.select("area", "name").sort("area").iter_rows())


def _choices(names: Mapping[str, str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Areas by level, by name: gemeente, wijken, buurten."""
    return [
        (level, sorted(((code, name) for code, name in names.items() if code.startswith(start)), key=lambda each: each[1].lower()))
        for level, start in (("gemeente", "GM"), ("wijk", "WK"), ("buurt", "BU"))
    ]  # fmt: skip


def _interventions(site: Site, words: Wording) -> list[tuple[str, list[tuple[str, str]]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for each in site.catalogue.interventions.values():
        found.setdefault(each.domain, []).append((each.id, title_in(each, words.lang)))
    return [
        (words(f"library.domains.{domain}"), sorted(own, key=lambda each: each[1])) for domain, own in found.items()
    ]


def _map(
    site: Site, form: Form, asked: Asked, names: Mapping[str, str], hand: int
) -> tuple[str, list[tuple[int, str]]]:
    """The map to choose buurten from, and the names of its numbers; '' without boundaries."""
    ground = ground_of_town(site.results, form.top["stad"])[0]
    if ground is None:
        return "", []
    buurten = {code: name for code, name in names.items() if code.startswith("BU")}
    addresses = {
        code: f"{asked.path}?{urlencode({**form.with_area(hand, code).query(), 'kaart': str(hand)})}#kaart-kiezen"
        for code in buurten
    }
    numbered = [(number, buurten[code]) for number, code in enumerate(ground.shapes, start=1) if code in buurten]
    return pick_svg(ground, buurten, addresses, frozenset(form.areas(hand))), numbered


def _row_by_hand(asked: Asked, rows: int) -> int:
    """The row that a reader chose to fill by the map; 0 where none was, or a row was just added."""
    told = asked.get("kaart").rpartition(",")[2]
    number = int(told) if told.isascii() and told.isdigit() and len(told) < 3 else 0
    return number if number <= rows and asked.get("doe") != "erbij" else 0


def _weighed(site: Site, found: Judged) -> tuple[Appraisal | None, tuple[str, ...]]:
    """The package weighed with few draws, or why it cannot be."""
    if found.entry is None or found.problems:
        return None, ()
    try:
        return weighed(site, found.entry), ()
    except (QuestionError, ContractError) as fault:
        return None, fault.problems


def _outcome(
    site: Site, found: Appraisal, words: Wording
) -> tuple[tuple[Table, ...], tuple[Picture, ...], dict[str, Any]]:
    """Tables, pictures and words of a package that was weighed now: no more of it than the page shows."""
    figures = {row["figure"]: row for row in outcomes_table(found).filter(rules="nl").iter_rows(named=True)}
    ledger = ledger_table(found)
    year = min(_YEAR, found.frame.years - 1)
    ask = told_ask(found.ledger.ask)
    checked = funds_for(site, found.package, money_of(found, site.catalogue, local_cash(found, site.catalogue)))
    effects, said = _effects(site, found, year, words)
    shown = (_figure_table(figures, words), effects, actor_table(site, ledger, words), fund_table(site, checked, words))
    drawn = (ledger_picture(site, ledger, words), *_mechanisms(site, found, year, words))
    more = {
        "reading": reading(title_in(found.package, words.lang), figures, words), "ask": ask_sentences(ask, words), "pockets": pocket_sentences(site, ledger, words),
        "funds": retold(site, checked.sentences(), words), "effects": said, "year": found.frame.first + year, "remarks": retold(site, found.remarks, words), "invented": found.ground.invented or found.package.invented,
        "told": figures_said(figures, words), "series": (ledger_series(site, ledger, words),),
    }  # fmt: skip
    more["rows"] = _rows_of(more, words)
    return shown, drawn, more


def _rows_of(more: Mapping[str, Any], words: Wording) -> list[ToldRow]:
    """All that an outcome says in a line each: euros, what is asked of the state, figures and funds."""
    asked = ToldRow(words("appraise.s_ask"), Remark(" ".join(more["ask"])))
    effects = [ToldRow(f"{title}, {more['year']}", Remark(said)) for _, title, said, _ in more["effects"]]
    return [*figure_rows(more["told"]), asked, *effects, *fund_rows(more["funds"])]


def _beside(
    site: Site, form: Form, names: Mapping[str, str], asked: Asked, rows: Outcome, words: Wording
) -> tuple[tuple[Table, ...], list[str], list[Row]]:
    """The outcome of the form before, where the address holds one that differs in more than its name."""
    query = query_before(asked.get("vorig"))
    if not query or not rows:
        return (), [], []
    before, found, _ = form_in(site, Asked(asked.lang, asked.path, {}, query))
    changed = changes(before, form, names, site, words)
    if not changed:
        return (), [], []
    old = site.noted(("composed", words.lang, found.toml), lambda: _told_now(site, found, words))
    told = side_by_side(old, rows) if old else []
    return ((before_table(told, words),) if told else ()), changed if told else [], told


def _told_now(site: Site, found: Judged, words: Wording) -> Outcome:
    appraisal, _ = _weighed(site, found)
    return tuple(_outcome(site, appraisal, words)[2]["rows"]) if appraisal else ()


def _costs_by_year(streams: tuple[Stream, ...], first: int, years: int) -> dict[int, float]:
    paid = np.zeros(years)
    for each in streams:
        if each.side == "kosten":
            paid += float(each.amount.mean()) * each.profile
    return {first + year: float(euro) for year, euro in enumerate(paid) if euro}


def _figure_table(figures: Mapping[str, Mapping[str, Any]], words: Wording) -> Table:
    rows: list[dict[str, Cell]] = [
        {"wat": words(f"appraise.figures.{name}"), "eenheid": words(f"appraise.units.{row['unit']}"), "gemiddeld": row["mean"], "laag": row["low"],
         "midden": row["middle"], "hoog": row["high"]}
        for name, row in figures.items()
    ]  # fmt: skip
    columns = (
        Column("wat", words("appraise.what")),
        Column("eenheid", words("appraise.unit")),
        *spread_columns(words, 2),
    )
    return Table("kern", words("appraise.figures_caption"), columns, rows)


def _effects(site: Site, found: Appraisal, year: int, words: Wording) -> tuple[Table, list[tuple[str, str, str, str]]]:
    """What every figure of the town does after ten years, and the same said."""
    rows: list[dict[str, Cell]] = []
    said = []
    for indicator in found.indicators:
        draws = found.change(indicator, year).whole
        if np.isnan(draws).any():
            continue
        mean, low, middle, high, shown = told(draws)
        entry = site.catalogue.indicator(indicator)
        spread = {"mean": mean, "low": low, "middle": middle, "high": high, "shown": shown}
        title, unit = site.title(indicator, words.lang), change_unit(indicator, found.package, site.catalogue, words)
        rows.append({"cijfer": title, "eenheid": unit, "gemiddeld": mean, "laag": low, "midden": middle, "hoog": high, "duidelijk": words("words.yes" if shown else "words.no"), "id": indicator})  # fmt: skip
        said.append(
            (indicator, title, change(spread, unit, words), verdict(spread, FAVOURABLE[entry.direction], words))
        )
    columns = (
        Column("cijfer", words("building.figure")), Column("eenheid", words("appraise.unit")), *spread_columns(words, 4), Column("duidelijk", words("appraise.clear")),
        Column("id", words("town.id")),
    )  # fmt: skip
    return Table(
        "cijfers",
        words("appraise.town_caption", year=found.frame.first + year),
        columns,
        rows,
        words("appraise.no_areas"),
    ), said


def _mechanisms(site: Site, found: Appraisal, year: int, words: Wording) -> list[Picture]:
    rows = []
    for id, draws in mechanism_draws(found, site.catalogue, year).items():
        title = title_in(site.catalogue.mechanisms[id], words.lang)
        if draws is None or np.isnan(draws).any():
            described = site.catalogue.mechanisms[id].measure == "qualitative"
            rows.append(SpanRow(title, words(f"appraise.told.{'described' if described else 'nothing'}"), None, 0))
            continue
        mean, low, middle, high, shown = told(draws)
        spread = {"mean": mean, "low": low, "high": high}
        rows.append(
            SpanRow(
                title,
                change(spread, "", words) if shown else words("appraise.not_shown"),
                (low, middle, high),
                0 if not shown else 1 if mean > 0 else -1,
            )
        )
    if not any(row.span for row in rows):
        return []
    caption = words("appraise.mechanism_picture", year=found.frame.first + year)
    alt = f"{caption}: " + "; ".join(f"{row.title}: {row.said}" for row in rows)
    return [
        Picture(
            "mechanismen",
            spans_svg(rows, words("appraise.axis_points"), words, name="mechanisms"),
            caption,
            alt,
            "cijfers",
            narrow=spans_svg(rows, words("appraise.axis_points"), words, name="mechanisms", narrow=True),
        )
    ]


def _reading(
    form: Form, problems: tuple[tuple[int, str, str], ...], more: Mapping[str, Any], touched: bool, words: Wording
) -> str:
    if not touched:
        return words("compose.reading_start")
    if problems:
        return words("compose.reading_one" if len(problems) == 1 else "compose.reading_problems", number=len(problems))
    return str(more.get("reading", words("compose.reading_start")))


def _problem_table(problems: Sequence[tuple[int, str, str]], words: Wording) -> Table:
    columns = (
        Column("rij", words("build.row"), "number"),
        Column("veld", words("compose.field")),
        Column("wat", words("build.wrong")),
    )
    rows: list[dict[str, Cell]] = [{"rij": row or None, "veld": key, "wat": said} for row, key, said in problems]
    return Table("problemen", words("compose.problems_caption"), columns, rows, words("build.no_problems"))


APPRAISAL_NEW = Page(
    "pakket_nieuw", "/afwegen/nieuw", appraisal_new, "appraisal_new.html", under="afwegen", styles=("building.css", "appraisal.css"), begins_with_town=True
)  # fmt: skip
