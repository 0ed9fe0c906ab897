"""An agenda as workbook with sums that check themselves, and as slides with its timeline and money as native charts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from stadspeil.report import native_charts
from stadspeil.report.cases.agenda_material import AgendaCase
from stadspeil.report.cases.agenda_pages import agenda_leaflet, bars, purses
from stadspeil.report.cases.checks import Check, checks_sheet
from stadspeil.report.cases.sheets import EURO, PLAIN, SHARE, Cells, Written
from stadspeil.report.cases.slides import headed
from stadspeil.report.cases.telling import MILLION
from stadspeil.report.cases.workbook import written_book
from stadspeil.report.deck import BOX, Deck
from stadspeil.report.document import Grid
from stadspeil.report.drawing.timeline import timeline_alt
from stadspeil.report.native_charts import Bars

_SHEETS: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "plan": {"project": (20, ""), "title": (44, ""), "done": (10, ""), "start": (8, "0"), "end": (8, "0"), "costs_eur": (16, EURO), "worth_eur": (16, EURO),
             "worth_low_eur": (16, EURO), "worth_high_eur": (16, EURO), "chance": (10, SHARE), "ranked_start": (12, "0"), "core_index": (12, SHARE),
             "place": (12, ""), "waits_for": (24, ""), "trace": (60, "")},
    "means": {"purse": (24, ""), "year": (8, "0"), "unit": (8, ""), "comes": (16, EURO), "goes": (16, EURO), "left_over": (16, EURO)},
    "marks": {"of": (44, ""), "points": (12, PLAIN), "floor": (12, PLAIN)},
    "efforts": {"project": (20, ""), "number": (8, "0"), "title": (44, ""), "verdict": (14, ""), "reason": (70, ""), "gains_eur": (16, EURO), "frees_eur": (16, EURO)},
    "front": {"option": (10, ""), "objective": (34, ""), "unit": (8, ""), "value": (16, PLAIN)},
    "options": {"option": (10, ""), "project": (24, ""), "start": (8, "0")},
    "knowing": {"input": (60, ""), "worth_eur_known": (16, EURO), "by_chance_eur": (16, EURO), "shown": (10, "")},
    "triggers": {"project": (20, ""), "year": (8, "0"), "indicator": (24, ""), "side": (8, ""), "bound": (12, PLAIN), "chance": (10, SHARE), "in_time": (10, ""), "affordable": (10, "")},
    "pathways": {"project": (20, ""), "title": (44, ""), "trigger": (24, ""), "lead": (8, "0"), "decide_by": (10, "0"), "waits_eur": (16, EURO), "committed_eur": (16, EURO),
                 "option_eur": (16, EURO), "acts": (10, SHARE), "note": (60, "")},
    "pairs": {"project": (20, ""), "other": (20, ""), "title": (44, ""), "other_title": (44, ""), "lost_eur": (16, EURO), "weighed": (12, ""), "indicators": (40, ""), "areas": (60, "")},
}  # fmt: skip
_SECTION = "case_agenda"
# Columns that are called otherwise here, where one name would mean two things.
_NAMED = {"left_over": "left", "worth_eur_known": "worth_eur"}


def agenda_workbook(case: AgendaCase) -> bytes:
    """The workbook as bytes; equal agendas give equal bytes."""
    words = case.words
    made = {key: _written(case, key) for key in _SHEETS}
    made["figures"] = Written(
        "figures", {"id": (20, ""), "what": (60, ""), "value": (18, "#,##0.0000")}, _figures(case)
    )
    order = ("checks", "figures", *_SHEETS)
    cells = Cells({key: words(f"{_SECTION}.sheets.{key}").partition("|")[0] for key in order}, case.invented)
    made["checks"] = checks_sheet(list(_checks(case, made, cells)), words, cells)
    return written_book(agenda_leaflet(case), [made[key].sheet(words, _SECTION) for key in order], words)


def _written(case: AgendaCase, key: str) -> Written:
    yes, no = case.words("words.yes"), case.words("words.no")

    def cell(row: dict[str, object], name: str) -> object:
        value = (row["start"] is not None) if name == "done" else row[_NAMED.get(name, name)]
        return (yes if value else no) if isinstance(value, bool) else value

    return Written(key, _SHEETS[key], [tuple(cell(row, name) for name in _SHEETS[key]) for row in case.rows(key)])


def _figures(case: AgendaCase) -> list[tuple[object, ...]]:
    names = (
        "worth",
        "apart",
        "lost",
        "lost_pairs",
        "room",
        "together_low",
        "together_high",
        "bound",
        "gap",
        "tail",
        "ranked_worth",
        "ranked_loss",
        "perfect",
        "largest_regret",
        "scenarios",
        "possible",
        "core_plans",
    )
    return [
        (name, case.words(f"{_SECTION}.figure.{name}"), case.run[name])
        for name in names
        # Of a plan that is sought on the worst scenarios the bound is that of another measure than its worth.
        if case.run.get(name) is not None and not (name == "bound" and case.run["lam"])
    ]


def _checks(case: AgendaCase, made: Mapping[str, Written], cells: Cells) -> Iterator[Check]:
    words, plan, means, figures = case.words, made["plan"], made["means"], made["figures"]
    order, yes = [row[0] for row in figures.rows], words("words.yes")
    done = [row for row in case.rows("plan") if row["start"] is not None]
    worth, costs = sum(row["worth_eur"] for row in done), sum(row["costs_eur"] for row in done)

    def figure(id: str) -> str:
        return cells.one(figures, "value", order.index(id))

    def chosen(column: str) -> str:
        return f'SUMIFS({cells.all(plan, column)},{cells.all(plan, "done")},"{yes}")'

    if "apart" in order:
        yield from _pair_checks(case, made["pairs"], cells, figure)
    whole = "apart" if "apart" in order else "worth"
    yield Check(words(f"{_SECTION}.check.worth"), chosen("worth_eur"), figure(whole), 1.0, (worth, case.run[whole]))
    spent = f'SUMIFS({cells.all(means, "goes")},{cells.all(means, "unit")},"euro")'
    yield Check(
        words(f"{_SECTION}.check.costs"),
        chosen("costs_eur"),
        spent,
        1.0,
        (costs, sum(row["goes"] for row in case.rows("means", unit="euro"))),
    )
    gap = (case.run["bound"] - case.run["worth"]) / case.run["bound"] if case.run["bound"] else 0.0
    if case.run["lam"] == 0 and case.run["bound"] > 0:
        yield Check(
            words(f"{_SECTION}.check.gap"),
            f"({figure('bound')}-{figure('worth')})/{figure('bound')}",
            figure("gap"),
            1e-3,
            (gap, case.run["gap"]),
            True,
        )
    purse_cells, rows = cells.all(means, "purse"), case.rows("means")
    carried = {each["id"] for each in case.run["inputs"]["agenda"]["budgets"] if each["carries_over"]}
    for purse, comes, goes in purses(case):
        if purse in carried:
            own = [number for number, row in enumerate(rows) if row["purse"] == purse]
            left = f'SUMIFS({cells.all(means, "comes")},{purse_cells},"{purse}")-SUMIFS({cells.all(means, "goes")},{purse_cells},"{purse}")'
            yield Check(words(f"{_SECTION}.check.purse", purse=case.purse(purse)), left, cells.one(means, "left_over", own[-1]), 1.0,
                        (comes - goes, rows[own[-1]]["left"] or 0.0))  # fmt: skip
    for number, row in enumerate(case.rows("marks")):
        if row["floor"] is not None:
            marks = made["marks"]
            yield Check(words(f"{_SECTION}.check.floor", title=case.objective(row["of"])), cells.one(marks, "floor", number), cells.one(marks, "points", number),
                        1e-6, (row["floor"], row["points"]), True)  # fmt: skip


def _pair_checks(case: AgendaCase, pairs: Written, cells: Cells, figure: Callable[[str], str]) -> Iterator[Check]:
    """That the whole is the sum less what is lost, and what is lost by pairs that of their rows."""
    run, words, yes = case.run, case.words, case.words("words.yes")
    less = f"{figure('apart')}-{figure('lost')}"
    yield Check(
        words(f"{_SECTION}.check.together"), less, figure("worth"), 1.0, (run["apart"] - run["lost"], run["worth"])
    )
    lost = f'SUMIFS({cells.all(pairs, "lost_eur")},{cells.all(pairs, "weighed")},"{yes}")'
    known = sum(row["lost_eur"] for row in case.rows("pairs", weighed=True))
    yield Check(words(f"{_SECTION}.check.pairs"), lost, figure("lost_pairs"), 1.0, (known, run["lost_pairs"]))


def agenda_slides(case: AgendaCase) -> bytes:
    """The slides as bytes; equal agendas give equal bytes."""
    words, leaflet = case.words, agenda_leaflet(case)
    chapters = {each.id: each for each in leaflet.chapters}
    deck = Deck(words, case.invented)
    deck.opening(leaflet.title, leaflet.subtitle)
    deck.paragraphs(words("case.summary.title"), headed(chapters["summary"]))
    if any(each.start is not None for each in bars(case).bars):
        _timeline(deck, case)
    if purses(case):
        _money(deck, case)
    deck.table(
        words("case_agenda.timeline"), next(each for each in chapters["timeline"].parts if isinstance(each, Grid))
    )
    for id in ("efforts", "waiting"):
        if id in chapters:
            deck.paragraphs(chapters[id].title, headed(chapters[id])[1:])
    return deck.saved(leaflet.title)


def _timeline(deck: Deck, case: AgendaCase) -> None:
    """Bars from start to end: a colorless series up to the start, then the years it runs."""
    words, content = case.words, bars(case)
    done = [each for each in content.bars if each.start is not None and each.end is not None]
    slide = deck.slide(words("case_agenda.timeline"), layout=5, under=words("case_agenda.timeline_caption"))
    starts = tuple(float(each.start or 0) for each in done)
    runs = tuple(float((each.end or 0) - (each.start or 0) + 1) for each in done)
    names = tuple(f"{each.title}: {each.start}\u2013{each.end}" for each in done)
    made = Bars(names, (("", starts), (words("case_agenda.runs"), runs)), ("", "17466E"), stacked=True, labelled=False, shape="0",
                span=(content.first, content.last + 1))  # fmt: skip
    frame = native_charts.bars(slide, made, BOX, words)
    frame.chart.has_legend = False
    deck.describe(frame, timeline_alt(content, words))
    deck.finish(slide)


def _money(deck: Deck, case: AgendaCase) -> None:
    words, found = case.words, purses(case)
    slide = deck.slide(words("case_agenda.means"), layout=5, under=words("case_agenda.means_under"))
    series = (
        (words("case_agenda.heads.comes"), tuple(round(comes / MILLION, 3) for _, comes, _ in found)),
        (words("case_agenda.heads.goes"), tuple(round(goes / MILLION, 3) for _, _, goes in found)),
    )
    made = Bars(tuple(case.purse(each[0]) for each in found), series, ("C9D0D8", "17466E"))
    told = " ".join(
        words(
            "case_agenda.purse",
            purse=case.purse(purse),
            goes=words.number(goes / MILLION, 1),
            comes=words.number(comes / MILLION, 1),
        )
        for purse, comes, goes in found
    )
    deck.describe(native_charts.bars(slide, made, BOX, words), told)
    deck.finish(slide)
