"""What is said of something that was found, and where it leads: its name, where it lies, a line of meaning, its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from stadspeil.atlas.appraised.reading import known_results
from stadspeil.atlas.finding.index import Entry, Index, telling_words
from stadspeil.atlas.site import Site
from stadspeil.catalogue.entries import text_in
from stadspeil.report.wording import Wording

FIGURES = frozenset({"indicator", "composite"})
AREAS = frozenset({"gemeente", "wijk", "buurt"})
_IN_BOTH = frozenset({"group", "region", "source", "theme", "intervention", "package", "fund"})
_LONGEST = 150
# A longer question is a sentence, not a figure and a town.
_MOST_WORDS = 7


@dataclass(frozen=True)
class Link:
    """A page about something: which, and its address."""

    page: str
    address: str

    def to(self, town: str) -> str:
        """The address for a reader of a town: its own page; without one the place to choose it."""
        if "{" not in self.address:
            return self.address
        if not town:
            return "/en?kies" if self.address.startswith("/en/") else "/?kies"
        return self.address.replace("{stad}", town).replace("{gebied}", town)


@dataclass(frozen=True)
class Found:
    """Something that was found, ready to be read. The first link is where a choice of it leads."""

    kind: str
    id: str
    name: str
    where: str
    meaning: str
    links: tuple[Link, ...]


class Teller:
    """Tells of entries in one language. `paths` are the addresses of the pages that the site has, by name."""

    def __init__(self, site: Site, words: Wording, paths: Mapping[str, str]) -> None:
        self._site = site
        self._words = words
        self._named = paths
        self._paths = frozenset(paths.values())
        self._root = "" if words.lang == "nl" else f"/{words.lang}"

    def tell(self, entry: Entry, within: Entry | None = None) -> Found:
        """An entry as found; a figure may be looked at `within` a gemeente."""
        name = self._name(entry)
        if within is not None:
            name = self._words("search.within", figure=name, area=within.names[0])
        return Found(
            entry.kind, entry.id, name, self._where(entry), shortened(self._meaning(entry)),
            tuple(self._links(entry, within)),
        )  # fmt: skip

    def _name(self, entry: Entry) -> str:
        catalogue, lang = self._site.catalogue, self._words.lang
        if entry.kind in AREAS:
            return self._site.name(entry.id)
        if entry.kind in FIGURES:
            return catalogue.title_of(entry.id, lang)
        if entry.kind == "page":
            return entry.names[1] if lang == "en" else entry.names[0]
        if entry.kind in _IN_BOTH and lang == "en":
            return entry.names[1] if len(entry.names) > 1 else entry.names[0]
        return entry.names[0]

    def _where(self, entry: Entry) -> str:
        if entry.owner:
            return self._site.name(entry.owner)
        if entry.kind == "gemeente":
            return self._site.results.register.province(entry.id)
        return ""

    def _meaning(self, entry: Entry) -> str:
        catalogue, english, words = self._site.catalogue, self._words.lang == "en", self._words
        if entry.kind in FIGURES:
            figure = self._site.entry(entry.id)
            known = entry.id in self._site.results.indicators
            told = figure.definition_en if english else figure.definition
            return told if known else f"{words('search.no_figures')} {told}"
        if entry.kind == "theme":
            theme = catalogue.themes[entry.id]
            return theme.note_en if english else theme.note
        if entry.kind == "group":
            return words("search.members", number=len(catalogue.groups[entry.id].members))
        if entry.kind == "region":
            return words("search.members", number=len(catalogue.regions[entry.id.partition(":")[2]].members))
        if entry.kind == "source":
            return catalogue.sources[entry.id.partition(":")[2]].publisher
        if entry.kind == "method":
            return entry.told
        if entry.kind in ("intervention", "package", "fund"):
            return self._weighed(entry)
        if entry.kind == "vroeger":
            heirs = [self._site.name(each) for each in entry.heirs]
            return words("search.gone", heirs=words.listing(heirs)) if heirs else words("search.gone_unknown")
        if entry.kind in AREAS:
            return words(f"search.area.{entry.kind}", where=self._where(entry), code=entry.id)
        return words(f"search.pages.{entry.id.partition(':')[2]}.about") if entry.kind == "page" else ""

    def _weighed(self, entry: Entry) -> str:
        catalogue, id = self._site.catalogue, entry.id.partition(":")[2]
        lang = self._words.lang
        if entry.kind == "intervention":
            return text_in(catalogue.interventions[id], "evidence_note", lang)
        if entry.kind == "package":
            return text_in(catalogue.packages[id], "status", lang)
        return text_in(catalogue.funds[id], "about", lang)

    def _links(self, entry: Entry, within: Entry | None) -> Iterator[Link]:
        if entry.kind in AREAS or entry.kind == "vroeger":
            for code in entry.heirs or (entry.id,):
                yield from self._area(code, several=len(entry.heirs) > 1)
        elif entry.kind in FIGURES:
            yield from self._figure(entry.id, within)
        elif entry.kind in ("source", "method", "group", "region", "theme"):
            yield from self._explained(entry)
        elif entry.kind == "land":
            yield from self._page("kaart", "/kaart", {})
        elif entry.kind in ("intervention", "package", "fund"):
            id = entry.id.partition(":")[2]
            paths = {
                "intervention": f"/afwegen/ingrepen/{id}",
                "package": f"/afwegen/{id}" if id in known_results(self._site) else "/afwegen",
                "fund": f"/fondsen#{id}",
            }
            yield Link(self._words("search.open"), f"{self._root}{paths[entry.kind]}")
        elif entry.kind == "page":
            yield Link(self._words("search.open"), f"{self._root}{self._named[entry.id.partition(':')[2]]}")

    def _area(self, code: str, several: bool) -> Iterator[Link]:
        suffix = f" {self._site.name(code)}" if several else ""
        if code.startswith("GM"):
            yield from self._page("town", f"/stad/{code}", {}, suffix)
        yield from self._page("profile", f"/gebied/{code}", {}, suffix)
        level = {"GM": "gemeente", "WK": "wijk", "BU": "buurt"}[code[:2]]
        yield from self._page("map", "/kaart", {"niveau": level, "gebied": code}, suffix)

    def _figure(self, id: str, within: Entry | None) -> Iterator[Link]:
        around = {} if within is None else {"gebied": within.id}
        if id in self._site.results.indicators:
            yield from self._page("map", "/kaart", {"cijfer": id, **around})
            yield from self._page("explained", f"/uitleg/{id}", around)
            town = within.id if within is not None else self._site.settings.town
            if town:
                yield from self._page("development", f"/ontwikkeling/{town}", {"cijfer": id})
        else:
            yield from self._page("explained", f"/uitleg/{id}", {})

    def _explained(self, entry: Entry) -> Iterator[Link]:
        if entry.kind == "region":
            region = self._site.catalogue.regions[entry.id.partition(":")[2]]
            members = ",".join(region.members)
            yield from self._page("compare", "/vergelijken", {"set": f"{region.title.replace(':', ' ')}:{members}"})
            return
        if entry.kind == "group":
            yield from self._page("compare", "/vergelijken", {"groep": entry.id})
        yield from self._page("explained", f"/uitleg/{entry.id.partition(':')[2] or entry.id}", {})

    def _page(self, name: str, path: str, query: dict[str, str], suffix: str = "") -> Iterator[Link]:
        """A link, where the site has such a page."""
        if any(
            each == path or ("{" in each and each.partition("{")[0] == path[: each.index("{")]) for each in self._paths
        ):
            address = f"{self._root}{path}" + (f"?{urlencode(query)}" if query else "")
            yield Link(self._words(f"search.links.{name}") + suffix, address)


def shortened(text: str) -> str:
    """A text of at most a line or two, cut at a word."""
    if len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST].rsplit(' ', 1)[0].rstrip(',;:.')} …"


def figure_within(index: Index, text: str) -> tuple[Entry, Entry] | None:
    """A figure and the gemeente in which it is asked for: 'woz zoetermeer', 'bijstand in den haag'; None for another."""
    words = text.split()
    if len(words) > _MOST_WORDS:
        return None
    for cut in range(1, len(words)):
        for area, figure in ((words[cut:], words[:cut]), (words[:cut], words[cut:])):
            towns = index.named(" ".join(area), "gemeente", slips=len(area) == 1)
            if len(towns) == 1 and telling_words(" ".join(figure)):
                found = index.find(" ".join(figure), 1, FIGURES)
                if found:
                    return found[0], towns[0]
    return None
