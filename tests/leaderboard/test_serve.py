"""A look at the site: what a web server would send, from this machine alone, and nothing but the publication."""

import http.client
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.errors import PublishError
from leaderboard.publish import publish
from leaderboard.serve import HEADERS, serving

Table = dict[str, Any]


@pytest.fixture(scope="module")
def out(make_table: Callable[..., Table], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A publication with a secret beside it."""
    folder = tmp_path_factory.mktemp("served")
    (folder / "secret.txt").write_text("secret")
    publish(make_table(submissions=2, tasks=1, levels=2), folder / "site")
    return folder / "site"


@pytest.fixture(scope="module")
def port(out: Path) -> Iterator[int]:
    """Where it is served."""
    with serving(out) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def ask(port: int, path: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of one request, its path as it is given."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.putrequest(method, path, skip_accept_encoding=True)
    connection.endheaders()
    answer = connection.getresponse()
    found = answer.status, dict(answer.getheaders()), answer.read()
    connection.close()
    return found


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/index.html?lang=fr", "text/html; charset=utf-8"),
        ("/rounds/example/", "text/html; charset=utf-8"),
        ("/rounds/example/fr/", "text/html; charset=utf-8"),
        ("/round.json", "application/json"),
        ("/publication.json", "application/json"),
        ("/assets/icon.svg", "image/svg+xml"),
    ],
)
def test_files_have_their_types_and_headers(port: int, out: Path, path: str, kind: str) -> None:
    """The right content type, the headers of docs/publishing.md, the very bytes; HEAD says the same without them."""
    status, headers, body = ask(port, path)
    assert status == 200
    assert headers["Content-Type"] == kind
    assert HEADERS.items() <= headers.items()
    name = path.removeprefix("/").partition("?")[0]
    file = out / name / "index.html" if path.endswith("/") else out / name
    assert body == file.read_bytes()
    head = ask(port, path, "HEAD")
    assert (head[0], head[2], head[1]["Content-Length"]) == (200, b"", str(len(body)))


def test_a_folder_without_its_slash_leads_to_itself(port: int) -> None:
    """Links of the page would otherwise lead astray."""
    status, headers, body = ask(port, "/rounds/example/fr")
    assert (status, headers["Location"], body) == (301, "/rounds/example/fr/", b"")


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/rounds/../../secret.txt",
        "//../secret.txt",
        "/..\\secret.txt",
        "/%00",
        "/%ff%fe",
        "/.site.publications/lock",
        "/../.site.publications/0001/index.html",
        "/etc/passwd",
        "//etc/passwd",
        "/rounds/",
        "/rounds",
        "/assets/",
        "/rounds/example/fr/submissions/",
        "/no/such/page.html",
        "*",
    ],
)
def test_nothing_else_is_sent(port: int, out: Path, path: str) -> None:
    """No way out of the publication, no listing of a folder: the page that says so in both languages."""
    status, headers, body = ask(port, path)
    assert (status, headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert body == (out / "404.html").read_bytes()
    assert HEADERS.items() <= headers.items()


def test_half_an_address_is_answered(port: int, out: Path) -> None:
    """What no library would ask for gets the page of what does not exist, not a closed connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(b"GET http://[ HTTP/1.0\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 404 ")
    assert answer.endswith((out / "404.html").read_bytes())


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.0\r\n\r\n", b"414"),
        (b"GET / HTTP/1.0\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", b"431"),
        (b"GET / HTTP/1.0\r\n" + b"X: a\r\n" * 200 + b"\r\n", b"431"),
    ],
    ids=["long address", "long header", "many headers"],
)
def test_no_request_fills_the_memory(port: int, asked: bytes, status: bytes) -> None:
    """What is longer than any browser's is refused before it is read whole, in words."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(asked)
        assert connection.recv(65536).split()[1] == status


def test_a_reader_who_leaves_is_no_news(port: int, capfd: pytest.CaptureFixture[str]) -> None:
    """A connection that is reset in the middle prints nothing, and the next is answered."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.sendall(b"GET /")
    connection.close()  # a reset, not a goodbye
    assert ask(port, "/")[0] == 200
    time.sleep(0.1)
    assert capfd.readouterr().err == ""


def test_a_link_leads_nowhere(make_table: Callable[..., Table], tmp_path: Path) -> None:
    """A listed file that became a link, or lies behind one, is not sent: not what is outside."""
    publish(make_table(submissions=2, tasks=1, levels=2), tmp_path / "site")
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "away").mkdir()
    (tmp_path / "away/index.html").write_text("secret")
    (tmp_path / "site/round.json").unlink()
    (tmp_path / "site/round.json").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "site/rounds/example/fr").rename(tmp_path / "fr")
    (tmp_path / "site/rounds/example/fr").symlink_to(tmp_path / "away")
    with serving(tmp_path / "site") as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        answers = [ask(server.server_port, path) for path in ("/round.json", "/rounds/example/fr/index.html")]
        server.shutdown()
    assert [(status, body) for status, _, body in answers] == [(404, b"")] * 2


@pytest.mark.parametrize(
    ("host", "status"),
    [("127.0.0.1", 200), ("localhost:8000", 200), ("LOCALHOST", 200), ("evil.example", 421), ("127.0.0.1.evil", 421)],
)
def test_another_name_is_not_answered(port: int, host: str, status: int) -> None:
    """A page elsewhere whose name was made to lead here reads nothing: what is looked at may not be public yet."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/", headers={"Host": host})
    assert connection.getresponse().status == status
    connection.close()


def test_nothing_is_ever_changed(port: int) -> None:
    """It answers GET and HEAD alone."""
    for method in ("POST", "PUT", "DELETE", "OPTIONS", "TRACE"):
        assert ask(port, "/", method)[0] == 501


def test_only_this_machine_is_answered(port: int) -> None:
    """It listens on the loopback address, on no other of this machine."""
    listening = [
        line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"
    ]
    assert [address for address in listening if address.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_a_new_publication_is_seen_at_once(make_table: Callable[..., Table], tmp_path: Path) -> None:
    """Publishing while it serves: the next answer is the new page, and the list of files is the new one."""
    publish(make_table(submissions=2, tasks=1, levels=2), tmp_path / "site")
    with serving(tmp_path / "site") as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        gone = "/rounds/example/fr/submissions/helios--helios-large.html"
        assert ask(server.server_port, gone)[0] == 200
        publish(make_table(submissions=1, tasks=1, levels=2), tmp_path / "site")
        assert ask(server.server_port, gone)[0] == 404
        assert json.loads(ask(server.server_port, "/rounds.json")[2])["rounds"][0]["submissions"] == 1
        server.shutdown()
        thread.join()


def test_what_cannot_be_served_is_said(tmp_path: Path, out: Path) -> None:
    """No publication, or a port that someone has: what is wrong, and what to do."""
    with pytest.raises(PublishError, match="no publication is here"), serving(tmp_path):
        pass
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PublishError, match="--port"), serving(out, other.getsockname()[1]):
            pass


def test_ctrl_c_stops_the_command(out: Path) -> None:
    """`defi publish --serve` says where it serves and ends with Ctrl-C as a command that did what it should."""
    command = [sys.executable, "-m", "harness.cli.main", "publish", "--out", str(out), "--serve", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ)
    ) as run:
        assert run.stdout is not None
        address = run.stdout.readline()
        assert address.startswith("http://127.0.0.1:")
        assert ask(int(address.split(":")[2].split("/")[0]), "/")[0] == 200
        run.send_signal(signal.SIGINT)
        said, told = run.communicate(timeout=20)
    assert (run.returncode, said, told) == (0, "stopped\n", "")
