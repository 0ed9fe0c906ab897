"""What somebody asks a fund for: a package, its building programme, or a plain town, in the words of conditions.

Every measure is a pair of bounds with where it comes from: what a programme leaves open (whether a home of the middle
price class counts as affordable, when building begins) stays open here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from stadspeil.appraisal.appraising import refuse_template
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.appraisal_entries import Fund, Intervention, Package
from stadspeil.catalogue.entries import BuildingProgramme, Site
from stadspeil.catalogue.programme_checks import months_of
from stadspeil.errors import QuestionError

INFINITE = float("inf")


@dataclass(frozen=True)
class Bounds:
    """A measure between bounds, and where it comes from."""

    low: float
    high: float
    source: str


@dataclass(frozen=True)
class Lot:
    """Homes of one site: how many, how many of them affordable (least, most), and years between which the building of all
    of them begins."""

    id: str
    homes: int
    affordable: tuple[int, int]
    starts: tuple[int, int]


@dataclass(frozen=True)
class Paid:
    """Of what a fund may pay in a package: what the local coalition cannot find, and what is spent; each low, high, euro."""

    deficit: tuple[float, float]
    spent: tuple[float, float]


@dataclass(frozen=True)
class Money:
    """Euros of a package, from whoever computed them.

    costs          year -> euro of all that is spent            local_npv  net present value of the local coalition: low, high
    others         euro that town, region or others put in; none: not known
    primary_share  share of the ask for homes themselves; none: not known
    between        low and high of all costs together; none: they are sure
    by_fund        fund -> its part; a fund that is missing may pay for all
    """

    costs: Mapping[int, float]
    local_npv: tuple[float, float]
    others: float | None = None
    primary_share: float | None = None
    between: tuple[float, float] | None = None
    by_fund: Mapping[str, Paid] = field(default_factory=dict)

    def paid_by(self, fund: str) -> Paid:
        """What a fund may pay for."""
        return self.by_fund.get(fund, Paid(self.deficit, self.spent))

    @property
    def spent(self) -> tuple[float, float]:
        """All costs together: low, high."""
        return self.between or (sum(self.costs.values()),) * 2

    @property
    def deficit(self) -> tuple[float, float]:
        """The shortfall that the local coalition cannot close itself: low, high, at least 0."""
        return max(0.0, -self.local_npv[1]), max(0.0, -self.local_npv[0])


@dataclass(frozen=True)
class Request:
    """What is held against the conditions of funds. measured: word of catalogue/fund_checks.WORDS -> bounds; interventions:
    of its measures, none where it has no measures; award: year in which the fund would decide, where somebody named it."""

    title: str
    towns: tuple[str, ...]
    areas: tuple[str, ...]
    measured: Mapping[str, Bounds]
    interventions: tuple[Intervention, ...] = ()
    lots: tuple[Lot, ...] = ()
    money: Money | None = None
    asked: Mapping[str, float] = field(default_factory=dict)
    award: int | None = None


def given_money(
    deficit: float | None, costs: float | None = None, others: float | None = None, primary_share: float | None = None,
    room: float | None = None,
) -> Money | None:  # fmt: skip
    """Euros that somebody typed; none where neither deficit nor costs are given.

    Raises:  QuestionError for negative amounts or a share outside 0 to 1, all at once.
    """
    named = {"het tekort": deficit, "de kosten": costs, "de bijdrage van anderen": others, "de eigen ruimte": room}
    problems = [
        f"{name} is {each:g} euro; verwacht 0 of meer"
        for name, each in named.items()
        if each is not None and not each >= 0
    ]
    if primary_share is not None and not 0 <= primary_share <= 1:
        problems.append(f"het deel voor woningen is {primary_share:g}; verwacht 0 tot en met 1")
    if problems:
        raise QuestionError("de bedragen", problems, "geef bedragen in euro en delen tussen 0 en 1")
    if deficit is None and costs is None:
        return None
    short = deficit or 0.0
    return Money({0: costs if costs is not None else short}, (-short, -short), others, primary_share)


def request_of_town(
    title: str, towns: Sequence[str], inhabitants: Mapping[str, float], areas: Sequence[str] = (),
    money: Money | None = None, award: int | None = None,
) -> Request:  # fmt: skip
    """A plain town or some of its areas: who lives there, which lists it is on, and euros as far as they are given."""
    measured = {**_people(towns, inhabitants), **(_euros(money) if money else {})}
    return Request(title, tuple(towns), tuple(areas), measured, money=money, award=award)


def request_of_programme(
    programme: BuildingProgramme, catalogue: Catalogue, inhabitants: Mapping[str, float], money: Money | None = None,
    award: int | None = None,
) -> Request:  # fmt: skip
    """A building programme by itself. `award`: year in which the fund would decide, else that before its first site."""
    first = min((months_of(each.first) // 12 for each in programme.sites), default=1)
    lots = lots_of(programme, catalogue)
    measured = {
        **_people((programme.town,), inhabitants),
        **(_homes(lots, programme, (award or first - 1) * 12, catalogue) if lots else {}),
        **(_euros(money) if money else {}),
    }
    areas = tuple(dict.fromkeys(each.buurt for each in programme.sites))
    return Request(programme.title, (programme.town,), areas, measured, (), lots, money, award=award)


def request_of_package(
    package: Package, catalogue: Catalogue, inhabitants: Mapping[str, float], money: Money | None = None,
    award: int | None = None,
) -> Request:  # fmt: skip
    """A package with its building programme.

    `inhabitants`: of gemeenten, as far as known; `money`: euros, where somebody computed them; `award`: year in which the
    fund would decide, else the year before the first measure.

    Raises:  QuestionError for a template.
    """
    refuse_template(package)
    towns = package.towns or (package.town,)
    first = min((each.first for each in package.measures), default=0)
    programme = catalogue.programmes.get(package.programme) if package.programme else None
    named = dict.fromkeys(each.intervention for each in package.measures)
    interventions = tuple(catalogue.interventions[each] for each in named if each in catalogue.interventions)
    areas = tuple(dict.fromkeys(code for each in package.measures for code in each.areas))
    lots = lots_of(programme, catalogue) if programme else ()
    measured = {
        **_people(towns, inhabitants),
        **(_homes(lots, programme, (award or first - 1) * 12, catalogue) if programme and lots else {}),
        **(_euros(money) if money else {}),
    }
    return Request(package.title, towns, areas, measured, interventions, lots, money, package.funds, award)


def lots_of(programme: BuildingProgramme, catalogue: Catalogue) -> tuple[Lot, ...]:
    """The new homes of a building programme, site by site."""
    return tuple(_lot(each, catalogue) for each in programme.sites if each.act == "bouwen" and each.homes > 0)


def _lot(site: Site, catalogue: Catalogue) -> Lot:
    earliest, latest = months_of(site.first) - int(catalogue.parameter("bouwtijd_maanden")), months_of(site.last)
    # Ours: social rent and cheap homes are affordable, dear ones are not; a bought home of the middle class may be.
    cheap = site.tenure == "corporatie" or site.price == "laag" or (site.tenure != "koop" and site.price == "midden")
    perhaps = cheap or site.price == "midden"
    return Lot(site.id, site.homes, (site.homes * cheap, site.homes * perhaps), (earliest // 12, latest // 12))


def _homes(lots: tuple[Lot, ...], programme: BuildingProgramme, award: int, catalogue: Catalogue) -> dict[str, Bounds]:
    source = f"bouwprogramma {programme.id}"
    homes = sum(each.homes for each in lots)
    low, high = (sum(each.affordable[side] for each in lots) for side in (0, 1))
    sites = [each for each in programme.sites if each.act == "bouwen" and each.homes > 0]
    first, last = min(months_of(each.first) for each in sites), max(months_of(each.last) for each in sites)
    time = int(catalogue.parameter("bouwtijd_maanden"))
    begins = f"{source}; de bouw van een woning begint hooguit {time} maanden voor haar oplevering"
    return {
        "homes": Bounds(homes, homes, source),
        "affordable_homes": Bounds(low, high, f"{source}; van koop in het middensegment is niet bekend of zij betaalbaar is"),
        "affordable_share": Bounds(low / homes, high / homes, f"{source}; koop in het middensegment telt in de bovengrens mee"),
        "months_to_start": Bounds(max(0, first - time - award), max(0, first - award), begins),
        "works_years": Bounds(max(0, last - time - award) / 12, max(0, last - award) / 12, begins),
        "first_start_year": Bounds((first - time) // 12, first // 12, begins),
        "last_start_year": Bounds((last - time) // 12, last // 12, begins),
    }  # fmt: skip


def start_years(fund: Fund) -> tuple[int, int]:
    """Years in which building must begin for a fixed sum per home: the year before it pays. Last 0: no end."""
    return fund.first - 1, fund.last - 1 if fund.last else 0


def counted_homes(lots: Sequence[Lot], first: int, last: int, affordable: bool) -> tuple[int, int]:
    """Homes that surely, and that may, be affordable (where that is asked) and begin in the years first to last; last 0:
    no end."""
    until = last or INFINITE
    surely = sum((each.affordable[0] if affordable else each.homes) for each in lots if each.starts[0] >= first and each.starts[1] <= until)  # fmt: skip
    perhaps = sum((each.affordable[1] if affordable else each.homes) for each in lots if each.starts[1] >= first and each.starts[0] <= until)  # fmt: skip
    return surely, perhaps


def _people(towns: Sequence[str], inhabitants: Mapping[str, float]) -> dict[str, Bounds]:
    known = [inhabitants[each] for each in towns if each in inhabitants and inhabitants[each] == inhabitants[each]]
    alone = Bounds(1, 1, "aangenomen: alleen deze aanvraag")
    if len(known) < len(towns) or not known:
        return {"applications": alone}
    # A condition on the size of the town is asked of each town of an alliance: the smallest and the largest.
    return {"applications": alone, "inhabitants": Bounds(min(known), max(known), "CBS, kerncijfers in de werkmap")}


def _euros(money: Money) -> dict[str, Bounds]:
    made = {}
    low, high = money.deficit
    total = sum(money.costs.values())
    source = "berekende kosten en baten van het pakket"
    if money.others is not None:
        if high > 0:
            least = money.others / high
            made["local_share"] = Bounds(least, money.others / low if low > 0 else INFINITE, source)
        if total > 0:
            made["regional_share"] = Bounds(money.others / total, money.others / total, source)
    if money.primary_share is not None:
        made["primary_share"] = Bounds(money.primary_share, money.primary_share, source)
    return made
