"""The site in headless Chromium: a browser, visits that note what pages ask for, and a server of a folder."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tools import chromium as tools
from tools.chromium import served

__all__ = ["DESKTOP", "PHONE", "Visit", "chromium", "served"]
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 900}


@contextlib.contextmanager
def chromium() -> Iterator[Any]:
    """Chromium, or a skip that says how to get it."""
    pytest.importorskip("playwright.sync_api")
    try:
        tools.executable()
    except FileNotFoundError as error:
        pytest.skip(str(error))
    with tools.chromium() as started:
        yield started


class Visit:
    """A page of the browser that notes everything it asks for and complains about."""

    def __init__(self, browser: Any, site: Path | str, *, scripts: bool = False, **options: Any) -> None:
        """Open an empty page of a site (a folder or an address) with the options of a browser context."""
        self.site = site if isinstance(site, str) else site.as_uri()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.context = browser.new_context(java_script_enabled=scripts, **options)
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("requestfailed", self._failed)
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _failed(self, request: Any) -> None:
        if request.failure != "net::ERR_ABORTED":  # the next page was opened before the icon had come
            self.complaints.append(f"{request.url}: {request.failure}")

    def open(self, path: str) -> Any:
        """The page at a path below the site, with its query if it has one."""
        self.page.goto(f"{self.site}/{path}")
        return self.page

    def close(self) -> None:
        """End the visit."""
        self.context.close()
