"""MGSM asks and judges as lm-eval's `mgsm_direct` does."""

from typing import Any

import pytest

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item

NAME = "public/mgsm"
TASK = load_task(NAME)
LANGUAGES = ("fr", "de", "es", "en")
FORMS = (  # what is put in place of {}: the right number, or the one after it
    " {}",
    "{}.",
    " 2 + 3 = {}\nDonc {} euros.",
    " {} €",
    " ${}",
    " -{}",
    " {}.00",
    " 7, puis {}",
    " {} or 7",
    " Je ne sais pas.",
    "",
)


def test_it_keeps_its_promises() -> None:
    """Published answers score 1 and no baseline is above chance."""
    assert check_task(NAME, 60) == []


def test_problems_are_aligned() -> None:
    """All 250 problems of a language are asked, and share number and cluster with those of the others."""
    for items in zip(*(TASK.items(1, language, "s", 500) for language in LANGUAGES), strict=True):
        assert len({(item.target, item.cluster) for item in items}) == 1
    assert len({item.question for item in TASK.items(1, "fr", "s", 500)}) == 250


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_asks_and_judges_as_lm_eval(lm_eval: Any, mgsm_rows: Any, language: str) -> None:
    """The same prompts, stops and values, item by item, for right, wrong and odd answers."""
    files = {"test": mgsm_rows(language)}
    peer = lm_eval(f"mgsm/direct/mgsm_direct_{language}.yaml", 60, files, training_split=None)
    items = {TASK.request(item).messages[0].content: item for item in TASK.items(1, language, "s", 500)}
    assert len(peer.documents) == 60
    for index, document in enumerate(peer.documents):
        item = items[document.prompt]
        assert set(document.sampling.stop) <= set(TASK.card.stop)
        for number in (item.target, str(int(item.target) + 1), f"{int(item.target):,}"):
            for form in FORMS[index % 3 :: 3]:
                text = form.replace("{}", number)
                theirs = peer.judge(document, [text])
                ours = _judged(item, text)
                assert ours.value == theirs["exact_match,flexible-extract"], text
                assert ours.metrics["exact"] == theirs["exact_match,remove_whitespace"], text


@pytest.mark.parametrize(
    ("form", "grouped"),
    [(" Elle gagne 114 200 $.", 1), ("114\u202f200", 1), ("114.200", 0), ("114200,00", 1), ("114 201", 0), ("", 0)],
)
def test_grouped_numbers_are_read(form: str, grouped: float) -> None:
    """`grouped` reads thousands apart and a decimal part, in an item made up for it."""
    item = Item("x", NAME, 1, "fr", "x", 0, "Combien ?", "114200")
    assert _judged(item, form).metrics["grouped"] == grouped


def _judged(item: Item, text: str) -> Any:
    return TASK.score(item, Completion(item.id, text, "stop", 1, 1, ""))
