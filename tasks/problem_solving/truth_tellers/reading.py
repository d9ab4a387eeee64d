"""Who an answer says tells the truth.

Each clause is reduced to what matters in it, one letter a thing: N names, T a word for the truthful, L one for liars,
t and l true and false, A everybody, Z nobody, O the others, E nobody else, Y only, X except, B but, & and, ? what
makes it doubtful, and a comma before the others. "Only Anna tells the truth, the others lie" is `YNT,OL`.

A clause is read where its letters form one of the known patterns. Any other clause about somebody is doubtful, and
one doubtful clause makes its passage unreadable: an answer may be missed, but not read wrong.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from harness.metrics.answers import fold, names_in, only_names, settle, tidy

Answer = frozenset[str]

_NONE_WORDS = ("none", "nobody", "personne", "aucun", "aucune")
_CLAUSE = re.compile(r"[.;!?\n]+")
_ASIDE = re.compile(r"\(([^()\n]*)\)(?=\s*(?:[.;!?\n]|$))|[()]")

_NOT_LYING = re.compile(
    r"\b(?:never|do not|does not|don't|doesn't|is not|are not|isn't|aren't) "
    r"(?:lies?\b|lying\b|(?:an? )?(?:liar|knave)s?\b)"
    r"|\bne (?:ment|mentent) (?:pas|jamais)\b|\bn'(?:est|sont) (?:pas|jamais) (?:une? |des )?menteu\w+"
)
_NOT_TRUE = re.compile(
    r"\b(?:never|do not|does not|don't|doesn't) tells? the truth\b"
    r"|\b(?:is not|are not|isn't|aren't) (?:honest|truthful|telling the truth|(?:an? )?(?:truth-?tellers?|knights?))\b"
    r"|\bne (?:dit|disent) (?:pas|jamais) (?:la )?verite|\bn'(?:est|sont) pas (?:honnetes?|veridiques?)\b"
)
_COUNT = r"[0-9]+|two|three|four|five|six|seven|eight|nine|ten|twelve"
_TOKEN_SOURCES = {
    "Y": r"\b(?:(?:la|une|le) seule? personne|(?:the )?only (?:one )?(?:person|one)|only|seule?s?)\b",
    "E": r"\b(?:nobody|no one|none) else\b|\bpersonne d'autre\b|\baucun(?:e)? autre\b",
    "O": r"\b(?:everyone|everybody|all) else\b|\b(?:all )?(?:the|les) (?:others?|autres?|rest)\b|\ble reste\b"
    rf"|\bthe other (?:{_COUNT}|people)\b|\btous les autres\b",
    "Z": r"\b(?:none|nobody|no one|aucune?)\b|\bnul(?:le)? (?=ne\b|n')"
    r"|\bpersonne (?=ne\b|n'|sauf|hormis|excepte|a part)|^\W*personne\b",
    "A": r"\b(?:everyone|everybody|tout le monde|(?:toutes|tous)(?! les deux))\b"
    r"|\b(?<!at )(?<!after )all\b(?! in all\b| (?:the )?(?:liars|knaves|knights|truth-?tellers) \w)",
    "X": r"\b(?:except(?:ing)?|apart from|other than|save for|sauf|hormis|excepte|a part|a l'exception)\b",
    "?": r"\b(?:not|never|pas|jamais|ni|nor|neither|or|ou|if|si|unless|says|said|claims?|claimed|would|dirait|could"
    r"|might|pourrait|dit qu[e']|affirme|declare|soutient|insists|unlike|contrairement|suppose|supposons|assume"
    r"|whether)\b|n't\b",
    "L": r"\b(?:lies?|lied|lying|liars?|knaves?|dishonest|untruthful|ment|mentent|mentir|menteurs?|menteuses?"
    r"|malhonnetes?)\b",
    "T": r"\b(?:truth\w*|honest|knights?|verite|veridiques?|honnetes?|sinceres?)\b",
    "t": r"\b(?:true|yes|vraie?|oui)\b",
    "l": r"\b(?:false|no|faux|fausse|non)\b",
    "B": r"\bbut\b",
    "&": r"\b(?:and|et)\b|&",
    ",": r"[,:–—]| - ",
}
_SMALL = frozenset(
    """a all alone always answer are au aussi both c ce ces ci d de dans des dire dis disent dit do does donc each elle
    elles en entre est eux final finale four her here him hence i il ils in is it je la le les must n names ne noms of
    one pense people person personne personnes que qui quatre reponse s so sont telling tell tells teller tellers that
    the their them then there therefore they think this those three thus toujours trois two un une voici who cinq deux
    five six seven eight nine ten twelve sept huit neuf dix douze group groupe really vraiment be celle celles ceux
    celui ici tous toutes were was on only""".split()
)
_WORD = re.compile(r"[^\W_]+")

# What a clause says, by its letters: who tells the truth and who lies. "named" are its first names, "later" its
# second ones, "rest" all people but the first, "others" all that the passage does not name; "all" is everybody.
_PATTERNS: dict[str, tuple[str, str]] = {
    "Y?NY?|NY?E|Y?T+NT*|Y?NY?T+|NTE|NET|ENT": ("named", ""),
    "Y?N,OL|Y?NT[,&]?OL|ZXN|XNZT?|ZXNT|ZTXN|AXNL|ALXN|XNAL": ("named", "others"),
    "L+N|NL+": ("", "named"),
    "YNL|NYL|YLN|AXN|AXNT|ATXN|XNAT|ZXNL|ZLXN": ("rest", "named"),
    "NL[,&]?OT": ("others", "named"),
    "YNT+NL+|T+NL+N": ("named", "later"),
    "L+NT+N": ("later", "named"),
    "A|AT|ZL|TA|ATZL": ("all", ""),
    "Z|ZT|AL|LA|ZT?AL": ("", "all"),
    "OL|ET": ("", "others"),
    "OT|EL": ("others", ""),
}
_KNOWN = [(re.compile(pattern), sides) for pattern, sides in _PATTERNS.items()]
_VERDICTS = str.maketrans({"t": "T", "l": "L", ",": ""})  # "Anna: true, Tom: false"
_PAIRS = re.compile(r"(?:N[TL]+){2,}")


@dataclass(slots=True)
class _Reading:
    """What the clauses read so far say."""

    truth: set[str] = field(default_factory=set)
    lie: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    others: str = ""  # the side of those who are not named: "truth", "lie"
    spoken: bool = False  # somebody, or nobody, is said to tell the truth
    doubtful: bool = False


def read_truthful(text: str, people: Sequence[str], question: str = "") -> Answer | None:
    """The set of names that a text gives as telling the truth, or None if it gives no single one."""
    group = tuple(people)
    lined = _one_line_per_list(tidy(text, question), group)
    return settle(lined, lambda said: _candidates(said, group), lambda said: _bare(said, group))


def _bare(said: str, people: tuple[str, ...]) -> bool:
    if only_names(said, people, _NONE_WORDS):
        return True
    return _is_small(fold(said)) and _letters(fold(said), people)[0] in {"A", "Z"}


def _one_line_per_list(text: str, people: tuple[str, ...]) -> str:
    """The text with names given one a line brought together on one line."""
    lines: list[str] = []
    last = False
    for line in text.split("\n"):
        bare = only_names(line, people)
        if bare and last:
            lines[-1] += f", {line}"
        else:
            lines.append(line)
        last = bare
    return "\n".join(lines)


def _candidates(said: str, people: tuple[str, ...]) -> list[Answer]:
    """The sets a passage can mean: one when it is clear, two when it is not, none when it names nobody."""
    read = _Reading()
    for clause in _clauses(fold(said), people):
        _read_clause(clause, people, read)
    if read.others:
        getattr(read, read.others).update(set(people) - read.named)
    if read.doubtful or read.truth & read.lie:
        return [frozenset(), frozenset(people)]
    if read.spoken or read.lie == set(people):
        return [frozenset(read.truth)]
    return []


def _clauses(folded: str, people: tuple[str, ...]) -> Iterator[str]:
    """The clauses; brackets that name people and close a clause are one of their own, others are nothing."""

    def aside(found: re.Match[str]) -> str:
        return f"; {found[1]}" if found[1] and names_in(found[1], people) else f" {found[1] or ''} "

    return filter(str.strip, _CLAUSE.split(_ASIDE.sub(aside, folded)))


def _read_clause(clause: str, people: tuple[str, ...], read: _Reading) -> None:
    """Add what a clause says to what is read."""
    clause = _NOT_TRUE.sub(" lies ", _NOT_LYING.sub(" honest ", clause))
    letters, groups = _letters(clause, people)
    read.named.update(name for group in groups for name in group)
    if not groups and not (set(letters) & set("AZOE") and "?" not in letters and _is_small(clause)):
        return  # on nobody in particular: a rule, a count, a link between sentences
    if letters in {"N", "YN", "NY"} and not _is_small(clause, people):
        read.doubtful = True  # some verb that is not known: it may say the contrary
        return
    sides = next((sides for pattern, sides in _KNOWN if pattern.fullmatch(letters)), None)
    if _PAIRS.fullmatch(letters):
        for side, group in zip(re.findall("[TL]+", letters), groups, strict=True):
            (read.truth if side[0] == "T" else read.lie).update(group)
        read.spoken = read.spoken or "T" in letters
    elif sides is None:
        read.doubtful = read.doubtful or bool(groups)
    else:
        _add(read, sides, groups, people)


def _add(read: _Reading, sides: tuple[str, str], groups: list[list[str]], people: tuple[str, ...]) -> None:
    """Put people on the sides that a pattern gives them; "others" wait until all names are known."""
    named = set(groups[0]) if groups else set()
    later = set(groups[-1]) if groups else set()
    who = {"named": named, "later": later, "rest": set(people) - named, "all": set(people)}
    for side, said in zip(("truth", "lie"), sides, strict=True):
        if said == "others":
            read.doubtful = read.doubtful or read.others not in {"", side}
            read.others = side
        elif said:
            getattr(read, side).update(who[said])
    read.spoken = read.spoken or sides[0] != "" or sides[1] == "all"


def _letters(clause: str, people: tuple[str, ...]) -> tuple[str, list[list[str]]]:
    """The letters of a clause, and the names that each N stands for."""
    letters: list[str] = []
    groups: list[list[str]] = []
    for found in _tokens(people).finditer(clause):
        letter = _BY_GROUP.get(str(found.lastgroup), "N")
        if letter == "N":
            while letters and letters[-1] in "&," and "N" in letters[-3:-1]:
                letters.pop()
            if letters[-1:] != ["N"]:
                letters.append("N")
                groups.append([])
            groups[-1] += names_in(found.group(), people)
        else:
            letters.append(letter)
    said = "".join(letters)
    said = said.translate(_VERDICTS) if re.fullmatch("(?:N,?[tl],?)+", said) else re.sub("[tl]", "?", said)
    said = re.sub("(?<=[AZ])B(?=N)|(?<=[AZ][TL])B(?=N$)", "X", said).replace("B", "")
    said = re.sub("[&,](?!O)", "", said)
    return re.sub(r"([TLAZ])\1+", r"\1", said), groups


_GROUPS = {letter: f"g{n}" for n, letter in enumerate(_TOKEN_SOURCES)}
_BY_GROUP = {group: letter for letter, group in _GROUPS.items()}


@functools.lru_cache(maxsize=256)
def _tokens(people: tuple[str, ...]) -> re.Pattern[str]:
    """Everything that matters in a clause: the names first, then the words above in their order."""
    names = "|".join(re.escape(fold(name)) for name in sorted(people, key=len, reverse=True))
    known = "|".join(f"(?P<{_GROUPS[letter]}>{source})" for letter, source in _TOKEN_SOURCES.items())
    return re.compile(rf"(?P<names>(?<!\w)(?:{names})(?!\w))|{known}")


def _is_small(clause: str, people: tuple[str, ...] = ()) -> bool:
    """Whether a clause holds nothing but names, the words above, and words that say nothing of themselves."""
    return all(word in _SMALL for word in _WORD.findall(_tokens(people or ("\0",)).sub(" ", clause)))
