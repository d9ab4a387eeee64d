"""What the press page says follows from the round, and its code works elsewhere."""

import html as escaping
import re
from collections.abc import Callable
from typing import Any

import html5lib
from rendering import rendered

from leaderboard.site import routes
from leaderboard.site.pages import press

Table = dict[str, Any]

X = "{http://www.w3.org/1999/xhtml}"
URL = "https://defi.example.org/resultats/"


def _sentences(html: str) -> list[str]:
    tree = html5lib.HTMLParser(strict=True).parse(html)
    rows = tree.findall(f".//{X}tbody[@role='rowgroup']/{X}tr")
    return [" | ".join(" ".join("".join(cell.itertext()).split()) for cell in row) for row in rows]


def test_what_may_be_said_follows_from_the_intervals(make_table: Callable[..., Table]) -> None:
    """A shared first place is an interval; a pair without a shown difference is never equal; a shown one has bounds."""
    said = _sentences(rendered(make_table(), press)["en/press.html"])
    assert said[0].startswith("The rank of “Cormoran 8B” is between 1 and 2, out of 7 | “Cormoran 8B” is number 1")
    assert said[1].startswith("No difference is shown between “Cormoran 8B” and “Helios Large” | ")
    assert re.search(r"is shown to be ahead of .* points better than .* \d+\.\d to \d+\.\d points", said[2])
    assert "7 levels out of 10, with 95% confidence" in said[3]


def test_a_sole_first_is_placed_first(make_table: Callable[..., Table]) -> None:
    """Where the interval is one place, it is said, and still nobody is the best in the world."""
    table = make_table(submissions=3)
    table["standings"][0]["rank"] = [1, 1]
    first = _sentences(rendered(table, press)["en/press.html"])[0]
    assert "is 1, out of 3" in first
    assert "is the best model in the world" in first


def test_a_difference_is_told_from_the_better_side(make_table: Callable[..., Table]) -> None:
    """A pair that names the worse one first has its bounds turned."""
    table = make_table(submissions=2)
    table["comparisons"] = [
        {"a": "atelier-loire/cormoran-8b", "b": "helios/helios-large", "difference": -0.1, "low": -0.15, "high": -0.05,
         "real": True}
    ]  # fmt: skip
    said = _sentences(rendered(table, press)["en/press.html"])[1]
    assert said.startswith("“Helios Large” is shown to be ahead of “Cormoran 8B”")
    assert "10.0 points better" in said
    assert "5.0 to 15.0 points" in said


def test_a_round_without_ranks_has_no_sentences(make_table: Callable[..., Table]) -> None:
    """Nothing is suggested where nobody is ranked; the table to embed says so."""
    table = make_table(submissions=1)
    table["standings"][0]["rank"] = None
    pages = rendered(table, press)
    assert _sentences(pages["fr/press.html"]) == []
    assert "Aucune soumission n’a encore de rang" in pages["fr/embed.html"]


def test_citation_and_code_have_the_whole_address_where_it_is_known(make_table: Callable[..., Table]) -> None:
    """With an address the citation, the badge's and the table's code are absolute; without one the page says so."""
    pages = rendered(make_table(), press, url=URL)
    html = escaping.unescape(pages["fr/press.html"])
    assert f"classement de la manche du 1er novembre 2026, {URL}rounds/example/fr/index.html." in html
    assert f'<iframe src="{URL}rounds/example/fr/embed.html"' in html
    assert f'<img src="{URL}rounds/example/badges/atelier-loire--cormoran-8b.fr.svg"' in html
    assert f"url = {{{URL}rounds/example/fr/index.html}}" in html
    without = rendered(make_table(), press)["en/press.html"]
    assert "without being told their own address" in without
    assert "://" not in without


def test_code_cannot_be_broken_by_a_name(make_table: Callable[..., Table]) -> None:
    """In the code to copy a hostile name is escaped once, so that it stays text in the page where it is pasted."""
    table = make_table(submissions=2)
    table["standings"][0]["title"] = '"><script>alert(1)</script>'
    table["round"]["title"]["en"] = 'A "}round\\{"'
    html = rendered(table, press)["en/press.html"]
    assert "<script>" not in html
    pasted = escaping.unescape(re.search(r"<code>(&lt;a href.*?)</code>", html, re.DOTALL)[1])
    assert "<script>" not in pasted
    image = next(node for node in html5lib.parseFragment(pasted).iter() if node.tag == f"{X}img")
    assert image.get("alt").startswith('"><script>alert(1)</script>: Rank')
    assert "title = {{Grand Défi: A &#34;round&#34;}}" in html


def test_the_table_to_embed_is_the_first_ten(make_table: Callable[..., Table]) -> None:
    """Ten rows, each with its interval, links that leave the frame, and how many more there are."""
    table = make_table(submissions=14)
    html = rendered(table, press)["fr/embed.html"]
    tree = html5lib.HTMLParser(strict=True).parse(html)
    rows = tree.findall(f".//{X}tbody/{X}tr")
    assert len(rows) == 10
    assert all(node.get("target") == "_top" for row in rows for node in row.iter(f"{X}a"))
    assert "et 4 autres soumissions" in html
    assert routes.submission_page("atelier-loire", "cormoran-8b") in html
