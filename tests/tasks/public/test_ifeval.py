"""IFEval asks and judges as lm-eval's `ifeval` does."""

import random
import re
from typing import Any

import pytest

from harness.public.instructions import follows, verdict
from harness.public.instructions.reading import sentences, tokens
from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item

NAME = "public/ifeval"
TASK = load_task(NAME)
LETTERLESS = {1122, 1129}  # rows with a sign to count: lm-eval counts a letter that it draws
MIXED = """**A trip**\n\nDr. Smith, who lives in the U.S.A., said: "I can't come, e.g. on Monday." He's 3.5 years old!
* First: it's *fine*\n- Second -- isn't it?\n*** \n<< A title >> <<>>\n[name] and [place [inner]] ... P. S. note; P.P.S.
Section 1 SECTION 2 Paragraph 3\n\nI'M OK; "NO WAY!" $5,000 @HOME ÉCOLE\n\n******\n\np.s. Any other questions?"""
SOUP = (*'aB cD.*-\n[]<>#",!?12 éÇ_&:;()', *"*** ****** << >> ** P.S. U.S. OK cannot n't 's ... -- 1,000 3.5".split())
SOUP = (*SOUP, "p. p. s", "Section 1", "\n\n", "\n* ", "\n- ", "\t", "Mr. ")
KINDS: dict[str, dict[str, Any]] = {
    "length_constraints:number_paragraphs": {"num_paragraphs": 3},
    "length_constraints:nth_paragraph_first_word": {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "OK"},
    "length_constraints:number_words": {"relation": "less than", "num_words": 12},
    "detectable_content:number_placeholders": {"num_placeholders": 2},
    "detectable_content:postscript": {"postscript_marker": "P.P.S"},
    "detectable_format:number_bullet_lists": {"num_bullets": 2},
    "detectable_format:number_highlighted_sections": {"num_highlights": 3},
    "detectable_format:multiple_sections": {"section_spliter": "Section", "num_sections": 2},
    "detectable_format:title": {},
    "combination:two_responses": {},
    "startend:quotation": {},
    "startend:end_checker": {"end_phrase": "OK"},
    "keywords:forbidden_words": {"forbidden_words": ["OK"]},
    "keywords:letter_frequency": {"letter": "d", "let_relation": "at least", "let_frequency": 2},
}


@pytest.fixture
def peer(nltk_models: Any, lm_eval: Any) -> Any:
    """lm-eval's task over the same rows."""
    return lm_eval("ifeval/ifeval.yaml", None, {"train": "ifeval/test.jsonl"})


def items() -> dict[str, Item]:
    return {item.question: item for level in (1, 2, 3) for item in TASK.items(level, "en", "s", 1000)}


def test_it_keeps_its_promises() -> None:
    """Witnesses score 1, and no attack is above the card's chance."""
    assert check_task(NAME, 60) == []


def test_every_row_but_one_is_in_one_level() -> None:
    """The levels share out 399 of the 400 rows, and all 25 kinds of instruction are in them."""
    assert [len(TASK.items(level, "en", "s", 1000)) for level in (1, 2, 3)] == [236, 127, 36]
    assert len({kind for item in items().values() for kind, _ in item.target}) == 25


def test_it_asks_and_judges_as_lm_eval(peer: Any) -> None:
    """The same prompts, and the same verdict on every instruction, strict and loose, for five answers to each row.

    The first of them is the row's witness, which follows every instruction.
    """
    known = items()
    assert all(set(document.sampling.stop) == set(TASK.card.stop) for document in peer.documents)
    golds = [TASK.gold(item).text for item in known.values()]
    for n, document in enumerate(peer.documents):
        if (item := known.get(document.prompt)) is None:
            assert document.row["key"] == 1627
            continue
        gold, other = TASK.gold(item).text, golds[(n + 7) % len(golds)]
        cased = gold.lower() if n % 2 else gold.upper()
        for text in (gold, f"Sure! Here it is:\n{gold}\nBye.", f"* {other}\n\n{gold[: len(gold) // 2]}", cased, MIXED):
            theirs = peer.judge(document, [text])
            metrics = TASK.score(item, Completion(item.id, text, "stop", 1, 1, "")).metrics
            ours = verdict(text, *zip(*item.target, strict=True))
            same = [
                list(ours.strict) == theirs["inst_level_strict_acc,none"],
                list(ours.loose) == theirs["inst_level_loose_acc,none"],
                metrics["strict"] == float(theirs["prompt_level_strict_acc,none"]),
                metrics["loose"] == float(theirs["prompt_level_loose_acc,none"]),
                metrics["strict_instructions"] == sum(ours.strict) / len(ours.strict),
                metrics["loose_instructions"] == sum(ours.loose) / len(ours.loose),
            ]
            assert all(same) or document.row["key"] in LETTERLESS, (document.row["key"], text)
            assert text != gold or all(ours.strict), document.row["key"]


def test_rules_agree_with_lm_eval_on_any_text(nltk_models: Any) -> None:
    """Marks, blanks and lines in any order: the same verdict as lm-eval's class of the same kind."""
    from lm_eval.tasks.ifeval.instructions_registry import INSTRUCTION_DICT

    rng = random.Random(0)
    for _ in range(1500):
        text = "".join(rng.choices(SOUP, k=rng.randint(1, 40)))
        for kind, settings in KINDS.items():
            checker = INSTRUCTION_DICT[kind](kind)
            checker.build_description(**settings)
            theirs = bool(text.strip()) and bool(checker.check_following(text))
            assert follows(text, kind, settings) == theirs, (kind, text)


def test_sentences_and_tokens_are_those_of_nltk(nltk_models: Any) -> None:
    """Punkt's sentences and Treebank tokens of text with abbreviations, quotes, lists and clitics are NLTK's."""
    rng = random.Random(0)
    said = re.split(
        " ", "The dog Dr. Smith went e.g. home. I'm can't 'second' cannot \"NO\" A. B. NASA, 1,000 end.\n\n"
    )
    said += re.split(
        " ", 'He said! Why? "Yes." 3.5 U.S. i.e. (see p. 4) Mr. Jones... etc.; -- line: * item\n- 1. First'
    )
    for _ in range(400):
        text = " ".join(rng.choices(said, k=30))
        assert list(sentences(text)) == nltk_models.sent_tokenize(text), text
        assert [token.replace('"', "``") for token in tokens(text)] == [
            token.replace("''", "``") for token in nltk_models.word_tokenize(text)
        ], text


def test_golds_are_real_texts() -> None:
    """A witness is no list of marks: it has words, and is not the prompt."""
    for item in list(items().values())[:100]:
        assert len(re.findall(r"\w+", TASK.gold(item).text)) >= 3
        assert TASK.gold(item).text != item.question
