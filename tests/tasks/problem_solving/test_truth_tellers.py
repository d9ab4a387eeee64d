"""Knights and knaves: one solution, uniform answers, correct French, a judge that reads sentences and lists."""

from __future__ import annotations

import re
import time
from collections import Counter
from itertools import pairwise, product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.task import load_task
from harness.task_check import check_task
from harness.types import Completion, Item
from tasks.problem_solving.truth_tellers import TASK
from tasks.problem_solving.truth_tellers.claims import Claim, Puzzle, Statement, meaning, solutions
from tasks.problem_solving.truth_tellers.claims import holds as holds_under
from tasks.problem_solving.truth_tellers.puzzle import LEVELS, SCENE_SIZES, WOMEN, difficulty, draw_puzzle
from tasks.problem_solving.truth_tellers.reading import read_truthful
from tasks.problem_solving.truth_tellers.telling import _DAYS, _PLACES, _TIMES, _TOPICS, _VERBS, spelled, tell_puzzle

NAME = "problem_solving/truth_tellers"
ALL = range(1, len(LEVELS) + 1)
BAD_FRENCH = re.compile(
    r"\b(?:que|de|ne) [aeiouyéèêAEIOUYÉ]|\bsi ils?\b|\bde les?\b|\bà les?\b|  |[^ ]\?|\bexactement \d"
    r"|qu'[^aeiouyAEIOU]|\bdes [0-9]"
)


def puzzles(level: int, count: int = 40) -> list[Puzzle]:
    return [draw_puzzle(Random(f"{level}/{n}"), level) for n in range(count)]


def holds(claim: Claim, world: tuple[bool, ...]) -> bool:
    """What a claim means, written again for one assignment."""
    told = [world[person] for person in claim.people]
    parts = [holds(part, world) for part in claim.parts]
    return {
        "true": lambda: told[0],
        "liar": lambda: not told[0],
        "same": lambda: told[0] == told[1],
        "differ": lambda: told[0] != told[1],
        "both": lambda: all(told),
        "neither": lambda: not any(told),
        "some": lambda: any(told),
        "exactly": lambda: sum(told) == claim.number,
        "odd": lambda: sum(told) % 2 == 1,
        "if": lambda: not parts[0] or parts[1],
        "and": lambda: all(parts),
        "or": lambda: any(parts),
        "says": lambda: told[0] == parts[0],
    }[claim.kind]()


def score(item: Item, text: str) -> float | None:
    return TASK.score(item, Completion(item.id, text, "stop", 0, 0, "")).value


def test_keeps_every_promise() -> None:
    """Gold scores 1, baselines stay at chance, items are pinned, distinct and parallel."""
    assert check_task(NAME, 15) == []
    assert load_task(NAME) is TASK


@pytest.mark.parametrize("level", [level for level in ALL if level > 2])
def test_exactly_one_assignment_fits(level: int) -> None:
    """A plain enumeration, with no bits, finds the target and nothing else."""
    for puzzle in puzzles(level, 30 if len(LEVELS) > level else 3):
        fitting = [
            world
            for world in product((False, True), repeat=len(puzzle.names))
            if all(holds(fact, world) for fact in puzzle.facts)
            and all(world[s.speaker] == holds(s.claim, world) for s in puzzle.statements)
        ]
        assert [tuple(n for n, honest in zip(puzzle.names, w, strict=True) if honest) for w in fitting] == [
            puzzle.truthful
        ]


@given(st.integers(0, 2**32), st.sampled_from([6, 8, 12]))
@settings(max_examples=40)
def test_bits_mean_what_the_claims_say(seed: int, level: int) -> None:
    """The integer of a claim has bit a set exactly when the claim holds under assignment a; looked at alone too."""
    puzzle = draw_puzzle(Random(seed), level)
    n = len(puzzle.names)
    claim = Random(seed).choice(puzzle.statements).claim
    for assignment in Random(seed).sample(range(1 << n), min(32, 1 << n)):
        world = tuple(bool(assignment >> i & 1) for i in range(n))
        assert bool(meaning(claim, n) >> assignment & 1) == holds(claim, world) == holds_under(claim, assignment)


def test_a_puzzle_with_two_solutions_is_seen() -> None:
    """Two people who call each other liars leave two assignments."""
    said = (Statement(0, Claim("liar", (1,))), Statement(1, Claim("liar", (0,))))
    assert solutions(Puzzle(("Anna", "Tom"), (), said, 1)) == 0b0110


def test_smullyan() -> None:
    """Smullyan (1978), problem 28: A says "at least one of us is a knave"; A is a knight, B a knave."""
    denial = Claim("or", parts=(Claim("liar", (0,)), Claim("liar", (1,))))
    assert solutions(Puzzle(("A", "B"), (), (Statement(0, denial),), 1)) == 1 << 0b01


@pytest.mark.parametrize("level", [3, 4, 5, 6])
def test_every_answer_is_equally_likely(level: int) -> None:
    """No set of names, "none" included, comes up more often than chance: nothing can be guessed."""
    n = LEVELS[level - 1].people
    counts = Counter(puzzle.truth for puzzle in puzzles(level, 40 << n))
    assert set(counts) == set(range(1 << n))
    assert sum((c - 40) ** 2 / 40 for c in counts.values()) < (1 << n) + 5 * (2 << n) ** 0.5


def test_chance_is_that_of_a_blind_guess() -> None:
    """One name of 48, one of 5, then one subset of 2^n."""
    expected = [1 / 48, 1 / 5, *(0.5**rules.people for rules in LEVELS[2:])]
    assert TASK.card.chance == pytest.approx(expected, rel=0.01)


def test_difficulty_strictly_increases() -> None:
    """The stated proxy grows at every level, and from the fourth on so do statements."""
    proxies = [difficulty(level) for level in ALL]
    assert all(low < high for low, high in pairwise(proxies))
    statements = [rules.statements for rules in LEVELS[3:]]
    assert all(low < high for low, high in pairwise(statements))


@pytest.mark.parametrize("level", ALL)
def test_french_is_correct(level: int) -> None:
    """Elision before every vowel and only there, no wrong contraction, no double space."""
    for puzzle in puzzles(level):
        text = tell_puzzle(puzzle, "fr")
        assert not BAD_FRENCH.search(text), text


def test_french_agrees_in_gender() -> None:
    """A woman is "une menteuse" and two are "toutes les deux"; one man among them and it is "tous les deux"."""
    claims = (Claim("liar", (0,), way=1), Claim("both", (0, 1)), Claim("neither", (0, 2)), Claim("liar", (2,), way=1))
    said = tuple(Statement(2, claim) for claim in claims)
    text = tell_puzzle(Puzzle(("Eva", "Anna", "Tom"), (), said, 0), "fr")
    assert text == (
        "Tom dit qu'Eva est une menteuse. Tom dit qu'Eva et Anna disent toutes les deux la vérité. "
        "Tom dit qu'Eva et Tom mentent tous les deux. Tom dit que Tom est un menteur. Qui dit la vérité ?"
    )
    for puzzle in puzzles(1) + puzzles(2):
        only = "Seule" if puzzle.truthful[0] in WOMEN else "Seul"
        assert f"{only} {spelled(puzzle.truthful[0], 'fr')} dit la vérité." in tell_puzzle(puzzle, "fr")


def test_nesting_keeps_what_is_joined_together() -> None:
    """Joined by "both that … and that …", two claims cannot be split between two speakers."""
    joined = Claim("and", parts=(Claim("liar", (0,)), Claim("true", (1,))))
    said = (Statement(2, Claim("says", (1,), parts=(joined,))),)
    puzzle = Puzzle(("Eva", "Anna", "Tom"), (), said, 0)
    assert "Tom says that Anna would say both that Eva lies and that Anna tells the truth." in tell_puzzle(puzzle, "en")
    assert "Tom dit qu'Anna dirait à la fois qu'Eva ment et qu'Anna dit la vérité." in tell_puzzle(puzzle, "fr")


def test_scenes_have_the_sizes_the_drawing_uses() -> None:
    """The tables of scenes and the ranges they are drawn from agree."""
    assert (len(_DAYS) * len(_TIMES), 997, len(_VERBS), len(_TOPICS), len(_PLACES)) == SCENE_SIZES


def test_items_differ() -> None:
    """The first two thousand of each low level are all different."""
    for level in (1, 2, 3, 4):
        assert len({item.question for item in TASK.items(level, "fr", "distinct", 2000)}) == 2000


PEOPLE = ("Anna", "Tom", "Eva", "Leo")
ANNA_EVA = frozenset({"Anna", "Eva"})

READ = {
    "Anna, Eva": ANNA_EVA,
    "eva and ANNA.": ANNA_EVA,
    "**Anna** et **Eva**": ANNA_EVA,
    "- Anna\n- Eva": ANNA_EVA,
    "Answer: Anna, Eva": ANNA_EVA,
    "Réponse : Anna et Eva.": ANNA_EVA,
    "Answer:\n- Anna\n- Eva": ANNA_EVA,
    "The answer is Anna and Eva.": ANNA_EVA,
    "Anna and Eva tell the truth.": ANNA_EVA,
    "Anna et Eva disent la vérité, Tom et Leo mentent.": ANNA_EVA,
    "Anna tells the truth and Eva tells the truth; Tom lies.": ANNA_EVA,
    "The truth-tellers are Anna and Eva.": ANNA_EVA,
    "Truth-tellers: Anna, Eva. Liars: Tom, Leo.": ANNA_EVA,
    "Liars: Tom, Leo\nTruth-tellers: Anna, Eva": ANNA_EVA,
    "Anna: truth\nTom: liar\nEva: truth\nLeo: liar": ANNA_EVA,
    "If Tom told the truth, Leo would too.\n\nSo Tom lies.\n\nAnswer: Eva, Anna": ANNA_EVA,
    "Anna, Eva\n\nTom and Leo lie.": ANNA_EVA,
    "none": frozenset(),
    "None.": frozenset(),
    "Personne": frozenset(),
    "Personne ne dit la vérité.": frozenset(),
    "Nobody tells the truth.": frozenset(),
    "Réponse : aucun": frozenset(),
    "They all lie.": frozenset(),
    "Anna, Tom, Eva et Leo mentent.": frozenset(),
    "Everyone tells the truth.": frozenset(PEOPLE),
    "Tout le monde dit la vérité.": frozenset(PEOPLE),
    "All of them.": frozenset(PEOPLE),
    "Everyone": frozenset(PEOPLE),
    "Tous.": frozenset(PEOPLE),
    "Tout le monde": frozenset(PEOPLE),
    "Nobody lies.": frozenset(PEOPLE),
    "Personne ne ment.": frozenset(PEOPLE),
    "All four tell the truth": frozenset(PEOPLE),
    "Ils disent tous la vérité.": frozenset(PEOPLE),
    "All four lie": frozenset(),
    "Nul ne dit la vérité": frozenset(),
    "Aucun d'entre eux.": frozenset(),
    "Ils mentent tous.": frozenset(),
    "They are all liars.": frozenset(),
    "Personne ne dit la vérité, tous mentent.": frozenset(),
    "Anna et Eva disent toutes les deux la vérité.": ANNA_EVA,
    "Anna et Eva sont sincères, tandis que Tom et Leo mentent.": ANNA_EVA,
    "Anna: true\nTom: false\nEva: true\nLeo: false": ANNA_EVA,
    "Anna (truth-teller), Tom (liar), Eva (truth-teller), Leo (liar)": ANNA_EVA,
    "Everyone except Tom and Leo": ANNA_EVA,
    "Réponse : tous sauf Tom et Leo": ANNA_EVA,
    "Only Tom and Leo lie.": ANNA_EVA,
    "Tom and Leo lie; everyone else tells the truth.": ANNA_EVA,
    "Tom et Leo mentent, les autres disent la vérité.": ANNA_EVA,
}

ANNA, NOT_ANNA = frozenset({"Anna"}), frozenset({"Tom", "Eva", "Leo"})
ONE = {
    "Everyone tells the truth except Anna.": NOT_ANNA,
    "Everyone except Anna tells the truth.": NOT_ANNA,
    "Everybody but Anna is honest": NOT_ANNA,
    "Tout le monde dit la vérité sauf Anna.": NOT_ANNA,
    "Nobody except Anna lies.": NOT_ANNA,
    "Seule Anna ment.": NOT_ANNA,
    "Anna is the only liar.": NOT_ANNA,
    "Anna never lies.": ANNA,
    "Anna ne ment jamais.": ANNA,
    "Anna doesn't lie": ANNA,
    "Anna n'est pas une menteuse.": ANNA,
    "La seule personne qui dit la vérité est Anna.": ANNA,
    "Une seule personne dit la vérité : Anna.": ANNA,
    "Anna est la seule personne honnête": ANNA,
    "Réponse : Anna, les autres mentent.": ANNA,
    "Answer: Anna (Tom, Eva and Leo lie)": ANNA,
    "Anna, and nobody else.": ANNA,
    "Anna et personne d'autre.": ANNA,
    "Anna tells the truth; everyone else lies.": ANNA,
    "Anna tells the truth and the others lie.": ANNA,
    "Everyone lies except Anna.": ANNA,
    "Tout le monde ment sauf Anna.": ANNA,
    "Everyone lies but Anna.": ANNA,
    "À l'exception d'Anna, tout le monde ment.": ANNA,
    "Personne sauf Anna ne dit la vérité.": ANNA,
    "It is Anna.": ANNA,
    "C'est Anna.": ANNA,
    "So the answer must be Anna.": ANNA,
}

UNREAD = [
    "",
    "A",
    "yes",
    "Anna or Eva",
    "Anna ou Eva",
    "none, Anna, Eva",
    "Anna\n\nEva\n\nTom",
    "Anna, Eva\n\nTom, Leo",
    "Anna, Eva. Anna, Tom. Leo.",
    "Anna lies and Anna tells the truth",
    "not Anna, Eva",
    "Anna does not lie, Eva",
    "Answer: Anna\nAnswer: Eva\nAnswer: Anna, Eva",
    "<think>Anna, Eva",
    "une personne",
    "Each person either always tells the truth or always lies.",
    "Anna and the others lie.",
    "Anna comme les autres ment.",
    "Anna (unlike Tom) is honest",
    "Anna (or Tom)",
    "Anna is dishonest.",
    "Anna is wrong.",
    "It is false that Anna lies",
    "Not everyone tells the truth.",
    "Anna says that Tom tells the truth.",
    "Everyone lies but Anna tells the truth.",
    "Everyone tells the truth. Anna lies.",
    "Nobody tells the truth. Anna.",
    "All liars lie.",
]


@pytest.mark.parametrize(("text", "names"), (READ | ONE).items())
def test_reads_names_as_a_person_would(text: str, names: frozenset[str]) -> None:
    """Lists in any order and form, and plain sentences, say who tells the truth."""
    assert read_truthful(text, PEOPLE) == names


@pytest.mark.parametrize("text", UNREAD)
def test_reads_nothing_in_hedges(text: str) -> None:
    """Alternatives, contradictions, negations and lists of guesses are no answer."""
    assert read_truthful(text, PEOPLE) is None


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_wrong_or_incomplete_set_earns_nothing(language: str) -> None:
    """All names, some names, one too many, or the prompt again are wrong unless they are the target."""
    item = next(i for i in TASK.items(6, language, "corpus", 50) if 1 < len(i.target) < 5)
    people = item.data["people"]
    other = next(name for name in people if name not in item.target)
    for said in (people, item.target[:1], [*item.target, other], [other]):
        assert score(item, ", ".join(said)) == 0
    gold = ", ".join(item.target)
    assert score(item, gold) == 1
    assert score(item, f"{gold}\n{item.question}") == 0
    assert score(item, f"{item.question}\n{gold}") == 1


def test_listing_every_name_at_level_one_earns_nothing() -> None:
    """Where one name is told, all names that could have been meant compete."""
    (item,) = TASK.items(1, "en", "attack", 1)
    assert score(item, ", ".join(item.data["people"])) == 0
    assert score(item, f"Only {item.target[0]} tells the truth.") == 1


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_arbitrary_text_is_safe_and_earns_nothing_without_a_name(text: str) -> None:
    """The judge never raises, and gives nothing to a text without the names."""
    item = next(i for i in TASK.items(6, "fr", "any", 20) if len(i.target) == 2)
    value = score(item, text)
    assert value in ({0.0, 1.0} if item.target[0].casefold() in text.casefold() else {0.0})


@pytest.mark.parametrize(
    "text", ["a" + "\u0301\u0316" * 300_000, "\n#" * 300_000, ". " * 500_000, " ." * 500_000, "Anna\n" * 200_000]
)
def test_a_megabyte_is_judged_at_once(text: str) -> None:
    """Marks, empty lines and lists of any length take less than half a second."""
    (item,) = TASK.items(12, "en", "slow", 1)
    start = time.process_time()
    assert score(item, text) == 0
    assert time.process_time() - start < 0.5


def test_french_instructions_quote_in_french() -> None:
    """« Réponse : » in French, "Answer:" in English, and « personne »."""
    for level in ALL:
        assert '"' not in TASK.instruction(level, "fr")
        assert "«" not in TASK.instruction(level, "en")
    assert "« Réponse : »" in TASK.instruction(ALL[-1], "fr")
    assert "« personne »" in TASK.instruction(1, "fr")


def test_small_numbers_are_words() -> None:
    """`exactly one of`, not `exactly 1 of`, in both languages."""
    for level in ALL:
        for puzzle in puzzles(level):
            assert not re.search(r"exact\w* \d", tell_puzzle(puzzle, "en") + tell_puzzle(puzzle, "fr"))


def test_french_writes_leo_with_its_accent() -> None:
    """Léo in French, Leo in English, in puzzles and answers; both are read."""
    puzzle = Puzzle(("Leo", "Anna"), (), (), 1, alone=True)
    assert tell_puzzle(puzzle, "fr").startswith("Léo et Anna discutent. Seul Léo")
    assert tell_puzzle(puzzle, "en").startswith("Leo and Anna are talking. Only Leo")
    assert read_truthful("Léo", PEOPLE) == read_truthful("Leo", PEOPLE) == {"Leo"}
