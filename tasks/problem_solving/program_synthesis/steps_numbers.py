"""Steps on numbers and lists of numbers."""

from __future__ import annotations

from typing import Final

from tasks.problem_solving.program_synthesis.steps import SMALL, K, Step

_ANY: Final = {"k": (-3, 12)}

NUMBERS: Final = (
    # lists to lists
    Step("ns", "ns", 1, "[v for v in {x} if v > {k}]", "Keep only the numbers greater than {k}.",
         "Gardez seulement les nombres strictement supérieurs à {k}.", _ANY, free=True),
    Step("ns", "ns", 1, "[v for v in {x} if v <= {k}]", "Remove the numbers greater than {k}.",
         "Supprimez les nombres strictement supérieurs à {k}.", {"k": (3, 15)}, free=True),
    Step("ns", "ns", 1, "[v for v in {x} if v % 2 == 0]", "Keep only the even numbers.",
         "Gardez seulement les nombres pairs."),
    Step("ns", "ns", 1, "[v for v in {x} if v % {k} != 0]", "Remove the multiples of {k} (0 is one).",
         "Supprimez les multiples de {k} (0 en est un).", {"k": (2, 5)}),
    Step("ns", "ns", 1, "[v + {k} for v in {x}]", "Add {k} to every number.", "Ajoutez {k} à chaque nombre.", K,
         free=True),
    Step("ns", "ns", 1, "[v * {k} for v in {x}]", "Multiply every number by {k}.", "Multipliez chaque nombre par {k}.",
         K, free=True),
    Step("ns", "ns", 1, "sorted({x})", "Sort the numbers in increasing order.",
         "Triez les nombres par ordre croissant."),
    Step("ns", "ns", 1, "sorted({x}, reverse=True)", "Sort the numbers in decreasing order.",
         "Triez les nombres par ordre décroissant."),
    Step("ns", "ns", 1, "{x}[::-1]", "Reverse the list.", "Inversez l'ordre de la liste."),
    Step("ns", "ns", 1, "{x}[:{k}]", "Keep only the first {k} numbers (all, if there are fewer).",
         "Gardez seulement les {k} premiers nombres (tous, s'il y en a moins).", SMALL),
    Step("ns", "ns", 1, "{x}[{k}:]", "Remove the first {k} numbers (all, if there are fewer).",
         "Supprimez les {k} premiers nombres (tous, s'il y en a moins).", SMALL),
    Step("ns", "ns", 1, "[abs(v) for v in {x}]", "Replace every number with its absolute value.",
         "Remplacez chaque nombre par sa valeur absolue."),
    Step("ns", "ns", 2, "{x}[::2]", "Keep only the first number, the third, the fifth, and so on.",
         "Gardez seulement le premier nombre, le troisième, le cinquième et ainsi de suite."),
    Step("ns", "ns", 2, "{x}[-{k}:]", "Keep only the last {k} numbers (all, if there are fewer).",
         "Gardez seulement les {k} derniers nombres (tous, s'il y en a moins).", SMALL),
    Step("ns", "ns", 2, "{x}[1:] + {x}[:1]", "Move the first number, if there is one, to the end.",
         "Déplacez le premier nombre, s'il y en a un, à la fin."),
    Step("ns", "ns", 2, "[max(v, {k}) for v in {x}]", "Replace every number less than {k} with {k}.",
         "Remplacez par {k} chaque nombre strictement inférieur à {k}.", _ANY, free=True),
    Step("ns", "ns", 2, "[v * v for v in {x}]", "Replace every number with its square.",
         "Remplacez chaque nombre par son carré."),
    Step("ns", "ns", 2, "[-v if v % 2 == 1 else v for v in {x}]", "Change the sign of every odd number.",
         "Changez le signe de chaque nombre impair."),
    Step("ns", "ns", 2, "[v * (i + 1) for i, v in enumerate({x})]",
         "Multiply every number by its position, counted from 1.",
         "Multipliez chaque nombre par sa position, comptée à partir de 1."),
    Step("ns", "ns", 2, "[b - a for a, b in zip({x}, {x}[1:])]",
         "Replace the list with the differences between neighbours, each number minus the one before it (an empty list "
         "if there are fewer than two numbers).",
         "Remplacez la liste par les différences entre voisins, chaque nombre moins celui qui le précède (une liste "
         "vide s'il y a moins de deux nombres)."),
    Step("ns", "ns", 2, "[v if v > {k} else v * {m} for v in {x}]",
         "Multiply by {m} every number that is not greater than {k}.",
         "Multipliez par {m} chaque nombre inférieur ou égal à {k}.", {"k": (0, 9), "m": (2, 6)}, free=True),
    Step("ns", "ns", 2, "result = []\nfor v in {x}:\n    if v not in result:\n        result.append(v)",
         "Of equal numbers, keep only the first.", "Parmi des nombres égaux, ne gardez que le premier."),
    Step("ns", "ns", 3, "result = []\nfor v in {x}:\n    if not result or result[-1] != v:\n        result.append(v)",
         "Of equal numbers that follow each other directly, keep only one.",
         "De plusieurs nombres égaux qui se suivent directement, n'en gardez qu'un seul."),
    Step("ns", "ns", 2, "result = []\ntotal = 0\nfor v in {x}:\n    total += v\n    result.append(total)",
         "Replace every number with the sum of all numbers up to and including it.",
         "Remplacez chaque nombre par la somme de tous les nombres jusqu'à lui compris."),
    Step("ns", "ns", 3, "result = []\nhighest = 0\nfor v in {x}:\n    highest = max(highest, v)\n"
         "    result.append(highest - v)",
         "Replace every number with the largest of 0 and all numbers up to and including it, minus the number itself.",
         "Remplacez chaque nombre par le plus grand de 0 et de tous les nombres jusqu'à lui compris, moins le nombre "
         "lui-même."),
    Step("ns", "ns", 3, "sorted({x}, key=lambda v: (abs(v), v))",
         "Sort the numbers by absolute value, smallest first; of two with the same absolute value, the negative one "
         "comes first.",
         "Triez les nombres par valeur absolue croissante ; de deux nombres de même valeur absolue, le négatif vient "
         "d'abord."),
    Step("ns", "ns", 3, "sorted({x}, key=lambda v: (v % {k}, -v))",
         "Sort the numbers by their remainder modulo {k} (from 0 to {last}, for negative numbers too), smallest "
         "first; those with the same remainder from the largest to the smallest.",
         "Triez les nombres selon leur reste modulo {k} (de 0 à {last}, même pour les nombres négatifs), le plus petit "
         "d'abord ; ceux de même reste, du plus grand au plus petit.", {"k": (3, 5)}),
    Step("ns", "ns", 3, "[v for i, v in enumerate({x}) if {x}.count(v) == 1]",
         "Keep only the numbers that occur exactly once.",
         "Gardez seulement les nombres présents exactement une fois."),
    Step("ns", "ns", 3, "[sum(int(c) for c in str(abs(v))) for v in {x}]",
         "Replace every number with the sum of the digits of its absolute value.",
         "Remplacez chaque nombre par la somme des chiffres de sa valeur absolue."),
    # lists to numbers
    Step("ns", "n", 1, "sum({x})", "Compute the sum of the numbers (0 if there are none).",
         "Calculez la somme des nombres (0 s'il n'y en a pas)."),
    Step("ns", "n", 1, "len({x})", "Count the numbers.", "Comptez les nombres."),
    Step("ns", "n", 1, "max({x}, default=0)", "Take the largest number (0 if there are none).",
         "Prenez le plus grand nombre (0 s'il n'y en a pas)."),
    Step("ns", "n", 1, "min({x}, default=0)", "Take the smallest number (0 if there are none).",
         "Prenez le plus petit nombre (0 s'il n'y en a pas)."),
    Step("ns", "n", 1, "{x}.count({k})", "Count how many numbers are equal to {k}.",
         "Comptez les nombres égaux à {k}.", {"k": (0, 9)}, free=True),
    Step("ns", "n", 2, "max({x}, default=0) - min({x}, default=0)",
         "Compute the largest number minus the smallest (0 if there are none).",
         "Calculez le plus grand nombre moins le plus petit (0 s'il n'y en a pas)."),
    Step("ns", "n", 2, "len(set({x}))", "Count the different numbers.", "Comptez les nombres différents."),
    Step("ns", "n", 2, "sum({x}[::2]) - sum({x}[1::2])",
         "Compute the first number minus the second plus the third minus the fourth, and so on (0 if there are none).",
         "Calculez le premier nombre moins le deuxième plus le troisième moins le quatrième et ainsi de suite (0 s'il "
         "n'y en a pas)."),
    Step("ns", "n", 2, "sum(1 for a, b in zip({x}, {x}[1:]) if b > a)",
         "Count the numbers that are greater than the number directly before them.",
         "Comptez les nombres strictement supérieurs à celui qui les précède directement."),
    Step("ns", "n", 3, "sorted({x}, key=lambda v: (-{x}.count(v), v))[0] if {x} else 0",
         "Take the number that occurs most often; of several, the smallest (0 if the list is empty).",
         "Prenez le nombre le plus fréquent ; s'il y en a plusieurs, le plus petit (0 si la liste est vide)."),
    Step("ns", "n", 3, "sum(1 for i, a in enumerate({x}) for b in {x}[i + 1:] if a + b > {k})",
         "Count the pairs of numbers at different positions whose sum is greater than {k}; the order within a pair "
         "does not matter.",
         "Comptez les paires de nombres à des positions différentes dont la somme est strictement supérieure à {k} ; "
         "l'ordre dans une paire ne compte pas.", {"k": (3, 15)}, free=True),
    Step("ns", "n", 3, "result = 0\nrun = 0\nfor i, v in enumerate({x}):\n    run = run + 1 if i > 0 and v > {x}[i - 1]"
         " else 1\n    result = max(result, run)",
         "Take the length of the longest stretch of neighbours in which every number is greater than the one before "
         "(0 for an empty list).",
         "Prenez la longueur de la plus longue suite de voisins où chaque nombre est strictement supérieur au "
         "précédent (0 pour une liste vide)."),
    # numbers
    Step("n", "n", 1, "{x} + {k}", "Add {k}.", "Ajoutez {k}.", K, free=True),
    Step("n", "n", 1, "{x} * {k}", "Multiply by {k}.", "Multipliez par {k}.", K, free=True),
    Step("n", "n", 2, "{x} // {k}", "Divide by {k} and round down (-7 divided by 2 gives -4).",
         "Divisez par {k} et arrondissez vers le bas (-7 divisé par 2 donne -4).", {"k": (2, 5)}),
    Step("n", "n", 2, "{x} % {k}", "Take the remainder modulo {k} (from 0 to {last}, for negative numbers too).",
         "Prenez le reste modulo {k} (de 0 à {last}, même pour un nombre négatif).", {"k": (4, 11)}),
    Step("n", "n", 2, "{x} - {k} if {x} > {m} else {x} * {k}",
         "If the number is greater than {m}, subtract {k} from it; otherwise multiply it by {k}.",
         "Si le nombre est strictement supérieur à {m}, retranchez-lui {k} ; sinon multipliez-le par {k}.",
         {"k": (2, 9), "m": (3, 20)}, free=True),
    Step("n", "n", 3, "sum(int(c) for c in str(abs({x}))) * {k}",
         "Replace the number with the sum of the digits of its absolute value, multiplied by {k}.",
         "Remplacez le nombre par la somme des chiffres de sa valeur absolue, multipliée par {k}.", K),
)  # fmt: skip
