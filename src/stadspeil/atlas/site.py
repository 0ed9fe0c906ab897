"""A site: the results, the catalogue, the settings and the words, together; one per worker."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from stadspeil.areas import is_invented
from stadspeil.atlas.keeping import Kept, Made
from stadspeil.atlas.results import Results
from stadspeil.atlas.settings import Settings
from stadspeil.atlas.words import LANGUAGES, words_of
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Composite, Group, Indicator, title_in
from stadspeil.errors import QuestionError
from stadspeil.workspace import Workspace

# Answers of maps that a worker remembers: a few kB each, a map of all buurten of a country two MB.
_ANSWERS, _FACTS = 24, 4096


@dataclass(frozen=True)
class Site:
    """What pages are made from."""

    workspace: Workspace
    catalogue: Catalogue
    settings: Settings

    @cached_property
    def results(self) -> Results:
        """The results of the workspace."""
        return Results(self.workspace, self.catalogue)

    @cached_property
    def _kept(self) -> Kept:
        return Kept(_ANSWERS)

    @cached_property
    def _noted(self) -> Kept:
        return Kept(_FACTS)

    def kept(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make` gives for this key, remembered until the results are others: for what is large."""
        return self._kept(self.results.version, key, make)

    def noted(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """As `kept`, for small facts, of which many are remembered."""
        return self._noted(self.results.version, key, make)

    @cached_property
    def static(self) -> Path:
        """The files that a browser gets as they are."""
        return Path(__file__).parent / "static"

    @property
    def invented(self) -> bool:
        """Whether the figures are of an invented country."""
        areas = self.results.areas["area"].head(1)
        return bool(areas.len()) and is_invented(areas[0])

    @property
    def first_group(self) -> Group | None:
        """The group whose towns stand first where one is chosen."""
        return min(self.catalogue.groups.values(), key=lambda each: each.order, default=None)

    def towns(self) -> tuple[tuple[str, str], ...]:
        """Code and name of the gemeenten of the newest division, by name."""
        return self.results.remembered("towns", self._towns)

    def _towns(self) -> tuple[tuple[str, str], ...]:
        table = self.results.areas.filter(level="gemeente")
        newest = table.filter(boundaries=table["boundaries"].max()) if table.height else table
        return tuple(sorted(newest.select("area", "name").iter_rows(), key=lambda each: each[1].lower()))

    def town_of(self, chosen: str) -> str:
        """The town that a reader chose before, or that the installation names; '' where neither is known here."""
        code = chosen or self.settings.town
        return code if code in self.results.names else ""

    def warm(self) -> None:
        """Read what every page needs, so that no first reader waits for it."""
        if self.results.version:
            self.results.names  # noqa: B018
            self.results.groups()
            self.results.indicators  # noqa: B018
            for lang in LANGUAGES:
                words_of(lang)

    def name(self, area: str) -> str:
        """The name of an area, or its code where it has none."""
        return self.results.names.get(area, area)

    def name_then(self, area: str, boundaries: int) -> str:
        """The name of an area on a division: not that of the place which its code means now."""
        if (area, boundaries) not in self.results.elsewhere:
            return self.name(area)
        then = self.results.areas_inside(f"GM{area[2:6]}").filter(area=area, boundaries=boundaries)["name"]
        return str(then[0]) if then.len() else area

    def name_of_wijk(self, buurt: str) -> str:
        """The name of the wijk that a buurt lies in, on the newest division that has the buurt."""
        wijk = f"WK{buurt[2:8]}"
        return self.name(wijk) if self.lies_in_wijk(buurt) else self.name_then(wijk, self.division_of(buurt))

    def divisions_elsewhere(self, wijk: str) -> list[int]:
        """The divisions in which the code of a wijk meant another place than now."""
        return sorted(boundaries for code, boundaries in self.results.elsewhere if code == wijk)

    def lies_in_wijk(self, buurt: str) -> bool:
        """Whether a buurt lies in the place that the code of its wijk means now."""
        elsewhere = self.divisions_elsewhere(f"WK{buurt[2:8]}")
        return not elsewhere or self.division_of(buurt) not in elsewhere

    def division_of(self, area: str) -> int:
        """The newest division on which an area has figures; 0 where it has none."""
        years: list[int] = self.results.divided(area).filter(area=area)["boundaries"].to_list()
        return max(years, default=0)

    def entry(self, id: str) -> Indicator | Composite:
        """A figure or composite. QuestionError for an unknown one."""
        if id in self.catalogue.composites:
            return self.catalogue.composites[id]
        return self.catalogue.indicator(id)

    def title(self, id: str, lang: str) -> str:
        """The title of a figure or composite."""
        return self.catalogue.title_of(id, lang)

    def sources_behind(self, ids: Iterable[str], lang: str) -> tuple[str, ...]:
        """Title in a language and publisher of the sources of figures; of a composite those of its parts."""
        known = self.catalogue
        parts = [part for id in ids for part in (known.parts_of(id) if id in known.composites else (id,))]
        used = dict.fromkeys(known.indicators[id].source for id in parts if id in known.indicators)
        entries = [known.sources[id] for id in used if id in known.sources]
        return tuple(f"{title_in(each, lang)} ({each.publisher})" for each in entries)

    def area(self, code: str) -> str:
        """The code of an area that is known here. QuestionError for another."""
        wanted = code.strip().upper()
        if wanted not in self.results.names:
            raise QuestionError(f"gebied '{code}'", "dat kennen wij niet", "zoek het op met de zoekbalk")
        return wanted
