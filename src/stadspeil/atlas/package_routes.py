"""The file of a package that was composed on the site: to take along, not to keep here."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response

from stadspeil.atlas.pages.appraisal_new import FILE, form_in
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked
from stadspeil.errors import QuestionError


def add_package_file(app: FastAPI, site: Site) -> None:
    """Add the address of the file. It holds the form, as the page's own does."""

    def answer(request: Request) -> Response:
        asked_for = request.query_params
        query = {name: ",".join(asked_for.getlist(name)) for name in asked_for}
        form, found, _ = form_in(site, Asked("nl", FILE, {}, query))
        if found.problems:
            told = [f"maatregel {row}: {said}" if row else said for row, _, said in found.problems]
            raise QuestionError("dit pakket", told, "verbeter het op de bladzijde Afwegen, Samenstellen")
        headers = {"Content-Disposition": f'attachment; filename="{form.id}.toml"', "Cache-Control": "no-store"}
        return Response(found.toml, media_type="application/toml; charset=utf-8", headers=headers)

    app.add_api_route(FILE, answer, include_in_schema=False)
