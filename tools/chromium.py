"""Headless Chromium, for whoever measures or draws pages: the system's own, never one that is downloaded."""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str:
    """Where Chromium is; FileNotFoundError that says how to get it."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not path:
        raise FileNotFoundError("no chromium on PATH and no CHROMIUM in the environment: install Debian's chromium")
    return path


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """A browser of playwright's; FileNotFoundError where there is no Chromium."""
    path = executable()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield started
        started.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that the library gives it
        """Say nothing."""

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send a file; a page that was closed meanwhile wants no more of it."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            super().copyfile(source, outputfile)


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder, served from this machine to itself."""
    handler = functools.partial(_Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
