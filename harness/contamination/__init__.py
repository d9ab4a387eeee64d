"""Has a model seen what it is asked? Evidence with p-values, for people to judge; never a verdict.

statistics.py    exact tests by randomisation: pure functions on numbers
likelihood.py    what a loaded model thinks of texts, token by token
perturbation.py  the same public problem with other numbers, where its published working allows it
sets.py          what is suspected, and what it is compared with
methods.py       the five methods, each a function that gives Evidence
report.py        all evidence about one entry and one set, and whether it is reason enough to open a case
"""
