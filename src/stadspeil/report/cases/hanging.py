"""What an outcome hangs on, what would turn it, and what is worth finding out first."""

from __future__ import annotations

import math

from stadspeil.appraisal.discounting import BESIDE
from stadspeil.report.cases.material import Case
from stadspeil.report.cases.telling import input_name, input_unit, moved, span
from stadspeil.report.document import Chapter, Grid, Heading
from stadspeil.report.wording import DASH

Part = str | Heading | Grid
_TOP, _FAR = 12, 10.0
RULES = ("nl", *BESIDE, "inkomen_een", "inkomen_standaard", "inkomen_literatuur")


def box_sentence(case: Case) -> str:
    """In which circumstances the worst fifth lies, in the language of the report."""
    words, box = case.words, case.run.get("worst_box")
    if box is None:
        return words("case.hanging.no_box") if case.tables["inputs"].height else ""
    limits = []
    for name, (low, high, *_) in box["limits"].items():
        key = "under" if low is None else "over" if high is None else "between"
        said = {each: words.rough(value) for each, value in (("low", low), ("high", high)) if value is not None}
        limits.append(words(f"case.hanging.{key}", title=input_name(name, case), unit=input_unit(name, case), **said))
    shares = {name: words.chance(box[name]) for name in ("coverage", "density", "base")}
    return words("case.hanging.box", limits=words.listing(limits), **shares)


def switching_sentences(case: Case) -> list[str]:
    """The inputs by which the balance is nought, the nearest first; that none alone does that, or only from afar."""
    words = case.words
    found = [
        (row["switching"] / row["used"], row)
        for row in case.rows("inputs")
        if row["switching"] is not None and row["used"]
    ]
    found.sort(key=lambda each: abs(math.log(max(each[0], 1e-9))))
    told = [
        words("case.hanging.switch", title=input_name(row["input"], case), used=words.rough(row["used"]),
              turn=words.rough(row["switching"]), unit=input_unit(row["input"], case),
              moved=moved(row["used"], row["switching"], words))
        for _, row in found
    ]  # fmt: skip
    if not found:
        return [words("case.hanging.no_switch")]
    return told if 1 / _FAR < found[0][0] < _FAR else [words("case.hanging.far", number=words.number(_FAR)), *told]


def knowing_sentence(case: Case) -> str:
    """Which input to find out first, if that is worth anything for the choice to do it or not."""
    words = case.words
    best = max(case.rows("inputs"), key=lambda row: row["worth_knowing"] or 0.0, default=None)
    if best is None or not best["worth_knowing"]:
        return words("case.hanging.know_nothing")
    return words("case.hanging.know", title=input_name(best["input"], case), worth=words.euros(best["worth_knowing"]))


def sensitivity(case: Case) -> Chapter:
    """Shares of the spread, the circumstances of the worst fifth, and other rules."""
    words = case.words
    parts: list[Part] = [words("case.hanging.intro")]
    rows = [
        (input_name(row["input"], case), words.chance(row["total"]), words.rough(row["used"]),
         DASH if row["switching"] is None else words.rough(row["switching"]), input_unit(row["input"], case),
         words.euros(row["worth_knowing"]) if row["worth_knowing"] else DASH)
        for row in case.rows("inputs")[:_TOP]
    ]  # fmt: skip
    if rows:
        heads = tuple(words(f"case.hanging.{each}") for each in ("input", "share", "used", "turning", "unit", "worth"))
        parts.append(Grid(words("case.hanging.caption"), heads, tuple(rows), ("1fr", "24mm", "19mm", "19mm", "36mm", "22mm"),
                          (False, True, True, True, False, True)))  # fmt: skip
    parts += [Heading(words("case.hanging.wrong")), box_sentence(case) or words("case.hanging.no_box")]
    parts += [Heading(words("case.hanging.rules_title")), words("case.hanging.rules_intro"), _rules(case)]
    return Chapter("sensitivity", words("case.hanging.title"), tuple(parts))


def _rules(case: Case) -> Grid:
    words = case.words
    rows = []
    for rules in RULES:
        row = case.outcome("netto", rules)
        if row is not None:
            rows.append((words(f"case.rules.{rules}"), span(row, words)))
    heads = (words("case.hanging.rules"), words("case.entry.saldo"))
    return Grid(words("case.hanging.rules_caption"), heads, tuple(rows), ("1fr", "80mm"), (False, True))


def doubts(case: Case) -> Chapter:
    """What would change our mind, and what to find out first."""
    words = case.words
    parts: list[Part] = [
        words("case.hanging.doubts_intro"),
        *switching_sentences(case)[:_TOP],
        Heading(words("case.hanging.first")),
    ]
    known = sorted((row for row in case.rows("inputs") if row["worth_knowing"]), key=lambda row: -row["worth_knowing"])
    parts.append(knowing_sentence(case))
    parts += [
        words("case.hanging.then", title=input_name(row["input"], case), worth=words.euros(row["worth_knowing"]))
        for row in known[1:4]
    ]
    return Chapter("doubts", words("case.hanging.doubts"), tuple(parts))


def remarks(case: Case) -> Chapter:
    """What the program noticed, as it keeps it."""
    words = case.words
    found = [case.telling.said(each) for each in case.run["remarks"]]
    intro = words("case.remarks.intro" if found else "case.remarks.none")
    return Chapter("remarks", words("case.remarks.title"), (intro, *(_sentence(each) for each in found)))


def _sentence(remark: str) -> str:
    ended = remark.rstrip(")").endswith(".")
    return f"{remark[:1].upper()}{remark[1:]}" + ("" if ended else ".")
