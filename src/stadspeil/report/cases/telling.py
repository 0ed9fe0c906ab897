"""How a business case writes euros, chances, changes and the names of what it hangs on."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from stadspeil.catalogue.entries import text_in, title_in
from stadspeil.report.cases.material import Case
from stadspeil.report.wording import DASH, Wording, lowered

MILLION = 1e6


def money(value: float | None, words: Wording) -> str:
    """An amount in millions with one decimal, smaller ones in whole euros, rounded as far as they are known."""
    if value is None:
        return DASH
    size = abs(value)
    if size >= 999_500:
        return words("case.million", amount=words.number(value / MILLION, 1))
    step = 10_000 if size >= 100_000 else 1_000 if size >= 10_000 else 100 if size >= 1_000 else 1
    return words("case.euro", amount=words.number(round(value / step) * step + 0.0))


def span(row: Mapping[str, Any], words: Wording) -> str:
    """An amount with its interval; a lone one where it has none."""
    if row["low"] is None:
        return money(row["mean"], words)
    return words(
        "case.span", mean=money(row["mean"], words), low=money(row["low"], words), high=money(row["high"], words)
    )


def chance(share: float, words: Wording) -> str:
    """A chance in whole percents, and never nothing or all of it."""
    if share < 0.01:
        return words("case.chance_least")
    if share > 0.99:
        return words("case.chance_most")
    return words("case.percent", number=words.number(100 * share))


def decimals(values: Iterable[float | None]) -> int:
    """As many decimals as show two digits of the largest of some numbers, at most four."""
    size = max((abs(each) for each in values if each is not None), default=0.0)
    return 0 if size == 0 else max(0, min(4, 1 - math.floor(math.log10(size))))


def change(row: Mapping[str, Any], places: int, words: Wording) -> str:
    """A change with its interval."""
    if row["mean"] is None:
        return DASH
    mean = words.signed(row["mean"], places)
    return words(
        "case.between", mean=mean, low=words.number(row["low"], places), high=words.number(row["high"], places)
    )


def side(row: Mapping[str, Any], direction: str) -> str:
    """The color of a change: none where its interval holds nought, or where up is neither good nor bad."""
    if not row["shown"] or row["mean"] is None or direction == "neutral":
        return ""
    return "favourable" if (row["mean"] > 0) == (direction == "higher_is_better") else "unfavourable"


def amount(value: float | None, words: Wording) -> str:
    """A plain number, with decimals by its size."""
    if value is None:
        return DASH
    return words.number(value, 0 if abs(value) >= 100 else decimals([value]))


def exact(value: float, words: Wording) -> str:
    """A number with all its decimals, at most six: an assumption is told as it is used."""
    places = next(
        (each for each in range(6) if math.isclose(round(value, each), value, rel_tol=1e-9, abs_tol=1e-12)), 6
    )
    return words.number(value, places)


def input_name(name: str, case: Case) -> str:
    """What an outcome hangs on, in words: 'kosten van Bijles (Bijles per leerling)'."""
    kind, _, rest = name.partition(":")
    head, _, tail = rest.partition("/")
    catalogue, words = case.catalogue, case.words
    lead = words(f"case.input.{kind}") if words.has("case", "input") and kind in words.texts["case"]["input"] else kind
    if kind == "effect":
        lines = case.rows("lines", measure=head, line=tail)
        indicator = next((each["indicator"] for each in lines if each["indicator"]), "")
        on = words("case.on", figure=lowered(case.indicator(indicator))) if indicator else tail
        return f"{lead} {lowered(case.measure(head))} {on}"
    if kind == "kengetal" and rest in catalogue.unit_values:
        return f"{lead} {lowered(title_in(catalogue.unit_values[rest], words.lang))}"
    if kind in ("kosten", "bereik") and head in catalogue.interventions:
        entry = catalogue.interventions[head]
        line = next((text_in(each, "title", words.lang) for each in entry.costs if each.id == tail), tail)
        return f"{lead} {lowered(title_in(entry, words.lang))}" + (f" ({lowered(line)})" if line else "")
    if kind == "optimisme":
        of = title_in(catalogue.interventions[tail], words.lang) if tail in catalogue.interventions else tail
        return f"{lead} {lowered(of)}"
    return f"{lead} {rest}"
