"""The reference page of what changes are worth, to whom, and how well that is known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from stadspeil.catalogue.catalogue import Catalogue

Table = Callable[[Sequence[str], Iterable[Sequence[Any]]], list[str]]
_GRADES = "Grade 1 is an official key figure, 6 a guess; the grade decides what is taken off benefits."


def valuation_page(catalogue: Catalogue, table: Table, known: Mapping[str, str]) -> str:
    """Unit values, actors, classes of optimism bias and claw-back, as Markdown. `known`: how something is known, in words."""
    values = (
        (
            f"`{each.id}`<br>{each.title}", f"`{each.indicator}`, {each.family}", _three(each.value),
            f"{each.per}{', once' if each.once else ' a year'}, {each.price_year}",
            ", ".join(f"{actor} {share:.0%}" for actor, share in each.shares.items()), each.grade,
            f"{each.source}. {each.note}", known[each.evidence],
        )
        for each in catalogue.unit_values.values()
    )  # fmt: skip
    actors = (
        (f"`{each.id}`", f"{each.title} ({each.title_en})", _yes(each.public), _yes(each.local))
        for each in sorted(catalogue.actors.values(), key=lambda each: each.order)
    )
    classes = (
        (f"`{each.id}`", each.title, f"{each.cost:.0%}", f"{each.duration:.0%}", each.source, known[each.evidence])
        for each in catalogue.optimism.values()
    )
    claws = (
        (f"`{each.id}`", each.title, f"`{each.indicator}` per {each.per}", _three(each.euro), each.lag, each.source,
         known[each.evidence])
        for each in catalogue.claws.values()
    )  # fmt: skip
    weak = sum(each.evidence in ("memory", "ours") for each in catalogue.unit_values.values())
    return "\n".join([
        "# What changes are worth", "",
        f"{len(catalogue.unit_values)} unit values, of which {weak} from memory or our choice. {_GRADES}",
        "A town can replace each of these in the `catalogue/` folder of its own workspace.", "",
        "Euro: low, likely, high, per unit of the indicator in the favourable direction (of a neutral indicator per unit more).", "",
        *table(("Unit value", "Of", "Euro", "Per", "Who gains", "Grade", "Source", "Known how"), values),
        "", "## Actors", "",
        *table(("Actor", "Title", "Public money", "Local coalition"), actors),
        "", "## Optimism bias", "",
        *table(("Class", "Work", "Costs, upper bound", "Duration, upper bound", "Source", "Known how"), classes),
        "", "## What the state takes back", "",
        "Euro a year that the grant rises per unit more of the indicator.", "",
        *table(("Claw-back", "Title", "Follows", "Euro", "Years later", "Source", "Known how"), claws),
    ])  # fmt: skip


def _three(numbers: Sequence[float]) -> str:
    return " / ".join(f"{each:g}" for each in numbers)


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"
