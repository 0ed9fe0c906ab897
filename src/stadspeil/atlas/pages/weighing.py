"""Afweging: mixes of new homes that no other beats, what each does and gives up, and which meet what a reader asks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stadspeil.atlas import weighed_tables as tables
from stadspeil.atlas.older import Stored, older
from stadspeil.atlas.outcomes import known_weighed
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Page, Picture, Series, Table, View
from stadspeil.atlas.words import words_of
from stadspeil.errors import QuestionError
from stadspeil.report.drawing.parallel import Span, digits_of, parallel_alt, parallel_svg
from stadspeil.report.weighed_words import (
    DECIMALS,
    RUNS,
    Option,
    apart_sentence,
    confirmed_sentences,
    homes_by_tenure,
    judged_sentences,
    lacking_sentence,
    met_sentence,
    options_of,
    order_sentences,
    scales_and_lines,
    title,
    unit,
    weighed_reading,
)
from stadspeil.report.wording import Wording
from stadspeil.simulation.classes import TENURES
from stadspeil.simulation.surrogate import CRITERIA
from stadspeil.simulation.weighed import Weighed, command_of

_FARTHEST = 1e9
_THOUSANDS, _DECIMAL = re.compile(r"-?[0-9]{1,3}([.,][0-9]{3})+"), re.compile(r"-?[0-9]{1,12}([.,][0-9]{1,6})?")


def weighing(site: Site, asked: Asked) -> View:
    """What was weighed for a gemeente; where nothing was, what to type."""
    words, code = words_of(asked.lang), site.area(asked.get("stad"))
    if not code.startswith("GM"):
        raise QuestionError(f"gebied '{code}'", "dat is geen gemeente", "kies een gemeente in de lijst")
    wanted = _wanted(asked)
    weighed, name = known_weighed(site, code), site.name(code)
    more = {"code": code, "town": name, "found": weighed is not None, "command": command(code)}
    if weighed is None:
        reading = words("weighing.reading_none", town=name)
        return View("afweging", words("weighing.title", town=name), reading, more=more)
    options = options_of(weighed)
    shown: tuple[Table, ...] = (
        tables.trade_off_table(weighed, options, wanted, words), tables.confirmed_table(weighed, words), tables.apart_table(weighed, words),
        tables.content_table(site, weighed, words), tables.site_table(site, weighed, words),
        tables.judged_table(weighed, words),
    )  # fmt: skip
    reading = weighed_reading(weighed, name, words)
    return View(
        "afweging", words("weighing.title", town=name), met_sentence(options, wanted, words) if wanted else reading, shown,
        tuple(_pictures(weighed, options, wanted, words)), series=tuple(_series(options, words)), notes=tuple(_notes(weighed, words)),
        more={
            **more, "command": command_of(weighed), "wanted": wanted, "intro": reading if wanted else "", "fields": _fields(options, wanted, words),
            "shortlist": _shortlist(weighed, options, wanted, words), "confirmed": confirmed_sentences(weighed, words), "judged": judged_sentences(weighed, words), "unordered": order_sentences(weighed, words),
            "apart": apart_sentence(weighed, words), "lacking": lacking_sentence(weighed, words), "asked": _asked(weighed, words),
            "invented": bool(weighed.account.get("invented")), "counts": len(options), "content": _of_drawn(shown[3], options),
            "tenures": [words(f"simulated.group.{each}") for each in TENURES],
        },
        older=older([Stored(words("weighing.title", town=name), weighed.account, command_of(weighed))], words),
    )  # fmt: skip


def command(code: str) -> str:
    """What to type to weigh programmes for a town."""
    return f"stadspeil balance --town {code} --homes 300 --sites locaties.csv --years 10 --share corporatie=30-50 --confirm 10"


def _wanted(asked: Asked) -> dict[str, float]:
    """The least that a reader wants of each criterion, as far as it was filled in."""
    found, problems = {}, []
    for criterion in CRITERIA:
        said = asked.get(criterion).strip()
        if not said:
            continue
        number = _number(said, DECIMALS[criterion])
        if number is None or abs(number) > _FARTHEST:
            problems.append(f"{criterion} is '{said[:40]}'; verwacht een getal")
        else:
            found[criterion] = number
    if problems:
        raise QuestionError("wat u ten minste wilt", problems, "vul een getal in, of laat het leeg")
    return found


def _number(said: str, decimals: int) -> float | None:
    """A number as typed, the same in every language: an address keeps its meaning. Of a count 1.500 is a thousand and more."""
    plain = said.replace("\N{MINUS SIGN}", "-").replace(" ", "")
    if not decimals and _THOUSANDS.fullmatch(plain):
        return float(re.sub(r"[.,]", "", plain))
    return float(plain.replace(",", ".")) if _DECIMAL.fullmatch(plain) else None


def _fields(options: list[Option], wanted: Mapping[str, float], words: Wording) -> list[dict[str, Any]]:
    """An entry of the form per criterion: what was filled in, and from where to where the mixes reach."""
    made = []
    for criterion in CRITERIA:
        middles = [each.spans[criterion][1] for each in options if criterion in each.spans]
        if not middles:
            continue
        low, high = (words.number(end, DECIMALS[criterion]) for end in (min(middles), max(middles)))
        value = wanted.get(criterion)
        said = "" if value is None else f"{value:.{digits_of(value)}f}".replace(".", "," if words.lang == "nl" else ".")
        made.append({
            "id": criterion, "title": title(criterion, words), "value": said,
            "reach": words("weighing.reach", low=low, high=high, unit=unit(criterion, words)),
        })  # fmt: skip
    return made


def _shortlist(
    weighed: Weighed, options: list[Option], wanted: Mapping[str, float], words: Wording
) -> list[dict[str, Any]]:
    """The handful that is drawn, with its numbers in words."""
    homes = homes_by_tenure(weighed)
    return [
        {
            "id": each.id, "met": words(f"weighing.is_{each.met(wanted)}") if wanted else "", "out": each.met(wanted) in ("unlikely", "out"),
            "homes": [words.number(homes.get(each.id, {}).get(tenure, 0)) for tenure in TENURES],
            "spans": [_in_cell(each.spans[name], DECIMALS[name], words) for name in CRITERIA if name in each.spans],
        }
        for each in options if each.shown
    ]  # fmt: skip


def _in_cell(span: Span, decimals: int, words: Wording) -> tuple[str, str]:
    """The middle, and the interval that stands below it."""
    low, middle, high = (words.number(each, decimals) for each in span)
    return middle, words("weighing.from_to", low=low, high=high)


def _of_drawn(content: Table, options: list[Option]) -> Table:
    """What the handful holds."""
    drawn = {each.id for each in options if each.shown}
    return replace(content, rows=[row for row in content.rows if row["mix"] in drawn])


def _pictures(weighed: Weighed, options: list[Option], wanted: Mapping[str, float], words: Wording) -> list[Picture]:
    """All as judged before, and the handful by the runs where it was confirmed."""
    found = []
    kinds: tuple[tuple[str, list[Option], Mapping[str, float], str, str], ...] = (
        ("afweging", options, wanted, "weighed.picture", "afweging"),
        ("microsimulatie", options_of(weighed, RUNS), {}, "weighed.picture_runs", "microsimulatie"),
    )
    for id, own, least, caption, table in kinds:
        if own:
            scales, lines = scales_and_lines(own, least, words)
            drawn, narrow = (parallel_svg(scales, lines, words, narrow=each) for each in (False, True))
            alt = parallel_alt(scales, lines, words)
            found.append(Picture(id, drawn, words(caption), alt, table, narrow=narrow))
    return found


def _series(options: list[Option], words: Wording) -> list[Series]:
    """The handful per criterion as charts that PowerPoint can edit: 50th percentiles."""
    drawn = [each for each in options if each.shown]
    return [
        Series(name, "bar", title(name, words), tuple(each.id for each in drawn), {unit(name, words): tuple(each.spans[name][1] for each in drawn)})
        for name in CRITERIA if all(name in each.spans for each in drawn)
    ]  # fmt: skip


def _notes(weighed: Weighed, words: Wording) -> list[str]:
    invented = [words("weighed.invented")] if weighed.account.get("invented") else []
    told = [
        *invented,
        words("weighed.not_the_answer"),
        *judged_sentences(weighed, words),
        *order_sentences(weighed, words),
        *confirmed_sentences(weighed, words),
        apart_sentence(weighed, words),
    ]
    return [each for each in [*told, lacking_sentence(weighed, words), *_asked(weighed, words)] if each]


def _asked(weighed: Weighed, words: Wording) -> list[str]:
    """What was asked, in sentences."""
    asked, account = weighed.account["asked"], weighed.account
    told = [
        words("weighing.asked_homes", homes=words.number(asked["homes"]), years=asked["years"], start=account.get("start", "…"),
              file=asked["sites"], seed=asked["seed"]),
    ]  # fmt: skip
    limits = [
        words("weighing.share", tenure=words(f"simulated.group.{tenure}"), low=words.number(100 * low), high=words.number(100 * high))
        for tenure, (low, high) in account.get("shares", {}).items() if (low, high) != (0.0, 1.0)
    ]  # fmt: skip
    told.append(words("weighing.shares", shares=words.listing(limits)) if limits else words("weighing.no_shares"))
    if "towns" in account:
        made = account.get("populations", 1)
        if asked["confirm"]:
            told.append(words("weighing.populations", number=made) if made > 1 else words("weighing.one_population"))
        told.append(words("weighing.with_region" if len(account["towns"]) > 1 else "weighing.without_region"))
    return told


WEIGHING = Page("afweging", "/bouwen/afweging/{stad}", weighing, "weighing.html", under="bouwen", styles=("building.css",))  # fmt: skip
