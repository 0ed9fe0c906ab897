"""The causal map: which belief leads where, which loops it makes, and what no source carries.

A loop whose signs multiply to plus feeds itself, upward or downward; one that multiplies to minus holds itself back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Arrow, title_in

HYPOTHESIS = "hypothese"
LONGEST_LOOP = 8


@dataclass(frozen=True)
class Loop:
    """Arrows that lead back to where they began; `nodes` in order, the first not repeated."""

    nodes: tuple[str, ...]
    arrows: tuple[str, ...]
    feeds_itself: bool
    rests_on_hypothesis: bool


def loops(arrows: Mapping[str, Arrow], longest: int = LONGEST_LOOP) -> tuple[Loop, ...]:
    """All loops without a node twice, each once, the shortest first."""
    onward: dict[str, list[Arrow]] = {}
    for arrow in arrows.values():
        onward.setdefault(arrow.cause, []).append(arrow)
    found = [_loop(path) for start in sorted(onward) for path in _paths(start, start, onward, longest, ())]
    return tuple(sorted(found, key=lambda each: (len(each.nodes), each.nodes)))


def hypotheses(arrows: Mapping[str, Arrow]) -> tuple[Arrow, ...]:
    """Arrows that no source carries."""
    return tuple(each for each in arrows.values() if each.source == HYPOTHESIS)


def title_of(catalogue: Catalogue, node: str, lang: str = "nl") -> str:
    """The title of a node, whatever kind of entry it is."""
    entry = catalogue.mechanisms.get(node) or catalogue.concepts.get(node)
    if entry is None:
        return catalogue.title_of(node, lang)
    return title_in(entry, lang)


def _paths(
    start: str, here: str, onward: Mapping[str, list[Arrow]], left: int, path: tuple[Arrow, ...]
) -> Iterator[tuple[Arrow, ...]]:
    """Paths back to the start through nodes that sort after it, so that each loop is met at its first node only."""
    if left == 0:
        return
    for arrow in onward.get(here, ()):
        if arrow.effect == start:
            yield (*path, arrow)
        elif arrow.effect > start and arrow.effect not in {each.effect for each in path}:
            yield from _paths(start, arrow.effect, onward, left - 1, (*path, arrow))


def _loop(path: tuple[Arrow, ...]) -> Loop:
    return Loop(
        tuple(each.cause for each in path),
        tuple(each.id for each in path),
        sum(each.sign == "-" for each in path) % 2 == 0,
        any(each.source == HYPOTHESIS for each in path),
    )
