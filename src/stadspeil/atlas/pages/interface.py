"""API: how a program reads the figures, for a person: addresses, examples, what an answer says, what can go wrong."""

from __future__ import annotations

from stadspeil.atlas.api import ROOT, resources_of
from stadspeil.atlas.api.features import id_of
from stadspeil.atlas.api.problems import TITLES
from stadspeil.atlas.api.shapes import Divisions
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Column, Page, Table, View, rows_of
from stadspeil.atlas.words import words_of

# What an example asks, after the address of the API; each has a sentence of its own in the texts.
EXAMPLES = {
    "areas": "/gebieden?niveau=gemeente&limit=5",
    "figures": "/cijfers?thema={theme}&metUitkomsten=true",
    "values": "/cijfers/{figure}/waarden?jaar={year}&niveau=gemeente",
    "area": "/gebieden/{town}/waarden?cijfer={figure}",
    "lineage": "/cijfers/{figure}/herkomst/{town}",
    "shapes": "/collections/{shapes}/items?limit=10",
    "csv": "/datasets/scores/csv?cijfer={figure}",
}
_PREFERRED = "koopwoningen_aandeel"


def interface(site: Site, asked: Asked) -> View:
    """All addresses with what they give, and examples that work on this very site."""
    words = words_of(asked.lang)
    resources = [each for each in resources_of(site) if each.path != "/"]
    columns = (
        Column("adres", words("api.address")),
        Column("wat", words("api.what")),
        Column("vorm", words("api.form")),
    )
    rows = [
        (ROOT + each.path, words(f"api.resources.{each.name.replace('-', '_')}"), _form(each.media_type))
        for each in resources
    ]
    faults = [(str(status), words(f"api.faults.s{status}")) for status in sorted({*TITLES, 421, 429} - {403, 413, 414})]
    heads = (Column("status", words("api.status")), Column("betekenis", words("api.meaning")))
    root = (site.settings.address or f"http://{site.settings.host}:{site.settings.port}") + ROOT
    return View(
        "api", words("api.title"), words("api.reading"),
        (
            Table("adressen", words("api.addresses"), columns, rows_of([each.key for each in columns], *rows)),
            Table("fouten", words("api.faults_title"), heads, rows_of([each.key for each in heads], *faults)),
        ),
        notes=tuple(words(f"api.notes.{name}") for name in ("margin", "pages", "kept", "limit")),
        more={"examples": [(words(f"api.examples.{name}"), root + path) for name, path in examples(site)], "root": root},
    )  # fmt: skip


def examples(site: Site) -> list[tuple[str, str]]:
    """Example addresses, filled in with what this site has; those that it has nothing for are left out."""
    known = site.results.indicators
    figure = _PREFERRED if _PREFERRED in known else next(iter(known), "")
    table = site.results.of_indicator(figure).filter(level="gemeente") if figure else None
    town = site.settings.town or next(iter(table["area"].sort()) if table is not None else iter(()), "")
    shapes = _shapes(site)
    filled = {
        "figure": figure, "town": town, "shapes": shapes, "year": table["year"].max() if table is not None else "",
        "theme": site.catalogue.indicators[figure].theme if figure in site.catalogue.indicators else "",
    }  # fmt: skip
    return [
        (name, path.format(**filled))
        for name, path in EXAMPLES.items()
        if all(filled[key] for key in filled if f"{{{key}}}" in path)
    ]


def _shapes(site: Site) -> str:
    """The name of the newest collection of gemeenten, or of what else there is."""
    offered = Divisions(site.workspace).offered()
    return id_of(*offered[0]) if offered else ""


def _form(media_type: str) -> str:
    return {
        "application/geo+json": "GeoJSON", "text/csv": "CSV", "application/vnd.apache.parquet": "Parquet",
        "application/ld+json": "JSON-LD",
    }.get(media_type, "JSON")  # fmt: skip


INTERFACE = Page("api", "/api", interface, "interface.html", styles=("interface.css",))
