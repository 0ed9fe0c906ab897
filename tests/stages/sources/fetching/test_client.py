"""The client against a publisher of our own on this computer that misbehaves on request."""

from __future__ import annotations

import gzip
import re
import ssl
import subprocess
import tempfile
import threading
import time
import tracemalloc
import urllib.parse
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadspeil.errors import QuestionError, SourceError
from stadspeil.sources.fetching.addresses import HOSTS
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
    manners = Manners(pause_s=0, read_s=60, total_s=60, most_bytes=2_000_000)
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
        request.send_header("Content-Length", "10000")
        request.end_headers()
        for _ in range(5000):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.02)

    publisher.replies = [drip]
    manners = Manners(pause_s=0, read_s=60, total_s=0.2, tries=1)
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


def test_a_date_to_wait_for_is_read_by_the_publishers_own_clock(
    client: Client, publisher: Publisher, waits: list[float]
) -> None:
    """Our clock may be wrong by years; what counts is how long after its own answer the publisher wants us back."""
    dates = {"Date": "Wed, 21 Oct 2015 07:28:00 GMT", "Retry-After": "Wed, 21 Oct 2015 07:28:30 GMT"}

    def busy(request: BaseHTTPRequestHandler) -> None:
        request.send_response_only(503)
        for name, value in {**dates, "Content-Length": "0"}.items():
            request.send_header(name, value)
        request.end_headers()

    publisher.replies = [busy, reply()]
    client.get(ADDRESS)
    assert waits == [30.0]


@pytest.mark.parametrize(
    "told", ["²", "9" * 5000, "Mon, 01 Jan 0001 00:00:00 -0000", "Fri, 31 Dec 9999 23:59:59 GMT", "inf"]
)
def test_no_waiting_time_stops_us(client: Client, publisher: Publisher, waits: list[float], told: str) -> None:
    publisher.replies = [reply(b"", 503, Retry_After=told), reply()]
    assert client.get(ADDRESS).status == 200
    assert len(waits) == 1 and 1.0 <= waits[0] <= 120.0


def packed(body: bytes, encoding: str = "gzip") -> Reply:
    return reply(body, Content_Encoding=encoding)


@pytest.mark.parametrize(
    "answer",
    [
        packed(gzip.compress(b'{"value": []}')),
        packed(gzip.compress(b'{"value"') + gzip.compress(b": []}")),
        packed(zlib.compress(b'{"value": []}'), "deflate"),
        packed(b'{"value": []}', "identity"),
    ],
)
def test_a_packed_answer_is_unpacked_to_its_end(client: Client, publisher: Publisher, answer: Reply) -> None:
    publisher.replies = [answer]
    assert client.get(ADDRESS).content == b'{"value": []}'
    assert publisher.asked[0][1]["Accept-Encoding"] == "gzip, deflate"


def test_a_packed_answer_that_misses_its_end_is_asked_again(client: Client, publisher: Publisher) -> None:
    """Its length is as told, but the packed stream is not whole: some middlebox cut it."""
    publisher.replies = [packed(gzip.compress(b"x" * 5000)[:-12]), packed(gzip.compress(b'{"value": []}'))]
    assert client.get(ADDRESS).content == b'{"value": []}'
    assert len(publisher.asked) == 2


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd"])
def test_what_is_packed_otherwise_is_refused(client: Client, publisher: Publisher, encoding: str) -> None:
    """Twice packed, 60 kB can grow to tens of gigabytes in one step."""
    bomb = gzip.compress(gzip.compress(bytes(30_000_000)))
    publisher.replies = [packed(bomb, encoding)]
    with pytest.raises(SourceError, match="ingepakt op een manier"):
        client.get(ADDRESS)
    assert len(publisher.asked) == 1


def test_a_bomb_never_fills_memory(publisher: Publisher) -> None:
    publisher.replies = [packed(gzip.compress(bytes(200_000_000)))]
    manners = Manners(pause_s=0, most_bytes=3_000_000)
    with running(publisher) as port, Client(publishers=f"http://127.0.0.1:{port}", manners=manners) as client:
        tracemalloc.start()
        with pytest.raises(SourceError, match="groter dan 3 MB"):
            client.get(ADDRESS)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert most < 12_000_000


def test_a_file_said_to_be_too_large_is_not_begun(client: Client, publisher: Publisher, tmp_path: Path) -> None:
    publisher.replies = [reply(b"abc", 200, "text/csv", length=2_000_001)]
    with pytest.raises(SourceError, match="groter dan 2 MB"):
        client.download(ADDRESS, tmp_path / "x")
    assert len(publisher.asked) == 1


def test_part_of_an_answer_that_nobody_asked_for_is_no_answer(client: Client, publisher: Publisher) -> None:
    publisher.replies = [reply(b'{"a', 206, Content_Range="bytes 0-2/10")]
    with pytest.raises(SourceError, match="206"):
        client.get(ADDRESS)


@pytest.mark.parametrize("known", [None, Known()])
def test_nothing_new_is_no_answer_when_nothing_was_known(
    client: Client, publisher: Publisher, tmp_path: Path, known: Known | None
) -> None:
    publisher.replies = [reply(b"", 304)]
    with pytest.raises(SourceError, match="304"):
        client.get(ADDRESS, known=known)
    with pytest.raises(SourceError, match="304"):
        client.download(ADDRESS, tmp_path / "x", known=known)
    assert list(tmp_path.iterdir()) == []


def test_a_mark_that_cannot_be_sent_is_left_out(client: Client, publisher: Publisher) -> None:
    publisher.replies = [reply()]
    assert client.get(ADDRESS, known=Known('"é"', "a\r\nX: y")).status == 200
    assert not {"If-None-Match", "If-Modified-Since", "X"} & set(publisher.asked[0][1])


def drips(start: bytes) -> Reply:
    """Says `start` at once, and then a byte every 20 ms for longer than anybody waits; it ends when the line is closed."""

    def send(request: BaseHTTPRequestHandler) -> None:
        request.wfile.write(start)
        for _ in range(5000):
            request.wfile.write(b"a")
            request.wfile.flush()
            time.sleep(0.02)

    return send


@pytest.mark.parametrize(
    "start",
    [
        b"HTTP/1.0 200 OK\r\nX-Slow: ",
        b"HTTP/1.0 500 Oeps\r\nContent-Length: 90000\r\n\r\n",
        b"HTTP/1.0 400 Oeps\r\nContent-Length: 90000\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90000\r\n\r\n",
    ],
)
def test_no_part_of_an_answer_may_drip(publisher: Publisher, start: bytes) -> None:
    publisher.replies = [drips(start)]
    manners = Manners(pause_s=0, read_s=60, total_s=0.2, tries=1)
    begun = time.monotonic()
    with (
        running(publisher) as port,
        Client(publishers=f"http://127.0.0.1:{port}", manners=manners) as client,
        pytest.raises(SourceError),
    ):
        client.get(ADDRESS)
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize("rest", ["[::1", "opendata.cbs.nl/a\x00b", "opendata.cbs.nl/" + "a" * 70_000])
def test_an_unreadable_address_is_told(client: Client, publisher: Publisher, rest: str) -> None:
    with pytest.raises(SourceError, match="adres"):
        client.get(f"https://{rest}")
    assert publisher.asked == []


def test_an_unreadable_redirect_is_told(client: Client, publisher: Publisher) -> None:
    publisher.replies = [reply(b"", 302, Location="https://[::1")]
    with pytest.raises(SourceError, match="onleesbaar"):
        client.get(ADDRESS)


def test_xml_that_was_asked_for_is_no_webpage(client: Client, publisher: Publisher) -> None:
    publisher.replies = [reply(b"<?xml version='1.0'?><a/>", 200, "application/xml; charset=utf-8")]
    assert client.get(ADDRESS, kinds=("application/xml",)).content.startswith(b"<?xml")
    publisher.replies = [reply(b"\xef\xbb\xbf<html>Onderhoud</html>")]
    with pytest.raises(SourceError, match="webpagina"):
        client.get(ADDRESS)


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/zip"])
def test_a_webpage_is_not_kept_as_a_file(client: Client, publisher: Publisher, tmp_path: Path, kind: str) -> None:
    publisher.replies = [reply(b"\n<!DOCTYPE html><html>Onderhoud tot\x07 morgen</html>", 200, kind)]
    with pytest.raises(SourceError, match=r"webpagina.*Onderhoud tot morgen"):
        client.download(ADDRESS, tmp_path / "x.zip")
    assert list(tmp_path.iterdir()) == []


WHOLE = bytes(range(256)) * 100


def cut(etag: str = '"a"', at: int = 9000) -> Reply:
    return reply(WHOLE[:at], 200, "text/csv", length=len(WHOLE), ETag=etag)


def piece(start: int, etag: str = '"a"', total: str = str(len(WHOLE)), body: bytes = WHOLE) -> Reply:
    span = f"bytes {start}-{len(body) - 1}/{total}"
    return reply(body[start:], 206, "text/csv", Content_Range=span, ETag=etag)


WRONG_PIECES = {
    "from another place": piece(8000, total="*"),
    "from the beginning": piece(0, total="*"),
    "of another edition": piece(9000, '"b"', body=bytes(len(WHOLE))),
    "without a place": reply(WHOLE[9000:], 206, "text/csv", ETag='"a"'),
    "beyond the end": reply(b"", 416, "text/csv", Content_Range=f"bytes */{len(WHOLE)}"),
}


@pytest.mark.parametrize("wrong", WRONG_PIECES.values(), ids=WRONG_PIECES.keys())
def test_a_wrong_piece_is_never_pasted(client: Client, publisher: Publisher, tmp_path: Path, wrong: Reply) -> None:
    """The rest must be the rest of the same file; otherwise all is asked anew."""
    publisher.replies = [cut(), wrong, reply(WHOLE, 200, "text/csv", ETag='"a"')]
    client.download(ADDRESS, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == WHOLE
    assert "Range" in publisher.asked[1][1] and "Range" not in publisher.asked[2][1]


@pytest.mark.parametrize("etag", ['W/"a"', ""])
def test_without_a_strong_mark_a_download_begins_anew(
    client: Client, publisher: Publisher, tmp_path: Path, etag: str
) -> None:
    publisher.replies = [cut(etag), reply(WHOLE, 200, "text/csv")]
    client.download(ADDRESS, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == WHOLE
    assert "Range" not in publisher.asked[1][1]


def test_a_packed_download_is_never_resumed_in_the_middle(client: Client, publisher: Publisher, tmp_path: Path) -> None:
    """A range counts packed bytes, what we have is unpacked."""
    squeezed = gzip.compress(WHOLE)
    publisher.replies = [
        reply(squeezed[:200], 200, "text/csv", length=len(squeezed), Content_Encoding="gzip", ETag='"a"'),
        reply(squeezed, 200, "text/csv", Content_Encoding="gzip", ETag='"a"'),
    ]
    client.download(ADDRESS, tmp_path / "x")
    assert (tmp_path / "x").read_bytes() == WHOLE
    assert "Range" not in publisher.asked[1][1]


@settings(max_examples=25)
@given(cuts=st.lists(st.integers(0, len(WHOLE)), max_size=3))
def test_wherever_a_download_is_cut_it_ends_whole(cuts: list[int]) -> None:
    def rest(request: BaseHTTPRequestHandler) -> None:
        told = request.headers.get("Range")
        start = int(told.removeprefix("bytes=").rstrip("-")) if told else 0
        stop = max(limits.pop(0), start) if limits else len(WHOLE)
        if start == len(WHOLE):
            return reply(b"", 416, "text/csv")(request)
        span = {"Content_Range": f"bytes {start}-{len(WHOLE) - 1}/{len(WHOLE)}"} if told else {}
        body, length = WHOLE[start:stop], len(WHOLE) - start
        return reply(body, 206 if told else 200, "text/csv", length=length, ETag='"a"', **span)(request)

    limits = list(cuts)
    publisher = Publisher()
    publisher.replies = [rest]
    manners = Manners(pause_s=0, first_wait_s=0, read_s=60, total_s=60)
    with (
        running(publisher) as port,
        tempfile.TemporaryDirectory() as folder,
        Client(publishers=f"http://127.0.0.1:{port}", manners=manners) as client,
    ):
        client.download(ADDRESS, Path(folder) / "x")
        assert (Path(folder) / "x").read_bytes() == WHOLE


def test_a_file_of_before_stays_when_the_new_one_fails(client: Client, publisher: Publisher, tmp_path: Path) -> None:
    target = tmp_path / "x"
    target.write_bytes(b"oud")
    publisher.replies = [cut()]
    with pytest.raises(NoAnswerError, match="afgebroken"):
        client.download(ADDRESS, target)
    assert target.read_bytes() == b"oud" and list(tmp_path.iterdir()) == [target]


def test_a_download_tells_how_far_it_is(publisher: Publisher, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    publisher.replies = [reply(WHOLE, 200, "text/csv")]
    with (
        running(publisher) as port,
        Client(publishers=f"http://127.0.0.1:{port}", progress=lambda *each: told.append(each)) as client,
    ):
        client.download(ADDRESS, tmp_path / "x")
    assert told[-1] == ("opendata.cbs.nl/tabel", len(WHOLE), len(WHOLE))


def test_every_host_we_have_an_address_of_is_on_the_list() -> None:
    folder = Path(__file__).parents[4] / "catalogue" / "sources"
    asked = {
        (each, urllib.parse.urlsplit(found).hostname)
        for each in folder.glob("*.toml")
        for found in re.findall(r'^address = "([^"]+)"', each.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert asked and {(each, host) for each, host in asked if host not in HOSTS} == set()
