"""The API keeps the NL API Design Rules: what a document can show by Spectral, the rest by asking."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from node_tools import run_script
from starlette.testclient import TestClient

OURS = Path(__file__).with_name("design_rules.yml")
SPECTRAL = "@stoplight/spectral-cli/dist/index.js"
Document = dict[str, Any]


@pytest.fixture(scope="module")
def described(client: TestClient) -> Document:
    return dict(client.get("/v1/openapi.json").json())


@pytest.fixture
def found(tmp_path: Path) -> Callable[[Document, Path], list[str]]:
    """What Spectral finds in a document: 'rule at place'."""

    def lint(document: Document, rules: Path) -> list[str]:
        file, told = tmp_path / "openapi.json", tmp_path / "found.json"
        file.write_text(json.dumps(document), encoding="utf-8")
        done = run_script(SPECTRAL, "lint", "-r", rules, "-f", "json", "-o", told, "--quiet", "-F", "hint", file)
        assert told.is_file(), done.stdout + done.stderr
        return [f"{each['code']} at {'/'.join(map(str, each['path']))}" for each in json.loads(told.read_text("utf-8"))]

    return lint


@pytest.mark.slow
def test_the_document_keeps_the_rules(described: Document, found: Callable[[Document, Path], list[str]]) -> None:
    assert found(described, OURS) == []


@pytest.mark.slow
def test_the_document_keeps_the_publishers_own_ruleset(
    described: Document, found: Callable[[Document, Path], list[str]]
) -> None:
    theirs = os.environ.get("STADSPEIL_ADR_RULESET")
    if not theirs:
        pytest.skip("the ruleset of Logius is in no package registry here; STADSPEIL_ADR_RULESET may name a copy")
    assert found(described, Path(theirs)) == []


@pytest.mark.slow
def test_each_rule_sees_what_it_is_for(described: Document, found: Callable[[Document, Path], list[str]]) -> None:
    closed = copy.deepcopy(described)
    del closed["paths"]["/openapi.json"]["get"]["responses"]["200"]["headers"]["access-control-allow-origin"]
    seen = {each.split(" at ")[0] for document in (broken(described), closed) for each in found(document, OURS)}
    ours = {
        line.strip().rstrip(":")
        for line in OURS.read_text("utf-8").splitlines()
        if line.startswith(("  core-", "  stadspeil-"))
    }
    assert len(ours) == 23
    assert ours - seen == set()


def broken(described: Document) -> Document:
    """The same document with every rule broken once."""
    wrong = copy.deepcopy(described)
    paths = wrong["paths"]
    wrong["openapi"] = "2.0"
    wrong["info"]["version"] = "1"
    del wrong["info"]["contact"]["email"]
    wrong["servers"] = [{"url": "http://stadspeil.example/api"}]
    areas = paths["/gebieden"]["get"]
    del areas["responses"]["200"]["headers"]["API-Version"]
    del areas["responses"]["400"]
    areas["responses"]["404"] = {"description": "weg", "content": {"text/html": {"schema": {"type": "string"}}}}
    areas["parameters"][0] = {"name": "Mijn_Niveau", "in": "query", "schema": {"type": "string"}}
    del areas["responses"]["200"]["content"]["application/json"]["example"]
    paths["/mijnGebieden/"] = {"post": copy.deepcopy(areas)}
    paths["/anders"] = {"get": copy.deepcopy(areas)}
    paths["/anders"]["get"]["responses"]["400"] = {
        "description": "fout", "content": {"application/problem+json": {"schema": {"type": "object", "properties": {"title": {}}}}},
    }  # fmt: skip
    paths["/wanneer"] = {"get": copy.deepcopy(areas)}
    paths["/wanneer"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] = {
        "type": "object",
        "properties": {
            "meetdatum": {"type": "string"},
            "peilDatum": {"type": "string", "format": "date-time"},
            "datum": {"type": "string"},
            "moment": {"type": "string", "format": "date-time-local"},
            "uur": {"type": "string", "format": "time"},
        },
    }
    del paths["/openapi.json"]
    return wrong


def test_the_document_stands_where_it_says_and_for_every_site(client: TestClient, described: Document) -> None:
    answer = client.get("/v1/openapi.json", headers={"Origin": "https://elders.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["api-version"] == described["info"]["version"] == "1.0.0"
    assert described["openapi"].startswith("3.")
    assert [each["url"] for each in described["servers"]] == ["/v1", "https://{host}/v1"]
