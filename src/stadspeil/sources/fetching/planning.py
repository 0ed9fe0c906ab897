"""What has to be fetched: which tables, of which years, for which areas, and about how much that is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from stadspeil.areas import FIRST_BOUNDARIES, AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Edition, Source, summed
from stadspeil.catalogue.reader import near_match
from stadspeil.errors import QuestionError

# About 2024, for estimates only: the country has 14,500 buurten in 3,300 wijken.
_SMALL_AREAS = {"wijk": 3_300, "buurt": 14_500}
_BYTES_PER_CELL = 28
_BYTES_PER_FEATURE = 6_000
_BYTES_PER_FILE = 5_000_000
# Of a middling town with what lies around it in its box.
_SQUARES_OF_TOWN, _BYTES_PER_SQUARE = 6_000, 450
SQUARES = "squares"


@dataclass(frozen=True)
class Scope:
    """Whose wijken and buurten are wanted; without gemeenten those of the whole country.

    Figures of gemeenten are always asked for all of them: a rank needs everyone.
    """

    name: str = ""
    gemeenten: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Job:
    """One table of one edition (or of all years) to be fetched."""

    source: Source
    edition: Edition | None
    since: int
    scope: Scope
    estimate: int = field(default=0, compare=False)

    @property
    def table(self) -> str:
        """The StatLine id, where there is one."""
        told = self.source.fetch.table if self.source.fetch else ""
        return (self.edition.statline if self.edition else "") or told

    @property
    def title(self) -> str:
        """How messages name it."""
        named = f"{self.source.id} {self.edition.edition}" if self.edition else self.source.id
        return f"{named} ({self.table})" if self.table else named


def plan(
    catalogue: Catalogue,
    register: AreaRegister,
    town: str = "",
    sources: Iterable[str] = (),
    since: int = FIRST_BOUNDARIES,
    newest: int = 0,
) -> list[Job]:
    """Everything that can be fetched and was asked for, in the order of the catalogue.

    `town` narrows wijken and buurten to what that town needs: its own, those of its groups and of its region.
    Raises: QuestionError for a source that does not exist or that nobody can fetch.
    """
    wanted = _wanted(catalogue, list(sources), town)
    found = []
    for source in wanted:
        for edition in _editions(source, since, newest):
            scope = scope_of(catalogue, register, town, edition.boundaries if edition else 0)
            if source.format == SQUARES:
                # Inside its own buurten a town needs nobody else's.
                scope = Scope(town, frozenset({town}))
            job = Job(source, edition, since, scope)
            found.append(Job(source, edition, since, scope, estimate(job, register)))
    return found


def scope_of(catalogue: Catalogue, register: AreaRegister, town: str, boundaries: int = 0) -> Scope:
    """The gemeenten whose small areas a town needs, as they were in a boundary year (0: now and ever)."""
    if not town:
        return Scope()
    members = {town}
    for group in catalogue.groups.values():
        if town in group.members:
            members.update(group.members)
    if town in catalogue.regions:
        members.update(catalogue.regions[town].members)
    years = [boundaries] if boundaries >= FIRST_BOUNDARIES else range(FIRST_BOUNDARIES, _last_year(catalogue) + 1)
    then = {code for year in years for code in register.members_in(sorted(members), year, whole=True)}
    return Scope(town, frozenset(then | members if boundaries == 0 else then))


def estimate(job: Job, register: AreaRegister) -> int:
    """About how many bytes an answer will be, from what the catalogue knows; the network is not asked."""
    fetch = job.source.fetch
    if fetch is None or fetch.protocol == "file":
        return _BYTES_PER_FILE
    towns = len(register.codes(max(job.edition.boundaries if job.edition else 0, FIRST_BOUNDARIES)))
    share = len(job.scope.gemeenten) / towns if job.scope.gemeenten and fetch.narrowed else 1.0
    if job.source.format == SQUARES:
        return _SQUARES_OF_TOWN * _BYTES_PER_SQUARE
    small = sum(_SMALL_AREAS.values()) * min(share, 1.0)
    if fetch.protocol != "statline":
        return int((towns + sum(_SMALL_AREAS.values())) * _BYTES_PER_FEATURE / max(len(fetch.layers), 1))
    years = 1 if job.edition else max(_this_year(job) - job.since, 1)
    if job.source.other_area_column:
        return int(years * towns * towns * min(2 * share, 1.0) * 0.6 * 4 * _BYTES_PER_CELL)
    rows = 1 + towns + (small if "wijk" in job.source.area_column.lower() else 0)
    keys = math.prod(len(values) for values in wanted_keys(job.source).values()) or 1
    measures = len({column.column[0] for column in job.source.columns}) + 3
    return int(rows * years * keys * measures * _BYTES_PER_CELL)


def wanted_keys(source: Source) -> dict[str, frozenset[str]]:
    """Per dimension the keys that the source's entry names: others need not be fetched.

    A dimension that only some of the columns name is not narrowed: the others need all of it.
    """
    keys: dict[str, set[str]] = {name: {value} for name, value in source.where.items()}
    if source.margins is not None:
        keys[source.margins.dimension] = {source.margins.value, source.margins.lower, source.margins.upper}
    named = {name for column in source.columns for name in column.when}
    for name in named:
        if all(name in column.when for column in source.columns):
            keys.setdefault(name, set()).update(key for column in source.columns for key in summed(column.when[name]))
    return {name: frozenset(values) for name, values in keys.items()}


def _wanted(catalogue: Catalogue, asked: list[str], town: str) -> list[Source]:
    able = {each.id: each for each in catalogue.sources.values() if each.fetch and each.status == "connected"}
    for id in asked:
        if id not in catalogue.sources:
            raise QuestionError(
                f"bron '{id}'",
                f"bestaat niet in de catalogus{near_match(id, catalogue.sources)}",
                "zie 'stadspeil list sources'",
            )
        if id not in able:
            raise QuestionError(
                f"bron '{id}'",
                "is niet zelf op te halen",
                "haal het bestand bij de uitgever en lees het in met 'stadspeil import'",
            )
        if able[id].format == SQUARES and not town:
            raise QuestionError(
                f"bron '{id}'", "vakken zijn er om binnen de buurten van een stad te kijken, niet voor het hele land",
                "noem de stad met --town",
            )  # fmt: skip
    chosen = [able[id] for id in asked] or [each for each in able.values() if each.format != SQUARES or town]
    # Squares are asked for within the bounds of the town, which come with its map.
    return sorted(chosen, key=lambda each: each.format == SQUARES)


def _editions(source: Source, since: int, newest: int) -> list[Edition | None]:
    if source.fetch is not None and source.fetch.table and not any(each.period for each in source.editions):
        return [None]
    found: list[Edition | None] = [
        each
        for each in source.editions
        if int(each.edition) >= since and (not newest or int(each.edition) <= newest) and _has_address(source, each)
    ]
    return found or ([None] if not source.editions else [])


def _has_address(source: Source, edition: Edition) -> bool:
    fetch = source.fetch
    return bool(edition.statline or edition.address or (fetch and (fetch.address or fetch.table)))


def _last_year(catalogue: Catalogue) -> int:
    dates = catalogue.changes["date"]
    return max((each.year for each in dates), default=FIRST_BOUNDARIES)


def _this_year(job: Job) -> int:
    """The last year that the catalogue knows of, so that an estimate does not depend on the clock."""
    years = [int(each.edition) for each in job.source.editions]
    return max([2024, *years])
