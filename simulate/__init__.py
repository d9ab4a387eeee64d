"""Simulations that show each statistical claim: what we publish holds, and the recipes known to be wrong do not.

Each module is one table, with a function `main() -> bool`: it prints the table, writes `bench/out/<name>.json` in the
shape of `bench/result.py`, and says whether every bar was reached. Every draw has a seed.
"""
