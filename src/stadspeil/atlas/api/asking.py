"""What may be asked: parameters that say what they take, read strictly, with everything wrong told at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl

from stadspeil.atlas.api.problems import RefusalError, Wrong
from stadspeil.catalogue.reader import near_match

Kind = Literal["text", "whole", "texts", "box", "flag"]
LONGEST_QUESTION = 4000
_LONGEST_LIST = 100
_BOX_NUMBERS = (4, 6)
# Degrees never, heights in metres perhaps.
_FAR = 10_000


@dataclass(frozen=True)
class Parameter:
    """One key of a question. `texts` is a list with commas; `box` four numbers (or six, of which heights count not)."""

    name: str
    description: str
    kind: Kind = "text"
    example: Any = None
    choices: tuple[str, ...] = ()
    pattern: str = ""
    default: Any = None
    low: int = 0
    high: int = 0

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        if self.kind == "whole":
            told: dict[str, Any] = {"type": "integer", "minimum": self.low, "maximum": self.high}
        elif self.kind == "flag":
            told = {"type": "boolean"}
        elif self.kind == "box":
            told = {
                "type": "array",
                "minItems": 4,
                "maxItems": 6,
                "items": {"type": "number", "minimum": -_FAR, "maximum": _FAR},
            }
        elif self.kind == "texts":
            told = {"type": "array", "minItems": 1, "maxItems": _LONGEST_LIST, "items": self._text()}
        else:
            told = self._text()
        return told if self.default is None else {**told, "default": self.default}

    def _text(self) -> dict[str, Any]:
        if self.choices:
            return {"type": "string", "enum": list(self.choices)}
        return {"type": "string", "pattern": self.pattern} if self.pattern else {"type": "string", "maxLength": 80}

    def read(self, text: str) -> Any:
        """The value. ValueError, in words, where the text is none."""
        if self.kind == "whole":
            return self._whole(text)
        if self.kind == "flag":
            if text not in ("true", "false"):
                raise ValueError("verwacht true of false")
            return text == "true"
        if self.kind == "box":
            return _box(text)
        if self.kind == "texts":
            parts = text.split(",")
            if len(parts) > _LONGEST_LIST:
                raise ValueError(f"noem er hoogstens {_LONGEST_LIST}")
            return tuple(self._checked(each) for each in parts)
        return self._checked(text)

    def _whole(self, text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,12}", text) or not self.low <= int(text) <= self.high:
            raise ValueError(f"verwacht een geheel getal van {self.low} tot en met {self.high}")
        return int(text)

    def _checked(self, text: str) -> str:
        if self.choices and text not in self.choices:
            raise ValueError(f"kies uit {', '.join(self.choices)}{near_match(text, self.choices)}")
        if self.pattern and not re.search(self.pattern, text):
            raise ValueError(f"verwacht iets als '{self.example[0] if self.kind == 'texts' else self.example}'")
        if not text or len(text) > 80:
            raise ValueError("verwacht een tekst van 1 tot 80 tekens")
        return text


def read_question(query: str, parameters: Sequence[Parameter]) -> Mapping[str, Any]:
    """The values that were asked for, with the defaults of what was not.

    Raises:  RefusalError with everything that is wrong.
    """
    if len(query) > LONGEST_QUESTION:
        raise RefusalError(414, f"een vraag heeft hoogstens {LONGEST_QUESTION} tekens")
    try:
        given = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query), errors="strict", max_num_fields=50)
    except ValueError:
        raise RefusalError(
            400, "wat na het vraagteken staat is niet te lezen", [Wrong("query", "", "verwacht naam=waarde&...", "leesbaar")]
        ) from None  # fmt: skip
    found = {each.name: each.default for each in parameters}
    wrong = list(_read(given, {each.name: each for each in parameters}, found))
    if wrong:
        raise RefusalError(400, "; ".join(each.detail for each in wrong), wrong)
    return found


def _read(given: list[tuple[str, str]], known: Mapping[str, Parameter], found: dict[str, Any]) -> Iterator[Wrong]:
    names = [name for name, _ in given]
    for name in dict.fromkeys(names):
        if name not in known:
            offered = f"; wel: {', '.join(known)}" if known else "; hier valt niets te vragen"
            yield Wrong(
                "query", name[:80], f"'{name[:80]}' is hier onbekend{near_match(name, known) or offered}", "onbekend"
            )
        elif names.count(name) > 1:
            yield Wrong("query", name, f"'{name}' staat er {names.count(name)} keer; zet lijsten met komma's", "dubbel")
    for name, text in given:
        if name in known:
            try:
                found[name] = known[name].read(text)
            except ValueError as fault:
                yield Wrong("query", name, f"'{name}': {fault}", "waarde")


def unknown(name: str, value: str, choices: Iterable[str]) -> RefusalError:
    """A question that names something that there is not."""
    detail = f"'{name}': '{value}' kennen wij niet{near_match(value, choices)}"
    return RefusalError(400, detail, [Wrong("query", name, detail, "onbekende-waarde")])


def known_ones(name: str, values: Collection[str] | None, choices: Collection[str]) -> None:
    """Whether all are known. RefusalError that names every one that is not."""
    strange = [each for each in values or () if each not in choices]
    if strange:
        details = [f"'{name}': '{each}' kennen wij niet{near_match(each, choices)}" for each in strange]
        raise RefusalError(
            400, "; ".join(details), [Wrong("query", name, each, "onbekende-waarde") for each in details]
        )


def _box(text: str) -> tuple[float, float, float, float]:
    try:
        numbers = [float(each) for each in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in _BOX_NUMBERS or not all(abs(each) <= _FAR for each in numbers):
        raise ValueError("verwacht vier getallen: west,zuid,oost,noord in graden")
    west, south, east, north = (*numbers[:2], *numbers[len(numbers) // 2 :][:2])
    if south > north:
        raise ValueError("zuid ligt boven noord")
    return west, south, east, north


# What many resources take.
LIMIT = Parameter("limit", "Hoeveel rijen in één antwoord.", "whole", 100, default=100, low=1, high=1000)
OFFSET = Parameter("offset", "Hoeveel rijen eerst over te slaan.", "whole", 0, default=0, low=0, high=100_000_000)
YEAR = Parameter("jaar", "Het jaar van het cijfer.", "whole", 2022, low=1900, high=2200)
BOUNDARIES = Parameter("grenzen", "Het jaar van de gebiedsindeling.", "whole", 2022, low=1900, high=2200)
LEVEL = Parameter("niveau", "Het niveau van de gebieden.", example="gemeente",
                  choices=("land", "regio", "gemeente", "wijk", "buurt"))  # fmt: skip
AREA_PATTERN = r"^(NL|GM\d{4}|WK\d{4}[0-9A-Z]{2}|BU\d{4}[0-9A-Z]{4}|(PV|CR|LD)\d{2})$"
ID_PATTERN = r"^[a-z][a-z0-9_]{0,79}$"
AREAS = Parameter("gebied", "Alleen deze gebieden: codes met komma's ertussen, hoogstens 100.", "texts", ["GM9002"],
                  pattern=AREA_PATTERN)  # fmt: skip
FIGURES = Parameter("cijfer", "Alleen deze cijfers: ids met komma's ertussen, hoogstens 100.", "texts",
                    ["koopwoningen_aandeel"], pattern=ID_PATTERN)  # fmt: skip
