"""The drawings of the page of a package: who pays and gains, money over the years, mechanisms, and one figure on the map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from stadspeil.atlas.appraised.drawing import SpanRow, YearBars, spans_svg, years_svg
from stadspeil.atlas.appraised.package_tables import FAVOURABLE, actor_title, ledger_rows
from stadspeil.atlas.appraised.reading import Result
from stadspeil.atlas.appraised.saying import between, change
from stadspeil.atlas.grounds import ground_of_town
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Picture, Series
from stadspeil.catalogue.entries import title_in
from stadspeil.report.cases.telling import change_unit
from stadspeil.report.drawing.axes import decimals_of, step_of
from stadspeil.report.drawing.ground import wijk_of
from stadspeil.report.drawing.maps import Setting, Shade, ShadedMap, maps_svg, on_phone
from stadspeil.report.provenance import ground_said
from stadspeil.report.wording import Wording

_HIGH = 430.0
_MILLION = 1e6


def ledger_picture(site: Site, ledger: pl.DataFrame, words: Wording) -> Picture:
    """What each actor has left, worth now."""
    rows = []
    for actor, entries in ledger_rows(ledger).items():
        balance = entries["saldo"]
        side = 0 if not balance["shown"] else 1 if balance["mean"] > 0 else -1
        rows.append(
            SpanRow(
                actor_title(site, actor, words),
                between(balance, words),
                (balance["low"], balance["middle"], balance["high"]),
                side,
            )
        )
    drawn, narrow = (
        spans_svg(rows, words("appraise.axis_millions"), words, _MILLION, narrow=each) for each in (False, True)
    )
    caption = words("appraise.ledger_picture")
    return Picture("partijen", drawn, caption, _alt(caption, rows), "partijen", narrow=narrow)


def mechanism_picture(site: Site, result: Result, year: int, words: Wording) -> Picture | None:
    """Points of mark per mechanism in a year; those of which nothing is measured keep their words."""
    rows = []
    for row in result.tables["mechanisms"].filter(year=year).iter_rows(named=True):
        title = title_in(site.catalogue.mechanisms[row["mechanism"]], words.lang)
        if row["mean"] is None:
            said = words(f"appraise.told.{'described' if row['told'] == 'alleen beschreven' else 'nothing'}")
            rows.append(SpanRow(title, said, None, 0))
            continue
        said = change(row, "", words) if row["shown"] else words("appraise.not_shown")
        rows.append(
            SpanRow(
                title,
                said,
                (row["low"], row["middle"], row["high"]),
                0 if not row["shown"] else 1 if row["mean"] > 0 else -1,
            )
        )
    if not any(row.span for row in rows):
        return None
    caption = words("appraise.mechanism_picture", year=year)
    return Picture(
        "mechanismen",
        spans_svg(rows, words("appraise.axis_points"), words, name="mechanisms"),
        caption,
        _alt(caption, rows),
        "mechanismen",
        narrow=spans_svg(rows, words("appraise.axis_points"), words, name="mechanisms", narrow=True),
    )


def year_picture(rows: list[Mapping[str, Any]], words: Wording) -> Picture:
    """Costs and benefits of everybody together over the years. Benefits below nought stand with the costs."""
    years = [row["jaar"] for row in rows]
    gained = YearBars(words("appraise.figures.baten"), tuple(max(row["baten"], 0.0) for row in rows), True)
    paid = YearBars(
        words("appraise.paid_or_lost"), tuple(row["kosten"] + max(-row["baten"], 0.0) for row in rows), False
    )
    caption = words("appraise.years_picture")
    alt = words(
        "appraise.years_alt",
        title=caption,
        first=years[0],
        last=years[-1],
        most=max(rows, key=lambda row: row["kosten"])["jaar"],
    )
    return Picture(
        "jaren",
        years_svg(years, (gained, paid), words("appraise.axis_year"), words),
        caption,
        alt,
        "jaren_samen",
        narrow=years_svg(years, (gained, paid), words("appraise.axis_year"), words, narrow=True),
    )


def map_picture(site: Site, result: Result, indicator: str, year: int, words: Wording) -> Picture | None:
    """The buurten of the town, colored only where the change is told apart from nothing."""
    ground, source = ground_of_town(site.results, result.town)
    if ground is None:
        return None
    entry = site.catalogue.indicator(indicator)
    rows = result.tables["changes"].filter(indicator=indicator, year=year, level="buurt", part="alles").to_dicts()
    found = {row["area"]: row for row in rows if row["area"] in ground.shapes}
    step = step_of(max((abs(row["mean"]) for row in found.values() if row["shown"]), default=1.0) / 2 or 1.0)
    shades = {code: _shade(row, step, FAVOURABLE[entry.direction] or 1) for code, row in found.items()}
    unit = change_unit(indicator, site.catalogue.packages.get(result.id), site.catalogue, words)
    size = f"{words.number(step, decimals_of(step))} {unit}".strip()
    order: tuple[Shade, ...] = ("good2", "good1", "bad1", "bad2", "chance", "unknown")
    there = {*shades.values(), *(["unknown"] if len(shades) < len(ground.shapes) else [])}
    said = "appraise.shade" if FAVOURABLE[entry.direction] else "appraise.shade_neutral"
    legend = tuple((shade, words(f"{said}.{shade}", size=size)) for shade in order if shade in there)
    title = words("appraise.map_title", figure=site.title(indicator, words.lang), year=year)
    told = ground_said(source, ground.boundaries, words)
    setting = Setting(1, _HIGH, wijk_of(ground.shapes), source=told)
    drawn, narrow = (
        maps_svg(ground, [ShadedMap("", shades, legend)], each, words) for each in (setting, on_phone(setting))
    )
    shown = [f"{site.name(code)} {change(row, unit, words)}" for code, row in found.items() if row["shown"]]
    alt = words(
        "appraise.map_alt",
        title=title,
        shown=words.listing(shown) or words("maps.nowhere"),
        hidden=len(found) - len(shown),
        still=len(ground.shapes) - len(found),
    )
    return Picture("kaart", drawn, title, alt, "gebieden", narrow=narrow)


def _shade(row: Mapping[str, Any], step: float, favourable: int) -> Shade:
    if not row["shown"]:
        return "chance"
    far = abs(row["mean"]) >= step
    if row["mean"] * favourable > 0:
        return "good2" if far else "good1"
    return "bad2" if far else "bad1"


def _alt(caption: str, rows: list[SpanRow]) -> str:
    return f"{caption}: " + "; ".join(f"{row.title}: {row.said}" for row in rows)


def ledger_series(site: Site, ledger: pl.DataFrame, words: Wording) -> Series:
    """What each actor has left, in millions, as a chart that PowerPoint can edit."""
    told = ledger_rows(ledger)
    names = tuple(actor_title(site, actor, words) for actor in told)
    numbers = tuple(entries["saldo"]["mean"] / _MILLION for entries in told.values())
    return Series(
        "partijen", "bar", words("appraise.ledger_picture"), names, {words("appraise.axis_millions"): numbers}
    )


def year_series(rows: list[Mapping[str, Any]], words: Wording) -> Series:
    """Costs and benefits per year, in millions."""
    names = tuple(str(row["jaar"]) for row in rows)
    numbers = {
        words(f"appraise.figures.{name}"): tuple(row[name] / _MILLION for row in rows) for name in ("kosten", "baten")
    }
    return Series("jaren", "line", words("appraise.years_picture"), names, numbers)
