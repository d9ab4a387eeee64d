"""M-IFEval: instructions in French and Spanish, each with kinds of its own."""

from typing import Any

import pytest

from harness.public.instructions import verdict
from harness.task import load_task
from harness.task_check import check_task
from harness.types import Item

NAME = "public/m_ifeval"
TASK = load_task(NAME)
RELATIONS = {"au moins": "at least", "moins de": "less than", "al menos": "at least"}
OWN = (  # kinds whose rules differ by language, or are one language's alone
    *("change_case:", "special_character:", "punctuation:question", "punctuation:exclamation", ":number_sentences"),
    *(":informal_address", ":no_digits", ":constrained_response", ":title", ":quotation", ":response_language"),
)
OWN_IN_SPANISH = (":number_words", ":nth_paragraph_first_word", ":end_checker", ":number_bullet_lists", ":postscript")


def items(language: str) -> list[Item]:
    return [item for level in (1, 2, 3) for item in TASK.items(level, language, "s", 1000)]


def test_it_keeps_its_promises() -> None:
    """Witnesses score 1 on every row in both languages, and no attack is above the card's chance."""
    assert check_task(NAME, 200) == []


def test_every_row_but_one_is_in_one_level() -> None:
    """176 of 177 French rows and all 87 Spanish ones, of 30 kinds each; no language shares a cluster with another."""
    for language, counts, kinds in (("fr", [110, 50, 16], 30), ("es", [75, 6, 6], 30)):
        assert [len(TASK.items(level, language, "s", 1000)) for level in (1, 2, 3)] == counts
        assert len({kind for item in items(language) for kind, _ in item.target}) == kinds
        assert {kind[:3] for item in items(language) for kind, _ in item.target} == {f"{language}:"}
    assert {item.cluster for item in items("fr")}.isdisjoint(item.cluster for item in items("es"))


def test_the_prompt_is_the_row() -> None:
    """Nothing is put around a prompt."""
    for item in (*items("fr")[:20], *items("es")[:20]):
        (message,) = TASK.request(item).messages
        assert (message.role, message.content) == ("verbatim", item.question)


@pytest.mark.parametrize("language", ["fr", "es"])
def test_shared_kinds_are_judged_as_lm_eval_judges_them(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kinds that say the same in every language: lm-eval's English rule gives the same verdict on right and wrong."""
    pytest.importorskip("immutabledict", reason="lm-eval's ifeval is not installed: pip install 'lm-eval[ifeval]'")
    import nltk

    monkeypatch.setattr(nltk, "download", lambda *args, **named: True)  # its models are for other kinds
    from lm_eval.tasks.ifeval.instructions_registry import INSTRUCTION_DICT

    rows = items(language)
    golds = [TASK.gold(item).text for item in rows]
    own = (*OWN, *(OWN_IN_SPANISH if language == "es" else ()))
    seen = 0
    for n, item in enumerate(rows):
        for kind, settings in item.target:
            if any(part in kind for part in own) or "como máximo" in settings.values():
                continue
            checker = INSTRUCTION_DICT[kind[3:]](kind)
            checker.build_description(**translated(settings))
            for text in (golds[n], golds[(n + 3) % len(rows)], golds[n].upper(), golds[n][: len(golds[n]) // 2]):
                assert verdict(text, [kind], [settings]).strict[0] == bool(checker.check_following(text)), (kind, text)
                seen += 1
    assert seen > 100


def translated(settings: dict[str, Any]) -> dict[str, Any]:
    """The settings as the English rules know them."""
    known = {key: RELATIONS.get(value, value) if isinstance(value, str) else value for key, value in settings.items()}
    always_at_least = {"num_highlights", "num_placeholders", "num_sections"} & known.keys()
    return {key: value for key, value in known.items() if key != "relation" or not always_at_least}
