"""Criteria in words that a policy adviser can write, and which areas of a country they hold for.

    leefbaarheid_sociale_samenhang:slechtste:5:buurt    among the worst 5 % of buurten
    inwoners:minstens:50000:gemeente                    at least; also 'hoogstens'
    bouwjaren 1970-1995:minstens:50:gemeente            share of homes built in those years
    lid:nta                                             member of a group of gemeenten, or on a fund's list

Figures may be added: 'a+b:minstens:40:buurt'. The id of a mechanism stands for its composite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from stadspeil.appraisal.funds.country import SCALES, Country, Floats, Scale, years_of_building
from stadspeil.appraisal.funds.sureness import limit_of, margins_known, surely_among_worst, worst_of
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.reader import near_match
from stadspeil.errors import QuestionError

Flags = NDArray[np.bool_]
TESTS = ("slechtste", "minstens", "hoogstens")
# A number with points for thousands, as it is written here: to others it is one with three decimals.
GROUPED = re.compile(r"[1-9]\d{0,2}(\.\d{3})+%?")
_YEARS = re.compile(r"bouwjaren (\d{4})-(\d{4})")
_REMEDY = "schrijf 'cijfer:slechtste:5:buurt', 'cijfer:minstens:50000:gemeente', 'bouwjaren 1970-1995:minstens:50:gemeente' of 'lid:nta'"


@dataclass(frozen=True)
class Clause:
    """One criterion. figures: ids that are added; members: id of a group or fund where it is a list. coarse: the list names
    areas whose borders were not read, so that it stands here for the gemeenten that have one."""

    text: str
    scale: Scale
    test: str
    bound: float = 0.0
    figures: tuple[str, ...] = ()
    period: tuple[int, int] | None = None
    members: str = ""
    coarse: bool = False


@dataclass(frozen=True)
class Rule:
    """Criteria together: at least so many must hold."""

    clauses: tuple[Clause, ...]
    least: int

    @property
    def scale(self) -> Scale:
        """The finest level that it measures."""
        return max((each.scale for each in self.clauses), key=SCALES.index)

    @property
    def coarse(self) -> bool:
        """Whether it stands for whole gemeenten of which only a part is meant."""
        return any(each.coarse for each in self.clauses)

    def asked(self) -> set[tuple[str, Scale]]:
        """Figures that it needs, with their level."""
        return {(id, each.scale) for each in self.clauses for id in each.figures}

    def periods(self) -> set[tuple[int, int, Scale]]:
        """Building years that it needs."""
        return {(*each.period, each.scale) for each in self.clauses if each.period}

    def words(self) -> str:
        """The rule as a reader wrote it."""
        joint = {1: " of ", len(self.clauses): " en "}.get(self.least, f" (minstens {self.least} van) ")
        return joint.join(each.text for each in self.clauses)


@dataclass(frozen=True)
class Held:
    """For whom a rule holds: by the values as published, surely, and surely not; and who was not measured.

    margins: whether noise of the figures is known. Where it is not, sure means only 'by the value as published'.
    """

    chosen: Flags
    sure_in: Flags
    sure_out: Flags
    measured: Flags
    margins: bool


def read_rule(texts: Sequence[str], combine: str, catalogue: Catalogue) -> Rule:
    """The rule that texts of criteria tell. `combine`: 'alle', 'een', or how many must hold.

    Raises:  QuestionError with all that is wrong in all of them.
    """
    problems: list[str] = []
    clauses = []
    for text in texts:
        try:
            clauses.append(read_clause(text, catalogue))
        except QuestionError as fault:
            problems += [f"'{text}': {each}" for each in fault.problems]
    least = {"alle": len(texts), "een": 1}.get(combine) or (int(combine) if combine.isdigit() else 0)
    if not 1 <= least <= max(len(texts), 1):
        problems.append(f"van {len(texts)} criteria kunnen er niet '{combine}' gelden; kies alle, een of een getal")
    if not texts:
        problems.append("er staat geen enkel criterium")
    if problems:
        raise QuestionError("het criterium", problems, _REMEDY)
    return Rule(tuple(clauses), least)


def read_clause(text: str, catalogue: Catalogue) -> Clause:
    """One criterion. Raises: QuestionError with all that is wrong in it."""
    parts = [each.strip() for each in text.split(":")]
    if parts[0] == "lid":
        return _list(text, parts[1] if len(parts) == 2 else "", catalogue)
    if len(parts) != 4:
        raise QuestionError(text, f"heeft {len(parts)} delen; verwacht cijfer:toets:grens:niveau", _REMEDY)
    name, test, bound, scale = parts
    years = _YEARS.fullmatch(name)
    figures = () if years else tuple(_figure(each.strip(), catalogue) for each in name.split("+"))
    problems = [] if years else list(_unknown(figures, test, scale, catalogue))
    if years and int(years[1]) > int(years[2]):
        problems.append(f"de bouwjaren lopen van {years[1]} tot {years[2]}; zet het eerste jaar voorop")
    if years and test == "slechtste":
        problems.append("bouwjaren hebben geen slechte kant; gebruik 'minstens' of 'hoogstens'")
    if test not in TESTS:
        problems.append(f"toets '{test}' bestaat niet{near_match(test, TESTS)}; kies uit {', '.join(TESTS)}")
    if scale not in SCALES:
        problems.append(f"niveau '{scale}' bestaat niet{near_match(scale, SCALES)}; kies uit {', '.join(SCALES)}")
    number = _number(bound)
    if number is None:
        problems.append(f"grens '{bound}' is geen getal; verwacht een getal zonder punten voor duizendtallen")
    elif test == "slechtste" and not 0 < number < 100:
        problems.append(f"grens is {number:g} %; verwacht meer dan 0 en minder dan 100")
    if problems or number is None:
        raise QuestionError(text, problems, _REMEDY)
    period = (int(years[1]), int(years[2])) if years else None
    return Clause(text, _scale(scale), test, number, figures, period)


def hold(rule: Rule, country: Country, scale: Scale) -> Held:
    """For which areas of a level the rule holds; a criterion of a coarser level holds for all that lies inside.

    Raises:  QuestionError with all figures that are not measured at the level asked.
    """
    problems = []
    for clause in rule.clauses:
        for id in (years_of_building(*clause.period),) if clause.period else clause.figures:
            found = country.figures.get((id, clause.scale))
            if found is None or not found.count:
                problems.append(f"'{clause.text}': {id} is per {clause.scale} niet gemeten in deze werkmap")
    if problems:
        raise QuestionError("het criterium", problems, "kies een ander niveau of een ander cijfer")
    held = [
        _listed(each, scale, country)
        if each.members
        else _inside(_of_clause(each, country), each.scale, scale, country)
        for each in rule.clauses
    ]
    return Held(
        _count(each.chosen for each in held) >= rule.least,
        _count(each.sure_in for each in held) >= rule.least,
        _count(~each.sure_out for each in held) < rule.least,
        reduce(np.logical_and, (each.measured for each in held)),
        all(each.margins for each in held),
    )


def _listed(clause: Clause, scale: Scale, country: Country) -> Held:
    """Areas of the gemeenten on a list."""
    inside = np.isin(country.places[scale].parents("gemeente"), sorted(country.members[clause.members, scale]))
    return Held(inside, inside, ~inside, np.ones(len(inside), bool), True)


def _of_clause(clause: Clause, country: Country) -> Held:
    values, errors, sign, low, high = _summed(clause, country)
    measured = np.isfinite(values)
    if low is not None and high is not None:
        at_least = clause.test == "minstens"
        chosen = measured & ((values >= clause.bound) if at_least else (values <= clause.bound))
        sure_in = measured & ((low >= clause.bound) if at_least else (high <= clause.bound))
        sure_out = measured & ((high < clause.bound) if at_least else (low > clause.bound))
        return Held(chosen, sure_in, sure_out, measured, True)
    margins = margins_known(values, errors)
    if clause.test == "slechtste":
        chosen, number = worst_of(sign * values, clause.bound / 100)
        sure = surely_among_worst(sign * values, errors, number, country.coverage) if margins else None
        return Held(chosen, sure.among if sure else chosen, sure.apart if sure else measured & ~chosen, measured, margins)  # fmt: skip
    side = 1.0 if clause.test == "minstens" else -1.0
    ahead = side * (values - clause.bound)
    reach = limit_of(country.coverage) * errors if margins else np.zeros_like(values)
    with np.errstate(invalid="ignore"):
        return Held(ahead >= 0, ahead - reach >= 0, ahead + reach < 0, measured, margins)


def _summed(clause: Clause, country: Country) -> tuple[Floats, Floats, int, Floats | None, Floats | None]:
    """Values, errors, sign and bounds of what a criterion measures."""
    if clause.period:
        built = country.measured(years_of_building(*clause.period), clause.scale)
        return built.values, built.errors, 0, built.low, built.high
    found = [country.measured(id, clause.scale) for id in clause.figures]
    values = reduce(np.add, (each.values for each in found))
    errors = np.sqrt(reduce(np.add, (each.errors**2 for each in found)))
    return values, errors, found[0].sign, None, None


def _inside(held: Held, own: Scale, wanted: Scale, country: Country) -> Held:
    """What holds for areas of one level, told of the areas of a finer level inside them."""
    if own == wanted:
        return held
    codes = country.places[own].codes
    parents = country.places[wanted].parents(own)
    at = np.clip(np.searchsorted(codes, parents), 0, len(codes) - 1)
    known = codes[at] == parents
    return Held(held.chosen[at] & known, held.sure_in[at] & known, held.sure_out[at] & known, held.measured[at] & known, held.margins)  # fmt: skip


def _count(flags: Iterable[Flags]) -> NDArray[np.int64]:
    return reduce(np.add, (each.astype(np.int64) for each in flags))


def _list(text: str, id: str, catalogue: Catalogue) -> Clause:
    lists = [*catalogue.groups, *(each.id for each in catalogue.funds.values() if _has_list(each.id, catalogue))]
    if id not in lists:
        raise QuestionError(
            text, f"lijst '{id}' bestaat niet{near_match(id, lists)}; kies uit {', '.join(lists)}", _REMEDY
        )
    return Clause(text, "gemeente", "lid", members=id, coarse=id not in catalogue.groups)


def _has_list(fund: str, catalogue: Catalogue) -> bool:
    return any(each.test == "in" and each.level == "gemeente" for each in catalogue.funds[fund].conditions)


def _figure(name: str, catalogue: Catalogue) -> str:
    mechanism = catalogue.mechanisms.get(name)
    return mechanism.composite if mechanism is not None and mechanism.composite else name


def _unknown(figures: tuple[str, ...], test: str, scale: str, catalogue: Catalogue) -> Iterable[str]:
    known = {**catalogue.indicators, **catalogue.composites}
    for id in figures:
        if id in catalogue.mechanisms:
            yield f"mechanisme '{id}' wordt niet per gebied gemeten; noem een van zijn cijfers"
        elif id not in known:
            yield f"cijfer '{id}' bestaat niet{near_match(id, known)}"
        elif id in catalogue.indicators:
            entry = catalogue.indicators[id]
            if test == "slechtste" and entry.direction == "neutral":
                yield f"cijfer '{id}' heeft geen gunstige kant; gebruik 'minstens' of 'hoogstens'"
            if scale in SCALES and scale not in entry.levels:
                yield f"cijfer '{id}' wordt per {', '.join(entry.levels)} gemeten, niet per {scale}"
    directions = {catalogue.indicators[id].direction for id in figures if id in catalogue.indicators}
    if test == "slechtste" and len(directions) > 1:
        yield "van opgetelde cijfers moet dezelfde kant gunstig zijn"


def _number(text: str) -> float | None:
    if GROUPED.fullmatch(text.strip()):
        # Fifty thousand for one reader, and fifty for another.
        return None
    try:
        number = float(text.replace("%", "").replace(",", "."))
    except ValueError:
        return None
    return number if np.isfinite(number) else None


def _scale(text: str) -> Scale:
    return next(each for each in SCALES if each == text)
