"""What data sets there are, for catalogues of open data: DCAT in the terms of DCAT-AP-NL, as JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stadspeil.atlas.api.datasets import Dataset, datasets_of
from stadspeil.atlas.api.lineage import snapshots
from stadspeil.atlas.api.resources import CSV, JSON_LD, PARQUET, Question, Reply, Resource, as_json
from stadspeil.sources import Snapshot

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#", "xsd": "http://www.w3.org/2001/XMLSchema#",
    "prov": "http://www.w3.org/ns/prov#",
}  # fmt: skip
_AUTHORITY = "http://publications.europa.eu/resource/authority"
_SOCIETY, _REGIONS = f"{_AUTHORITY}/data-theme/SOCI", f"{_AUTHORITY}/data-theme/REGI"
_TYPES = "https://www.iana.org/assignments/media-types/"
_CC_BY = "http://creativecommons.org/licenses/by/4.0/deed.nl"


def _catalog(question: Question) -> Reply:
    """The catalogue. Dates are those of the files behind the figures: the site has no clock of its own."""
    files = snapshots(question.site)
    datasets = [_dataset(question, each, files) for each in datasets_of(question.site).values()]
    settings = question.site.settings
    told = {
        "@context": CONTEXT, "@id": question.address("/dcat"), "@type": "dcat:Catalog",
        "dct:title": _dutch("Stadspeil: cijfers over gemeenten, wijken en buurten"),
        "dct:description": _dutch(_about(question)), "dct:language": {"@id": f"{_AUTHORITY}/language/NLD"},
        "dct:publisher": _publisher(settings.contact_name), "dcat:contactPoint": _contact(question),
        "dcat:themeTaxonomy": {"@id": f"{_AUTHORITY}/data-theme"}, **_dates(files), "dcat:service": _service(question),
        "dcat:dataset": datasets,
    }  # fmt: skip
    return as_json(told, JSON_LD)


def _about(question: Question) -> str:
    invented = " Verzonnen gegevens: Nieuwland bestaat niet." if question.site.invented else ""
    return f"Waarden, rapportcijfers, plaatsen en analyses, elk met zijn marge en herkomst.{invented}"


def _dataset(question: Question, dataset: Dataset, files: list[Snapshot]) -> dict[str, Any]:
    own = f"/datasets/{dataset.id}"
    sources = sorted({each.source for each in files})
    return {
        "@id": question.address(own), "@type": "dcat:Dataset", "dct:identifier": question.address(own),
        "dct:title": _dutch(dataset.title),
        "dct:description": _dutch(f"{dataset.title}. {_about(question)} Eén rij is: {dataset.contract.row}."),
        "dct:publisher": _publisher(question.site.settings.contact_name), "dcat:contactPoint": _contact(question),
        "dct:accessRights": {"@id": f"{_AUTHORITY}/access-right/PUBLIC"}, "dcat:theme": [{"@id": _SOCIETY}, {"@id": _REGIONS}],
        "dct:language": {"@id": f"{_AUTHORITY}/language/NLD"}, "dcat:version": question.site.results.version,
        "dct:spatial": _spatial(question.site.invented), **_temporal(files), **_dates(files),
        "prov:wasDerivedFrom": [_derived(question, each) for each in sources],
        "dcat:distribution": [
            _distribution(question, dataset, "csv", CSV, f"{_AUTHORITY}/file-type/CSV", files),
            _distribution(question, dataset, "parquet", PARQUET, f"{_AUTHORITY}/file-type/PARQUET", files),
        ],
    }  # fmt: skip


def _distribution(
    question: Question, dataset: Dataset, form: str, media_type: str, kind: str, files: Iterable[Snapshot]
) -> dict[str, Any]:
    own = question.address(f"/datasets/{dataset.id}/{form}")
    return {
        "@id": own, "@type": "dcat:Distribution", "dct:title": _dutch(f"{dataset.title} ({form})"),
        "dcat:accessURL": {"@id": question.address(f"/datasets/{dataset.id}")}, "dcat:downloadURL": {"@id": own},
        "dcat:mediaType": {"@id": _TYPES + media_type}, "dct:format": {"@id": kind}, "dct:license": {"@id": _CC_BY},
        "dct:rights": _dutch("Met bronvermelding. Licenties van de bronnen: " + "; ".join(_licences(files)) + "."),
        "dct:conformsTo": {"@id": question.address(f"/datasets/{dataset.id}/csv-metadata")},
    }  # fmt: skip


def _licences(files: Iterable[Snapshot]) -> list[str]:
    return sorted({each.licence for each in files}) or ["onbekend"]


def _derived(question: Question, source: str) -> dict[str, Any]:
    entry = question.site.catalogue.sources.get(source)
    told: dict[str, Any] = {"@id": question.address(f"/bronnen/{source}"), "@type": "prov:Entity"}
    if entry is not None:
        told |= {"dct:title": _dutch(entry.title), "dct:publisher": _publisher(entry.publisher)}
    return told


def _service(question: Question) -> dict[str, Any]:
    return {
        "@id": question.root, "@type": "dcat:DataService", "dct:title": _dutch("API van Stadspeil"),
        "dcat:endpointURL": {"@id": question.root}, "dcat:endpointDescription": {"@id": question.address("/openapi.json")},
        "dct:conformsTo": [{"@id": "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"}],
    }  # fmt: skip


def _contact(question: Question) -> dict[str, Any]:
    settings = question.site.settings
    return {
        "@type": "vcard:Kind", "vcard:fn": settings.contact_name,
        "vcard:hasEmail": {"@id": f"mailto:{settings.contact_email}"},
    }  # fmt: skip


def _publisher(name: str) -> dict[str, Any]:
    return {"@type": "foaf:Agent", "foaf:name": name}


def _spatial(invented: bool) -> dict[str, Any]:
    if invented:
        return {"@type": "dct:Location", "dct:title": _dutch("Nieuwland (verzonnen)")}
    return {"@id": f"{_AUTHORITY}/country/NLD"}


def _temporal(files: list[Snapshot]) -> dict[str, Any]:
    years = [year for each in files for year in each.years]
    if not years:
        return {}
    return {
        "dct:temporal": {
            "@type": "dct:PeriodOfTime", "dcat:startDate": _date(f"{min(years)}-01-01"), "dcat:endDate": _date(f"{max(years)}-12-31"),
        }
    }  # fmt: skip


def _dates(files: Iterable[Snapshot]) -> dict[str, Any]:
    taken = sorted(each.retrieved[:10] for each in files if each.retrieved)
    return {"dct:issued": _date(taken[0]), "dct:modified": _date(taken[-1])} if taken else {}


def _date(text: str) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": text}


def _dutch(text: str) -> dict[str, str]:
    return {"@language": "nl", "@value": text}


RESOURCES = (
    Resource("/dcat", "dcat", "Bestanden", "Beschrijving naar DCAT",
             "De catalogus van datasets als JSON-LD, met termen van DCAT-AP-NL, voor data.overheid.nl en andere.",
             _catalog, "Dcat",
             {"@context": CONTEXT, "@id": "https://stadspeil.example/v1/dcat", "@type": "dcat:Catalog",
              "dct:title": _dutch("Stadspeil"), "dct:description": _dutch("Cijfers met hun marge."), "dcat:dataset": []},
             (), JSON_LD),
)  # fmt: skip
