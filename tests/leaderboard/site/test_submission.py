"""A submission's page: what may be quoted, what is shown and what is not, where the record is checked."""

import copy
import re
import shlex
from collections.abc import Callable
from typing import Any

import html5lib
import pytest

from leaderboard.site.pages import parts, prepare
from leaderboard.site.pages.submission import verify_command
from leaderboard.site.sources import Sources

Table = dict[str, Any]
X = "{http://www.w3.org/1999/xhtml}"
PAGE = "submissions/atelier-loire--cormoran-8b.html"


def rendered(sources: Sources) -> dict[str, str]:
    """The submissions' pages of both languages; ordinary spaces."""
    made = {path: html for kind, part in parts(prepare(sources)) if kind == "submission" for path, html in part()}
    return {path: re.sub("[\u00a0\u202f]", " ", html) for path, html in made.items()}


def text_of(html: str, section: str) -> str:
    """The words of one section of a page, white space made single."""
    tree = html5lib.HTMLParser(strict=True).parse(html)
    for node in tree.iter(f"{X}section"):
        if node.get("aria-labelledby") == section:
            return re.sub(r"\s+", " ", "".join(node.itertext())).strip()
    return ""


@pytest.fixture(scope="module")
def made(table: Table) -> dict[str, str]:
    """The example's pages."""
    return rendered(Sources(table))


def test_what_may_be_quoted_holds_on_its_own(make_table: Callable[..., Table]) -> None:
    """Name, round, date, both thresholds, the rank as an interval and the area with its own, in one block."""
    table = make_table(submissions=3, tasks=1, levels=4)
    row = table["standings"][0]
    row.update(level_cleared=3, level_cleared_80=0, rank=[1, 2], area={"value": 0.684, "low": 0.664, "high": 0.704})
    pages = rendered(Sources(table))
    assert (
        "Result of Cormoran 8B in the round “Trial round: autumn” of the Grand Défi (1 November 2026), "
        "out of 4 levels: level 3 cleared at threshold 50 and no level cleared at threshold 80. "
        "Rank: between 1 and 2 of 3 ranked submissions, with 95% confidence. "
        "Area under the curve: 68.4 out of 100 (66.4 to 70.4)."
    ) in text_of(pages[f"en/{PAGE}"], "certificate")
    assert (
        "Résultat de la soumission Cormoran 8B dans la manche « Manche d’essai : automne » du Grand Défi "
        "(1er novembre 2026), "
        "sur 4 niveaux : niveau 3 franchi au seuil 50 et aucun niveau franchi au seuil 80. "
        "Rang : entre 1 et 2 sur 3 soumissions classées, avec une confiance de 95 %. "
        "Aire sous la courbe : 68,4 sur 100 (de 66,4 à 70,4)."
    ) in text_of(pages[f"fr/{PAGE}"], "certificate")


def test_nothing_is_quoted_of_what_has_no_rank(make_table: Callable[..., Table]) -> None:
    """Withdrawn, disqualified, failed or incomplete entries and baselines have no sentence to quote."""
    table = make_table(submissions=8, tasks=2, levels=3)
    for row, state in zip(table["standings"], ("withdrawn", "disqualified"), strict=False):
        row.update(state=state, reason="asked for", rank=None, area=None, by_task={}, by_track={}, by_language={})
    pages = rendered(Sources(table))
    for row in table["standings"]:
        page = pages[f"fr/submissions/{row['team']}--{row['entry']}.html"]
        assert bool(text_of(page, "certificate")) == bool(row["rank"] and not row["baseline"]), row["submission"]
    withdrawn = pages[f"fr/{PAGE}"]
    assert "Soumission retirée" in withdrawn
    assert "asked for" in withdrawn
    for section in ("curves", "by-task", "languages", "strengths"):
        assert not text_of(withdrawn, section), section


def test_the_open_division_is_quoted_without_a_rank(make_table: Callable[..., Table]) -> None:
    """An entry that departs from the conditions has its levels and area, and the sentence says that it has no rank."""
    table = make_table(submissions=2, tasks=1, levels=2)
    row = next(row for row in table["standings"] if row["entry"] == "cormoran-8b")
    row.update(division="open", departures=["network"])
    table["comparisons"] = []
    said = text_of(rendered(Sources(table))[f"en/{PAGE}"], "certificate")
    assert "has no rank" in said
    assert "Rank:" not in said


def test_a_threshold_that_was_not_tested_is_not_quoted(make_table: Callable[..., Table]) -> None:
    """Only what was tested is said to be cleared or not."""
    table = make_table(submissions=1, tasks=1, levels=2)
    table["standings"][0].update(level_cleared_80=None)
    table["round"]["stopping"] = {"core": 5, "step": 5, "alpha": 0.05, "thresholds": [0.5]}
    table["round"]["core_items"] = 20
    table["round"]["certifiable"]["level_80"] = None
    for row in table["standings"]:
        row["level_cleared_80"] = None
        for task in row["by_task"].values():
            task.update(level_cleared_80=None, asked=[5, 5])
    said = text_of(rendered(Sources(table))[f"en/{PAGE}"], "certificate")
    assert "at threshold 50." in said.partition("Rank")[0]
    assert "at threshold 80." not in said.partition("Rank")[0]


def test_strengths_say_only_what_is_shown(make_table: Callable[..., Table]) -> None:
    """Tasks whose interval excludes the median are named; where none does, the page says that nothing is shown."""
    table = make_table(submissions=3, tasks=2, levels=3)
    first, second = (row for row in table["standings"][:2])
    for row, values in ((first, (0.9, 0.5)), (second, (0.5, 0.5)), (table["standings"][2], (0.4, 0.5))):
        for result, value in zip(row["by_task"].values(), values, strict=True):
            result["area"] = {"value": value, "low": value - 0.05, "high": value + 0.05}
    pages = rendered(Sources(table))
    said = text_of(pages[f"en/submissions/{first['team']}--{first['entry']}.html"], "strengths")
    assert "Above the median: Word problems." in said
    assert "Knights" not in said.partition("Area by task")[0]
    assert "taken as a fixed number" in said
    said = text_of(pages[f"fr/submissions/{second['team']}--{second['entry']}.html"], "strengths")
    assert "Aucun écart avec la médiane n’est établi" in said


def test_baselines_are_not_weighed_against_the_median(made: dict[str, str], table: Table) -> None:
    """The oracle has no strengths: it is a program that knows the answers."""
    assert not text_of(made["en/submissions/baselines--oracle.html"], "strengths")
    assert text_of(made[f"en/{PAGE}"], "strengths")


def test_the_attestation_names_seal_key_and_commitment(make_table: Callable[..., Table]) -> None:
    """Seal, its date and digest, the signing key, the round's commitment, and the command that checks them."""
    table = make_table(submissions=1, tasks=1, levels=2)
    digest = "ab" * 32
    promise = {"sha256": digest, "revealed": None, "kept": None, "state": "closed"}
    table["round"]["commitment"] = promise
    row = table["standings"][0]
    said = text_of(rendered(Sources(table))[f"en/{PAGE}"], "attestation")
    assert "Seal 1, on 2 November 2026" in said
    for fact in (row["attestation"]["seal_sha256"], "5e" * 32, digest, "has not been shown yet"):
        assert fact in said
    assert "defi verify runs/example/atelier-loire/cormoran-8b --key organiser.key.pub" in said
    promise.update(revealed="2026-12-01T00:00:00Z", kept=True)
    assert "is the one that was committed to" in text_of(rendered(Sources(table))[f"en/{PAGE}"], "attestation")
    promise.update(kept=False)
    assert "is not the one that was committed to" in text_of(rendered(Sources(table))[f"en/{PAGE}"], "attestation")
    row["attestation"] = None
    said = text_of(rendered(Sources(table))[f"en/{PAGE}"], "attestation")
    assert "not sealed" in said
    assert "defi verify" not in said


@pytest.mark.parametrize("name", ["a b; rm -rf ~", "$(reboot)", "`x`", "it's", "--help", "\n", 'quo"te'])
def test_a_command_to_copy_runs_nothing_else(name: str) -> None:
    """Whatever a team calls itself, a shell reads one word where its name stands."""
    assert shlex.split(verify_command("example", f"{name}/e"))[:3] == ["defi", "verify", f"runs/example/{name}/e"]
    assert shlex.split(verify_command(name, "t/e"))[2] == f"runs/{name}/t/e"
    assert verify_command("example", "x" * 10_000) == ""


def test_cases_say_what_people_found(made: dict[str, str]) -> None:
    """A closed case has its outcome and reason, an open one only that people look: it is no accusation."""
    said = text_of(made["en/submissions/mistral-gagnant--caramel.html"], "cases")
    assert "Case 1, 3 November 2026" in said
    assert "Closed on 5 November 2026: unfounded – the machine was another one" in said
    assert "Case 2, 6 November 2026Open; people are looking." in said
    assert "no accusation" in said
    assert not text_of(made[f"en/{PAGE}"], "cases")


def test_voided_answers_are_said_with_their_reason(make_table: Callable[..., Table]) -> None:
    """Which task was asked again, when and why, and whose fault it was."""
    table = make_table(submissions=1, tasks=1, levels=2)
    task = table["tasks"][0]["name"]
    table["standings"][0]["voided"] = [
        {"task": task, "reason": "the timer was wrong", "at": "2026-11-04T08:00:00.000+00:00"},
        {"task": "gone/task", "reason": "<b>x</b>", "at": "2026-11-05T08:00:00.000+00:00"},
    ]
    page = rendered(Sources(table))[f"en/{PAGE}"]
    said = text_of(page, "voided")
    assert "Word problems4 November 2026 – the timer was wrong" in said
    assert "fault of the organisers, and not of the team" in said
    assert "&lt;b&gt;x&lt;/b&gt;" in page


def test_history_leads_to_the_round_it_tells_of(make_table: Callable[..., Table]) -> None:
    """Earlier rounds are linked by their own folder; a rank is an interval there too, and no progress is claimed."""
    table = make_table(submissions=7, tasks=1, levels=2)
    spring = copy.deepcopy(table)
    spring["round"].update(name="Printemps 2026", date="2026-04-01", title={"fr": "Printemps", "en": "Spring"})
    next(row for row in spring["standings"] if row["entry"] == "smol-360m")["rank"] = [2, 5]
    pages = rendered(Sources(table, earlier=(spring,)))
    page = pages["en/submissions/open-lab--smol-135m.html"]
    said = text_of(page, "history")
    assert re.search(
        r'href="\.\./\.\./\.\./printemps-2026~[0-9a-f]{16}/en/submissions/open-lab--smol-360m\.html"', page
    )
    assert "2–5 of 7 places" in said
    assert "the same submission" in said
    assert "does not show, by itself, that the model has changed" in said
    assert "In this round" in said
    assert not text_of(pages[f"en/{PAGE}"], "history").count("In this round")


def test_without_an_address_nothing_absolute_is_said(made: dict[str, str], table: Table) -> None:
    """Open Graph and the address to cite need to know where the publication stands; then they are absolute."""
    assert not any("og:" in html or "canonical" in html for html in made.values())
    page = rendered(Sources(table, url="https://defi.example/"))[f"en/{PAGE}"]
    head = "https://defi.example/rounds/example"
    assert f'<link rel="canonical" href="{head}/en/{PAGE}">' in page
    assert f'<meta property="og:image" content="{head}/og/atelier-loire--cormoran-8b.png">' in page
    assert f"{head}/en/{PAGE}" in text_of(page, "files")


def test_every_language_has_its_own_areas(made: dict[str, str], table: Table) -> None:
    """The table by language holds each language's area with its interval, as the round's table has it."""
    row = table["standings"][0]
    said = text_of(made[f"en/{PAGE}"], "languages")
    for result in row["by_task"].values():
        for one in result["by_language"].values():
            area = one["area"]
            assert f"{area['value'] * 100:.1f} {area['low'] * 100:.1f} to {area['high'] * 100:.1f}" in said


def test_a_team_s_feedback_and_declarations_are_told(made: dict[str, str]) -> None:
    """How often a team asked for its best so far, its country and whether its weights are open, in words."""
    french, english = made[f"fr/{PAGE}"], made[f"en/{PAGE}"]
    assert "the team asked 3 times for its best score so far; 2 of the answers" in text_of(english, "conditions")
    assert "a demandé 3 fois son meilleur score" in text_of(french, "conditions")
    assert "Country of the teamFrance" in text_of(english, "declared")
    assert "open weights" in text_of(english, "declared")
    assert "asked" not in text_of(made["en/submissions/baselines--oracle.html"], "conditions")
    assert "Country" not in text_of(made["en/submissions/pole-sud--manchot.html"], "declared")


def test_every_quotation_and_command_may_be_copied(made: dict[str, str]) -> None:
    """Each has an id of its own, which the script's button points to, and can be selected without it."""
    tree = html5lib.HTMLParser(strict=True).parse(made[f"fr/{PAGE}"])
    found = [node.get("id") for node in tree.iter() if node.get("data-copy") is not None]
    assert found == ["quote", "verify", "citation"]


def test_the_badge_can_be_shown_elsewhere(made: dict[str, str], table: Table) -> None:
    """A ranked submission's page shows its badge, and the lines for another page where an address is known."""
    assert 'src="../../badges/atelier-loire--cormoran-8b.fr.svg"' in made[f"fr/{PAGE}"]
    assert "badges/" not in made["fr/submissions/tard-venus--fragment.html"]
    assert "badges/" not in made["fr/submissions/baselines--oracle.html"]
    page = rendered(Sources(table, url="https://defi.example/"))[f"fr/{PAGE}"]
    code = next(node for node in html5lib.parse(page).iter() if node.get("id") == "badge-code").text
    (image,) = html5lib.parseFragment(code).iter(f"{X}img")
    assert image.get("src") == "https://defi.example/rounds/example/badges/atelier-loire--cormoran-8b.fr.svg"
    assert "Cormoran 8B" in image.get("alt")
