"""A business case as slides: seven, with charts that PowerPoint can change."""

from __future__ import annotations

from collections.abc import Callable

from stadspeil.amounts import decimals_for
from stadspeil.report import native_charts
from stadspeil.report.cases.financing import funds, stack_sentences, title, verdict
from stadspeil.report.cases.hanging import box_sentence, knowing_sentence, switching_sentences
from stadspeil.report.cases.leaflet import case_leaflet
from stadspeil.report.cases.material import Case
from stadspeil.report.cases.paying import ask_sentences, ledger_intervals
from stadspeil.report.cases.places import mechanism_intervals
from stadspeil.report.cases.telling import MILLION, change, change_unit
from stadspeil.report.deck import BOX, Deck
from stadspeil.report.document import Chapter, Grid, Heading
from stadspeil.report.drawing.intervals import IntervalRow, Intervals, intervals_alt
from stadspeil.report.native_charts import Bars

_PAID, _GAINED, _OPEN = "A84F04", "1F5F99", "C9D0D8"
_COLORS = ("17466E", "A84F04", "117755", "7A1F5C", "5B6672", "B88A00")


def case_slides(case: Case) -> bytes:
    """The slides as bytes; equal cases give equal bytes."""
    words, leaflet = case.words, case_leaflet(case)
    deck = Deck(words, case.invented)
    deck.opening(leaflet.title, leaflet.subtitle)
    deck.paragraphs(words("case.summary.title"), headed(leaflet.chapters[0]))
    _ledger(deck, case)
    _years(deck, case)
    _effects(deck, case)
    _funds(deck, case)
    deck.paragraphs(words("case.slides.ask"), [
        *ask_sentences(case), stack_sentences(case)[-1], box_sentence(case) or words("case.hanging.no_box"),
        *switching_sentences(case)[:2], knowing_sentence(case),
    ])  # fmt: skip
    return deck.saved(leaflet.title)


def headed(chapter: Chapter) -> list[str]:
    """The sentences of a chapter, each with the heading over it."""
    found, heading = [], ""
    for part in chapter.parts:
        if isinstance(part, Heading):
            heading = part.text
        elif isinstance(part, str):
            found.append(f"{heading}: {part}" if heading else part)
    return found


def intervals_chart(deck: Deck, title: str, under: str, content: Intervals) -> None:
    """A bar per row with its mean, in color only where its interval leaves out nought; the interval stands in the name."""
    words = deck.words
    slide = deck.slide(title, layout=5, under=under)

    def named(row: IntervalRow) -> str:
        low, high = (words.number(each, row.decimals(content.decimals)) for each in (row.low, row.high))
        return f"{row.title}: {words('intervals.span', low=low, high=high)}"

    def some(wanted: Callable[[IntervalRow], bool]) -> tuple[float | None, ...]:
        return tuple(row.value if wanted(row) else None for row in content.rows)

    series = ((content.below, some(lambda row: row.high < 0)), (content.above, some(lambda row: row.low > 0)),
              (words("intervals.open"), some(lambda row: not row.is_sure)))  # fmt: skip
    shape = "0" + ("." + "0" * content.decimals if content.decimals else "")
    # Where nothing differs for sure the axis is as wide as the margins, or a bar of almost nought would fill the slide.
    reach = max((max(abs(row.low), abs(row.high)) for row in content.rows), default=0.0)
    span = (-reach, reach) if reach and not any(row.is_sure for row in content.rows) else None
    bars = Bars(tuple(named(row) for row in content.rows), series, (_PAID, _GAINED, _OPEN), stacked=True, shape=shape,
                span=span)  # fmt: skip
    deck.describe(native_charts.bars(slide, bars, BOX, words), intervals_alt(content, words))
    deck.finish(slide)


def _ledger(deck: Deck, case: Case) -> None:
    words = case.words
    intervals_chart(deck, words("case.actors.title"), words("case.actors.drawing"), ledger_intervals(case))


def _years(deck: Deck, case: Case) -> None:
    """Costs per party over the years."""
    words, years = case.words, range(int(case.run["first"]), case.last + 1)
    paying = [each for each in case.actors if case.entry(each, "kosten")["mean"] > 0]
    sums: dict[tuple[str, int], float] = {}
    for row in case.rows("flows"):
        sums[row["actor"], row["year"]] = sums.get((row["actor"], row["year"]), 0.0) + row["costs"] / MILLION
    last = max((year for (_, year), value in sums.items() if value > 0.1), default=case.last)
    shown = [year for year in years if year <= last]
    series = tuple(
        (case.actor(each), tuple(round(sums.get((each, year), 0.0), 3) for year in shown)) for each in paying
    )
    slide = deck.slide(words("case.slides.years"), layout=5, under=words("case.slides.years_under", last=last))
    bars = Bars(
        tuple(str(each) for each in shown), series, _COLORS[: len(series)], lying=False, stacked=True, labelled=False
    )
    told = "; ".join(f"{name}: {words.number(sum(values), 1)}" for name, values in series)
    deck.describe(native_charts.bars(slide, bars, BOX, words), words("case.slides.years_alt", sums=told))
    deck.finish(slide)


def _effects(deck: Deck, case: Case) -> None:
    """Mechanisms where they are measured, else a table of the town's figures."""
    words, title = case.words, case.words("case.slides.effects")
    content = mechanism_intervals(case)
    if content is not None:
        intervals_chart(deck, title, words("case.places.mechanisms", year=case.told_year), content)
        return
    rows = []
    for row in case.rows("changes", area=case.package.town, year=case.told_year, part="alles"):
        unit = change_unit(row["indicator"], case.package, case.catalogue, words)
        places = decimals_for(row["low"], row["high"])
        rows.append(
            (
                case.indicator(row["indicator"]),
                unit,
                change(row, places, words),
                words("words.yes" if row["shown"] else "words.no"),
            )
        )
    if not rows:
        deck.bullets(title, [words("case.places.nothing")])
        return
    heads = tuple(words(f"case.slides.{each}") for each in ("figure", "unit", "change", "shown"))
    caption = words("case.slides.table", town=case.town, year=case.told_year)
    deck.table(title, Grid(caption, heads, tuple(rows), ("1fr", "30mm", "50mm", "30mm"), (False, False, True, False)))


def _funds(deck: Deck, case: Case) -> None:
    """What is asked of each fund and what may be expected of it; the table of verdicts where nothing is asked."""
    words, chapter = case.words, funds(case)
    asked = [row for row in case.rows("funds") if row["asked"] is not None]
    if not asked:
        for grid in (each for each in chapter.parts if isinstance(each, Grid)):
            deck.table(chapter.title, grid)
        return
    slide = deck.slide(chapter.title, layout=5, under=words("case.slides.funds_under"))
    names = tuple(
        f"{title(case, row['fund'])}: {verdict(row['verdict'], words)}, {words.chance(row['chance'])}" for row in asked
    )
    series = (
        (words("case.funds.asked"), tuple(round(row["asked"] / MILLION, 3) for row in asked)),
        (
            words("case.slides.expected"),
            tuple(round(row["asked"] * (row["awarded"] or 0.0) / MILLION, 3) for row in asked),
        ),
    )
    told = "; ".join(f"{name}: {words.number(each, 1)}" for name, each in zip(names, series[0][1], strict=True))
    content = Bars(names, series, ("C9D0D8", "17466E"))
    deck.describe(native_charts.bars(slide, content, BOX, words), words("case.slides.funds_alt", sums=told))
    deck.finish(slide)
