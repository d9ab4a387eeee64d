from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.intake.checks.names import is_invisible, skeleton


@pytest.mark.parametrize(
    "title",
    [
        "Modèle A",
        "L\u2019été\u00a0: n\u1d52\u00a01",
        "Việt-Lạc 7B",
        "東京モデル LLM",
        "한국어 모델",
        "Модель Qwen-7B",
        "Ελληνικό μοντέλο",
        "نموذج عربي",
        "मॉडल",
        "GPT α",
        "Oμ 2",
        "x" * 80,
    ],
)
def test_names_of_any_language_pass(entry: Any, title: str) -> None:
    """Accents, French spaces, every script, and several scripts in different words or as Japanese mixes them."""
    entry.manifest["title"] = unicodedata.normalize("NFC", title)
    expected = ["name.scripts"] if title == "Oμ 2" else []
    assert entry.codes() == expected


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Mis\u200btral", "name.invisible"),
        ("Mistral\ufeff", "name.invisible"),
        ("Mis\u00adtral", "name.invisible"),
        ("\u3164", "name.invisible"),
        ("Mistral\u2003A", "name.invisible"),
        ("Mistral\ufe0f", "name.invisible"),
        ("Mistral\U000e0041", "name.invisible"),
        ("Mistral \ue000", "name.invisible"),
        ("Mode\u0300le", "name.form"),
        ("Z" + "\u0335\u0321\u0353" * 4, "name.marks"),
        ("Luc\u0456e", "name.scripts"),
        ("\u0391nna", "name.scripts"),
        ("m\u043edel-7", "name.scripts"),
        ("\u041e\u0441\u0435", "name.latin-lookalike"),
    ],
)
def test_names_that_deceive_are_found(entry: Any, title: str, code: str) -> None:
    """Invisible characters, loose accents, piled marks, borrowed letters: each is told by its own code."""
    entry.manifest["title"] = title
    verdict = entry.check()
    assert code in [f.code for f in verdict.findings]
    assert verdict.eligible == (code == "name.latin-lookalike")
    assert all(f.what.isprintable() for f in verdict.findings)


@pytest.mark.parametrize(
    ("title", "claims"),
    [
        ("1. Winner", True),
        ("#1 Modèle", False),
        ("1er du classement", True),
        ("Modèle (baseline)", True),
        ("Vainqueur 7B", True),
        ("TOP 1", True),
        ("3B Instruct", False),
        ("01-ai Yi", False),
        ("Modèle 2.5", False),
        ("4e génération", True),
        ("Gemma 3 270M (Q4_K_M)", False),
    ],
)
def test_a_title_that_takes_a_place_is_looked_at(entry: Any, title: str, claims: bool) -> None:
    """A warning, and no refusal: a model may be called so."""
    entry.manifest["title"] = title
    verdict = entry.check()
    assert ("name.claim" in [f.code for f in verdict.findings]) is claims
    assert verdict.eligible


def test_the_contact_is_looked_at_too(entry: Any) -> None:
    """An address with a borrowed letter is another person's."""
    entry.manifest["contact"] = "team@ex\u0430mple.org"
    assert entry.codes() == ["name.scripts"]


@pytest.mark.parametrize(
    ("other", "double"), [("tearn-a", True), ("teama", True), ("team-b", False), ("tean-a", False)]
)
def test_a_teams_double_is_a_warning(entry: Any, other: str, double: bool) -> None:
    """A name with rn for m, or a hyphen more: the organisers are told, and neither team is barred."""
    (entry.folder.parent.parent / other).mkdir()
    verdict = entry.check()
    assert verdict.eligible
    assert [f.code for f in verdict.findings] == (["name.double"] if double else [])


@given(st.characters())
def test_a_character_that_prints_is_visible(character: str) -> None:
    """No printable letter, number, punctuation or symbol is called invisible, but for fillers."""
    if character.isprintable() and unicodedata.category(character)[0] in "NPS":
        assert is_invisible(character) == (character == "\u2800")


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=30))
def test_a_skeleton_is_its_own(name: str) -> None:
    """Reading a second time changes nothing that a reader of the first time would tell apart from its letters."""
    assert set(skeleton(name)) <= set("abcdefghjklmnopqrstuvwxyz2346789")
    assert skeleton(skeleton(name)).count("-") == 0
