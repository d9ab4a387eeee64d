"""The Nu checker, which knows the whole of the HTML standard, finds no error in any page (see `make check-html`)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).parents[3] / ".cache/nu/node_modules/vnu-jar/build/dist/vnu.jar"
# What the checker does not know, or we do on purpose: `paint-order` is of SVG 2, not of its list of CSS; `expect` may
# block by the standard of today; and tables that a phone shows as cards say the roles that browsers drop with `display`
# (docs/decisions/0003).
_KNOWN = "|".join((
    "“paint-order”",
    "“link” element with a “blocking” attribute",
    "“role” attribute must not be used on an? “t[drh]” element which has a “table” ancestor",
))  # fmt: skip


@pytest.fixture(scope="module")
def checker() -> list[str]:
    """The command that checks files, or a skip that says what is missing."""
    jar, java = Path(os.environ.get("VNU_JAR", _HERE)), shutil.which("java")
    if not java:
        pytest.skip("the Nu checker needs Java: install Debian's default-jre-headless")
    if not jar.is_file():
        pytest.skip("the Nu checker is not here: `make check-html` brings it, or name its jar in VNU_JAR")
    return [java, "-Xss1m", "-jar", str(jar), "--format", "json", "--stdout", "--filterpattern", f".*({_KNOWN}).*"]


def _messages(checker: list[str], files: list[Path]) -> list[str]:
    run = subprocess.run([*checker, *map(str, files)], capture_output=True, text=True, timeout=240)
    found = json.loads(run.stdout)["messages"]
    return [f"{one['url']}:{one.get('lastLine')}: {one['message']}" for one in found if one["type"] == "error"]


def test_the_checker_checks(checker: list[str], tmp_path: Path) -> None:
    """A page that the standard forbids is refused, and for nothing else."""
    page = tmp_path / "wrong.html"
    page.write_text(
        '<!doctype html><html lang="en"><title>x</title><p><a href="x"><a href="y">z</a></a><div role="row">'
    )
    assert len(_messages(checker, [page])) >= 2


def test_no_page_has_an_error(checker: list[str], whole: Any) -> None:
    """Every page of the publication, in one run."""
    assert _messages(checker, [whole.root / path for path in whole.pages]) == []
