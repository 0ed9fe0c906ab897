"""The API of the atlas under /v1, by the NL API Design Rules: reads results, computes nothing, changes nothing."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.routing import Route

from stadspeil.atlas.api import analyses, areas, datasets, dcat, entries, features, lineage, values
from stadspeil.atlas.api.answering import ROOT, Api
from stadspeil.atlas.api.document import document, published
from stadspeil.atlas.api.resources import PARQUET, Resource
from stadspeil.atlas.site import Site

# What a script of another site may read of an answer, where the setting lets it read at all.
EXPOSED = ("API-Version", "ETag", "Link", "Content-Disposition", "Retry-After",
           "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")  # fmt: skip


def resources_of(site: Site) -> tuple[Resource, ...]:
    """All resources of a site, in the order of the document."""
    found = (
        *features.resources(site), *areas.RESOURCES, *entries.RESOURCES, *values.RESOURCES, *analyses.RESOURCES,
        *lineage.RESOURCES, *datasets.resources(), *dcat.RESOURCES,
    )  # fmt: skip
    return (*found, published(found, site.settings))


def mount_api(app: FastAPI, site: Site) -> None:
    """Put the API under /v1 of an application: every address there is its own to answer or to refuse."""
    api = Api(site, resources_of(site))
    for path in (ROOT, f"{ROOT}/{{rest:path}}"):
        app.router.routes.append(Route(path, endpoint=api))


__all__ = ["EXPOSED", "PARQUET", "ROOT", "document", "mount_api", "resources_of"]
