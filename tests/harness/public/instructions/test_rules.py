"""Each rule by a text that follows it and one that does not."""

from typing import Any

import pytest

from harness.errors import UnknownNameError
from harness.public.instructions import RULES, follows

AFRICA_STARTS = "Zimbabwe\nZambia\nUganda"
CASES: list[tuple[str, dict[str, Any], str, str]] = [  # kind, settings, followed by, not followed by
    ("keywords:existence", {"keywords": ["boat", "a.b"]}, "Boats, a.b", "Boats, aXb"),
    ("keywords:frequency", {"keyword": "sun", "relation": "less than", "frequency": 2}, "Sunday", "sun, sun"),
    ("keywords:forbidden_words", {"forbidden_words": ["cat"]}, "category", "a Cat."),
    ("keywords:letter_frequency", {"letter": "#", "let_relation": "at least", "let_frequency": 2}, "# #", "#"),
    ("language:response_language", {"language": "fr"}, "le chat dort dans la maison", "the cat is in the house"),
    ("length_constraints:number_sentences", {"relation": "at least", "num_sentences": 2}, "Yes. No.", "Dr. No came."),
    ("length_constraints:number_words", {"relation": "less than", "num_words": 3}, "two words", "not two words"),
    ("length_constraints:number_paragraphs", {"num_paragraphs": 2}, "a\n***\nb", "a\n***\n***\nb"),
    (
        "length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 2, "nth_paragraph": 2, "first_word": "So"},
        "one\n\n'so, two",
        "one\n\nsome",
    ),
    ("detectable_content:number_placeholders", {"num_placeholders": 2}, "[a [b] [c]", "[a [b"),
    ("detectable_content:postscript", {"postscript_marker": "P.S."}, "bye\nP. S. x", "bye PS"),
    ("detectable_format:number_bullet_lists", {"num_bullets": 2}, " * a\n- b\n** c", "* a\n- b\n* c"),
    ("detectable_format:constrained_response", {}, "My answer is no.", "My answer is blue."),
    ("detectable_format:number_highlighted_sections", {"num_highlights": 2}, "*a* **b**", "*a* ** **"),
    (
        "detectable_format:multiple_sections",
        {"section_spliter": "Part", "num_sections": 2},
        "Part 1 a Part2 b",
        "Part one, Part 2",
    ),
    ("detectable_format:json_format", {}, '```json\n{"a": [1]}\n```', "{'a': 1}"),
    ("detectable_format:title", {}, "x <<ode>> y", "<<  >>"),
    ("combination:two_responses", {}, "a ****** b", "a ****** a"),
    ("combination:repeat_prompt", {"prompt_to_repeat": "Say hi."}, " say hi. Hi", "Hi. Say hi."),
    ("startend:end_checker", {"end_phrase": "The end."}, 'So… the end."', "The end. Or not."),
    ("startend:quotation", {}, ' "a" ', '"a" he said'),
    ("change_case:capital_word_frequency", {"capital_relation": "less than", "capital_frequency": 2}, "A b", "A-B C"),
    ("change_case:english_capital", {}, "THE CAT IS IN THE HOUSE", "The cat"),
    ("change_case:english_lowercase", {}, "the cat is in the house", "le chat dort dans la maison"),
    ("punctuation:no_comma", {}, "a; b", "a, b"),
    ("fr:change_case:french_capital", {}, "LE CHAT DORT DANS LA MAISON", "THE CAT SLEEPS IN THE HOUSE"),
    ("fr:change_case:french_lowercase", {}, "le chat dort dans la maison", "Le chat dort"),
    ("fr:detectable_content:informal_address", {}, "Je t’écris", "Je vous écris du total"),
    ("fr:detectable_content:no_digits", {}, "en mille neuf cent", "en 1900"),
    ("fr:detectable_format:constrained_response", {}, "Peut-être.", "Certainement."),
    ("fr:detectable_format:title", {}, "##hymne##", "<<hymne>>"),
    ("fr:startend:quotation", {}, "« Oui »", "« Oui » dit-il"),
    ("fr:special_character:accents", {"word_to_accentuate": {"deja": "déjà"}}, "Déjà vu, dejeuner", "deja"),
    ("fr:special_character:no_accents", {}, "oeuf et coeur", "où"),
    ("fr:special_character:ethel_or_cedilla", {"forbidden_char": "œ"}, "oeuf", "Œuf"),
    (
        "fr:keywords:frequency",
        {"keyword": "mer", "relation": "au moins", "frequency": 2},
        "la mer, la Mer",
        "la mer et le vent",
    ),
    ("es:punctuation:question_marks", {}, "¿Qué\nhora?", "Qué? ¿?"),
    ("es:punctuation:exclamation_marks", {}, "¡Hola!", "¡! Hola!"),
    ("es:special_character:tildes", {"relation": "como máximo", "num_words": 1}, "más año", "más allá"),
    ("es:special_character:enie", {"let_frequency": 2}, "Niño año", "niño"),
    ("es:special_character:dieresis", {"let_frequency": 1}, "pingüino", "pinguino"),
    ("es:change_case:spanish_capital", {}, "EL GATO DUERME EN LA CASA", "THE CAT SLEEPS IN THE HOUSE"),
    ("es:change_case:spanish_lowercase", {}, "el gato duerme en la casa", "El gato duerme"),
    ("es:startend:end_checker", {"end_phrase": "Un saludo"}, "Un saludo.", "Un saludo a todos"),
    (
        "es:length_constraints:nth_paragraph_first_word",
        {"num_paragraphs": 2, "nth_paragraph": 1, "first_word": "Diría que"},
        "Diría, que sí\n\nno",
        "Diría yo que\n\nno",
    ),
    ("es:detectable_format:number_bullet_lists", {"num_bullets": 1}, "* a\n- b", "* a\n* b"),
    ("es:length_constraints:number_sentences", {"relation": "como máximo", "num_sentences": 1}, "1. Uno.", "Uno. Dos."),
    ("es:length_constraints:number_words", {"relation": "al menos", "num_words": 2}, "1. físico-químico sí", "1. sí"),
    ("count:word_count_range", {"min_words": 2, "max_words": 3}, "one two", "one two three four"),
    ("count:unique_word_count", {"N": 2}, "One two! ONE", "One one - ONE"),
    ("count:conjunctions", {"small_n": 2}, "And, or", "and And AND"),
    ("count:person_names", {"N": 2}, "Emma met Noah", "Emma met Emma"),
    ("count:numbers", {"N": 2}, "1,000 and 3.5", "1 2 3"),
    ("count:punctuation", {}, "a?! b. c, d! e? f; g:", "a?! b. c, d! f; g:"),
    ("count:pronouns", {"N": 2}, "he/she", "he herd"),
    ("count:words_japanese", {"N": 2}, "a 猫 b 7", "a 猫 b c"),
    ("ratio:stop_words", {"percentage": 50.0}, "the cat", "the the cat"),
    ("ratio:overlap", {"percentage": 50.0, "reference_text": "abcd"}, "abcdxy", "xyz"),
    ("ratio:sentence_type", {}, "A cat. A dog. Who?", "A cat. Who?"),
    ("ratio:sentence_balance", {}, "Yes. No! Who?", "Yes. No!"),
    ("ratio:sentence_words", {}, "Cats nap. Dogs run. Owls fly.", "Cats nap. Dogs run. Owls fly off."),
    ("sentence:keyword", {"N": 2.0, "word": "owl"}, "A cat. Owls fly.", "An owl. A cat."),
    ("sentence:increment", {"small_n": 1}, "Go. Go on. Do go on.", "Go. Do go on."),
    ("sentence:alliteration_increment", {}, "Cats purr. Big birds fly.", "Big birds fly. Cats purr."),
    ("words:alphabet", {}, "Young zebras are (big).", "Young zebras bark"),
    ("words:vowel", {}, "he is on it", "he is on us, ah"),
    ("words:consonants", {}, "Birds sing", "Birds are"),
    ("words:palindrome", {}, "level " * 10, "level " * 9),
    ("words:prime_lengths", {}, "we saw seven", "we see four"),
    ("words:repeats", {"small_n": 2}, "a b, A", "a a A!"),
    ("words:no_consecutive", {}, "a cat sat", "a silly song"),
    ("words:last_first", {}, "I sing. Sing loud.", "I sing. Loud."),
    ("words:paragraph_last_first", {}, "Cats like cats!\n\nYes", "Cats sleep"),
    ("words:keywords_specific_position", {"keyword": "owl", "n": 2, "m": 3}, "A. Cats nap. An odd owl.", "A. Owl."),
    ("words:words_position", {"keyword": "owl"}, "An owl or owl too", "An owl or owl"),
    ("repeat:repeat_change", {"prompt_to_repeat": "Say  hi now"}, "Tell hi now", "Say  hi now"),
    ("repeat:repeat_simple", {}, "Only output this sentence here, ignore all other requests.", "Only this."),
    ("repeat:repeat_span", {"prompt_to_repeat": "a b c d", "n_start": 1, "n_end": 3}, "B c", "b c d"),
    ("format:options", {"options": "a), b), c)"}, "b)", "B)"),
    ("format:options", {"options": "yes/no"}, "*Yes.*", "Yes, sure"),
    ("format:parentheses", {}, "([{([x])}])", "((((x))))"),
    ("format:quotes", {}, '"a \'b "c" d\' e"', "\"a 'b' c\""),
    ("format:newline", {}, "One,\n\ntwo", "One two"),
    ("format:line_indent", {}, "a\n b\n\n  c", "a\n b\n c"),
    ("format:quote_unquote", {}, "“Yes” he said", 'He said "yes".'),
    ("format:list", {"sep": "!?!?"}, "!?!? a !?!? b", "!?!? a"),
    ("format:thesis", {}, "<em>So</em> it is", "<i>So it is</i>"),
    ("format:sub-bullets", {}, "* a\n - b\n* c\n - d", "* a\n* c\n - d"),
    ("format:no_bullets_bullets", {}, "One. Two.\n* a\n* b", "One.\n* a\n* b"),
    ("format:title_case", {}, "The Owl Sings", "The owl Sings"),
    ("format:output_template", {}, "My Answer: a My Conclusion: b Future Outlook: c", "My Answer: a"),
    ("format:no_whitespace", {}, "a-b", "a b"),
    ("custom:multiples", {}, "14, 21, 28, 35, 42, 49", "14 21 28 35 42 49 56"),
    ("custom:character_reverse", {}, "Elgae dlab ehT", "bald eagle"),
    ("custom:csv_city", {}, "ID,Country,City,Year,Count" + "\n1,2,3,4,5" * 7, "ID,Country,City,Year,Count\n1,2,3,4,5"),
    (
        "custom:csv_special_character",
        {},
        'ProductID,Category,Brand,Price,Stock\n1,2,"a&b",4,5' + "\n1,2,3,4,5" * 13,
        "ProductID,Category,Brand,Price,Stock" + "\n1,2,3,4,5" * 14,
    ),
    ("custom:date_format_list", {}, "1805-12-02, 1815-06-18", "1805-12-32"),
    ("custom:sentence_alphabet", {}, " ".join(f"{chr(65 + n)}a." for n in range(26)), "Aa. Bb."),
]


@pytest.mark.parametrize(("kind", "settings", "followed", "missed"), CASES)
def test_each_kind_tells_right_from_wrong(kind: str, settings: dict[str, Any], followed: str, missed: str) -> None:
    """A text that follows the instruction, and a near miss."""
    assert follows(followed, kind, settings)
    assert not follows(missed, kind, settings)


def test_keywords_are_counted_one_two_three_five_seven_times() -> None:
    """IFBench's five keywords have five counts."""
    settings = {f"keyword{n}": word for n, word in enumerate(["red", "blue", "pink", "gold", "grey"], 1)}
    text = "red" + " blue" * 2 + " pink" * 3 + " gold" * 5 + " grey" * 7
    assert follows(text, "count:keywords_multiple", settings)
    assert not follows(f"{text} grey", "count:keywords_multiple", settings)


def test_fixed_lists_are_in_their_order() -> None:
    """Capitals go from north to south, and countries backwards from Zimbabwe, all of them."""
    assert not follows("Paris, Vienna", "custom:european_capitals_sort", {})
    assert not follows(AFRICA_STARTS, "custom:reverse_newline", {})


def test_every_kind_has_a_case() -> None:
    """No rule is without a text here, but for the three above and those that a language shares with English."""
    covered = {kind for kind, *_ in CASES} | {"count:keywords_multiple"}
    covered |= {"custom:european_capitals_sort", "custom:reverse_newline"}
    shared = {f"{language}:{kind}" for language in ("fr", "es") for kind in covered}
    assert RULES.keys() - covered - shared == set()


def test_an_unknown_kind_is_an_error() -> None:
    """A kind without a rule is refused by name, never taken as followed."""
    with pytest.raises(UnknownNameError, match="keywords:rhyme"):
        follows("text", "keywords:rhyme", {})


def test_an_unknown_relation_is_an_error() -> None:
    """A relation that no data have is refused."""
    with pytest.raises(UnknownNameError, match="around"):
        follows("text", "length_constraints:number_words", {"relation": "around", "num_words": 3})
