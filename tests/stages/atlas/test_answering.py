"""Answers that were given before: the same bytes without asking again, and never those of another reader or result."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from apart import run_apart
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from stadspeil.atlas.answering import Answering
from stadspeil.atlas.guarding import may_be_framed
from stadspeil.atlas.sharing import Shared

LONG = "gemeente " * 500


class Site:
    """A site that counts how often it was asked."""

    def __init__(self, most: int = 1_000_000, largest: int = 100_000, shared: Shared | None = None) -> None:
        self.asked, self.version, self.headers = 0, "1", {"ETag": 'W/"a"', "Vary": "Cookie"}
        self.answer: Callable[[Request], Response] = lambda request: Response(
            f"{LONG}{self.asked} {request.headers['host']} {request.cookies.get('stad')}", headers=self.headers
        )
        app = Starlette(routes=[Route("/{path:path}", self.give, methods=["GET", "POST"])])
        self.layer = Answering(
            GZipMiddleware(app, minimum_size=100),
            version=lambda: self.version,
            most=most,
            largest=largest,
            shared=shared,
        )
        self.client = TestClient(self.layer)

    async def give(self, request: Request) -> Response:
        self.asked += 1
        return self.answer(request)


@pytest.fixture
def counted() -> Site:
    return Site()


def test_the_second_answer_is_the_first_and_is_not_made(counted: Site) -> None:
    first, second = counted.client.get("/a?b=c"), counted.client.get("/a?b=c")
    assert counted.asked == 1
    assert second.content == first.content and second.headers == first.headers
    assert first.headers["content-encoding"] == "gzip"


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("/a?b=d", {}), ("/A?b=c", {}), ("/a?b=c", {"accept-encoding": "identity"}),
        ("/a?b=c", {"host": "elders"}), ("/a?b=c", {"cookie": "stad=GM0637"}),
        ("/a?b=c", {"cookie": "x=1; stad=GM0344"}),
    ],
)  # fmt: skip
def test_another_question_is_asked_anew(counted: Site, address: str, headers: dict[str, str]) -> None:
    counted.client.get("/a?b=c")
    other = counted.client.get(address, headers=headers)
    assert counted.asked == 2
    assert headers.get("host", "testserver") in other.text
    assert counted.client.get("/a?b=c").text != other.text


def test_new_results_make_new_answers(counted: Site) -> None:
    before = counted.client.get("/a").text
    counted.version = "2"
    assert counted.client.get("/a").text != before


def test_a_cookie_of_another_purpose_makes_no_other_answer(counted: Site) -> None:
    counted.client.get("/a", headers={"cookie": "stad=GM0637"})
    counted.client.get("/a", headers={"cookie": "taal=nl; stad=GM0637"})
    assert counted.asked == 1


def test_who_has_it_is_told_that_it_is_the_same(counted: Site) -> None:
    counted.client.get("/a")
    answer = counted.client.get("/a", headers={"if-none-match": 'W/"z", W/"a"'})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", 'W/"a"')
    assert counted.client.get("/a", headers={"if-none-match": 'W/"b"'}).status_code == 200
    assert counted.asked == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200), ({"ETag": 'W/"a"', "Cache-Control": "no-store"}, 200), ({"ETag": 'W/"a"', "Set-Cookie": "a=b"}, 200),
        ({"ETag": 'W/"a"', "Vary": "Accept-Language"}, 200), ({"ETag": 'W/"a"'}, 404), ({"ETag": 'W/"a"'}, 206),
    ],
)  # fmt: skip
def test_what_may_not_be_kept_is_made_each_time(counted: Site, headers: dict[str, str], status: int) -> None:
    counted.answer = lambda request: Response(LONG, status, headers)
    for _ in range(2):
        assert counted.client.get("/a").status_code == status
    assert counted.asked == 2


def test_a_stream_a_form_and_a_file_pass_by(counted: Site) -> None:
    counted.client.post("/a")
    counted.client.post("/a")
    counted.client.get("/static/a.css")
    counted.client.get("/static/a.css")
    assert counted.asked == 4
    counted.answer = lambda request: StreamingResponse(iter([LONG.encode()] * 3), headers={"ETag": 'W/"a"'})
    assert counted.client.get("/b").text == counted.client.get("/b").text == LONG * 3
    assert counted.asked == 6


def test_a_question_with_content_is_judged_by_who_reads_it(counted: Site) -> None:
    counted.client.get("/a")
    counted.client.request("GET", "/a", content=b"x")
    counted.client.request("GET", "/a", content=iter([b"x"]))
    assert counted.asked == 3


def test_room_is_made_by_what_was_not_asked_for_the_longest() -> None:
    counted = Site(most=6_000)
    for name in "abc":
        counted.client.get(f"/{name}")
    counted.client.get("/a")
    for name in "def":
        counted.client.get(f"/{name}")
        counted.client.get("/a")
    assert counted.asked == 6
    assert counted.layer.size <= 6_000
    counted.client.get("/b")
    assert counted.asked == 7


def test_an_answer_that_is_too_large_is_not_kept() -> None:
    counted = Site(largest=50)
    assert counted.client.get("/a").text != counted.client.get("/a").text
    assert counted.layer.size == 0


def test_a_page_of_the_site_is_given_again_and_unpacks_to_the_same(client: TestClient) -> None:
    packed = client.get("/kaart")
    plain = client.get("/kaart", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert packed.text == plain.text == client.get("/kaart").text
    for again in (packed, client.get("/kaart")):
        assert again.headers["content-security-policy"] and again.headers["etag"] == packed.headers["etag"]
        assert int(again.headers["content-length"]) < len(plain.content)


def test_the_layer_sends_bytes_that_gzip_reads(counted: Site) -> None:
    async def ask() -> list[Any]:
        told: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            told.append(message)

        scope = {"type": "http", "method": "GET", "path": "/a", "query_string": b"", "scheme": "http",
                 "headers": [(b"host", b"h"), (b"accept-encoding", b"gzip")]}  # fmt: skip
        for _ in range(2):
            await counted.layer(dict(scope), receive, send)
        return told

    told = run_apart(ask())
    assert gzip.decompress(told[1]["body"]) == gzip.decompress(told[3]["body"])
    assert counted.asked == 1


def test_what_another_worker_made_is_given_and_kept(tmp_path: Path) -> None:
    one, other = Site(shared=Shared(tmp_path)), Site(shared=Shared(tmp_path))
    first, second = one.client.get("/a?b=c"), other.client.get("/a?b=c")
    assert (one.asked, other.asked) == (1, 0)
    assert second.content == first.content and second.headers == first.headers
    for path in tmp_path.iterdir():
        path.unlink()
    assert other.client.get("/a?b=c").content == first.content
    assert other.asked == 0


def test_other_results_town_or_packing_are_not_taken_from_another_worker(tmp_path: Path) -> None:
    one, other = Site(shared=Shared(tmp_path)), Site(shared=Shared(tmp_path))
    one.client.get("/a")
    other.client.get("/a", headers={"cookie": "stad=GM0637"})
    other.client.get("/a", headers={"accept-encoding": "identity"})
    other.version = "2"
    other.client.get("/a")
    assert other.asked == 3


@pytest.mark.parametrize(
    "headers", [{"ETag": 'W/"a"', "Cache-Control": "no-store"}, {"ETag": 'W/"a"', "Set-Cookie": "a=b"}, {}]
)
def test_what_may_not_be_kept_is_not_written_for_others(tmp_path: Path, headers: dict[str, str]) -> None:
    counted = Site(shared=Shared(tmp_path))
    counted.answer = lambda request: Response(LONG, headers=headers)
    counted.client.get("/a")
    assert list(tmp_path.iterdir()) == []


def test_an_answer_of_another_worker_may_stand_in_a_frame_and_has_its_pattern_in_the_log(tmp_path: Path) -> None:
    async def framed(scope: Any, receive: Any, send: Any) -> None:
        may_be_framed(scope)
        scope["route"] = Route("/gebied/{gebied}", lambda request: Response())
        await Response(LONG, headers={"ETag": 'W/"a"', "Vary": "Cookie"})(scope, receive, send)

    async def told(layer: Answering) -> tuple[bool, str]:
        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": "/gebied/GM0637",
            "headers": [(b"host", b"h")],
        }

        async def send(_: Any) -> None:
            return None

        await layer(scope, send, send)
        return scope["state"]["framed"], scope["route"].path

    layers = [Answering(each, version=lambda: "1", shared=Shared(tmp_path)) for each in (framed, None)]  # type: ignore[arg-type]
    assert [run_apart(told(each)) for each in layers] == [(True, "/gebied/{gebied}")] * 2
