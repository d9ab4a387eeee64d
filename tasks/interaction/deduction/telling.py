"""The games in words: rules, opening, answers, hints."""

from __future__ import annotations

from tasks.interaction.deduction.games import DIGITS, PLACES, Game, Rules
from tasks.interaction.deduction.solving import Answer

_NUMBER = {
    "fr": "Trouvez le nombre caché. Chaque fois, répondez par un seul nombre. ",
    "en": "Find the hidden number. Each time, answer with one number only. ",
}
_AFTER = {
    "fr": {
        "told": "Si ce n'est pas le bon, on vous dit lequel c'est : répétez-le.",
        "pair": "Si ce n'est pas le bon, on vous en dit deux, dont le bon : essayez l'un, puis l'autre.",
        "gap": "Si ce n'est pas le bon, on vous dit l'écart.",
        "order": "Si ce n'est pas le bon, on vous dit si le nombre caché est plus grand ou plus petit.",
    },
    "en": {
        "told": "If it is not the one, you are told which one it is: repeat it.",
        "pair": "If it is not the one, you are told two, one of which it is: try one, then the other.",
        "gap": "If it is not the one, you are told how far off it is.",
        "order": "If it is not the one, you are told whether the hidden number is higher or lower.",
    },
}
_CODE = {
    "fr": "Trouvez le code caché. Chaque fois, répondez par un seul code. ",
    "en": "Find the hidden code. Each time, answer with one code only. ",
}
_COUNTS = {
    "fr": {
        "both": "On vous dit combien de {noun} sont bien placé{s} (l{one} à la bonne place), "
        "et combien d'autres sont dans le code mais mal placé{s}.",
        "exact": "On vous dit seulement combien de {noun} sont bien placé{s}.",
        "turns": "À votre premier code, on vous dit seulement combien de {noun} sont bien placé{s} ; au deuxième, "
        "seulement combien sont dans le code, bien ou mal placé{s} ; au troisième, de nouveau combien sont bien "
        "placé{s}, et ainsi de suite, une réponse sur deux.",
    },
    "en": {
        "both": "You are told how many {noun} are in the right place, "
        "and how many others are in the code but in the wrong place.",
        "exact": "You are told only how many {noun} are in the right place.",
        "turns": "After your first code you are told only how many {noun} are in the right place; after the second, "
        "only how many are in the code, in the right place or not; after the third, again how many are in the right "
        "place, and so on by turns.",
    },
}
_AGREEING = {
    "fr": " Un code que les réponses précédentes excluent n'est pas essayé et coûte un essai.",
    "en": " A code that earlier answers rule out is not tried and costs a try.",
}
_CLASH = {
    "fr": "Les réponses précédentes excluent ce code : il n'est pas essayé.",
    "en": "Earlier answers rule this code out: it is not tried.",
}


def tell_rules(rules: Rules, language: str) -> str:
    """How a level's games go."""
    if rules.kind != "code":
        return _NUMBER[language] + _AFTER[language][rules.kind]
    one = "e bon chiffre" if rules.pool == DIGITS else "a bonne lettre"
    counts = _COUNTS[language][rules.feedback].format(noun=_noun(rules, language), one=one, s=_plural(rules))
    return _CODE[language] + counts + (_AGREEING[language] if rules.agreeing else "")


def tell_opening(game: Game, tries: int, language: str) -> str:
    """Who hid what and where, and how many tries there are."""
    rules, place = game.rules, PLACES[game.place][language != "fr"]
    hider = f"{place}, {game.who} a caché" if language == "fr" else f"{place}, {game.who} has hidden"
    closing = f"Vous avez {tries} essais." if language == "fr" else f"You have {tries} tries."
    if rules.kind != "code":
        low, high = game.low, game.high
        what = f"un nombre entier de {low} à {high}" if language == "fr" else f"a whole number from {low} to {high}"
        return f"{hider} {what}." if rules.tells else f"{hider} {what}. {closing}"
    noun, among = _noun(rules, language), ", ".join(game.symbols)
    if language == "fr":
        repeats = "avec répétitions possibles" if rules.repeats else "sans répétition"
        return f"{hider} un code de {rules.length} {noun}, {repeats}, parmi {among}. {closing}"
    repeats = "perhaps with repeats" if rules.repeats else "without repeats"
    return f"{hider} a code of {rules.length} {noun}, {repeats}, from {among}. {closing}"


def tell_number(game: Game, guess: int, language: str) -> str:
    """What a wrong number is told."""
    rules, secret = game.rules, int(game.secret)
    far, two = abs(secret - guess), sorted((secret, game.decoy))
    if language == "fr":
        way = "grand" if secret > guess else "petit"
        return {
            "told": f"Non, c'est {secret}.",
            "pair": f"Non, c'est {two[0]} ou {two[1]}.",
            "gap": f"Non, il est plus {way} de {far}.",
            "order": f"Non, il est plus {way}.",
        }[rules.kind]
    way = "higher" if secret > guess else "lower"
    return {
        "told": f"No, it is {secret}.",
        "pair": f"No, it is {two[0]} or {two[1]}.",
        "gap": f"No, it is {far} {way}.",
        "order": f"No, it is {way}.",
    }[rules.kind]


def tell_counts(rules: Rules, place: int, answer: Answer, language: str) -> str:
    """What a wrong code is told."""
    plural = _plural(rules)
    right, wrong, inside = {
        "fr": (f"Bien placé{plural} : ", f"Mal placé{plural} : ", "Dans le code : "),
        "en": ("In the right place: ", "In the wrong place: ", "In the code: "),
    }[language]
    if rules.feedback == "both":
        return f"{right}{answer[0]}. {wrong}{answer[1]}."
    return f"{inside if rules.feedback == 'turns' and place % 2 else right}{answer[0]}."


def tell_clash(language: str) -> str:
    """What a code is told that earlier answers rule out."""
    return _CLASH[language]


def tell_form(game: Game, language: str) -> str:
    """A hint of the form of a guess."""
    rules = game.rules
    if rules.kind != "code":
        fr, en = f"un nombre entier de {game.low} à {game.high}", f"one whole number from {game.low} to {game.high}"
    else:
        among = ", ".join(game.symbols)
        fr = f"un code de {rules.length} {_noun(rules, 'fr')} parmi {among}"
        en = f"one code of {rules.length} {_noun(rules, 'en')} from {among}"
        if not rules.repeats:
            fr, en = f"{fr}, sans répétition", f"{en}, without repeats"
    return f"Proposez {fr}." if language == "fr" else f"Guess {en}."


def tell_left(tries: int, language: str) -> str:
    """How many tries are left."""
    if language == "fr":
        return f"Il reste {tries} essai{'s' if tries > 1 else ''}."
    return f"{tries} {'tries' if tries > 1 else 'try'} left."


def _noun(rules: Rules, language: str) -> str:
    if language == "fr":
        return "chiffres" if rules.pool == DIGITS else "lettres"
    return "digits" if rules.pool == DIGITS else "letters"


def _plural(rules: Rules) -> str:
    """The French ending of what agrees with the symbols."""
    return "s" if rules.pool == DIGITS else "es"
