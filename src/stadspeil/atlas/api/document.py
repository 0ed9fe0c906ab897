"""The OpenAPI document, made from the resources themselves, so that it cannot say other than what is answered."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stadspeil.atlas.api.answering import ROOT, VERSION
from stadspeil.atlas.api.problems import PROBLEM, TITLES
from stadspeil.atlas.api.resources import Question, Reply, Resource, as_json
from stadspeil.atlas.api.schemas import SCHEMAS, ref
from stadspeil.atlas.settings import Settings

TAGS = {
    "Gebieden": "Welke gebieden er zijn.", "Catalogus": "Wat cijfers betekenen en waar zij vandaan komen.",
    "Waarden": "De cijfers zelf, met marge en plaats.", "Analyses": "Wat er naast waarden is uitgerekend.",
    "Herkomst": "Van cijfer naar het bestand van de uitgever.", "Bestanden": "Alles tegelijk ophalen.",
    "Grenzen": "Gebieden op de kaart, naar OGC API - Features.",
}  # fmt: skip
_ABOUT = (
    "Lees de cijfers van deze site: zonder sleutel, alleen GET. Getallen zijn niet afgerond; elk heeft zijn marge waar die "
    "bekend is en een `status` waar er geen getal is. Gegevens van een site die `verzonnen` zegt, gaan over Nieuwland, dat "
    "niet bestaat. Lijsten komen in bladen met `limit` en `offset`; `next` in `links` wijst het volgende aan."
)
_EVERY_ANSWER = {
    "API-Version": {"description": "De volledige versie van de API.", "schema": {"type": "string"}, "example": VERSION},
}  # fmt: skip
_KEPT_ANSWER = {
    **_EVERY_ANSWER,
    "ETag": {"description": "Verandert met de uitkomsten; stuur hem mee als If-None-Match.", "schema": {"type": "string"}},
    "Cache-Control": {"description": "Hoe lang een antwoord te onthouden is.", "schema": {"type": "string"}},
    "RateLimit-Limit": {"description": "Vragen per minuut.", "schema": {"type": "integer"}},
    "RateLimit-Remaining": {"description": "Wat daarvan over is.", "schema": {"type": "integer"}},
    "RateLimit-Reset": {"description": "Seconden tot het weer vol is.", "schema": {"type": "integer"}},
}  # fmt: skip
_SAMPLES = {
    "gebied": "GM9002", "cijfer": "koopwoningen_aandeel", "thema": "wonen", "bron": "cbs_ses_woa", "groep": "nta",
    "analyse": "splits", "momentopname": "cbs_ses_woa-2019-8f1f0761", "dataset": "scores", "verzameling": "buurten-2024",
}  # fmt: skip
_DETAILS = {
    400: "'jaarr' is hier onbekend; bedoelde u 'jaar'?", 404: "gebied GM0001 kennen wij niet",
    414: "een vraag heeft hoogstens 4000 tekens",
    406: "dit is er alleen als application/json", 429: "probeer het over een minuut opnieuw", 500: "er ging iets mis bij ons",
}  # fmt: skip


def document(resources: Iterable[Resource], settings: Settings) -> dict[str, Any]:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stadspeil", "version": VERSION, "description": _ABOUT,
            "contact": {"name": settings.contact_name, "email": settings.contact_email, "url": _contact_url(settings)},
            "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        },
        "servers": _servers(settings), "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": {each.path: {"get": _operation(each)} for each in resources},
        "components": {"schemas": SCHEMAS, "responses": _responses(), "headers": dict(_KEPT_ANSWER)},
    }  # fmt: skip


def published(resources: tuple[Resource, ...], settings: Settings) -> Resource:
    """The resource that gives the document, itself included."""

    def answer(question: Question) -> Reply:
        return as_json(document((*resources, made), settings))

    made = Resource(
        "/openapi.json", "openapi", "Bestanden", "Deze beschrijving", "De API naar OpenAPI 3.1.", answer, "Document",
        {"openapi": "3.1.0", "info": {"title": "Stadspeil", "version": VERSION}, "paths": {}}, open_to_all=True,
    )  # fmt: skip
    return made


def _servers(settings: Settings) -> list[dict[str, Any]]:
    if settings.address:
        return [{"url": settings.address.rstrip("/") + ROOT, "description": "Deze site."}]
    host = {
        "default": "stadspeil.example",
        "description": "De naam van de site; noem hem in 'address' in stadspeil.toml.",
    }
    return [
        {"url": ROOT, "description": "De site waar u dit ophaalde."},
        {
            "url": f"https://{{host}}{ROOT}",
            "description": "Een site achter een voordeur met https.",
            "variables": {"host": host},
        },
    ]


def _contact_url(settings: Settings) -> str:
    return (settings.address.rstrip("/") or "https://stadspeil.example") + "/api"


def _operation(resource: Resource) -> dict[str, Any]:
    in_path = [part[1:-1] for part in resource.parts if part.startswith("{")]
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}, "example": _SAMPLES[name],
         "description": f"Id of code: {name}."}
        for name in in_path
    ]  # fmt: skip
    for each in resource.parameters:
        told = {"name": each.name, "in": "query", "description": each.description, "schema": each.schema()}
        parameters.append(
            {**told, "example": each.example}
            | ({"style": "form", "explode": False} if each.kind in ("texts", "box") else {})
        )
    responses: dict[str, Any] = {
        "200": _answer(resource),
        "304": {"description": "Niet veranderd.", "headers": _headers(resource)},
    }
    responses |= {"400": {"$ref": "#/components/responses/Vraagfout"}}
    if in_path:
        responses["404"] = {"$ref": "#/components/responses/NietGevonden"}
    responses |= {
        "406": {"$ref": "#/components/responses/AndereVorm"}, "414": {"$ref": "#/components/responses/TeLang"}, "429": {"$ref": "#/components/responses/TeVeel"},
        "500": {"$ref": "#/components/responses/Storing"},
    }  # fmt: skip
    return {
        "operationId": resource.name, "tags": [resource.tag], "summary": resource.summary, "description": resource.description,
        "parameters": parameters, "responses": responses,
    }  # fmt: skip


def _answer(resource: Resource) -> dict[str, Any]:
    schema = ref(resource.schema) if resource.schema else {"type": "string"}
    content: dict[str, Any] = {"schema": schema}
    if resource.example is not None:
        content["example"] = resource.example
    return {"description": resource.summary, "headers": _headers(resource), "content": {resource.media_type: content}}


def _headers(resource: Resource) -> dict[str, Any]:
    headers: dict[str, Any] = {name: {"$ref": f"#/components/headers/{name}"} for name in _KEPT_ANSWER}
    if resource.open_to_all:
        headers["access-control-allow-origin"] = {
            "description": "Elke site mag dit lezen.",
            "schema": {"type": "string"},
            "example": "*",
        }
    return headers


def _responses() -> dict[str, Any]:
    names = {"Vraagfout": 400, "NietGevonden": 404, "AndereVorm": 406, "TeLang": 414, "TeVeel": 429, "Storing": 500}
    return {name: _problem(status) for name, status in names.items()}


def _problem(status: int) -> dict[str, Any]:
    title = TITLES.get(status, "Te veel vragen")
    example = {
        "type": "/api#fouten",
        "title": title,
        "status": status,
        "detail": _DETAILS[status],
        "instance": "/v1/cijfers",
    }
    if status == 400:
        example["errors"] = [
            {"in": "query", "location": {"name": "jaarr"}, "detail": _DETAILS[400], "code": "onbekend"}
        ]
    headers = {"API-Version": {"$ref": "#/components/headers/API-Version"}}
    return {
        "description": title,
        "headers": headers,
        "content": {PROBLEM: {"schema": ref("Probleem"), "example": example}},
    }
