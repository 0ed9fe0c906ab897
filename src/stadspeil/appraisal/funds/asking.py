"""A question about another criterion from a workspace: read what it needs, answer it, keep the answer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from stadspeil.appraisal.funds.country import load_country
from stadspeil.appraisal.funds.criteria import Rule, read_rule
from stadspeil.appraisal.funds.telling import sentences
from stadspeil.appraisal.funds.what_if import Per, WhatIf, contribution_of, what_if
from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.shelf import Part, write_shelf
from stadspeil.workspace import Workspace, publish_json

FOLDER = "funds"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")


@dataclass(frozen=True)
class Question:
    """What is asked, as written. now: none means the list of the fund."""

    then: tuple[str, ...]
    now: tuple[str, ...] = ()
    combine: str = "alle"
    combine_now: str = "alle"
    fund: str = "nplv"
    euro: float | None = None
    per: Per = "inwoner"
    group: str = "nta"
    year: int | None = None


@dataclass(frozen=True)
class Answered:
    """The question with both rules, what was found, and the sentences that tell it."""

    question: Question
    now: Rule
    then: Rule
    found: WhatIf
    sentences: tuple[str, ...]


def _no_list(fund: str) -> str:
    return f"fonds '{fund}' heeft geen lijst van gebieden die nu meedoen; zeg met --now wat er nu geldt"


def answer(question: Question, workspace: Workspace, catalogue: Catalogue) -> Answered:
    """The answer for the whole country.

    Raises:  QuestionError with everything that is wrong in the question, or with what is not measured.
    """
    problems: list[str] = []
    rules: list[Rule] = []
    for texts, combine in ((question.now or (f"lid:{question.fund}",), question.combine_now), (question.then, question.combine)):  # fmt: skip
        try:
            rules.append(read_rule(texts, combine, catalogue))
        except QuestionError as fault:
            # Who did not say what holds now never wrote the list that is not there.
            bare = texts is not question.then and not question.now and question.fund in catalogue.funds
            problems += [_no_list(question.fund)] if bare else fault.problems
    for look, id in ((catalogue.fund, question.fund), (catalogue.group, question.group)):
        try:
            if id:
                look(id)
        except QuestionError as fault:
            problems += [f"{fault.where} {each}" for each in fault.problems]
    if question.euro is not None and question.euro < 0:
        problems.append(f"de bijdrage is {question.euro:g} euro; verwacht 0 of meer")
    if problems:
        raise QuestionError(
            "de vraag", dict.fromkeys(problems),
            "schrijf 'cijfer:slechtste:5:buurt', 'cijfer:minstens:50000:gemeente', 'bouwjaren 1970-1995:minstens:50:gemeente' of 'lid:nta'",
        )  # fmt: skip
    now, then = rules
    country = load_country(
        workspace, catalogue, now.asked() | then.asked(), now.periods() | then.periods(), question.year
    )
    paid = contribution_of(catalogue.fund(question.fund), question.euro, question.per)
    group = (question.group, catalogue.groups[question.group].title) if question.group else ("", "")
    found = what_if(now, then, country, paid, group)
    return Answered(question, now, then, found, sentences(found, now, then))


def keep_answer(made: Answered, name: str, workspace: Workspace) -> Path:
    """Write an answer to out/funds/<name>/: areas and towns as tables, the rest as answer.json.

    Raises:  QuestionError for a name that is no simple file name.
    """
    if not _NAME.fullmatch(name):
        raise QuestionError(f"naam '{name}'", "is geen naam om onder te bewaren", "gebruik kleine letters, cijfers, - en _")  # fmt: skip
    folder = workspace.out / FOLDER / name
    write_shelf(folder / "areas", [Part("areas", made.found.areas)])
    write_shelf(folder / "towns", [Part("towns", made.found.towns)])
    found = made.found
    told = {
        "now": made.now.words(), "then": made.then.words(), "fund": made.question.fund, "scale": found.scale,
        "sentences": list(made.sentences), "group": found.group, "group_now": list(found.group_before),
        "group_then": list(found.group_after), "sure": found.sure, "unsure": found.unsure,
        "not_measured": found.unmeasured,
        "contribution": None if found.contribution is None else {
            "euro": found.contribution.euro, "per": found.contribution.per, "source": found.contribution.source,
            "mark": found.contribution.mark,
        },
        **{name: {"areas": each.areas, "inhabitants": each.inhabitants, "sure": each.sure, "euro": each.euro, "euro_sure": each.euro_sure}
           for name, each in (("reach_now", found.before), ("reach_then", found.after), ("joins", found.joins), ("drops", found.drops))},
    }  # fmt: skip
    publish_json(told, folder / "answer.json")
    return folder
