"""Drawing a puzzle of a level whose statements leave exactly one assignment.

The assignment is drawn first, each of the 2^n with the same probability, and statements are replaced until no
other fits. So nothing about who tells the truth can be guessed from the way puzzles are made.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from harness.errors import TaskError
from tasks.problem_solving.truth_tellers.claims import (
    Claim,
    ClaimKind,
    Puzzle,
    Statement,
    everything,
    fits,
    holds,
    meaning,
    solutions,
    truthful,
)

# How many moments, numbers of people, verbs, topics and places `telling` has for the scenes of levels 1 and 3.
SCENE_SIZES = (21, 997, 4, 24, 24)

WOMEN = (
    "Emma Alice Clara Julia Laura Sarah Eva Nina Anna Olivia Victoria Charlotte Caroline Lola Mia Nora Diana Flora "
    "Louise Estelle Amanda Sofia Irina Lena"
).split()
MEN = (
    "Tom Leo Paul Lucas Adam Oscar Victor Simon Martin David Daniel Samuel Thomas Nathan Louis Arthur Gabriel "
    "Benjamin Vincent Ivan Omar Bruno Patrick Karim"
).split()
NAMES = tuple(name for pair in zip(WOMEN, MEN, strict=True) for name in pair)

WAYS = 4  # ways of saying "says", "tells the truth" and "lies"
_PLAIN_WAYS = 2  # those fit for what is told outright
_DIRECT: tuple[ClaimKind, ...] = ("true", "liar")
_PAIRS: tuple[ClaimKind, ...] = ("same", "differ", "both", "neither", "some")
_JOINED: tuple[ClaimKind, ...] = ("if", "and", "or")
_GROUPS: tuple[ClaimKind, ...] = ("exactly", "odd")
_ATTEMPTS = 20_000  # statements replaced before giving up; about 2n are needed


@dataclass(frozen=True, slots=True)
class Rules:
    """What a level's puzzles are made of."""

    people: int
    facts: int = 0  # told outright ("only X tells the truth" counts for two where others are named)
    statements: int = 0
    depth: int = 1  # 2: "X says that Y would say that …"
    kinds: tuple[ClaimKind, ...] = ()
    veiled: bool = False  # no single statement settles anyone


_MIXED = (*_DIRECT, *_PAIRS, "exactly", *_JOINED)
_VEILED: tuple[ClaimKind, ...] = (*_DIRECT, *_PAIRS, *_GROUPS, *_JOINED, "if", "or")

LEVELS: tuple[Rules, ...] = (
    Rules(1, facts=1),
    Rules(5, facts=2),
    Rules(3, facts=3),
    Rules(3, facts=1, statements=2, kinds=_DIRECT),
    Rules(4, facts=1, statements=3, kinds=(*_DIRECT, "same", "differ")),
    Rules(5, statements=5, kinds=_MIXED),
    Rules(6, statements=6, depth=2, kinds=_MIXED),
    Rules(7, statements=7, depth=2, kinds=_VEILED, veiled=True),
    Rules(8, statements=8, depth=3, kinds=_VEILED, veiled=True),
    Rules(9, statements=9, depth=3, kinds=_VEILED, veiled=True),
    Rules(10, statements=10, depth=4, kinds=_VEILED, veiled=True),
    Rules(12, statements=12, depth=4, kinds=_VEILED, veiled=True),
)


def difficulty(level: int) -> int:
    """The stated proxy: what must be combined, a statement weighing three facts, more when it is nested."""
    rules = LEVELS[level - 1]
    return rules.facts + rules.statements * (2 + rules.depth)


def draw_puzzle(rng: Random, level: int) -> Puzzle:
    """A puzzle of a level with exactly one solution."""
    rules = LEVELS[level - 1]
    names = tuple(rng.sample(NAMES, rules.people))
    if level <= 2:
        scene = tuple(rng.randrange(size) for size in SCENE_SIZES) if level == 1 else ()
        return Puzzle(names, (), (), 1 << rng.randrange(rules.people), scene, alone=True)
    truth = rng.randrange(1 << rules.people)
    if rules.facts == rules.people:
        facts = tuple(_fact(rng, person, truth) for person in range(rules.people))
        return Puzzle(names, facts, (), truth, tuple(rng.randrange(size) for size in SCENE_SIZES))
    if not rules.facts:
        return Puzzle(names, (), _talk(rng, rules, truth), truth)
    puzzle = Puzzle(names, (_fact(rng, 0, truth),), _chain(rng, rules, truth), truth)
    if solutions(puzzle) != 1 << truth:
        raise TaskError("the puzzle has another solution", where=f"truth_tellers level {level}")
    return puzzle


def _fact(rng: Random, person: int, truth: int) -> Claim:
    return Claim("true" if truth >> person & 1 else "liar", (person,), way=rng.randrange(_PLAIN_WAYS))


def _chain(rng: Random, rules: Rules, truth: int) -> tuple[Statement, ...]:
    """Each person says something that settles the next; told in a mixed order where claims compare people."""
    said = []
    for person in range(rules.people - 1):
        honest = bool(truth >> person & 1)
        following = person + 1
        while True:
            kind = rng.choice(rules.kinds)
            others = () if kind in _DIRECT else (rng.randrange(person) if person else -1,)
            claim = Claim(kind, (following, *others), way=rng.randrange(WAYS))
            if -1 not in others and bool(meaning(claim, rules.people) >> truth & 1) == honest:
                break
        said.append(Statement(person, claim, rng.randrange(WAYS)))
    if len(rules.kinds) > len(_DIRECT):
        rng.shuffle(said)
    return tuple(said)


def _talk(rng: Random, rules: Rules, truth: int) -> tuple[Statement, ...]:
    """One statement a person, replaced one at a time until only `truth` fits all of them."""
    n = rules.people
    found = [_statement(rng, rules, speaker, truth) for speaker in range(n)]
    for _ in range(_ATTEMPTS):
        left = everything(n)
        for _, mask in found:
            left &= mask
        if left == 1 << truth:
            return tuple([said for said, _ in found])
        speaker = rng.randrange(n)
        found[speaker] = _statement(rng, rules, speaker, truth)
    raise TaskError(f"no puzzle found in {_ATTEMPTS} attempts", where=f"truth_tellers, {n} people, truth {truth}")


def _statement(rng: Random, rules: Rules, speaker: int, truth: int) -> tuple[Statement, int]:
    """Something this person can say under `truth`, and the assignments that allow it: not all of them."""
    n, honest = rules.people, bool(truth >> speaker & 1)
    while True:
        claim = _claim(rng, rules, speaker)
        if holds(claim, truth) != honest:  # half of all claims: no need to look at the other assignments
            continue
        said = Statement(speaker, claim, rng.randrange(WAYS))
        mask = fits(said, n)
        if mask != everything(n) and not (rules.veiled and _settles(mask, n)):
            return said, mask


def _settles(mask: int, n: int) -> bool:
    """Whether the assignments left agree on anyone."""
    for person in range(n):
        honest = mask & truthful(n, person)
        if not honest or honest == mask:
            return True
    return False


def _claim(rng: Random, rules: Rules, speaker: int) -> Claim:
    """A claim of the level, wrapped in what others would say."""
    layers = _below(rng, rules.depth)
    chain = [speaker]
    for _ in range(layers):
        chain.append(_another(rng, rules.people, chain[-1]))
    claim = _base(rng, rules, chain[-1])
    for person in reversed(chain[1:]):
        claim = Claim("says", (person,), parts=(claim,))
    return claim


def _base(rng: Random, rules: Rules, speaker: int) -> Claim:
    kind = rules.kinds[_below(rng, len(rules.kinds))]
    n = rules.people
    if kind in _GROUPS:
        others = [person for person in range(n) if person != speaker]
        size = rng.randint(3, min(5, len(others)))
        group = tuple(range(n)) if rng.random() < 0.3 else tuple(sorted(rng.sample(others, size)))
        return Claim(kind, group, rng.randint(1, len(group) - 1) if kind == "exactly" else 0)
    one = _another(rng, n, speaker)
    if kind in _DIRECT:
        return Claim(kind, (one,), way=_below(rng, WAYS))
    two = _another(rng, n, speaker)
    while two == one:
        two = _another(rng, n, speaker)
    if kind in _JOINED:
        return Claim(kind, parts=(_direct(rng, one), _direct(rng, two)))
    return Claim(kind, (one, two))


def _direct(rng: Random, person: int) -> Claim:
    return Claim(_DIRECT[_below(rng, len(_DIRECT))], (person,), way=_below(rng, WAYS))


def _another(rng: Random, n: int, person: int) -> int:
    """Any of n people but one."""
    other = _below(rng, n - 1)
    return other + (other >= person)


def _below(rng: Random, n: int) -> int:
    """`randrange`, three times as fast, for some hundred calls a puzzle."""
    return int(rng.random() * n)
