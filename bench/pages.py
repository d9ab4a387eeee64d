"""Pages as readers get them: their weight compressed, and how long Chromium takes to show them on a slow machine.

A round of 1,000 submissions over 20 tasks, published; one page of every kind in French, served from this machine, with
the processor slowed down four times (Chromium's own throttle). Measured is the time from the request to the second
frame after `load`, scripts included, in milliseconds, the median of `VISITS` visits.
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
    const frames = () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())));
    document.readyState === "complete" ? frames() : addEventListener("load", frames);
})"""


def measure() -> Iterator[Result]:
    """Publish the large round, and hold its slowest page to the limit."""
    with tempfile.TemporaryDirectory() as folder:
        publish_round(SUBMISSIONS, Path(folder))
        yield from measure_site(Path(folder) / "site")


def measure_site(site: Path) -> Iterator[Result]:
    """The same of a publication that is there already."""
    shown, weights = {}, {}
    with served(site) as address, chromium() as browser:
        for path in one_of_each(site):
            weights[path] = len(gzip.compress((site / path).read_bytes()))
            shown[path] = statistics.median(_visit(browser, f"{address}/{path}") for _ in range(VISITS))
    facts = {"slowed": SLOWED, "visits": VISITS, "load": os.getloadavg()[0], "against": "a limit"}
    by_time = {path: round(value) for path, value in sorted(shown.items(), key=lambda entry: -entry[1])}
    yield compare("page-shown", "ms", [max(shown.values())], [LIMIT], 1, **facts, pages=by_time)
    yield compare("page-weight", "bytes", [max(weights.values())], [PAGE], 1, **facts, pages=weights)


def one_of_each(site: Path) -> list[str]:
    """The heaviest French page of every folder, and every French page that stands alone."""
    found: dict[str, Path] = {}
    for path in site.glob("rounds/*/fr/**/*.html"):
        key = str(path) if path.parent.name == "fr" else str(path.parent)
        if key not in found or path.stat().st_size > found[key].stat().st_size:
            found[key] = path
    return [path.relative_to(site).as_posix() for path in found.values()]


def _visit(browser: Any, address: str) -> float:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWED})
    page.goto(address, wait_until="commit")
    shown: float = page.evaluate(_SHOWN)
    context.close()
    return shown
