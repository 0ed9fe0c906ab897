"""Names and words of everything that can be found, and the order in which it answers what a person types.

Exact comes before what starts so, that before what holds all words, and that before what is only alike. Within such a
class a gemeente comes before a figure, a figure before a wijk, a wijk before a buurt. What is then still equal comes in
a fixed order: areas of the reader's own town first, then by population, name and code.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from stadspeil.areas import normalize_code
from stadspeil.errors import QuestionError

Kind = Literal[
    "gemeente", "wijk", "buurt", "vroeger", "land", "composite", "theme", "indicator", "group", "region", "source",
    "method", "page", "intervention", "package", "fund",
]  # fmt: skip

LONGEST = 80
_PRIOR = {
    "gemeente": 0.6, "land": 0.55, "composite": 0.55, "theme": 0.52, "indicator": 0.5, "group": 0.5, "region": 0.45,
    "page": 0.53, "vroeger": 0.4, "wijk": 0.3, "method": 0.25, "source": 0.2, "buurt": 0.15,
    "intervention": 0.42, "package": 0.43, "fund": 0.41,
}  # fmt: skip
NAME, WHERE, TOLD = 1.0, 0.5, 0.4
_EXACT, _STARTS_WORD, _STARTS = 2.0, 1.2, 0.5
_BEGUN, _ALIKE = 0.85, 0.75
# How alike two words must be; short ones more, as one letter is more of them.
_SHORT, _LEAST_SHORT, _LEAST = 5, 0.75, 0.7
_SURELY = 0.85
_MOST_ALIKE = 12
# Words that say nothing on their own.
_SMALL = frozenset(
    [
        "de",
        "den",
        "der",
        "des",
        "het",
        "t",
        "s",
        "n",
        "aan",
        "van",
        "in",
        "op",
        "bij",
        "te",
        "ter",
        "ten",
        "en",
        "of",
        "a",
        "d",
        "gemeente",
        "wijk",
        "buurt",
        "the",
        "of",
        "and",
    ]
)
_CODE = re.compile(r"(GM|WK|BU)\d", re.IGNORECASE)
_LAST_LETTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found. `names` are what it is called, `where` words of where it lies, `told` words about it.

    `owner` is the gemeente of an area, `size` its population; of a gemeente that is gone `heirs` are what it became.
    """

    kind: Kind
    id: str
    names: tuple[str, ...]
    where: str = ""
    told: str = ""
    owner: str = ""
    heirs: tuple[str, ...] = ()
    size: float = 0.0


def words_in(text: str) -> list[str]:
    """The words of a text without case, accents and signs."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return re.findall(r"[^\W_]+", letters.replace("'", " ").replace("\u2019", " "))


def squeezed(text: str) -> str:
    """A text as one word, so that blanks and signs in a name do not matter."""
    return "".join(words_in(text))


def telling_words(text: str) -> list[str]:
    """The words of a text that say something on their own."""
    return [each for each in words_in(text) if each not in _SMALL]


class Index:
    """Everything that can be found. Making one takes a second for a whole country; asking takes milliseconds."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)
        self._prior = np.array([_PRIOR[each.kind] for each in self.entries], dtype=np.float32)
        self._kinds = np.array([each.kind for each in self.entries])
        self._owners = np.array([each.owner or each.id for each in self.entries])
        placed = sorted(range(len(self.entries)), key=self._among_equals)
        self._places = np.argsort(np.array(placed, dtype=np.int64))
        posts: dict[str, dict[int, float]] = defaultdict(dict)
        names: dict[str, list[int]] = defaultdict(list)
        for number, entry in enumerate(self.entries):
            for word, weight in _words_of(entry):
                posts[word][number] = max(weight, posts[word].get(number, 0.0))
            for name in dict.fromkeys(squeezed(each) for each in entry.names):
                names[name].append(number)
        self._words, self._starts, self._posts = _packed(posts)
        self._weights = np.array([w for word in self._words for w in posts[word].values()], dtype=np.float32)
        self._names, self._name_starts, self._name_posts = _packed(names)
        self._codes = {entry.id: number for number, entry in enumerate(self.entries)}
        self._sorted_codes = sorted(each.id for each in self.entries if _CODE.match(each.id))

    def find(self, text: str, most: int = 30, kinds: frozenset[str] = frozenset(), town: str = "") -> list[Entry]:
        """What a text may mean, the likeliest first, and of equals those of the town; nothing for a text without words."""
        asked = text.strip()[:LONGEST]
        words = words_in(asked)
        if not words:
            return []
        coded = list(self._by_code(asked, most))
        if coded and _CODE.match(asked):
            return [self.entries[each] for each in dict.fromkeys(coded)][:most]
        score = self._scored(words)
        if kinds:
            score[~np.isin(self._kinds, list(kinds))] = 0
        found = np.flatnonzero(score > 0)
        order = found[np.lexsort((self._places[found], self._owners[found] != town, -score[found].round(3)))][
            :most
        ].tolist()
        numbers = list(dict.fromkeys([*coded, *order]))
        wanted = [each for each in numbers if not kinds or self.entries[each].kind in kinds]
        return [self.entries[each] for each in wanted[:most]]

    def entry(self, id: str) -> Entry | None:
        """The entry with this code or id."""
        number = self._codes.get(id)
        return None if number is None else self.entries[number]

    def named(self, text: str, kind: Kind, slips: bool = True) -> list[Entry]:
        """What is called this, but for case, accents and signs; and with `slips` for a small one of those."""
        words = words_in(text)
        while words and words[0] in ("in", "van", "of"):
            words = words[1:]
        name = "".join(words)
        place = bisect_left(self._names, name)
        if name and place < len(self._names) and self._names[place] == name:
            places = [place]
        elif slips and len(name) > _SHORT:
            places = [each for _, _, each in self._alike(name, self._names, _SURELY)]
        else:
            return []
        spans = [self._name_posts[self._name_starts[each] : self._name_starts[each + 1]] for each in places]
        return [self.entries[each] for span in spans for each in span if self.entries[each].kind == kind]

    def _among_equals(self, number: int) -> tuple[float, str, str]:
        entry = self.entries[number]
        return -entry.size, entry.names[0], entry.id

    def _by_code(self, asked: str, most: int) -> Iterator[int]:
        try:
            whole = normalize_code(asked)
        except QuestionError:
            whole = asked
        if whole in self._codes:
            yield self._codes[whole]
        if _CODE.match(asked):
            begun = asked.upper()
            first = bisect_left(self._sorted_codes, begun)
            for code in self._sorted_codes[first : first + most]:
                if code.startswith(begun):
                    yield self._codes[code]

    def _scored(self, words: Sequence[str]) -> np.ndarray:
        """A number per entry, 0 where it is not meant: by its words, and by its name as a whole."""
        wanted = telling_words(" ".join(words)) or list(words)
        by_word = np.stack([self._word(each) for each in wanted])
        hits = (by_word > 0).sum(axis=0)
        whole = self._whole("".join(words))
        most = int(hits.max(initial=0))
        if most < len(wanted) and not whole.any():
            # Nothing has all the words: what has most of them is the next best.
            most = max(most, 1)
        elif most < len(wanted):
            most = len(wanted)
        score = np.where(hits >= most, 2 * by_word.mean(axis=0) * (most / len(wanted)), 0.0)
        score = np.maximum(score, whole)
        return np.asarray(np.where(score > 0, score + self._prior, 0.0))

    def _word(self, word: str) -> np.ndarray:
        """How well each entry has a word: written so, begun so, or alike."""
        score = np.zeros(len(self.entries), dtype=np.float32)
        first = bisect_left(self._words, word)
        last = bisect_left(self._words, word + _LAST_LETTER)
        if last > first and len(word) > 1:
            self._raise(score, first, last, _BEGUN)
        if first < last and self._words[first] == word:
            self._raise(score, first, first + 1, 1.0)
        elif len(word) >= 4:
            least = _LEAST_SHORT if len(word) <= _SHORT else _LEAST
            for _, alike, place in self._alike(word, self._words, least):
                self._raise(score, place, place + 1, _ALIKE * alike)
        return score

    def _raise(self, score: np.ndarray, first: int, last: int, factor: float) -> None:
        span = slice(self._starts[first], self._starts[last])
        np.maximum.at(score, self._posts[span], factor * self._weights[span])

    def _whole(self, name: str) -> np.ndarray:
        """How well each entry is called this, its name taken as one word."""
        score = np.zeros(len(self.entries), dtype=np.float32)
        first = bisect_left(self._names, name)
        last = bisect_left(self._names, name + _LAST_LETTER)
        for place in range(first, last) if len(name) > 1 else ():
            exact = self._names[place] == name
            bonus = _EXACT if exact else _STARTS + 0.4 * len(name) / len(self._names[place])
            self._name(score, place, 2 * (1.0 if exact else _BEGUN) + bonus)
        if len(name) > _SHORT and not (first < last and self._names[first] == name):
            for _, alike, place in self._alike(name, self._names, _LEAST):
                self._name(score, place, 2 * _ALIKE * alike + 0.3 * alike)
        return score

    def _name(self, score: np.ndarray, place: int, height: float) -> None:
        span = slice(self._name_starts[place], self._name_starts[place + 1])
        np.maximum.at(score, self._name_posts[span], height)

    @staticmethod
    def _alike(word: str, among: Sequence[str], least: float) -> list[tuple[str, float, int]]:
        return process.extract(
            word, among, scorer=OSA.normalized_similarity, processor=None, score_cutoff=least, limit=_MOST_ALIKE
        )


def _words_of(entry: Entry) -> Iterator[tuple[str, float]]:
    for place, name in enumerate(entry.names):
        for word in words_in(name):
            yield word, NAME if place == 0 else 0.95 * NAME
    for word in words_in(entry.where):
        yield word, WHERE
    for word in words_in(entry.told):
        if len(word) > 2:
            yield word, TOLD


def _packed(posts: dict[str, Iterable[int]] | dict[str, dict[int, float]] | dict[str, list[int]]) -> tuple[list[str], np.ndarray, np.ndarray]:  # fmt: skip
    """Words in order, where the entries of each start, and those entries in one row."""
    words = sorted(posts)
    sizes = [len(posts[word]) for word in words]  # type: ignore[arg-type]
    starts = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64)
    return words, starts, np.array([each for word in words for each in posts[word]], dtype=np.int32)
