"""The site towards strangers: what it refuses, what it says of itself, what it keeps to itself."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote, urlencode

import pytest
from site_addresses import ADDRESSES, SENT_FIRST, TOWN, every, plain
from starlette.testclient import TestClient

from stadspeil.atlas.app import create_app
from stadspeil.atlas.guarding import name_of
from stadspeil.atlas.logs import JsonLines, log_fault
from stadspeil.atlas.pages import PAGES
from stadspeil.atlas.settings import Settings, read_settings
from stadspeil.atlas.site import Site
from stadspeil.atlas.views import Asked, Page, View
from stadspeil.errors import CatalogueError

HOSTILE = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' OR 1=1 --", "{{ 7*7 }}", "../../etc/passwd", "\x00",
    "=1+1", "9" * 40, "-1", "1e999", "NaN", "é" * 50, "\r\nSet-Cookie: a=b", "a" * 400,
)  # fmt: skip
FILES = ("/static/stadspeil.css", "/static/stadspeil.js", "/static/icon.svg")


def asked_with(site: Site, **settings: object) -> TestClient:
    """A caller of the same site with other settings."""
    changed = replace(site, settings=replace(Settings(requests_per_minute=1_000_000), **settings))
    return TestClient(create_app(changed), raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def breaking(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A site with a page that has a fault of ours."""

    def fail(site: Site, asked: Asked) -> View:
        raise KeyError(f"geheim van {asked.get('wie')}")

    def misread(site: Site, asked: Asked) -> View:
        raise CatalogueError("/srv/geheim/thema.toml", "is geen geldige TOML")

    broken = (Page("stuk", "/stuk", fail, "start.html"), Page("krom", "/krom", misread, "start.html"))
    monkeypatch.setattr("stadspeil.atlas.app.PAGES", (*PAGES, *broken))
    with TestClient(create_app(site), raise_server_exceptions=False) as caller:
        yield caller


def test_every_page_has_example_addresses() -> None:
    assert {page.name for page in PAGES} <= {*ADDRESSES, *SENT_FIRST}, "add the new page to tests/site_addresses.py"


@pytest.mark.parametrize(("name", "address"), every())
def test_an_example_address_shows_its_page(client: TestClient, name: str, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    assert re.search(r'<h1[^>]*>\s*[^<\s][^<]*</h1>\s*<p class="lead">[^<]{20,}</p>', answer.text)


@pytest.mark.parametrize(("name", "address"), [each for each in every() if not each[1].startswith("/en")])
def test_the_other_language_is_the_same_view(client: TestClient, name: str, address: str) -> None:
    there = address
    for lang in ("en", "nl"):
        named = re.search(r'<a class="language" href="([^"]+)" hreflang="(..)"', client.get(there).text)
        assert named and named[2] == lang
        there = unescape(named[1])
        assert there.startswith("/en") == (lang == "en")
    parts = [sorted(re.split("[?&]", unquote(each).replace("=&", "&").rstrip("="))) for each in (there, address)]
    assert parts[0] == parts[1]


class Inline(HTMLParser):
    """What a strict content policy would refuse."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.scripts = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A drawing as an image runs no script and fetches nothing; the policy lets images be such.
        attrs = [(name, value) for name, value in attrs if not (
            tag == "img" and name == "src" and value and value.startswith("data:image/svg+xml,"))]  # fmt: skip
        named = dict(attrs)
        self.found += [f"{tag} {name}" for name in named if name == "style" or name.startswith(("on", "hx-on"))]
        self.found += [
            f"{tag} {name}={value}" for name, value in attrs if value and re.match(r"\s*(javascript|data):", value)
        ]
        if tag == "style" or (tag == "script" and not named.get("src") and named.get("type") != "application/json"):
            self.found.append(f"inline {tag}")
        if tag in {"script", "link", "img", "iframe", "source", "use"}:
            outside = [value for value in (named.get("src"), named.get("href")) if value and "//" in value]
            self.found += [f"{tag} from {each}" for each in outside]


@pytest.mark.parametrize(("name", "address"), every())
def test_no_page_has_anything_inline_or_from_elsewhere(client: TestClient, name: str, address: str) -> None:
    assert Inline(client.get(address).text).found == []


def test_the_search_for_inline_parts_finds_them() -> None:
    html = (
        '<p style="x"><a onclick="y" href="javascript:z">a</a><script>1</script><style>b{}</style><img src="//a.nl/b">'
        '<a href="data:image/svg+xml,x">a</a><img src="data:text/html,x"><img src="data:image/svg+xml,x">'
    )
    assert Inline(html).found == [
        "p style", "a onclick", "a href=javascript:z", "inline script", "inline style", "img from //a.nl/b",
        "a href=data:image/svg+xml,x", "img src=data:text/html,x",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "address",
    [*(address for _, address in plain()), *FILES, f"/stad/{TOWN}?als=csv", "/bestaat/niet", "/static/niet.css",
     "/stad/GM0000", "/gezond", "/gereed", "/", "/stad", "/theme.css", "/tiles/niet.pmtiles"],
)  # fmt: skip
def test_every_answer_carries_the_headers_of_safety(client: TestClient, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'self'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"]
    assert "server" not in headers


def test_only_a_frame_page_may_stand_in_another_site(client: TestClient) -> None:
    framed = client.get(f"/stad/{TOWN}?als=frame").headers
    assert "frame-ancestors *" in framed["content-security-policy"]
    assert "x-frame-options" not in framed
    for trick in ("als=frame&als=", "als=frame&als=csv", "x=als=frame", "ALS=frame", "als=frame%00"):
        headers = client.get(f"/stad/{TOWN}?{trick}").headers
        assert "frame-ancestors 'self'" in headers["content-security-policy"], trick
        assert headers["x-frame-options"] == "SAMEORIGIN", trick
    assert "frame-ancestors 'self'" in client.get("/stad/GM0000?als=frame").headers["content-security-policy"]


@pytest.mark.parametrize("name", sorted(ADDRESSES))
def test_what_a_reader_types_stays_text(client: TestClient, name: str) -> None:
    address = ADDRESSES[name][0]
    known = set(re.findall(r'name="([a-z_]+)"', client.get(address).text)) | {
        "cijfer",
        "jaar",
        "q",
        "als",
        "niveau",
        "met",
    }
    fields = sorted(known - {"viewport"})
    # Each value in all fields at once, and three in each field alone: others may be refused before it is looked at.
    questions = [dict.fromkeys(fields, value) for value in HOSTILE]
    questions += [
        {field: HOSTILE[(number + step) % len(HOSTILE)]} for number, field in enumerate(fields) for step in (0, 5, 9)
    ]
    for question in questions:
        answer = client.get(f"{address}{'&' if '?' in address else '?'}{urlencode(question)}")
        assert answer.status_code in {200, 302, 303, 400, 404, 414, 422}, (question, answer.text[:400])
        assert "<script>alert" not in answer.text and "<img src=x" not in answer.text, question
        assert "Traceback" not in answer.text and "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["/stad/{}", "/en/stad/{}", "/gebied/{}", "/uitleg/{}", "/v1/{}", "/static/{}", "/tiles/{}"]
)
@pytest.mark.parametrize("value", [*HOSTILE[:6], "%ff%fe", "%ed%a0%80", "..%2f..%2fapp.py", "GM9002%00"])
def test_a_strange_part_of_an_address_is_answered_in_words(client: TestClient, path: str, value: str) -> None:
    answer = client.get(path.format(value if "%" in value else quote(value, safe="")))
    assert answer.status_code in {400, 404, 422}
    assert "<script>alert" not in answer.text and "Traceback" not in answer.text


@pytest.mark.parametrize(
    "query",
    ["%ff%fe=1", "cijfer=%ff", "=", "&&&", "cijfer", "cijfer=a&cijfer=b", "a[]=1", "x=" + "1&x=" * 900, "%00=%00"],
)
def test_a_strange_question_breaks_no_page(client: TestClient, query: str) -> None:
    for _, address in plain():
        answer = client.get(f"{address.split('?')[0]}?{query}")
        assert answer.status_code in {200, 302, 400, 404, 422}, (address, answer.text[:300])


def test_a_name_with_markup_stays_text(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    marked = {**site.results.names, TOWN: "<script>alert('stad')</script>"}
    monkeypatch.setitem(site.results.__dict__, "names", marked)
    # A town with another name is another answer, though its results are the same: ask anew.
    with TestClient(create_app(site), raise_server_exceptions=False, follow_redirects=False) as caller:
        text = caller.get(f"/stad/{TOWN}").text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text
        assert "<script>alert" not in caller.get("/?kies", headers={"cookie": f"stad={TOWN}"}).text


@pytest.mark.parametrize(
    "cookie",
    ["stad=<script>", "stad=GM0000", 'stad="', "stad=" + "x" * 3000, "=;;;=", "stad=%00", "stad=..", "\xff\xfe=1"],
)
def test_a_strange_cookie_is_no_town(client: TestClient, cookie: str) -> None:
    answer = client.get("/", headers={"cookie": cookie.encode("latin-1")})
    assert answer.status_code == 200
    assert "<script>" not in answer.text.replace('<script type="module"', "")


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1", 200), ("127.0.0.1:8040", 200), ("localhost:1", 200), ("LOCALHOST", 200), ("[::1]:8040", 200), ("[::1]", 200),
     ("evil.example", 421), ("127.0.0.1.evil.example", 421), ("localhost@evil.example", 421), ("", 421), ("[::1", 421),
     ("evil.example:127.0.0.1", 421), ("127.0.0.1:", 421)],
)  # fmt: skip
def test_the_site_answers_to_its_own_names_only(client: TestClient, host: str, status: int) -> None:
    assert client.get("/?kies", headers={"host": host}).status_code == status
    assert client.get("/gezond", headers={"host": host}).status_code == 200


def test_a_name_of_the_settings_is_listened_to(site: Site) -> None:
    caller = asked_with(site, hosts=("Stadspeil.Gemeente.nl",))
    assert caller.get("/?kies", headers={"host": "stadspeil.gemeente.NL:443"}).status_code == 200
    assert caller.get("/?kies", headers={"host": "gemeente.nl"}).status_code == 421
    assert caller.get("/?kies", headers={"host": "localhost"}).status_code == 200


def test_the_name_in_a_host_header() -> None:
    assert [name_of(each) for each in ("A.nl:80", "a.nl", "[::1]:80", "[::1]", "[::1")] == [
        "a.nl", "a.nl", "[::1]", "[::1]", "[::1"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 303), ({"sec-fetch-site": "same-origin"}, 303), ({"sec-fetch-site": "none"}, 303), ({"origin": "http://testserver"}, 303),
     ({"sec-fetch-site": "cross-site"}, 403), ({"sec-fetch-site": "same-site"}, 403), ({"origin": "http://evil.example"}, 403),
     ({"origin": "null"}, 403), ({"origin": "http://testserver.evil.example"}, 403)],
)  # fmt: skip
def test_a_form_of_another_site_is_refused(client: TestClient, headers: dict[str, str], status: int) -> None:
    assert client.post("/stad", data={"stad": TOWN}, headers=headers).status_code == status
    client.cookies.clear()


def test_the_remembered_town_is_out_of_reach_of_scripts_and_other_sites(client: TestClient, site: Site) -> None:
    told = client.post("/stad", data={"stad": TOWN}).headers["set-cookie"].lower()
    client.cookies.clear()
    assert "httponly" in told and "samesite=lax" in told and "secure" not in told
    secure = TestClient(create_app(site), base_url="https://testserver", follow_redirects=False)
    assert "secure" in secure.post("/stad", data={"stad": TOWN}).headers["set-cookie"].lower()


def test_a_caller_that_asks_too_much_waits(site: Site, still_clock: None) -> None:
    caller = asked_with(site, requests_per_minute=5)
    statuses = [caller.get("/gezond").status_code for _ in range(8)]
    assert statuses[:5] == [200] * 5 and set(statuses[5:]) == {429}
    refused = caller.get("/gezond")
    assert refused.headers["retry-after"] == "60" and refused.headers["content-type"] == "application/problem+json"


def test_an_address_without_end_and_a_body_without_end_are_refused(site: Site) -> None:
    caller = asked_with(site, upload_mb=1)
    assert caller.get("/?q=" + "a" * 9000).status_code == 414
    assert caller.post("/stad", content=b"x", headers={"content-length": "99999999"}).status_code == 413
    assert caller.post("/stad", content=b"x", headers={"content-length": "-1"}).status_code == 413

    def endless() -> Iterator[bytes]:
        yield b"stad="
        for _ in range(100):
            yield b"a" * 100_000

    form = {"content-type": "application/x-www-form-urlencoded"}
    assert caller.post("/stad", content=endless(), headers=form).status_code == 413


def test_a_reader_is_refused_on_a_page_and_a_program_as_a_problem(site: Site) -> None:
    """Who types or clicks gets words and a way on, not JSON."""
    reader = {"accept": "text/html,application/xhtml+xml"}
    caller = asked_with(site, upload_mb=1, requests_per_minute=6)
    long = "/?q=" + "a" * 9000
    page = caller.get(long, headers=reader)
    assert page.status_code == 414 and "hoogstens 8000 tekens" in page.text and "Wat te doen:" in page.text
    assert (
        page.headers["content-type"].startswith("text/html")
        and "default-src 'none'" in page.headers["content-security-policy"]
    )
    assert caller.get(long).headers["content-type"] == "application/problem+json"
    elsewhere = caller.post("/stad", data={"stad": TOWN}, headers={**reader, "origin": "http://evil.example"})
    assert elsewhere.status_code == 403 and "Wat te doen:" in elsewhere.text
    large = caller.post("/eigen", content=b"x", headers={**reader, "content-length": "99999999"})
    assert large.status_code == 413 and "groter dan 1 MB" in large.text
    waited = [caller.get("/gezond", headers=reader) for _ in range(8)][-1]
    assert waited.status_code == 429 and waited.headers["retry-after"] == "60" and "wacht een minuut" in waited.text


@pytest.mark.parametrize("body", [b"\xff\xfe", b"stad", b"stad=", b"stad=GM0000", b"a=" * 5000, b"--x\r\n"])
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "text/x"]
)
def test_a_strange_form_is_answered_in_words(client: TestClient, body: bytes, kind: str) -> None:
    answer = client.post("/stad", content=body, headers={"content-type": kind})
    assert answer.status_code in {400, 404, 422}
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("address", ["/stuk?wie=Jansen", "/krom"])
def test_a_fault_of_ours_shows_nothing_of_our_insides(breaking: TestClient, address: str) -> None:
    answer = breaking.get(address)
    assert answer.status_code == 500
    assert "Er ging iets mis bij ons" in answer.text
    assert not re.search("geheim van|srv|KeyError|Traceback|toml|[.]py", answer.text)
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
    assert breaking.get("/?kies").status_code == 200


def test_the_log_is_json_and_knows_no_reader(breaking: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "stadspeil.atlas"):
        breaking.get(f"/stad/{TOWN}?cijfer=zoekvraag", headers={"cookie": "stad=koekje", "user-agent": "lezer"})
        breaking.get("/stuk?wie=Jansen")
        breaking.get("/krom")
        breaking.get("/bestaat/niet/zoekvraag")
        breaking.get("/static/stadspeil.css")
    lines = [JsonLines().format(each) for each in caplog.records if each.name == "stadspeil.atlas"]
    told = [json.loads(each) for each in lines]
    assert [each.get("route", each.get("fault")) for each in told] == [
        "/stad/{stad}", "KeyError", "/stuk", "CatalogueError", "/krom", "-", "-"
    ]  # fmt: skip
    assert [each["status"] for each in told if "status" in each] == [200, 500, 500, 404, 200]
    assert not re.search(f"zoekvraag|koekje|lezer|Jansen|geheim|testclient|{TOWN}", "\n".join(lines))
    assert any("test_guarding.py" in each for each in told[1]["at"]), "whoever repairs it must know where it broke"


def test_a_fault_in_a_library_is_one_line_too() -> None:
    record = logging.LogRecord("uvicorn", logging.WARNING, "x", 1, "Invalid HTTP request\nreceived %s", ("zo",), None)
    line = JsonLines().format(record)
    assert "\n" not in line and json.loads(line)["message"] == "Invalid HTTP request\nreceived zo"
    assert log_fault.__doc__


def test_health_tells_nothing_and_readiness_waits_for_results(client: TestClient, site: Site, tmp_path: Path) -> None:
    assert client.get("/gezond").json() == {"status": "ok"}
    assert client.get("/gereed").text == "ok"
    from stadspeil.workspace import Workspace

    empty = replace(site, workspace=Workspace(tmp_path))
    unready = TestClient(create_app(empty), raise_server_exceptions=False)
    assert unready.get("/gereed").status_code == 503
    assert unready.get("/gezond").status_code == 200


def test_head_has_the_headers_of_get_and_no_content(client: TestClient) -> None:
    for address in ("/?kies", "/static/stadspeil.css", f"/stad/{TOWN}?als=csv", "/gezond", "/bestaat/niet"):
        whole, head = client.get(address), client.head(address)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_another_method_is_refused_in_words(client: TestClient, method: str) -> None:
    answer = client.request(method, "/kaart")
    assert answer.status_code == 405
    assert answer.headers["allow"]
    assert "content-security-policy" in answer.headers


def test_a_page_that_is_still_the_same_may_be_kept(client: TestClient) -> None:
    address = f"/stad/{TOWN}"
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": f'"x", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    for header in ("etag", "cache-control", "vary"):
        assert again.headers[header].split(", Accept")[0] == first.headers[header].split(", Accept")[0]
    assert "no-store" not in again.headers["cache-control"]
    other = client.get(address, headers={"cookie": "stad=GM9001"})
    assert other.headers["etag"] != first.headers["etag"]
    assert "Cookie" in first.headers["vary"]


def test_a_page_of_other_settings_is_another_page(site: Site, client: TestClient) -> None:
    mine = client.get("/kaart").headers["etag"]
    assert asked_with(site, town=TOWN).get("/kaart", headers={"if-none-match": mine}).status_code == 200


def test_scripts_of_other_sites_read_only_where_the_setting_says_so(site: Site, client: TestClient) -> None:
    theirs = {"origin": "https://www.gemeente.nl"}
    assert "access-control-allow-origin" not in client.get("/kaart", headers=theirs).headers
    allowed = asked_with(site, origins=("https://www.gemeente.nl",))
    assert allowed.get("/kaart", headers=theirs).headers["access-control-allow-origin"] == theirs["origin"]
    assert (
        "access-control-allow-origin" not in allowed.get("/kaart", headers={"origin": "https://evil.example"}).headers
    )
    assert "access-control-allow-credentials" not in allowed.get("/kaart", headers=theirs).headers


def written(folder: Path, text: str) -> Path:
    path = folder / "stadspeil.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_all_that_is_wrong_in_the_settings_is_said_at_once(tmp_path: Path) -> None:
    path = written(tmp_path, '[atlas]\nport = "x"\nworkers = 0\nhots = []\ntown = "Zoetermeer"\nhosts = ["http://a.nl"]\n'
                             'origins = ["a.nl/b"]\nbackground = "a; script-src *"\ntheme = "../x.css"\n')  # fmt: skip
    with pytest.raises(CatalogueError) as fault:
        read_settings(path)
    assert len(fault.value.problems) == 8
    for word in (
        "'port'",
        "'workers'",
        "'hots'; bedoelde u 'hosts'?",
        "'town'",
        "'hosts'",
        "'origins'",
        "'background'",
        "'theme'",
    ):
        assert any(word in each for each in fault.value.problems), word
    assert fault.value.exit_code == 10


@pytest.mark.parametrize(
    ("text", "problem"),
    [("atlas = 3", "geen tabel"), ("[atlas", "geen geldige TOML"), ("[atlas]\nport = 70000", "hoogstens 65535"),
     ("[atlas]\nport = true", "een geheel getal"), ("[atlas]\nhosts = [1]", "een lijst van teksten"),
     ('[atlas]\ntheme = "a.txt"', ".css"), ('[atlas]\ntheme = "a.css"', "is er niet"), ('[atlas]\nhosts = ["a.nl:80"]', "zonder poort")],
)  # fmt: skip
def test_a_wrong_setting_is_explained(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(CatalogueError, match=problem):
        read_settings(written(tmp_path, text))


def test_right_settings_are_read_and_options_go_first(tmp_path: Path) -> None:
    (tmp_path / "eigen.css").write_text(":root { --sp-accent: #800; }", encoding="utf-8")
    path = written(tmp_path, '[atlas]\nport = 9000\nhosts = ["a.gemeente.nl", "10.0.0.1"]\ntheme = "eigen.css"\n'
                             'background = "https://tegels.example/kaart/{z}/{x}/{y}.png"\n[anders]\nx = 1\n')  # fmt: skip
    settings = read_settings(path, port=9100, host=None)
    assert (settings.port, settings.host, settings.theme) == (9100, "127.0.0.1", "eigen.css")
    assert {"a.gemeente.nl", "10.0.0.1", "localhost"} <= settings.names
    assert read_settings(tmp_path / "geen.toml") == Settings()


def test_a_background_layer_is_the_only_other_site_in_the_policy(site: Site) -> None:
    caller = asked_with(site, background="https://tegels.example/kaart/{z}/{x}/{y}.png")
    policy = caller.get("/kaart").headers["content-security-policy"]
    assert policy.count("https://") == 2
    assert "img-src 'self' data: blob: https://tegels.example;" in policy
    assert "connect-src 'self' https://tegels.example;" in policy
