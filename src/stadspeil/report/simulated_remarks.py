"""Remarks that a simulation wrote in Dutch, in the language of the reader: the Dutch text is the pattern of each."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from stadspeil.report.wording import Wording, wording


@dataclass(frozen=True)
class Remark:
    """A sentence; `lang` is set where it is in another language than the page."""

    said: str
    lang: str = ""


def remarks_in(remarks: Sequence[str], words: Wording) -> list[Remark]:
    """Remarks in the language of `words`. One that no text knows stays in Dutch and says so."""
    if words.lang == "nl":
        return [Remark(each) for each in remarks]
    return [Remark(told) if (told := _told(each, words)) else Remark(each, "nl") for each in remarks]


def _told(remark: str, words: Wording) -> str:
    for key, pattern in _patterns().items():
        if found := pattern.fullmatch(remark):
            return words(
                f"simulated_remarks.{key}",
                **{name: _part(name, said, words) for name, said in found.groupdict().items()},
            )
    return ""


def _part(name: str, said: str, words: Wording) -> str:
    """A part of a sentence that is a list of words of its own."""
    if name == "margins":
        return ", ".join(margin_words(each, words) for each in said.split(", "))
    if name == "spread":
        return ", ".join(_told(each, words) or each for each in said.split(", "))
    return said


def margin_words(margin: str, words: Wording) -> str:
    """The name of a margin of the invented population, or of a group in it; as it is where no text knows it."""
    return str(words.texts["margins_of_fit"].get(margin, margin))


@functools.cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """A pattern per remark: its Dutch text with whatever stands in the places of its parts."""
    found = {}
    for key, text in wording("nl").texts["simulated_remarks"].items():
        parts = re.split(r"\{(\w+)\}", text)
        made = "".join(f"(?P<{part}>.+?)" if number % 2 else re.escape(part) for number, part in enumerate(parts))
        found[key] = re.compile(made)
    return found
