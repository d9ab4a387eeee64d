"""Steps on texts, words, and lists of lists. Texts are lower-case letters and spaces, words lower-case letters."""

from __future__ import annotations

from typing import Final

from tasks.problem_solving.program_synthesis import loops
from tasks.problem_solving.program_synthesis.steps import SMALL, Step

_LENGTH: Final = {"k": (3, 5)}

TEXTS: Final = (
    Step("s", "s", 1, "{x}[::-1]", lambda x: x[::-1],
         "Reverse the text.", "Inversez le texte."),
    Step("s", "s", 1, "{x}.upper()", str.upper,
         "Put the text in capitals.", "Mettez le texte en majuscules."),
    Step("s", "s", 1, "{x}.replace(' ', '')", lambda x: x.replace(" ", ""),
         "Remove the spaces.", "Supprimez les espaces."),
    Step("s", "s", 1, "{x}.replace('{k}', '{m}')", lambda x, k, m: x.replace(k, m),
         "Replace every {k} with {m}.", "Remplacez chaque {k} par {m}.",
         {"k": "aeilmnort", "m": "bdfghpuvyz"}),
    Step("s", "s", 1, "{x}.replace('{k}', '')", lambda x, k: x.replace(k, ""),
         "Remove every {k}.", "Supprimez chaque {k}.", {"k": "aeilmnort"}),
    Step("s", "s", 1, "{x} + '{k}'", lambda x, k: x + k,
         "Put {k} after the text.", "Ajoutez {k} après le texte.",
         {"k": "abcdefghijklmnopqrstuvwxyz"}),
    Step("s", "s", 1, "{x}[:{k}]", lambda x, k: x[:k],
         "Keep only the first {k} characters (all, if there are fewer).",
         "Gardez seulement les {k} premiers caractères (tous, s'il y en a moins).", {"k": (3, 7)}),
    Step("s", "s", 2, "{x}[::2]", lambda x: x[::2],
         "Keep only the first character, the third, the fifth, and so on.",
         "Gardez seulement le premier caractère, le troisième, le cinquième et ainsi de suite."),
    Step("s", "s", 2, "''.join([c for c in {x} if c not in 'aeiou'])",
         lambda x: "".join([c for c in x if c not in "aeiou"]),
         "Remove the letters a, e, i, o and u.",
         "Supprimez les lettres a, e, i, o et u."),
    Step("s", "s", 2, "''.join([c * 2 if c in 'aeiou' else c for c in {x}])",
         lambda x: "".join([c * 2 if c in "aeiou" else c for c in x]),
         "Write each a, e, i, o and u twice in a row.", "Écrivez deux fois de suite chaque a, e, i, o et u."),
    Step("s", "s", 3, "result = ''\nfor c in {x}:\n    if result[-1:] != c:\n        result += c", loops.squeezed_text,
         "Of equal characters that follow each other directly, keep only one.",
         "De plusieurs caractères égaux qui se suivent directement, n'en gardez qu'un seul."),
    Step("s", "s", 3, "letters = 'abcdefghijklmnopqrstuvwxyz'\nresult = ''\nfor c in {x}:\n    if c in letters:\n"
         "        c = letters[(letters.index(c) + {k}) % 26]\n    result += c", loops.shifted,
         "Move every lower-case letter {k} places on in the alphabet (a comes again after z); leave every other "
         "character as it is.",
         "Décalez chaque lettre minuscule de {k} places dans l'alphabet (après z revient a) ; laissez les autres "
         "caractères tels quels.", {"k": (2, 9)}, free=True),
    Step("s", "n", 1, "len({x})", len,
         "Count the characters, spaces included.", "Comptez les caractères, espaces compris."),
    Step("s", "n", 1, "{x}.count('{k}')", lambda x, k: x.count(k),
         "Count how often the letter {k} occurs.",
         "Comptez combien de fois la lettre {k} est présente.", {"k": "aeilmnort"}),
    Step("s", "n", 2, "sum(1 for c in {x} if c in 'aeiou')", lambda x: sum(1 for c in x if c in "aeiou"),
         "Count the letters a, e, i, o and u together.",
         "Comptez ensemble les lettres a, e, i, o et u."),
    Step("s", "ws", 1, "{x}.split()", str.split,
         "Split the text at its spaces into a list of words (no word is empty).",
         "Découpez le texte aux espaces en une liste de mots (aucun mot n'est vide)."),
    Step("ws", "ws", 1, "[w for w in {x} if len(w) > {k}]", lambda x, k: [w for w in x if len(w) > k],
         "Keep only the words of more than {k} letters.",
         "Gardez seulement les mots de plus de {k} lettres.", _LENGTH, free=True),
    Step("ws", "ws", 1, "[w[::-1] for w in {x}]", lambda x: [w[::-1] for w in x],
         "Reverse every word.", "Inversez chaque mot."),
    Step("ws", "ws", 1, "sorted({x})", sorted,
         "Sort the words in alphabetical order.",
         "Triez les mots par ordre alphabétique."),
    Step("ws", "ws", 1, "{x}[::-1]", lambda x: x[::-1],
         "Reverse the order of the words.", "Inversez l'ordre des mots."),
    Step("ws", "ws", 1, "[w for w in {x} if '{k}' in w]", lambda x, k: [w for w in x if k in w],
         "Keep only the words with the letter {k} in them.",
         "Gardez seulement les mots qui contiennent la lettre {k}.", {"k": "aeilmnort"}),
    Step("ws", "ws", 1, "[w for w in {x} if w[0] != '{k}']", lambda x, k: [w for w in x if w[0] != k],
         "Remove the words that begin with the letter {k}.",
         "Supprimez les mots qui commencent par la lettre {k}.", {"k": "abelmot"}),
    Step("ws", "ws", 1, "[w + '{k}' for w in {x}]", lambda x, k: [w + k for w in x],
         "Put {k} after every word.", "Ajoutez {k} après chaque mot.",
         {"k": "abcdefghijklmnopqrstuvwxyz"}),
    Step("ws", "ws", 1, "[w[:{k}] for w in {x}]", lambda x, k: [w[:k] for w in x],
         "Cut every word after its first {k} letters (a shorter one stays).",
         "Coupez chaque mot après ses {k} premières lettres (un mot plus court reste tel quel).", SMALL, free=True),
    Step("ws", "ws", 2, "[w[1:] + w[0] for w in {x}]", lambda x: [w[1:] + w[0] for w in x],
         "In every word, move the first letter to the end.",
         "Dans chaque mot, déplacez la première lettre à la fin."),
    Step("ws", "ws", 2, "result = []\nfor w in {x}:\n    if w not in result:\n        result.append(w)",
         loops.first_of_equals,
         "Of equal words, keep only the first.", "Parmi des mots égaux, ne gardez que le premier."),
    Step("ws", "ws", 2, "[w for w in {x} if w[0] != w[-1]]", lambda x: [w for w in x if w[0] != w[-1]],
         "Remove the words whose first and last letters are the same.",
         "Supprimez les mots dont la première et la dernière lettre sont les mêmes."),
    Step("ws", "ws", 3, "sorted({x}, key=lambda w: (-len(w), w))", lambda x: sorted(x, key=lambda w: (-len(w), w)),
         "Sort the words from the longest to the shortest; those of the same length in alphabetical order.",
         "Triez les mots du plus long au plus court ; ceux de même longueur, par ordre alphabétique."),
    Step("ws", "ws", 3, "sorted({x}, key=lambda w: (w[-1], len(w), w))",
         lambda x: sorted(x, key=lambda w: (w[-1], len(w), w)),
         "Sort the words in the alphabetical order of their last letters; where these are the same, shorter words "
         "first; words of the same length, in alphabetical order.",
         "Triez les mots selon l'ordre alphabétique de leur dernière lettre ; si elle est la même, les plus courts "
         "d'abord ; les mots de même longueur, par ordre alphabétique."),
    Step("ws", "s", 1, "'-'.join({x})", "-".join,
         "Join the words with hyphens (an empty text if there are none).",
         "Joignez les mots par des traits d'union (un texte vide s'il n'y en a pas)."),
    Step("ws", "s", 2, "''.join([w[0] for w in {x}])", lambda x: "".join([w[0] for w in x]),
         "Make a text of the first letters of the words, in order.",
         "Formez un texte avec les premières lettres des mots, dans l'ordre."),
    Step("ws", "s", 2, "max({x}, key=lambda w: len(w)) if {x} else ''",
         lambda x: max(x, key=len) if x else "",
         "Take the longest word; of several, the first in the list (an empty text if there are no words).",
         "Prenez le mot le plus long ; s'il y en a plusieurs, le premier de la liste (un texte vide s'il n'y a pas de "
         "mots)."),
    Step("ws", "ns", 1, "[len(w) for w in {x}]", lambda x: [len(w) for w in x],
         "Replace every word with its number of letters.",
         "Remplacez chaque mot par son nombre de lettres."),
    Step("ws", "n", 1, "len({x})", len,
         "Count the words.", "Comptez les mots."),
    Step("ws", "n", 2, "sum(len(w) for w in {x})", lambda x: sum(len(w) for w in x),
         "Count the letters of all words together.",
         "Comptez les lettres de tous les mots ensemble."),
    Step("s", "s", 4, "result = ''\ni = 0\nwhile i < len({x}):\n    run = 1\n    while i + run < len({x}) and "
         "{x}[i + run] == {x}[i]:\n        run += 1\n    result += {x}[i] + (str(run) if run > 1 else '')\n"
         "    i += run", loops.counted_runs,
         "Replace every stretch of equal neighbouring characters with the character, followed by the length of the "
         "stretch where that is more than 1 (\"aab\" becomes \"a2b\").",
         "Remplacez chaque suite de caractères voisins égaux par le caractère, suivi de la longueur de la suite si "
         "elle dépasse 1 (« aab » devient « a2b »)."),
)  # fmt: skip

NESTED: Final = (
    Step("ns", "nn", 4, "[{x}[i:i + {k}] for i in range(0, len({x}), {k})]",
         lambda x, k: [x[i:i + k] for i in range(0, len(x), k)],
         "Cut the list into groups of {k} consecutive numbers; the last group may be shorter.",
         "Découpez la liste en groupes de {k} nombres consécutifs ; le dernier groupe peut être plus court.",
         {"k": (2, 3)}),
    Step("ns", "nn", 4, "result = []\nfor v in {x}:\n    if result and v >= result[-1][-1]:\n        "
         "result[-1].append(v)\n    else:\n        result.append([v])", loops.rising_groups,
         "Cut the list into groups: a new group begins at every number that is less than the one directly before it.",
         "Découpez la liste en groupes : un nouveau groupe commence à chaque nombre strictement inférieur à celui qui "
         "le précède directement.", near=loops.groups_above_first),
    Step("ns", "nn", 4, "counts = {{}}\nfor v in {x}:\n    counts[v] = counts.get(v, 0) + 1\n"
         "result = [[v, c] for v, c in sorted(counts.items(), key=lambda p: (-p[1], p[0]))]", loops.frequencies,
         "For every different number, make the group [number, how often it occurs]; the most frequent number first, "
         "and of equally frequent ones the smallest first.",
         "Pour chaque nombre différent, formez le groupe [nombre, nombre de fois où il est présent] ; le nombre le "
         "plus fréquent d'abord et, à fréquence égale, le plus petit d'abord.",
         near=loops.frequencies_in_order),
    Step("ns", "nn", 4, "by_rest = {{}}\nfor v in {x}:\n    by_rest.setdefault(v % {k}, []).append(v)\n"
         "result = [by_rest[r] for r in sorted(by_rest.keys())]", loops.by_remainder,
         "Put the numbers that have the same remainder modulo {k} (from 0 to {last}, for negative numbers too) into "
         "one group, in the order of the list; order the groups by remainder, smallest first.",
         "Réunissez dans un même groupe, dans l'ordre de la liste, les nombres qui ont le même reste modulo {k} (de 0 "
         "à {last}, même pour les nombres négatifs) ; rangez les groupes par reste croissant.", {"k": (2, 4)}),
    Step("nn", "nn", 4, "sorted({x}, key=lambda g: (-sum(g), g))", lambda x: sorted(x, key=lambda g: (-sum(g), g)),
         "Sort the groups by the sum of their numbers, largest first; groups of equal sum by their first numbers, "
         "smallest first, then by their second numbers, and so on (a group that begins another one comes before it).",
         "Triez les groupes par somme décroissante ; à somme égale, par premier nombre croissant, puis par deuxième et "
         "ainsi de suite (un groupe qui en commence un autre vient avant lui)."),
    Step("nn", "nn", 4, "[g for g in {x} if max(g) - min(g) <= {k}]",
         lambda x, k: [g for g in x if max(g) - min(g) <= k],
         "Keep only the groups in which the largest number minus the smallest is at most {k}.",
         "Gardez seulement les groupes où le plus grand nombre moins le plus petit vaut au plus {k}.", {"k": (3, 9)},
         free=True),
    Step("nn", "nn", 4, "[g[::-1] if i % 2 == 1 else g for i, g in enumerate({x})]",
         lambda x: [g[::-1] if i % 2 == 1 else g for i, g in enumerate(x)],
         "Reverse the second group, the fourth, the sixth, and so on.",
         "Inversez l'ordre du deuxième groupe, du quatrième, du sixième et ainsi de suite."),
    Step("nn", "nn", 4, "result = []\nfor g in sorted([[min(g), max(g)] for g in {x}]):\n"
         "    if result and g[0] <= result[-1][1]:\n        result[-1][1] = max(result[-1][1], g[1])\n    else:\n"
         "        result.append(g)", loops.united,
         "Take every group as the interval [its smallest number, its largest number] and unite intervals that have a "
         "number in common, ends included ([1, 4] and [4, 6] become [1, 6], but [1, 4] and [5, 6] stay), until none "
         "have; the new groups are these intervals, from the lowest to the highest.",
         "Prenez chaque groupe comme l'intervalle [son plus petit nombre, son plus grand nombre] et réunissez les "
         "intervalles qui ont un nombre en commun, bornes comprises ([1, 4] et [4, 6] donnent [1, 6], mais [1, 4] et "
         "[5, 6] restent), jusqu'à ce qu'aucun n'en ait ; les nouveaux groupes sont ces intervalles, du plus bas au "
         "plus haut.", fewer=loops.united_by_start,
         near=loops.united_if_crossing),
    Step("nn", "ns", 4, "[v for g in {x} for v in g]", lambda x: [v for g in x for v in g],
         "Join all groups, in order, into one list.",
         "Réunissez tous les groupes, dans l'ordre, en une seule liste."),
    Step("nn", "ns", 4, "[sum(g) * len(g) for g in {x}]", lambda x: [sum(g) * len(g) for g in x],
         "Replace every group with the sum of its numbers, multiplied by how many numbers it has.",
         "Remplacez chaque groupe par la somme de ses nombres, multipliée par combien il en a."),
    Step("nn", "ns", 4, "[max(g) if len(g) > 1 else -g[0] for g in {x}]",
         lambda x: [max(g) if len(g) > 1 else -g[0] for g in x],
         "Replace every group with its largest number; a group of a single number, with that number with its sign "
         "changed.",
         "Remplacez chaque groupe par son plus grand nombre ; un groupe d'un seul nombre, par ce nombre changé de "
         "signe."),
    Step("nn", "ns", 4, "max({x}, key=lambda g: (len(g), -sum(g))) if {x} else []",
         lambda x: max(x, key=lambda g: (len(g), -sum(g))) if x else [],
         "Take the group with the most numbers; of several, the one with the smallest sum; if there are still several, "
         "the first of them (an empty list if there are no groups).",
         "Prenez le groupe qui a le plus de nombres ; s'il y en a plusieurs, celui de plus petite somme ; s'il y en a "
         "encore plusieurs, le premier d'entre eux (une liste vide s'il n'y a pas de groupes)."),
)  # fmt: skip
