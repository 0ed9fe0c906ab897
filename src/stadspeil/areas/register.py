"""Which gemeenten there were in which year, and how those of one year lie in those of another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from stadspeil.areas.changes import AreaChange, Matrix, changes_of, walk
from stadspeil.areas.names import NameIndex, heirs_of
from stadspeil.errors import QuestionError

# Before this year we know no list of codes.
FIRST_BOUNDARIES = 2004

_WEIGHTS_SCHEMA = {"from_code": pl.String, "to_code": pl.String, "weight": pl.Float64}


class AreaRegister:
    """Gemeenten per boundary year (1 January) and the changes between them.

    An equal code is not an equal area: a gemeente that takes in another under its own name keeps its code.
    `touched` tells them apart.
    """

    def __init__(self, gemeenten: pl.DataFrame, changes: pl.DataFrame) -> None:
        self._lives = {
            code: (first, last) for code, first, last in gemeenten.select("code", "first", "last").iter_rows()
        }
        self._names: dict[str, str] = dict(gemeenten.select("code", "name").iter_rows())
        self._provinces: dict[str, str] = dict(gemeenten.select("code", "province").iter_rows())
        self._changes = changes_of(changes)
        self._shares: dict[tuple[int, int], Matrix] = {}
        self._unchanged: dict[tuple[int, int], dict[str, str]] = {}

    def exists(self, code: str, boundaries: int) -> bool:
        """Whether this gemeente existed on 1 January of that year."""
        if code not in self._lives:
            return False
        first, last = self._lives[code]
        return (first is None or first <= boundaries) and (last is None or boundaries <= last)

    def codes(self, boundaries: int) -> frozenset[str]:
        """All gemeenten of that year, invented ones included if they were added."""
        _require_known(boundaries)
        return frozenset(code for code in self._lives if self.exists(code, boundaries))

    def name(self, code: str) -> str:
        """The name of a gemeente, living or gone."""
        if code not in self._names:
            raise QuestionError(f"gemeente '{code}'", "staat niet in onze lijst", "zie 'stadspeil list areas'")
        return self._names[code]

    def province(self, code: str) -> str:
        """The province of a gemeente; of one that is gone the last it lay in."""
        self.name(code)
        return self._provinces[code]

    def history(self, code: str) -> tuple[AreaChange, ...]:
        """Every change that this gemeente gave to or took from, oldest first."""
        return tuple(change for change in self._changes if code in (change.from_code, change.to_code))

    def heirs(self, code: str) -> tuple[str, ...]:
        """The living gemeenten in which a gemeente that is gone ended; none for one that lives."""
        return tuple(heirs_of(code, self._lives, self._changes))

    def find(self, text: str, boundaries: int | None = None) -> str:
        """The code meant by a code or a name; a wijk, buurt or NL passes as it is.

        With `boundaries` the gemeente must have existed in that year, without it must exist now.

        Raises:  QuestionError with near matches, or with what became of a gemeente that is gone.
        """
        index = NameIndex(self._names, self._lives, self._changes)
        return index.find(text, lambda code: self._exists_for_question(code, boundaries), boundaries)

    def weights(self, from_boundaries: int, to_boundaries: int) -> pl.DataFrame:
        """Share of each old gemeente that lies in each new one; null where nobody published it.

        Shape:   one row per pair that shares ground; the shares of a from_code add up to 1.
        Units:   shares of inhabitants or dwellings.
        Raises:  QuestionError if the years run backwards: a merged gemeente cannot be taken apart.
        """
        rows = [
            (code, to_code, weight)
            for code, row in self._walked(from_boundaries, to_boundaries).items()
            for to_code, weight in row.items()
        ]
        return pl.DataFrame(rows, schema=_WEIGHTS_SCHEMA, orient="row").sort("from_code", "to_code")

    def unchanged(self, from_boundaries: int, to_boundaries: int) -> dict[str, str]:
        """Old code -> new code of every gemeente whose territory stayed the same; a rename changes the code only."""
        key = (from_boundaries, to_boundaries)
        if key not in self._unchanged:
            self._unchanged[key] = self._find_unchanged(*key)
        return self._unchanged[key]

    def touched(self, code: str, from_boundaries: int, to_boundaries: int) -> bool:
        """Whether this code covers other ground in the one year than in the other, or lacks in one of them.

        Border changes count, also where no code changed: Nissewaard without Oudenhoorn in 2018.
        """
        early, late = sorted((from_boundaries, to_boundaries))
        return self.unchanged(early, late).get(code) != code

    def members_in(
        self, codes: Iterable[str], boundaries: int, before: Mapping[str, str] | None = None, whole: bool = False
    ) -> tuple[str, ...]:
        """The members of a group or region as the gemeenten of another year.

        A code that existed then stands for itself. One that did not exist yet becomes the part named in `before`,
        else all parts of which most went into it; one that is gone becomes the gemeente that took most of it. With
        `whole` a surviving code also brings the parts it has taken in since, so that a region keeps its ground.
        """
        _require_known(boundaries)
        found: dict[str, None] = {}
        for code in codes:
            for member in self._stand_ins(code, boundaries, before or {}, whole):
                found[member] = None
        return tuple(found)

    def _stand_ins(self, code: str, boundaries: int, before: Mapping[str, str], whole: bool) -> Iterable[str]:
        self.name(code)
        if self.exists(code, boundaries):
            absorbed = self._parts(code, boundaries, self._last_year(code)) if whole else ()
            return (code, *(part for part in absorbed if part != code))
        first, last = self._lives[code]
        if last is not None and last < boundaries:
            return (self._main_share(last, boundaries, code),)
        named = before.get(code)
        if named:
            return self._stand_ins(named, boundaries, {}, whole)
        return self._parts(code, boundaries, first)

    def _parts(self, code: str, boundaries: int, later: int) -> tuple[str, ...]:
        if boundaries >= later:
            return (code,)
        rows = self._walked(boundaries, later)
        return tuple(sorted(part for part, row in rows.items() if code in row and _main(row) == code))

    def _main_share(self, last: int, boundaries: int, code: str) -> str:
        main = _main(self._walked(last, boundaries)[code])
        if main is None:
            raise QuestionError(
                f"gemeente {code} {self.name(code)}",
                f"is na {last} verdeeld en niet bekend is waar de meeste inwoners bleven",
                "noem in de groep of regio de gemeente die bedoeld is",
            )
        return main

    def _last_year(self, code: str) -> int:
        last = self._lives[code][1]
        latest = max((change.boundaries for change in self._changes), default=FIRST_BOUNDARIES)
        return latest if last is None else last

    def _find_unchanged(self, from_boundaries: int, to_boundaries: int) -> dict[str, str]:
        shares = self._walked(from_boundaries, to_boundaries)
        sources: dict[str, int] = {}
        for row in shares.values():
            for to_code in row:
                sources[to_code] = sources.get(to_code, 0) + 1
        whole = {code: next(iter(row)) for code, row in shares.items() if len(row) == 1}
        return {code: to_code for code, to_code in whole.items() if sources[to_code] == 1}

    def _walked(self, from_boundaries: int, to_boundaries: int) -> Matrix:
        key = (from_boundaries, to_boundaries)
        if key not in self._shares:
            _require_known(from_boundaries)
            if from_boundaries > to_boundaries:
                raise QuestionError(
                    f"gemeenten van {from_boundaries} op de indeling van {to_boundaries}",
                    "omrekenen kan alleen naar een latere indeling: een samengevoegde gemeente is niet te splitsen",
                    f"kies een indeling van {from_boundaries} of later",
                )
            # Every pair of years is asked for, so a walk goes on from the last stop of one that was made before.
            stops = sorted(
                {each.boundaries for each in self._changes if from_boundaries < each.boundaries <= to_boundaries}
            )
            if stops and stops[-1] < to_boundaries:
                self._shares[key] = self._walked(from_boundaries, stops[-1])
            else:
                start = {code: {code: 1.0} for code in sorted(self.codes(from_boundaries))}
                before = self._walked(from_boundaries, stops[-2]) if len(stops) > 1 else start
                self._shares[key] = walk(before, [each for each in self._changes if each.boundaries in stops[-1:]])
        return self._shares[key]

    def _exists_for_question(self, code: str, boundaries: int | None) -> bool:
        if boundaries is not None:
            return self.exists(code, boundaries)
        return code in self._lives and self._lives[code][1] is None


def _main(row: Mapping[str, float | None]) -> str | None:
    """The code that got the largest share; None where a share is unknown."""
    if any(share is None for share in row.values()):
        return None
    return max(sorted(row), key=lambda code: row[code] or 0.0)


def _require_known(boundaries: int) -> None:
    if boundaries < FIRST_BOUNDARIES:
        raise QuestionError(
            f"indeling {boundaries}",
            f"de gemeenten van voor {FIRST_BOUNDARIES} zijn niet bekend",
            f"kies een jaar vanaf {FIRST_BOUNDARIES}",
        )
