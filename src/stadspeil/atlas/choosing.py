"""Which areas, groups and subjects are compared: read from the address, with a sensible default for what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked
from stadspeil.catalogue.entries import Group, title_in
from stadspeil.errors import QuestionError

LEVELS = {"GM": "gemeente", "WK": "wijk", "BU": "buurt"}
# More lines in one row of the figure cannot be told apart; of a single figure every area has a row of its own.
MOST_AREAS, MOST_ALONE = 12, 80
MECHANISMS = "mechanismen"
_CODE = re.compile(r"\((GM|WK|BU)[0-9]{4,8}\)$")


@dataclass(frozen=True)
class OwnSet:
    """A set of areas that the reader named; it stands in the address and nowhere else."""

    name: str
    members: tuple[str, ...]

    @property
    def address(self) -> str:
        """As it stands in the address."""
        return f"{self.name}:{','.join(self.members)}"


@dataclass(frozen=True)
class Choice:
    """What is compared. `lit` is the area that the sentence is about, `beside` the one it is held against.

    `unknown` and `left_out` are what was asked for and is not shown: not known here, or of another level or too many.
    """

    level: str
    areas: tuple[str, ...]
    lit: str
    beside: str
    groups: tuple[str, ...]
    sets: tuple[OwnSet, ...]
    subject: str
    alone: str
    ids: tuple[str, ...]
    within: str
    unknown: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def single(self) -> bool:
        """Whether it is one figure, with a row per area."""
        return bool(self.alone)


def choice_of(site: Site, asked: Asked) -> Choice:
    """What the address asks for.

    Raises:  QuestionError where no area is known, or the theme or figure is not.
    """
    unknown: list[str] = []
    groups = [site.catalogue.groups[id] for id in _listed(asked.get("groep")) if id in site.catalogue.groups]
    alone, subject, ids = _subject(site, asked)
    sets, wanted = _areas(site, asked, unknown)
    within = asked.get("in").strip().upper()
    if within and not wanted:
        wanted = _inside(site, site.area(within), asked.get("niveau", "wijk"))
    if not wanted:
        town = asked.get("licht").upper()
        groups = groups or _group_of(site, town)
        wanted = [code for group in groups[:1] for code in group.members if code in site.results.names]
        if town in site.results.names and town.startswith("GM") and town not in wanted:
            wanted = [town, *wanted]
        wanted = wanted or [code for code, _ in site.towns()[:MOST_AREAS]]
    if not wanted:
        raise QuestionError("vergelijking", "er zijn geen gebieden om te vergelijken", "draai eerst 'stadspeil score'")
    level = wanted[0][:2]
    most = MOST_ALONE if alone else MOST_AREAS
    same = [code for code in wanted if code[:2] == level]
    areas = tuple(same[:most])
    lit = _one_of(areas, asked.get("licht"), site.settings.town)
    others = tuple(code for code in areas if code != lit)
    return Choice(
        LEVELS[level], areas, lit, _one_of(others, asked.get("naast")) if others else "",
        tuple(each.id for each in groups) if level == "GM" else (),
        tuple(each for each in sets if any(code[:2] == level for code in each.members)), subject, alone, ids,
        within if level != "GM" else "", tuple(unknown),
        tuple(code for code in wanted if code not in areas),
    )  # fmt: skip


def find_area(site: Site, told: str) -> str:
    """The code of an area as a reader writes it: a code, a name, or both; '' for what is not known.

    A name that several areas share is that of the gemeente, else of none.
    """
    wanted = told.strip()
    if wanted.upper() in site.results.names:
        return wanted.upper()
    coded = _CODE.search(wanted)
    if coded and coded[0][1:-1] in site.results.names:
        return coded[0][1:-1]
    plain = wanted.casefold()
    return next((code for code, name in site.towns() if name.casefold() == plain), "")


def _areas(site: Site, asked: Asked, unknown: list[str]) -> tuple[list[OwnSet], list[str]]:
    """Own sets, and the areas that were chosen. A set whose areas are all that was chosen is compared by its members."""
    sets = [_set(site, each, unknown) for each in _sets(asked.get("set"))]
    wanted = [*_listed(asked.get("gebieden")), *_listed(asked.get("erbij"))]
    codes = list(dict.fromkeys(_known(site, wanted, unknown)))
    name = _clean(asked.get("naam"))
    if name and codes:
        sets.append(OwnSet(name, tuple(codes)))
    sets = [each for each in sets if each.members]
    return sets, codes or list(dict.fromkeys(code for each in sets for code in each.members))


def _set(site: Site, told: str, unknown: list[str]) -> OwnSet:
    name, _, members = told.partition(":")
    return OwnSet(_clean(name), tuple(dict.fromkeys(_known(site, _listed(members), unknown))))


def _sets(told: str) -> list[str]:
    """Several sets in one list: each begins at a name with a colon."""
    found: list[str] = []
    for part in _listed(told):
        if ":" in part or not found:
            found.append(part)
        else:
            found[-1] += f",{part}"
    return [each for each in found if ":" in each]


def _known(site: Site, wanted: Iterable[str], unknown: list[str]) -> Iterable[str]:
    for each in wanted:
        code = find_area(site, each)
        if code and code[:2] in LEVELS:
            yield code
        else:
            unknown.append(each[:60])


def _subject(site: Site, asked: Asked) -> tuple[str, str, tuple[str, ...]]:
    """The figure on its own, the theme, and the ids of the rows."""
    alone, subject = asked.get("cijfer"), asked.get("thema")
    known = set(site.results.indicators)
    if alone:
        if alone not in known:
            raise QuestionError(f"cijfer '{alone}'", "daar zijn geen uitkomsten van", "kies een cijfer in de lijst")
        entry = site.entry(alone)
        theme = str(getattr(entry, "theme", ""))
        return alone, theme, (alone,)
    found = (
        figures_of(site, subject) if subject else [id for id in site.catalogue.composites if id.startswith("thema_")]
    )
    return "", subject, tuple(id for id in found if id in known)


def figures_of(site: Site, subject: str) -> list[str]:
    """The figures of a theme, or the marks of the mechanisms. QuestionError for an unknown theme."""
    if subject == MECHANISMS:
        return [id for id in site.catalogue.composites if id.startswith("mechanisme_")]
    if subject not in site.catalogue.themes:
        raise QuestionError(f"thema '{subject}'", "dat is er niet", "kies een thema in de lijst")
    return [each.id for each in site.catalogue.indicators.values() if each.theme == subject]


def subjects_of(site: Site, known: Collection[str], lang: str) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Themes in order, with id and title, and their figures that are known, with theirs; without themes of none."""
    found = []
    for theme in sorted(site.catalogue.themes.values(), key=lambda each: each.order):
        own = [(id, site.title(id, lang)) for id in figures_of(site, theme.id) if id in known]
        if own:
            found.append((theme.id, title_in(theme, lang), own))
    return found


def _inside(site: Site, town: str, level: str) -> list[str]:
    """The wijken or buurten of a gemeente on its newest division."""
    kind = "BU" if level == "buurt" else "WK"
    rows = site.results.divided(town)
    own = rows.filter(rows["area"].str.starts_with(f"{kind}{town[2:6]}"))
    newest = own.filter(own["boundaries"] == own["boundaries"].max()) if own.height else own
    return [str(code) for code in newest["area"].unique().sort()]


def _group_of(site: Site, town: str) -> list[Group]:
    """The first group that a town is in, else the first of all."""
    groups = sorted(site.catalogue.groups.values(), key=lambda each: each.order)
    return ([each for each in groups if town in each.members] or groups)[:1]


def _one_of(areas: Sequence[str], *wanted: str) -> str:
    return next((each.upper() for each in wanted if each.upper() in areas), areas[0])


def _listed(told: str) -> list[str]:
    return [each.strip() for each in re.split(r"[,;]", told) if each.strip()]


def _clean(name: str) -> str:
    """A name that can stand in an address: without the signs that part it from its members."""
    return re.sub(r"[:,;<>]", " ", name).strip()[:40]
