"""What a package does per buurt and on the mechanisms: every change with its interval, its parts apart."""

from __future__ import annotations

from stadspeil.amounts import decimals_for
from stadspeil.appraisal.streams import PARTS
from stadspeil.catalogue.entries import title_in
from stadspeil.report.cases.material import Case, Row
from stadspeil.report.cases.telling import caption_unit, change, change_unit, side
from stadspeil.report.document import Chapter, Drawing, Grid, Heading
from stadspeil.report.drawing.intervals import IntervalRow, Intervals, intervals_alt, intervals_svg
from stadspeil.report.wording import DASH, lowered

WHOLE = "alles"
# Rows of an indicator in print; the others stand in the workbook.
_ROWS = 10
Part = str | Heading | Grid | Drawing


def places(case: Case) -> Chapter:
    """A table per indicator in one year: the town first, then the buurten that change most."""
    words, year = case.words, case.told_year
    parts: list[Part] = [words("case.places.intro", year=year), *_mechanisms(case)]
    for indicator in sorted({each["indicator"] for each in case.rows("changes")}):
        rows = case.rows("changes", indicator=indicator, year=year)
        parts += _indicator(case, indicator, rows)
    if not case.tables["changes"].height:
        parts.append(words("case.places.nothing"))
    return Chapter("places", words("case.places.title"), tuple(parts))


def mechanism_intervals(case: Case) -> Intervals | None:
    """Points of mark by mechanism in the told year; None where nothing is measured."""
    words = case.words
    rows = [
        IntervalRow("", title_in(case.catalogue.mechanisms[row["mechanism"]], words.lang), row["mean"], row["low"], row["high"])
        for row in case.rows("mechanisms", year=case.told_year) if row["mean"] is not None
    ]  # fmt: skip
    places = decimals_for(*([each.high for each in rows] + [each.low for each in rows]))
    return Intervals(tuple(rows), words("case.places.down"), words("case.places.up"), decimals=places) if rows else None


def _mechanisms(case: Case) -> list[Part]:
    words = case.words
    content = mechanism_intervals(case)
    if content is None:
        return [words("case.places.no_mechanism")]
    drawing = Drawing(
        intervals_svg(content, words),
        words("case.places.mechanisms", year=case.told_year),
        intervals_alt(content, words),
    )
    return [drawing, words("case.places.others_still")]


def _indicator(case: Case, indicator: str, rows: list[Row]) -> list[Part]:
    words, entry = case.words, case.catalogue.indicators.get(indicator)
    direction = entry.direction if entry is not None else "neutral"
    by_area: dict[str, dict[str, Row]] = {}
    for row in rows:
        by_area.setdefault(row["area"], {})[row["part"]] = row
    town = {code: each for code, each in by_area.items() if code == case.package.town}
    small = [code for code in by_area if code not in town and by_area[code][WHOLE]["mean"] is not None]
    # Where figures of a buurt are withheld, its change is not printed either.
    if any(by_area[code][WHOLE]["base"] is not None for code in small):
        small = [code for code in small if by_area[code][WHOLE]["base"] is not None]
    small.sort(key=lambda code: (not by_area[code][WHOLE]["shown"], -abs(by_area[code][WHOLE]["mean"])))
    kept = [*town, *small[:_ROWS]]
    known = [part for part in PARTS if any(part in each for each in by_area.values())]
    # As fine as the town as a whole needs: a buurt that hardly changes is then seen to.
    digits = decimals_for(*(by_area[code][WHOLE][name] for code in kept[:1] for name in ("low", "high")))
    told, bands = [], []
    for code in kept:
        whole = by_area[code][WHOLE]
        means = (by_area[code].get(part) for part in known)
        told.append((case.area(code), words.number(whole["base"], entry.decimals if entry else 1), change(whole, digits, words),
                     *(DASH if each is None or not each["mean"] else words.signed(each["mean"], digits) for each in means)))  # fmt: skip
        bands.append(("", "", side(whole, direction), *("" for _ in known)))
    heads = (words("case.places.area"), words("case.places.now"), words("case.places.change"),
             *(words(f"case.part.{part}") for part in known))  # fmt: skip
    about = indicator, case.package, case.catalogue, words
    unit = caption_unit(*about) or change_unit(*about)
    measured = case.measured(indicator)
    caption = words(
        "case.places.caption_measured" if measured else "case.places.caption",
        title=case.indicator(indicator), unit=unit, year=case.told_year, measured=measured,
    )  # fmt: skip
    parts: list[Part] = [Heading(case.indicator(indicator))]
    parts.append(Grid(caption, heads, tuple(told), ("1fr", "16mm", "46mm", *("22mm" for _ in known)),
                      (False, True, True, *(True for _ in known)), tuple(bands)))  # fmt: skip
    left = len(small) - len(small[:_ROWS])
    if left:
        parts.append(words("case.places.left", number=left))
    return parts + [each for each in [_standing(case, by_area.get(case.package.town, {}).get(WHOLE))] if each]


def _standing(case: Case, town: Row | None) -> str:
    """What the change of the town is in mark and places, where its interval leaves out nought."""
    words = case.words
    if town is None or town["mark"] is None:
        return ""
    if not town["shown"]:
        return words("case.places.same_place", figure=lowered(case.indicator(town["indicator"])))
    digits = decimals_for(town["mark_low"], town["mark_high"])
    return words("case.places.standing", mark=words.signed(town["mark"], digits), low=words.number(town["mark_low"], digits),
                 high=words.number(town["mark_high"], digits))  # fmt: skip
