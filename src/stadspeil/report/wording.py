"""The sentences of the report, in texts/<lang>.toml, and how numbers are written in each language."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

from stadspeil import amounts
from stadspeil.errors import QuestionError
from stadspeil.report.document import Line, Place

LANGUAGES = ("nl", "en")
MINUS, DASH, BOND = amounts.MINUS, amounts.DASH, amounts.BOND


# In a text: {number:~buurt|buurten} is '1 buurt' or '12 buurten'; {number:?is|zijn} is the word alone.
_AGREES = re.compile(r"\{(\w+):([~?])([^|{}]*)\|([^{}]*)\}")


def filled(text: str, values: Mapping[str, object]) -> str:
    """A text with its gaps filled, and the words that go with a number in the singular where that is 1."""

    def agreed(found: re.Match[str]) -> str:
        word = found[3] if str(values[found[1]]) == "1" else found[4]
        return f"{{{found[1]}}} {word}" if found[2] == "~" else word

    return (_AGREES.sub(agreed, text) if "|" in text else text).format(**values)


@dataclass(frozen=True)
class Wording:
    """Sentences by dotted key, and numbers as the language writes them."""

    lang: str
    texts: Mapping[str, Any]

    def __call__(self, key: str, **values: object) -> str:
        """The sentence of a key with its gaps filled."""
        found: Any = self.texts
        for part in key.split("."):
            found = found[part]
        return filled(str(found), values)

    def many(self, key: str, **values: object) -> list[str]:
        """The sentences of a key that holds a list."""
        found: Any = self.texts
        for part in key.split("."):
            found = found[part]
        return [filled(str(each), values) for each in found]

    def has(self, section: str, name: str) -> bool:
        """Whether a section of the texts has this key."""
        return name in self.texts[section]

    def said(self, word: str) -> str:
        """A word of a closed list in a result ('hoger', 'op koers') in the language of the report."""
        return str(self.texts["analysis_words"].get(word, word))

    def number(self, value: float | None, decimals: int = 0) -> str:
        """A number with the thousands and decimal signs of the language; a dash for none."""
        return amounts.number(value, decimals, self.lang)

    def euros(self, amount: float | None) -> str:
        """An amount with no more digits than it carries; a dash for none."""
        return amounts.euros(amount, self.lang)

    def plain(self, value: float | None) -> str:
        """A number with two digits that tell; a dash for none."""
        return amounts.plain(value, self.lang)

    def rough(self, value: float | None) -> str:
        """A number of an estimate, with at most three digits that tell; a dash for none."""
        return amounts.rough(value, self.lang)

    def chance(self, share: float | None) -> str:
        """A chance in whole percents, never nothing or all of it; a dash for none."""
        return amounts.chance(share, self.lang)

    def signed(self, value: float, decimals: int) -> str:
        """A number with its sign, also above nought; what rounds to nought has none."""
        text = self.number(value, decimals)
        return f"+{text}" if round(value, decimals) > 0 else text

    def mark(self, value: float | None) -> str:
        """A report mark, one decimal."""
        return self.number(value, 1)

    def unit(self, unit: str) -> str:
        """The unit in the language of the report."""
        return str(self.texts["units"].get(unit, unit))

    def quantity(self, value: float | None, line: Line) -> str:
        """A value with its unit."""
        if value is None:
            return DASH
        return join_unit(self.number(value, line.decimals), self.unit(line.unit))

    def margin(self, line: Line) -> str:
        """The margin of a value, or nothing where it is unknown or rounds to nothing."""
        if line.margin is None or line.value is None:
            return ""
        decimals = line.decimals
        if round(line.margin, decimals) == 0:
            return ""
        return f"±{BOND}{self.number(line.margin, decimals)}"

    def place(self, place: Place) -> str:
        """'118 van 352', or 'gedeeld 12–15 van 352'; a dash where there is no place."""
        if place.rank is None:
            return DASH
        if place.tied > 1:
            return self("place.shared", first=place.rank, last=place.last, ranked=place.ranked)
        return self("place.single", rank=place.rank, ranked=place.ranked)

    def place_with_range(self, line: Line, form: Literal["possible", "range"] = "possible") -> str:
        """The place of a line and the places that are possible, where those are known.

        In a sentence 'possible' says so in words; in a cell 'range' is short, and the head of the column says it.
        """
        place = self.place(line.place)
        if line.possible is None or line.place.rank is None:
            return place
        return self(f"place.{form}", place=place, low=line.possible[0], high=line.possible[1])

    def listing(self, items: list[str]) -> str:
        """'a, b en c'."""
        return amounts.listed(items, self("words.and"))


def lowered(title: str) -> str:
    """A title within a sentence: without its capital, unless it is an abbreviation (WOZ-waarde, WW)."""
    first = title.split(" ")[0].split("-")[0]
    return title if sum(each.isupper() for each in first) > 1 else f"{title[:1].lower()}{title[1:]}"


def join_unit(number: str, unit: str) -> str:
    """A percent sign stands against its number, other units after a space; a count has none."""
    if not unit:
        return number
    return f"{number}%" if unit == "%" else f"{number}{BOND}{unit}"


@functools.cache
def wording(lang: str) -> Wording:
    """The wording of a language. An unknown language is a QuestionError."""
    if lang not in LANGUAGES:
        known = " en ".join(LANGUAGES)
        raise QuestionError(
            f"taal '{lang}'", f"in die taal is er geen rapport; wel in {known}", "kies --lang nl of --lang en"
        )
    content = resources.files("stadspeil.report").joinpath("texts", f"{lang}.toml").read_text("utf-8")
    return Wording(lang, tomllib.loads(content))
