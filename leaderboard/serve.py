"""A look at a publication: its files on this machine's loopback address, as a web server would send them.

A path is looked up in the publication's own list of files, never on the disk: what is not listed does not exist, so no
folder is listed and no path leads outside.
"""

from __future__ import annotations

import contextlib
import http
import posixpath
import re
import sys
import urllib.parse
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from harness.errors import PublishError
from leaderboard.publication.listing import PUBLICATION, demand_publication, read_listing

HOST = "127.0.0.1"
HEADERS = {  # docs/publishing.md asks any host for these; the Content-Security-Policy is in each page
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".atom": "application/atom+xml",
    ".csv": "text/csv; charset=utf-8",
    ".md": "text/markdown; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".gz": "application/gzip",
}
_NAMES = (HOST, "localhost", "[::1]")  # of this machine, also at the other end of a tunnel
_INDEX, _NOT_FOUND = "index.html", "404.html"


@contextlib.contextmanager
def serving(out: Path, port: int = 0) -> Iterator[ThreadingHTTPServer]:
    """A server of the publication in `out`, ready for `serve_forever()`; port 0 takes a free one.

    PublishError when `out` holds no publication, or when the port is taken.
    """
    demand_publication(out)
    try:
        server = _Server((HOST, port), partial(_Handler, out))
    except OSError as error:
        raise PublishError(
            f"this port cannot be had: {error.strerror}",
            where=f"{HOST}:{port}",
            remedy="choose another one with --port",
        ) from error
    with server:
        yield server


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a reader that keeps its connection does not keep the server from stopping

    def handle_error(self, request: object, client_address: object) -> None:
        """Say what went wrong, but not that a reader left: browsers do so all the time."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # what socketserver gives


class _Handler(BaseHTTPRequestHandler):
    """Answers GET and HEAD from the publication that stands at that moment."""

    protocol_version = "HTTP/1.1"
    timeout = 30  # seconds, of a connection on which nothing comes

    def __init__(self, out: Path, *given: object) -> None:
        self.out = out
        super().__init__(*given)  # type: ignore[arg-type] # what socketserver gives

    def do_GET(self) -> None:
        """Send a page or a file."""
        self._answer(body=True)

    def do_HEAD(self) -> None:
        """Send what comes before it."""
        self._answer(body=False)

    def version_string(self) -> str:
        """Say who answers, without versions of anything."""
        return "defi"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has in the library
        """Keep quiet: the browser shows what it got."""

    def _answer(self, *, body: bool) -> None:
        if not self._asked_here():
            self.send_error(http.HTTPStatus.MISDIRECTED_REQUEST)
            return
        path = self._path()
        status, file = self._found(path)
        content = self._content(file)
        if content is None:
            status, file, content = http.HTTPStatus.NOT_FOUND, "", b""
        self.send_response(status)
        if status == http.HTTPStatus.MOVED_PERMANENTLY:
            content = b""
            self.send_header("Location", urllib.parse.quote(f"/{path}/"))
        else:
            self.send_header("Content-Type", TYPES.get(posixpath.splitext(file)[1], "application/octet-stream"))
        self.send_header("Content-Length", str(len(content)))
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self.wfile.write(content)

    def _asked_here(self) -> bool:
        """Whether this machine is asked by its own name: a page elsewhere may have its name lead here, and read on."""
        host = str(self.headers.get("Host", HOST))
        return re.sub(r":\d*$", "", host).lower() in _NAMES

    def _content(self, file: str) -> bytes | None:
        """A listed file; None where a link leads out, or a publication without this file came just now."""
        place = self.out / file
        try:
            inside = place.is_file() and place.resolve().is_relative_to(self.out.resolve())
            return place.read_bytes() if inside else None
        except OSError:
            return None

    def _path(self) -> str:
        """What is asked for, without the query, as a path of the list would be written."""
        try:
            path = urllib.parse.urlsplit(self.path).path
        except ValueError:  # an address with half a bracket
            return self.path
        return urllib.parse.unquote(path, errors="replace").removeprefix("/")

    def _found(self, path: str) -> tuple[http.HTTPStatus, str]:
        """The status, and the listed file to send: a folder's is its index, and a slash is added to it."""
        listing = read_listing(self.out)
        files = {*listing.files, PUBLICATION} if listing else set()
        if path in files:
            return http.HTTPStatus.OK, path
        if (path == "" or path.endswith("/")) and path + _INDEX in files:
            return http.HTTPStatus.OK, path + _INDEX
        if f"{path}/{_INDEX}" in files:
            return http.HTTPStatus.MOVED_PERMANENTLY, f"{path}/{_INDEX}"
        return http.HTTPStatus.NOT_FOUND, _NOT_FOUND
