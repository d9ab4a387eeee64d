"""English tenses of the verbs in `verbs.VERBS`. Persons are 0 to 5: I, you, he or she, we, you, they."""

from __future__ import annotations

_IRREGULAR = {  # simple past and past participle
    "begin": ("began", "begun"),
    "be": ("was", "been"),
    "have": ("had", "had"),
    "go": ("went", "gone"),
    "make": ("made", "made"),
    "sell": ("sold", "sold"),
    "lose": ("lost", "lost"),
    "choose": ("chose", "chosen"),
    "eat": ("ate", "eaten"),
    "take": ("took", "taken"),
    "come": ("came", "come"),
    "see": ("saw", "seen"),
    "tell": ("told", "told"),
    "set": ("set", "set"),
    "leave": ("left", "left"),
    "write": ("wrote", "written"),
    "read": ("read", "read"),
    "drink": ("drank", "drunk"),
    "get": ("got", "got"),
    "run": ("ran", "run"),
    "hold": ("held", "held"),
    "drive": ("drove", "driven"),
    "know": ("knew", "known"),
    "sleep": ("slept", "slept"),
    "become": ("became", "become"),
}
_ALSO = {"got": "gotten"}  # participles of other Englishes
_DOUBLED = {"begin": "beginn", "set": "sett", "get": "gett", "run": "runn"}
PRONOUNS = (("I", "you", "he", "we", "you", "they"), ("I", "you", "she", "we", "you", "they"))
_BE_PRESENT = ("am", "are", "is", "are", "are", "are")
_BE_PAST = ("was", "were", "was", "were", "were", "were")
_HELPERS = {  # what precedes the past participle or the -ing form
    "present perfect": "have",
    "past perfect": "had",
    "future perfect": "will have",
    "conditional perfect": "would have",
    "past continuous": "were",
    "present perfect continuous": "have been",
    "past perfect continuous": "had been",
    "future continuous": "will be",
    "future perfect continuous": "will have been",
    "conditional perfect continuous": "would have been",
}


def conjugate(verb: str, tense: str, person: int) -> tuple[str, ...]:
    """Every accepted form, without its pronoun; the usual one first."""
    match tense:
        case "simple present":
            return (_present(verb, person),)
        case "simple past":
            return (_BE_PAST[person] if verb == "be" else past(verb)[0],)
        case "simple future":
            return (f"will {verb}", f"shall {verb}") if person in {0, 3} else (f"will {verb}",)
        case "present conditional":
            return (f"would {verb}", f"should {verb}") if person in {0, 3} else (f"would {verb}",)
    helper = _HELPERS[tense]
    if helper.startswith("have") and person == 2:
        helper = helper.replace("have", "has")
    if helper == "were":
        helper = _BE_PAST[person]
    if tense.endswith("continuous"):
        return (f"{helper} {gerund(verb)}",)
    participle = past(verb)[1]
    return tuple(f"{helper} {form}" for form in (participle, _ALSO.get(participle)) if form)


def past(verb: str) -> tuple[str, str]:
    """Simple past and past participle."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    return (verb + ("d" if verb.endswith("e") else "ed"),) * 2


def gerund(verb: str) -> str:
    """The -ing form."""
    if verb in _DOUBLED:
        return _DOUBLED[verb] + "ing"
    return (verb[:-1] if verb.endswith("e") and verb not in {"be", "see"} else verb) + "ing"


def _present(verb: str, person: int) -> str:
    if verb == "be":
        return _BE_PRESENT[person]
    if person != 2:
        return verb
    if verb == "have":
        return "has"
    return verb + ("es" if verb.endswith(("sh", "ch", "o", "s")) else "s")
