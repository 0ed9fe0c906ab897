"""The reference page of funds: every fact with its source, the day that somebody looked, and its mark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from stadspeil.catalogue.entries import text_in
from stadspeil.catalogue.fund_checks import WORDS

if TYPE_CHECKING:
    from stadspeil.catalogue.appraisal_entries import Condition, Fact, Fund
    from stadspeil.catalogue.catalogue import Catalogue

_MARKS = {"R": "read", "S": "read in a secondary source", "M": "from memory, not verified", "J": "our judgment"}
_TESTS = {
    "at_least": "at least",
    "at_most": "at most",
    "is": "is",
    "in": "on the list",
    "lowest_share": "among the worst",
}


def funds_page(catalogue: Catalogue) -> str:
    """Markdown of all funds."""
    facts = [fact for fund in catalogue.funds.values() for fact in fund.facts]
    counted = ", ".join(f"{sum(fact.mark == mark for fact in facts)} {text} ({mark})" for mark, text in _MARKS.items())
    lines = [
        "# Funds", "",
        f"{len(catalogue.funds)} instruments of the state as dated rules, with {len(facts)} facts: {counted}. "
        "The texts of facts are Dutch. What is not verified stays marked so wherever a number rests on it.", "",
        "A town writes its own in `catalogue/funds/` of its workspace.", "",
    ]  # fmt: skip
    for fund in catalogue.funds.values():
        lines += _fund(fund)
    return "\n".join(lines)


def _fund(fund: Fund) -> Iterator[str]:
    until = f" to {fund.last}" if fund.last else " on"
    yield from (
        f'<a id="{fund.id}"></a>',
        "",
        f"## `{fund.id}`",
        "",
        f"**{fund.title}** · {fund.title_en} · {text_in(fund, 'giver', 'en')}",
        "",
    )
    yield from (text_in(fund, "about", "en"), "")
    yield f"- status: {fund.status}; paid from {fund.first}{until}; basis: {fund.basis.replace('_', ' ')}"
    if fund.chance:
        yield f"- chance of award: {', '.join(f'{name} {odds:g}' for name, odds in fund.chance.items())}"
    if fund.excludes:
        yield f"- not for the same home as: {', '.join(f'[`{each}`](#{each})' for each in fund.excludes)}"
    if fund.pays_for:
        yield f"- pays for: {', '.join(fund.pays_for)}{_only(fund)}"
    if fund.note:
        yield f"- note: {text_in(fund, 'note', 'en')}"
    yield ""
    if fund.conditions:
        facts = {each.id: each for each in fund.facts}
        yield from ("| Condition | What is measured | Test | At | Failing it |", "|---|---|---|---|---|")
        yield from (_condition(each, facts) for each in fund.conditions)
        yield ""
    yield from ("| Fact | What it says | Number | Mark | Checked | Source |", "|---|---|---|---|---|---|")
    yield from (_fact(each) for each in fund.facts)
    yield ""


def _condition(each: Condition, facts: dict[str, Fact]) -> str:
    fact = facts[each.fact]
    measured = WORDS.get(each.measured, (each.measured, ""))[0]
    bound = f"`{each.fact}`" if fact.value is None or each.test == "in" else f"{fact.value:,.10g} {fact.unit}"
    when = f" (where {each.when.replace('_', ' ')})" if each.when else ""
    failing = "excludes" if each.hard else "lowers the chance"
    return f"| `{each.id}` | {measured}{when} | {_TESTS[each.test]} {bound} | {each.level} | {failing} |"


def _fact(each: Fact) -> str:
    number = "" if each.value is None else f"{each.value:,.10g} {each.unit}"
    return f"| `{each.id}` | {text_in(each, 'statement', 'en')} | {number} | {each.mark} | {each.checked} | {each.source} |"


def _only(fund: Fund) -> str:
    return f", and of these only {', '.join(f'`{each}`' for each in fund.only)}" if fund.only else ""
