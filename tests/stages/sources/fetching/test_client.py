"""The client against a publisher of our own on this computer that misbehaves on request."""

from __future__ import annotations

import gzip
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from stadspeil.errors import QuestionError, SourceError
from stadspeil.sources.fetching.client import Client, GoneError, Known, Manners, NoAnswerError

ADDRESS = "https://opendata.cbs.nl/tabel"
Reply = Callable[[BaseHTTPRequestHandler], None]


class Publisher:
    """Replies in the order given; the last one again and again. Remembers what it was asked."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.asked: list[tuple[str, dict[str, str]]] = []

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append((request.path, dict(request.headers)))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        reply(request)


@contextmanager
def running(publisher: Publisher, context: ssl.SSLContext | None = None) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publisher.handle(self)

        def log_message(self, *words: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.handle_error = lambda *words: None  # type: ignore[method-assign]
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def reply(
    body: bytes = b'{"value": []}',
    status: int = 200,
    kind: str = "application/json",
    length: int | None = None,
    **headers: str,
) -> Reply:
    def send(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return send


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(publisher: Publisher, waits: list[float]) -> Iterator[Client]:
    manners = Manners(pause_s=0, read_s=2, total_s=3, most_bytes=2_000_000)
    with (
        running(publisher) as port,
        Client(publishers=f"http://127.0.0.1:{port}", manners=manners, sleep=waits.append, draw=lambda: 0.5) as made,
    ):
        yield made


def test_an_answer_comes_under_its_own_address(client: Client, publisher: Publisher) -> None:
    publisher.replies = [reply(ETag='"a"', Last_Modified="gisteren")]
    answer = client.get(ADDRESS, {"$filter": "RegioS eq 'GM0637'"})
    assert (answer.status, answer.content, answer.etag, answer.modified) == (200, b'{"value": []}', '"a"', "gisteren")
    assert answer.address.startswith("https://opendata.cbs.nl/tabel?")
    assert publisher.asked[0][0] == "/opendata.cbs.nl/tabel?%24filter=RegioS%20eq%20%27GM0637%27"


def test_what_is_known_is_not_sent_again(client: Client, publisher: Publisher) -> None:
    publisher.replies = [reply(b"", 304)]
    answer = client.get(ADDRESS, known=Known('"a"', "gisteren"))
    assert (answer.status, answer.content) == (304, b"")
    assert publisher.asked[0][1]["If-None-Match"] == '"a"'


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_failure_is_tried_again(
    client: Client, publisher: Publisher, waits: list[float], status: int
) -> None:
    publisher.replies = [reply(b"", status), reply(b"", status), reply()]
    assert client.get(ADDRESS).status == 200
    assert waits == [1.0, 2.0]


def test_a_storm_ends_in_words_after_four_tries(client: Client, publisher: Publisher, waits: list[float]) -> None:
    publisher.replies = [reply(b"", 429, Retry_After="7")]
    with pytest.raises(NoAnswerError, match=r"overbelast.*4 keer"):
        client.get(ADDRESS)
    assert waits == [7.0, 7.0, 7.0]
    assert len(publisher.asked) == 4


@pytest.mark.parametrize(
    ("told", "waited"),
    [
        ("30", 30.0),
        ("99999999", 120.0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 1.0),
        ("morgen", 1.0),
        ("-5", 1.0),
        ("", 1.0),
    ],
)
def test_how_long_a_publisher_makes_us_wait(
    client: Client, publisher: Publisher, waits: list[float], told: str, waited: float
) -> None:
    publisher.replies = [reply(b"", 503, Retry_After=told), reply()]
    client.get(ADDRESS)
    assert waits == [waited]


def test_too_many_rows_is_not_asked_again(client: Client, publisher: Publisher) -> None:
    publisher.replies = [reply(b"The query returns more than 10000 records", 500, "text/plain")]
    with pytest.raises(SourceError, match=r"10\.000 rijen"):
        client.get(ADDRESS)
    assert len(publisher.asked) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (reply(b"<html>Geblokkeerd</html>", 403, "text/html"), "beveiliging in uw netwerk"),
        (reply(b"{}", 403), "de uitgever weigert"),
        (reply(b"{}", 400), "antwoordt met 400"),
        (reply(b"<html>Onderhoud</html>", 200, "text/html"), "gekregen text/html: <html>Onderhoud"),
        (reply(b"<html>Onderhoud</html>", 200), "webpagina"),
        (reply(b"iets", 200, "text/plain"), "gekregen text/plain"),
        (reply(b"geen gzip", 200, Content_Encoding="gzip"), "verkeerd ingepakt"),
    ],
)
def test_what_is_no_answer_is_told_at_once(client: Client, publisher: Publisher, answer: Reply, said: str) -> None:
    publisher.replies = [answer]
    with pytest.raises(SourceError) as fault:
        client.get(ADDRESS)
    assert said in fault.value.message()
    assert len(publisher.asked) == 1


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone_has_its_own_kind(client: Client, publisher: Publisher, status: int) -> None:
    publisher.replies = [reply(b"", status)]
    with pytest.raises(GoneError):
        client.get(ADDRESS)


def test_a_cut_answer_is_tried_again(client: Client, publisher: Publisher) -> None:
    publisher.replies = [reply(length=500), reply()]
    assert client.get(ADDRESS).content == b'{"value": []}'


def test_a_bomb_stops_at_the_limit(client: Client, publisher: Publisher) -> None:
    publisher.replies = [reply(gzip.compress(bytes(20_000_000)), Content_Encoding="gzip")]
    with pytest.raises(SourceError, match="groter dan 2 MB"):
        client.get(ADDRESS)


def test_a_slow_drip_ends(publisher: Publisher) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", "1000")
        request.end_headers()
        for _ in range(100):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.02)

    publisher.replies = [drip]
    manners = Manners(pause_s=0, read_s=2, total_s=0.2, tries=1)
    with (
        running(publisher) as port,
        Client(publishers=f"http://127.0.0.1:{port}", manners=manners) as client,
        pytest.raises(NoAnswerError, match="nog niet binnen"),
    ):
        client.get(ADDRESS)


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("https://elders.example/x", "andere plek"),
        ("https://169.254.169.254/latest/meta-data", "andere plek"),
        ("http://opendata.cbs.nl/x", "geen https"),
        ("https://opendata.cbs.nl:8443/x", "andere poort"),
        ("//evil.example/x", "andere plek"),
    ],
)
def test_redirects_stay_with_the_host(client: Client, publisher: Publisher, location: str, said: str) -> None:
    publisher.replies = [reply(b"", 302, Location=location), reply()]
    with pytest.raises(SourceError, match=said):
        client.get(ADDRESS)
    assert len(publisher.asked) == 1


def test_a_redirect_within_the_host_is_followed_but_not_for_ever(client: Client, publisher: Publisher) -> None:
    publisher.replies = [reply(b"", 301, Location="/nieuw"), reply()]
    assert client.get(ADDRESS).status == 200
    assert publisher.asked[1][0] == "/opendata.cbs.nl/nieuw"
    publisher.replies = [reply(b"", 301, Location="/nieuw")]
    with pytest.raises(SourceError, match="meer dan 3 keer"):
        client.get(ADDRESS)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://opendata.cbs.nl/x", "geen https"), ("https://elders.example/x", "niet op onze lijst"),
        ("https://opendata.cbs.nl:444/x", "andere poort"), ("https://ik:geheim@opendata.cbs.nl/x", "gebruikersnaam"),
        ("https://opendata.cbs.nl.evil.example/x", "niet op onze lijst"), ("https://opendata.cbs.nl:99999/x", "andere poort"),
        ("file:///etc/passwd", "geen https"), ("https://127.0.0.1/x", "niet op onze lijst"),
    ],
)  # fmt: skip
def test_an_address_that_is_not_ours_is_not_asked(
    client: Client, publisher: Publisher, address: str, said: str
) -> None:
    with pytest.raises(SourceError, match=said):
        client.get(address)
    assert publisher.asked == []


@pytest.mark.parametrize(
    "given", ["https://127.0.0.1:80", "http://10.0.0.1", "http://localhost.evil.example", "127.0.0.1"]
)
def test_fake_publishers_live_on_this_computer(given: str) -> None:
    with pytest.raises(QuestionError, match="deze computer"):
        Client(publishers=given)


def test_without_network_nothing_is_asked() -> None:
    with Client(offline=True) as client, pytest.raises(SourceError, match="zonder netwerk"):
        client.get(ADDRESS)


def test_one_publisher_is_not_asked_faster_than_every_fifth_of_a_second(publisher: Publisher) -> None:
    publisher.replies = [reply()]
    waits: list[float] = []
    with (
        running(publisher) as port,
        Client(publishers=f"http://127.0.0.1:{port}", sleep=waits.append, clock=lambda: 100.0) as client,
    ):
        for _ in range(3):
            client.get(ADDRESS)
        client.get("https://api.pdok.nl/x")
    assert waits == pytest.approx([0.2, 0.2])


def test_a_download_goes_on_where_it_was_cut(client: Client, publisher: Publisher, tmp_path: Path) -> None:
    whole = bytes(range(256)) * 100

    def rest(request: BaseHTTPRequestHandler) -> None:
        start = int(request.headers["Range"].removeprefix("bytes=").rstrip("-"))
        assert request.headers["If-Range"] == '"a"'
        reply(whole[start:], 206, "text/csv", Content_Range=f"bytes {start}-{len(whole) - 1}/{len(whole)}", ETag='"a"')(
            request
        )

    publisher.replies = [reply(whole[:9000], 200, "text/csv", length=len(whole), ETag='"a"'), rest]
    target = tmp_path / "bestand.csv"
    client.download(ADDRESS, target)
    assert target.read_bytes() == whole
    assert list(tmp_path.iterdir()) == [target]


def test_a_download_begins_anew_when_the_file_has_changed(client: Client, publisher: Publisher, tmp_path: Path) -> None:
    new = b"nieuw" * 1000
    publisher.replies = [
        reply(b"oud" * 500, 200, "text/csv", length=9000, ETag='"a"'),
        reply(new, 200, "text/csv", ETag='"b"'),
    ]
    client.download(ADDRESS, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == new


def test_a_download_with_a_wrong_checksum_is_not_kept(client: Client, publisher: Publisher, tmp_path: Path) -> None:
    publisher.replies = [reply(b"abc", 200, "text/csv", Content_MD5="AAAAAAAAAAAAAAAAAAAAAA==")]
    with pytest.raises(NoAnswerError, match="controlegetal"):
        client.download(ADDRESS, tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_certificate_is_explained(
    publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate],
        capture_output=True, check=False,
    )  # fmt: skip
    if made.returncode:
        pytest.skip("openssl is not installed: a certificate cannot be made")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    publisher.replies = [reply()]
    with running(publisher, context) as port:
        address = f"https://localhost:{port}/x"
        with pytest.raises(httpx.ConnectError) as refused:
            httpx.get(address, trust_env=False)

        class Failing(httpx.BaseTransport):
            def handle_request(self, request: httpx.Request) -> httpx.Response:
                raise refused.value

        with Client(transport=Failing()) as client, pytest.raises(SourceError) as fault:
            client.get(ADDRESS)
    assert "certificaat" in fault.value.message() and "SSL_CERT_FILE" in fault.value.message()


def test_a_town_halls_certificate_file_is_read_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "weg.pem"))
    with pytest.raises(QuestionError, match="REQUESTS_CA_BUNDLE"):
        Client()


def test_a_proxy_is_asked_instead_of_the_publisher(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy gets CONNECT with the host's name; ours does not know it and says so."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with running(publisher) as port:
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        with Client(manners=Manners(tries=1)) as client, pytest.raises(NoAnswerError, match="proxy"):
            client.get(ADDRESS)
