"""Rows of `stadspeil list` about what an appraisal is made from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stadspeil.cli.sessions import Session

Rows = Iterable[dict[str, Any]]


def studies(session: Session) -> Rows:
    """A row per study of the evidence library."""
    for each in session.catalogue.studies.values():
        yield {
            "id": each.id, "pool": each.pool, "outcome": each.outcome, "sign": each.sign, "effect": each.effect,
            "low": each.low, "high": each.high, "unit": each.unit, "strength": each.strength, "country": each.country,
            "year": each.year, "status": each.status, "provenance": each.provenance, "source": each.source,
            "replaced_by": each.replaced_by,
        }  # fmt: skip


def pools(session: Session) -> Rows:
    """A row per pool of studies: what a new place may expect, or why nothing can be said."""
    from stadspeil.appraisal.pooling_results import pool_rows

    return pool_rows(session.catalogue)


def interventions(session: Session) -> Rows:
    """A row per intervention."""
    for each in session.catalogue.interventions.values():
        yield {
            "id": each.id, "domain": each.domain, "title": each.title, "dose_unit": each.dose_unit,
            "effects": " ".join(dict.fromkeys(line.indicator for line in each.effects)),
            "pools": " ".join(dict.fromkeys(line.pool for line in each.effects)), "costs": len(each.costs),
            "making": each.making, "running": each.running, "homes": "ja" if each.homes else "",
            "evidence": each.evidence_note,
        }  # fmt: skip


def packages(session: Session) -> Rows:
    """A row per package."""
    for each in session.catalogue.packages.values():
        years = [year for measure in each.measures for year in (measure.first, measure.last) if year]
        yield {
            "id": each.id, "town": each.town, "title": each.title, "stage": each.stage, "measures": len(each.measures),
            "first": min(years, default=None), "last": max(years, default=None), "programme": each.programme,
            "status": each.status, "template": "ja" if each.template else "", "invented": "ja" if each.invented else "",
        }  # fmt: skip


def agendas(session: Session) -> Rows:
    """A row per agenda."""
    for each in session.catalogue.agendas.values():
        yield {
            "id": each.id, "town": each.town, "title": each.title, "first": each.first, "years": each.years,
            "projects": len(each.projects), "budgets": len(each.budgets), "status": each.status,
            "invented": "ja" if each.invented else "",
        }  # fmt: skip
