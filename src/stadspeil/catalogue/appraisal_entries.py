"""The kinds of entry that an ex ante appraisal is made from: what was found elsewhere, what can be done, what it is
worth, who pays, under which rules. As in `entries`, these classes are the one place that says which keys exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from stadspeil.catalogue.entries import Evidence, key

Strength = Literal["A", "B", "C", "D"]
StudyStatus = Literal["active", "withdrawn", "gap"]
Sign = Literal["+", "-", "0", "+-", "?"]
# How the effect of a study is told, and so how it becomes a change of an indicator.
EffectUnit = Literal[
    "sd", "percent", "points", "per_participant", "ratio", "dwellings", "share", "euro", "dollar", "sign",
]  # fmt: skip
Domain = Literal["fysiek", "sociaal", "veiligheid", "onderwijs", "werk", "wonen", "ruimte", "organisatie"]
Stage = Literal["idee", "plan", "contractgereed", "gecontracteerd"]
# Which of the three Dutch discount rates holds (parameters rate_*).
Rate = Literal["standaard", "kosten_gebruiksonafhankelijk", "conjunctuurgevoelig"]
# Ways to value one effect of which only one may be taken: capitalised excludes direct for the same indicator.
Family = Literal["gekapitaliseerd", "direct", "welzijn", "gezondheid", "inkomen", "overheid", "geen"]
Persistence = Literal["fysiek", "sociaal", "onderwijs", "regel"]
Level = Literal["land", "regio", "gemeente", "wijk", "buurt", "woning", "pakket"]


@dataclass(frozen=True)
class Study:
    """What one study found of one intervention on one outcome: also that it found nothing, or harm."""

    id: str = key("snake_case, never renamed, also when it is taken back: e01_krachtwijken")
    intervention: str = key("what was done, Dutch")
    intervention_en: str = key("the same in English")
    outcome: str = key("what was measured, Dutch")
    outcome_en: str = key("the same in English")
    pool: str = key(
        "snake_case: studies of one pool measure one effect of one kind of intervention and are taken together"
    )
    unit: EffectUnit = key(
        "sd: standard deviations of the outcome over Dutch buurten; percent: relative; points: units of the indicator; "
        "per_participant: units of the indicator per person reached; ratio: benefits per euro; dwellings; share; euro; dollar: of the United States; "
        "sign: only the direction is known"
    )
    sign: Sign = key("direction as the study tells it: better, worse, none, mixed, unknown")
    interval_basis: str = key("what the interval rests on, Dutch: reported, derived, judged")
    design: str = key("design and country of the study, Dutch")
    strength: Strength = key("A trial, strong natural experiment or meta-analysis; B matched; C weak; D accounting")
    country: str = key("NL, US, UK, ...")
    transfer: str = key("what holds elsewhere and what does not, and how to use it, Dutch")
    source: str = key("author, title, year, where")
    provenance: str = key("how we know it: READ, READ abstract, READ secondary, MEMORY, NONE, with what of it")
    status: StudyStatus = key("active; withdrawn: taken back by who published it; gap: nobody measured it")
    year: int = key("year of publication")
    indicators: tuple[str, ...] = key("ids of our indicators or composites that measure the outcome", default=())
    effect: float | None = key(
        "size in the unit, positive is favourable unless the unit is points; none: not known", default=None
    )
    low: float | None = key("lowest value that agrees with it", default=None)
    high: float | None = key("highest value that agrees with it", default=None)
    replaced_by: str = key(
        "withdrawn only: id of the study, or of the finding in evidence/<topic>.toml, that is right", default=""
    )
    reason: str = key("withdrawn or gap: by whom, when and why, Dutch", default="")
    same_family: str = key("id of a study of the same programme: not to be counted twice", default="")
    interval_basis_en: str = key("the same in English", default="")
    design_en: str = key("the same in English", default="")
    transfer_en: str = key("the same in English", default="")
    reason_en: str = key("the same in English", default="")


@dataclass(frozen=True)
class EffectLine:
    """One effect of an intervention on one indicator, [effects.<name>]."""

    id: str = key("name, unique in the intervention")
    indicator: str = key("id of the indicator that changes; a composite changes through its parts only")
    pool: str = key("the pool of studies that says how much; none: only with `override`", default="")
    factor: float = key(
        "units of the indicator per unit of the pool: -1 where the pool counts favourable and the indicator unfavourable; "
        "for sd: the number of standard deviations is turned into units by the indicator's own spread over buurten",
        default=1.0,
    )
    spread: float = key(
        "for sd where it is not that over buurten: units of the indicator per standard deviation; 1 where the unit value "
        "counts in standard deviations of pupils; 0: the indicator's own over buurten",
        default=0.0,
    )
    ramp: float = key("years from start to full strength", default=1.0)
    persistence: Persistence = key("how fast it fades after the measure ends (parameters fade_*)", default="sociaal")
    cohorts: bool = key(
        "whether each year reaches other people (pupils, participants): then years add up, each fading from its own end",
        default=False,
    )
    spill: float = key(
        "share of the effect at the edge of the area that reaches outside, halving per 250 m", default=0.0
    )
    displacement: float = key("share of the effect that is moved elsewhere in the region", default=0.0)
    deadweight: float = key("share that would have come anyway", default=0.0)
    leakage: float = key("share that lands with people outside the area", default=0.0)
    composition: float = key(
        "share that comes from other people living there, not from residents being better off", default=0.0
    )
    ceiling: float = key(
        "largest change that all measures together can bring, units; 0: the gap to the group's mean", default=0.0
    )
    unit_value: str = key("id of the unit value by which it is priced; none: counts in marks, not in euros", default="")
    note: str = key("what a reader should know, Dutch", default="")
    note_en: str = key("the same in English", default="")


@dataclass(frozen=True)
class CostLine:
    """One cost of an intervention, [costs.<name>]."""

    id: str = key("name, unique in the intervention")
    title: str = key("what is paid, Dutch")
    per: Literal["vast", "eenheid"] = key("vast: once per package; eenheid: per unit of dose")
    timing: Literal["eenmalig", "jaarlijks"] = key(
        "eenmalig: spread over the years of making; jaarlijks: each year it runs"
    )
    low: float = key("euro, lowest value that is believed")
    mode: float = key("euro, most likely")
    high: float = key("euro, highest")
    price_year: int = key("year of the prices")
    bearer: str = key("id of the actor who pays")
    optimism: str = key("id of the class of optimism bias; geen: none is added")
    source: str = key("where it stands, or who guessed it")
    date: str = key("since when we use it, YYYY-MM-DD")
    evidence: Evidence = key("sourced, inferred, from memory or ours")
    rate: Rate = key("which discount rate holds", default="standaard")
    title_en: str = key("the same in English", default="")
    source_en: str = key("the same in English", default="")


@dataclass(frozen=True)
class Intervention:
    """Something that can be done, reusable over towns: keys at the top, [effects.<name>], [costs.<name>]; the story
    stands beside it in <id>.md."""

    id: str = key("file name")
    title: str = key("Dutch title")
    title_en: str = key("English title")
    domain: Domain = key("physical, social, safety, education, work, housing, space, organisation")
    what: str = key("what is done, one or two Dutch sentences")
    for_whom: str = key("for whom, Dutch")
    mechanisms: tuple[str, ...] = key("ids of the mechanisms on which it acts")
    hoofdlijnen: tuple[str, ...] = key("the strategic lines of the town's vision to which it adds, Dutch")
    dose_unit: str = key("what one unit of dose is, Dutch: woning, leerling, lichtmast, huishouden, wijkteam-fte, ...")
    full_dose: str = key(
        "against what the dose counts as full: woningen, inwoners, huishoudens, leerlingen or a number"
    )
    reach: tuple[float, float, float] = key("share of the target group that is reached at full dose: low, likely, high")
    making: int = key("years from decision to the first effect")
    running: int = key("years that it usually runs; 0: for good (something that is built)")
    conditions: tuple[str, ...] = key("what must be there for it to work, Dutch")
    risk_of_nothing: str = key("what happens where it is not done, Dutch")
    date: str = key("since when it stands here, YYYY-MM-DD")
    evidence_note: str = key("what the evidence says in one Dutch sentence, also that there is none")
    labelled: bool = key(
        "whether it cannot be done without publicly designating the area: books the loss of house value", default=False
    )
    homes: bool = key(
        "whether it builds, demolishes or sells homes: effects on who lives there come from the simulation",
        default=False,
    )
    cases: tuple[str, ...] = key("where it was done, with a source, Dutch", default=())
    studies: tuple[str, ...] = key("ids of studies to read beside those of its pools", default=())
    what_en: str = key("the same in English", default="")
    for_whom_en: str = key("the same in English", default="")
    hoofdlijnen_en: tuple[str, ...] = key("the same in English, as many and in the same order", default=())
    dose_unit_en: str = key("the same in English", default="")
    conditions_en: tuple[str, ...] = key("the same in English, as many and in the same order", default=())
    risk_of_nothing_en: str = key("the same in English", default="")
    evidence_note_en: str = key("the same in English", default="")
    cases_en: tuple[str, ...] = key("the same in English, as many and in the same order", default=())
    caution: str = key(
        "what a reader should know beside every result with this, one Dutch sentence or more: money it moves that no ledger holds",
        default="",
    )
    caution_en: str = key("the same in English", default="")
    effects: tuple[EffectLine, ...] = key("name = effect", default=())
    costs: tuple[CostLine, ...] = key("name = cost", default=())


@dataclass(frozen=True)
class Measure:
    """One intervention of a package, somewhere, some years, so much of it: [measures.<name>]."""

    id: str = key("name, unique in the package")
    intervention: str = key("id of the intervention")
    areas: tuple[str, ...] = key("codes of buurten, wijken or gemeenten where it is done")
    first: int = key("first year of spending")
    last: int = key("last year that it runs; of something built the year that it is ready")
    dose: float = key("units in all areas together (of a yearly measure: per year)")
    reach: float | None = key("own share reached, with `source`; none: as in the intervention", default=None)
    cost_factor: float = key("own costs against the catalogue's, with `source`", default=1.0)
    override: dict[str, float] = key(
        "effect line = own size in units of the indicator, with `source`; printed everywhere", default_factory=dict
    )
    source: str = key("where own numbers come from", default="")
    note: str = key("what a reader should know, Dutch", default="")
    source_en: str = key("the same in English", default="")


@dataclass(frozen=True)
class Package:
    """A named combination of measures with place, years and dose: its own keys, then [measures.<name>]."""

    id: str = key("file name")
    title: str = key("Dutch title")
    title_en: str = key("English title")
    town: str = key("code of the gemeente; of an alliance: the first of `towns`")
    stage: Stage = key("how far it is: decides how much optimism is left in the costs")
    status: str = key("what it is: 'voorbeeld, geen plan van de gemeente', or the decision that it follows")
    source: str = key("document that it follows, or who made it up")
    goal: str = key("what it is for, Dutch")
    towns: tuple[str, ...] = key("codes of all gemeenten of an alliance", default=())
    programme: str = key("id of the building programme whose simulation tells what its homes do", default="")
    funds: dict[str, float] = key("fund = euro asked; none: what the rules allow", default_factory=dict)
    labelled: bool = key(
        "whether its areas stand, or will stand, on a public list of problem areas (as that of 2007, or article 8 of the "
        "Rotterdamwet): books the loss of house value there. Only such lists were measured; a programme without one is not",
        default=False,
    )
    unlabelled: bool = key(
        "whether nothing is published although a measure by itself designates the area (selectieve_toewijzing): then no loss "
        "is booked",
        default=False,
    )
    template: bool = key("an empty form: local numbers are still to be filled in, nothing is computed", default=False)
    invented: bool = key("whether it is made up", default=False)
    note: str = key("what a reader should know, Dutch", default="")
    status_en: str = key("the same in English", default="")
    source_en: str = key("the same in English", default="")
    goal_en: str = key("the same in English", default="")
    note_en: str = key("the same in English", default="")
    measures: tuple[Measure, ...] = key("name = measure", default=())


@dataclass(frozen=True)
class Actor:
    """Who pays and who gains."""

    id: str = key("snake_case")
    title: str = key("Dutch title")
    title_en: str = key("English title")
    order: int = key("place in the ledger")
    public: bool = key("whether its costs count as public money")
    local: bool = key("whether it belongs to the coalition around the town that must close the case itself")
    by_income: bool = key(
        "whether its euros weigh by the income of the place, in outcomes that weigh by income", default=False
    )


@dataclass(frozen=True)
class UnitValue:
    """What a change of one unit of an indicator is worth, per unit of what it is counted over."""

    id: str = key("snake_case")
    title: str = key("Dutch title")
    title_en: str = key("English title")
    indicator: str = key("id of the indicator")
    family: Family = key("way of valuing; of one indicator in one package only one family counts")
    per: Literal["inwoner", "huishouden", "woning", "leerling", "jongere", "delict", "deelnemer"] = key(
        "over what the indicator is counted: euro a year per unit of the indicator and per one of these"
    )
    value: tuple[float, float, float] = key(
        "euro per year: low, likely, high, of one unit in the favourable direction; of a neutral indicator of one unit more"
    )
    price_year: int = key("year of the prices")
    shares: dict[str, float] = key("actor = share of who gains; they add up to 1")
    grade: int = key("1 official key figure .. 6 guess; decides what is taken off benefits")
    source: str = key("where it stands")
    date: str = key("since when we use it, YYYY-MM-DD")
    evidence: Evidence = key("sourced, inferred, from memory or ours")
    growth: float = key("relative price change a year beside inflation", default=0.0)
    rate: Rate = key("which discount rate holds", default="standaard")
    once: bool = key("whether it is worth so much once (a house price), not each year", default=False)
    by_tenure: bool = key(
        "whether who gains follows the homes of the buurt: corporaties their share, eigenaren the rest; `shares` where that "
        "is not known",
        default=False,
    )
    overlaps: tuple[str, ...] = key("ids of unit values that hold the same good: not in one measure", default=())
    note: str = key("what a reader should know, Dutch", default="")


@dataclass(frozen=True)
class OptimismClass:
    """How much costs and durations of a kind of work turn out above the plan (Mott MacDonald 2002, Green Book)."""

    id: str = key("snake_case")
    title: str = key("Dutch title")
    cost: float = key("upper bound of capital expenditure, share of the estimate")
    duration: float = key("upper bound of works duration, share of the estimate")
    source: str = key("where it stands")
    date: str = key("since when we use it, YYYY-MM-DD")
    evidence: Evidence = key("sourced, inferred, from memory or ours")
    title_en: str = key("the same in English", default="")


@dataclass(frozen=True)
class Claw:
    """A grant to the municipality that falls when things go better: euro per unit of an indicator and per what it counts."""

    id: str = key("snake_case")
    title: str = key("Dutch title")
    indicator: str = key("id of the indicator that the grant follows")
    per: Literal["inwoner", "huishouden", "woning"] = key("over what the indicator is counted")
    euro: tuple[float, float, float] = key(
        "euro a year that the grant rises per unit more of the indicator: low, likely, high; less than 0: it falls"
    )
    lag: int = key("years until the grant follows")
    source: str = key("where it stands")
    date: str = key("since when we use it, YYYY-MM-DD")
    evidence: Evidence = key("sourced, inferred, from memory or ours")
    title_en: str = key("the same in English", default="")


@dataclass(frozen=True)
class Fact:
    """One fact of a fund's rules, [facts.<name>]."""

    id: str = key("name, unique in the fund")
    statement: str = key("what the rule says, Dutch, in our words")
    source: str = key("publication and article")
    checked: str = key("when somebody looked, YYYY-MM-DD")
    mark: Literal["R", "S", "M", "J"] = key("R read, S read in a secondary source, M from memory, J judgement")
    value: float | None = key("its number, where it has one", default=None)
    unit: str = key("unit of that", default="")
    title: str = key("in two or three words, for a sentence that rests on it; empty: its name", default="")
    title_en: str = key("the same in English", default="")
    statement_en: str = key("the same in English", default="")
    unit_en: str = key("the same in English", default="")


@dataclass(frozen=True)
class Condition:
    """One condition of a fund, [conditions.<name>]: what of a package or area is held against which fact."""

    id: str = key("name, unique in the fund")
    measured: str = key(
        "what is held against it: a word of appraisal/funds (homes, affordable_share, months_to_start, works_years, "
        "local_share, primary_share, ...), or 'indicator:<id>', 'member:<list>', 'mechanism:<id>'"
    )
    test: Literal["at_least", "at_most", "is", "in", "lowest_share"] = key(
        "lowest_share: among the given share of areas that are worst on it"
    )
    fact: str = key("name of the fact that holds the bound")
    level: Level = key("where it is measured")
    hard: bool = key("whether failing it excludes; else it lowers the score")
    areas: tuple[str, ...] = key("codes for 'in': the list of areas", default=())
    absent: tuple[str, ...] = key("codes for 'in' of which was read that they are not on the list", default=())
    complete: bool = key("for 'in': whether the whole list was read; else who is not on it is not known", default=False)
    when: str = key("holds only where '<word> above <fact>' or '<word> at_most <fact>'; none: always", default="")


@dataclass(frozen=True)
class Fund:
    """An instrument of the state: [facts.<name>], [conditions.<name>]."""

    id: str = key("file name")
    title: str = key("Dutch title")
    title_en: str = key("English title")
    giver: str = key("who gives, Dutch")
    about: str = key("what it is for, Dutch")
    status: Literal["open", "gesloten", "aangekondigd", "doorlopend"] = key("whether one can ask now")
    first: int = key("first year of payment")
    last: int = key("last year of payment; 0: no end is known")
    basis: Literal["deficit", "per_home", "matching", "allotted", "formula"] = key(
        "share of a deficit, fixed per home, matched by the region, given to named areas, or a formula"
    )
    share: str = key("name of the fact with the largest share of the state", default="")
    per_home: str = key("name of the fact with euro per home", default="")
    homes_counted: Literal["alle", "betaalbaar"] = key("which homes it pays for", default="alle")
    per_inhabitant: str = key("name of the fact with euro per inhabitant of the area, once", default="")
    most: str = key("name of the fact with the largest sum per application", default="")
    least: str = key("name of the fact with the smallest sum per application", default="")
    budget: str = key("name of the fact with the money of a round", default="")
    chance: dict[str, float] = key("'priority', 'other': chance of award, with fact 'chance'", default_factory=dict)
    priority: str = key("name of the condition that gives the chance 'priority'", default="")
    cofunding: str = key("name of the fact with the least share that others must pay", default="")
    excludes: tuple[str, ...] = key("ids of funds that may not pay for the same home or the same deficit", default=())
    carries_over: bool = key("whether what is not spent may go to later years", default=False)
    pays_for: tuple[Domain, ...] = key("domains of interventions that it may pay; none: all", default=())
    only: tuple[str, ...] = key("ids of the only interventions of those domains that it may pay; none: all", default=())
    note: str = key("what a reader should know, Dutch", default="")
    giver_en: str = key("the same in English", default="")
    about_en: str = key("the same in English", default="")
    note_en: str = key("the same in English", default="")
    facts: tuple[Fact, ...] = key("name = fact", default=())
    conditions: tuple[Condition, ...] = key("name = condition", default=())

    def may_pay(self, intervention: Intervention) -> bool:
        """Whether it pays for measures of this kind."""
        fits = not self.pays_for or intervention.domain in self.pays_for
        return fits and (not self.only or intervention.id in self.only)


@dataclass(frozen=True)
class Project:
    """A package, a part of one or an existing effort on the agenda, [projects.<name>]."""

    id: str = key("name, unique in the agenda")
    title: str = key("Dutch title")
    package: str = key("id of the package that tells costs and effects; none: `costs` and `worth`", default="")
    existing: bool = key(
        "whether it runs already: then it comes out as keep, bend, slow, wind down or stop", default=False
    )
    earliest: int = key("first year in which it may start", default=0)
    latest: int = key("last year in which it may start; 0: any", default=0)
    costs: dict[str, float] = key("'fund' = euro over its whole life, where there is no package", default_factory=dict)
    years: int = key("years over which costs are spread, where there is no package", default=1)
    worth: tuple[float, ...] = key(
        "net present benefits before costs: low, likely, high, where there is no package", default=()
    )
    marks: dict[str, float] = key("mechanism = points of mark, where there is no package", default_factory=dict)
    staff: float = key("full-time equivalents a year while it is made", default=0.0)
    after: dict[str, float] = key("project = years that must lie between its start and ours", default_factory=dict)
    group: str = key("projects of one group exclude each other", default="")
    must: bool = key("whether it is done in any case", default=False)
    source: str = key("where own numbers come from", default="")
    trigger: str = key("waits for a figure: 'indicator < value' or '>'", default="")
    lead: int = key("years from decision to effect, for a pathway", default=0)
    sell_by: int = key("year after which it no longer helps; 0: none", default=0)
    title_en: str = key("the same in English", default="")
    source_en: str = key("the same in English", default="")


@dataclass(frozen=True)
class Budget:
    """Money of one fund or purse over the years, [budgets.<name>]."""

    id: str = key("name, unique in the agenda: an id of a fund or of a purse of an actor")
    title: str = key("Dutch title")
    yearly: dict[str, float] = key("year = euro that comes in")
    carries_over: bool = key("whether what is left goes to the next year", default=True)
    source: str = key("where it stands, or who made it up", default="")
    chance: float = key("chance that this money comes at all, 0 to 1, for scenarios", default=1.0)
    title_en: str = key("the same in English", default="")


@dataclass(frozen=True)
class Agenda:
    """Projects of a town in the years to come, with means and limits: [projects.<name>], [budgets.<name>]."""

    id: str = key("file name")
    title: str = key("Dutch title")
    title_en: str = key("English title")
    town: str = key("code of the gemeente")
    first: int = key("first year")
    years: int = key("how many, at most 40")
    status: str = key("what it is")
    source: str = key("document that it follows, or who made it up")
    staff: float = key("full-time equivalents there are each year; 0: no limit", default=0.0)
    floors: dict[str, float] = key(
        "'mechanism:<id>' or 'buurt:<code>' = points of mark that must at least be gained", default_factory=dict
    )
    invented: bool = key("whether it is made up", default=False)
    note: str = key("what a reader should know, Dutch", default="")
    status_en: str = key("the same in English", default="")
    note_en: str = key("the same in English", default="")
    projects: tuple[Project, ...] = key("name = project", default=())
    budgets: tuple[Budget, ...] = key("name = budget", default=())
