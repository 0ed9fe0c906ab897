"""What can be found in a site: its areas with their former names, and what the catalogue and the pages hold."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources

import polars as pl

from stadspeil.areas import is_invented, level_of
from stadspeil.areas.names import EVERYDAY_NAMES, fold
from stadspeil.atlas.explaining import method_sections
from stadspeil.atlas.finding.index import Entry, Index, Kind
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Page
from stadspeil.atlas.words import LANGUAGES, words_of
from stadspeil.catalogue import Catalogue
from stadspeil.errors import QuestionError
from stadspeil.report.wording import Wording

_LEVELS: Mapping[str, Kind] = {"gemeente": "gemeente", "wijk": "wijk", "buurt": "buurt"}
# Of a definition its first words say what it is about.
_TOLD_LETTERS = 160
_PEOPLE = "inwoners"


def index_of(site: Site, pages: Sequence[Page]) -> Index:
    """The index of a site, made once per set of results."""
    return Index([*_areas(site), *_figures(site.catalogue), *_texts(site.catalogue, pages)])


def _areas(site: Site) -> Iterator[Entry]:
    register, names = site.results.register, site.results.names
    gemeenten = site.catalogue.gemeenten
    lives = dict(gemeenten.select("code", "last").iter_rows())
    shown = set(site.results.areas["area"].unique())
    invented = site.invented
    everyday, people = _everyday_names(), _people(site)
    for code, name in names.items():
        level = _level(code)
        if level not in _LEVELS or is_invented(code) != invented:
            continue
        if level == "gemeente":
            also = everyday.get(fold(name), ())
            if lives.get(code) is None:
                yield Entry("gemeente", code, (name, *_short(name), *also), size=people.get(code, 0.0))
            else:
                yield Entry("vroeger", code, (name, *_short(name), *also), heirs=register.heirs(code))
        elif code in shown:
            owner = f"GM{code[2:6]}"
            # Some files give codes and no names; then the name that we show is the code, and finds nothing else.
            called = code if name.startswith(code) else name
            size = people.get(code, 0.0)
            yield Entry(_LEVELS[level], code, (called,), where=names.get(owner, ""), owner=owner, size=size)
    yield Entry("land", "NL", ("Nieuwland" if invented else "Nederland", "the Netherlands"))


def _people(site: Site) -> dict[str, float]:
    """Residents by area, in the newest year that is known of each."""
    if _PEOPLE not in site.results.indicators:
        return {}
    known = site.results.of_indicator(_PEOPLE).filter(pl.col("value").is_not_null())
    newest = known.sort("year", "boundaries").unique("area", keep="last", maintain_order=True)
    return dict(newest.select("area", "value").iter_rows())


def _short(name: str) -> tuple[str, ...]:
    """'Bergen' of 'Bergen (NH.)'."""
    return (name.split(" (")[0],) if " (" in name else ()


def _everyday_names() -> dict[str, tuple[str, ...]]:
    """By the folded official name what people call it."""
    found: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for said, official in EVERYDAY_NAMES.items():
        found[official] += (f"den {said[3:]}" if said.startswith("den") else said,)
    return found


def _level(code: str) -> str:
    try:
        return level_of(code)
    except QuestionError:
        return ""


def _figures(catalogue: Catalogue) -> Iterator[Entry]:
    said: dict[str, list[str]] = defaultdict(list)
    told = tomllib.loads(resources.files(__package__).joinpath("everyday.toml").read_text("utf-8"))
    for words, ids in told.items():
        for id in ids:
            said[id].append(words.replace("_", " "))
    for each in catalogue.composites.values():
        about = f"{each.definition[:_TOLD_LETTERS]} {each.definition_en[:_TOLD_LETTERS]}"
        yield Entry("composite", each.id, (each.title, each.title_en, *said[each.id]), told=f"thema theme {about}")
    for theme in catalogue.themes.values():
        if f"thema_{theme.id}" not in catalogue.composites:
            yield Entry("theme", theme.id, (theme.title, theme.title_en), told=f"{theme.note} {theme.note_en}")
    for entry in catalogue.indicators.values():
        if not entry.replaced_by:
            about = (
                f"{entry.definition[:_TOLD_LETTERS]} {entry.definition_en[:_TOLD_LETTERS]} {entry.id.replace('_', ' ')}"
            )
            yield Entry("indicator", entry.id, (entry.title, entry.title_en, *said[entry.id]), told=about)


def _texts(catalogue: Catalogue, pages: Sequence[Page]) -> Iterator[Entry]:
    for group in catalogue.groups.values():
        names = dict.fromkeys(filter(None, (group.title, group.title_en, group.short, group.short_en)))
        yield Entry("group", group.id, tuple(names), told="groep group")
    for region in catalogue.regions.values():
        yield Entry("region", f"regio:{region.id}", (region.title, region.title_en), told="regio region")
    for source in catalogue.sources.values():
        yield Entry(
            "source", f"bron:{source.id}", (source.title, source.title_en), told=f"{source.publisher} bron source"
        )
    for measure in catalogue.interventions.values():
        yield Entry(
            "intervention",
            f"ingreep:{measure.id}",
            (measure.title, measure.title_en),
            told=f"{measure.what} ingreep intervention",
        )
    for package in catalogue.packages.values():
        yield Entry(
            "package", f"pakket:{package.id}", (package.title, package.title_en), told=f"{package.goal} pakket package"
        )
    for fund in catalogue.funds.values():
        called = (fund.title, fund.title_en, fund.id.replace("_", " "))
        yield Entry("fund", f"fonds:{fund.id}", called, told=f"{fund.about} fonds fund")
    for id, section in method_sections().items():
        yield Entry("method", id, (section["title"], section["chapter"]), told=section["says"][: 2 * _TOLD_LETTERS])
    for page in pages:
        if page.name in words_of("nl").texts["search"]["pages"]:
            own = [words_of(lang) for lang in LANGUAGES]
            said = [word for words in own for word in words.many(f"search.pages.{page.name}.words")]
            yield Entry("page", f"bladzijde:{page.name}", (*(page_title(page, words) for words in own), *said))


def page_title(page: Page, words: Wording) -> str:
    """What a page is called: as in the menu, or else in the texts of the search."""
    return words(page.menu) if page.menu else words(f"search.pages.{page.name}.title")
