"""The management summary of a business case: one page with what, for whom, costs, gains, the ask, risks and doubts."""

from __future__ import annotations

from stadspeil.amounts import decimals_for
from stadspeil.appraisal.appraising import is_unproven
from stadspeil.catalogue.entries import title_in
from stadspeil.report.cases.hanging import box_sentence, knowing_sentence, switching_sentences
from stadspeil.report.cases.material import Case
from stadspeil.report.cases.paying import ask_sentences, loses, wins
from stadspeil.report.cases.telling import change, span
from stadspeil.report.document import Chapter, Heading
from stadspeil.report.retelling import spoken
from stadspeil.report.wording import lowered

_RISKS, _FEW = 3, 5


def summary(case: Case) -> Chapter:
    """The first page."""
    words = case.words
    parts: list[str | Heading] = []
    for key, told in (
        ("what", _what(case)), ("costs", _costs(case)), ("brings", _brings(case)), ("beyond_euros", _beyond(case)),
        ("ask", " ".join(ask_sentences(case))), ("risks", _risks(case)), ("doubts", _doubts(case)),
    ):  # fmt: skip
        parts += [Heading(words(f"case.summary.{key}")), told]
    return Chapter("summary", words("case.summary.title"), tuple(parts))


def _what(case: Case) -> str:
    words, package = case.words, case.package
    used = [case.catalogue.intervention(each.intervention) for each in package.measures]
    titles = list(dict.fromkeys(lowered(title_in(each, words.lang)) for each in used))
    first, last = min(each.first for each in package.measures), max(each.last for each in package.measures)
    told = [words("case.summary.does", measures=words.listing(titles), first=first, last=last)]
    goal = spoken(package, "goal", words.lang)
    if not goal.lang and len(goal.said) > len("proef"):
        told = [f"{goal.said.rstrip('.')}.", *told]
    told.append(
        words(
            "case.summary.where",
            town=case.towns,
            number=len(_buurten(case)),
            stage=words(f"case.stage.{package.stage}"),
        )
    )
    return " ".join(told)


def _buurten(case: Case) -> set[str]:
    """Buurten where something is done, each once: a measure may name a wijk, and another buurten of it."""
    areas = {code for each in case.package.measures for code in each.areas}
    return {each for each in case.run["names"] if not areas.isdisjoint((each, f"WK{each[2:8]}", f"GM{each[2:6]}"))}


def _costs(case: Case) -> str:
    words = case.words
    costs, public = case.outcome("kosten"), case.outcome("kosten_publiek")
    told = [words("case.summary.cost", costs=span(costs or {}, words), first=case.run["first"], last=case.last)]
    if public is not None:
        told.append(words("case.summary.public", costs=span(public, words)))
    return " ".join(told)


def _brings(case: Case) -> str:
    words = case.words
    gains, net, odds = case.outcome("baten"), case.outcome("netto"), case.outcome("kans_netto_boven_nul")
    told = [*_mechanisms(case), words("case.summary.gain", gains=span(gains or {}, words), net=span(net or {}, words))]
    told.append(words("case.summary.odds", chance=words.chance((odds or {})["mean"])))
    ratio = case.outcome("baten_per_euro")
    if ratio is not None:
        told.append(words("case.summary.ratio", low=words.number(ratio["low"], 1), high=words.number(ratio["high"], 1)))
    return " ".join(told)


def _mechanisms(case: Case) -> list[str]:
    """What is told apart from nought on a mechanism, in the told year; else that nothing is."""
    words = case.words
    rows = [each for each in case.rows("mechanisms", year=case.told_year) if each["shown"]]
    if not rows:
        return [words("case.summary.no_mechanism", year=case.told_year)]
    told = []
    for row in rows:
        title = title_in(case.catalogue.mechanisms[row["mechanism"]], words.lang)
        places = decimals_for(row["low"], row["high"])
        told.append(words("case.summary.mechanism", title=title, year=row["year"], change=change(row, places, words)))
    return told


def _beyond(case: Case) -> str:
    """Indicators that change without a price, and measures of which no effect is proven."""
    words = case.words
    priced = {each["indicator"] for each in case.rows("lines", side="baten")}
    changed = sorted({each["indicator"] for each in case.rows("changes")} - priced)
    told = []
    if changed:
        titles = words.listing([lowered(case.indicator(each)) for each in changed])
        told.append(words("case.summary.unpriced", figures=titles))
    bare = unproven(case)
    if bare:
        told.append(words("case.summary.unproven", measures=words.listing([lowered(each) for each in bare])))
    return " ".join(told) or words("case.summary.all_priced")


def unproven(case: Case) -> list[str]:
    """Titles of measures that count as costs only, each kind once."""
    kinds = dict.fromkeys(each.intervention for each in case.package.measures)
    used = [case.catalogue.intervention(each) for each in kinds]
    return [title_in(each, case.words.lang) for each in used if is_unproven(each)]


def _risks(case: Case) -> str:
    words = case.words
    worst = case.outcome("slechtste_vijfde")
    told = [words("case.summary.worst", worst=words.euros((worst or {})["mean"]))]
    box = box_sentence(case)
    if box:
        told.append(box)
    losing = [(actor, row) for actor, row in loses(case) if actor not in {each for each, _ in wins(case)}]
    if losing:
        actor, row = losing[0]
        told.append(words("case.summary.pays_most", actor=lowered(case.actor(actor)), net=span(row, words)))
    return " ".join(told)


def _doubts(case: Case) -> str:
    return " ".join([*switching_sentences(case)[:2], knowing_sentence(case)])
