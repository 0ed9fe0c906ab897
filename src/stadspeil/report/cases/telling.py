"""How a business case writes euros, chances, changes and the names of what it hangs on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from stadspeil.appraisal.effects import LABEL_POOL
from stadspeil.appraisal.input_subjects import subject_of
from stadspeil.appraisal.input_units import InputUnit, changes_in_pupils, joined, unit_of
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import Package
from stadspeil.catalogue.entries import text_in, title_in
from stadspeil.report.cases.material import Case
from stadspeil.report.retelling import pool_title
from stadspeil.report.wording import DASH, Wording, lowered

MILLION = 1e6


def span(row: Mapping[str, Any], words: Wording) -> str:
    """An amount with its interval; a lone one where it has none."""
    if row["low"] is None:
        return words.euros(row["mean"])
    return words("case.span", mean=words.euros(row["mean"]), low=words.euros(row["low"]), high=words.euros(row["high"]))


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
    if kind == "pool":
        return pool_name(rest, case.package, catalogue, words)
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


def pool_name(pool: str, package: Package | None, catalogue: Catalogue, words: Wording) -> str:
    """What rests on a pool of studies in a package, in words: 'het effect van bijles op schooladvies'."""
    subject = subject_of(pool, package, catalogue) if package is not None else None
    if subject is not None:
        done = words.listing(
            [lowered(title_in(catalogue.intervention(id), words.lang)) for id in subject.interventions]
        )
        if pool == LABEL_POOL:
            return words("case.input.named", measures=done) if done else words("case.input.listed")
        if done:
            figures = words.listing([lowered(catalogue.title_of(id, words.lang)) for id in subject.indicators])
            return f"{words('case.input.effect')} {done} {words('case.on', figure=figures)}"
    return f"{words('case.input.pool')} {lowered(pool_title(catalogue, pool, words.lang))}"


def change_unit(indicator: str, package: Package | None, catalogue: Catalogue, words: Wording) -> str:
    """What a change of a figure is counted in: its own unit, or standard deviations of pupils."""
    if package is not None and changes_in_pupils(indicator, package, catalogue):
        return words("case.pupils")
    return words.unit(catalogue.indicators[indicator].unit) if indicator in catalogue.indicators else ""


def caption_unit(indicator: str, package: Package | None, catalogue: Catalogue, words: Wording) -> str:
    """The same over a table, where there is room to say what it is not; none where the unit is the figure's own."""
    if package is not None and changes_in_pupils(indicator, package, catalogue):
        return words("case.pupils_only")
    return ""


def input_unit(name: str, case: Case) -> str:
    """What an input is counted in: 'euro per woning, prijzen van 2025'."""
    return unit_said(unit_of(name, case.package, case.catalogue), case.words)


def unit_said(unit: InputUnit, words: Wording) -> str:
    """A unit of an input in the language of the reader."""
    parts = [_counted(each, words) for each in ((words.lang == "en" and unit.english) or unit.per)]
    per = joined(parts, words("case.per_year") if unit.yearly else "")
    return words(f"case.input_unit.{unit.kind}", told=unit.words(), per=per, year=unit.year)


def _counted(part: str, words: Wording) -> str:
    if part.startswith("1 "):
        return f"1 {_counted(part.removeprefix('1 '), words)}"
    per, counted = words.texts["case"]["per"], words.texts["case"]["counted"]
    return str(per[part]).removeprefix("per ") if part in per else str(counted.get(part, words.unit(part)))


def moved(used: float, turning: float, words: Wording) -> str:
    """From here to there as a reader says it: '18% hoger', '4,5 keer zo groot', 'nul'."""
    times = turning / used
    if turning == 0:
        return words("case.moved.nothing")
    if 0.5 <= times < 2:
        return words("case.moved.more" if times >= 1 else "case.moved.less", percent=words.number(100 * abs(times - 1)))
    return words("case.moved.times", times=words.number(times, 1 if times >= 1 else 2))


def beside_said(column: str, catalogue: Catalogue, words: Wording) -> str:
    """The head of a column that `beside_groups` puts beside a town: a group by its short name, region, all."""
    kind, _, id = column.partition(":")
    if kind == "groep" and id in catalogue.groups:
        group = catalogue.groups[id]
        return (group.short_en if words.lang == "en" else group.short) or id
    return words(f"case.purse.{column}")
