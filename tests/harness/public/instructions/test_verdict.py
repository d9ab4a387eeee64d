"""Strict and loose verdicts, on any text."""

import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.public.instructions import RULES, judged, verdict
from harness.public.instructions.verdict import LONGEST_READ

OWN: dict[str, Any] = yaml.safe_load("""{
    keywords: [a, b], keyword: a, frequency: 2, relation: at least, forbidden_words: [x], language: fr, letter: e,
    let_frequency: 3, let_relation: at least, num_sentences: 3, num_words: 5, num_paragraphs: 2, nth_paragraph: 1,
    first_word: a, capital_frequency: 2, num_placeholders: 2, postscript_marker: P.S., num_bullets: 2,
    num_highlights: 2, section_spliter: Part, num_sections: 2, prompt_to_repeat: a b c, end_phrase: end,
    forbidden_char: ç,
    word_to_accentuate: {a: à}, min_words: 1, max_words: 9, small_n: 2, "N": 2, "n": 2, m: 2, percentage: 50.0,
    reference_text: abcdef, word: a, options: yes/no, sep: "-", n_start: 1, n_end: 2,
    keyword1: a, keyword2: a, keyword3: a, keyword4: a, keyword5: a,
}""")  # settings that serve every kind
HOSTILE = {
    "letters": "a",
    "blanks": " \n",
    "stars": "*",
    "opened": "<<[(\"'",
    "closed": ">>])",
    "hashes": "# ",
    "sentences": "a. ",
    "periods": ".",
    "numbers": "1,",
    "NUL and a lone surrogate": "\x00\ud800 ",
    "inverted": "¿¡",
    "json": "[",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_every_rule_is_safe_and_quick_on_a_megabyte(name: str) -> None:
    """No text makes a rule fail or take long: all 137 rules, strict and loose, in some seconds of processor time."""
    text = (HOSTILE[name] * 1_000_000)[:1_000_000]
    start = time.process_time()
    found = verdict(text, list(RULES), [OWN] * len(RULES))
    assert len(found.strict) == len(found.loose) == len(RULES)
    assert time.process_time() - start < 20


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("aB. *-\n[]<>#\"',!?1é¿¡|/\ud800\x00"), max_size=60))
def test_loose_is_never_stricter(text: str) -> None:
    """Every instruction that is followed strictly is followed loosely, and a blank text follows none."""
    found = verdict(text, list(RULES), [OWN] * len(RULES))
    assert all(loose or not strict for strict, loose in zip(found.strict, found.loose, strict=True))
    assert bool(text.strip()) or not any(found.loose)


@pytest.mark.parametrize("text", ["Sure!\n{}", "{}\nBye!", "Sure!\n{}\nBye!", "**Sure!**\n**{}**\nBye!"])
def test_loosely_first_and_last_lines_and_stars_do_not_count(text: str) -> None:
    """What is strictly missed because of them is loosely followed."""
    kinds, own = ["repeat:repeat_span", "punctuation:no_comma"], [OWN, {}]
    found = verdict(text.format("b"), kinds, own)
    assert (found.strict, found.loose) == ((False, True), (True, True))


def test_the_four_usual_figures() -> None:
    """Prompt level is all or nothing, instruction level a share, and the reason names what is missed."""
    kinds, own = ["repeat:repeat_span", "punctuation:no_comma", "format:no_whitespace"], [OWN, {}, {}]
    found = judged("Sure:\nb\nBye", kinds, own)
    assert found.value == 0
    assert found.metrics == {"strict": 0, "loose": 1, "strict_instructions": 1 / 3, "loose_instructions": 1}
    assert found.reason == "not followed: repeat:repeat_span, format:no_whitespace"
    assert judged("Sure:\nb\nBye", kinds, own, value="loose").value == 1


def test_a_long_text_is_read_to_a_bound() -> None:
    """What stands beyond the bound does not count."""
    text = "a" * LONGEST_READ + ","
    assert verdict(text, ["punctuation:no_comma"], [{}]).strict == (True,)
