"""The company a town is seen in: comparable towns with a column each, groups and regions with a marker each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from stadspeil.areas import AreaRegister
from stadspeil.catalogue import Catalogue
from stadspeil.catalogue.entries import Group, Region, title_in
from stadspeil.errors import QuestionError
from stadspeil.report.document import Comparison, Town
from stadspeil.report.wording import Wording

COUNTRY = "NL"
# More than this on one line of a figure cannot be told apart.
MOST_GROUPS, MOST_TOWNS = 5, 9


@dataclass
class Company:
    """Towns (the report's own first) and comparisons, in the order of the figures."""

    towns: tuple[Town, ...]
    title: str
    own_group: int | None
    comparisons: tuple[Comparison, ...]
    member_names: tuple[tuple[str, str], ...]
    register: AreaRegister
    before: dict[str, str]
    _codes: dict[tuple[str, int], str | None] = field(default_factory=dict)

    def code_in(self, town: Town, boundaries: int) -> str | None:
        """The code under which a comparable town stands in figures of other boundaries; None if it was several."""
        if town is self.towns[0]:
            return town.code
        key = (town.code, boundaries)
        if key not in self._codes:
            self._codes[key] = self._stand_in(*key)
        return self._codes[key]

    def _stand_in(self, code: str, boundaries: int) -> str | None:
        try:
            found = self.register.members_in((code,), boundaries, self.before)
        except QuestionError:
            # A member split among others has no column in those years; that is no reason to refuse a report.
            return None
        return found[0] if len(found) == 1 else None


def find_company(
    catalogue: Catalogue, areas: pl.DataFrame, town: str, words: Wording, register: AreaRegister | None = None
) -> Company:
    """The group that the town is in gives the comparable towns; all groups and its own region are compared with.

    `register` is given by who has made it already.
    """
    register = register or AreaRegister(catalogue.gemeenten, catalogue.changes)
    names = _names(areas, catalogue)
    groups = sorted(catalogue.groups.values(), key=lambda each: each.order)
    own = next((each for each in groups if town in each.members), None)
    columns = own or next(iter(groups), None)
    shown = _with_own(groups, own)
    others = [code for code in (columns.members if columns else ()) if code != town][: MOST_TOWNS - 1]
    comparisons = [_of_group(each, words) for each in shown]
    if town in catalogue.regions:
        comparisons += _of_region(catalogue.regions[town], names, words)
    comparisons.append(_of_country(words))
    return Company(
        towns=tuple(Town(code, names.get(code, code)) for code in (town, *others)),
        title=title_in(columns, words.lang) if columns else "",
        own_group=shown.index(own) if own is not None else None,
        comparisons=tuple(comparisons),
        member_names=tuple((code, names.get(code, code)) for each in comparisons for code in each.members),
        register=register,
        before=dict(columns.before) if columns else {},
    )


def _with_own(groups: list[Group], own: Group | None) -> list[Group]:
    shown = groups[:MOST_GROUPS]
    return shown if own is None or own in shown else [own, *shown[:-1]]


def _names(areas: pl.DataFrame, catalogue: Catalogue) -> dict[str, str]:
    """Names as the newest area division has them; of a gemeente that is not in it as the register has them."""
    newest = areas.filter(pl.col("level") == "gemeente").sort("boundaries").select("area", "name")
    return {**dict(catalogue.gemeenten.select("code", "name").iter_rows()), **dict(newest.iter_rows())}


def _of_group(group: Group, words: Wording) -> Comparison:
    english = words.lang == "en"
    title = group.title_en if english else group.title
    short = (group.short_en if english else group.short) or title
    return Comparison(group.id, "group", title, short, group.members, group.evidence, group.source)


def _of_region(region: Region, names: dict[str, str], words: Wording) -> Iterable[Comparison]:
    title = title_in(region, words.lang)
    dominant = names.get(region.dominant, region.dominant)
    net = tuple(code for code in region.members if code != region.dominant)
    for kind, members in (("region_net", net), ("region_gross", region.members)):
        yield Comparison(
            id=f"{region.id}:{kind.removeprefix('region_')}",
            kind=kind,  # type: ignore[arg-type]
            title=words(f"company.{kind}", region=title, dominant=dominant),
            short=words(f"company.{kind}_short"),
            members=members,
            evidence=region.evidence,
            source=region.source,
        )


def _of_country(words: Wording) -> Comparison:
    return Comparison(COUNTRY, "country", words("company.country"), words("company.country_short"), (), "", "")
