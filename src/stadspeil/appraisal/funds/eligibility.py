"""Whether a request fits the rules of a fund: which conditions fail and by how much, which cannot be told for want of
what, how much it may bring, what others must add, and how likely it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from stadspeil.appraisal.funds.country import Country
from stadspeil.appraisal.funds.criteria import hold, read_rule
from stadspeil.appraisal.funds.requests import Bounds, Request, counted_homes, start_years
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import Condition, Fact, Fund
from stadspeil.catalogue.fund_checks import WHEN, WORDS

Answer = Literal["voldoet", "voldoet niet", "niet te zeggen", "geldt niet"]
# The condition that no fund states as such: that any measure is of a kind that it pays for.
PURPOSE = "waarvoor"
YEARS = "jaren"
Verdict = Literal["ja", "nee", "niet te zeggen", "geen aanvraag"]


@dataclass(frozen=True)
class Tested:
    """One condition held against a request.

    found    bounds of what was measured; none: not known      bound  what the rule asks
    short    how far it fails at its best, in the unit of the bound; 0 where it does not
    missing  what is not known, Dutch                          mark   how the rule is known: R, S, M or J
    """

    condition: str
    statement: str
    answer: Answer
    hard: bool
    found: Bounds | None
    bound: float | None
    unit: str
    short: float
    missing: tuple[str, ...]
    mark: str
    source: str


@dataclass(frozen=True)
class Sum:
    """Euros that a fund may bring: low and high, what others must add, and the facts that it rests on ('id [mark]').
    Without euros: `missing` says what is not known."""

    low: float | None
    high: float | None
    cofunding: tuple[float, float] | None
    rests_on: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Eligibility:
    """A request held against a fund."""

    fund: Fund
    verdict: Verdict
    tested: tuple[Tested, ...]
    sum: Sum
    chance: float
    chance_mark: str
    priority: bool | None

    @property
    def failed(self) -> tuple[Tested, ...]:
        """Hard conditions that are not met."""
        return tuple(each for each in self.tested if each.hard and each.answer == "voldoet niet")

    @property
    def missing(self) -> tuple[str, ...]:
        """All that would have to be known to tell more, once each."""
        told = [name for each in self.tested for name in each.missing] + list(self.sum.missing)
        return tuple(dict.fromkeys(told))


def eligibility(fund: Fund, request: Request, catalogue: Catalogue, country: Country | None = None) -> Eligibility:
    """A request held against one fund. `country` is needed for conditions on figures of areas only."""
    facts = {each.id: each for each in fund.facts}
    amount = _sum(fund, facts, request)
    measured = dict(request.measured)
    asked = request.asked.get(fund.id)
    if asked is not None:
        measured["ask"] = Bounds(asked, asked, "gevraagd volgens het pakket")
    elif amount.low is not None and amount.high is not None:
        measured["ask"] = Bounds(amount.low, amount.high, "wat de regels toelaten")
    tested = [_tested(each, facts, measured, request, catalogue, country) for each in fund.conditions]
    tested += [*_purpose(fund, request, catalogue), *_years(fund, request)]
    priority = next((each for each in tested if each.condition == fund.priority), None)
    has = None if priority is None else {"voldoet": True, "voldoet niet": False}.get(priority.answer)
    chance, mark = _chance(fund, facts, has)
    return Eligibility(fund, _verdict(fund, tested), tuple(tested), amount, chance, mark, has)


def _verdict(fund: Fund, tested: list[Tested]) -> Verdict:
    if fund.basis == "formula":
        return "geen aanvraag"
    hard = [each.answer for each in tested if each.hard]
    if fund.status == "gesloten" or "voldoet niet" in hard:
        return "nee"
    return "niet te zeggen" if "niet te zeggen" in hard else "ja"


def _chance(fund: Fund, facts: Mapping[str, Fact], priority: bool | None) -> tuple[float, str]:
    """The chance of award; where it is not known whether priority holds, that without."""
    other = fund.chance.get("other", fund.chance.get("priority", 0.0))
    chosen = fund.chance.get("priority", other) if priority else other
    return chosen, facts["chance"].mark if "chance" in facts else "J"


def _tested(
    condition: Condition, facts: Mapping[str, Fact], measured: Mapping[str, Bounds], request: Request,
    catalogue: Catalogue, country: Country | None,
) -> Tested:  # fmt: skip
    fact = facts[condition.fact]
    when = _when(condition, facts, measured)
    found = measured.get(condition.measured)
    answer: Answer
    short = 0.0
    missing: tuple[str, ...] = ()
    if when == "geldt niet":
        answer = "geldt niet"
    elif condition.test == "in":
        answer = _on_list(condition, request)
        missing = () if answer != "niet te zeggen" else (f"of dit gebied op de lijst staat ({fact.source})",)
    elif condition.test == "lowest_share":
        answer, missing = _worst(condition, fact, request, catalogue, country)
    elif found is None or fact.value is None:
        answer, missing = "niet te zeggen", (WORDS.get(condition.measured, (condition.measured, ""))[0],)
    else:
        answer, short = _against(condition.test, found, fact.value)
        if answer == "niet te zeggen":
            missing = (f"{WORDS[condition.measured][0]} nauwkeuriger ({found.source})",)
    if when == "niet te zeggen" and answer != "geldt niet":
        answer = answer if answer == "voldoet" else "niet te zeggen"
        missing = (*missing, WORDS["inhabitants"][0]) if answer == "niet te zeggen" else missing
        short = 0.0 if answer == "niet te zeggen" else short
    return Tested(
        condition.id, fact.statement, answer, condition.hard, found, fact.value, fact.unit, short,
        tuple(dict.fromkeys(missing)), fact.mark, fact.source,
    )  # fmt: skip


def _against(test: str, found: Bounds, bound: float) -> tuple[Answer, float]:
    """A measure between bounds against a bound, and by how much it fails at its best."""
    if test == "at_most":
        best, worst = -found.low, -found.high
        bound = -bound
    elif test == "at_least":
        best, worst = found.high, found.low
    else:
        best, worst = -abs(found.low - bound), -abs(found.high - bound)
        bound = 0.0
    if worst >= bound:
        return "voldoet", 0.0
    return ("voldoet niet", bound - best) if best < bound else ("niet te zeggen", 0.0)


def _when(condition: Condition, facts: Mapping[str, Fact], measured: Mapping[str, Bounds]) -> Answer:
    """Whether a condition holds for this request at all."""
    read = WHEN.fullmatch(condition.when)
    if read is None:
        return "voldoet"
    found, bound = measured.get(read[1]), facts[read[3]].value
    if found is None or bound is None:
        return "niet te zeggen"
    above = read[2] == "above"
    holds = [(each > bound) if above else (each <= bound) for each in (found.low, found.high)]
    return "voldoet" if all(holds) else "niet te zeggen" if any(holds) else "geldt niet"


def _on_list(condition: Condition, request: Request) -> Answer:
    codes = request.towns if condition.level == "gemeente" else request.areas
    if any(code in condition.areas for code in codes):
        return "voldoet"
    told = bool(codes) and (condition.complete or all(code in condition.absent for code in codes))
    return "voldoet niet" if told else "niet te zeggen"


def _worst(
    condition: Condition, fact: Fact, request: Request, catalogue: Catalogue, country: Country | None
) -> tuple[Answer, tuple[str, ...]]:
    """Whether the areas asked are among the worst share: all surely in, none in, or cannot be told."""
    name = condition.measured.partition(":")[2]
    if country is None or fact.value is None:
        return "niet te zeggen", (f"cijfer '{name}' per {condition.level} voor het hele land",)
    rule = read_rule([f"{name}:slechtste:{100 * fact.value:g}:{condition.level}"], "alle", catalogue)
    held = hold(rule, country, rule.scale)
    places = country.places[rule.scale]
    wanted = set(request.areas or request.towns)
    inside = [
        row for row, code in enumerate(places.codes)
        if {str(code), *(str(places.parents(scale)[row]) for scale in ("gemeente", "wijk"))} & wanted
    ]  # fmt: skip
    if inside and held.sure_in[inside].all():
        return "voldoet", ()
    if inside and held.sure_out[inside].all():
        return "voldoet niet", ()
    return "niet te zeggen", (f"of deze gebieden zeker bij de slechtste {100 * fact.value:g} % op '{name}' horen",)


def _purpose(fund: Fund, request: Request, catalogue: Catalogue) -> list[Tested]:
    """Whether any measure of the request is of a kind that the fund pays for."""
    if not fund.pays_for or not request.interventions:
        return []
    fits = any(fund.may_pay(each) for each in request.interventions)
    kinds = [catalogue.intervention(each).title for each in fund.only if each in catalogue.interventions]
    return [
        Tested(
            PURPOSE, f"Het fonds betaalt {', '.join(kinds or fund.pays_for)}.", "voldoet" if fits else "voldoet niet", True,
            None, None, "", 0.0, (), "J", "indeling van maatregelen van dit programma",
        )
    ]  # fmt: skip


def _years(fund: Fund, request: Request) -> list[Tested]:
    """Whether the fund pays in the years after the one in which it would decide; nothing where nobody named that year."""
    year, basis = request.award, "looptijd van het fonds"
    if year is None or (fund.first - 1 <= year and (not fund.last or year <= fund.last)):
        return []
    until = f"tot en met {fund.last}" if fund.last else "zonder bekend einde"
    said = f"Het fonds betaalt van {fund.first} {until}; gevraagd is toekenning in {year}."
    return [Tested(YEARS, said, "voldoet niet", True, None, None, "", 0.0, (), "J", basis)]


def _sum(fund: Fund, facts: Mapping[str, Fact], request: Request) -> Sum:
    """Euros by the rule of the fund, within its smallest and largest sum."""
    most = facts[fund.most].value if fund.most else None
    rests = tuple(f"{facts[name].id} [{facts[name].mark}]" for name in (fund.share, fund.most, fund.cofunding) if name)
    money = request.money
    if fund.basis == "per_home" and fund.per_home:
        each = facts[fund.per_home].value or 0.0
        word = "affordable_homes" if fund.homes_counted == "betaalbaar" else "homes"
        homes = _homes_of(fund, word, request)
        on = (f"{fund.per_home} [{facts[fund.per_home].mark}]",)
        if homes is None:
            return Sum(None, None, None, on, (WORDS[word][0],))
        return Sum(each * homes.low, each * homes.high, (0.0, 0.0), on, ())
    if fund.basis in ("deficit", "matching") and fund.share:
        if money is None:
            return Sum(None, None, None, rests, ("kosten per jaar en wat partijen in de stad zelf overhouden",))
        share = facts[fund.share].value or 0.0
        part = money.paid_by(fund.id)
        whole = part.deficit if fund.basis == "deficit" else part.spent
        low, high = (min(share * each, most) if most is not None else share * each for each in whole)
        rest = sorted((whole[0] - low, whole[1] - high))
        return Sum(low, high, (rest[0], rest[1]), rests, ())
    reason = {
        "allotted": "welk bedrag aan het gebied is toegewezen",
        "formula": "niets: de uitkering volgt een formule",
    }
    return Sum(None, None, None, rests, (reason.get(fund.basis, "de regel van het bedrag"),))


def _homes_of(fund: Fund, word: str, request: Request) -> Bounds | None:
    """Homes that a fixed sum is paid for: of a programme those that begin in the years before it pays."""
    if not request.lots:
        return request.measured.get(word)
    least, most = counted_homes(request.lots, *start_years(fund), fund.homes_counted == "betaalbaar")
    return Bounds(least, most, "bouwprogramma; alleen woningen waarvan de bouw in de jaren van het fonds begint")
