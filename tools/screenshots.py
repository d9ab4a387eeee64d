"""Pictures of a published site for the README: phone and desktop, both languages, small enough to keep with the code.

`make screenshots` takes them of the demo: `python -m tools.screenshots runs/demo/site docs/images`.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from tools.chromium import chromium, served

PHONE, DESKTOP = (390, 844), (1280, 860)
COLOURS = 128


@dataclass(frozen=True, slots=True)
class Picture:
    """What one picture shows: a page of the round, from a heading on, as wide and as dark as said."""

    name: str
    path: str
    size: tuple[int, int] = DESKTOP
    scheme: str = "light"
    top: str = ""  # the selector of what comes to the upper edge; the page's own beginning without


def pictures(site: Path) -> list[Picture]:
    """The pictures of a publication's latest round; its first submission and task stand for all."""
    round_ = _latest(site)
    submission, *others = _pages(round_ / "fr", "submissions", but="baselines--")
    task = _pages(round_ / "en", "tasks")[0]
    compared = "&".join(f"with={Path(one).stem}" for one in [submission, *others[:1]])
    return [
        Picture("standings-desktop-en", "en/index.html"),
        Picture("standings-desktop-fr-dark", "fr/index.html", scheme="dark", top="#standings"),
        Picture("standings-phone-fr", "fr/index.html", PHONE, top=".standings tbody tr"),
        Picture("submission-desktop-fr", f"fr/{submission}"),
        Picture("submission-phone-en", f"en/{submission}", PHONE, top="figure"),
        Picture("task-desktop-en", f"en/{task}", top="figure"),
        Picture("compare-phone-fr-dark", f"fr/compare.html?{compared}", PHONE, scheme="dark", top="#pairs"),
        Picture("tradeoffs-desktop-fr", "fr/tradeoffs.html", top="main section:nth-of-type(3)"),
    ]


def take(browser: Any, address: str, picture: Picture) -> Image.Image:
    """One picture, in few colours."""
    width, height = picture.size
    scale = 2 if picture.size == PHONE else 1
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=picture.scheme, device_scale_factor=scale
    )
    page = context.new_page()
    page.goto(f"{address}/{picture.path}")
    if picture.top and page.locator(picture.top).count():
        page.locator(picture.top).first.evaluate("one => window.scrollTo(0, one.getBoundingClientRect().top - 24)")
    page.wait_for_timeout(300)
    shown = Image.open(io.BytesIO(page.screenshot()))
    context.close()
    return shown.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)


def main(site: Path, out: Path) -> None:
    """Take all pictures of a site into a folder."""
    out.mkdir(parents=True, exist_ok=True)
    with served(_latest(site)) as address, chromium() as browser:
        for picture in pictures(site):
            file = out / f"{picture.name}.png"
            take(browser, address, picture).save(file, optimize=True)
            print(f"{file}: {file.stat().st_size / 1000:.0f} kB")


def _latest(site: Path) -> Path:
    """The folder of the round that the front page leads to."""
    listed = json.loads((site / "rounds.json").read_text(encoding="utf-8"))
    return site / next(row["folder"] for row in listed["rounds"] if row["name"] == listed["current"])


def _pages(folder: Path, kind: str, but: str = "\0") -> list[str]:
    return [f"{kind}/{file.name}" for file in sorted((folder / kind).glob("*.html")) if not file.name.startswith(but)]


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
