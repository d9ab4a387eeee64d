"""Why a score is what it is, in French: whatever a scorer can say is known, and a quotation stays a quotation."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from rendering import rendered

from harness.notify.faults import FAULTS
from harness.task import task_names
from leaderboard.site.language import Language, typeset
from leaderboard.site.pages import submission
from leaderboard.site.reasons import _PATTERNS, _PLACE, catalogue, reason

FR, EN = Language("fr"), Language("en")
NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
SIMPLE = {*_PATTERNS, "name", "text", "texts", "code"}  # kinds of places that are no lists
SAMPLES = {
    "int": "7",
    "number": "0.50",
    "percent": "33%",
    "fraction": "7/3",
    "language": "fr",
    "quotations": '"cat", "dog"',
}


def plain(text: str, say: Language = FR, task: str = "") -> str:
    """What a reader sees of a reason; it must be known."""
    said = reason(text, say, task)
    assert said.lang == say.code, f"{task} says {text!r}: give it French in leaderboard/site/i18n/reasons.fr.yaml"
    return unescape(re.sub(r"</?(?:bdi|code)>", "", said.text))


@pytest.mark.parametrize(
    ("task", "text", "french", "english"),
    [
        ("", "the thinking has no end", "le raisonnement n’a pas de fin", None),
        ("problem_solving/word_problems", "the answer is 12", "la bonne réponse est 12", None),
        ("problem_solving/algebra", "no single answer of 2 number(s) can be read",
         "aucune réponse unique de 2 nombres n’a pu être lue", "no single answer of 2 numbers can be read"),
        ("problem_solving/countdown_numbers", "this is -7/3, the target is 24",
         "le résultat est -7/3 au lieu de 24", None),
        ("problem_solving/program_synthesis", "ValueError at hidden test 3; 0 of 14 pass",
         f"ValueError au test caché 3{NARROW}; 0 test réussi sur 14", None),
        ("problem_solving/program_synthesis", "wrong at hidden test 1; 2 of 14 pass",
         f"résultat faux au test caché 1{NARROW}; 2 tests réussis sur 14", None),
        ("problem_solving/grid_operations", "33% of the cells", f"33{WIDE}% des cases sont justes",
         "33% of the cells are right"),
        ("content_production/constrained_writing", "1200 words, 40 at most", f"1{NARROW}200 mots, 40 au plus",
         "1,200 words, 40 at most"),
        ("content_production/constrained_writing", "the words \"cat\", \"inn\" and \"Kurt\"; exactly 1 sentence",
         f"non respecté{WIDE}: les mots «{WIDE}cat{WIDE}», «{WIDE}inn{WIDE}» et «{WIDE}Kurt{WIDE}»{NARROW}; "
         "exactement 1 phrase",
         "not met: the words “cat”, “inn” and “Kurt”; exactly 1 sentence"),
        ("content_production/constrained_writing", "un point d'exclamation à la fin; le mot « chat » exactement 2 fois",
         f"non respecté{WIDE}: un point d’exclamation à la fin{NARROW}; le mot «{WIDE}chat{WIDE}» exactement 2 fois",
         "not met: an exclamation mark at the end; the word “chat” exactly 2 times"),
        ("content_production/structured_output", "not valid under the schema; wrong: age, city",
         f"non conforme au schéma{NARROW}; champs faux{WIDE}: «{WIDE}age{WIDE}», «{WIDE}city{WIDE}»",
         "not valid under the schema; wrong: “age”, “city”"),
        ("content_production/structured_output", "0 different JSON objects, 1 expected",
         "0 objet JSON distinct au lieu de 1", None),
        ("content_production/faithful_summary", "missing: roof; made up: Morel, 4321",
         f"manque{WIDE}: «{WIDE}roof{WIDE}»{NARROW}; inventé{WIDE}: «{WIDE}Morel{WIDE}», «{WIDE}4321{WIDE}»",
         "missing: “roof”; made up: “Morel”, “4321”"),
        ("content_production/outlined_text",
         "part 1: 1 words, no garden; part 3: not one year, the text repeats itself",
         f"partie 1{WIDE}: 1 mot, «{WIDE}garden{WIDE}» n’y est pas{NARROW}; "
         f"partie 3{WIDE}: pas une année et une seule, le texte se répète",
         "part 1: 1 word, no “garden”; part 3: not one year, the text repeats itself"),
        ("content_production/translation", "chrF++ 0.53", f"score chrF++{WIDE}: 0,53", None),
        ("understanding/language_craft", "1 separate answers cannot be read",
         "aucune réponse unique n’a pu être lue", "no single answer can be read"),
        ("public/bfcl", "0 calls, 2 wanted", "0 appel lu, 2 attendus", None),
        ("public/mbpp", "flooded: it printed more than 4096 bytes in f(1)",
         f"trop de données{WIDE}: plus de 4{NARROW}096 octets ont été affichés, dans «{WIDE}f(1){WIDE}»",
         "flooded: it printed more than 4,096 bytes in “f(1)”"),
        ("", "50 of 80 items have a result", "50 questions sur 80 ont un résultat", None),
        ("", "1 of 80 items have a result", "1 question sur 80 a un résultat", None),
        ("", "12.5% of the items are unscored: no place before they are run again",
         f"12,5{WIDE}% des questions sont sans score{WIDE}: pas de place avant une nouvelle exécution", None),
    ],
)  # fmt: skip
def test_what_scorers_say_is_said_in_french(task: str, text: str, french: str, english: str | None) -> None:
    """French with its typography and its plurals; English pages say the same, with the quotation marks of a text."""
    assert plain(text, FR, task) == french
    assert plain(text, EN, task) == (english or text)


# --- the catalogue -----------------------------------------------------------------------------------------------


def _sections() -> Iterator[tuple[str, str, Any]]:
    """Every pair with where it stands."""
    for name, pairs in catalogue()["tasks"].items():
        yield from ((name, english, french) for english, french in pairs.items())
    for name, listed in catalogue()["lists"].items():
        yield from ((f"lists.{name}", english, french) for english, french in listed["parts"].items())


def test_both_sides_of_a_pair_have_the_same_places() -> None:
    """No place is lost on the way, and each is of a kind that exists."""
    for where, english, french in _sections():
        kinds = {name: kind for name, kind, *_ in _PLACE.findall(english) if kind}
        assert set(kinds.values()) <= SIMPLE | set(catalogue()["lists"]), (where, english)
        sides = [french] if isinstance(french, str) else [french[key] for key in ("fr", "read", "en")]
        assert not re.search(r"""['"]|(?<![ \xa0])[;:!?»]|«(?! )|  """, _PLACE.sub("x", sides[0])), sides[0]
        for side in sides:
            assert {found[0] for found in _PLACE.findall(side)} == set(kinds), (where, english)


def test_no_task_is_named_that_does_not_exist() -> None:
    """The catalogue's tasks are tasks."""
    assert set(catalogue()["tasks"]) - {"everywhere"} <= {*task_names(), *task_names(public=True)}


def _sample(kind: str) -> str:
    """Something that a place of this kind can hold."""
    if kind in catalogue()["lists"]:
        english = next(iter(catalogue()["lists"][kind]["parts"]))
        return _example(english)
    return SAMPLES.get(kind, "Zorglub")


def _example(template: str, **held: str) -> str:
    """A template with its places filled; plural words as after 7."""
    return _PLACE.sub(lambda m: m[4] if m[4] is not None else held.get(m[1], _sample(m[2])), template)


def test_every_pair_is_read_by_itself() -> None:
    """No template is hidden by one before it, and its French is read again as what it is."""
    for where, english, french in _sections():
        if where.startswith("lists."):
            continue
        told = french if isinstance(french, str) else french["fr"]
        beginning = typeset(_PLACE.split(told)[0], "fr")
        text = plain(_example(english), FR, where)
        assert text.startswith(beginning), (where, english)
        assert plain(_example(english), EN, where)


def test_faults_are_told_as_elsewhere() -> None:
    """What a sealed round says of an error has the words of the notices that teams get."""
    ours = {english.replace("’", "'"): french for french, english in FAULTS.values()}
    assert catalogue()["lists"]["fault"]["parts"] == ours


# --- what an answer can do ---------------------------------------------------------------------------------------

HOSTILE = (
    "x », bonne réponse : « y",
    "x”, right: “y",
    "» <b>juste</b> «",
    "\u202eabc\u2066",
    "</bdi></q><script>x</script>",
    "a; not valid under the schema",
    "7; wrong: z",
    "x\n  remedy: y",
    "{n} {0.__class__}",
    "\x00\ud800",
    "x" * 1900,
)
LONG = (
    "; " * 5000,
    "part 1: " * 1250,
    '"a", ' * 2000,
    "7" * 10_000,
    "« a » et " * 1100,
    "wrong: " * 1500,
    "missing: a; made up: " * 480,
    "the words " + '"' * 9990,
    "the words " + '"a" and ' * 1250,
)


def _outside(text: str) -> str:
    """What a page says itself: without its quotations."""
    return re.sub(r"(?:(?:«\xa0|“)<bdi>[^<]*</bdi>(?:\xa0»|”)(?:, )?)+", "Q", text)


@pytest.mark.parametrize("say", [FR, EN], ids=["fr", "en"])
def test_a_quotation_cannot_leave_its_marks(say: Language) -> None:
    """Whatever an answer puts into a reason, the page's own words around it stay what they are."""
    tried = 0
    for where, english, _ in _sections():
        places = [(name, kind) for name, kind, *_ in _PLACE.findall(english) if kind in ("text", "texts")]
        if where.startswith("lists.") or not places:
            continue
        name = places[-1][0]
        tame = reason(_example(english, **{name: "z"}), say, where)
        assert tame.lang == say.code
        for evil in HOSTILE:
            said = reason(_example(english, **{name: evil}), say, where)
            assert said.lang == say.code, (english, evil)
            assert _outside(said.text) == _outside(tame.text), (english, evil)
            assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069\ud800]", said.text)
            inside = re.findall(r"<bdi>([^<]*)</bdi>", said.text)
            assert not set("".join(inside)) & set("«»" if say is FR else "“”")
            tried += 1
    assert tried > 100


def test_names_of_fields_decide_nothing() -> None:
    """A hostile JSON key is quoted, and is no second fault."""
    text = "wrong: a; not valid under the schema, b"
    said = plain(text, FR, "content_production/structured_output")
    assert said == f"champs faux{WIDE}: «{WIDE}a; not valid under the schema{WIDE}», «{WIDE}b{WIDE}»"


def test_a_task_says_only_what_is_its_own() -> None:
    """A text of another task is not read as one: it stays as it is."""
    assert reason("wrong: f(1) gave 3", FR, "public/mbpp").lang == "fr"
    assert reason("wrong: f(1) gave 3", FR, "problem_solving/sudoku") == ("wrong: f(1) gave 3", "en")


def test_what_nobody_knows_stays_english_and_is_cut() -> None:
    """Escaped, its invisible characters shown, and no longer than asked."""
    said = reason("no <i>\u202esuch</i> thing " * 900, FR, "problem_solving/sudoku", 40)
    assert said.lang == "en"
    assert said.text.startswith("no &lt;i&gt;⟨U+202E⟩such")
    assert said.text.endswith("…")
    assert len(unescape(said.text)) < 80


@pytest.mark.parametrize("evil", LONG)
def test_a_long_reason_takes_no_time(evil: str) -> None:
    """10,000 hostile characters under the templates of every task: milliseconds."""
    begun = time.process_time()
    for task in catalogue()["tasks"]:
        reason(evil, FR, task)
    assert time.process_time() - begun < 2


def test_organisers_words_are_left_alone(make_table: Callable[..., Any]) -> None:
    """A failed run's reason is translated; that of a withdrawal is the organisers', to the letter."""
    table = make_table(submissions=8, tasks=2, levels=3)
    for row, state in zip(table["standings"], ("failed", "withdrawn"), strict=False):
        row.update(state=state, reason="the thinking has no end", rank=None, area=None)
        row.update(by_task={}, by_track={}, by_language={})
    pages = rendered(table, submission)
    failed, withdrawn = (pages[f"fr/submissions/{row['team']}--{row['entry']}.html"] for row in table["standings"][:2])
    assert "le raisonnement n’a pas de fin" in failed
    assert "the thinking has no end" not in failed
    assert "the thinking has no end" in withdrawn
