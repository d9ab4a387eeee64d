from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("training_data", "<à décrire / to be described>", "declaration.placeholder"),
        ("title", "<nom affiché / name shown>", "declaration.placeholder"),
        ("title", "‹nom affiché / name shown›", "declaration.placeholder"),
        ("license", "‹Apache-2.0›", "declaration.placeholder"),
        ("contact", "‹you@example.org›", "declaration.placeholder"),
        ("contact", "you@example.org", "declaration.placeholder"),
        ("training_data", "   ", "declaration.empty"),
        ("training_data", "the web", "declaration.training-data"),
    ],
)
def test_texts_that_say_nothing_are_refused(entry: Any, key: str, value: Any, code: str) -> None:
    """A blank, a placeholder of the template and two words are no declaration."""
    entry.manifest[key] = value
    assert entry.codes() == [code]
    assert not entry.check().eligible


def test_a_model_for_other_languages_may_enter_warned(entry: Any) -> None:
    """A model made for neither French nor English is eligible, and told that it is asked in them."""
    entry.manifest["languages"] = ["de", "no"]
    verdict = entry.check()
    assert verdict.eligible
    assert [f.code for f in verdict.findings] == ["declaration.languages"]


def test_real_declarations_pass(entry: Any) -> None:
    """One of the contest's languages and a sentence are enough."""
    entry.manifest["languages"] = ["de", "fr"]
    assert entry.codes() == []
