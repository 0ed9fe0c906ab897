"""An agenda as pages: one of summary, then timeline, money, what holds in other plans, running efforts and what waits."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from stadspeil.report.cases.agenda_material import AgendaCase
from stadspeil.report.cases.material import Row
from stadspeil.report.cases.telling import MILLION
from stadspeil.report.document import Chapter, Drawing, Grid, Heading
from stadspeil.report.drawing.timeline import Bar, Timeline, timeline_alt, timeline_svg
from stadspeil.report.leaflets import Leaflet
from stadspeil.report.wording import DASH, Wording

Part = str | Heading | Grid | Drawing
PLACES = ("kern", "grens", "buiten")
_FEW, _NAMED = 3, 12
# Fewer scenarios than this say little of what stands in every plan.
FEW_SCENARIOS = 20
# Less rounds to nothing in two decimals.
_TOLD_POINTS = 0.005


def agenda_leaflet(case: AgendaCase) -> Leaflet:
    """All chapters; the banner stands on every page of an invented agenda."""
    words = case.words
    subtitle = words("case_agenda.subtitle", town=case.town, first=case.run["first"], last=case.last)
    makers = (summary, timeline, together, means, holds, efforts, waiting, front)
    chapters = (make(case) for make in makers)
    return Leaflet(words("case_agenda.full_title", title=case.title), subtitle, words.lang, case.invented,
                   tuple(each for each in chapters if each is not None))  # fmt: skip


def summary(case: AgendaCase) -> Chapter:
    """What is done, what it is worth and how sure that is, what it costs, what stays out, what to find out first."""
    words = case.words
    parts: list[Part] = []
    for key, told in (
        ("what", _what(case)), ("proof", proof(case)), ("money", _money(case)), ("marks", _marks(case)), ("core", _core(case)),
        ("no_award", no_award(case)), ("knowing", knowing(case)),
    ):  # fmt: skip
        parts += [Heading(words(f"case_agenda.summary.{key}")), told]
    return Chapter("summary", words("case.summary.title"), tuple(parts))


def _names(rows: list[Row], case: AgendaCase) -> str:
    """The titles of projects; of many only the first, so that the summary stays on its page."""
    titles = [str(row["title"]) for row in rows[:_NAMED]]
    if len(rows) > _NAMED:
        titles.append(case.words("case_agenda.more", number=len(rows) - _NAMED))
    return case.words.listing(titles)


def _what(case: AgendaCase) -> str:
    words = case.words
    done, waits = (
        [row for row in case.plan if row["start"] is not None],
        [row for row in case.plan if row["waits_for"]],
    )
    out = [row for row in case.plan if row["start"] is None and not row["waits_for"]]
    told = [
        words("case_agenda.done", number=len(done), all=len(case.plan), names=_names(done, case))
        if done
        else words("case_agenda.none_done", all=len(case.plan))
    ]
    if waits:
        told.append(words("case_agenda.waits", names=_names(waits, case)))
    if out:
        told.append(words("case_agenda.out", names=_names(out, case)))
    return " ".join(told)


def proof(case: AgendaCase) -> str:
    """Worth of the plan, how much better another could be, and what ranking by worth per euro loses."""
    words, run = case.words, case.run
    told = [words("case_agenda.worth_is", worth=words.euros(run["worth"]), tail=words.euros(run["tail"]))]
    if run.get("lost"):
        told.append(words("case_agenda.together", **together_told(run, words)))
    told.append(words("case_agenda.bound", bound=words.euros(run["bound"]), gap=_share(run["gap"], case)))
    if run["proof"] == "tijd op":
        told.append(words("case_agenda.out_of_time"))
    if run["ranked_breaks"]:
        told.append(words("case_agenda.ranking_breaks", number=len(run["ranked_breaks"])))
    if run["ranked_loss"] is not None:
        key = "ranking_loses" if run["ranked_loss"] > 0 else "ranking_same"
        told.append(
            words(f"case_agenda.{key}", worth=words.euros(run["ranked_worth"]), loss=_share(run["ranked_loss"], case))
        )
    return " ".join(told)


def _share(share: float, case: AgendaCase) -> str:
    return case.words("case.percent", number=case.words.number(100 * share, 1))


def purses(case: AgendaCase) -> list[tuple[str, float, float]]:
    """Each purse of money with what comes in and what goes out over all years."""
    found: dict[str, tuple[float, float]] = {}
    for row in case.rows("means", unit="euro"):
        comes, goes = found.get(row["purse"], (0.0, 0.0))
        found[row["purse"]] = (comes + (row["comes"] or 0.0), goes + row["goes"])
    return [(purse, *sums) for purse, sums in found.items()]


def _money(case: AgendaCase) -> str:
    words = case.words
    told = [
        words("case_agenda.purse", purse=case.purse(purse), goes=words.euros(goes), comes=words.euros(comes))
        for purse, comes, goes in purses(case)
    ]
    staff = [row for row in case.rows("means", unit="fte") if row["comes"] is not None]
    if staff:
        most = max(staff, key=lambda row: row["goes"])
        told.append(
            words(
                "case_agenda.staff_most",
                goes=words.number(most["goes"], 1),
                comes=words.number(most["comes"], 1),
                year=most["year"],
            )
        )
    return " ".join(told)


def _marks(case: AgendaCase) -> str:
    words, told = case.words, []
    for row in case.rows("marks"):
        if row["floor"] is None and abs(row["points"]) < _TOLD_POINTS:
            continue
        key = "points" if row["floor"] is None else "points_floor"
        told.append(words(f"case_agenda.{key}", title=case.objective(row["of"]), points=words.signed(row["points"], 2),
                          floor=words.number(row["floor"] or 0.0, 2)))  # fmt: skip
    return " ".join(told) or words("case_agenda.no_marks")


def _core(case: AgendaCase) -> str:
    words, run = case.words, case.run
    if not run["scenarios"]:
        return words("case_agenda.no_scenarios")
    told = [words("case_agenda.scenarios", number=run["scenarios"], possible=run["possible"], plans=run["core_plans"])]
    if run["scenarios"] < FEW_SCENARIOS:
        told.append(words("case_agenda.few"))
    for place in PLACES:
        rows = [row for row in case.plan if row["place"] == place]
        if rows:
            told.append(words(f"case_agenda.{place}", number=len(rows), names=_names(rows, case)))
    return " ".join(told)


def no_award(case: AgendaCase) -> str:
    """What is left where money does not come, as far as that was computed."""
    words = case.words
    if case.run["without"]:
        return words(
            "case_agenda.this_without", purses=words.listing([case.purse(each) for each in case.run["without"]])
        )
    told = [
        words("case_agenda.without", purses=words.listing([case.purse(each) for each in run["without"]]), worth=words.euros(run["worth"]),
              less=words.euros(case.run["worth"] - run["worth"]))
        for run in case.without
    ]  # fmt: skip
    unsure = [each for each in case.run["inputs"]["agenda"]["budgets"] if each["chance"] < 1]
    if unsure:
        purses = [
            words("case_agenda.purse_odds", purse=case.purse(each["id"]), odds=words.chance(each["chance"]))
            for each in unsure
        ]
        told.insert(0, words("case_agenda.comes", purses=words.listing(purses)))
    return " ".join(told) or words("case_agenda.not_without", agenda=case.id)


def knowing(case: AgendaCase) -> str:
    """Which uncertainty to look into first, where that is worth more than chance makes it seem."""
    words = case.words
    clear = sorted(case.rows("knowing", shown=True), key=lambda row: -row["worth_eur"])[:_FEW]
    if not clear:
        return words("case_agenda.know_nothing")
    told = words.listing([f"{row['input']} ({words.euros(row['worth_eur'])})" for row in clear])
    return words("case_agenda.know", inputs=told, all=words.euros(case.run["perfect"]))


def bars(case: AgendaCase) -> Timeline:
    """The plan as bars, each with its costs and its place in other plans."""
    words, made = case.words, []
    for row in case.plan:
        said = (
            words("case_agenda.waiting")
            if row["waits_for"]
            else words("case_agenda.not_done")
            if row["start"] is None
            else words.euros(row["costs_eur"])
        )
        made.append(Bar(row["title"], row["start"], row["end"], said))
    return Timeline(tuple(made), int(case.run["first"]), case.last)


def timeline(case: AgendaCase) -> Chapter:
    """When what is done, and the projects with their worth and chance."""
    words, content = case.words, bars(case)
    drawing = Drawing(timeline_svg(content, words), words("case_agenda.timeline_caption"), timeline_alt(content, words))
    rows, bands = [], []
    for row in case.plan:
        years = DASH if row["start"] is None else f"{row['start']}\u2060–\u2060{row['end']}"
        low, high = row["worth_low_eur"] / MILLION, row["worth_high_eur"] / MILLION
        worth = words(
            "case.between",
            mean=words.number(row["worth_eur"] / MILLION, 2),
            low=words.number(low, 2),
            high=words.number(high, 2),
        )
        place = words(f"case_agenda.place.{row['place']}") if row["place"] else DASH
        index = (
            f" ({words('case.percent', number=words.number(100 * row['core_index']))})"
            if row["place"] == "grens"
            else ""
        )
        rows.append(
            (
                row["title"],
                years,
                words.number(row["costs_eur"] / MILLION, 1),
                worth,
                words.chance(row["chance"]),
                f"{place}{index}",
            )
        )
        bands.append(("", "", "", "favourable" if low > 0 else "unfavourable" if high < 0 else "", "", ""))
    heads = tuple(
        words(f"case_agenda.heads.{each}") for each in ("project", "years", "costs", "worth", "chance", "place")
    )
    grid = Grid(words("case_agenda.plan_caption"), heads, tuple(rows), ("1fr", "20mm", "13mm", "36mm", "24mm", "25mm"),
                (False, False, True, True, True, False), tuple(bands))  # fmt: skip
    return Chapter(
        "timeline", words("case_agenda.timeline"), (words("case_agenda.timeline_intro"), drawing, grid), new_page=True
    )


def together_told(run: Mapping[str, Any], words: Wording) -> dict[str, str]:
    """The plain sum of a plan, what is lost of it, and the interval of the whole, as a text asks for them."""
    names = {"apart": "apart", "lost": "lost", "low": "together_low", "high": "together_high"}
    return {name: words.euros(run[key]) for name, key in names.items()}


def together(case: AgendaCase) -> Chapter | None:
    """Which projects of the plan work on the same, and what that costs."""
    words, run, rows = case.words, case.run, case.rows("pairs")
    if not rows or not run.get("lost"):
        return None
    told = [
        (
            row["title"],
            row["other_title"],
            words.number(row["lost_eur"] / MILLION, 2),
            words.listing([case.figure(id) for id in row["indicators"].split(", ")]),
            words.number(len(row["areas"].split(", "))),
        )
        for row in rows[:_NAMED]
    ]
    heads = tuple(words(f"case_agenda.heads.{each}") for each in ("project", "other", "lost", "figures", "buurten"))
    grid = Grid(words("case_agenda.pairs_caption"), heads, tuple(told), ("1fr", "1fr", "16mm", "1fr", "18mm"),
                (False, False, True, False, True))  # fmt: skip
    pairs, lost = words.euros(run["lost_pairs"]), words.euros(run["lost"])
    more = (words("case_agenda.together_more", pairs=pairs, lost=lost),) if pairs != lost else ()
    intro = words("case_agenda.together_intro")
    return Chapter("together", words("case_agenda.together_title"), (intro, *more, grid))


def means(case: AgendaCase) -> Chapter:
    """What every purse gets, pays and has left, in stretches of years."""
    words = case.words
    parts: list[Part] = [words("case_agenda.means_intro")]
    for purse, _, _ in purses(case):
        rows = sorted(case.rows("means", purse=purse), key=lambda row: row["year"])
        told = []
        for at in range(0, len(rows), 5):
            some = rows[at : at + 5]
            span = f"{some[0]['year']}\u2060–\u2060{some[-1]['year']}"
            sums = (sum(row[name] or 0.0 for row in some) / MILLION for name in ("comes", "goes"))
            told.append(
                (span, *(words.number(each, 1) for each in sums), words.number((some[-1]["left"] or 0.0) / MILLION, 1))
            )
        heads = tuple(words(f"case_agenda.heads.{each}") for each in ("years", "comes", "goes", "left"))
        parts.append(Grid(words("case_agenda.purse_caption", purse=case.purse(purse)), heads, tuple(told), ("1fr", "30mm", "30mm", "40mm"),
                          (False, True, True, True)))  # fmt: skip
    return Chapter("means", words("case_agenda.means"), tuple(parts))


def holds(case: AgendaCase) -> Chapter:
    """What the plan adds to marks, and which projects hold in other plans."""
    words = case.words
    return Chapter("holds", words("case_agenda.holds"), (words("case_agenda.holds_intro"), _core(case), _marks(case)))


def efforts(case: AgendaCase) -> Chapter | None:
    """What to do with what already runs, and why."""
    words = case.words
    rows = case.rows("efforts")
    if not rows:
        return None
    parts: list[Part] = [words("case_agenda.efforts_intro")]
    for (title, verdict), some in itertools.groupby(rows, key=lambda row: (row["title"], row["verdict"])):
        reasons = "; ".join(row["reason"] for row in some)
        parts.append(
            words("case_agenda.effort", title=title, verdict=words(f"case_agenda.verdict.{verdict}"), reasons=reasons)
        )
    return Chapter("efforts", words("case_agenda.efforts"), tuple(parts))


def waiting(case: AgendaCase) -> Chapter | None:
    """What waits for a figure, until when one may decide, and what waiting is worth."""
    words = case.words
    parts: list[Part] = []
    for row in case.rows("pathways"):
        told = [
            words("case_agenda.trigger", title=row["title"], trigger=case.trigger(row["trigger"]), lead=row["lead"])
        ]
        if row["decide_by"]:
            told.append(words("case_agenda.decide_by", year=row["decide_by"]))
        if row["option_eur"] is not None:
            told.append(
                words("case_agenda.option", chance=words.chance(row["acts"]), worth=words.euros(row["option_eur"]))
            )
        parts.append(" ".join(told))
    return (
        Chapter("waiting", words("case_agenda.waiting_title"), (words("case_agenda.waiting_intro"), *parts))
        if parts
        else None
    )


def front(case: AgendaCase) -> Chapter | None:
    """Plans that no other beats on worth and mechanisms."""
    words = case.words
    rows = case.rows("front")
    options = list(dict.fromkeys(row["option"] for row in rows))
    if len(options) < 2:
        return Chapter("front", words("case_agenda.front"), (words("case_agenda.no_front"),)) if options else None
    objectives = list(dict.fromkeys(row["objective"] for row in rows))
    found = {(row["option"], row["objective"]): row["value"] for row in rows}
    told = []
    for option in options:
        cells = (words.number(found[option, each] / (MILLION if each == "waarde" else 1.0), 2) for each in objectives)
        told.append((words("case_agenda.option_name", number=options.index(option) + 1), *cells))
    heads = (words("case_agenda.heads.option"), *(case.objective(each) for each in objectives))
    grid = Grid(
        words("case_agenda.front_caption"),
        heads,
        tuple(told),
        ("1fr", *("30mm" for _ in objectives)),
        (False, *(True for _ in objectives)),
    )
    return Chapter("front", words("case_agenda.front"), (words("case_agenda.front_intro", number=len(options)), grid))
