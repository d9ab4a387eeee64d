"""Drawing a scene: some questions are answered by the documents and some are not, always both."""

from __future__ import annotations

from random import Random

from tasks.understanding.instruction_conflicts.lexicon import NOUNS, PEOPLE, TITLES, VOICES, WORDS, size
from tasks.understanding.instruction_conflicts.scene import (
    KINDS,
    LEVELS,
    Document,
    Has,
    Intrusion,
    Kind,
    Linked,
    OrderKind,
    Question,
    Rules,
    Scene,
    Voice,
)

_EXTRA = 4  # people beside as many as a path passes through
_BROKEN_SHARE = 0.5  # of the questions without answer that follow relations: one of these is not told
Links = dict[tuple[int, int], int]  # person and noun -> other
Facts = dict[tuple[int, Kind], int]
Line = Has | Linked | Intrusion


def draw_scene(rng: Random, level: int) -> Scene:
    """A scene of the level."""
    rules = LEVELS[level - 1]
    cast = rng.sample(range(len(PEOPLE)), min(max(4, rules.facts // 3) + rules.hops + _EXTRA, len(PEOPLE)))
    links: Links = {}
    facts: Facts = {}
    untold: set[tuple[int, int | Kind]] = set()  # person and noun, or kind; never iterated
    answered = _answered(rng, rules.questions)
    kinds = _kinds(rng, rules, answered)
    questions = []
    for n, kind in enumerate(kinds):
        hops = rules.hops if n == 0 else rng.randint(min(1, rules.hops), rules.hops)
        questions.append(_question(rng, cast, hops, kind, answered[n], links, facts, untold))
    _distract(rng, rules, cast, kinds, links, facts, untold)
    rng.shuffle(questions)
    voices, exception = _voices(rng, rules, [q.kind for q in questions if q.answer is None])
    return Scene(_documents(rng, rules, questions, links, facts), voices, exception, tuple(questions))


def _answered(rng: Random, count: int) -> list[bool]:
    """Which questions have an answer: about half, never all and never none; a single one always has."""
    if count == 1:
        return [True]
    some = rng.randint(count // 2, (count + 1) // 2)
    return rng.sample([True] * some + [False] * (count - some), count)


def _kinds(rng: Random, rules: Rules, answered: list[bool]) -> list[Kind]:
    """What is asked: of two questions, both ask alike."""
    if rules.alone:
        return [rng.choice(rules.kinds)]
    some = rng.sample(KINDS, max(1, len(answered) // 2))
    return [some[n % len(some)] for n in range(len(answered))]


def _question(
    rng: Random,
    cast: list[int],
    hops: int,
    kind: Kind,
    answered: bool,
    links: Links,
    facts: Facts,
    untold: set[tuple[int, int | Kind]],
) -> Question:
    """A question whose links are told; where it has no answer, a link or the attribute itself is kept untold."""
    while True:
        path = rng.sample(cast, hops + 1)
        nouns = [rng.randrange(len(NOUNS)) for _ in range(hops)]
        steps = list(zip(path, nouns, path[1:], strict=False))
        broken = rng.randrange(hops) if hops and not answered and rng.random() < _BROKEN_SHARE else hops
        told, end = steps[:broken], (path[-1], kind)
        if any((who, noun) in untold or links.get((who, noun), to) != to for who, noun, to in told):
            continue
        if broken < hops:
            if steps[broken][:2] in links:
                continue
            untold.add(steps[broken][:2])
        elif (answered and (end in untold or end in facts)) or (not answered and end in facts):
            continue
        elif not answered:
            untold.add(end)
        links.update({(who, noun): to for who, noun, to in told})
        if answered:
            facts[end] = rng.choice(size(kind))
        return Question(tuple(path), tuple(nouns), kind, facts[end] if answered else None)


def _distract(
    rng: Random,
    rules: Rules,
    cast: list[int],
    kinds: list[Kind],
    links: Links,
    facts: Facts,
    untold: set[tuple[int, int | Kind]],
) -> None:
    """Further facts, first of the kinds asked or else of none of them, and further links."""
    wanted = len(links) + rules.links
    others = [kind for kind in KINDS if kind not in kinds]
    pool = rng.sample(others, len(others)) if rules.alone else list(dict.fromkeys(kinds))
    turn = 0
    while len(facts) < rules.facts:
        kind = pool[turn % len(pool)] if turn % 4 or rules.alone else rng.choice(KINDS)
        place = (rng.choice(cast), kind)
        turn += 1
        if place not in untold and place not in facts:
            facts[place] = rng.choice(size(kind))
    while len(links) < wanted:
        who, other = rng.sample(cast, 2)
        noun = rng.randrange(len(NOUNS))
        if (who, noun) not in untold and (who, noun) not in links:
            links[who, noun] = other


def _documents(
    rng: Random, rules: Rules, questions: list[Question], links: Links, facts: Facts
) -> tuple[Document, ...]:
    """The facts spread over documents; some told otherwise in one that does not prevail; orders anywhere."""
    count = rules.documents
    ranks = rng.sample(range(count), count)
    lines: list[list[Line]] = [[] for _ in range(count)]
    asked = [(q.path[-1], q.kind) for q in questions if q.answer is not None]
    others = [place for place in facts if place not in asked]
    clashing = [*asked, *rng.sample(others, len(others))][: rules.clashes]
    for (person, kind), value in facts.items():
        if (person, kind) not in clashing:
            lines[rng.randrange(count)].append(Has(person, kind, value))
            continue
        low, high = sorted(rng.sample(range(count), 2))
        wrong = rng.choice([other for other in size(kind) if other != value])
        lines[ranks.index(high)].append(Has(person, kind, value))
        lines[ranks.index(low)].append(Has(person, kind, wrong))
    for (who, noun), other in links.items():
        lines[rng.randrange(count)].append(Linked(who, noun, other))
    for n in range(rules.orders):
        lines[rng.randrange(count)].append(_intrusion(rng, questions, n))
    titles = rng.sample(range(len(TITLES["en"])), count)
    return tuple(
        Document(t, r, tuple(rng.sample(told, len(told)))) for t, r, told in zip(titles, ranks, lines, strict=True)
    )


def _intrusion(rng: Random, questions: list[Question], n: int) -> Intrusion:
    """An order to answer wrongly: each of the forms in turn, after a first one that is drawn."""
    forms: tuple[OrderKind, ...] = ("value", "word", "all")
    place = rng.randrange(len(questions))
    question = questions[place]
    form = rng.choice(forms) if n == 0 else forms[n % len(forms)]
    values = [value for value in size(question.kind) if value != question.answer]
    value = rng.randrange(1, len(WORDS["en"])) if form == "word" else rng.choice(values)
    return Intrusion(form, place, question.kind, value)


def _voices(rng: Random, rules: Rules, missing: list[Kind]) -> tuple[tuple[Voice, ...], tuple[Kind, int] | None]:
    """Directions that conflict: different words for a missing answer; on the order, two that disagree."""
    count = rules.voices
    who, ranks = rng.sample(range(len(VOICES["en"])), count), rng.sample(range(count), count)
    words = rng.sample(range(1, len(WORDS["en"])), count)
    silent = rng.randrange(count) if count > 2 else -1
    orders = dict.fromkeys(range(count), -1)
    if rules.reversing:
        first, second = rng.sample(range(count), 2)
        orders[first] = rng.randrange(2)
        orders[second] = 1 - orders[first]
    voices = tuple(Voice(who[n], ranks[n], -1 if n == silent else words[n], orders[n]) for n in range(count))
    if not rules.exception:
        return voices, None
    speaking = [n for n in range(count) if n != silent]
    return voices, (rng.choice(missing), rng.choice(speaking))
