"""Names are what they look like: no invisible characters, no letters borrowed from another script, no team's double.

After Unicode Technical Standard 39: one script a word (section 5.2, "highly restrictive"), and words of one foreign
script that can be read as Latin ones (section 4). Titles may hold any script and any accent.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator

from harness.intake.dossier import Check, Dossier
from harness.intake.finding import finding
from harness.types import Finding

_SHOWN_TEXTS = ("title", "contact")
_SPACES = " \u00a0\u202f"  # the ordinary one, and those of French typography
_INVISIBLE = {"Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp"}  # general categories without a form of their own
_BLANK = (
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"  # letters and marks that show nothing
)
_PILED = re.compile(
    r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{3,}"
)  # Vietnamese: two
_TOGETHER = (  # scripts that one word may hold together (UTS 39, table 1a)
    {"LATIN", "HAN", "HIRAGANA", "KATAKANA"},
    {"LATIN", "HAN", "BOPOMOFO"},
    {"LATIN", "HAN", "HANGUL"},
)
_CLAIM = re.compile(
    r"^\W*(?:n[°o]\s*)?\d{1,3}\s*(?:[.):\]]|st\b|nd\b|rd\b|th\b|er\b|re\b|e\b)"  # 1. 1) 1st, 1er
    r"|\b(?:baselines?|repère|reference point|winner|vainqueur|gagnante?|first place|première place|top\s*\d+)\b",
    re.IGNORECASE,
)
_LOOKALIKES = (("rn", "m"), ("vv", "w"), ("0", "o"), ("1", "l"), ("i", "l"), ("5", "s"), ("-", ""))

CODES = {
    "name.invisible": "A character that shows nothing (zero width, filler, control): two names would look the same.",
    "name.marks": "More than two marks on one letter: the text would run over its neighbours.",
    "name.form": "The text is not in Unicode's composed form (NFC): the same letters would be two different texts.",
    "name.scripts": "One word mixes letters of several scripts, such as a Cyrillic letter among Latin ones.",
    "name.latin-lookalike": "A word of another script can be read as a Latin one.",
    "name.claim": "The title says a place, or that the entry is the organisers': only the standings may.",
    "name.double": "The team's name can be read as another team's (rn for m, 0 for o, 1 or i for l).",
}


def run(dossier: Dossier) -> Iterator[Finding]:
    """Look at the texts that are shown to the public, then at the team's name among the others."""
    for key in _SHOWN_TEXTS:
        text = dossier.declared(key, str)
        if text:
            yield from _judge(text, f"manifest.yaml: {key}")
    yield from _claims(dossier)
    yield from _double(dossier)


def _judge(text: str, where: str) -> Iterator[Finding]:
    hidden = [c for c in text if c not in _SPACES and is_invisible(c)]
    if hidden:
        shown = ", ".join(dict.fromkeys(f"U+{ord(c):04X}" for c in hidden))
        yield finding("name.invisible", where, f"holds {shown}", "remove these characters; type the text again")
        return  # they would confuse the other rules
    if unicodedata.normalize("NFC", text) != text:
        yield finding("name.form", where, "letters and accents are apart", "type it again, or save it in NFC")
    if _PILED.search(unicodedata.normalize("NFD", text)):
        yield finding("name.marks", where, "more than two marks on one letter", "leave the marks out")
    for word in re.findall(r"\w+", text):
        yield from _judge_word(word, where)


def _claims(dossier: Dossier) -> Iterator[Finding]:
    """A place or a role in the standings that a title takes for itself; a baseline's own is left alone."""
    claim = _CLAIM.search(dossier.declared("title", str) or "")
    if claim and not dossier.declared("baseline", bool):
        what = f"{claim.group().strip()!r} can be read as a place, or as an entry of the organisers"
        yield finding("name.claim", "manifest.yaml: title", what, "the organisers will look at it", "warning")


def _judge_word(word: str, where: str) -> Iterator[Finding]:
    from confusable_homoglyphs import categories  # type: ignore[import-untyped]

    scripts = set(categories.unique_aliases(word)) - {"COMMON", "INHERITED"}
    if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
        what = f"{word!r} mixes {' and '.join(sorted(scripts))}"
        yield finding("name.scripts", where, what, "write each word in one script; a space may stand between two")
    elif scripts and "LATIN" not in scripts and len(word) > 1 and all(map(_looks_latin, word)):
        what = f"{word!r} is {' and '.join(sorted(scripts))} and can be read as Latin letters"
        remedy = "nothing to do if it is a word of that language: the organisers will look"
        yield finding("name.latin-lookalike", where, what, remedy, "warning")


def _looks_latin(letter: str) -> bool:
    """Whether Unicode's table of confusables pairs a character with an ASCII one."""
    from confusable_homoglyphs import confusables

    found = confusables.is_confusable(letter, greedy=True, preferred_aliases=["latin"]) or []
    return letter.isdecimal() or any(like["c"].isascii() for one in found for like in one["homoglyphs"])


def is_invisible(character: str) -> bool:
    """Whether a character has no form that a reader sees, or is a space that is not one of ours."""
    category = unicodedata.category(character)
    selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    return category in _INVISIBLE or category == "Zs" or character in _BLANK or selector


def _double(dossier: Dossier) -> Iterator[Finding]:
    """A warning, as the other team may be the one that came second."""
    team = dossier.declared("team", str)
    home = dossier.folder.parent
    if team is None or home.parent.name != "submissions":
        return
    others = sorted(other.name for other in os.scandir(home.parent) if other.is_dir(follow_symlinks=False))
    like = [name for name in others if name not in (team, home.name) and skeleton(name) == skeleton(team)]
    if like:
        remedy = "nothing to do: the organisers will look; or choose a name that cannot be misread"
        what = f"{team!r} can be read as the team {', '.join(map(repr, like[:5]))}"
        yield finding("name.double", "manifest.yaml: team", what, remedy, "warning")


def skeleton(name: str) -> str:
    """What is left of an ASCII name for a hasty reader; two names with one skeleton can be taken for each other."""
    for written, read in _LOOKALIKES:
        name = name.replace(written, read)
    return name


CHECK = Check("names", CODES, run)
