"""What was weighed for the town: mixes of new homes that no other beats, and what each does and gives up."""

from __future__ import annotations

from stadspeil.report.chapters.shown import Part, Shown
from stadspeil.report.document import Chapter, Drawing, Grid
from stadspeil.report.drawing.parallel import parallel_alt, parallel_svg, span_words
from stadspeil.report.weighed_words import (
    DECIMALS,
    Option,
    apart_sentence,
    confirmed_sentences,
    homes_by_tenure,
    judged_sentences,
    lacking_sentence,
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
from stadspeil.workspace import made_by_other


def weighed(shown: Shown, words: Wording) -> Chapter | None:
    """The trade-off; nothing where none was made."""
    found = shown.weighed
    if found is None:
        return None
    options = options_of(found)
    scales, lines = scales_and_lines(options, {}, words)
    parts: list[Part] = [weighed_reading(found, shown.name(found.town), words), words("weighed.not_the_answer")]
    if found.account.get("invented"):
        parts.append(words("weighed.invented"))
    if made_by_other(found.account):
        parts.append(words("simulated.older", command=command_of(found)))
    parts += [
        Drawing(parallel_svg(scales, lines, words), words("weighed.picture"), parallel_alt(scales, lines, words)),
        _built(found, options, words), _handful(options, words),
    ]  # fmt: skip
    told = [
        *judged_sentences(found, words),
        *order_sentences(found, words),
        apart_sentence(found, words),
        *confirmed_sentences(found, words),
        lacking_sentence(found, words),
    ]
    return Chapter("weighed", words("weighed.title"), (*parts, *(each for each in told if each)))


def _built(found: Weighed, options: list[Option], words: Wording) -> Grid:
    """Homes by tenure of the mixes with a name."""
    homes = homes_by_tenure(found)
    rows = tuple(
        (each.id, *(words.number(homes.get(each.id, {}).get(tenure, 0)) for tenure in TENURES))
        for each in options if each.shown
    )  # fmt: skip
    heads = (words("weighed.option"), *(words(f"simulated.group.{each}") for each in TENURES))
    return Grid(words("weighed.built"), heads, rows, ("1fr", "35mm", "35mm", "35mm"), (False, True, True, True))


def _handful(options: list[Option], words: Wording) -> Grid:
    """A row per criterion and a column per mix with a name."""
    named = [each for each in options if each.shown]
    rows = tuple(
        (f"{title(name, words)} ({unit(name, words)})", *(span_words(each.spans[name], DECIMALS[name], words) for each in named))
        for name in CRITERIA if all(name in each.spans for each in named)
    )  # fmt: skip
    heads = ("", *(each.id for each in named))
    return Grid(words("weighed.caption"), heads, rows, ("1.6fr", *("1fr" for _ in named)), (False, *(True for _ in named)))  # fmt: skip
