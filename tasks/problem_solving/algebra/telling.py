"""The same question in French and in English: the formulas are shared, the sentences are not."""

from __future__ import annotations

from tasks.problem_solving.algebra.problem import Problem

_ENGLISH = {
    "one": "Let {last}. What is the value of {asked}?",
    "given": "Let {first} and {last}. What is the value of {asked}?",
    "equation": "Given that {equation}, what is the value of {asked}?",
    "arithmetic": "In an arithmetic sequence, {given} and {other}. What is {asked}?",
    "recurrence": "A sequence is defined by {given}, {other} and, for every n ≥ 1, {rule}. What is {asked}?",
    "system": "Given that {equation} and {other}, what is the value of {asked}?",
    "system_of_three": "Given that {first} and {last}, what is the value of {asked}?",
    "quadratic": "The roots of {equation} are {larger} and {smaller}, with {larger} > {smaller}. What is the value of"
    " {asked}?",
    "remainder": "What is the remainder when {asked} is divided by {m}?",
    "gcd_sum": "Add the greatest common divisor of {a} and {b} to the greatest common divisor of {c} and {d}. What do"
    " you get?",
    "either": "How many integers from {low} to {high}, both included, are divisible by {p} or by {q} (or by both)?",
    "none": "How many integers from {low} to {high}, both included, are divisible by none of {p}, {q} and {r}?",
    "power": "What is the remainder when {asked} is divided by {m}?",
    "tower": "What is the remainder when {asked} is divided by {m}?",
    "congruences": "What is the smallest integer n greater than {above} such that {first} and {last}?",
    "congruences_count": "Consider the integers n greater than {above} such that {first} and {last}. Give, in this"
    " order, the smallest one and how many of them are at most {limit}.",
    "solutions": "How many solutions {unknowns} in integers does {equation} have with {first} and {last}?",
    "periodic": "A sequence is defined by {given}, {other} and, for every n ≥ 1, {term} is the remainder when {rule} is"
    " divided by {m}. What is {asked}?",
    "periodic_two": "A sequence is defined by {given}, {other} and, for every n ≥ 1, {term} is the remainder when"
    " {rule} is divided by {m}. Give, in this order, {asked} and {too}.",
    "roots": "Consider the integers {x} from 0 to {top} such that {asked} is divisible by {m}. Give, in this order,"
    " how many there are and the smallest one.",
    "digits": "Consider the multiples of {k} from {low} to {high}, both included, whose digits add up to {s}. Give, in"
    " this order, how many there are and the largest one.",
}
_FRENCH = {
    "one": "Soit {last}. Combien vaut {asked} ?",
    "given": "Soient {first} et {last}. Combien vaut {asked} ?",
    "equation": "On sait que {equation}. Combien vaut {asked} ?",
    "arithmetic": "Dans une suite arithmétique, {given} et {other}. Combien vaut {asked} ?",
    "recurrence": "Une suite est définie par {given}, {other} et, pour tout n ≥ 1, {rule}. Combien vaut {asked} ?",
    "system": "On sait que {equation} et que {other}. Combien vaut {asked} ?",
    "system_of_three": "On sait que {first} et {last}. Combien vaut {asked} ?",
    "quadratic": "Les racines de l'équation {equation} sont {larger} et {smaller}, avec {larger} > {smaller}. Combien"
    " vaut {asked} ?",
    "remainder": "Quel est le reste de la division de {asked} par {m} ?",
    "gcd_sum": "On ajoute le plus grand commun diviseur de {a} et {b} au plus grand commun diviseur de {c} et {d}."
    " Combien obtient-on ?",
    "either": "Combien d'entiers de {low} à {high}, bornes comprises, sont divisibles par {p} ou par {q} (ou par les"
    " deux) ?",
    "none": "Combien d'entiers de {low} à {high}, bornes comprises, ne sont divisibles ni par {p}, ni par {q}, ni par"
    " {r} ?",
    "power": "Quel est le reste de la division de {asked} par {m} ?",
    "tower": "Quel est le reste de la division de {asked} par {m} ?",
    "congruences": "Quel est le plus petit entier n supérieur à {above} tel que {first} et {last} ?",
    "congruences_count": "On considère les entiers n supérieurs à {above} tels que {first} et {last}. Donnez, dans cet"
    " ordre, le plus petit et le nombre de ceux qui ne dépassent pas {limit}.",
    "solutions": "Combien de solutions entières {unknowns} l'équation {equation} a-t-elle avec {first} et {last} ?",
    "periodic": "Une suite est définie par {given}, {other} et, pour tout n ≥ 1, {term} est le reste de la division de"
    " {rule} par {m}. Combien vaut {asked} ?",
    "periodic_two": "Une suite est définie par {given}, {other} et, pour tout n ≥ 1, {term} est le reste de la division"
    " de {rule} par {m}. Donnez, dans cet ordre, {asked} et {too}.",
    "roots": "On considère les entiers {x} de 0 à {top} tels que {asked} soit divisible par {m}. Donnez, dans cet"
    " ordre, leur nombre et le plus petit.",
    "digits": "On considère les multiples de {k} compris entre {low} et {high}, bornes comprises, dont la somme des"
    " chiffres est {s}. Donnez, dans cet ordre, leur nombre et le plus grand.",
}
SENTENCES = {"fr": _FRENCH, "en": _ENGLISH}


def tell_problem(problem: Problem, language: str) -> str:
    """The question's text in one language."""
    return SENTENCES[language][problem.kind].format_map(problem.parts)
