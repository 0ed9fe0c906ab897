"""Finding a gemeente by what a person types, and telling what became of one that is gone."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence

from stadspeil.areas.changes import AreaChange
from stadspeil.areas.codes import level_of, normalize_code
from stadspeil.errors import QuestionError

# What people say, where the official name is another.
EVERYDAY_NAMES = {"denhaag": "sgravenhage", "denbosch": "shertogenbosch", "capelle": "capelleaandenijssel"}

Lives = Mapping[str, tuple[int | None, int | None]]


class NameIndex:
    """Names and codes of all gemeenten ever, folded so that case, accents and signs do not matter."""

    def __init__(self, names: Mapping[str, str], lives: Lives, changes: Sequence[AreaChange]) -> None:
        self._names = names
        self._lives = lives
        self._changes = changes
        self._by_name: dict[str, list[str]] = {}
        self._by_short_name: dict[str, list[str]] = {}
        for code in sorted(names):
            self._by_name.setdefault(fold(names[code]), []).append(code)
            # "Bergen (NH.)" is asked for as Bergen.
            self._by_short_name.setdefault(fold(names[code].split(" (")[0]), []).append(code)

    def find(self, text: str, exists: Callable[[str], bool], boundaries: int | None) -> str:
        """The one code that is meant."""
        code = _as_code(text)
        if code is not None and level_of(code) != "gemeente":
            return code
        folded = fold(text)
        known = [each for each in self._meant(code, folded, exists) if each in self._names]
        living = [each for each in known if exists(each)]
        if len(living) == 1:
            return living[0]
        if living:
            choices = " of ".join(self._label(each) for each in living)
            raise QuestionError(f"gemeente '{text}'", f"er zijn er meer met deze naam: {choices}", "geef de code")
        if known:
            raise self._gone(known[-1], boundaries)
        raise self._unknown(text, folded, exists)

    def _meant(self, code: str | None, folded: str, exists: Callable[[str], bool]) -> list[str]:
        if code is not None:
            return [code]
        named = self._by_name.get(EVERYDAY_NAMES.get(folded, folded), [])
        return named or [each for each in self._by_short_name.get(folded, []) if exists(each)]

    def _gone(self, code: str, boundaries: int | None) -> QuestionError:
        first = self._lives[code][0]
        if first is not None and boundaries is not None and boundaries < first:
            parts = [each for each in self._changes if each.to_code == code and each.boundaries == first]
            sentence = f"bestaat pas sinds {_day(parts)}; daarvoor {self._labels(each.from_code for each in parts)}"
            remedy = f"vraag een van die gemeenten, of een jaar vanaf {first}"
        else:
            parts = [each for each in self._changes if each.from_code == code and each.leaves]
            sentence = f"bestaat sinds {_day(parts)} niet meer; nu {self._labels(self._heirs(code))}"
            remedy = "vraag de gemeente van nu, of een eerder jaar"
        return QuestionError(self._label(code), sentence, remedy)

    def _heirs(self, code: str) -> list[str]:
        return heirs_of(code, self._lives, self._changes)

    def _unknown(self, text: str, folded: str, exists: Callable[[str], bool]) -> QuestionError:
        living = {name: code for name, codes in self._by_name.items() for code in codes if exists(code)}
        starts = sorted(name for name in living if len(folded) > 2 and name.startswith(folded))[:3]
        near = starts or difflib.get_close_matches(folded, living, n=3, cutoff=0.7)
        sentence = "is geen bekende gemeente"
        if near:
            sentence += f"; bedoelt u {' of '.join(self._label(living[name]) for name in near)}?"
        return QuestionError(f"gebied '{text}'", sentence, "zie 'stadspeil list areas' voor alle namen en codes")

    def _labels(self, codes: Iterable[str]) -> str:
        return " en ".join(self._label(code) for code in codes)

    def _label(self, code: str) -> str:
        return f"{code} {self._names[code]}"


def heirs_of(code: str, lives: Lives, changes: Sequence[AreaChange]) -> list[str]:
    """The living gemeenten in which one that is gone ended, through every later merger."""
    heirs: dict[str, None] = {}
    for change in changes:
        if change.from_code == code and change.leaves:
            living = lives[change.to_code][1] is None
            heirs.update(dict.fromkeys([change.to_code] if living else heirs_of(change.to_code, lives, changes)))
    return list(heirs)


def fold(name: str) -> str:
    """A name without case, accents, blanks and signs, and without the word gemeente before it."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(sign for sign in plain if sign.isalnum())
    return letters.removeprefix("gemeente")


def _as_code(text: str) -> str | None:
    try:
        return normalize_code(text)
    except QuestionError:
        return None


def _day(changes: Sequence[AreaChange]) -> str:
    if not changes:
        return "een onbekende dag"
    day = changes[-1].date
    return f"{day.day}-{day.month}-{day.year}"
