"""JSON Schemas of the answers, written short: a name, a type with ? for what may be empty, a meaning."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]


def field(kind: str, meaning: str = "", **more: Any) -> Schema:
    """A property. `kind` is a JSON type, with ? behind it when it may be null, or [] when it is a list of that."""
    bare = kind.rstrip("?").removesuffix("[]")
    told: Schema = (
        {"type": "array", "items": {"type": bare}}
        if kind.endswith("[]")
        else {"type": [bare, "null"] if kind.endswith("?") else bare}
    )
    return {**told, **({"description": meaning} if meaning else {}), **more}


def record(meaning: str, fields: Schema, optional: tuple[str, ...] = ()) -> Schema:
    """An object in which all fields stand, but for the optional ones."""
    return {
        "type": "object", "description": meaning, "properties": fields,
        "required": [name for name in fields if name not in optional],
    }  # fmt: skip


def ref(name: str) -> Schema:
    """A reference to another schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(name: str) -> Schema:
    """A list of another schema."""
    return {"type": "array", "items": ref(name)}


def paged(name: str, of: str, meaning: str) -> Schema:
    """A page of a list."""
    return record(meaning, {
        "aantal": field("integer", "Hoeveel rijen er zijn."), "gegeven": field("integer", "Hoeveel er in dit antwoord staan."),
        "links": listed("Link"), name: listed(of),
    })  # fmt: skip


_BILINGUAL = {"titel": field("string", "Nederlandse titel."), "titelEn": field("string", "Engelse titel.")}
_FIGURE = {
    "id": field("string", "Vaste naam."), **_BILINGUAL, "definitie": field("string", "Wat het meet."),
    "definitieEn": field("string", "Het zelfde in het Engels."), "soort": field("string", enum=["indicator", "samengesteld"]),
    "thema": field("string?", "Id van het thema."), "eenheid": field("string", "Eenheid van de waarde."),
    "richting": field("string", "Of meer gunstig is.", enum=["higher_is_better", "lower_is_better", "neutral"]),
    "decimalen": field("integer", "Decimalen in druk."), "bron": field("string?", "Id van de bron."),
    "status": field("string", enum=["connected", "planned"]), "heeftUitkomsten": field("boolean", "Of er hier uitkomsten zijn."),
}  # fmt: skip
_SOURCE = {
    "id": field("string"), **_BILINGUAL, "uitgever": field("string"), "licentie": field("string"), "website": field("string"),
    "status": field("string", enum=["connected", "planned"]),
}  # fmt: skip
_SNAPSHOT = {
    "id": field("string"), "bron": field("string"), "editie": field("string"), "bestand": field("string", "Naam van het bestand."),
    "sha256": field("string", "Controlegetal."), "bytes": field("integer"), "rijen": field("integer"),
    "grenzen": field("integer", "Gebiedsindeling van de codes."), "jaren": field("integer[]"), "licentie": field("string"),
    "opgehaald": field("string", "Wanneer het is ingelezen."), "verzonnen": field("boolean", "Of het over Nieuwland gaat."),
}  # fmt: skip
_BRIEF_AREA = record("Een gebied, kort.", {"gebied": field("string"), "naam": field("string")})
_ANALYSIS = {
    "id": field("string"),
    "rij": field("string", "Wat één rij is."),
    "aantal": field("integer"),
    "links": listed("Link"),
}
_DATASET = {
    "id": field("string"), "titel": field("string"), "rij": field("string", "Wat één rij is."), "rijen": field("integer"),
    "perCijfer": field("boolean", "Of het ook per cijfer kan."), "links": listed("Link"),
}  # fmt: skip
_COLLECTION = {
    "id": field("string"), "title": field("string"), "description": field("string"), "itemType": field("string"),
    "crs": field("string[]"), "extent": {"type": "object"}, "links": listed("Link"),
}  # fmt: skip
_PLACES = {
    "plaatsBesteRuis": "Beste plaats die ruis toelaat.", "plaatsSlechtsteRuis": "Slechtste plaats die ruis toelaat.",
    "plaatsBesteKeuzes": "Beste plaats bij andere keuzes.", "plaatsSlechtsteKeuzes": "Slechtste plaats bij andere keuzes.",
}  # fmt: skip
_THEME = {"id": field("string"), **_BILINGUAL, "opmerking": field("string?"), "cijfers": field("string[]")}

SCHEMAS: dict[str, Schema] = {
    "Probleem": record("Waarom het niet ging, naar RFC 9457.", {
        "type": field("string", format="uri-reference"), "title": field("string", "De soort fout."),
        "status": field("integer", minimum=400, maximum=599), "detail": field("string", "Wat er mis is, en wat wel kan."),
        "instance": field("string", "Het adres dat gevraagd werd.", format="uri-reference"),
        "errors": listed("Fout") | {"description": "Alles wat er aan de vraag mis is."},
    }, ("errors",)),
    "Fout": record("Eén ding dat mis is.", {
        "in": field("string", enum=["query", "path", "header"]),
        "location": record("Waar.", {"name": field("string", "Naam van de parameter.")}),
        "detail": field("string"), "code": field("string", enum=["onbekend", "dubbel", "waarde", "onbekende-waarde", "leesbaar"]),
    }),
    "Link": record("Waar het verder gaat.", {"rel": field("string"), "href": field("string", format="uri"), "type": field("string")}),
    "Gebiedsrij": record("Een gebied in een indeling.", {
        "gebied": field("string", "Code."), "naam": field("string"), "niveau": field("string"),
        "grenzen": field("integer", "Jaar van de gebiedsindeling."), "ligtIn": field("string?", "Code van het gebied erboven.")}),
    "Gebieden": paged("gebieden", "Gebiedsrij", "Gebieden."),
    "GebiedKort": _BRIEF_AREA,
    "Gebied": record("Een gebied.", {
        "gebied": field("string"), "naam": field("string"), "niveau": field("string"), "grenzen": field("integer?"),
        "alleGrenzen": field("integer[]", "Indelingen waarin het bestond."),
        "ligtIn": {"anyOf": [ref("GebiedKort"), {"type": "null"}]}, "bevat": listed("GebiedKort"), "links": listed("Link")}),
    "Cijferrij": record("Een cijfer, kort.", _FIGURE),
    "Cijfers": paged("cijfers", "Cijferrij", "Cijfers."),
    "Cijfer": record("Een cijfer.", {
        **_FIGURE, "niveaus": field("string[]"), "teller": field("string?"), "noemer": field("string?"), "per": field("number"),
        "opmerking": field("string?"), "opmerkingEn": field("string?"), "vervangenDoor": field("string?"), "licentie": field("string?"),
        "onderdelen": field("string[]", "Van een samengesteld cijfer: ids van de delen."),
        "breuken": {"type": "array", "items": record("Vanaf een jaar anders gemeten.", {"jaar": field("integer"), "reden": field("string")})},
        "gebruikt": {"type": "array", "items": record("Waar uitkomsten van zijn.", {
            "jaar": field("integer"), "niveau": field("string"), "grenzen": field("integer"), "gebieden": field("integer")})},
        "links": listed("Link")}),
    "Themarij": record("Een thema.", _THEME),
    "Themas": paged("themas", "Themarij", "Thema's."),
    "Thema": record("Een thema.", {**_THEME, "links": listed("Link")}),
    "Bronrij": record("Een bron, kort.", _SOURCE),
    "Bronnen": paged("bronnen", "Bronrij", "Bronnen."),
    "Bron": record("Een bron.", {
        **_SOURCE, "opmerking": field("string?"), "cijfers": field("string[]"), "links": listed("Link"),
        "edities": {"type": "array", "items": record("Een editie.", {
            "editie": field("string"), "grenzen": field("integer"), "statline": field("string?")})}}),
    "Groep": record("Een groep of regio.", {
        "id": field("string"), "soort": field("string", enum=["group", "region_gross", "region_net"]), **_BILINGUAL,
        "leden": field("string[]", "Codes van gemeenten."), "herkomst": field("string", "Waar de samenstelling vandaan komt.")}),
    "Groepen": paged("groepen", "Groep", "Groepen en regio's."),
    "Waarde": record("Een cijfer van een gebied in een jaar.", {
        "cijfer": field("string"), "jaar": field("integer"), "grenzen": field("integer"), "niveau": field("string"),
        "gebied": field("string"), "naam": field("string?"), "waarde": field("number?"),
        "marge": field("number?", "Helft van het 95%-interval."), "laag": field("number?"), "hoog": field("number?"),
        "n": field("number?", "Aantal waar de waarde op berust."), "status": field("string", "Waarom er wel of geen getal is."),
        "rapportcijfer": field("number?"), "rapportcijferMarge": field("number?"), "plaats": field("integer?"),
        "gedeeldDoor": field("integer?"), "plaatsVan": field("integer?", "Hoeveel gebieden een plaats hebben."),
        **{name: field("integer?", meaning) for name, meaning in _PLACES.items()},
        "dekking": field("number?", "Welk deel van het gebied of van de delen gemeten is."), "opmerking": field("string?")}),
    "Waarden": paged("waarden", "Waarde", "Waarden."),
    "Groepsgemiddelde": record("Het gemiddelde van een groep.", {
        "cijfer": field("string"), "groep": field("string"), "soort": field("string"), "jaar": field("integer"),
        "grenzen": field("integer"), "waarde": field("number?"), "rapportcijfer": field("number?"), "plaats": field("integer?"),
        "plaatsVan": field("integer?"), "leden": field("integer"), "metWaarde": field("integer")}),
    "Groepsgemiddelden": paged("groepsgemiddelden", "Groepsgemiddelde", "Gemiddelden van groepen."),
    "Kolom": record("Een kolom.", {
        "naam": field("string"), "type": field("string", enum=["integer", "number", "boolean", "string"]),
        "sleutel": field("boolean"), "magLeeg": field("boolean")}),
    "Analysekort": record("Een analyse, kort.", _ANALYSIS),
    "Analyses": paged("analyses", "Analysekort", "Analyses."),
    "Analyse": record("Een analyse.", {**_ANALYSIS, "kolommen": listed("Kolom"), "vragen": field("string[]")}),
    "Analyserij": {"type": "object", "description": "Een rij, met de kolommen van de analyse.", "additionalProperties": True},
    "Analyserijen": paged("rijen", "Analyserij", "Rijen van een analyse."),
    "Herkomst": record("Van cijfer naar bron.", {
        "vraag": field("string"), "cijfer": field("string"), "gebied": field("string"), "links": listed("Link"),
        "stappen": {"type": "array", "items": record("Een schakel.", {
            "titel": field("string"),
            "feiten": {"type": "array", "items": record("Een feit.", {"naam": field("string"), "tekst": field("string")})}})}}),
    "Momentopnamerij": record("Een bestand.", _SNAPSHOT),
    "Momentopnamen": paged("momentopnamen", "Momentopnamerij", "Bestanden."),
    "Momentopname": record("Een bestand.", {**_SNAPSHOT, "kolommen": {"type": "object", "additionalProperties": {"type": "string"}}}),
    "Datasetkort": record("Een dataset, kort.", _DATASET),
    "Datasets": paged("datasets", "Datasetkort", "Datasets."),
    "Dataset": record("Een dataset.", {**_DATASET, "kolommen": listed("Kolom")}),
    "CsvMetadata": record("CSV on the Web.", {
        "@context": {"type": "array", "items": {}}, "url": field("string", format="uri"), "dc:title": field("string"),
        "dc:description": field("string"), "dc:hasVersion": field("string"), "dialect": {"type": "object"},
        "tableSchema": {"type": "object"}}),
    "Dcat": record("Een catalogus naar DCAT.", {
        "@context": {"type": "object"}, "@id": field("string"), "@type": field("string"), "dct:title": {"type": "object"},
        "dct:description": {"type": "object"}, "dcat:dataset": {"type": "array", "items": {"type": "object"}}}),
    "Begin": record("Waar alles staat.", {
        "title": field("string"), "description": field("string"), "uitgave": field("string", "Uitgave van de uitkomsten."),
        "verzonnen": field("boolean", "Of dit Nieuwland is."), "links": listed("Link")}),
    "Conformance": record("Delen van de standaard.", {"conformsTo": field("string[]")}),
    "Collection": record("Een verzameling.", _COLLECTION),
    "Collections": record("Verzamelingen.", {"collections": listed("Collection"), "links": listed("Link")}),
    "Feature": record("Een gebied met zijn grens, naar RFC 7946.", {
        "type": field("string", enum=["Feature"]), "id": field("string"),
        "geometry": record("Polygon of MultiPolygon.", {"type": field("string"), "coordinates": {"type": "array", "items": {}}}),
        "properties": ref("Gebiedsrij")}),
    "Item": record("Een gebied met zijn grens.", {
        "type": field("string", enum=["Feature"]), "id": field("string"), "geometry": {"type": "object"},
        "properties": ref("Gebiedsrij"), "links": listed("Link")}),
    "Items": record("Gebieden met hun grens.", {
        "type": field("string", enum=["FeatureCollection"]), "numberMatched": field("integer"), "numberReturned": field("integer"),
        "links": listed("Link"), "features": listed("Feature")}),
    "Document": record("Een beschrijving naar OpenAPI.", {"openapi": field("string"), "info": {"type": "object"}, "paths": {"type": "object"}}),
}  # fmt: skip
