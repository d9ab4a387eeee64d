"""Pages as readers get them: their weight compressed, and how long Chromium takes to show them on a slow machine.

A round of 1,000 submissions over 20 tasks, published; one page of every kind in French, served from this machine, with
the processor slowed down four times (Chromium's own throttle). Measured from the request on, in milliseconds, the
median of `VISITS` visits: when a reader first sees words or charts (first contentful paint), and when all of the page
stands still (the second frame after `load`, scripts and what is out of sight included).
"""

from __future__ import annotations

import gzip
import os
import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.result import Result, compare
from bench.site import PAGE, SUBMISSIONS, publish_round
from tools.chromium import chromium, served

SLOWED, LIMIT, VISITS = 4, 1_000.0, 3
_SHOWN = """new Promise(done => {
    const painted = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? performance.now();
    const end = () => done([painted(), performance.now()]);
    const frames = () => requestAnimationFrame(() => requestAnimationFrame(end));
    document.readyState === "complete" ? frames() : addEventListener("load", frames);
})"""


def measure() -> Iterator[Result]:
    """Publish the large round, and hold its slowest page to the limit."""
    with tempfile.TemporaryDirectory() as folder:
        publish_round(SUBMISSIONS, Path(folder))
        yield from measure_site(Path(folder) / "site")


def measure_site(site: Path) -> Iterator[Result]:
    """The same of a publication that is there already."""
    painted, shown, weights = {}, {}, {}
    with served(site) as address, chromium() as browser:
        for path in one_of_each(site):
            weights[path] = len(gzip.compress((site / path).read_bytes()))
            visits = [_visit(browser, f"{address}/{path}") for _ in range(VISITS)]
            painted[path], shown[path] = (statistics.median(times) for times in zip(*visits, strict=True))
    facts = {"slowed": SLOWED, "visits": VISITS, "load": os.getloadavg()[0], "against": "a limit"}
    for name, found in (("page-painted", painted), ("page-shown", shown)):
        by_time = {path: round(value) for path, value in sorted(found.items(), key=lambda entry: -entry[1])}
        yield compare(name, "ms", [max(found.values())], [LIMIT], 1, **facts, pages=by_time)
    yield compare("page-weight", "bytes", [max(weights.values())], [PAGE], 1, **facts, pages=weights)


def one_of_each(site: Path) -> list[str]:
    """The heaviest French page of every folder, and every French page that stands alone."""
    found: dict[str, Path] = {}
    for path in site.glob("rounds/*/fr/**/*.html"):
        key = str(path) if path.parent.name == "fr" else str(path.parent)
        if key not in found or path.stat().st_size > found[key].stat().st_size:
            found[key] = path
    return [path.relative_to(site).as_posix() for path in found.values()]


def _visit(browser: Any, address: str) -> tuple[float, float]:
    """When a page was first painted, and when it stood still."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    page.goto(address, wait_until="commit")
    painted, shown = page.evaluate(_SHOWN)
    context.close()
    return painted, shown
