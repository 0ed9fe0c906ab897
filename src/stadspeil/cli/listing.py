"""`stadspeil list`: what the catalogue and the workspace hold, as tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import polars as pl

from stadspeil.cli.appraisal_lists import agendas, interventions, packages, pools, studies
from stadspeil.cli.sessions import Session
from stadspeil.errors import QuestionError


def list_entries(session: Session, what: str, theme: str | None = None, status: str | None = None) -> pl.DataFrame:
    """One row per entry. `theme` and `status` narrow what has them."""
    rows = list(_ROWS[what](session))
    if theme is not None:
        if theme not in session.catalogue.themes:
            raise QuestionError(f"thema '{theme}'", "bestaat niet in de catalogus", "zie 'stadspeil list themes'")
        rows = [row for row in rows if row.get("theme", theme) == theme]
    if status is not None:
        rows = [row for row in rows if row.get("status", status) == status]
    if not rows:
        raise QuestionError(f"list {what}", "er is niets om te tonen", "laat een voorwaarde weg of lees eerst iets in")
    return pl.DataFrame(rows, infer_schema_length=None)


def _indicators(session: Session) -> Iterable[dict[str, Any]]:
    for each in session.catalogue.indicators.values():
        yield {
            "id": each.id, "theme": each.theme, "title": each.title, "unit": each.unit, "direction": each.direction,
            "kind": each.kind, "levels": " ".join(each.levels), "source": each.source, "status": each.status,
        }  # fmt: skip


def _composites(session: Session) -> Iterable[dict[str, Any]]:
    for each in session.catalogue.composites.values():
        yield {"id": each.id, "title": each.title, "parts": len(session.catalogue.parts_of(each.id))}


def _themes(session: Session) -> Iterable[dict[str, Any]]:
    for theme in session.catalogue.themes.values():
        inside = [each.status for each in session.catalogue.indicators.values() if each.theme == theme.id]
        yield {
            "id": theme.id, "title": theme.title, "study": "ja" if theme.study else "",
            "connected": inside.count("connected"), "planned": inside.count("planned"),
        }  # fmt: skip


def _sources(session: Session) -> Iterable[dict[str, Any]]:
    for each in session.catalogue.sources.values():
        yield {
            "id": each.id, "title": each.title, "publisher": each.publisher, "format": each.format,
            "shape": each.shape, "licence": each.licence, "status": each.status,
            "fetch": each.fetch.protocol if each.fetch else "",
        }  # fmt: skip


def _editions(session: Session) -> Iterable[dict[str, Any]]:
    for source in session.catalogue.sources.values():
        for each in source.editions:
            yield {
                "source": source.id, "edition": each.edition, "boundaries": each.boundaries,
                "statline": each.statline, "evidence": each.evidence,
            }  # fmt: skip


def _fields(session: Session) -> Iterable[dict[str, Any]]:
    for each in session.catalogue.fields.values():
        low, high = each.possible
        yield {"id": each.id, "title": each.title, "unit": each.unit, "type": each.type, "low": low, "high": high}


def _groups(session: Session) -> Iterable[dict[str, Any]]:
    for each in session.catalogue.groups.values():
        yield {"id": each.id, "title": each.title, "members": " ".join(each.members), "evidence": each.evidence}


def _regions(session: Session) -> Iterable[dict[str, Any]]:
    for each in session.catalogue.regions.values():
        yield {
            "town": each.id, "title": each.title, "dominant": each.dominant, "members": " ".join(each.members),
            "evidence": each.evidence,
        }  # fmt: skip


def _parameters(session: Session) -> Iterable[dict[str, Any]]:
    for each in session.catalogue.parameters.values():
        yield {
            "id": each.id, "value": each.value, "unit": each.unit, "definition": each.definition,
            "date": each.date, "evidence": each.evidence,
        }  # fmt: skip


def _programmes(session: Session) -> Iterable[dict[str, Any]]:
    for each in session.catalogue.programmes.values():
        homes = {act: sum(site.homes for site in each.sites if site.act == act) for act in _ACTS}
        yield {
            "id": each.id, "town": each.town, "title": each.title, "sites": len(each.sites), **homes,
            "status": each.status, "invented": "ja" if each.invented else "",
        }  # fmt: skip


def _funds(session: Session) -> Iterable[dict[str, Any]]:
    for each in session.catalogue.funds.values():
        yield {
            "id": each.id, "title": each.title, "status": each.status, "first": each.first, "last": each.last or None,
            "basis": each.basis, "conditions": len(each.conditions), "facts": len(each.facts),
            "not_verified": sum(fact.mark == "M" for fact in each.facts),
        }  # fmt: skip


def _evidence(session: Session) -> Iterable[dict[str, Any]]:
    for each in session.catalogue.evidence.values():
        yield {
            "id": each.id, "status": each.status, "quantity": each.quantity, "value": each.value, "low": each.low,
            "high": each.high, "unit": each.unit, "source": each.source, "date": each.date, "verified": each.verified,
            "use": each.use, "replaced_by": each.replaced_by,
        }  # fmt: skip


def _areas(session: Session) -> Iterable[dict[str, Any]]:
    return session.catalogue.gemeenten.iter_rows(named=True)


def _snapshots(session: Session) -> Iterable[dict[str, Any]]:
    from stadspeil.sources import SnapshotStore

    for each in SnapshotStore(session.workspace.raw).active():
        yield {
            "id": each.id, "source": each.source, "edition": each.edition, "boundaries": each.boundaries,
            "rows": each.rows, "file": each.file_name, "retrieved": each.retrieved, "checksum": each.checksum[:12],
        }  # fmt: skip


def _remarks(session: Session) -> Iterable[dict[str, Any]]:
    for stage, folder in (("tabellen", session.workspace.tables), ("cijfers", session.workspace.out)):
        path = folder / "remarks.json"
        for sentence in json.loads(path.read_text(encoding="utf-8")) if path.exists() else ():
            yield {"from": stage, "remark": sentence}


def remark_count(session: Session) -> int:
    """How many remarks the last build left."""
    return sum(1 for _ in _remarks(session))


_ACTS = ("bouwen", "slopen", "verkopen", "renoveren")
_ROWS = {
    "indicators": _indicators, "composites": _composites, "themes": _themes, "sources": _sources,
    "editions": _editions, "fields": _fields, "groups": _groups, "regions": _regions, "parameters": _parameters,
    "programmes": _programmes,
    "evidence": _evidence, "studies": studies, "pools": pools, "interventions": interventions, "packages": packages,
    "funds": _funds, "agendas": agendas, "areas": _areas, "remarks": _remarks, "snapshots": _snapshots,
}  # fmt: skip
