"""The API of the atlas under /v1, by the NL API Design Rules: reads results, computes nothing, changes nothing."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.datastructures import URLPath
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

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
    app.router.routes.append(_Below(Api(site, resources_of(site))))


class _Below(BaseRoute):
    """All addresses under /v1, whatever stands in them: a pattern of Starlette's would let a line break pass by."""

    def __init__(self, api: Api) -> None:
        self.path, self.api = ROOT, api

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether an address is one of the API."""
        path = scope.get("path", "")
        own = scope["type"] == "http" and (path == ROOT or path.startswith(f"{ROOT}/"))
        return (Match.FULL if own else Match.NONE), {"endpoint": self.api}

    def url_path_for(self, name: str, /, **path_params: Any) -> URLPath:
        """No address of the API has a name for Starlette."""
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the API answer."""
        await self.api(scope, receive, send)


__all__ = ["EXPOSED", "PARQUET", "ROOT", "document", "mount_api", "resources_of"]
