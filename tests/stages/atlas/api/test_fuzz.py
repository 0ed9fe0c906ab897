"""Schemathesis asks what the document allows, and what it does not: every answer is one that the document describes."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)
from starlette.testclient import TestClient

from stadspeil.atlas.site import Site

CHECKS = (
    not_a_server_error, content_type_conformance, negative_data_rejection, positive_data_acceptance,
    response_headers_conformance, response_schema_conformance, status_code_conformance, unsupported_method,
)  # fmt: skip
# A box that lies on its head, a period that ends before it begins, an id that there is not, a column that an analysis has not.
BEYOND = {
    ("bbox", "waarde"), ("datetime", "waarde"), ("cijfer", "waarde"),
    *((name, "onbekende-waarde") for name in ("cijfer", "thema", "bron", "groep")),
    *((name, "onbekend") for name in ("gebied", "cijfer", "jaar", "grenzen")),
}  # fmt: skip
QUIET = settings(
    max_examples=12, derandomize=True, deadline=None, database=None, phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module")
def described(client: TestClient) -> dict[str, Any]:
    return dict(client.get("/v1/openapi.json").json())


@pytest.fixture(scope="module")
def strange(client: TestClient, described: dict[str, Any]) -> Any:
    """The document as it is: what stands in the braces of an address is anything."""
    return of_app(client, described)


@pytest.fixture(scope="module")
def known(client: TestClient, site: Site, described: dict[str, Any]) -> Any:
    """The document with names that there are, so that answers are more than 'not found'."""
    names = {
        "gebied": ["NL", "GM9002", "WK900201", "BU90020101"], "cijfer": ["ww", "inwoners", "thema_veiligheid", "koopwoningen_aandeel"],
        "thema": list(site.catalogue.themes), "bron": ["cbs_ses_woa"], "groep": ["nta", "GM9002:net"], "analyse": ["trends", "splits", "twins"],
        "dataset": ["trends", "group_scores"], "verzameling": ["buurten-2024", "gemeenten-2024"],
    }  # fmt: skip
    told = copy.deepcopy(described)
    for path, item in told["paths"].items():
        for each in item["get"]["parameters"]:
            choices = {"type": "string", "enum": names.get(each["name"], ["x"])}
            if each["name"] in names and each["schema"].get("type") == "array":
                each["schema"]["items"] = choices
            elif each["in"] == "path" or (each["name"] in names and not path.startswith("/datasets")):
                each["schema"] = choices
    return of_app(client, told)


def of_app(client: TestClient, document: dict[str, Any]) -> Any:
    """A schema that asks the application itself, without a socket."""
    made = schemathesis.openapi.from_dict(document)
    made.app, made.location = client.app, "/v1/openapi.json"
    return made


def beyond_a_schema(answer: Any) -> tuple[Any, ...]:
    """Checks that do not hold for this answer, since no schema can say why the question was refused."""
    if answer.status_code == 414:
        return positive_data_acceptance, negative_data_rejection
    wrong = (
        {(each["location"]["name"], each["code"]) for each in answer.json()["errors"]}
        if answer.status_code == 400
        else set()
    )
    return (positive_data_acceptance,) if wrong and wrong <= BEYOND else ()


def failures(client: TestClient, schema: Any, mode: GenerationMode, most: int) -> list[str]:
    """What Schemathesis finds over all operations."""
    found = []
    for result in schema.get_all_operations():
        operation = result.ok()
        if mode is GenerationMode.NEGATIVE and not operation.query:
            # There is nothing to ask wrongly.
            continue

        @settings(QUIET, max_examples=most)
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            answer = case.call()
            case.validate_response(answer, checks=[each for each in CHECKS if each not in beyond_a_schema(answer)])

        try:
            ask()
        except (Exception, BaseExceptionGroup) as fault:  # Schemathesis raises groups; the loop goes on to the next
            found.append(f"{operation.label}: {fault!r}"[:1500])
    return found


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("kind", ["strange", "known"])
def test_every_answer_is_as_described(
    client: TestClient, request: pytest.FixtureRequest, kind: str, mode: GenerationMode
) -> None:
    assert failures(client, request.getfixturevalue(kind), mode, 10 if kind == "known" else 4) == []


@pytest.mark.slow
def test_a_description_that_is_not_true_is_found(client: TestClient, described: dict[str, Any]) -> None:
    wrong = copy.deepcopy(described)
    wrong["paths"] = {"/gebieden": wrong["paths"]["/gebieden"], "/themas": wrong["paths"]["/themas"]}
    wrong["components"]["schemas"]["Gebieden"]["properties"]["aantal"] = {"type": "string"}
    del wrong["paths"]["/themas"]["get"]["responses"]["400"]
    found = failures(client, of_app(client, wrong), GenerationMode.POSITIVE, 3)
    found += failures(client, of_app(client, wrong), GenerationMode.NEGATIVE, 3)
    assert [each for each in found if "/gebieden" in each] and [each for each in found if "/themas" in each]
