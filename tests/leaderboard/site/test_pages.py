"""Every page: valid, linked, self-contained, in its language, and safe whatever a team wrote."""

import base64
import copy
import hashlib
import itertools
import posixpath
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import html5lib
import pytest

from harness.types import LANGUAGES
from leaderboard.site import routes
from leaderboard.site.pages import render_pages
from leaderboard.site.sources import Sources
from leaderboard.site.view import View

Table = dict[str, Any]

X = "{http://www.w3.org/1999/xhtml}"
S = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>' onfocus='alert(1)",
    "{{ 7*7 }}{% raw %}{0.__class__}",
    "]]></style></title><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "\u202egnp.exe\u2066",
    "&amp;&#x3c;script&#x3e;",
    "\x00\x1b[31m\ud800\ufffe",
)


@pytest.fixture(scope="module")
def trees(pages: dict[str, str]) -> dict[str, Any]:
    """Every page as a tree; the strict parser refuses any page that is not valid HTML."""
    return {path: html5lib.HTMLParser(strict=True).parse(html) for path, html in pages.items()}


def _text(node: Any) -> str:
    return "".join(node.itertext())


def test_every_page_has_one_heading_a_title_and_landmarks(trees: dict[str, Any]) -> None:
    """One h1, one main that the skip link reaches, a title of its own, a header and a footer."""
    for path, tree in trees.items():
        assert len(tree.findall(f".//{X}h1")) == 1, path
        assert [main.get("id") for main in tree.iter(f"{X}main")] == ["main"], path
        for landmark in ("header", "footer"):
            assert len(tree.findall(f".//{X}body/{X}{landmark}")) == 1, path
    titles = [_text(tree.find(f".//{X}title")) for tree in trees.values()]
    assert all(title.strip() for title in titles)
    for code in LANGUAGES:
        own = [_text(tree.find(f".//{X}title")) for path, tree in trees.items() if path.startswith(f"{code}/")]
        assert len(set(own)) == len(own)


def test_headings_skip_no_level(trees: dict[str, Any]) -> None:
    """Headings go down one level at a time, so that a reader by headings is never lost."""
    for path, tree in trees.items():
        levels = [int(node.tag[-1]) for node in tree.iter() if re.fullmatch(rf"{X}h[1-6]", str(node.tag))]
        assert levels[0] == 1, path
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), (path, levels)


def test_every_page_is_in_its_language_and_leads_to_the_other(trees: dict[str, Any]) -> None:
    """`lang`, the alternates and the language switch name the same page in the other language."""
    for path, tree in trees.items():
        alternates = {
            link.get("hreflang"): posixpath.normpath(posixpath.join(posixpath.dirname(path), link.get("href")))
            for link in tree.iter(f"{X}link")
            if link.get("rel") == "alternate"
        }
        if path == "index.html":
            assert {code: f"{code}/index.html" for code in LANGUAGES}.items() <= alternates.items()
            continue
        code, rest = path.split("/", 1)
        assert tree.get("lang") == code
        assert alternates == {other: f"{other}/{rest}" for other in LANGUAGES}
        switch = [a for a in tree.iter(f"{X}a") if a.get("hreflang")]
        here = posixpath.dirname(path)
        assert [posixpath.normpath(posixpath.join(here, a.get("href"))) for a in switch] == [
            alternates[other] for other in LANGUAGES if other != code
        ]


def test_no_link_is_dead_or_leaves_the_site(trees: dict[str, Any], site: Path) -> None:
    """Every address is relative, and leads to a file of the site and to a place that the file has."""
    for path, tree in trees.items():
        for node in tree.iter():
            for attribute in ("href", "src", "action", "data", "poster", "srcset"):
                address = node.get(attribute)
                if address is None:
                    continue
                assert re.match(r"[a-z0-9._~#-]", address), (path, address)
                assert not re.match(r"[a-z]+:|//", address), (path, address)
                file, _, fragment = address.partition("?")[0].partition("#")
                target = posixpath.normpath(posixpath.join(posixpath.dirname(path), file)) if file else path
                assert (site / target).is_file(), (path, address)
                if fragment:
                    assert any(other.get("id") == fragment for other in trees[target].iter()), (path, address)


def test_ids_are_unique(trees: dict[str, Any]) -> None:
    """An id names one element, and every reference to one finds it."""
    for path, tree in trees.items():
        ids = [node.get("id") for node in tree.iter() if node.get("id")]
        assert len(ids) == len(set(ids)), path
        for node in tree.iter():
            if node.get("aria-labelledby"):
                assert node.get("aria-labelledby") in ids, path


def test_every_submission_is_reached_from_the_front_page(trees: dict[str, Any], table: Table) -> None:
    """The standings link to every submission, the baselines included, and to every task."""
    for code in LANGUAGES:
        links = {a.get("href") for a in trees[f"{code}/index.html"].iter(f"{X}a")}
        assert {routes.submission_page(row["team"], row["entry"]) for row in table["standings"]} <= links
        assert {routes.task_page(task["name"]) for task in table["tasks"]} <= links


def test_tables_can_be_read_aloud(trees: dict[str, Any]) -> None:
    """Every table has a caption, every header cell a scope, every row as many cells as the header."""
    found = 0
    for path, tree in trees.items():
        for table in tree.iter(f"{X}table"):
            found += 1
            assert _text(table.find(f"{X}caption")).strip(), path
            assert all(cell.get("scope") for cell in table.iter(f"{X}th")), path
            cells = (f"{X}td", f"{X}th")
            widths = {
                sum(int(cell.get("colspan", "1")) for cell in row if cell.tag in cells) for row in table.iter(f"{X}tr")
            }
            assert len(widths) == 1, (path, widths)
    assert found > 100


def test_scrolling_boxes_can_be_reached_and_are_named(trees: dict[str, Any]) -> None:
    """A box that scrolls is a named region that the keyboard can enter."""
    for path, tree in trees.items():
        for box in tree.iter(f"{X}div"):
            if box.get("class") == "scroll":
                assert (box.get("tabindex"), box.get("role")) == ("0", "region"), path
                assert box.get("aria-label") or box.get("aria-labelledby"), path


def test_drawings_say_what_they_show(trees: dict[str, Any]) -> None:
    """Every SVG is an image with a name, a title and a description, or is hidden because it only decorates."""
    for path, tree in trees.items():
        for svg in tree.iter(f"{S}svg"):
            if svg.get("aria-hidden") == "true":
                continue
            assert svg.get("role") == "img", path
            assert svg.get("aria-label"), path
            assert svg.find(f"{S}title").text, path
            assert svg.find(f"{S}desc") is not None, path


def test_the_policy_allows_the_style_and_nothing_else(pages: dict[str, str]) -> None:
    """The Content-Security-Policy names the hashes of the style sheet and the page's own scripts; no handler."""
    for path, html in pages.items():
        (style,) = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
        scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
        ran = f"script-src {' '.join(map(_hash, scripts))}; connect-src 'self'; " if scripts else ""
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html).group(1)
        assert policy.replace("&#39;", "'") == (
            f"default-src 'none'; style-src {_hash(style)}; {ran}img-src 'self'; base-uri 'none'; form-action 'none'"
        ), path
        assert html.index("Content-Security-Policy") < html.index("<style>")
        bare = re.sub(r'<script( type="application/json" id="[a-z-]+")?>.*?</script>', "", html, flags=re.DOTALL)
        bare = re.sub(r"<pre[ >].*?</pre>", "", bare, flags=re.DOTALL)  # code to be copied to another page
        assert not re.search(r"<script|<iframe|<object|<form|\sstyle=|\son[a-z]+=|url\(|@import|https?://", bare), path
        unsafe = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|https?://(?!www\.w3\.org/)"
        assert not any(re.search(unsafe, script) for script in scripts), path


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_the_standings_show_every_number_with_its_interval(trees: dict[str, Any], table: Table) -> None:
    """No rank without its interval, no area without its bounds, in the notation of the language."""
    rows = {}
    for row in trees["fr/index.html"].iter(f"{X}tr"):
        for link in row.iter(f"{X}a"):
            rows[link.get("href")] = _text(row)
    for row in table["standings"]:
        text = rows[routes.submission_page(row["team"], row["entry"])]
        if row["rank"] and not row["baseline"]:
            low, high = row["rank"]
            assert (f"{low}–{high}" if low != high else str(low)) in text
        if row["area"]:
            shown = [f"{row['area'][key] * 100:.1f}".replace(".", ",").replace("-", "−") for key in ("low", "high")]
            assert f"de {shown[0]} à {shown[1]}".replace("−0,0", "0,0") in text


def test_a_partial_entry_says_why_it_has_no_rank(pages: dict[str, str]) -> None:
    """The entry that broke off shows its state, its reason, and that it is not ranked."""
    page = pages["fr/submissions/tard-venus--fragment.html"]
    assert "Évaluation interrompue" in page
    assert "the engine stopped at item 412 of 2000" in page
    assert "non classée" in pages["fr/index.html"]
    assert "not ranked" in pages["en/index.html"]


def test_a_curve_and_its_table_hold_the_same_numbers(trees: dict[str, Any], table: Table) -> None:
    """Beside every difficulty curve, a table gives each level's value in each language."""
    row = table["standings"][0]
    tree = trees[f"en/{routes.submission_page(row['team'], row['entry'])}"]
    figures = tree.findall(f".//{X}figure")
    assert len(figures) == len(row["by_task"])
    for figure, result in zip(figures, row["by_task"].values(), strict=True):
        marks = sum(1 for _ in figure.iter(f"{S}use"))
        lines = [_text(line) for line in figure.findall(f".//{X}tbody/{X}tr")]
        assert (marks, len(lines)) == (20, 10)
        for point in result["curve"]:
            shown = f"{round(point['value'] * 100, 1) + 0.0:.1f}".replace("-", "−")
            assert shown in lines[point["level"] - 1]


def test_task_pages_show_samples_in_their_language(pages: dict[str, str]) -> None:
    """Questions and their answers are in the page's language; an answer that is no text is shown as JSON."""
    french = pages["fr/tasks/problem_solving--word_problems.html"]
    assert "Léa a 1 pommes ; combien" in french
    assert "How many are there" not in french
    assert "&#34;pommes&#34;: 2" in french
    assert "How many are there" in pages["en/tasks/problem_solving--word_problems.html"]


def test_french_pages_are_set_in_french(trees: dict[str, Any]) -> None:
    """On French pages our own texts have no straight apostrophe and no ordinary space before a tall mark."""
    for path, tree in trees.items():
        if not path.startswith("fr/"):
            continue
        verbatim = {
            id(part) for node in tree.iter() if node.get("class", "").startswith("verbatim") for part in node.iter()
        }
        verbatim |= {id(part) for node in tree.iter(f"{X}bdi") for part in node.iter()}
        verbatim |= {id(node) for tag in ("style", "code", "script") for node in tree.iter(f"{X}{tag}")}
        for node in tree.iter():
            text = "" if id(node) in verbatim else f"{node.text or ''}"
            text += "".join(child.tail or "" for child in node if id(node) not in verbatim)
            assert not re.search(r"\w'\w|\w [;!?:%]", text), (path, text)


@pytest.fixture(scope="module", params=HOSTILE)
def hostile(request: Any, make_table: Callable[..., Table]) -> tuple[str, dict[str, str], dict[str, str]]:
    """A hostile text, and the pages of a round where a team wrote it wherever a team may write."""
    table, text = make_table(submissions=2, tasks=1, levels=2), request.param
    table["standings"] = [row for row in table["standings"] if not row["baseline"]]
    row = table["standings"][0]
    row.update(title=text, reason=text, digest=text, team=text, entry=text, submission=f"{text}/{text}")
    row["declared"].update(dict.fromkeys(("license", "dtype", "training_data", "contact", "engine"), text))
    row["declared"]["languages"] = [text]
    row["conditions"] = {"hardware": {text: text, "list": [text, {text: text}]}}
    row["energy"] = {
        **row["energy"],
        "measured": True,
        "joules": 5.0,
        "idle": "keep",
        "scope": text,
        "by_task": {text: 5.0},
    }
    for pair in table["comparisons"]:
        pair["a"] = row["submission"]
    for task in table["tasks"]:
        for sample in task["samples"]:
            sample.update(question=text, answer={text: text}, options=[text, text])
    return text, dict(render_pages(Sources(table))), dict(render_pages(Sources(_tame(table, text))))


def _tame(value: Any, text: str) -> Any:
    """The same table with a harmless word wherever the hostile text stood."""
    if isinstance(value, str):
        return value.replace(text, "tame")
    if isinstance(value, dict):
        return {_tame(key, text): _tame(entry, text) for key, entry in value.items()}
    return [_tame(entry, text) for entry in value] if isinstance(value, list) else copy.copy(value)


def _skeleton(html: str) -> list[tuple[str, tuple[str, ...]]]:
    """Every element with the names of its attributes: what hostile text must not be able to change."""
    tree = html5lib.HTMLParser(strict=True).parse(html)
    return [(str(node.tag), tuple(sorted(node.keys()))) for node in tree.iter()]


def test_hostile_text_changes_no_element(hostile: tuple[str, dict[str, str], dict[str, str]]) -> None:
    """Whatever a team writes, pages have the elements and attributes they would have with a plain word."""
    _, pages, tame = hostile
    assert [_skeleton(html) for html in pages.values()] == [_skeleton(html) for html in tame.values()]


def test_hostile_text_never_reaches_an_address(hostile: tuple[str, dict[str, str], dict[str, str]]) -> None:
    """Addresses hold safe characters only, and no control or override character reaches a page."""
    _, pages, _ = hostile
    for path, html in pages.items():
        assert re.fullmatch(r"[a-z0-9/._~-]+", path)
        for address in re.findall(r'(?:href|src)="([^"]*)"', html):
            assert re.fullmatch(r"[A-Za-z0-9/._~#-]+(\?with=[a-z0-9._~-]+)?", address), address
        assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe]", html)


def test_the_icon_is_an_image(site: Path) -> None:
    """The icon is well-formed SVG without scripts or links."""
    root = ElementTree.fromstring((site / routes.ICON).read_text(encoding="utf-8"))
    assert {node.tag for node in root.iter()} == {f"{S}svg", f"{S}rect", f"{S}path"}


def test_every_state_and_gap_renders(make_table: Callable[..., Table], schema: Table) -> None:
    """Every state of a run, missing estimates, missing declarations and one language alone make valid pages."""
    table = make_table(submissions=7, tasks=2, levels=3)
    states = schema["$defs"]["standing"]["properties"]["state"]["enum"]
    for row, state in zip(table["standings"], states, strict=False):
        row.update(
            state=state, area=None, rank=None, plan=None, language_gap=None, by_task={}, by_track={}, by_language={}
        )
        row["declared"] = dict.fromkeys(row["declared"])
        row["conditions"] = {}
    for point in table["standings"][-1]["by_task"]["problem_solving/word_problems"]["curve"][:3]:
        point.update(value=None, low=None, high=None)
    table["comparisons"] = []
    table["round"]["languages"] = ["fr"]
    for row in table["standings"]:
        row["language_gap"] = None
    for html in dict(render_pages(Sources(table))).values():
        html5lib.HTMLParser(strict=True).parse(html)


def test_view_refuses_pages_that_collide(make_table: Callable[..., Table], monkeypatch: pytest.MonkeyPatch) -> None:
    """If two file names ever met, publishing would stop: a page is never overwritten."""
    monkeypatch.setattr(routes, "submission_page", lambda team, entry: "submissions/same.html")
    with pytest.raises(Exception, match="names one page twice"):
        View(make_table())
