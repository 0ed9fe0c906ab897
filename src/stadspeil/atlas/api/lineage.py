"""From a value back to the publisher's cell, and the files that publishers gave."""

from __future__ import annotations

from typing import Any

from stadspeil.atlas.api.areas import known_area
from stadspeil.atlas.api.asking import BOUNDARIES, LIMIT, OFFSET, YEAR, Parameter, known_ones
from stadspeil.atlas.api.entries import known_figure
from stadspeil.atlas.api.problems import missing
from stadspeil.atlas.api.resources import Question, Reply, Resource, as_json, page_of_rows
from stadspeil.atlas.site import Site
from stadspeil.catalogue.reader import near_match
from stadspeil.errors import SourceError
from stadspeil.report.lineage import explain_score
from stadspeil.sources import Snapshot, SnapshotStore

_SNAPSHOT = "momentopname"


def snapshots(site: Site) -> list[Snapshot]:
    """The files in use, by id; none where the workspace came without them."""
    if not site.workspace.raw.is_dir():
        return []
    return sorted(SnapshotStore(site.workspace.raw).active(), key=lambda each: each.id)


def _lineage(question: Question) -> Reply:
    site, given = question.site, question.given
    figure = known_figure(site, question.parts["cijfer"])
    area = known_area(site.results, question.parts["gebied"])
    try:
        chain = explain_score(site.workspace, site.catalogue, figure, area, given["jaar"], given["grenzen"])
    except SourceError as fault:
        raise missing("de bestanden van de uitgever staan niet bij deze site") from fault
    used = {fact for step in chain.steps for name, fact in step.facts if name == _SNAPSHOT}
    steps = [
        {"titel": step.title, "feiten": [{"naam": name, "tekst": fact} for name, fact in step.facts]}
        for step in chain.steps
    ]  # fmt: skip
    links = [question.link(_SNAPSHOT, f"/momentopnamen/{each}") for each in sorted(used)]
    return as_json({"vraag": chain.question, "cijfer": figure, "gebied": area, "stappen": steps, "links": links})


def _list(question: Question) -> Reply:
    source = question.given["bron"]
    known_ones("bron", [source] if source else None, question.site.catalogue.sources)
    rows = [_row(each) for each in snapshots(question.site) if source in (None, each.source)]
    return page_of_rows(question, "momentopnamen", rows)


def _one(question: Question) -> Reply:
    known = {each.id: each for each in snapshots(question.site)}
    id = question.parts["momentopname"]
    if id not in known:
        raise missing(f"momentopname '{id[:120]}' is er niet{near_match(id, known)}")
    return as_json({**_row(known[id]), "kolommen": dict(known[id].columns)})


def _row(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "id": snapshot.id, "bron": snapshot.source, "editie": snapshot.edition, "bestand": snapshot.file_name,
        "sha256": snapshot.checksum, "bytes": snapshot.size, "rijen": snapshot.rows, "grenzen": snapshot.boundaries,
        "jaren": list(snapshot.years), "licentie": snapshot.licence, "opgehaald": snapshot.retrieved,
        "verzonnen": snapshot.invented,
    }  # fmt: skip


_SOURCE = Parameter("bron", "Alleen van deze bron.", example="cbs_kerncijfers_wijken_buurten",
                    pattern=r"^[a-z][a-z0-9_]{0,79}$")  # fmt: skip
_ROW = {
    "id": "cbs_ses_woa-2019-8f1f0761", "bron": "cbs_ses_woa", "editie": "2019", "bestand": "85163NED_2019.csv",
    "sha256": "8f1f0761ef992d8f1f0761ef992d8f1f0761ef992d8f1f0761ef992d8f1f0761", "bytes": 120331, "rijen": 1200,
    "grenzen": 2019, "jaren": [2019], "licentie": "CC BY 4.0", "opgehaald": "2026-11-26T10:25:14+00:00",
    "verzonnen": True,
}  # fmt: skip
_LINK = {
    "rel": "self",
    "href": "https://stadspeil.example/v1/momentopnamen?limit=100&offset=0",
    "type": "application/json",
}

RESOURCES = (
    Resource(
        "/cijfers/{cijfer}/herkomst/{gebied}", "herkomst", "Herkomst", "Hoe een cijfer tot stand kwam",
        "Van rapportcijfer naar waarde, naar cellen, naar de tekst in het bestand van de uitgever. Zonder `jaar`: het "
        "nieuwste; zonder `grenzen`: de indeling van de uitgever. Zinnen zijn Nederlands.",
        _lineage, "Herkomst",
        {
            "vraag": "Koopwoningen (koopwoningen_aandeel), Vierlingstad (GM9002), 2024", "cijfer": "koopwoningen_aandeel",
            "gebied": "GM9002",
            "stappen": [{"titel": "Waarde", "feiten": [{"naam": "waarde", "tekst": "58,400 % (status: waarde)"}]}],
            "links": [{**_LINK, "rel": "momentopname"}],
        },
        (YEAR, BOUNDARIES),
    ),
    Resource("/momentopnamen", "momentopnamen", "Herkomst", "Bestanden van uitgevers",
             "Elk bestand waar cijfers uit komen, met controlegetal en datum. De bestanden zelf staan er niet bij.",
             _list, "Momentopnamen", {"aantal": 1, "gegeven": 1, "links": [_LINK], "momentopnamen": [_ROW]},
             (_SOURCE, LIMIT, OFFSET)),
    Resource("/momentopnamen/{momentopname}", "momentopname", "Herkomst", "Een bestand van een uitgever",
             "Met de koppen van de kolommen die eruit gelezen worden.",
             _one, "Momentopname", {**_ROW, "kolommen": {"ses_woa": "SESWOA_1"}}),
)  # fmt: skip
