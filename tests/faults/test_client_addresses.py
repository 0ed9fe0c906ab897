"""What is connected to is what was checked: rare forms of addresses, names that change, certificates, proxies."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadspeil.errors import QuestionError, SourceError
from stadspeil.sources.fetching.addresses import refused
from stadspeil.sources.fetching.client import Client, Manners, NoAnswerError

ADDRESS = "https://opendata.cbs.nl/tabel"
PUBLIC, OTHER = "145.101.2.3", "145.101.2.4"
ONCE = Manners(pause_s=0, tries=1, connect_s=2, read_s=2, total_s=5)
RARE = [
    "fec0::1", "fec0::5efe:a00:1", "5f00::1", "3fff::1", "2001:20::1", "2001:10::1", "192.88.99.1", "192.0.0.9",
    "::ffff:0:7f00:1", "64:ff9b::169.254.169.254", "::127.0.0.1", "2002:a9fe:a9fe::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "4000::1", "127.1", "0177.0.0.1", "2130706433", "", "2a00:1450::5efe:10.0.0.1",
]  # fmt: skip


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "HTTP_PROXY",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
    ):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.mark.parametrize("address", RARE)
def test_rare_forms_are_refused(address: str) -> None:
    assert refused(address)


@given(st.ip_addresses(v=4))
def test_no_tunnel_makes_an_inside_address_public(inner: Any) -> None:
    """Whatever is inside, each way of wrapping IPv4 in IPv6 is refused."""
    number = int(inner)
    wrapped = [
        number,
        0xFFFF << 32 | number,
        0x2002 << 112 | number << 80,
        0x64FF9B << 96 | number,
        0xFFFF << 48 | number,
    ]
    for each in wrapped:
        assert refused(str(socket.inet_ntop(socket.AF_INET6, each.to_bytes(16, "big"))))


def names(*answers: list[str]) -> Callable[..., list[Any]]:
    """A resolver that gives its answers one by one, the last for ever."""
    rest = list(answers)

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        return [(2, 1, 6, "", (each, port)) for each in (rest.pop(0) if len(rest) > 1 else rest[0])]

    return resolve


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that a connection was opened to; none is really opened."""
    opened: list[str] = []

    def connect(self: Any, host: str, *_: Any, **__: Any) -> Any:
        opened.append(host)
        raise httpcore.ConnectError("dicht")

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    return opened


def test_a_name_that_turns_inside_between_tries_is_not_followed(connected: list[str]) -> None:
    """DNS rebinding: first a public address, then the computer itself. Only what was checked is connected to."""
    manners = Manners(pause_s=0, tries=4, first_wait_s=0)
    with (
        Client(resolve=names([PUBLIC], ["127.0.0.1"]), manners=manners, sleep=lambda _: None) as client,
        pytest.raises(SourceError, match="deze computer zelf"),
    ):
        client.get(ADDRESS)
    assert connected == [PUBLIC]


def test_the_next_address_is_tried_when_one_is_down(connected: list[str]) -> None:
    with Client(resolve=names([PUBLIC, OTHER]), manners=ONCE) as client, pytest.raises(NoAnswerError):
        client.get(ADDRESS)
    assert connected == [PUBLIC, OTHER]


class Quiet(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.server.hosts.append(self.headers["Host"])  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *words: Any) -> None:
        pass


@contextmanager
def secure(certificate: Path, key: Path) -> Iterator[ThreadingHTTPServer]:
    """A publisher with a certificate on this computer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    server.daemon_threads = True
    server.handle_error = lambda *words: None  # type: ignore[method-assign]
    server.hosts, server.asked_names = [], []  # type: ignore[attr-defined]
    context.sni_callback = lambda _, name, __: server.asked_names.append(name)  # type: ignore[attr-defined]
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    """A self-signed certificate for `name`, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: a certificate cannot be made")
    key, made = folder / f"{name}.key", folder / f"{name}.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-days", "2",
         "-addext", f"subjectAltName=DNS:{name}", "-keyout", key, "-out", made],
        capture_output=True, check=True,
    )  # fmt: skip
    return made, key


def led_to(server: ThreadingHTTPServer, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Leads every connection to `server`, and tells where it was meant to go."""
    meant: list[tuple[str, int]] = []
    really = httpcore.SyncBackend.connect_tcp

    def connect(self: Any, host: str, port: int, *rest: Any, **named: Any) -> Any:
        meant.append((host, port))
        return really(self, "127.0.0.1", server.server_port, *rest, **named)

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)
    return meant


def test_the_address_is_pinned_and_name_and_certificate_stay_the_hosts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, key = certificate(tmp_path, "opendata.cbs.nl")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made))
    with secure(made, key) as server:
        meant = led_to(server, monkeypatch)
        with Client(resolve=names([PUBLIC], ["127.0.0.1"]), manners=ONCE) as client:
            assert client.get(ADDRESS).content == b"{}"
    assert meant == [(PUBLIC, 443)]
    assert (server.hosts, server.asked_names) == (["opendata.cbs.nl"], ["opendata.cbs.nl"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(("name", "trusted"), [("opendata.cbs.nl", False), ("elders.example", True)])
def test_a_certificate_that_is_unknown_or_of_another_is_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, trusted: bool
) -> None:
    made, key = certificate(tmp_path, name)
    if trusted:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made))
    with secure(made, key) as server:
        meant = led_to(server, monkeypatch)
        with Client(resolve=names([PUBLIC]), manners=Manners(pause_s=0)) as client, pytest.raises(SourceError) as fault:
            client.get(ADDRESS)
    assert not isinstance(fault.value, NoAnswerError) and len(meant) == 1
    for word in ("certificaat", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "HTTPS_PROXY"):
        assert word in fault.value.message()


def test_a_folder_of_certificates_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path))
    with Client(manners=ONCE) as client:
        assert client is not None


def test_something_without_tls_behind_the_port_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    server.handle_error = lambda *words: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        led_to(server, monkeypatch)
        with Client(resolve=names([PUBLIC]), manners=ONCE) as client, pytest.raises(NoAnswerError) as fault:
            client.get(ADDRESS)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert "veilige verbinding" in fault.value.message() and "HTTPS_PROXY" in fault.value.message()


@contextmanager
def proxy(answer: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """A proxy that says one thing to whoever asks, and remembers the first line and the headers."""
    asked: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(65536))
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], asked
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()


REFUSING = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("scheme", ["http://", ""])
def test_a_proxy_is_asked_for_the_host_by_name(monkeypatch: pytest.MonkeyPatch, variable: str, scheme: str) -> None:
    """Behind a proxy we look up no name ourselves: it would often not be known there."""

    def never(*_: Any, **__: Any) -> list[Any]:
        pytest.fail("a name was looked up")

    with proxy(REFUSING) as (port, asked):
        monkeypatch.setenv(variable, f"{scheme}127.0.0.1:{port}")
        with Client(resolve=never, manners=ONCE) as client, pytest.raises(NoAnswerError) as fault:
            client.get(ADDRESS)
    assert asked[0].startswith(b"CONNECT opendata.cbs.nl:443 ")
    assert "proxy" in fault.value.message() and "HTTPS_PROXY" in fault.value.message()


def test_behind_a_proxy_the_list_of_hosts_still_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy(REFUSING) as (port, asked):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        with Client(manners=ONCE) as client, pytest.raises(SourceError, match="niet op onze lijst"):
            client.get("https://169.254.169.254/latest")
    assert asked == []


def test_name_and_password_of_a_proxy_are_given_to_it_and_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy(REFUSING) as (port, asked):
        monkeypatch.setenv("HTTPS_PROXY", f"http://ik:geheim@127.0.0.1:{port}")
        with Client(manners=ONCE) as client, pytest.raises(NoAnswerError) as fault:
            client.get(ADDRESS)
    assert b"Proxy-Authorization: Basic aWs6Z2VoZWlt" in asked[0]
    assert "geheim" not in fault.value.message()


def test_a_host_that_goes_without_the_proxy_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    with proxy(REFUSING) as (port, asked):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("NO_PROXY", ".cbs.nl")
        with (
            Client(resolve=names(["10.0.0.1"]), manners=ONCE) as client,
            pytest.raises(SourceError, match=r"10\.0\.0\.1"),
        ):
            client.get(ADDRESS)
    assert asked == []


@pytest.mark.parametrize(
    "value", ["socks5://127.0.0.1:1", "ftp://x", "http://[::1", "http://127.0.0.1:poort", "http://"]
)
def test_a_proxy_that_we_cannot_use_is_told_without_its_password(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HTTPS_PROXY", value.replace("://", "://ik:geheim@"))
    with pytest.raises(QuestionError, match="HTTPS_PROXY") as fault:
        Client()
    assert "geheim" not in fault.value.message()
