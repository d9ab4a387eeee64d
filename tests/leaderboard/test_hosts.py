"""The web servers' configurations of docs/publishing.md, started as they stand there and asked for a publication."""

import contextlib
import hashlib
import http.client
import os
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from leaderboard.publication.kept import roll_back
from leaderboard.publish import publish
from leaderboard.serve import HEADERS

Table = dict[str, Any]

DOC = Path(__file__).parents[2] / "docs/publishing.md"
DOCUMENTED = "/srv/leaderboard/site"
ROUND = "/rounds/example/"
APACHE_MODULES = Path("/usr/lib/apache2/modules")
EXCHANGES = 30


@dataclass(frozen=True, slots=True)
class Host:
    """A web server that serves the publication in `out`."""

    port: int
    out: Path

    def ask(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        found = answer.status, dict(answer.getheaders()), answer.read()
        connection.close()
        return found


def _nginx(home: Path, port: int, documented: str) -> list[str]:
    if not (program := shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")):
        pytest.skip("nginx is not installed")
    names = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    server = documented.replace("server {", f"server {{ listen 127.0.0.1:{port};", 1)
    lines = [
        f"pid {home}/pid;",
        "events { worker_connections 128; }",
        "http { access_log off;",
        *(f"{name}_temp_path {home}/{name};" for name in names),
        server.replace("include mime.types", "include /etc/nginx/mime.types"),
        "}",
    ]
    (home / "host.conf").write_text("\n".join(lines))
    return [program, "-p", str(home), "-c", str(home / "host.conf"), "-e", str(home / "errors"), "-g", "daemon off;"]


def _apache(home: Path, port: int, documented: str) -> list[str]:
    if not (program := shutil.which("apache2", path=f"{os.environ['PATH']}:/usr/sbin")):
        pytest.skip("Apache is not installed")
    modules = ("mpm_event", "authz_core", "dir", "mime", "headers", "filter", "deflate", "autoindex")
    lines = [
        *(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so" for name in modules),
        f"ServerRoot {home}",
        f"PidFile {home}/pid",
        f"ErrorLog {home}/errors",
        f"Listen 127.0.0.1:{port}",
        "ServerName localhost",
        "TypesConfig /etc/mime.types",
        *(["User #65534", "Group #65534"] if os.geteuid() == 0 else []),  # it never serves as root
        documented,
    ]
    (home / "host.conf").write_text("\n".join(lines))
    return [program, "-f", str(home / "host.conf"), "-D", "FOREGROUND"]


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


@contextlib.contextmanager
def _running(command: list[str], port: int, home: Path) -> Iterator[None]:
    """The server, from when it answers; it is stopped as the process that was started, and so are its workers."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                assert run.poll() is None, f"it did not start: {run.stderr and run.stderr.read()}"
                time.sleep(0.1)
            yield
        finally:
            run.terminate()
            run.communicate(timeout=20)


@pytest.fixture(scope="module", params=[_nginx, _apache], ids=["nginx", "apache"])
def host(request: pytest.FixtureRequest, make_table: Callable[..., Table]) -> Iterator[Host]:
    """Each server with the documented configuration, and two publications of which the second stands."""
    kind = request.param.__name__.removeprefix("_")
    found = re.search(rf"```{kind}\n(.*?)```", DOC.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None, f"{DOC.name} has no configuration of {kind}"
    assert DOCUMENTED in found[1]
    with tempfile.TemporaryDirectory(prefix=f"{kind}-") as folder:  # pytest's own are closed to the server's user
        home, port = Path(folder), _free_port()
        home.chmod(0o755)
        command = request.param(home, port, found[1].replace(DOCUMENTED, f"{home}/site"))
        for submissions in (2, 3):
            publish(make_table(submissions=submissions, tasks=1, levels=2), home / "site")
        with _running(command, port, home):
            yield Host(port, home / "site")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        (f"{ROUND}fr/", "text/html; charset=utf-8"),
        ("/round.json", "application/json"),
        ("/feed.fr.atom", "application/atom+xml"),
        ("/assets/icon.svg", "image/svg+xml"),
        (f"{ROUND}data/croissant.json", "application/json"),
        (f"{ROUND}data/standings.csv", "text/csv; charset=utf-8"),
        (f"{ROUND}data/standings.parquet", "application/vnd.apache.parquet"),
        (f"{ROUND}data/README.fr.md", "text/markdown; charset=utf-8"),
        (f"{ROUND}data/every_eval_ever.zip", "application/zip"),
    ],
)
def test_files_have_their_types_and_headers(host: Host, path: str, kind: str) -> None:
    """Every kind of file comes whole, with the type that it has and the headers that the table asks for."""
    status, headers, body = host.ask(path)
    assert (status, headers["Content-Type"]) == (200, kind)
    assert HEADERS.items() <= headers.items()
    file = f"{path}index.html" if path.endswith("/") else path
    assert body == (host.out / file.removeprefix("/")).read_bytes()


@pytest.mark.parametrize(
    "path", ["/nothing.html", "/rounds/", "/assets/", f"{ROUND}fr/submissions/", "/../x", "/.git/"]
)
def test_nothing_else_is_sent(host: Host, path: str) -> None:
    """No folder is listed and no path leads out: the publication's page says so, where the address is one at all."""
    status, headers, body = host.ask(path)
    assert status in {400, 403, 404}
    if status != 400:
        assert body == (host.out / "404.html").read_bytes()
        assert headers["Content-Security-Policy"] == "frame-ancestors 'none'"


def test_only_the_table_to_embed_can_be_framed(host: Host) -> None:
    """Any page may show it in a frame, and no page any other."""
    for code in ("fr", "en"):
        assert host.ask(f"{ROUND}{code}/embed.html")[1]["Content-Security-Policy"] == "frame-ancestors *"
        for other in ("index.html", "method.html", "press.html"):
            assert host.ask(f"{ROUND}{code}/{other}")[1]["Content-Security-Policy"] == "frame-ancestors 'none'"


@pytest.mark.parametrize("path", ["/", "/round.json", f"{ROUND}data/standings.csv", "/feed.fr.atom"])
def test_text_is_compressed_and_costs_nothing_twice(host: Host, path: str) -> None:
    """Text comes compressed, and asked again with its ETag it costs a 304 that has the headers as well."""
    status, headers, _ = host.ask(path, **{"Accept-Encoding": "gzip"})
    assert (status, headers["Content-Encoding"], headers["Vary"]) == (200, "gzip", "Accept-Encoding")
    again = {"Accept-Encoding": "gzip", "If-None-Match": headers["ETag"]}
    status, headers, body = host.ask(path, **again)
    assert (status, body, headers["Cache-Control"]) == (304, b"", "no-cache")


def test_a_folder_leads_to_its_page(host: Host) -> None:
    """Without its slash it is sent on, so that links of the page do not lead astray."""
    status, headers, _ = host.ask(f"{ROUND}fr")
    assert status == 301
    assert headers["Location"].endswith(f"{ROUND}fr/")


def test_readers_never_see_half_a_site(host: Host) -> None:
    """While two publications change places, each answer is a whole file of one of the two, and none is missing."""
    paths = ["/", "/rounds.json", "/round.json", "/publication.json", f"{ROUND}fr/", f"{ROUND}data/standings.csv"]
    known: dict[str, set[str]] = {path: set() for path in paths}
    for number in (1, 2):
        roll_back(host.out, number)
        for path in paths:
            known[path].add(hashlib.sha256(host.ask(path)[2]).hexdigest())
    assert all(len(known[path]) == 2 for path in paths), "the publications differ in each of these files"
    seen: dict[str, set[str]] = {path: set() for path in paths}
    odd: list[tuple[str, int]] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            for path in paths:
                status, _, body = host.ask(path)
                digest = hashlib.sha256(body).hexdigest()
                seen[path].add(digest)
                if status != 200 or digest not in known[path]:
                    odd.append((path, status))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for exchange in range(EXCHANGES):
        roll_back(host.out, exchange % 2 + 1)
    over.set()
    for reader in readers:
        reader.join()
    assert odd == []
    assert seen == known, "readers met both publications, so that the exchange was tried"
